//! Text that must not be shown.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, de};
use zeroize::Zeroize;

/// A password, token or key. Neither `Debug` nor an error of reading it shows it, and its memory is
/// overwritten when it goes.
#[derive(Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct SecretText(String);

impl SecretText {
    /// Returns the secret itself.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<String> for SecretText {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<&str> for SecretText {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl<'de> Deserialize<'de> for SecretText {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        // The errors of a derived implementation quote the value: `invalid type: integer 1234`.
        let text = String::deserialize(from);
        text.map(Self).map_err(|_| de::Error::custom("a secret is not a text"))
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

impl Drop for SecretText {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cred_20_a_secret_is_not_shown() {
        let secret = SecretText::from("canary");
        assert_eq!(format!("{secret:?} {secret:#?}"), "[redacted] [redacted]");
        assert_eq!(secret.expose(), "canary");
    }

    #[test]
    fn an_error_does_not_show_what_should_have_been_a_secret() {
        for json in ["1234", "[\"canary\"]", "{\"canary\": 1}", "true"] {
            let error = serde_json::from_str::<SecretText>(json).unwrap_err().to_string();
            assert!(error.starts_with("a secret is not a text"), "{error}");
        }
        let secret: SecretText = serde_json::from_str("\"canary\"").unwrap();
        assert_eq!(secret.expose(), "canary");
    }
}
