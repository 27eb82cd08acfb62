//! Operations on credentials: secrets that belong to one extension in one library.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    direction::{wire_input, wire_input_with_constructor, wire_output},
    family::family,
    no_input::NoInput,
};
use crate::SecretText;

family! {
    "credentials", include_str!("credentials.md");

    /// Keeps a credential, encrypted.
    ///
    /// An older one of this name is replaced.
    ///
    /// Errors: `E_BAD_INPUT`; `E_DENIED_NET`; `E_CRED_*`.
    LibraryAction Store = "action:credentials.store.input.v1", StoreInput => StoreOutput;
    /// Returns a credential without its secret.
    ///
    /// Errors: `E_CRED_*`.
    LibraryQuery Get = "query:credentials.get.v1", CredentialRef => CredentialInfo;
    /// Removes a credential.
    ///
    /// Errors: `E_CRED_*`.
    LibraryAction Delete = "action:credentials.delete.input.v1", CredentialRef => DeleteCredentialOutput;
    /// Lists the caller's credentials, by name, without their secrets.
    ///
    /// Errors: `E_CRED_*`.
    LibraryQuery List = "query:credentials.list.v1", NoInput => ListCredentialsOutput;
    /// Returns the secret of a credential.
    ///
    /// It is a permission of its own, which `credentials.*` does not grant. Of an OAuth2 credential
    /// it returns the access token, never the refresh token.
    ///
    /// Errors: `E_CRED_*`.
    LibraryQuery Reveal = "query:secrets.reveal.v1", CredentialRef => RevealOutput;
}

/// Longest name of a credential, in bytes.
pub const MAX_NAME_BYTES: usize = 128;
/// Most bytes of a secret with all its fields, as JSON.
pub const MAX_SECRET_BYTES: usize = 64 << 10;
/// Most credentials of one extension in one library.
pub const MAX_CREDENTIALS: usize = 256;

fn bearer() -> String {
    "Bearer ".to_owned()
}

fn authorization() -> String {
    "authorization".to_owned()
}

/// A secret. It goes to the host only, and into the host's vault; never back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Secret {
    /// A key that goes into a header: `authorization: Bearer KEY`.
    ApiKey {
        /// The key.
        key: SecretText,
        /// The header.
        #[serde(default = "authorization")]
        header: String,
        /// Prefix of the key in it.
        #[serde(default = "bearer")]
        prefix: String,
    },
    /// User and password, for HTTP Basic.
    Basic {
        /// The user.
        username: String,
        /// The password.
        password: SecretText,
    },
    /// Tokens of OAuth 2.0, which the host renews.
    #[serde(rename = "oauth2")]
    OAuth2(OAuth2Tokens),
    /// Any other secret. It is never attached to a request.
    Custom {
        /// Names and values.
        fields: BTreeMap<String, SecretText>,
    },
}

impl Secret {
    /// Returns the kind: `"api_key"`, `"basic"`, `"oauth2"`, `"custom"`.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::ApiKey { .. } => "api_key",
            Self::Basic { .. } => "basic",
            Self::OAuth2(_) => "oauth2",
            Self::Custom { .. } => "custom",
        }
    }
}

wire_input! {
    /// Tokens of OAuth 2.0, and how they are renewed.
    pub struct OAuth2Tokens {
        /// The access token.
        pub access_token: SecretText,
        /// When it expires, in seconds since 1970; left out: not known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub expires_at: Option<i64>,
        /// The refresh token, where there is one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub refresh_token: Option<SecretText>,
        /// URL at which tokens are renewed.
        pub token_url: String,
        /// The client's id.
        pub client_id: String,
        /// The client's secret, where it has one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub client_secret: Option<SecretText>,
        /// Scopes of the tokens.
        #[serde(default)]
        pub scopes: Vec<String>,
    }
}

wire_input_with_constructor! {
    /// Input of [`Store`].
    pub struct StoreInput {
        /// Its name; 1 to 128 of `a-z`, `0-9`, `.`, `_`, `-`.
        pub name: String,
        /// Only origins that it is sent to, as in `permissions.allowed_domains`.
        #[serde(default)]
        pub hosts: Vec<String>,
        /// The secret.
        pub secret: Secret,
    }
}

wire_output! {
    /// Output of [`Store`].
    pub struct StoreOutput {
        /// Version, which counts up with each change of this credential.
        pub version: u64,
    }
}

wire_input! {
    /// Reference to a credential of the caller.
    pub struct CredentialRef {
        /// Its name.
        pub name: String,
    }
}

wire_output! {
    /// A credential without its secret.
    pub struct CredentialInfo {
        /// Its name.
        pub name: String,
        /// Its kind: `api_key`, `basic`, `oauth2`, `custom`.
        pub kind: String,
        /// The only origins that it is sent to.
        pub hosts: Vec<String>,
        /// Version, which counts up with each change.
        pub version: u64,
        /// When the access token expires, in seconds since 1970.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub expires_at: Option<i64>,
        /// True when the user has to log in again before it can be used.
        pub needs_login: bool,
    }

    /// Output of [`Delete`].
    pub struct DeleteCredentialOutput {
        /// False when there was nothing to remove.
        pub deleted: bool,
    }

    /// Output of [`List`].
    pub struct ListCredentialsOutput {
        /// The credentials, by name.
        pub credentials: Vec<CredentialInfo>,
    }

    /// Output of [`Reveal`].
    pub struct RevealOutput {
        /// `key`; `username` and `password`; `access_token`; or the fields of a custom secret.
        pub fields: BTreeMap<String, SecretText>,
    }
}

impl StoreInput {
    /// Keeps `secret` under this name, for any origin that the manifest allows.
    pub fn new(name: impl Into<String>, secret: Secret) -> Self {
        Self { name: name.into(), hosts: Vec::new(), secret }
    }
}
