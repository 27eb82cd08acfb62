//! Numbers and keys that were seen of registries.

use std::path::Path;

use ext_package_oci::{
    ExtensionName, Index, OciError, Registry, SignedReleases, SignedRevocations,
};
use ext_wire::ErrorBody;
use serde::{Deserialize, Serialize};

use crate::{error::CoreError, list_file::ListFile};

/// Numbers and keys that were seen of one registry.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct SeenRegistry {
    registry: Registry,
    #[serde(default)]
    index: u64,
    #[serde(default)]
    revocations: u64,
    /// The key of the list of revocations.
    #[serde(default)]
    revocation_key: Option<String>,
    #[serde(default)]
    releases: Vec<SeenReleases>,
}

/// Number and key that were seen of one extension.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct SeenReleases {
    name: ExtensionName,
    sequence: u64,
    publisher: String,
}

/// The file of all.
pub(super) struct Seen(ListFile<SeenRegistry>);

impl SeenRegistry {
    fn new(registry: &Registry) -> Self {
        let (index, revocations, revocation_key, releases) = Default::default();
        Self { registry: registry.clone(), index, revocations, revocation_key, releases }
    }

    /// Checks that an index is not older than one that was seen.
    pub(super) fn check_index(&self, index: &Index) -> Result<(), OciError> {
        index.check_order(&self.registry, self.index)
    }

    /// Checks that a list of revocations is not missing, by another key, older or expired. `key` is the one
    /// that is configured.
    pub(super) fn check_revocations(
        &self,
        found: Option<&SignedRevocations>,
        key: Option<&str>,
    ) -> Result<(), CoreError> {
        let Some(found) = found else {
            return match self.revocations {
                0 => Ok(()),
                seen => Err(self.lost(seen)),
            };
        };
        let known = key.or(self.revocation_key.as_deref());
        let offered = found.key.to_string();
        if let Some(known) = known.filter(|known| *known != offered) {
            let name = format!("the list of revocations of {}", self.registry);
            return Err(OciError::Publisher { name, known: known.to_owned(), offered }.into());
        }
        Ok(found.revocations.check_fresh(&self.registry, self.revocations)?)
    }

    fn lost(&self, seen: u64) -> CoreError {
        let (what, registry) = ("the list of revocations".to_owned(), self.registry.to_string());
        let problem = format!("is not there, and number {seen} was seen before");
        OciError::Stale { what, registry, problem }.into()
    }

    /// Checks that releases are by the publisher that was seen.
    pub(super) fn check_publisher(&self, found: &SignedReleases) -> Result<(), OciError> {
        let offered = found.publisher.to_string();
        match self.of(&found.releases.name) {
            Some(seen) if seen.publisher != offered => {
                let (name, known) = (found.releases.name.to_string(), seen.publisher.clone());
                Err(OciError::Publisher { name, known, offered })
            }
            _ => Ok(()),
        }
    }

    /// Checks that releases are not older than those that were seen, and not expired.
    pub(super) fn check_releases(&self, found: &SignedReleases) -> Result<(), OciError> {
        let seen = self.of(&found.releases.name).map_or(0, |seen| seen.sequence);
        found.releases.check_fresh(&self.registry, seen)
    }

    fn of(&self, name: &ExtensionName) -> Option<&SeenReleases> {
        self.releases.iter().find(|seen| seen.name == *name)
    }

    /// Takes over what is there now. Numbers only grow.
    fn learn(
        &mut self,
        index: &Index,
        revocations: Option<&SignedRevocations>,
        found: Option<&SignedReleases>,
    ) {
        self.index = self.index.max(index.sequence);
        if let Some(revocations) = revocations {
            self.revocations = self.revocations.max(revocations.revocations.sequence);
            self.revocation_key = Some(revocations.key.to_string());
        }
        let Some(found) = found else { return };
        let (name, publisher) = (found.releases.name.clone(), found.publisher.to_string());
        let before = self.of(&name).map_or(0, |seen| seen.sequence);
        let sequence = before.max(found.releases.sequence);
        self.releases.retain(|seen| seen.name != name);
        self.releases.push(SeenReleases { name, sequence, publisher });
    }
}

impl Seen {
    pub(super) fn at(data_folder: &Path) -> Self {
        Self(ListFile::new(data_folder, "registries"))
    }

    /// Checks that the file can be read.
    pub(super) fn check_file(&self) -> Result<(), ErrorBody> {
        self.0.read().map(drop)
    }

    /// Returns what was seen of a registry.
    pub(super) fn of(&self, registry: &Registry) -> Result<SeenRegistry, CoreError> {
        let all = self.0.read().map_err(|error| CoreError::Call(error.into()))?;
        let found = all.into_iter().find(|seen| seen.registry == *registry);
        Ok(found.unwrap_or_else(|| SeenRegistry::new(registry)))
    }

    /// Keeps what was seen.
    pub(super) fn keep(
        &self,
        registry: &Registry,
        index: &Index,
        revocations: Option<&SignedRevocations>,
        found: Option<&SignedReleases>,
    ) -> Result<(), CoreError> {
        let changed = self.0.change(|all| {
            let place = all.iter().position(|seen| seen.registry == *registry);
            let mut seen = match place {
                Some(place) => all.remove(place),
                None => SeenRegistry::new(registry),
            };
            seen.learn(index, revocations, found);
            all.push(seen);
            Ok(())
        });
        changed.map_err(|error| CoreError::Call(error.into()))
    }
}
