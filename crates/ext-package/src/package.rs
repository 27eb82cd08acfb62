//! Packages: an extension and what belongs to it.

use std::{fs, path::Path};

use ext_manifest::{FILES_FOLDER, MANIFEST_FILE, Manifest};

use crate::{
    archive::{self, Files, MAX_FILES, MAX_PACKAGE_BYTES},
    error::PackageError,
    key::PublisherKey,
};

/// Extension of the file name of a package.
pub const EXTENSION: &str = "sdx";
/// Extension that the file name of a signature has behind that of its package.
pub const SIGNATURE_EXTENSION: &str = "minisig";
/// Name of the file in a package that has the key of the publisher.
pub const PUBLISHER_FILE: &str = "publisher.pub";

/// Files that belong to an extension, where its folder has them.
const BESIDE: &[&str] = &[
    "README.md",
    "LICENSE",
    "LICENSE.md",
    "LICENSE.txt",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "CHANGELOG.md",
    "icon.png",
];

/// An extension as one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Package {
    manifest: Manifest,
    files: Files,
}

impl Package {
    /// Packages a built extension: `manifest.json`, the wasm (but for one that a runtime runs) and the
    /// folder `files` of a folder, and its README, licence,
    /// list of changes and icon, where it has them.
    ///
    /// # Errors
    /// [`PackageError::Manifest`] and [`PackageError::Io`] when a file is missing or cannot be read.
    pub fn of_folder(folder: &Path) -> Result<Self, PackageError> {
        let manifest = Manifest::from_dir(folder)?;
        let mut files = Files::new();
        for name in named_files(&manifest) {
            let bytes = ext_fs::read(&folder.join(name), manifest.max_wasm_bytes().into())?;
            files.insert(name.to_owned(), bytes);
        }
        let below = folder.join(FILES_FOLDER);
        if manifest.wasi().has_files() && fs::symlink_metadata(&below).is_ok() {
            for (path, bytes) in ext_fs::read_tree(&below, MAX_FILES, MAX_PACKAGE_BYTES as u64)? {
                files.insert(format!("{FILES_FOLDER}/{path}"), bytes);
            }
        }
        Self::of_files(files)?.with_texts_of(folder)
    }

    /// Adds README, licence, list of changes and icon of another folder, where it has them: that of the
    /// sources.
    ///
    /// # Errors
    /// [`PackageError::Io`] when one cannot be read.
    pub fn with_texts_of(mut self, folder: &Path) -> Result<Self, PackageError> {
        for name in BESIDE.iter().filter(|name| folder.join(name).is_file()) {
            let bytes = ext_fs::read(&folder.join(name), MAX_PACKAGE_BYTES as u64)?;
            self.files.insert((*name).to_owned(), bytes);
        }
        Ok(self)
    }

    /// Reads a package, whoever made it; [`verify`](Self::verify) says who did.
    ///
    /// # Errors
    /// [`PackageError::Format`] for bytes that are none; [`PackageError::Manifest`].
    pub fn read(bytes: &[u8]) -> Result<Self, PackageError> {
        Self::of_files(archive::read(bytes)?)
    }

    fn of_files(files: Files) -> Result<Self, PackageError> {
        let json = files.get(MANIFEST_FILE);
        let json =
            json.ok_or_else(|| PackageError::Format(format!("it has no {MANIFEST_FILE}")))?;
        let manifest = Manifest::parse(json)?;
        let wasm = manifest.wasm_file();
        let limit = manifest.max_wasm_bytes();
        match files.get(wasm) {
            None if manifest.wasi().runtime().is_some() => Ok(Self { manifest, files }),
            None => {
                Err(PackageError::Format(format!("it has no {wasm}, which its manifest names")))
            }
            Some(bytes) if bytes.len() > limit as usize => {
                let bytes = bytes.len();
                Err(PackageError::Format(format!("{wasm} has {bytes} bytes, the limit is {limit}")))
            }
            Some(_) => Ok(Self { manifest, files }),
        }
    }

    /// Names the key of the publisher in the package.
    #[must_use]
    pub fn with_publisher(mut self, key: &PublisherKey) -> Self {
        self.files.insert(PUBLISHER_FILE.to_owned(), key.to_file().into_bytes());
        self
    }

    /// Returns the bytes of the file, which are the same for the same files.
    ///
    /// # Errors
    /// [`PackageError::Format`] when it is too large.
    pub fn to_bytes(&self) -> Result<Vec<u8>, PackageError> {
        archive::write(&self.files)
    }

    /// Returns the manifest.
    #[must_use]
    pub const fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Returns the name of the file: `finance-0.1.0.sdx`.
    #[must_use]
    pub fn file_name(&self) -> String {
        format!("{}-{}.{EXTENSION}", self.manifest.id(), self.manifest.version())
    }

    /// Returns the files by name.
    pub fn files(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice()))
    }

    /// Returns the key that the package names as its publisher's. Without a signature that is a claim.
    ///
    /// # Errors
    /// [`PackageError::Key`] when it is not one.
    pub fn publisher(&self) -> Result<Option<PublisherKey>, PackageError> {
        let Some(bytes) = self.files.get(PUBLISHER_FILE) else { return Ok(None) };
        let text = std::str::from_utf8(bytes);
        let text = text.map_err(|_| PackageError::Key("it is not a text".to_owned()))?;
        PublisherKey::parse(text).map(Some)
    }

    /// Returns what a signature states: that this is a package, of which extension and version.
    pub(crate) fn statement(&self) -> String {
        format!("spacedrive extension {} {}", self.manifest.id(), self.manifest.version())
    }

    /// Writes manifest, wasm and the files of its guests into a folder, from where they are installed.
    ///
    /// # Errors
    /// [`PackageError::Io`].
    pub fn unpack(&self, folder: &Path) -> Result<(), PackageError> {
        let below = format!("{FILES_FOLDER}/");
        let named = named_files(&self.manifest);
        let is_wanted = |name: &str| named.contains(&name) || name.starts_with(&below);
        for (name, bytes) in self.files().filter(|(name, _)| is_wanted(name)) {
            let path = folder.join(name);
            let made = path.parent().map_or(Ok(()), fs::create_dir_all);
            made.and_then(|()| fs::write(&path, bytes))
                .map_err(|source| PackageError::Io { path, source })?;
        }
        Ok(())
    }
}

/// Returns the files that a package must have: without the wasm where that is a runtime's.
fn named_files(manifest: &Manifest) -> Vec<&str> {
    match manifest.wasi().runtime() {
        Some(_) => vec![MANIFEST_FILE],
        None => vec![MANIFEST_FILE, manifest.wasm_file()],
    }
}
