//! The registries that installed versions came from.

use std::path::Path;

use ext_package_oci::{Digest, ExtensionName, Registry};
use ext_wire::{ErrorBody, ops::extensions::ExtensionInfo};
use semver::Version;
use serde::{Deserialize, Serialize};

use crate::{error::CoreError, list_file::ListFile};

/// Most versions of an extension that are remembered: the installed one, the one before, those that were
/// fetched and not installed.
const MAX_VERSIONS: usize = 4;

/// A version that was fetched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Origin {
    pub(super) extension_id: String,
    /// Digest of its code, which tells whether it is the one that is installed.
    pub(super) wasm_hash: String,
    pub(super) registry: Registry,
    pub(super) name: ExtensionName,
    pub(super) version: Version,
    pub(super) digest: Digest,
    /// True when it was revoked and stopped for that: once, as the user may know better.
    #[serde(default)]
    pub(super) was_revoked: bool,
}

impl Origin {
    /// Returns whether this is the version that is installed. Another manifest with the same code is another
    /// version.
    pub(super) fn is_of(&self, info: &ExtensionInfo) -> bool {
        (&self.extension_id, &self.wasm_hash) == (&info.id, &info.wasm_hash)
            && self.version.to_string() == info.version
    }

    fn is_same(&self, other: &Self) -> bool {
        (&self.extension_id, &self.wasm_hash, &self.version)
            == (&other.extension_id, &other.wasm_hash, &other.version)
    }
}

/// The file of all.
pub(super) struct Origins(ListFile<Origin>);

impl Origins {
    pub(super) fn at(data_folder: &Path) -> Self {
        Self(ListFile::new(data_folder, "origins"))
    }

    /// Checks that the file can be read.
    pub(super) fn check_file(&self) -> Result<(), ErrorBody> {
        self.0.read().map(drop)
    }

    pub(super) fn list(&self) -> Result<Vec<Origin>, CoreError> {
        self.0.read().map_err(|error| CoreError::Call(error.into()))
    }

    /// Remembers a version that was fetched.
    pub(super) fn keep(&self, origin: Origin) -> Result<(), CoreError> {
        let changed = self.0.change(|all| {
            all.retain(|it| !it.is_same(&origin));
            let mut older = all.iter().filter(|it| it.extension_id == origin.extension_id).count();
            all.retain(|it| {
                let is_over = it.extension_id == origin.extension_id && older >= MAX_VERSIONS;
                older -= usize::from(is_over);
                !is_over
            });
            all.push(origin);
            Ok(())
        });
        changed.map_err(|error| CoreError::Call(error.into()))
    }

    /// Remembers that a version was stopped because it was revoked.
    pub(super) fn mark_revoked(&self, origin: &Origin) -> Result<(), CoreError> {
        let marked = self.0.change_one(|it| it == origin, |it| it.was_revoked = true);
        marked.map(drop).map_err(|error| CoreError::Call(error.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_versions_of_each_extension_are_remembered() {
        let folder = tempfile::tempdir().unwrap();
        let origins = Origins::at(folder.path());
        for (id, number) in
            [("notes", 0), ("other", 0)].into_iter().chain((1..9).map(|n| ("notes", n)))
        {
            let origin = Origin {
                extension_id: id.to_owned(),
                wasm_hash: number.to_string(),
                registry: Registry::parse("r.example.com").unwrap(),
                name: format!("acme/{id}").parse().unwrap(),
                version: Version::new(number, 0, 0),
                digest: Digest::of(b""),
                was_revoked: false,
            };
            origins.keep(origin).unwrap();
        }
        let kept: Vec<String> =
            origins.list().unwrap().into_iter().map(|it| it.wasm_hash).collect();
        assert_eq!(kept, ["0", "5", "6", "7", "8"]);
    }
}
