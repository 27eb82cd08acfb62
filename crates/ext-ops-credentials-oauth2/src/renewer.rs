//! Renewing, once for all who wait.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use ext_net::JudgedUrl;
use ext_ops::services::{
    credentials::{Credential, CredentialError, CredentialVault, Owner, TokenFuture, TokenSource},
    http::{HttpClient, HttpRequest},
};
use ext_wire::{
    SecretText,
    ops::credentials::{OAuth2Tokens, Secret},
};
use http::{
    HeaderMap, HeaderValue, Method,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE},
};
use url::form_urlencoded;
use zeroize::Zeroizing;

use crate::answer::{self, Failure, Fresh};

/// A token is renewed when it has less than this left, in seconds.
const MARGIN: i64 = 60;

/// Longest wait for the provider.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Most bytes of a provider's answer.
const MAX_ANSWER_BYTES: u64 = 64 << 10;

/// How often a renewal may stay without a known end before the user has to log in again.
const MAX_UNFINISHED: u8 = 2;

type Flight = Arc<tokio::sync::Mutex<()>>;

/// Renews tokens that are kept in a vault.
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

    /// The credential, and its token if that is good for a while.
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

    /// New tokens are kept before they are used.
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
        let mut flights = self.flights.lock().unwrap_or_else(PoisonError::into_inner);
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
        _ => Err(CredentialError::Invalid(format!("`{name}` is no login of OAuth 2.0"))),
    }
}

/// The request of RFC 6749, section 6. The endpoint is part of the sealed credential, and it was
/// checked against the grant of the extension when it was kept.
fn request(
    tokens: &OAuth2Tokens,
    refresh_token: &SecretText,
    client: &dyn HttpClient,
) -> Result<HttpRequest, CredentialError> {
    let provider = |error: ext_net::UrlError| CredentialError::Provider(error.to_string());
    let url = JudgedUrl::judge(&tokens.token_url, client.addresses(), |_, _, _| true);
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.append_pair("grant_type", "refresh_token");
    form.append_pair("refresh_token", refresh_token.expose());
    let mut headers = HeaderMap::new();
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
    match &tokens.client_secret {
        None => drop(form.append_pair("client_id", &tokens.client_id)),
        Some(secret) => drop(headers.insert(AUTHORIZATION, basic(&tokens.client_id, secret)?)),
    }
    Ok(HttpRequest {
        url: url.map_err(provider)?,
        method: Method::POST,
        headers,
        body: form.finish().into(),
        pool: "credentials".into(),
        deadline: Instant::now() + TIMEOUT,
        max_body_bytes: MAX_ANSWER_BYTES,
        scrubber: Arc::default(),
    })
}

/// RFC 6749, section 2.3.1: both are form-encoded first.
fn basic(id: &str, secret: &SecretText) -> Result<HeaderValue, CredentialError> {
    let encode = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let secret = Zeroizing::new(encode(secret.expose()));
    let pair = Zeroizing::new(format!("{}:{}", encode(id), *secret));
    let value = Zeroizing::new(format!("Basic {}", STANDARD.encode(&*pair)));
    let invalid = |_| CredentialError::Invalid("the client's secret fits into no header".into());
    let mut value = HeaderValue::from_str(&value).map_err(invalid)?;
    value.set_sensitive(true);
    Ok(value)
}

/// Seconds since 1970.
fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}
