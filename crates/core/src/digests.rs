//! The digests of an installed version's files, as they were when the user agreed.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use ext_fs::replace;
use ext_manifest::{MANIFEST_FILE, Manifest};
use serde::{Deserialize, Serialize};

/// BLAKE3 of both files, in hex.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Digests {
    manifest: String,
    wasm: String,
}

impl Digests {
    /// Reads the files in a folder.
    pub(crate) fn of(folder: &Path, manifest: &Manifest) -> io::Result<Self> {
        let digest = |path: PathBuf| Ok::<_, io::Error>(hash(&fs::read(path)?));
        Ok(Self {
            manifest: digest(folder.join(MANIFEST_FILE))?,
            wasm: digest(manifest.wasm_path(folder))?,
        })
    }

    /// Returns the digest of the wasm.
    pub(crate) fn wasm(&self) -> &str {
        &self.wasm
    }

    /// Records the digests of a version.
    pub(crate) fn record(&self, version: &Path) -> io::Result<()> {
        Ok(replace(&record_of(version), &serde_json::to_vec(self)?)?)
    }

    /// Reads what was recorded for a version; `None` when it was installed by a program that recorded
    /// nothing.
    pub(crate) fn recorded(version: &Path) -> io::Result<Option<Self>> {
        match fs::read(record_of(version)) {
            Ok(json) => Ok(Some(serde_json::from_slice(&json)?)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Returns the file that is not what was recorded, if there is one.
    pub(crate) fn changed(&self, now: &Self, manifest: &Manifest) -> Option<String> {
        if self.manifest != now.manifest {
            return Some(MANIFEST_FILE.to_owned());
        }
        (self.wasm != now.wasm).then(|| manifest.wasm_file().to_owned())
    }
}

/// Returns the file beside a version's folder that holds its digests.
pub(crate) fn record_of(version: &Path) -> PathBuf {
    version.with_extension("json")
}

fn hash(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().to_string()
}
