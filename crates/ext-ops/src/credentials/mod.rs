//! The operations `credentials.*` and `secrets.reveal` on the vault of an extension.

pub(crate) mod attach;
mod check;
mod owner;

use std::collections::BTreeMap;

use ext_registry::{Context, LibraryAction, LibraryQuery, OpError, register, require_service};
use ext_wire::{
    SecretText,
    ops::{
        NoInput,
        credentials::{
            CredentialInfo, CredentialRef, Delete, DeleteCredentialOutput, Get, List,
            ListCredentialsOutput, Reveal, RevealOutput, Secret, Store, StoreInput, StoreOutput,
        },
    },
};

pub use check::check_key_header;

pub(crate) use attach::{get_for, other_token_for, token_for};
use owner::{error, owner};

use crate::BuiltIn;
use ext_services::credentials::{Credential, CredentialVault, check_name};

require_service!("credentials", dyn CredentialVault);
require_service!("secrets", dyn CredentialVault);

impl LibraryAction<Store> for BuiltIn {
    async fn execute(input: StoreInput, context: Context<'_>) -> Result<StoreOutput, OpError> {
        check_name(&input.name).map_err(error)?;
        check::check(&input, context)?;
        let vault = &**context.service::<dyn CredentialVault>()?;
        let credential = Credential::new(input.hosts, input.secret);
        let version = vault.put(&owner(context)?, &input.name, &credential).map_err(error)?;
        Ok(StoreOutput { version })
    }
}
register!(LibraryAction<Store> for BuiltIn);

impl LibraryQuery<Get> for BuiltIn {
    async fn execute(
        input: CredentialRef,
        context: Context<'_>,
    ) -> Result<CredentialInfo, OpError> {
        check_name(&input.name).map_err(error)?;
        let vault = &**context.service::<dyn CredentialVault>()?;
        let (credential, version) = vault.get(&owner(context)?, &input.name).map_err(error)?;
        Ok(credential.info(&input.name, version))
    }
}
register!(LibraryQuery<Get> for BuiltIn);

impl LibraryAction<Delete> for BuiltIn {
    async fn execute(
        input: CredentialRef,
        context: Context<'_>,
    ) -> Result<DeleteCredentialOutput, OpError> {
        check_name(&input.name).map_err(error)?;
        let vault = &**context.service::<dyn CredentialVault>()?;
        let deleted = vault.delete(&owner(context)?, &input.name).map_err(error)?;
        Ok(DeleteCredentialOutput { deleted })
    }
}
register!(LibraryAction<Delete> for BuiltIn);

impl LibraryQuery<List> for BuiltIn {
    async fn execute(_: NoInput, context: Context<'_>) -> Result<ListCredentialsOutput, OpError> {
        let vault = &**context.service::<dyn CredentialVault>()?;
        let credentials = vault.list(&owner(context)?).map_err(error)?;
        Ok(ListCredentialsOutput { credentials })
    }
}
register!(LibraryQuery<List> for BuiltIn);

impl LibraryQuery<Reveal> for BuiltIn {
    async fn execute(input: CredentialRef, context: Context<'_>) -> Result<RevealOutput, OpError> {
        check_name(&input.name).map_err(error)?;
        let vault = &**context.service::<dyn CredentialVault>()?;
        let (credential, _) = vault.get(&owner(context)?, &input.name).map_err(error)?;
        attach::check_usable(&input.name, &credential)?;
        let fields = match credential.secret {
            Secret::OAuth2(_) => {
                let token = attach::access_token(&input.name, context).await?.token;
                BTreeMap::from([("access_token".to_owned(), token)])
            }
            secret => fields(secret),
        };
        Ok(RevealOutput { fields })
    }
}
register!(LibraryQuery<Reveal> for BuiltIn);

fn fields(secret: Secret) -> BTreeMap<String, SecretText> {
    match secret {
        Secret::ApiKey { key, .. } => BTreeMap::from([("key".to_owned(), key)]),
        Secret::Basic { username, password } => BTreeMap::from([
            ("username".to_owned(), username.into()),
            ("password".to_owned(), password),
        ]),
        Secret::OAuth2(_) => BTreeMap::new(),
        Secret::Custom { fields } => fields,
    }
}
