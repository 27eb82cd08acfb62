//! Attachment of a credential to a request, at the last moment.

use ext_net::VettedUrl;
use ext_registry::{Context, OpError};
use ext_wire::ops::credentials::Secret;

use super::owner::{error, owner};
use crate::provider::{TOKENS, provider};
use ext_services::{
    credentials::{
        Credential, CredentialError, CredentialVault, TokenSource, attach_bearer, attach_static,
        check_name,
    },
    http::HttpRequest,
};

/// Attaches the caller's credential of this name, if it is for the request's origin. A redirect to
/// another origin drops it: it is in a header of its own or in `authorization`, and both are left
/// behind there.
pub(crate) async fn attach(
    request: &mut HttpRequest,
    name: &str,
    context: Context<'_>,
) -> Result<(), OpError> {
    let credential = get_for(name, &request.url, context)?;
    let attached = match &credential.secret {
        Secret::OAuth2(_) => {
            let owner = owner(context)?;
            let source = &**provider::<dyn TokenSource>(context, TOKENS)?;
            let token = source.access_token(&owner, name).await.map_err(error)?;
            attach_bearer(request, token.expose())
        }
        secret => attach_static(request, secret),
    };
    attached.map_err(error)
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
    if credential.is_for(url) { Ok(credential) } else { Err(not_for(name, url)) }
}

/// Makes the error with the same code as for a credential that does not exist.
fn not_for(name: &str, url: &VettedUrl) -> OpError {
    let missing = CredentialError::NotFound(name.to_owned());
    OpError::new(missing.code(), format_args!("{missing} for {}", url.host()))
}
