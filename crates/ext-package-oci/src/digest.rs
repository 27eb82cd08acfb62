//! Digests of what a registry keeps.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::error::OciError;

/// Beginning of the text of a digest.
const SHA256: &str = "sha256:";

/// Number of hex digits of a digest.
const DIGITS: usize = 64;

/// The SHA-256 of bytes, as registries name them: `sha256:` and 64 hex digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Digest(String);

impl Digest {
    /// Returns the digest of these bytes.
    ///
    /// ```
    /// let digest = ext_package_oci::Digest::of(b"");
    /// assert!(digest.to_string().starts_with("sha256:e3b0c44298fc1c14"));
    /// ```
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        let hex: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        Self(format!("{SHA256}{hex}"))
    }

    /// Reads a digest.
    ///
    /// # Errors
    /// [`OciError::Answer`] for a text that is not one of SHA-256.
    pub fn parse(text: &str) -> Result<Self, OciError> {
        let is_digit = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
        let hex = text.strip_prefix(SHA256);
        match hex.is_some_and(|hex| hex.len() == DIGITS && hex.chars().all(is_digit)) {
            true => Ok(Self(text.to_owned())),
            false => {
                let text: String = text.escape_debug().take(100).collect();
                Err(OciError::answer(format_args!("`{text}` is not a SHA-256 digest")))
            }
        }
    }

    /// Returns the digest as registries write it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the tag under which registries without an API for referrers list them.
    pub(crate) fn as_tag(&self) -> String {
        self.0.replacen(':', "-", 1)
    }

    /// Checks that bytes are those that this is the digest of.
    pub(crate) fn check(&self, what: &'static str, bytes: &[u8]) -> Result<(), OciError> {
        let found = Self::of(bytes);
        match found == *self {
            true => Ok(()),
            false => Err(OciError::Digest { what, expected: self.clone(), found }),
        }
    }
}

impl TryFrom<String> for Digest {
    type Error = OciError;

    fn try_from(text: String) -> Result<Self, OciError> {
        Self::parse(&text)
    }
}

impl From<Digest> for String {
    fn from(digest: Digest) -> Self {
        digest.0
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_digests_of_sha_256_are_read() {
        let good = Digest::of(b"a");
        assert_eq!(Digest::parse(good.as_str()).unwrap(), good);
        for text in
            ["", "sha256:", "sha512:00", &good.as_str()[..70], &good.as_str().to_uppercase()]
        {
            assert!(Digest::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn pkg_17_other_bytes_have_another_digest() {
        assert!(Digest::of(b"a").check("the package", b"a").is_ok());
        let error = Digest::of(b"a").check("the package", b"b").unwrap_err();
        assert!(error.to_string().starts_with("the package has the digest sha256:3e23"), "{error}");
    }
}
