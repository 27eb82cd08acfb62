//! Attachment of a credential to a request, at the last moment.

use ext_net::{Scheme, VettedUrl};
use ext_registry::{Context, OpError};
use ext_wire::{ErrorBody, SecretText, ops::credentials::Secret};

use super::owner::{error, owner};
use crate::{
    http::charge_bytes,
    provider::{TOKENS, provider},
};
use ext_services::{
    credentials::{
        AccessToken, Credential, CredentialError, CredentialVault, TokenCaller, TokenSource,
        attach_bearer, attach_static, check_name,
    },
    http::HttpRequest,
};

/// Attaches the caller's credential of this name, if it is for the request's origin. A redirect to
/// another origin drops it: it is in a header of its own or in `authorization`, and both are left
/// behind there. Returns the access token, if it is one.
pub(crate) async fn attach(
    request: &mut HttpRequest,
    name: &str,
    context: Context<'_>,
) -> Result<Option<SecretText>, OpError> {
    let credential = get_for(name, &request.url, context)?;
    if !matches!(credential.secret, Secret::OAuth2(_)) {
        attach_static(request, &credential.secret).map_err(error)?;
        return Ok(None);
    }
    let token = token_for(name, &request.url, context).await?;
    attach_bearer(request, token.expose()).map_err(error)?;
    Ok(Some(token))
}

/// Attaches another access token than the one that the server rejected; false when there is none.
pub(crate) async fn attach_other(
    request: &mut HttpRequest,
    name: &str,
    rejected: &SecretText,
    context: Context<'_>,
) -> Result<bool, OpError> {
    let Some(token) = other_token_for(name, &request.url, rejected, context).await? else {
        return Ok(false);
    };
    attach_bearer(request, token.expose()).map_err(error)?;
    Ok(true)
}

/// Returns the caller's credential of this name, if it is for this server.
pub(crate) fn get_for(
    name: &str,
    url: &VettedUrl,
    context: Context<'_>,
) -> Result<Credential, OpError> {
    check_name(name).map_err(error)?;
    let vault = &**provider::<dyn CredentialVault>(context, "vault of credentials")?;
    let (credential, _) = vault.get(&owner(context)?, name).map_err(error)?;
    check_for(name, &credential, url)?;
    check_usable(name, &credential)?;
    Ok(credential)
}

/// Returns an access token for this server. The name may stand for another login by the time that a
/// token comes, so the one that the token belongs to is checked.
pub(crate) async fn token_for(
    name: &str,
    url: &VettedUrl,
    context: Context<'_>,
) -> Result<SecretText, OpError> {
    let AccessToken { token, credential } = access_token(name, context).await?;
    check_for(name, &credential, url)?;
    Ok(token)
}

/// Returns an access token for this server in place of one that it rejected; `None` when there is none.
pub(crate) async fn other_token_for(
    name: &str,
    url: &VettedUrl,
    rejected: &SecretText,
    context: Context<'_>,
) -> Result<Option<SecretText>, OpError> {
    let source = &**provider::<dyn TokenSource>(context, TOKENS)?;
    let owner = owner(context)?;
    let other = source.other_token(&owner, name, rejected, &Renewing(context)).await;
    let Some(AccessToken { token, credential }) = other.map_err(error)? else { return Ok(None) };
    check_for(name, &credential, url)?;
    Ok(Some(token))
}

/// Returns an access token of the caller's login of this name, renewed if it has to be.
pub(crate) async fn access_token(name: &str, context: Context<'_>) -> Result<AccessToken, OpError> {
    let source = &**provider::<dyn TokenSource>(context, TOKENS)?;
    let owner = owner(context)?;
    source.access_token(&owner, name, &Renewing(context)).await.map_err(error)
}

/// A call on behalf of which a login is renewed.
struct Renewing<'a>(Context<'a>);

impl TokenCaller for Renewing<'_> {
    fn may_reach(&self, scheme: Scheme, host: &str, port: u16) -> Result<bool, ErrorBody> {
        self.0.may_reach(scheme.name(), host, port).map_err(OpError::into_body)
    }

    fn charge(&self, bytes: usize) -> Result<(), ErrorBody> {
        charge_bytes(self.0, bytes).map_err(OpError::into_body)
    }
}

/// Checks that a credential may be used: one of a vault that was put back waits for the user.
pub(crate) fn check_usable(name: &str, credential: &Credential) -> Result<(), OpError> {
    match (credential.needs_login, &credential.secret) {
        (false, _) => Ok(()),
        (true, Secret::OAuth2(_)) => Err(error(CredentialError::LoginNeeded(name.to_owned()))),
        (true, _) => Err(error(CredentialError::StoreAgain(name.to_owned()))),
    }
}

fn check_for(name: &str, credential: &Credential, url: &VettedUrl) -> Result<(), OpError> {
    if credential.is_for(url) { Ok(()) } else { Err(not_for(name, url)) }
}

/// Makes the error with the same code as for a credential that does not exist.
fn not_for(name: &str, url: &VettedUrl) -> OpError {
    let missing = CredentialError::NotFound(name.to_owned());
    OpError::new(missing.code(), format_args!("{missing} for {}", url.host()))
}
