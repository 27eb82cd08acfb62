//! Versions of extensions before they are installed.

use std::path::{Path, PathBuf};

use ext_grants::PermissionRequest;
use ext_manager::{LoadError, ModuleContents};
use ext_manifest::{MANIFEST_FILE, MAX_MANIFEST_BYTES, Manifest};
use ext_package::PublisherKey;

use ext_wire::ops::extensions::ExtensionInfo;
use serde_json::Value;

use crate::{
    digests::Digests, error::CoreError, extension_info, installed::io_error, staging::Staging,
};

/// An extension that may be installed, in a copy that is private to this program.
///
/// The user is asked about this copy, and [`install`](crate::Extensions::install) installs it and
/// nothing else.
#[derive(Debug)]
pub struct Candidate {
    manifest: Manifest,
    wasm_hash: String,
    /// The folder that it was copied from.
    source: PathBuf,
    folder: Staging,
    /// The key that the package it came in is signed with.
    publisher: Option<PublisherKey>,
    /// True when the user accepts another publisher than that of the installed version.
    accepts_publisher: bool,
}

impl Candidate {
    pub(crate) fn new(
        manifest: Manifest,
        wasm_hash: String,
        source: PathBuf,
        folder: Staging,
    ) -> Self {
        let (publisher, accepts_publisher) = (None, false);
        Self { manifest, wasm_hash, source, folder, publisher, accepts_publisher }
    }

    /// Returns its manifest, which says what it is and what it asks for.
    #[must_use]
    pub const fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Returns the BLAKE3 digest of its wasm in hex, which grants are bound to.
    #[must_use]
    pub fn wasm_hash(&self) -> &str {
        &self.wasm_hash
    }

    /// Returns the BLAKE3 digest of both its files in hex: another manifest is another digest as well.
    pub(crate) fn digest(&self) -> Result<String, CoreError> {
        let failed = |error| io_error(self.folder(), error);
        Ok(Digests::of(self.folder(), &self.manifest).map_err(failed)?.digest())
    }

    /// Returns its manifest as it is written.
    pub(crate) fn manifest_json(&self) -> Result<Value, CoreError> {
        let path = self.folder().join(MANIFEST_FILE);
        let text = ext_fs::read(&path, MAX_MANIFEST_BYTES as u64)?;
        let not_json = |source: serde_json::Error| io_error(&path, source.into());
        serde_json::from_slice(&text).map_err(not_json)
    }

    /// Describes it to the user.
    pub(crate) fn info(&self) -> ExtensionInfo {
        extension_info::describe(&self.manifest, self.wasm_hash.clone())
    }

    /// Returns the key of the publisher who signed it, for one that came in a signed package.
    #[must_use]
    pub const fn publisher(&self) -> Option<&PublisherKey> {
        self.publisher.as_ref()
    }

    /// Accepts another publisher than that of the installed version, or none: the user knows that the
    /// publisher has a new key.
    #[must_use]
    pub const fn accepting_publisher(mut self) -> Self {
        self.accepts_publisher = true;
        self
    }

    pub(crate) const fn accepts_publisher(&self) -> bool {
        self.accepts_publisher
    }

    pub(crate) fn signed_by(mut self, publisher: Option<PublisherKey>) -> Self {
        self.publisher = publisher;
        self
    }

    /// Reads what its wasm is made of.
    pub(crate) fn contents(&self) -> Result<ModuleContents, LoadError> {
        let path = self.manifest.wasm_path(self.folder());
        let wasm = ext_fs::read(&path, self.manifest.max_wasm_bytes().into())
            .map_err(|error| LoadError::Wasm { path: path.clone(), source: error.into() })?;
        ModuleContents::read(&wasm).map_err(|source| LoadError::Module { path, source })
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Names the files of the error as the user knows them, not as those of the copy.
    pub(crate) fn at_source(&self, error: LoadError) -> LoadError {
        error.with_folder(self.folder(), &self.source)
    }
}

/// A version that was deferred until the user decides.
#[derive(Debug)]
pub struct PendingUpdate {
    /// The version.
    pub candidate: Candidate,
    /// The rights that it asks for and the installed version did not.
    pub request: PermissionRequest,
}
