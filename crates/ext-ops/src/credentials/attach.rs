//! Attaching a credential to a request, at the last moment.

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::STANDARD};
use ext_net::JudgedUrl;
use ext_registry::{Context, OpError};
use ext_wire::ops::credentials::Secret;
use http::{HeaderName, HeaderValue, header::AUTHORIZATION};
use zeroize::Zeroizing;

use super::{error, owner};
use crate::services::{
    credentials::{Credential, CredentialError, CredentialVault, TokenSource, check_name},
    http::{HttpRequest, Scrubber},
};

/// A header with a secret, and what must not come back.
struct Attachment {
    header: HeaderName,
    value: Zeroizing<String>,
    secrets: Vec<Zeroizing<Vec<u8>>>,
}

/// Attaches the caller's credential of this name, if it is for the request's origin. A redirect to
/// another origin drops it: it is in a header of its own or in `authorization`, and both are left
/// behind there.
pub(crate) async fn attach(
    request: &mut HttpRequest,
    name: &str,
    context: Context<'_>,
) -> Result<(), OpError> {
    let credential = get_for(name, &request.url, context)?;
    let attachment = match &credential.secret {
        Secret::OAuth2(_) => {
            let owner = owner(context)?;
            let source = &**context.service::<dyn TokenSource>()?;
            bearer(source.access_token(&owner, name).await.map_err(error)?.expose())
        }
        secret => static_secret(secret).map_err(error)?,
    };
    put(request, &attachment).map_err(error)
}

/// The caller's credential of this name, if it is for this server.
pub(crate) fn get_for(
    name: &str,
    url: &JudgedUrl,
    context: Context<'_>,
) -> Result<Credential, OpError> {
    check_name(name).map_err(error)?;
    let vault = &**context.service::<dyn CredentialVault>()?;
    let (credential, _) = vault.get(&owner(context)?, name).map_err(error)?;
    if credential.is_for(url) { Ok(credential) } else { Err(not_for(name, url)) }
}

/// See `services::credentials::attach_static`.
pub(crate) fn attach_static(
    request: &mut HttpRequest,
    secret: &Secret,
) -> Result<(), CredentialError> {
    put(request, &static_secret(secret)?)
}

fn put(request: &mut HttpRequest, attachment: &Attachment) -> Result<(), CredentialError> {
    let value = HeaderValue::from_str(&attachment.value);
    let mut value = value.map_err(|_| unfit("it has characters that no header can hold"))?;
    value.set_sensitive(true);
    request.headers.insert(attachment.header.clone(), value);
    let secrets = attachment.secrets.iter().map(|secret| secret.as_slice());
    request.scrubber = Arc::new(Scrubber::new(secrets));
    Ok(())
}

fn static_secret(secret: &Secret) -> Result<Attachment, CredentialError> {
    match secret {
        Secret::ApiKey { key, header, prefix } => Ok(Attachment {
            header: header.parse().map_err(|_| unfit("its header is not well formed"))?,
            value: Zeroizing::new(format!("{prefix}{}", key.expose())),
            secrets: vec![bytes(key.expose())],
        }),
        Secret::Basic { username, password } => Ok(basic(username, password.expose())),
        Secret::OAuth2(_) => Err(unfit("its token has to be renewed first")),
        Secret::Custom { .. } => Err(unfit("a custom secret is not attached to requests")),
    }
}

fn basic(username: &str, password: &str) -> Attachment {
    let pair = Zeroizing::new(format!("{username}:{password}"));
    let value = Zeroizing::new(format!("Basic {}", *Zeroizing::new(STANDARD.encode(&*pair))));
    let secrets = vec![bytes(password), bytes(&pair)];
    Attachment { header: AUTHORIZATION, value, secrets }
}

fn bearer(token: &str) -> Attachment {
    let value = Zeroizing::new(format!("Bearer {token}"));
    Attachment { header: AUTHORIZATION, value, secrets: vec![bytes(token)] }
}

fn bytes(text: &str) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(text.as_bytes().to_vec())
}

/// The same code as for a credential that does not exist.
fn not_for(name: &str, url: &JudgedUrl) -> OpError {
    let missing = CredentialError::NotFound(name.to_owned());
    OpError::new(missing.code(), format_args!("{missing} for {}", url.host()))
}

fn unfit(why: &str) -> CredentialError {
    CredentialError::Invalid(format!("the credential cannot be attached: {why}"))
}
