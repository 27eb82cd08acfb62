//! Renewal of tokens, once for all who wait.

use std::{
    collections::HashMap,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use ext_net::{VetError, VettedUrl};
use ext_services::{
    credentials::{
        AccessToken, Credential, CredentialError, CredentialVault, OtherTokenFuture, Owner,
        TokenCaller, TokenFuture, TokenSource,
    },
    http::{HttpClient, HttpRequest},
};
use ext_wire::{
    SecretText,
    ops::credentials::{OAuth2Tokens, Secret},
};
use parking_lot::Mutex;
use tokio::sync::{OwnedMutexGuard, oneshot};

use crate::{
    clock::{now, now_millis},
    endpoint::{Endpoint, EndpointError},
    exchange::{Exchange, Outcome, Settled, after_others, give_up},
    pause,
};

/// A token is renewed when it has less than this left, in seconds.
const MARGIN: i64 = 60;

/// Time in which a token that came in place of a rejected one is not replaced as well: a server that rejects
/// them all would have one renewed for each request.
const REPLACED: Duration = Duration::from_secs(300);

/// Times that a credential may change under a caller before it is sent away.
const MAX_TRIES: usize = 4;

/// One renewal at a time for each credential of this program.
type Flight = Arc<tokio::sync::Mutex<()>>;

/// Test of an endpoint that the user chose.
type Trusts = dyn Fn(&OAuth2Tokens) -> bool + Send + Sync;

/// Renewer of tokens that are kept in a vault.
///
/// A renewal that was begun runs to its end, also when its caller has left: its answer may hold the only
/// refresh token that is still valid.
pub struct Renewer {
    vault: Arc<dyn CredentialVault>,
    client: Arc<dyn HttpClient>,
    trusts: Box<Trusts>,
    flights: Mutex<HashMap<(Owner, String), Flight>>,
    /// The last token of each login that came in place of a rejected one, and when it did.
    replacements: Mutex<HashMap<(Owner, String), (SecretText, Instant)>>,
}

/// A credential as it was read.
#[derive(Clone)]
pub(crate) struct Snapshot {
    pub(crate) credential: Credential,
    pub(crate) version: u64,
}

impl Renewer {
    /// Renews the tokens in `vault` with requests through `client`.
    #[must_use]
    pub fn new(vault: Arc<dyn CredentialVault>, client: Arc<dyn HttpClient>) -> Self {
        let (flights, replacements) = Default::default();
        Self { vault, client, trusts: Box::new(|_| false), flights, replacements }
    }

    /// Sets which endpoints the user chose, as those of the configured providers. They are reached on
    /// behalf of extensions that may not reach them otherwise.
    #[must_use]
    pub fn with_trusted(
        self,
        trusts: impl Fn(&OAuth2Tokens) -> bool + Send + Sync + 'static,
    ) -> Self {
        Self { trusts: Box::new(trusts), ..self }
    }

    async fn token(
        &self,
        owner: &Owner,
        name: &str,
        rejected: Option<&SecretText>,
        caller: &dyn TokenCaller,
    ) -> Result<AccessToken, CredentialError> {
        if let Some(token) = fresh(&self.read(owner, name)?, name, rejected)? {
            return Ok(token);
        }
        for _ in 0..MAX_TRIES {
            let flight = self.flight(owner, name).lock_owned().await;
            let snapshot = self.read(owner, name)?;
            // Whoever had the flight before may have renewed it.
            if let Some(token) = fresh(&snapshot, name, rejected)? {
                return Ok(token);
            }
            if let Settled::Token(token) = self.renew(owner, name, snapshot, caller, flight).await?
            {
                return Ok(*token);
            }
        }
        Err(CredentialError::Busy)
    }

    async fn other(
        &self,
        owner: &Owner,
        name: &str,
        rejected: &SecretText,
        caller: &dyn TokenCaller,
    ) -> Result<Option<AccessToken>, CredentialError> {
        let snapshot = self.read(owner, name)?;
        let tokens = tokens(&snapshot.credential, name)?;
        let login = (owner.clone(), name.to_owned());
        let is_kept = tokens.access_token == *rejected;
        if is_kept && (tokens.refresh_token.is_none() || self.is_replacement(&login, rejected)) {
            return Ok(None);
        }
        let token = self.token(owner, name, Some(rejected), caller).await?;
        self.replacements.lock().insert(login, (token.token.clone(), Instant::now()));
        Ok(Some(token))
    }

    /// Returns whether this token came in place of a rejected one a short while ago.
    fn is_replacement(&self, login: &(Owner, String), token: &SecretText) -> bool {
        let mut replacements = self.replacements.lock();
        replacements.retain(|_, (_, came)| came.elapsed() < REPLACED);
        replacements.get(login).is_some_and(|(replacement, _)| replacement == token)
    }

    fn read(&self, owner: &Owner, name: &str) -> Result<Snapshot, CredentialError> {
        let (credential, version) = self.vault.get(owner, name)?;
        match credential.needs_login {
            true => Err(CredentialError::LoginNeeded(name.to_owned())),
            false => Ok(Snapshot { credential, version }),
        }
    }

    /// Has the credential of this snapshot renewed, with the rights of the caller and at its expense.
    async fn renew(
        &self,
        owner: &Owner,
        name: &str,
        snapshot: Snapshot,
        caller: &dyn TokenCaller,
        flight: OwnedMutexGuard<()>,
    ) -> Result<Settled, CredentialError> {
        let request = match self.request(owner, name, &snapshot.credential, caller)? {
            Some(request) => request,
            None => return give_up(&*self.vault, owner, name, snapshot),
        };
        let vault = Arc::clone(&self.vault);
        let (owner, name) = (owner.clone(), name.to_owned());
        if let Err(paused) = pause::check(snapshot.credential.pause, now_millis()) {
            let wait = move || after_others(&*vault, &owner, &name, snapshot.version, paused);
            return detached(wait, flight).await?;
        }
        caller.charge(request.body.len()).map_err(CredentialError::Refused)?;
        let client = Arc::clone(&self.client);
        let exchange = Exchange { vault, client, owner, name, snapshot, request };
        let Outcome { received, result } = detached(|| exchange.run(), flight).await?;
        caller.charge(received).map_err(CredentialError::Refused)?;
        result
    }

    /// Makes the request of RFC 6749, section 6; `None` without a refresh token.
    fn request(
        &self,
        owner: &Owner,
        name: &str,
        credential: &Credential,
        caller: &dyn TokenCaller,
    ) -> Result<Option<HttpRequest>, CredentialError> {
        let tokens = tokens(credential, name)?;
        let Some(refresh_token) = &tokens.refresh_token else { return Ok(None) };
        let endpoint = Endpoint {
            url: self.vetted(tokens, caller)?,
            client_id: &tokens.client_id,
            client_secret: tokens.client_secret.as_ref(),
            pool: format!("credentials of {}", owner.extension),
        };
        let fields = [("grant_type", "refresh_token"), ("refresh_token", refresh_token.expose())];
        let request = endpoint.request(&fields);
        request
            .map(Some)
            .map_err(|error: EndpointError| CredentialError::Invalid(error.to_string()))
    }

    /// Vets the endpoint by what the caller may reach. Where that cannot be decided, nothing lasting
    /// follows from it.
    fn vetted(
        &self,
        tokens: &OAuth2Tokens,
        caller: &dyn TokenCaller,
    ) -> Result<VettedUrl, CredentialError> {
        let is_trusted = (self.trusts)(tokens);
        let reach = |scheme, host: &str, port| {
            if is_trusted { Ok(true) } else { caller.may_reach(scheme, host, port) }
        };
        let url = VettedUrl::vet(&tokens.token_url, self.client.addresses(), reach);
        url.map_err(|error| match error {
            VetError::Url(error) => CredentialError::Endpoint(error),
            VetError::Undecided(error) => CredentialError::Refused(error),
        })
    }

    fn flight(&self, owner: &Owner, name: &str) -> Flight {
        let mut flights = self.flights.lock();
        // Those that nobody waits for are done.
        flights.retain(|_, flight| Arc::strong_count(flight) > 1);
        Arc::clone(flights.entry((owner.clone(), name.to_owned())).or_default())
    }
}

/// Runs work that blocks on a thread of its own, to its end. The flight is over with it, not with the caller.
async fn detached<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
    flight: OwnedMutexGuard<()>,
) -> Result<T, CredentialError> {
    let (tell, told) = oneshot::channel();
    let work = move || {
        let outcome = work();
        drop(flight);
        let _ = tell.send(outcome); // nobody may be there any more
    };
    let failed = |why: &str| CredentialError::Io(format!("the renewal of a login: {why}"));
    let thread = thread::Builder::new().name("renewal".to_owned()).spawn(work);
    thread.map_err(|error| failed(&error.to_string()))?;
    told.await.map_err(|_| failed("its thread ended"))
}

/// Returns the token of a snapshot, if it is good for a while and not the one that was rejected.
pub(crate) fn fresh(
    Snapshot { credential, .. }: &Snapshot,
    name: &str,
    rejected: Option<&SecretText>,
) -> Result<Option<AccessToken>, CredentialError> {
    let tokens = tokens(credential, name)?;
    let is_fresh = tokens.expires_at.is_none_or(|at| at.saturating_sub(now()) > MARGIN);
    let is_good = is_fresh && rejected != Some(&tokens.access_token);
    Ok(is_good.then(|| access_token(&tokens.access_token, credential)))
}

pub(crate) fn access_token(token: &SecretText, credential: &Credential) -> AccessToken {
    AccessToken { token: token.clone(), credential: credential.clone() }
}

impl TokenSource for Renewer {
    fn access_token<'a>(
        &'a self,
        owner: &'a Owner,
        name: &'a str,
        caller: &'a dyn TokenCaller,
    ) -> TokenFuture<'a> {
        Box::pin(self.token(owner, name, None, caller))
    }

    fn other_token<'a>(
        &'a self,
        owner: &'a Owner,
        name: &'a str,
        rejected: &'a SecretText,
        caller: &'a dyn TokenCaller,
    ) -> OtherTokenFuture<'a> {
        Box::pin(self.other(owner, name, rejected, caller))
    }
}

pub(crate) fn tokens<'a>(
    credential: &'a Credential,
    name: &str,
) -> Result<&'a OAuth2Tokens, CredentialError> {
    match &credential.secret {
        Secret::OAuth2(tokens) => Ok(tokens),
        _ => Err(CredentialError::Invalid(format!("`{name}` is not a login of OAuth 2.0"))),
    }
}
