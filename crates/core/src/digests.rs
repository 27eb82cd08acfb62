//! The digests of an installed version's files, as they were when the user agreed.

use std::{
    fs,
    io::{self, Read},
    path::{Path, PathBuf},
};

use blake3::Hash;
use ext_fs::{create_private_folder, replace};
use ext_manager::PackageFiles;
use ext_manifest::{FILES_FOLDER, MANIFEST_FILE, MAX_MANIFEST_BYTES, Manifest};
use serde::{Deserialize, Serialize};

/// The longest record, in bytes: it has four digests.
const MAX_RECORD_BYTES: u64 = 1 << 10;

/// BLAKE3 of the files, in hex.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Digests {
    manifest: String,
    wasm: String,
    /// That of the files of the package, where there are any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    files: Option<String>,
    /// That of the code, where there are such files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    code: Option<String>,
}

impl Digests {
    /// Reads the files in a folder.
    pub(crate) fn of(folder: &Path, manifest: &Manifest) -> io::Result<Self> {
        let wasm = hash_file(&manifest.wasm_path(folder), manifest.max_wasm_bytes().into())?;
        let files = PackageFiles::read(manifest, folder).map_err(io::Error::other)?;
        let some = files.iter().next().is_some();
        Ok(Self {
            manifest: manifest_digest(folder)?,
            wasm: wasm.to_hex().to_string(),
            files: some.then(|| files.code_hash(&blake3::hash(&[]))),
            code: some.then(|| files.code_hash(&wasm)),
        })
    }

    /// Returns whether the manifest in a folder is the recorded one.
    pub(crate) fn has_manifest(&self, folder: &Path) -> io::Result<bool> {
        Ok(self.manifest == manifest_digest(folder)?)
    }

    /// Returns a digest of all.
    pub(crate) fn digest(&self) -> String {
        let files = self.files.as_deref().unwrap_or_default();
        let all = format!("{}{}{files}", self.manifest, self.wasm);
        blake3::hash(all.as_bytes()).to_hex().to_string()
    }

    /// Returns the digest of the code: of the wasm, and of the files of the package, where there are any.
    /// An older program did not record it: then the files in this folder count.
    pub(crate) fn code(&self, manifest: &Manifest, folder: &Path) -> io::Result<String> {
        if let Some(code) = &self.code {
            return Ok(code.clone());
        }
        if self.files.is_none() {
            return Ok(self.wasm.clone());
        }
        let wasm = Hash::from_hex(&self.wasm).map_err(io::Error::other)?;
        let files = PackageFiles::read(manifest, folder).map_err(io::Error::other)?;
        Ok(files.code_hash(&wasm))
    }

    /// Returns the digest of the wasm.
    pub(crate) fn wasm(&self) -> &str {
        &self.wasm
    }

    /// Records the digests of a version.
    pub(crate) fn record(&self, version: &Path) -> io::Result<()> {
        let path = record_of(version);
        create_private_folder(path.parent().unwrap_or(version))?;
        Ok(replace(&path, &serde_json::to_vec(self)?)?)
    }

    /// Reads what was recorded for a version; `None` when it was installed by a program that recorded
    /// nothing.
    pub(crate) fn recorded(version: &Path) -> io::Result<Option<Self>> {
        match ext_fs::read(&record_of(version), MAX_RECORD_BYTES).map_err(io::Error::from) {
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
        if self.wasm != now.wasm {
            return Some(manifest.wasm_file().to_owned());
        }
        (self.files != now.files).then(|| FILES_FOLDER.to_owned())
    }
}

/// Deletes what was recorded for the versions of an extension, but for those in these folders.
pub(crate) fn forget_others(home: &Path, keep: &[&str]) {
    let keep: Vec<PathBuf> = keep.iter().map(|version| record_of(&home.join(version))).collect();
    let id = format!("{}-", name(home));
    let records = fs::read_dir(folder(home)).into_iter().flatten().flatten();
    for path in records.map(|entry| entry.path()) {
        if name(&path).starts_with(&id) && !keep.contains(&path) {
            // It takes room and does no harm.
            let _ = fs::remove_file(&path);
        }
    }
}

/// Returns the file that holds the digests of a version: `.digests/<id>-<hash>.json` beside the folders
/// of the extensions. An id has no `-`.
pub(crate) fn record_of(version: &Path) -> PathBuf {
    let home = version.parent().unwrap_or(version);
    folder(home).join(format!("{}-{}.json", name(home), name(version)))
}

fn folder(home: &Path) -> PathBuf {
    home.with_file_name(".digests")
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn manifest_digest(folder: &Path) -> io::Result<String> {
    let digest = hash_file(&folder.join(MANIFEST_FILE), MAX_MANIFEST_BYTES as u64)?;
    Ok(digest.to_hex().to_string())
}

/// Returns the digest of a regular file of at most `most` bytes, which is never in memory as a whole.
pub(crate) fn hash_file(path: &Path, most: u64) -> io::Result<Hash> {
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(ext_fs::open(path)?.take(most.saturating_add(1)))?;
    if hasher.count() > most {
        let reason = format!("{} has more than {most} bytes", path.display());
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, reason));
    }
    Ok(hasher.finalize())
}
