//! Secrets as headers of requests.

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::STANDARD};
use ext_wire::ops::credentials::Secret;
use http::{HeaderName, HeaderValue, header::AUTHORIZATION};
use zeroize::Zeroizing;

use super::error::CredentialError;
use crate::http::{HttpRequest, Scrubber};

/// A header with a secret, and the secrets that must not come back.
struct Attachment {
    header: HeaderName,
    value: Zeroizing<String>,
    secrets: Vec<Zeroizing<Vec<u8>>>,
}

/// Puts a secret into a request, and makes sure that it does not come back. Of `oauth2` there is a
/// token first, from a [`TokenSource`](crate::credentials::TokenSource); see [`attach_bearer`].
///
/// # Errors
/// [`CredentialError::Invalid`] for secrets that no header can hold.
pub fn attach_static(request: &mut HttpRequest, secret: &Secret) -> Result<(), CredentialError> {
    put(request, &static_secret(secret)?)
}

/// Puts an access token into a request, and makes sure that it does not come back.
///
/// # Errors
/// [`CredentialError::Invalid`] for a token that no header can hold.
pub fn attach_bearer(request: &mut HttpRequest, token: &str) -> Result<(), CredentialError> {
    put(request, &bearer(token))
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

fn unfit(why: &str) -> CredentialError {
    CredentialError::Invalid(format!("the credential cannot be attached: {why}"))
}
