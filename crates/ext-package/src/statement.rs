//! Signed texts about packages: which releases there are, and which were revoked.

use minisign::KeyPair;
use minisign_verify::Signature;

use crate::{
    error::PackageError,
    key::{self, PublisherKey, SigningKey},
};

impl SigningKey {
    /// Signs a text for one purpose, which the signature names: it is good for no other one.
    ///
    /// ```
    /// let key = ext_package::SigningKey::generate()?;
    /// let signature = key.sign_text("spacedrive releases acme/notes 1", "{}")?;
    /// let publisher = key.publisher()?;
    /// assert!(publisher.verify_text("spacedrive releases acme/notes 1", "{}", &signature).is_ok());
    /// assert!(publisher.verify_text("spacedrive releases acme/notes 2", "{}", &signature).is_err());
    /// # Ok::<(), ext_package::PackageError>(())
    /// ```
    ///
    /// # Errors
    /// [`PackageError::Key`] when the key cannot sign.
    pub fn sign_text(&self, purpose: &str, text: &str) -> Result<String, PackageError> {
        let KeyPair { pk, sk } = self.pair();
        let about = Some("signature of a statement about Spacedrive extensions");
        let signed = minisign::sign(Some(pk), sk, text.as_bytes(), Some(purpose), about);
        Ok(signed.map_err(key::failed)?.into_string())
    }
}

impl PublisherKey {
    /// Checks that this key signed a text, for this purpose.
    ///
    /// # Errors
    /// [`PackageError::Signature`] when it is another text, purpose or key; [`PackageError::Key`] when
    /// this is not a key.
    pub fn verify_text(
        &self,
        purpose: &str,
        text: &str,
        signature: &str,
    ) -> Result<(), PackageError> {
        let refuse = |problem: &str| PackageError::Signature(problem.to_owned());
        let signature = Signature::decode(signature)
            .map_err(|_| refuse("it is not a signature in the format of minisign"))?;
        let verified = self.verifier()?.verify(text.as_bytes(), &signature, false);
        verified.map_err(|_| refuse("it is one of another text, or by another key"))?;
        match signature.trusted_comment() == purpose {
            true => Ok(()),
            false => Err(refuse("it was made for another purpose")),
        }
    }
}
