//! The keys of publishers, in the format of minisign.

use std::fmt;

use minisign::{KeyPair, SecretKey, SecretKeyBox};

use crate::{error::PackageError, package::Package};

/// The public key of a publisher.
#[derive(Clone, PartialEq, Eq)]
pub struct PublisherKey(String);

impl PublisherKey {
    /// Reads a key: the text of a `.pub` file, or the line in it that is the key.
    ///
    /// # Errors
    /// [`PackageError::Key`].
    pub fn parse(text: &str) -> Result<Self, PackageError> {
        let lines = text.lines().map(str::trim);
        let key = lines.filter(|line| !line.is_empty() && !line.starts_with("untrusted comment"));
        let key: Vec<&str> = key.collect();
        match key.as_slice() {
            [key] => {
                decode(key)?;
                Ok(Self((*key).to_owned()))
            }
            _ => Err(PackageError::Key("it is one line in a file of minisign".to_owned())),
        }
    }

    /// Returns the key as one line.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the text of a `.pub` file, as minisign reads it.
    #[must_use]
    pub fn to_file(&self) -> String {
        format!("untrusted comment: minisign public key\n{}\n", self.0)
    }

    pub(crate) fn verifier(&self) -> Result<minisign_verify::PublicKey, PackageError> {
        decode(&self.0)
    }
}

fn decode(key: &str) -> Result<minisign_verify::PublicKey, PackageError> {
    minisign_verify::PublicKey::from_base64(key)
        .map_err(|_| PackageError::Key("it is not a public key of minisign".to_owned()))
}

impl fmt::Display for PublisherKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for PublisherKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublisherKey({})", self.0)
    }
}

/// The secret key of a publisher.
pub struct SigningKey(KeyPair);

impl SigningKey {
    /// Makes a key.
    ///
    /// # Errors
    /// [`PackageError::Key`] when the system has no randomness.
    pub fn generate() -> Result<Self, PackageError> {
        Ok(Self(KeyPair::generate_unencrypted_keypair().map_err(failed)?))
    }

    /// Reads a key file of minisign; `password` is asked for when it is encrypted.
    ///
    /// # Errors
    /// [`PackageError::Key`], also for a wrong password; that of `password`.
    pub fn parse<E: From<PackageError>>(
        text: &str,
        password: impl FnOnce() -> Result<String, E>,
    ) -> Result<Self, E> {
        let boxed = || SecretKeyBox::from_string(text).map_err(|error| E::from(failed(error)));
        let secret = match boxed()?.into_unencrypted_secret_key() {
            Ok(secret) => secret,
            Err(_) => SecretKey::from_box(boxed()?, Some(password()?)).map_err(failed)?,
        };
        let public = minisign::PublicKey::from_secret_key(&secret).map_err(failed)?;
        Ok(Self(KeyPair { pk: public, sk: secret }))
    }

    /// Returns the public key.
    ///
    /// # Errors
    /// [`PackageError::Key`].
    pub fn publisher(&self) -> Result<PublisherKey, PackageError> {
        PublisherKey::parse(&self.0.pk.to_base64())
    }

    /// Returns the text of the key file, not encrypted.
    ///
    /// # Errors
    /// [`PackageError::Key`].
    pub fn to_file(&self) -> Result<String, PackageError> {
        Ok(self.0.sk.to_box(Some("minisign secret key")).map_err(failed)?.to_string())
    }

    /// Signs a package; returns the text of its `.minisig` file.
    ///
    /// # Errors
    /// [`PackageError::Signature`] when the package does not name this key as its publisher's;
    /// [`PackageError::Format`] when it is too large.
    pub fn sign(&self, package: &Package) -> Result<String, PackageError> {
        if package.publisher()?.as_ref() != Some(&self.publisher()?) {
            let other = "the package does not name this key as its publisher's";
            return Err(PackageError::Signature(other.to_owned()));
        }
        let (bytes, comment) = (package.to_bytes()?, package.statement());
        let about = Some("signature of a Spacedrive extension");
        let KeyPair { pk, sk } = &self.0;
        let signed = minisign::sign(Some(pk), sk, bytes.as_slice(), Some(&comment), about);
        Ok(signed.map_err(failed)?.into_string())
    }

    pub(crate) const fn pair(&self) -> &KeyPair {
        &self.0
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey([redacted])")
    }
}

pub(crate) fn failed(error: minisign::PError) -> PackageError {
    PackageError::Key(error.to_string())
}
