//! Revocation of tokens (RFC 7009).

use ext_services::http::HttpClient;
use ext_wire::{SecretText, ops::credentials::OAuth2Tokens};

use crate::{
    endpoint::{Endpoint, LOGIN_POOL, of_the_user},
    error::LoginError,
};

/// Gives a token back (RFC 7009), so that nobody who has a copy can use it any more.
///
/// # Errors
/// [`LoginError::Provider`] when the provider did not take it.
pub fn revoke(
    client: &dyn HttpClient,
    revocation_url: &str,
    tokens: &OAuth2Tokens,
) -> Result<(), LoginError> {
    let endpoint = Endpoint {
        url: of_the_user(revocation_url, client)?,
        client_id: &tokens.client_id,
        client_secret: tokens.client_secret.as_ref(),
        pool: LOGIN_POOL.to_owned(),
    };
    let (token, kind) = token_to_revoke(tokens);
    let fields = [("token", token.expose()), ("token_type_hint", kind)];
    let request = endpoint.request(&fields)?;
    match pollster::block_on(client.send(request)) {
        Ok(response) if response.status == 200 => Ok(()),
        Ok(response) => {
            let status = response.status;
            Err(LoginError::Provider(format!("the provider answered with status {status}")))
        }
        Err(error) => Err(LoginError::Provider(error.to_string())),
    }
}

/// Returns the token to revoke: with the refresh token, providers end the whole login.
fn token_to_revoke(tokens: &OAuth2Tokens) -> (&SecretText, &'static str) {
    match &tokens.refresh_token {
        Some(token) => (token, "refresh_token"),
        None => (&tokens.access_token, "access_token"),
    }
}
