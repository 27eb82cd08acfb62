//! The format of the file, and the sealing of its parts.

use base64::{Engine, engine::general_purpose::STANDARD};
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use ext_services::credentials::{Credential, CredentialError, Owner, RenewalPause};
use ext_wire::ops::credentials::Secret;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::key::{Key, KeyHeader};

pub(crate) const FORMAT: u32 = 1;
pub(crate) const CIPHER: &str = "xchacha20-poly1305";
const NONCE_BYTES: usize = 24;

/// The file of a vault.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct VaultFile {
    pub(crate) header: Header,
    pub(crate) index: Sealed,
    pub(crate) records: Vec<Record>,
}

/// The header, which is not sealed. The index is bound to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Header {
    pub(crate) format: u32,
    pub(crate) cipher: String,
    pub(crate) key: KeyHeader,
}

/// The part of a file that each format has.
#[derive(Debug, Deserialize)]
pub(crate) struct AnyFormat {
    pub(crate) header: AnyHeader,
}

/// The part of a header that each format has.
#[derive(Debug, Deserialize)]
pub(crate) struct AnyHeader {
    pub(crate) format: u64,
}

/// A sealed credential.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Record {
    pub(crate) id: RecordId,
    pub(crate) version: u64,
    pub(crate) sealed: Sealed,
}

/// The identity of a record, to which it is bound, as it is to its version.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RecordId {
    pub(crate) extension: String,
    pub(crate) library: Uuid,
    pub(crate) name: String,
}

impl Record {
    /// Returns the bytes that it takes in the file, about: its sealed bytes in base64, its names here and
    /// in the index, which has 64 digits of hash besides.
    pub(crate) fn bytes(&self) -> u64 {
        const FRAME: usize = 512;
        let names = 2 * (self.id.extension.len() + self.id.name.len());
        (self.sealed.0.len().div_ceil(3) * 4 + names + FRAME) as u64
    }
}

impl RecordId {
    pub(crate) fn new(owner: &Owner, name: &str) -> Self {
        Self { extension: owner.extension.clone(), library: owner.library, name: name.to_owned() }
    }

    /// Returns digits that are the same for no other id.
    pub(crate) fn digest(&self) -> String {
        let mut hash = blake3::Hasher::new();
        hash.update(self.library.as_bytes());
        for text in [&self.extension, &self.name] {
            hash.update(&(text.len() as u64).to_le_bytes()).update(text.as_bytes());
        }
        hash.finalize().to_hex().to_string()
    }

    pub(crate) fn is_of(&self, owner: &Owner) -> bool {
        (self.extension.as_str(), self.library) == (owner.extension.as_str(), owner.library)
    }
}

/// The expected content of the file. It is stored sealed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Index {
    /// The number of changes of the file.
    pub(crate) generation: u64,
    /// The highest version of a record that was removed: the next new one gets a higher one, so that no
    /// version of a name ever comes again.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(crate) removed: u64,
    pub(crate) entries: Vec<IndexEntry>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde wants it so")]
const fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// The expected version and hash of a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct IndexEntry {
    pub(crate) id: RecordId,
    pub(crate) version: u64,
    /// The BLAKE3 hash of nonce and sealed bytes.
    pub(crate) hash: String,
}

/// A nonce and sealed bytes, in the file as one base64 string.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sealed(Vec<u8>);

impl Sealed {
    pub(crate) fn hash(&self) -> String {
        blake3::hash(&self.0).to_hex().to_string()
    }

    fn seal(key: &Key, bound_to: &[u8], plain: &[u8]) -> Result<Self, CredentialError> {
        let mut nonce = [0; NONCE_BYTES];
        getrandom::fill(&mut nonce).map_err(|error| CredentialError::Io(error.to_string()))?;
        let payload = Payload { msg: plain, aad: bound_to };
        let sealed = cipher(key)?.encrypt(&XNonce::from(nonce), payload);
        let sealed = sealed.map_err(|_| CredentialError::Io("sealing failed".into()))?;
        Ok(Self([nonce.as_slice(), &sealed].concat()))
    }

    fn open(&self, key: &Key, bound_to: &[u8]) -> Result<Zeroizing<Vec<u8>>, CredentialError> {
        let parts = self.0.split_first_chunk::<NONCE_BYTES>();
        let (nonce, sealed) = parts.ok_or(CredentialError::Tampered)?;
        let payload = Payload { msg: sealed, aad: bound_to };
        let plain = cipher(key)?.decrypt(&XNonce::from(*nonce), payload);
        plain.map(Zeroizing::new).map_err(|_| CredentialError::Tampered)
    }
}

fn cipher(key: &Key) -> Result<XChaCha20Poly1305, CredentialError> {
    XChaCha20Poly1305::new_from_slice(key.bytes()).map_err(|_| CredentialError::Tampered)
}

impl Serialize for Sealed {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&STANDARD.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Sealed {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        STANDARD.decode(String::deserialize(from)?).map(Self).map_err(D::Error::custom)
    }
}

/// The plain text of a record.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Plain {
    hosts: Vec<String>,
    secret: Secret,
    needs_login: bool,
    unfinished_renewals: u8,
    /// End and length of the pause before the next renewal, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pause: Option<(i64, u32)>,
}

/// Encodes associated data: bytes that differ when any of the parts does.
fn bound_to<T: Serialize>(what: &str, parts: &T) -> Result<Vec<u8>, CredentialError> {
    serde_json::to_vec(&("spacedrive vault", what, parts)).map_err(|_| CredentialError::Tampered)
}

pub(crate) fn seal_index(
    key: &Key,
    header: &Header,
    index: &Index,
) -> Result<Sealed, CredentialError> {
    let plain = serde_json::to_vec(index).map_err(|_| CredentialError::Tampered)?;
    Sealed::seal(key, &bound_to("index", header)?, &plain)
}

pub(crate) fn open_index(key: &Key, file: &VaultFile) -> Result<Index, CredentialError> {
    let plain = file.index.open(key, &bound_to("index", &file.header)?)?;
    serde_json::from_slice(&plain).map_err(|_| CredentialError::Tampered)
}

pub(crate) fn seal_record(
    key: &Key,
    id: RecordId,
    version: u64,
    credential: &Credential,
) -> Result<Record, CredentialError> {
    let plain = Plain {
        hosts: credential.hosts.clone(),
        secret: credential.secret.clone(),
        needs_login: credential.needs_login,
        unfinished_renewals: credential.unfinished_renewals,
        pause: credential.pause.map(|RenewalPause { until, length }| (until, length)),
    };
    let plain = Zeroizing::new(serde_json::to_vec(&plain).map_err(|_| CredentialError::Tampered)?);
    let sealed = Sealed::seal(key, &bound_to("record", &(&id, version))?, &plain)?;
    Ok(Record { id, version, sealed })
}

pub(crate) fn open_record(key: &Key, record: &Record) -> Result<Credential, CredentialError> {
    let plain = record.sealed.open(key, &bound_to("record", &(&record.id, record.version))?)?;
    let plain: Plain = serde_json::from_slice(&plain).map_err(|_| CredentialError::Tampered)?;
    Ok(Credential {
        hosts: plain.hosts,
        secret: plain.secret,
        needs_login: plain.needs_login,
        unfinished_renewals: plain.unfinished_renewals,
        pause: plain.pause.map(|(until, length)| RenewalPause { until, length }),
    })
}
