//! The first tokens: the user signs in.

use std::{
    io,
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

use ext_services::{
    credentials::Credential,
    http::{HttpClient, HttpError, HttpResponse},
};
use ext_wire::{
    SecretText,
    ops::credentials::{OAuth2Tokens, Secret},
};
use thiserror::Error;

use crate::{
    answer::{self, Failure, Fresh},
    code, device,
    endpoint::{Endpoint, EndpointError},
    provider::Provider,
    renewer::now,
};

/// How often is looked whether the wait is over.
const LOOK: Duration = Duration::from_millis(50);

/// Why nobody signed in. Messages hold no code and no token.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum LoginError {
    /// Time is up.
    #[error("nobody signed in in time")]
    Timeout,
    /// Time is up, and something else than the provider had sent replies.
    #[error(
        "nobody signed in in time; {0} replies did not belong to this sign-in and were refused: \
         use the address that is shown last"
    )]
    Strangers(u32),
    /// The user stopped it.
    #[error("stopped before anybody had signed in")]
    Stopped,
    /// The user or the provider said no.
    #[error("the provider refused: {0}")]
    Refused(String),
    /// The code is not accepted.
    #[error(
        "the provider does not accept the code: it is too old, was used, or belongs to another \
         sign-in"
    )]
    Code,
    /// The reply comes from somebody else.
    #[error("the reply comes from another provider than the one that was asked")]
    Issuer,
    /// There is no sign-in on another device.
    #[error("the provider has no `device_url`: sign in without --device")]
    NoDevice,
    /// The provider does not answer as it should.
    #[error("signing in failed: {0}")]
    Provider(String),
    /// This machine failed.
    #[error("signing in failed: {0}")]
    Io(#[from] io::Error),
}

/// What the user needs to sign in on another device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceCode {
    /// The page to open there.
    pub url: String,
    /// What to type there.
    pub code: String,
    /// A page on which the code stands already, where the provider has one.
    pub url_with_code: Option<String>,
}

/// One attempt to sign in. It blocks its thread until the user is done, time is up, or `stop` is
/// set.
pub struct Login<'a> {
    /// Sends the requests.
    pub client: &'a dyn HttpClient,
    /// Where to sign in.
    pub provider: &'a Provider,
    /// When time is up.
    pub until: Instant,
    /// Set to stop it.
    pub stop: &'a AtomicBool,
}

impl Login<'_> {
    /// Signs in with a browser on this machine: authorization code with PKCE, sent back to a port of
    /// 127.0.0.1. `show` gets the URL to open.
    ///
    /// # Errors
    /// [`LoginError`].
    pub fn with_browser(&self, show: impl FnOnce(&str)) -> Result<Credential, LoginError> {
        code::sign_in(self, show).map(|fresh| self.credential(fresh))
    }

    /// Signs in with any other device: the user types a code there. `show` gets it.
    ///
    /// # Errors
    /// [`LoginError`].
    pub fn with_device(&self, show: impl FnOnce(&DeviceCode)) -> Result<Credential, LoginError> {
        device::sign_in(self, show).map(|fresh| self.credential(fresh))
    }

    fn credential(&self, fresh: Fresh) -> Credential {
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

    pub(crate) const fn patience(&self) -> Patience<'_> {
        Patience { until: self.until, stop: self.stop }
    }

    /// Asks an endpoint of the provider.
    pub(crate) fn ask(
        &self,
        url: &str,
        fields: &[(&str, &str)],
    ) -> Result<Result<HttpResponse, HttpError>, LoginError> {
        let client_secret = self.provider.client_secret.as_ref();
        let endpoint = Endpoint { url, client_id: &self.provider.client_id, client_secret };
        let request = endpoint.request(self.client, fields).map_err(failed)?;
        Ok(pollster::block_on(self.client.send(request)))
    }

    /// Asks for tokens.
    pub(crate) fn tokens(&self, fields: &[(&str, &str)]) -> Result<Fresh, LoginError> {
        answer::read(self.ask(&self.provider.token_url, fields)?).map_err(|failure| match failure {
            Failure::Rejected => LoginError::Code,
            Failure::Unchanged(why) | Failure::Unknown(why) => LoginError::Provider(why),
        })
    }
}

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
        url: revocation_url,
        client_id: &tokens.client_id,
        client_secret: tokens.client_secret.as_ref(),
    };
    let (token, kind) = token_to_revoke(tokens);
    let fields = [("token", token.expose()), ("token_type_hint", kind)];
    let request = endpoint.request(client, &fields).map_err(failed)?;
    match pollster::block_on(client.send(request)) {
        Ok(response) if response.status == 200 => Ok(()),
        Ok(response) => {
            let status = response.status;
            Err(LoginError::Provider(format!("the provider answered with status {status}")))
        }
        Err(error) => Err(LoginError::Provider(error.to_string())),
    }
}

/// With the refresh token, providers end the whole login.
fn token_to_revoke(tokens: &OAuth2Tokens) -> (&SecretText, &'static str) {
    match &tokens.refresh_token {
        Some(token) => (token, "refresh_token"),
        None => (&tokens.access_token, "access_token"),
    }
}

pub(crate) fn failed(error: EndpointError) -> LoginError {
    LoginError::Provider(error.to_string())
}

/// How long to wait.
pub(crate) struct Patience<'a> {
    until: Instant,
    stop: &'a AtomicBool,
}

impl Patience<'_> {
    pub(crate) fn check(&self) -> Result<(), LoginError> {
        if self.stop.load(Ordering::SeqCst) {
            return Err(LoginError::Stopped);
        }
        if Instant::now() >= self.until {
            return Err(LoginError::Timeout);
        }
        Ok(())
    }

    pub(crate) fn sleep(&self, time: Duration) -> Result<(), LoginError> {
        let began = Instant::now();
        while began.elapsed() < time {
            self.check()?;
            thread::sleep(LOOK.min(time));
        }
        self.check()
    }
}
