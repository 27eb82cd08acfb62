//! Newer versions of what came from registries.

use std::collections::BTreeMap;

use ext_package_oci::{ExtensionName, Reference, Registry};
use serde::Serialize;

use super::{Accepted, Available, Registries, fetch::Look, origins::Origin};
use crate::error::CoreError;

/// An installed extension, and what its registry has now.
#[derive(Debug, Clone, Serialize)]
pub struct Update {
    /// The id of the extension.
    pub id: String,
    /// Its name in the registry.
    pub name: ExtensionName,
    /// The registry.
    pub registry: Registry,
    /// The version that is installed.
    pub installed: String,
    /// The reason for which its publisher withdrew the version that is installed, if that was withdrawn.
    pub withdrawn: Option<String>,
    /// A newer one, if there is one.
    pub available: Option<String>,
    /// The reason for which that is not known.
    pub problem: Option<String>,
    /// The newer version, to be fetched.
    #[serde(skip)]
    pub found: Option<Available>,
}

impl Registries<'_> {
    /// Lists the installed extensions that came from registries, with newer versions; only one when its id
    /// or its name is given. What a registry has revoked is stopped.
    ///
    /// # Errors
    /// [`CoreError::NoOrigin`] when that one came from no registry; [`CoreError::Call`] when the file of
    /// origins cannot be read.
    pub fn updates(
        &self,
        only: Option<&str>,
        accepted: Accepted,
    ) -> Result<(Vec<Update>, Vec<String>), CoreError> {
        let mut origins = self.installed_origins()?;
        if let Some(only) = only {
            origins.retain(|it| it.extension_id == only || it.name.to_string() == only);
            if origins.is_empty() {
                return Err(CoreError::NoOrigin { id: only.to_owned() });
            }
        }
        origins.sort_by(|a, b| a.extension_id.cmp(&b.extension_id));
        let mut looks = BTreeMap::new();
        for origin in &origins {
            let look = || self.look(&origin.registry, accepted);
            looks.entry(origin.registry.clone()).or_insert_with(look);
        }
        let warnings = looks.values().flatten().flat_map(|look| look.warnings.clone()).collect();
        let updates = origins.iter().map(|origin| self.update_of(origin, &looks, accepted));
        Ok((updates.collect(), warnings))
    }

    fn update_of(
        &self,
        origin: &Origin,
        looks: &BTreeMap<Registry, Result<Look, CoreError>>,
        accepted: Accepted,
    ) -> Update {
        let look = looks.get(&origin.registry);
        let withdrawn = look.and_then(|look| withdrawn(look.as_ref().ok()?, origin));
        let wanted = Reference { registry: None, name: origin.name.clone(), version: None };
        let found = match look {
            Some(Ok(look)) => {
                self.available(look, &wanted, accepted).map_err(|error| error.to_string())
            }
            Some(Err(error)) => Err(error.to_string()),
            None => Err(String::new()),
        };
        let is_newer = |it: &Available| it.release.version.cmp_precedence(&origin.version).is_gt();
        let (found, problem) = match found {
            Ok(found) => (Some(found).filter(is_newer), None),
            Err(problem) => (None, Some(problem)),
        };
        Update {
            id: origin.extension_id.clone(),
            name: origin.name.clone(),
            registry: origin.registry.clone(),
            installed: origin.version.to_string(),
            withdrawn,
            available: found.as_ref().map(|found| found.release.version.to_string()),
            problem,
            found,
        }
    }
}

/// Returns the reason for which the version that is installed was withdrawn.
fn withdrawn(look: &Look, origin: &Origin) -> Option<String> {
    let found = look.index.find(&origin.name).ok()??;
    found.releases.find(&origin.version)?.yanked.clone()
}
