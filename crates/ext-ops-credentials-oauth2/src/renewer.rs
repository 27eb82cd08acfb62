//! Renewal of tokens, once for all who wait.

use std::{
    collections::HashMap,
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

use ext_services::{
    credentials::{Credential, CredentialError, CredentialVault, Owner, TokenFuture, TokenSource},
    http::{HttpClient, HttpRequest},
};
use ext_wire::{
    SecretText,
    ops::credentials::{OAuth2Tokens, Secret},
};
use parking_lot::Mutex;

use crate::{
    answer::{self, Failure, Fresh},
    endpoint::{Endpoint, EndpointError},
};

/// A token is renewed when it has less than this left, in seconds.
const MARGIN: i64 = 60;

/// Most renewals without a known end before the user has to log in again.
const MAX_UNFINISHED: u8 = 2;

type Flight = Arc<tokio::sync::Mutex<()>>;

/// Renewer of tokens that are kept in a vault.
pub struct Renewer {
    vault: Arc<dyn CredentialVault>,
    client: Arc<dyn HttpClient>,
    flights: Mutex<HashMap<(Owner, String), Flight>>,
}

impl Renewer {
    /// Renews the tokens in `vault` with requests through `client`.
    #[must_use]
    pub fn new(vault: Arc<dyn CredentialVault>, client: Arc<dyn HttpClient>) -> Self {
        Self { vault, client, flights: Mutex::default() }
    }

    async fn token(&self, owner: &Owner, name: &str) -> Result<SecretText, CredentialError> {
        if let Some(token) = self.fresh(owner, name)?.1 {
            return Ok(token);
        }
        let flight = self.flight(owner, name);
        let _here = flight.lock().await;
        let _elsewhere = self.vault.lock_renewals()?;
        // Whoever held the locks may have renewed it.
        let (credential, token) = self.fresh(owner, name)?;
        match token {
            Some(token) => Ok(token),
            None => self.renew(owner, name, credential).await,
        }
    }

    /// Returns the credential, and its token if that is good for a while.
    fn fresh(
        &self,
        owner: &Owner,
        name: &str,
    ) -> Result<(Credential, Option<SecretText>), CredentialError> {
        let (credential, _) = self.vault.get(owner, name)?;
        if credential.needs_login {
            return Err(CredentialError::LoginNeeded(name.to_owned()));
        }
        let tokens = tokens(&credential, name)?;
        let is_fresh = tokens.expires_at.is_none_or(|at| at.saturating_sub(now()) > MARGIN);
        let token = is_fresh.then(|| tokens.access_token.clone());
        Ok((credential, token))
    }

    async fn renew(
        &self,
        owner: &Owner,
        name: &str,
        mut credential: Credential,
    ) -> Result<SecretText, CredentialError> {
        let tokens = tokens(&credential, name)?.clone();
        let Some(refresh_token) = &tokens.refresh_token else {
            return self.give_up(owner, name, credential);
        };
        if credential.unfinished_renewals >= MAX_UNFINISHED {
            return self.give_up(owner, name, credential);
        }
        let request = request(&tokens, refresh_token, &*self.client)?;
        // From here on an answer can be lost, so it is written down first.
        credential.unfinished_renewals += 1;
        self.vault.put(owner, name, &credential)?;
        match answer::read(self.client.send(request).await) {
            Ok(fresh) => self.keep(owner, name, credential, tokens, fresh),
            Err(Failure::Rejected) => self.give_up(owner, name, credential),
            Err(Failure::Unchanged(why)) => {
                credential.unfinished_renewals = credential.unfinished_renewals.saturating_sub(1);
                self.vault.put(owner, name, &credential)?;
                Err(CredentialError::Provider(why))
            }
            Err(Failure::Unknown(why)) => Err(CredentialError::Provider(why)),
        }
    }

    /// Keeps new tokens, before they are used.
    fn keep(
        &self,
        owner: &Owner,
        name: &str,
        credential: Credential,
        old: OAuth2Tokens,
        fresh: Fresh,
    ) -> Result<SecretText, CredentialError> {
        let token = fresh.access_token.clone();
        let tokens = OAuth2Tokens {
            access_token: fresh.access_token,
            expires_at: Some(now().saturating_add(fresh.life)),
            refresh_token: fresh.refresh_token.or(old.refresh_token),
            scopes: fresh.scopes.unwrap_or(old.scopes),
            ..old
        };
        let renewed = Credential::new(credential.hosts, Secret::OAuth2(tokens));
        self.vault.put(owner, name, &renewed)?;
        Ok(token)
    }

    fn give_up(
        &self,
        owner: &Owner,
        name: &str,
        mut credential: Credential,
    ) -> Result<SecretText, CredentialError> {
        tracing::warn!(extension = owner.extension, name, "a login is not accepted any more");
        credential.needs_login = true;
        self.vault.put(owner, name, &credential)?;
        Err(CredentialError::LoginNeeded(name.to_owned()))
    }

    fn flight(&self, owner: &Owner, name: &str) -> Flight {
        let mut flights = self.flights.lock();
        // Those that nobody waits for are done.
        flights.retain(|_, flight| Arc::strong_count(flight) > 1);
        Arc::clone(flights.entry((owner.clone(), name.to_owned())).or_default())
    }
}

impl TokenSource for Renewer {
    fn access_token<'a>(&'a self, owner: &'a Owner, name: &'a str) -> TokenFuture<'a> {
        Box::pin(self.token(owner, name))
    }
}

fn tokens<'a>(credential: &'a Credential, name: &str) -> Result<&'a OAuth2Tokens, CredentialError> {
    match &credential.secret {
        Secret::OAuth2(tokens) => Ok(tokens),
        _ => Err(CredentialError::Invalid(format!("`{name}` is not a login of OAuth 2.0"))),
    }
}

/// Makes the request of RFC 6749, section 6. The endpoint is part of the sealed credential.
fn request(
    tokens: &OAuth2Tokens,
    refresh_token: &SecretText,
    client: &dyn HttpClient,
) -> Result<HttpRequest, CredentialError> {
    let endpoint = Endpoint {
        url: &tokens.token_url,
        client_id: &tokens.client_id,
        client_secret: tokens.client_secret.as_ref(),
    };
    let fields = [("grant_type", "refresh_token"), ("refresh_token", refresh_token.expose())];
    endpoint.request(client, &fields).map_err(|error| match error {
        EndpointError::Url(error) => CredentialError::Provider(error.to_string()),
        EndpointError::ClientSecret => CredentialError::Invalid(error.to_string()),
    })
}

/// Returns the seconds since 1970.
pub(crate) fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}
