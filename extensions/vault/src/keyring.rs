//! The keys of a vault, which the master password opens, and the header that holds them sealed.

use serde::{Deserialize, Serialize};
use spacedrive_sdk::{Error, ErrorCode, Result, wire::SecretText};
use zeroize::Zeroizing;

use crate::crypto::{self, Derivation, Key};
use crate::encoding::base64;

/// The version of the format of headers and items.
const FORMAT: u32 = 1;
/// Length of the id of a vault, an item or a key, in random bytes.
const ID_BYTES: usize = 16;

/// All of a vault that is not secret, and its keys, sealed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Header {
    format: u32,
    id: String,
    derivation: Derivation,
    #[serde(with = "base64")]
    sealed: Vec<u8>,
}

/// The keys of a vault: the last one seals the keys of items, those before are of items that a
/// rotation has not reached.
#[derive(Clone)]
pub(crate) struct Keyring(Vec<(String, Key)>);

/// A key as it is written, inside of what the header seals.
#[derive(Serialize, Deserialize)]
struct WrittenKey {
    id: String,
    #[serde(with = "base64")]
    key: Vec<u8>,
}

impl Header {
    /// Makes a new vault.
    ///
    /// # Errors
    /// Those of the system's random numbers.
    pub(crate) fn create(password: &SecretText) -> Result<(Self, Keyring)> {
        let keyring = Keyring(Vec::new()).with_new_key()?;
        let (id, derivation) = (new_id()?, Derivation::recommended()?);
        let mut header = Self { format: FORMAT, id, derivation, sealed: Vec::new() };
        header.sealed = header.seal(password, &keyring)?;
        Ok((header, keyring))
    }

    /// Opens the keys. A wrong password and damaged keys look the same.
    ///
    /// # Errors
    /// [`ErrorCode::CredReauth`] when the password does not open them; [`ErrorCode::Schema`] for a
    /// vault of a newer version.
    pub(crate) fn open(&self, password: &SecretText) -> Result<Keyring> {
        if self.format != FORMAT {
            let message =
                format_args!("the vault has format {}, this version reads 1", self.format);
            return Err(Error::new(ErrorCode::Schema, message));
        }
        let wrong = || Error::new(ErrorCode::CredReauth, "the master password is wrong");
        let plain = self.derivation.key(password)?.open(&self.place(), &self.sealed);
        Keyring::read(&plain.ok_or_else(wrong)?).ok_or_else(wrong)
    }

    /// Returns the same vault under another password, derived as costly as before at least.
    ///
    /// # Errors
    /// Those of the system's random numbers.
    pub(crate) fn with_password(&self, password: &SecretText, keyring: &Keyring) -> Result<Self> {
        let mut header = Self { derivation: self.derivation.renewed()?, ..self.clone() };
        header.sealed = header.seal(password, keyring)?;
        Ok(header)
    }

    fn seal(&self, password: &SecretText, keyring: &Keyring) -> Result<Vec<u8>> {
        self.derivation.key(password)?.seal(&self.place(), &keyring.write()?)
    }

    fn place(&self) -> String {
        format!("vault/{FORMAT}/{}/keys", self.id)
    }
}

impl Keyring {
    /// Returns the id of the key for new items, and the key.
    ///
    /// # Errors
    /// [`ErrorCode::Corrupt`] without a key, which no vault is.
    pub(crate) fn newest(&self) -> Result<(&str, &Key)> {
        let (id, key) = self.0.last().ok_or_else(damaged)?;
        Ok((id, key))
    }

    /// Finds a key.
    pub(crate) fn get(&self, id: &str) -> Option<&Key> {
        self.0.iter().find(|(other, _)| other == id).map(|(_, key)| key)
    }

    /// Adds a key for new items.
    ///
    /// # Errors
    /// Those of the system's random numbers.
    pub(crate) fn with_new_key(mut self) -> Result<Self> {
        self.0.push((new_id()?, Key::random()?));
        Ok(self)
    }

    fn write(&self) -> Result<Zeroizing<Vec<u8>>> {
        let written =
            |(id, key): &(String, Key)| WrittenKey { id: id.clone(), key: key.bytes().to_vec() };
        let keys: Vec<_> = self.0.iter().map(written).collect();
        Ok(Zeroizing::new(serde_json::to_vec(&keys)?))
    }

    fn read(plain: &[u8]) -> Option<Self> {
        let keys: Vec<WrittenKey> = serde_json::from_slice(plain).ok()?;
        let key = |written: WrittenKey| Some((written.id.clone(), Key::of(&written.key)?));
        keys.into_iter().map(key).collect::<Option<Vec<_>>>().map(Self)
    }
}

impl Drop for WrittenKey {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.key);
    }
}

/// Makes an id that says nothing.
///
/// # Errors
/// Those of the system's random numbers.
pub(crate) fn new_id() -> Result<String> {
    Ok(data_encoding::HEXLOWER.encode(&crypto::random(ID_BYTES)?))
}

fn damaged() -> Error {
    Error::new(ErrorCode::Corrupt, "the vault has no keys")
}
