//! A version of an extension, as grants are bound to it.

use ext_grants::ExtensionVersion;
use ext_manifest::Manifest;

use crate::candidate::Candidate;

/// Manifest and digest of a version of an extension.
pub(crate) struct Version {
    manifest: Manifest,
    wasm_hash: String,
}

impl Version {
    pub(crate) const fn new(manifest: Manifest, wasm_hash: String) -> Self {
        Self { manifest, wasm_hash }
    }

    pub(crate) fn of(candidate: &Candidate) -> Self {
        Self::new(candidate.manifest().clone(), candidate.wasm_hash().to_owned())
    }

    pub(crate) const fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    pub(crate) fn as_ref(&self) -> ExtensionVersion<'_> {
        ExtensionVersion { manifest: &self.manifest, wasm_hash: &self.wasm_hash }
    }
}
