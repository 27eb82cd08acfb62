//! The key of a vault, and its sources.

use std::{
    fmt, io,
    path::{Path, PathBuf},
};

use argon2::{Algorithm, Argon2, Params, Version};
use base64::{Engine, engine::general_purpose::STANDARD};
use ext_fs::rename;
use ext_services::credentials::{CredentialError, KeyStore};
use ext_wire::SecretText;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::disk;

const KEY_BYTES: usize = 32;
const SALT_BYTES: usize = 16;

/// The cost of a passphrase: 64 MiB and three passes, well above the minimum of OWASP.
const MEMORY_KIB: u32 = 64 << 10;
const PASSES: u32 = 3;
const LANES: u32 = 1;

/// The highest cost that a file may ask for.
const MAX_MEMORY_KIB: u32 = 1 << 20;
const MAX_PASSES: u32 = 16;

/// A source of the key of a vault.
pub enum KeySource {
    /// A file with the key, which is created when it is missing. Only its owner may read it.
    File(PathBuf),
    /// A passphrase. The function is called once; it returns `None` when nobody can be asked.
    Passphrase(Box<dyn Fn() -> Option<Zeroizing<String>> + Send + Sync>),
    /// The key store of the operating system; the key is created with the vault.
    Keystore(Box<dyn KeyStore>),
}

impl KeySource {
    pub(crate) const fn kind(&self) -> &'static str {
        match self {
            Self::File(_) => "file",
            Self::Passphrase(_) => "passphrase",
            Self::Keystore(_) => "keystore",
        }
    }

    /// Creates a key for a vault that does not exist yet.
    pub(crate) fn create(&self) -> Result<(KeyHeader, Key), CredentialError> {
        match self {
            Self::File(path) => create_in_file(path),
            Self::Passphrase(ask) => from_new_passphrase(&passphrase(ask.as_ref())?),
            Self::Keystore(store) => create_in_store(store.as_ref()),
        }
    }

    /// Opens the key of an existing vault that was locked with this kind of key.
    fn open(&self, header: &KeyHeader) -> Result<Key, CredentialError> {
        match (self, header) {
            (Self::File(path), KeyHeader::File { id }) => open_key_file(path, id),
            (
                Self::Passphrase(ask),
                KeyHeader::Passphrase { salt, memory_kib, passes, lanes, .. },
            ) => derive(&passphrase(ask.as_ref())?, salt, *memory_kib, *passes, *lanes),
            (Self::Keystore(store), KeyHeader::Keystore { entry, .. }) => {
                load_from_store(store.as_ref(), entry)
            }
            _ => Err(not_locked_with(header, self.kind())),
        }
    }

    /// Creates the next key of a vault; the old one still opens it.
    pub(crate) fn next(
        &self,
        passphrase: Option<&str>,
    ) -> Result<(KeyHeader, Key), CredentialError> {
        match (self, passphrase.filter(|passphrase| !passphrase.is_empty())) {
            (Self::File(path), _) => prepare_next(path),
            (Self::Keystore(store), _) => create_in_store(store.as_ref()),
            (Self::Passphrase(_), Some(passphrase)) => from_new_passphrase(passphrase),
            (Self::Passphrase(_), None) => {
                Err(CredentialError::Invalid("a new passphrase is needed".into()))
            }
        }
    }

    /// Makes the next key the only one, once the vault is sealed with it.
    pub(crate) fn switch(&self, old: &KeyHeader) -> Result<(), CredentialError> {
        match (self, old) {
            (Self::File(path), _) => switch_to_next(path),
            (Self::Keystore(store), KeyHeader::Keystore { entry, .. }) => {
                store.remove(entry).map_err(store_failed)
            }
            _ => Ok(()),
        }
    }
}

impl fmt::Debug for KeySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind())
    }
}

/// The description of the key in the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum KeyHeader {
    File { id: String },
    Passphrase { id: String, salt: String, memory_kib: u32, passes: u32, lanes: u32 },
    Keystore { id: String, entry: String },
}

impl KeyHeader {
    fn id(&self) -> &str {
        match self {
            Self::File { id } | Self::Passphrase { id, .. } | Self::Keystore { id, .. } => id,
        }
    }

    pub(crate) const fn kind(&self) -> &'static str {
        match self {
            Self::File { .. } => "file",
            Self::Passphrase { .. } => "passphrase",
            Self::Keystore { .. } => "keystore",
        }
    }
}

/// A key in memory, which is overwritten on drop.
#[derive(Clone)]
pub(crate) struct Key(Zeroizing<[u8; KEY_BYTES]>);

impl Key {
    fn random() -> Result<Self, CredentialError> {
        let mut bytes = Zeroizing::new([0; KEY_BYTES]);
        getrandom::fill(bytes.as_mut()).map_err(|error| CredentialError::Io(error.to_string()))?;
        Ok(Self(bytes))
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        self.0.as_ref()
    }

    /// Returns an id that distinguishes keys and reveals nothing about them.
    fn id(&self) -> String {
        let hash = blake3::derive_key("spacedrive vault 2026 id of a key", self.bytes());
        hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

fn create_in_file(path: &Path) -> Result<(KeyHeader, Key), CredentialError> {
    let key = match read_key_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let key = Key::random()?;
            write_key_file(path, &key).map_err(|error| locked(path, &error))?;
            key
        }
        read => read.map_err(|error| locked(path, &error))?,
    };
    Ok((KeyHeader::File { id: key.id() }, key))
}

/// Creates a key in the store. Each has an entry of its own, so that a change of keys needs no second
/// step in the store.
fn create_in_store(store: &dyn KeyStore) -> Result<(KeyHeader, Key), CredentialError> {
    let key = Key::random()?;
    let entry = format!("vault {}", key.id());
    let text = SecretText::from(STANDARD.encode(key.bytes()));
    store.save(&entry, &text).map_err(store_failed)?;
    // A store that does not keep the key would make the vault unreadable.
    match store.load(&entry).map_err(store_failed)? {
        Some(kept) if kept == text => Ok((KeyHeader::Keystore { id: key.id(), entry }, key)),
        _ => Err(CredentialError::Locked("the key store does not keep the key".into())),
    }
}

fn load_from_store(store: &dyn KeyStore, entry: &str) -> Result<Key, CredentialError> {
    let kept = store.load(entry).map_err(store_failed)?;
    let missing = || CredentialError::Locked(format!("the key store has no `{entry}`"));
    decode(kept.ok_or_else(missing)?.expose()).ok_or_else(|| {
        CredentialError::Locked(format!("`{entry}` in the key store is not a valid key"))
    })
}

fn store_failed(why: String) -> CredentialError {
    CredentialError::Locked(format!("the key store of this system: {why}"))
}

/// Creates a key for a vault that does not exist yet, in the first source that works.
pub(crate) fn create(sources: &[KeySource]) -> Result<(KeyHeader, Key), CredentialError> {
    let mut last = CredentialError::Locked("no source of a key is configured".into());
    for source in sources {
        match source.create() {
            Ok(created) => return Ok(created),
            Err(error) => {
                tracing::warn!(source = source.kind(), %error, "the source has no key");
                last = error;
            }
        }
    }
    Err(last)
}

/// Opens the key of an existing vault, from the source that made it.
pub(crate) fn open(sources: &[KeySource], header: &KeyHeader) -> Result<Key, CredentialError> {
    let Some(source) = sources.iter().find(|source| source.kind() == header.kind()) else {
        let kinds: Vec<_> = sources.iter().map(KeySource::kind).collect();
        return Err(not_locked_with(header, &kinds.join(" or ")));
    };
    let key = source.open(header)?;
    match key.id() == header.id() {
        true => Ok(key),
        false => Err(CredentialError::Locked(format!("this is not their {}", header.kind()))),
    }
}

fn not_locked_with(header: &KeyHeader, given: &str) -> CredentialError {
    let text = format!("they were locked with a {} and not with a {given}", header.kind());
    CredentialError::Locked(text)
}

/// Returns whether a key in memory is that of a header.
pub(crate) fn fits(key: &Key, header: &KeyHeader) -> bool {
    key.id() == header.id()
}

fn passphrase(
    ask: &(dyn Fn() -> Option<Zeroizing<String>> + Send + Sync),
) -> Result<Zeroizing<String>, CredentialError> {
    let passphrase = ask().filter(|passphrase| !passphrase.is_empty());
    passphrase.ok_or_else(|| CredentialError::Locked("no passphrase was given".into()))
}

fn from_new_passphrase(passphrase: &str) -> Result<(KeyHeader, Key), CredentialError> {
    let mut salt = [0; SALT_BYTES];
    getrandom::fill(&mut salt).map_err(|error| CredentialError::Io(error.to_string()))?;
    let salt = STANDARD.encode(salt);
    let (memory_kib, passes, lanes) = (MEMORY_KIB, PASSES, LANES);
    let key = derive(passphrase, &salt, memory_kib, passes, lanes)?;
    Ok((KeyHeader::Passphrase { id: key.id(), salt, memory_kib, passes, lanes }, key))
}

fn derive(
    passphrase: &str,
    salt: &str,
    memory_kib: u32,
    passes: u32,
    lanes: u32,
) -> Result<Key, CredentialError> {
    if memory_kib > MAX_MEMORY_KIB || passes > MAX_PASSES || lanes != LANES {
        return Err(CredentialError::Tampered);
    }
    let salt = STANDARD.decode(salt).map_err(|_| CredentialError::Tampered)?;
    let params = Params::new(memory_kib, passes, lanes, Some(KEY_BYTES));
    let params = params.map_err(|_| CredentialError::Tampered)?;
    let mut bytes = Zeroizing::new([0; KEY_BYTES]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(passphrase.as_bytes(), &salt, bytes.as_mut())
        .map_err(|_| CredentialError::Tampered)?;
    Ok(Key(bytes))
}

/// Opens the key with an id: in the file, or in the one beside it when a change of keys was interrupted
/// after the vault had been written.
fn open_key_file(path: &Path, id: &str) -> Result<Key, CredentialError> {
    let key = read_key_file(path);
    if key.as_ref().is_ok_and(|key| key.id() == id) {
        return key.map_err(|error| locked(path, &error));
    }
    let next = next_key_file(path);
    match read_key_file(&next) {
        Ok(key) if key.id() == id => {
            rename(&next, path).map_err(|error| locked(path, &error.source))?;
            Ok(key)
        }
        _ => key.map_err(|error| locked(path, &error)),
    }
}

/// Writes a new key beside the old one.
fn prepare_next(path: &Path) -> Result<(KeyHeader, Key), CredentialError> {
    let key = Key::random()?;
    let next = next_key_file(path);
    write_key_file(&next, &key).map_err(|error| locked(&next, &error))?;
    Ok((KeyHeader::File { id: key.id() }, key))
}

/// Makes the new key the only one.
fn switch_to_next(path: &Path) -> Result<(), CredentialError> {
    rename(&next_key_file(path), path).map_err(|error| locked(path, &error.source))
}

fn next_key_file(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".next");
    path.with_file_name(name)
}

/// The longest file of a key, in bytes: one is written in 45.
const MAX_KEY_FILE_BYTES: u64 = 1 << 10;

fn read_key_file(path: &Path) -> io::Result<Key> {
    disk::check_private(path)?;
    let text = Zeroizing::new(ext_fs::read_text(path, MAX_KEY_FILE_BYTES)?);
    let malformed = || io::Error::new(io::ErrorKind::InvalidData, "it does not hold a valid key");
    decode(&text).ok_or_else(malformed)
}

fn decode(text: &str) -> Option<Key> {
    let bytes = STANDARD.decode(text.trim()).map(Zeroizing::new).ok()?;
    let bytes = <[u8; KEY_BYTES]>::try_from(bytes.as_slice()).ok()?;
    Some(Key(Zeroizing::new(bytes)))
}

fn write_key_file(path: &Path, key: &Key) -> io::Result<()> {
    let text = Zeroizing::new(STANDARD.encode(key.bytes()) + "\n");
    disk::replace(path, text.as_bytes())
}

fn locked(path: &Path, error: &io::Error) -> CredentialError {
    let locked = |error: &io::Error| {
        CredentialError::Locked(format!("the key file {}: {error}", path.display()))
    };
    disk::of_medium(error).unwrap_or_else(|| locked(error))
}
