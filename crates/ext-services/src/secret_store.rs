//! All secrets of a vault, as the user keeps them.

use ext_wire::{
    ErrorBody,
    ops::secret_store::{
        CancelSignInOutput, DeleteSecretOutput, ExportSecretsInput, ExportSecretsOutput,
        ImportSecretsInput, ImportSecretsOutput, ListProvidersOutput, ListSecretsInput,
        ListSecretsOutput, PutSecretInput, PutSecretOutput, RotateKeyInput, RotateKeyOutput,
        SecretRef, SignInInput, SignInOutput, SignInRef, SignInStateOutput, SignOutInput,
        SignOutOutput,
    },
};

/// The secrets of extensions and of the program itself.
#[expect(clippy::missing_errors_doc, reason = "said in the operations `secret_store.*`")]
pub trait SecretAdmin: Send + Sync {
    /// Lists secrets without what is secret in them.
    fn list(&self, input: ListSecretsInput) -> Result<ListSecretsOutput, ErrorBody>;

    /// Keeps a secret.
    fn put(&self, input: PutSecretInput) -> Result<PutSecretOutput, ErrorBody>;

    /// Removes a secret.
    fn delete(&self, input: SecretRef) -> Result<DeleteSecretOutput, ErrorBody>;

    /// Revokes a login at its provider, and removes it.
    fn sign_out(&self, input: SignOutInput) -> Result<SignOutOutput, ErrorBody>;

    /// Encrypts the vault with a new key.
    fn rotate_key(&self, input: RotateKeyInput) -> Result<RotateKeyOutput, ErrorBody>;

    /// Writes all secrets into an encrypted file.
    fn export(&self, input: ExportSecretsInput) -> Result<ExportSecretsOutput, ErrorBody>;

    /// Takes secrets from a file of [`Self::export`].
    fn import(&self, input: ImportSecretsInput) -> Result<ImportSecretsOutput, ErrorBody>;
}

/// Logins that the user begins here and finishes in a browser.
#[expect(clippy::missing_errors_doc, reason = "said in the operations `secret_store.*`")]
pub trait SignInAdmin: Send + Sync {
    /// Lists the providers at which the user can sign in.
    fn providers(&self) -> Result<ListProvidersOutput, ErrorBody>;

    /// Begins a login.
    fn sign_in(&self, input: SignInInput) -> Result<SignInOutput, ErrorBody>;

    /// Returns the state of a login that was begun.
    fn state(&self, input: SignInRef) -> Result<SignInStateOutput, ErrorBody>;

    /// Cancels a login that waits for its user.
    fn cancel(&self, input: SignInRef) -> Result<CancelSignInOutput, ErrorBody>;
}
