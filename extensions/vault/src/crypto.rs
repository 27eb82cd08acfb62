//! Keys and sealed bytes: Argon2id (RFC 9106) and XChaCha20-Poly1305, both of the RustCrypto project.

use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::{
    AeadInPlace, Key as CipherKey, KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use serde::{Deserialize, Serialize};
use spacedrive_sdk::{Error, ErrorCode, Result, wire::SecretText};
use zeroize::Zeroizing;

use crate::encoding::base64;

/// Length of a nonce, in bytes.
const NONCE_BYTES: usize = 24;
/// Length of a salt, in bytes.
const SALT_BYTES: usize = 16;
/// Largest memory of a derivation, in KiB: a header that asks for more was not written here.
const MAX_MEMORY_KIB: u32 = 256 << 10;
/// Most passes of a derivation.
const MAX_PASSES: u32 = 64;

/// A key of 256 bits, overwritten when it goes.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Key(Zeroizing<[u8; 32]>);

/// The cost of deriving a key from a password, kept beside what the key opens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Derivation {
    algorithm: String,
    memory_kib: u32,
    passes: u32,
    lanes: u32,
    #[serde(with = "base64")]
    salt: Vec<u8>,
}

impl Derivation {
    /// Makes a derivation by the second recommended option of RFC 9106, with a salt of its own.
    ///
    /// # Errors
    /// Those of the system's random numbers.
    pub(crate) fn recommended() -> Result<Self> {
        Ok(Self {
            algorithm: "argon2id".to_owned(),
            memory_kib: 64 << 10,
            passes: 3,
            lanes: 4,
            salt: random(SALT_BYTES)?,
        })
    }

    /// Makes a derivation for another password: as costly as this one, and as recommended at least.
    ///
    /// # Errors
    /// As [`Self::recommended`].
    pub(crate) fn renewed(&self) -> Result<Self> {
        let new = Self::recommended()?;
        Ok(Self {
            memory_kib: new.memory_kib.max(self.memory_kib),
            passes: new.passes.max(self.passes),
            lanes: new.lanes.max(self.lanes),
            ..new
        })
    }

    /// Derives the key of a password.
    ///
    /// # Errors
    /// [`ErrorCode::Corrupt`] for parameters that are not of a vault.
    pub(crate) fn key(&self, password: &SecretText) -> Result<Key> {
        let damaged = || Error::new(ErrorCode::Corrupt, "the header of the vault is damaged");
        let costly = self.memory_kib > MAX_MEMORY_KIB || self.passes > MAX_PASSES;
        if self.algorithm != "argon2id" || costly {
            return Err(damaged());
        }
        let params = Params::new(self.memory_kib, self.passes, self.lanes, Some(32));
        let params = params.map_err(|_| damaged())?;
        let mut key = Zeroizing::new([0; 32]);
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(password.expose().as_bytes(), &self.salt, &mut *key)
            .map_err(|_| damaged())?;
        Ok(Key(key))
    }
}

impl Key {
    /// Makes a random key.
    ///
    /// # Errors
    /// Those of the system's random numbers.
    pub(crate) fn random() -> Result<Self> {
        let mut key = Zeroizing::new([0; 32]);
        fill(&mut *key)?;
        Ok(Self(key))
    }

    /// Takes the bytes of a key; `None` when there are not 32.
    pub(crate) fn of(bytes: &[u8]) -> Option<Self> {
        Some(Self(Zeroizing::new(bytes.try_into().ok()?)))
    }

    /// Returns the bytes of the key.
    pub(crate) fn bytes(&self) -> &[u8] {
        &*self.0
    }

    /// Encrypts bytes under a new nonce, which stands in front. `place` names where they stand: they
    /// cannot be opened elsewhere.
    ///
    /// # Errors
    /// Those of the system's random numbers.
    pub(crate) fn seal(&self, place: &str, plain: &[u8]) -> Result<Vec<u8>> {
        let mut sealed = random(NONCE_BYTES)?;
        let mut bytes = Zeroizing::new(plain.to_vec());
        let tag = self
            .cipher()
            .encrypt_in_place_detached(XNonce::from_slice(&sealed), place.as_bytes(), &mut bytes)
            .map_err(|_| Error::failed("too many bytes to encrypt"))?;
        sealed.extend_from_slice(&bytes);
        sealed.extend_from_slice(&tag);
        Ok(sealed)
    }

    /// Decrypts what [`Self::seal`] made for the same place; `None` when it is not that.
    pub(crate) fn open(&self, place: &str, sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (nonce, msg) = sealed.split_at_checked(NONCE_BYTES)?;
        let payload = Payload { msg, aad: place.as_bytes() };
        let plain = self.cipher().decrypt(XNonce::from_slice(nonce), payload);
        plain.ok().map(Zeroizing::new)
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(CipherKey::from_slice(&*self.0))
    }
}

/// Returns random bytes.
///
/// # Errors
/// Those of the system's random numbers.
pub(crate) fn random(count: usize) -> Result<Vec<u8>> {
    let mut bytes = vec![0; count];
    fill(&mut bytes)?;
    Ok(bytes)
}

fn fill(bytes: &mut [u8]) -> Result<()> {
    getrandom::fill(bytes).map_err(|error| {
        Error::new(ErrorCode::Internal, format_args!("there are no random numbers: {error}"))
    })
}

#[cfg(test)]
mod tests {
    use argon2::{AssociatedData, ParamsBuilder};
    use data_encoding::HEXLOWER;

    use super::*;

    /// The vector of RFC 9106, section 5.3.
    #[test]
    fn argon2id_is_that_of_the_rfc() {
        let data = AssociatedData::new(&[4; 12]).unwrap();
        let params = ParamsBuilder::new().m_cost(32).t_cost(3).p_cost(4).data(data).build();
        let argon2 =
            Argon2::new_with_secret(&[3; 8], Algorithm::Argon2id, Version::V0x13, params.unwrap());
        let mut tag = [0; 32];
        argon2.unwrap().hash_password_into(&[1; 32], &[2; 16], &mut tag).unwrap();
        assert_eq!(
            HEXLOWER.encode(&tag),
            "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659"
        );
    }

    /// The vector of draft-irtf-cfrg-xchacha-03, appendix A.3.1.
    #[test]
    fn xchacha20_poly1305_is_that_of_the_draft() {
        let key = Key::of(&(0x80..0xa0).collect::<Vec<u8>>()).unwrap();
        let nonce: Vec<u8> = (0x40..0x58).collect();
        let aad = HEXLOWER.decode(b"50515253c0c1c2c3c4c5c6c7").unwrap();
        let mut text = b"Ladies and Gentlemen of the class of '99: If I could offer you only one \
                         tip for the future, sunscreen would be it."
            .to_vec();
        let tag = key
            .cipher()
            .encrypt_in_place_detached(XNonce::from_slice(&nonce), &aad, &mut text)
            .unwrap();
        assert_eq!(
            HEXLOWER.encode(&text),
            "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb731c7f1b0b4aa6440bf3a82f\
             4eda7e39ae64c6708c54c216cb96b72e1213b4522f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f\
             76b2383565d3fff921f9664c97637da9768812f615c68b13b52e"
        );
        assert_eq!(HEXLOWER.encode(&tag), "c0875924c1c7987947deafd8780acf49");
    }

    #[test]
    fn sealed_bytes_open_with_their_key_at_their_place_only() {
        let key = Key::random().unwrap();
        let sealed = key.seal("here", b"plain").unwrap();
        assert_eq!(**key.open("here", &sealed).unwrap(), *b"plain");
        assert!(key.open("there", &sealed).is_none());
        assert!(Key::random().unwrap().open("here", &sealed).is_none());
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(key.open("here", &changed).is_none(), "byte {at}");
            assert!(key.open("here", &sealed[..at]).is_none(), "{at} bytes");
        }
        assert_ne!(key.seal("here", b"plain").unwrap(), sealed);
    }

    #[test]
    fn a_derivation_is_never_renewed_with_less() {
        let first = Derivation::recommended().unwrap();
        assert_eq!((first.memory_kib, first.passes, first.lanes), (65536, 3, 4));
        let costly = Derivation { memory_kib: 128 << 10, passes: 2, ..first.clone() };
        let renewed = costly.renewed().unwrap();
        assert_eq!((renewed.memory_kib, renewed.passes), (128 << 10, 3));
        assert_ne!(renewed.salt, first.salt);
    }

    #[test]
    fn parameters_that_would_take_all_memory_are_refused() {
        let huge = Derivation { memory_kib: u32::MAX, ..Derivation::recommended().unwrap() };
        let endless = Derivation { passes: u32::MAX, ..Derivation::recommended().unwrap() };
        for derivation in [huge, endless] {
            let refused = derivation.key(&"x".into()).err().unwrap();
            assert_eq!(refused.code(), ErrorCode::Corrupt);
        }
    }
}
