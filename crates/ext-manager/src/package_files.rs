//! The files of an extension's package, which its guests can read.

use std::{fs, io, path::Path};

use bytes::Bytes;
use ext_host_process::{MAX_FILE_BYTES, MAX_FILES, Surroundings};
use ext_manifest::{FILES_FOLDER, Manifest};

use crate::LoadError;

/// The folder of the files as guests see it.
const IN_GUEST: &str = "/app/";

/// The files of an extension's package, by their paths below the folder [`FILES_FOLDER`]; of an
/// extension without files there are none.
///
/// ```
/// use ext_manager::PackageFiles;
///
/// let manifest = br#"{ "id": "notes", "name": "Notes", "version": "0.1.0",
///     "wasm_file": "notes.wasm", "wasi": "files" }"#;
/// let manifest = ext_manifest::Manifest::parse(manifest)?;
/// let folder = tempfile::tempdir()?;
/// std::fs::create_dir(folder.path().join("files"))?;
/// std::fs::write(folder.path().join("files/words.txt"), "a b c")?;
/// let files = PackageFiles::read(&manifest, folder.path())?;
/// assert_eq!(files.iter().map(|(path, _)| path).collect::<Vec<_>>(), ["words.txt"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PackageFiles(Vec<(String, Bytes)>);

impl PackageFiles {
    /// Reads the files of an extension in a folder.
    ///
    /// # Errors
    /// [`LoadError::Files`] for a link or a device, for more than an extension may have, and when they
    /// cannot be read.
    pub fn read(manifest: &Manifest, folder: &Path) -> Result<Self, LoadError> {
        let path = folder.join(FILES_FOLDER);
        if !manifest.wasi().has_files() || fs::symlink_metadata(&path).is_err() {
            return Ok(Self::default());
        }
        match ext_fs::read_tree(&path, MAX_FILES, MAX_FILE_BYTES.into()) {
            Ok(tree) => {
                let files = tree.into_iter().map(|(path, bytes)| (path, Bytes::from(bytes)));
                Ok(Self(files.collect()))
            }
            Err(ext_fs::Error { path, source, .. }) => Err(LoadError::Files { path, source }),
        }
    }

    /// Returns the files, in order of their paths.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.0.iter().map(|(path, bytes)| (path.as_str(), bytes.as_ref()))
    }

    /// Returns the digest of all code of an extension, in hex: of its wasm, and of the files that
    /// programs read their code from. The digest of the wasm is that of [`blake3::hash`].
    #[must_use]
    pub fn code_hash(&self, wasm: &blake3::Hash) -> String {
        if self.0.is_empty() {
            return wasm.to_hex().to_string();
        }
        let mut hasher = blake3::Hasher::new_derive_key("spacedrive extension code v1");
        hasher.update(wasm.as_bytes());
        for (path, bytes) in &self.0 {
            hasher.update(&(path.len() as u64).to_le_bytes()).update(path.as_bytes());
            hasher.update(blake3::hash(bytes).as_bytes());
        }
        hasher.finalize().to_hex().to_string()
    }

    /// Writes the files into the folder of an extension; they are on the disk when this returns.
    ///
    /// # Errors
    /// When one cannot be written, or is there already.
    pub fn write(&self, folder: &Path) -> io::Result<()> {
        match self.0.is_empty() {
            true => Ok(()),
            false => Ok(ext_fs::write_tree(&folder.join(FILES_FOLDER), self.iter())?),
        }
    }

    /// Refuses a manifest whose first argument is a script that is not among the files.
    pub(crate) fn check_script(&self, manifest: &Manifest) -> Result<(), LoadError> {
        let Some(script) = manifest.wasi().args().first() else { return Ok(()) };
        match script.strip_prefix(IN_GUEST) {
            Some(file) if !self.0.iter().any(|(path, _)| path == file) => {
                let file = format!("{FILES_FOLDER}/{file}");
                Err(LoadError::NoScript { script: script.clone(), file })
            }
            _ => Ok(()),
        }
    }

    /// Makes the surroundings of the guests, with the library of their runtime where the package does
    /// not have it.
    pub(crate) fn surroundings(&self, manifest: &Manifest) -> Surroundings {
        let mut files = self.0.clone();
        let library = spacedrive_sdk_python::FILES;
        let has_its_own = || files.iter().any(|(path, _)| path == library[0].0);
        if manifest.wasi().runtime() == Some("python") && !has_its_own() {
            files.extend(library.map(|(path, bytes)| (path.to_owned(), Bytes::from_static(bytes))));
        }
        Surroundings {
            files,
            scratch_bytes: manifest.wasi().scratch_bytes(),
            args: manifest.wasi().args().to_vec(),
        }
    }
}
