//! One attempt to sign in, and its requests.

use std::{sync::atomic::AtomicBool, time::Instant};

use ext_services::{
    credentials::Credential,
    http::{HttpClient, HttpError, HttpResponse},
};
use ext_wire::ops::credentials::{OAuth2Tokens, Secret};

use crate::{
    answer::{self, Failure, Fresh},
    clock::now,
    deadline::Deadline,
    endpoint::{Endpoint, LOGIN_POOL, of_the_user},
    error::LoginError,
    provider::Provider,
};

/// One attempt to sign in. It blocks its thread until the user is done, time is up, or `stop` is
/// set.
pub struct Login<'a> {
    /// Sends the requests.
    pub client: &'a dyn HttpClient,
    /// Provider to sign in at.
    pub provider: &'a Provider,
    /// Time at which the attempt ends.
    pub until: Instant,
    /// Set to stop it.
    pub stop: &'a AtomicBool,
}

impl Login<'_> {
    /// Makes the credential of new tokens.
    pub(crate) fn credential(&self, fresh: Fresh) -> Credential {
        let provider = self.provider.clone();
        let tokens = OAuth2Tokens {
            access_token: fresh.access_token,
            expires_at: Some(now().saturating_add(fresh.life)),
            refresh_token: fresh.refresh_token,
            token_url: provider.token_url,
            client_id: provider.client_id,
            client_secret: provider.client_secret,
            scopes: fresh.scopes.unwrap_or(provider.scopes),
        };
        Credential::new(provider.hosts, Secret::OAuth2(tokens))
    }

    /// Returns the deadline of this attempt.
    pub(crate) const fn deadline(&self) -> Deadline<'_> {
        Deadline { until: self.until, stop: self.stop }
    }

    /// Asks an endpoint of the provider.
    pub(crate) fn ask(
        &self,
        url: &str,
        fields: &[(&str, &str)],
    ) -> Result<Result<HttpResponse, HttpError>, LoginError> {
        let client_secret = self.provider.client_secret.as_ref();
        let client_id = &self.provider.client_id;
        let (url, pool) = (of_the_user(url, self.client)?, LOGIN_POOL.to_owned());
        let endpoint = Endpoint { url, client_id, client_secret, pool };
        let request = endpoint.request(fields)?;
        Ok(pollster::block_on(self.client.send(request)))
    }

    /// Asks for tokens.
    pub(crate) fn tokens(&self, fields: &[(&str, &str)]) -> Result<Fresh, LoginError> {
        answer::read(self.ask(&self.provider.token_url, fields)?).map_err(|failure| match failure {
            Failure::Rejected => LoginError::Code,
            Failure::Unsent(why)
            | Failure::Unknown(why)
            | Failure::Refused { reason: why, .. }
            | Failure::Unusable { reason: why, .. } => LoginError::Provider(why),
        })
    }
}
