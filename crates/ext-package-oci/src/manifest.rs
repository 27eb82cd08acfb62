//! Manifests of a registry: what an artefact is made of.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{digest::Digest, error::OciError};

/// Media type of a manifest.
pub(crate) const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
/// Media type of a list of manifests.
pub(crate) const INDEX: &str = "application/vnd.oci.image.index.v1+json";
/// Media type of the configuration that artefacts do not have.
const EMPTY: &str = "application/vnd.oci.empty.v1+json";
/// The configuration that artefacts do not have.
pub(crate) const EMPTY_JSON: &[u8] = b"{}";

/// Type of the artefact that is a package.
pub const PACKAGE: &str = "application/vnd.spacedrive.extension.v1";
/// Media type of the file of a package.
pub(crate) const PACKAGE_FILE: &str = "application/vnd.spacedrive.extension.package.v1+zip";
/// Type of the artefact that is the signature of a package, which it refers to.
pub const SIGNATURE: &str = "application/vnd.spacedrive.extension.signature.v1";
/// Media type of the file of a signature.
pub(crate) const SIGNATURE_FILE: &str =
    "application/vnd.spacedrive.extension.signature.v1+minisign";
/// Type of the artefact that is the index of a registry.
pub const RELEASES: &str = "application/vnd.spacedrive.extension.index.v1";
/// Type of the artefact that is the list of revocations of a registry.
pub const REVOCATIONS: &str = "application/vnd.spacedrive.extension.revocations.v1";

/// The annotation that names a file.
const TITLE: &str = "org.opencontainers.image.title";

/// A reference to bytes: their type, digest and number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Descriptor {
    pub(crate) media_type: String,
    pub(crate) digest: Digest,
    pub(crate) size: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) artifact_type: Option<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) annotations: BTreeMap<String, String>,
}

impl Descriptor {
    pub(crate) fn of(media_type: &str, bytes: &[u8]) -> Self {
        Self {
            media_type: media_type.to_owned(),
            digest: Digest::of(bytes),
            size: bytes.len() as u64,
            artifact_type: None,
            annotations: BTreeMap::new(),
        }
    }

    /// Names the file that the bytes are.
    pub(crate) fn titled(mut self, name: &str) -> Self {
        self.annotations.insert(TITLE.to_owned(), name.to_owned());
        self
    }

    /// Says which artefact the bytes are the manifest of.
    pub(crate) fn of_artifact(mut self, artifact_type: &str) -> Self {
        self.artifact_type = Some(artifact_type.to_owned());
        self
    }
}

/// The manifest of an artefact.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Manifest {
    schema_version: u8,
    media_type: String,
    #[serde(default)]
    artifact_type: Option<String>,
    config: Descriptor,
    layers: Vec<Descriptor>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    subject: Option<Descriptor>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    annotations: BTreeMap<String, String>,
}

impl Manifest {
    /// Makes the manifest of an artefact of one file.
    pub(crate) fn new(artifact_type: &str, layer: Descriptor) -> Self {
        Self {
            schema_version: 2,
            media_type: MANIFEST.to_owned(),
            artifact_type: Some(artifact_type.to_owned()),
            config: Descriptor::of(EMPTY, EMPTY_JSON),
            layers: vec![layer],
            subject: None,
            annotations: BTreeMap::new(),
        }
    }

    /// Lets the artefact refer to another one.
    pub(crate) fn about(mut self, subject: Descriptor) -> Self {
        self.subject = Some(subject);
        self
    }

    pub(crate) fn annotated(mut self, name: &str, value: &str) -> Self {
        self.annotations.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Returns the only file of an artefact of this type.
    pub(crate) fn only_layer(&self, artifact_type: &str) -> Result<&Descriptor, OciError> {
        if self.artifact_type.as_deref() != Some(artifact_type) {
            return Err(OciError::answer(format_args!("the artefact is not a {artifact_type}")));
        }
        match self.layers.as_slice() {
            [layer] => Ok(layer),
            layers => {
                let number = layers.len();
                Err(OciError::answer(format_args!("the artefact has {number} files, not one")))
            }
        }
    }

    /// Returns the digest of the artefact that this one refers to.
    pub(crate) fn subject(&self) -> Option<&Digest> {
        self.subject.as_ref().map(|subject| &subject.digest)
    }
}

/// A list of manifests.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ManifestList {
    schema_version: u8,
    media_type: String,
    pub(crate) manifests: Vec<Descriptor>,
}

impl Default for ManifestList {
    fn default() -> Self {
        Self { schema_version: 2, media_type: INDEX.to_owned(), manifests: Vec::new() }
    }
}

/// Reads what a registry, or whoever writes into it, has written.
pub(crate) fn read<T: DeserializeOwned>(what: &str, bytes: &[u8]) -> Result<T, OciError> {
    serde_json::from_slice(bytes)
        .map_err(|error| OciError::answer(format_args!("{what} is not valid: {error}")))
}

/// Writes what goes into a registry.
pub(crate) fn write<T: Serialize>(value: &T) -> Result<Vec<u8>, OciError> {
    serde_json::to_vec(value).map_err(OciError::answer)
}
