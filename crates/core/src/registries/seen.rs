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

/// News of a registry: what of it was read or written now.
#[derive(Clone, Copy, Default)]
pub(super) struct News<'a> {
    pub(super) index: Option<&'a Index>,
    pub(super) revocations: Option<&'a SignedRevocations>,
    pub(super) releases: Option<&'a SignedReleases>,
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
            return match (self.revocations, key) {
                (0, None) => Ok(()),
                // Whoever named its key knows that there is one.
                (0, Some(_)) => Err(self.lost("config.toml names its key")),
                (seen, _) => Err(self.lost(&format!("number {seen} was seen before"))),
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

    fn lost(&self, reason: &str) -> CoreError {
        let (what, registry) = ("the list of revocations".to_owned(), self.registry.to_string());
        let problem = format!("is not there, and {reason}");
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
        found.releases.check_fresh(&self.registry, self.releases_of(&found.releases.name))
    }

    /// Returns the number of the list of revocations that was seen; 0 for none.
    pub(super) const fn revocations(&self) -> u64 {
        self.revocations
    }

    /// Returns the number of the releases of an extension that were seen; 0 for none.
    pub(super) fn releases_of(&self, name: &ExtensionName) -> u64 {
        self.of(name).map_or(0, |seen| seen.sequence)
    }

    fn of(&self, name: &ExtensionName) -> Option<&SeenReleases> {
        self.releases.iter().find(|seen| seen.name == *name)
    }

    /// Takes over what is there now. Numbers only grow.
    fn learn(&mut self, news: News<'_>) {
        self.index = self.index.max(news.index.map_or(0, |index| index.sequence));
        if let Some(revocations) = news.revocations {
            self.revocations = self.revocations.max(revocations.revocations.sequence);
            self.revocation_key = Some(revocations.key.to_string());
        }
        let Some(found) = news.releases else { return };
        let (name, publisher) = (found.releases.name.clone(), found.publisher.to_string());
        let sequence = self.releases_of(&name).max(found.releases.sequence);
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
    pub(super) fn keep(&self, registry: &Registry, news: News<'_>) -> Result<(), CoreError> {
        let changed = self.0.change(|all| {
            let place = all.iter().position(|seen| seen.registry == *registry);
            let mut seen = match place {
                Some(place) => all.remove(place),
                None => SeenRegistry::new(registry),
            };
            seen.learn(news);
            all.push(seen);
            Ok(())
        });
        changed.map_err(|error| CoreError::Call(error.into()))
    }
}
