//! Operations on all secrets of the vault. Only the user calls these, never an extension.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    credentials::{CredentialInfo, Secret},
    direction::{wire_input, wire_input_with_constructor, wire_output},
    family::family,
    no_input::NoInput,
};
use crate::{Blob, SecretText};

family! {
    "secret_store", include_str!("secret_store.md");

    /// Lists secrets without what is secret in them, by extension, library and name.
    ///
    /// Errors: `E_NOT_FOUND` when the extension is not installed; `E_CRED_*`.
    CoreQuery(host_only) List = "query:secret_store.list.v1", ListSecretsInput => ListSecretsOutput;
    /// Keeps a secret, encrypted; an older one of this name is replaced.
    ///
    /// A vault that was put back from a backup is accepted by this, since it is the user who calls.
    ///
    /// Errors: as [`List`]; `E_BAD_INPUT` when the name, a host or the secret is not valid.
    CoreAction(host_only) Put = "action:secret_store.put.input.v1", PutSecretInput => PutSecretOutput;
    /// Removes a secret; accepts a vault that was put back, as [`Put`] does.
    ///
    /// Errors: as [`List`].
    CoreAction(host_only) Delete = "action:secret_store.delete.input.v1",
        SecretRef => DeleteSecretOutput;
    /// Revokes a login at its provider, and removes it.
    ///
    /// Errors: as [`List`]; `E_NOT_FOUND` when it is not a login; `E_NET` when the provider does not
    /// answer, and then the login stays.
    CoreAction(host_only) SignOut = "action:secret_store.sign_out.input.v1",
        SignOutInput => SignOutOutput;
    /// Lists the providers of `config.toml` at which the user can sign in.
    CoreQuery(host_only) Providers = "query:secret_store.providers.v1", NoInput => ListProvidersOutput;
    /// Begins a login with a browser on this machine, and returns the address of the page to open.
    ///
    /// The provider sends the browser back to a port of 127.0.0.1, and then the login is kept, as by
    /// [`Put`]. One that waits for the same place is cancelled by this.
    ///
    /// Errors: as [`Put`]; `E_NOT_FOUND` when the provider is unknown; `E_BAD_INPUT` when its description
    /// is not valid; `E_LIMIT` when too many logins wait already.
    CoreAction(host_only) SignIn = "action:secret_store.sign_in.input.v1", SignInInput => SignInOutput;
    /// Returns the state of a login that was begun.
    ///
    /// Errors: `E_NOT_FOUND` when it was not begun, or ended some time ago.
    CoreQuery(host_only) SignInState = "query:secret_store.sign_in_state.v1",
        SignInRef => SignInStateOutput;
    /// Cancels a login that waits for its user.
    ///
    /// Errors: as [`SignInState`].
    CoreAction(host_only) CancelSignIn = "action:secret_store.cancel_sign_in.input.v1",
        SignInRef => CancelSignInOutput;
    /// Encrypts the whole vault with a new key.
    ///
    /// Errors: `E_CRED_*`; `E_BAD_INPUT` without a passphrase where the key is one.
    CoreAction(host_only) RotateKey = "action:secret_store.rotate_key.input.v1",
        RotateKeyInput => RotateKeyOutput;
    /// Writes all secrets into one file in the format of age, encrypted for a passphrase or public keys.
    ///
    /// Errors: `E_CRED_NOTFOUND` when there are none; `E_CRED_*`; `E_BAD_INPUT` when a key is not valid.
    CoreQuery(host_only) Export = "query:secret_store.export.v1",
        ExportSecretsInput => ExportSecretsOutput;
    /// Takes secrets from a file of [`Export`]: all of them, or none when one is not valid.
    ///
    /// Secrets of extensions that are not installed are left out.
    ///
    /// Errors: `E_BAD_INPUT` when the file does not open, or holds what cannot be kept; `E_CRED_*`.
    CoreAction(host_only) Import = "action:secret_store.import.input.v1",
        ImportSecretsInput => ImportSecretsOutput;
}

wire_input! {
    /// Input of [`List`]: a filter.
    pub struct ListSecretsInput {
        /// Only secrets of this extension, or `""` for those of the program itself [default: all].
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub extension: Option<String>,
        /// Only secrets in this library [default: all].
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub library_id: Option<Uuid>,
    }

    /// Reference to a secret.
    pub struct SecretRef {
        /// The extension [default: the program itself].
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub extension: Option<String>,
        /// The library, for an extension.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub library_id: Option<Uuid>,
        /// Its name.
        pub name: String,
    }

    /// Input of [`SignOut`].
    pub struct SignOutInput {
        /// The login.
        pub login: SecretRef,
        /// True to remove it here only, without asking the provider.
        #[serde(default)]
        pub local: bool,
    }

    /// Input of [`SignIn`].
    pub struct SignInInput {
        /// The place of the login.
        pub login: SecretRef,
        /// Name of the provider, as [`Providers`] lists it.
        pub provider: String,
    }

    /// Reference to a login that was begun.
    pub struct SignInRef {
        /// Its id, from [`SignIn`].
        pub id: Uuid,
    }

    /// Input of [`RotateKey`].
    pub struct RotateKeyInput {
        /// The new passphrase, where the key is made of one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub passphrase: Option<SecretText>,
    }

    /// Input of [`Export`]: a passphrase, or at least one recipient.
    pub struct ExportSecretsInput {
        /// The passphrase.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub passphrase: Option<SecretText>,
        /// Public keys of age, `age1…`.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub recipients: Vec<String>,
        /// True for a file of plain text.
        #[serde(default)]
        pub armor: bool,
    }
}

wire_input_with_constructor! {
    /// Input of [`Put`].
    pub struct PutSecretInput {
        /// The place of the secret.
        pub at: SecretRef,
        /// Only origins that it is sent to: patterns as in `permissions.allowed_domains`, and for the
        /// program itself also addresses.
        pub hosts: Vec<String>,
        /// The secret.
        pub secret: Secret,
    }

    /// Input of [`Import`].
    pub struct ImportSecretsInput {
        /// The file.
        pub file: Blob,
        /// The passphrase, where it is locked with one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub passphrase: Option<SecretText>,
        /// The private keys, as `age-keygen` writes them, where it is locked for them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub identities: Option<SecretText>,
        /// True to replace secrets that are there already.
        #[serde(default)]
        pub replace: bool,
    }
}

/// State of a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum SecretState {
    /// It can be used.
    Ready,
    /// The provider does not accept the login any more.
    SignInAgain,
    /// The vault was put back: it may not be the newest.
    SetAgain,
    /// Another program changed it.
    Damaged,
}

/// Outcome of an import, for one secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum SecretOutcome {
    /// It was not there.
    Added,
    /// Another one was there, and is replaced.
    Replaced,
    /// The same one was there.
    Unchanged,
    /// Another of this name is here and stays.
    Kept,
    /// Its extension is not installed. It is left out: whatever is installed under this id later
    /// would get it.
    NotInstalled,
}

/// Progress of a login that was begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum SignInProgress {
    /// The user has not signed in yet.
    Waiting,
    /// The login is kept.
    Done,
    /// It ended without a login.
    Failed,
}

wire_output! {
    /// A secret, without what is secret in it.
    pub struct KeptSecret {
        /// The extension; empty for the program itself.
        pub extension: String,
        /// The library; all zeros for the program itself.
        pub library_id: Uuid,
        /// The credential.
        pub credential: CredentialInfo,
        /// Its state.
        pub state: SecretState,
        /// Name of the provider of a login, where it is configured.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub provider: Option<String>,
    }

    /// Output of [`List`].
    pub struct ListSecretsOutput {
        /// The secrets.
        pub secrets: Vec<KeptSecret>,
    }

    /// Output of [`Put`].
    pub struct PutSecretOutput {
        /// The version, which counts up with each change of this secret.
        pub version: u64,
        /// Number of the secrets in a vault that was put back and is accepted by this call.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub accepted: Option<u64>,
    }

    /// Output of [`Delete`].
    pub struct DeleteSecretOutput {
        /// False when there was nothing to remove.
        pub deleted: bool,
        /// As in [`PutSecretOutput`].
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub accepted: Option<u64>,
    }

    /// Output of [`SignOut`].
    pub struct SignOutOutput {
        /// False when the provider was not asked, or has no way to revoke.
        pub revoked: bool,
        /// As in [`PutSecretOutput`].
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub accepted: Option<u64>,
    }

    /// Provider at which the user can sign in.
    pub struct ProviderInfo {
        /// Its name.
        pub name: String,
        /// The only origins that its tokens are sent to.
        pub hosts: Vec<String>,
        /// Scopes of its tokens.
        pub scopes: Vec<String>,
        /// The reason why it cannot be used, if there is one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub problem: Option<String>,
    }

    /// Output of [`Providers`].
    pub struct ListProvidersOutput {
        /// The providers, by name.
        pub providers: Vec<ProviderInfo>,
    }

    /// Output of [`SignIn`].
    pub struct SignInOutput {
        /// Id of the login.
        pub id: Uuid,
        /// Address of the page at which the user signs in.
        pub url: String,
        /// Time that the user has, in seconds.
        pub expires_in: u64,
    }

    /// Output of [`SignInState`].
    pub struct SignInStateOutput {
        /// Its progress.
        pub progress: SignInProgress,
        /// The reason of a failure.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub problem: Option<String>,
        /// True when the provider gave a refresh token, so that the user need not sign in again soon.
        pub renewable: bool,
    }

    /// Output of [`CancelSignIn`].
    pub struct CancelSignInOutput {
        /// False when it had ended already.
        pub cancelled: bool,
    }

    /// Output of [`RotateKey`].
    pub struct RotateKeyOutput {
        /// Always true.
        pub rotated: bool,
    }

    /// Output of [`Export`].
    pub struct ExportSecretsOutput {
        /// The file.
        pub file: Blob,
        /// Number of secrets in it.
        pub secrets: u64,
    }

    /// Output of [`Import`].
    pub struct ImportSecretsOutput {
        /// The secrets of the file.
        pub secrets: Vec<ImportedSecret>,
    }

    /// A secret of a file that was imported.
    pub struct ImportedSecret {
        /// The extension; empty for the program itself.
        pub extension: String,
        /// The library.
        pub library_id: Uuid,
        /// Its name.
        pub name: String,
        /// Its kind, as in [`CredentialInfo`].
        pub kind: String,
        /// Its outcome.
        pub outcome: SecretOutcome,
        /// True when the library is here; a secret waits for one that is not.
        pub library_is_here: bool,
    }
}

impl PutSecretInput {
    /// Keeps `secret` at a place, for these origins.
    #[must_use]
    pub const fn new(at: SecretRef, hosts: Vec<String>, secret: Secret) -> Self {
        Self { at, hosts, secret }
    }
}

impl ImportSecretsInput {
    /// Takes the secrets of a file; nothing opens it yet.
    pub fn new(file: impl Into<Blob>) -> Self {
        Self { file: file.into(), passphrase: None, identities: None, replace: false }
    }
}
