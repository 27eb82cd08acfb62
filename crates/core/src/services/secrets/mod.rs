//! The service behind the operations `secret_store.*`.

mod checks;
mod sign_in;
mod transfer;

use std::sync::Arc;

use ext_library_sqlite::Libraries;
use ext_ops_credentials_file::FileVault;
use ext_ops_credentials_oauth2::revoke;
use ext_services::{
    credentials::{Credential, CredentialError, CredentialVault, Owner},
    http::HttpClient,
    library::LibraryDirectory,
    secret_store::SecretAdmin,
};
use ext_wire::{
    ErrorBody, ErrorCode,
    ops::{
        credentials::{CredentialInfo, OAuth2Tokens, Secret},
        secret_store::{
            DeleteSecretOutput, ExportSecretsInput, ExportSecretsOutput, ImportSecretsInput,
            ImportSecretsOutput, KeptSecret, ListSecretsInput, ListSecretsOutput, PutSecretInput,
            PutSecretOutput, RotateKeyInput, RotateKeyOutput, SecretRef, SecretState, SignOutInput,
            SignOutOutput,
        },
    },
};

pub(crate) use self::sign_in::UserSignIns;
use super::failed;
use crate::{ai::program_secrets, auth::AuthConfig, installed::Installed};

/// The vault as the user keeps it.
pub(crate) struct UserSecrets {
    pub(crate) vault: Arc<FileVault>,
    pub(crate) installed: Installed,
    pub(crate) libraries: Arc<Libraries>,
    pub(crate) auth: AuthConfig,
    pub(crate) http: Arc<dyn HttpClient>,
}

impl SecretAdmin for UserSecrets {
    fn list(&self, input: ListSecretsInput) -> Result<ListSecretsOutput, ErrorBody> {
        let mut secrets = Vec::new();
        for owner in self.owners(&input)? {
            let of_owner = self.vault.list(&owner).map_err(failed)?;
            secrets.extend(of_owner.into_iter().map(|info| self.describe(&owner, info)));
        }
        Ok(ListSecretsOutput { secrets })
    }

    fn put(&self, input: PutSecretInput) -> Result<PutSecretOutput, ErrorBody> {
        let PutSecretInput { at, hosts, secret } = input;
        let owner = self.owner(&at)?;
        checks::secret(&at.name, &secret)?;
        checks::hosts(&hosts, owner == program_secrets())?;
        let credential = Credential::new(hosts, secret);
        let (version, accepted) =
            self.accepting(|| self.vault.put(&owner, &at.name, &credential))?;
        Ok(PutSecretOutput { version, accepted })
    }

    fn delete(&self, input: SecretRef) -> Result<DeleteSecretOutput, ErrorBody> {
        let owner = self.owner(&input)?;
        let (deleted, accepted) = self.accepting(|| self.vault.delete(&owner, &input.name))?;
        Ok(DeleteSecretOutput { deleted, accepted })
    }

    fn sign_out(&self, input: SignOutInput) -> Result<SignOutOutput, ErrorBody> {
        let SignOutInput { login, local } = input;
        let owner = self.owner(&login)?;
        let ((credential, _), accepted) = self.accepting(|| self.vault.get(&owner, &login.name))?;
        let Secret::OAuth2(tokens) = &credential.secret else {
            let message = format_args!("`{}` is not a login", login.name);
            return Err(ErrorBody::new(ErrorCode::NotFound, message));
        };
        let revoked = !local && self.revoke(tokens)?;
        self.vault.delete(&owner, &login.name).map_err(failed)?;
        Ok(SignOutOutput { revoked, accepted })
    }

    fn rotate_key(&self, input: RotateKeyInput) -> Result<RotateKeyOutput, ErrorBody> {
        let passphrase = input.passphrase.as_ref().map(|text| text.expose());
        self.vault.rotate_key(passphrase).map_err(failed)?;
        Ok(RotateKeyOutput { rotated: true })
    }

    fn export(&self, input: ExportSecretsInput) -> Result<ExportSecretsOutput, ErrorBody> {
        transfer::export(&self.vault, input)
    }

    fn import(&self, input: ImportSecretsInput) -> Result<ImportSecretsOutput, ErrorBody> {
        transfer::import(self, &input)
    }
}

impl UserSecrets {
    /// Finds the owner of a secret.
    fn owner(&self, at: &SecretRef) -> Result<Owner, ErrorBody> {
        let Some(extension) = &at.extension else { return Ok(program_secrets()) };
        let missing = || {
            ErrorBody::new(
                ErrorCode::BadInput,
                "`library_id` is missing: an extension has its secrets in a library",
            )
        };
        self.installed.dir(extension)?;
        let library = at.library_id.ok_or_else(missing)?;
        Ok(Owner { extension: extension.clone(), library })
    }

    /// Lists the owners that a filter leaves.
    fn owners(&self, filter: &ListSecretsInput) -> Result<Vec<Owner>, ErrorBody> {
        let extensions = match filter.extension.as_deref() {
            Some("") => return Ok(vec![program_secrets()]),
            Some(id) => {
                self.installed.dir(id)?;
                vec![id.to_owned()]
            }
            None => self.installed.ids(),
        };
        let libraries = match filter.library_id {
            Some(id) => vec![id],
            None => self.library_ids()?,
        };
        let everything = filter.extension.is_none() && filter.library_id.is_none();
        let of_program = everything.then(program_secrets).into_iter();
        let in_libraries = extensions.iter().flat_map(|extension| {
            libraries
                .iter()
                .map(|library| Owner { extension: extension.clone(), library: *library })
        });
        Ok(of_program.chain(in_libraries).collect())
    }

    fn library_ids(&self) -> Result<Vec<uuid::Uuid>, ErrorBody> {
        let all = LibraryDirectory::list(&*self.libraries).map_err(failed)?;
        Ok(all.libraries.iter().map(|library| library.id).collect())
    }

    fn describe(&self, owner: &Owner, info: CredentialInfo) -> KeptSecret {
        let state = match (info.kind.as_str(), info.needs_login) {
            ("damaged", _) => SecretState::Damaged,
            ("oauth2", true) => SecretState::SignInAgain,
            (_, true) => SecretState::SetAgain,
            (_, false) => SecretState::Ready,
        };
        let provider = (info.kind == "oauth2").then(|| self.provider(owner, &info.name)).flatten();
        let Owner { extension, library } = owner.clone();
        KeptSecret { extension, library_id: library, credential: info, state, provider }
    }

    fn provider(&self, owner: &Owner, name: &str) -> Option<String> {
        let (credential, _) = self.vault.get(owner, name).ok()?;
        let Secret::OAuth2(tokens) = &credential.secret else { return None };
        self.auth.provider_of(tokens).map(|(name, _)| name)
    }

    /// Does something with the vault. When it is older than the last one that was written, it is
    /// accepted as the newest, since it is the user who calls; returns how many secrets it has then.
    fn accepting<T>(
        &self,
        work: impl Fn() -> Result<T, CredentialError>,
    ) -> Result<(T, Option<u64>), ErrorBody> {
        match work() {
            Err(CredentialError::Rollback) => {
                let accepted = self.vault.accept_rollback().map_err(failed)?;
                let count = accepted.map(|accepted| accepted.credentials as u64);
                Ok((work().map_err(failed)?, count))
            }
            done => Ok((done.map_err(failed)?, None)),
        }
    }

    /// Revokes tokens; returns false when the provider has no URL for that.
    fn revoke(&self, tokens: &OAuth2Tokens) -> Result<bool, ErrorBody> {
        let provider = self.auth.provider_of(tokens).map(|(_, provider)| provider);
        let Some(url) = provider.and_then(|provider| provider.revocation_url) else {
            return Ok(false);
        };
        revoke(&*self.http, &url, tokens).map_err(|error| {
            ErrorBody::new(ErrorCode::Net, format_args!("the login was not revoked: {error}"))
        })?;
        Ok(true)
    }
}
