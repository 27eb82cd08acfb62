//! Search in the index of a registry.

use ext_package_oci::{ExtensionName, Registry, SignedReleases};
use serde::Serialize;

use super::{Accepted, Registries, fetch::Look};
use crate::error::CoreError;

/// The result of a search.
#[derive(Debug, Clone, Serialize)]
pub struct Found {
    /// The registry.
    pub registry: Registry,
    /// The extensions, by name.
    pub extensions: Vec<FoundExtension>,
    /// Everything that the user should know about the registry.
    #[serde(skip)]
    pub warnings: Vec<String>,
}

/// An extension of a registry.
#[derive(Debug, Clone, Serialize)]
pub struct FoundExtension {
    /// Name of the extension.
    pub name: ExtensionName,
    /// The newest version that was not withdrawn.
    pub version: Option<String>,
    /// Name of the extension for people.
    pub title: String,
    /// Purpose of the extension.
    pub description: String,
    /// Key of its publisher.
    pub publisher: String,
    /// The version of it that is installed.
    pub installed: Option<String>,
    /// The reason for which it would not be installed.
    pub problem: Option<String>,
}

impl Registries<'_> {
    /// Finds the extensions of a registry that have all these words in name, title or description.
    ///
    /// # Errors
    /// [`CoreError::NoRegistry`]; [`CoreError::Oci`] when the registry does not answer.
    pub fn search(
        &self,
        registry: Option<&Registry>,
        words: &[String],
    ) -> Result<Found, CoreError> {
        let registry = self.named(registry)?;
        let look = self.look(&registry, Accepted { stale: true, publisher: false })?;
        let mut warnings = look.warnings.clone();
        let mut extensions = Vec::new();
        for name in look.index.names() {
            match look.index.find(name) {
                Ok(Some(found)) if matches(&found, words) => {
                    extensions.push(self.describe(&look, &found)?);
                }
                Ok(_) => {}
                Err(error) => warnings.push(format!("`{name}` is left out: {error}")),
            }
        }
        Ok(Found { registry, extensions, warnings })
    }

    fn describe(&self, look: &Look, found: &SignedReleases) -> Result<FoundExtension, CoreError> {
        let releases = &found.releases;
        let checked = look.seen.check_publisher(found).and(look.seen.check_releases(found));
        let newest = releases.newest();
        let revoked = newest.zip(look.revocations.as_ref()).and_then(|(newest, list)| {
            let revoked = list.revocations.of(&releases.name, &newest.version)?;
            Some(format!("revoked: {}", revoked.reason))
        });
        let is_gone = newest.is_none().then(|| "withdrawn".to_owned());
        let origins = self.installed_origins()?;
        let registry = look.client.registry();
        let is_it =
            |it: &&super::origins::Origin| (&it.registry, &it.name) == (registry, &releases.name);
        Ok(FoundExtension {
            name: releases.name.clone(),
            version: newest.map(|release| release.version.to_string()),
            title: releases.title.clone(),
            description: releases.description.clone(),
            publisher: found.publisher.to_string(),
            installed: origins.iter().find(is_it).map(|origin| origin.version.to_string()),
            problem: checked.err().map(|error| error.to_string()).or(revoked).or(is_gone),
        })
    }
}

/// Returns whether each word stands somewhere, in either case.
fn matches(found: &SignedReleases, words: &[String]) -> bool {
    let releases = &found.releases;
    let text = format!("{} {} {}", releases.name, releases.title, releases.description);
    let text = text.to_lowercase();
    words.iter().all(|word| text.contains(&word.to_lowercase()))
}
