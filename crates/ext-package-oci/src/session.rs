//! Requests to one registry: with its login, and to nobody else.

use std::{
    collections::HashMap,
    sync::Arc,
    time::{Duration, Instant},
};

use bytes::Bytes;
use ext_net::{Scheme, VettedUrl};
use ext_services::{
    credentials::{Credential, attach_bearer, attach_static},
    http::{HttpClient, HttpRequest, HttpResponse},
};
use ext_wire::SecretText;
use http::{HeaderMap, HeaderValue, Method, header};
use parking_lot::Mutex;
use pollster::block_on;

use crate::{challenge::Challenge, error::OciError, names::Registry};

/// The pool of connections.
const POOL: &str = "registry";

/// Longest wait for an answer, besides the time that its bytes take.
const PATIENCE: Duration = Duration::from_secs(60);

/// Slowest connection that is waited for, in bytes a second.
const SLOWEST: u64 = 32 << 10;

/// Most redirects of one request.
const MAX_REDIRECTS: usize = 3;

/// Most bytes of an answer that is only looked at.
pub(crate) const MAX_JSON: u64 = 4 << 20;

/// The clients that requests are sent with.
#[derive(Clone)]
pub struct Clients {
    /// Client for the registry itself, which the user named: it may be in the local network.
    pub registry: Arc<dyn HttpClient>,
    /// Client for the servers that the registry names: where files lie, and where tokens come from.
    pub elsewhere: Arc<dyn HttpClient>,
}

/// Permission that a request needs at the registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Access {
    Pull,
    Push,
}

/// A request to a registry.
pub(crate) struct Ask<'a> {
    /// Kind of the request, for errors.
    pub(crate) what: &'static str,
    pub(crate) method: Method,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// Most bytes of the answer.
    pub(crate) max_bytes: u64,
    /// Repository that it is about; empty for none.
    pub(crate) repository: &'a str,
    pub(crate) access: Access,
}

impl<'a> Ask<'a> {
    /// Makes a request that reads.
    pub(crate) fn get(what: &'static str, repository: &'a str) -> Self {
        let (headers, body) = Default::default();
        let (method, access, max_bytes) = (Method::GET, Access::Pull, MAX_JSON);
        Self { what, method, headers, body, max_bytes, repository, access }
    }

    /// Makes a request that writes.
    pub(crate) fn push(
        what: &'static str,
        method: Method,
        repository: &'a str,
        body: Bytes,
    ) -> Self {
        let get = Self::get(what, repository);
        Self { method, body, access: Access::Push, ..get }
    }

    pub(crate) fn header(mut self, name: header::HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.append(name, value);
        }
        self
    }
}

/// Conversation with one registry.
pub(crate) struct Session {
    registry: Registry,
    clients: Clients,
    login: Option<Credential>,
    /// Tokens that the registry's server of tokens gave, by repository and access.
    tokens: Mutex<HashMap<(String, Access), SecretText>>,
    /// True when the registry asked for user and password themselves.
    basic: Mutex<bool>,
}

impl Session {
    pub(crate) fn new(registry: Registry, clients: Clients, login: Option<Credential>) -> Self {
        let (tokens, basic) = Default::default();
        Self { registry, clients, login, tokens, basic }
    }

    pub(crate) const fn registry(&self) -> &Registry {
        &self.registry
    }

    /// Returns the URL of a path of the registry.
    pub(crate) fn url(&self, path: &str) -> Result<VettedUrl, OciError> {
        let text = format!("{}{path}", self.registry.origin());
        Ok(VettedUrl::vet(&text, self.clients.registry.addresses(), |_, _, _| true)?)
    }

    /// Returns the URL that the registry names for the next request, which has to be its own.
    pub(crate) fn next_url(&self, from: &VettedUrl, location: &str) -> Result<VettedUrl, OciError> {
        let next = from.join(location, self.clients.registry.addresses(), |_, _, _| true);
        match next {
            Ok(next) if next.same_origin(from) => Ok(next),
            _ => Err(self.leads_away("an upload")),
        }
    }

    /// Sends a request, with a login where the registry asks for one.
    pub(crate) fn send(&self, url: &VettedUrl, ask: &Ask<'_>) -> Result<HttpResponse, OciError> {
        let mut answer = self.attempt(url, ask)?;
        if answer.status == 401 {
            self.log_in(&Challenge::of(&answer.headers)?, ask)?;
            answer = self.attempt(url, ask)?;
        }
        let answer = self.follow(url.clone(), answer, ask)?;
        match answer.status {
            401 | 403 if self.login.is_some() => {
                Err(OciError::LoginRefused { registry: self.host() })
            }
            401 => Err(OciError::LoginNeeded { registry: self.host() }),
            _ => Ok(answer),
        }
    }

    /// Makes the error for an answer that was not expected.
    pub(crate) fn refused(&self, what: &'static str, answer: &HttpResponse) -> OciError {
        let (registry, status) = (self.host(), answer.status);
        OciError::Status { registry, what, status, code: code_of(&answer.body) }
    }

    fn leads_away(&self, what: &'static str) -> OciError {
        OciError::Redirect { registry: self.host(), what }
    }

    fn host(&self) -> String {
        self.registry.host().to_owned()
    }

    fn attempt(&self, url: &VettedUrl, ask: &Ask<'_>) -> Result<HttpResponse, OciError> {
        let mut request = request(url, ask);
        let token = self.tokens.lock().get(&(ask.repository.to_owned(), ask.access)).cloned();
        match (token, &self.login) {
            (Some(token), _) => attach_bearer(&mut request, token.expose())?,
            (None, Some(login)) if *self.basic.lock() && login.is_for(url) => {
                attach_static(&mut request, &login.secret)?;
            }
            _ => {}
        }
        // What comes back is checked by its digest, and never shown: nothing may be changed in it.
        request.scrubber = Arc::default();
        Ok(block_on(self.clients.registry.send(request))?)
    }

    /// Follows the redirects of a request that reads. A login or token never goes along to another
    /// server, not even back.
    fn follow(
        &self,
        mut url: VettedUrl,
        mut answer: HttpResponse,
        ask: &Ask<'_>,
    ) -> Result<HttpResponse, OciError> {
        let (mut away, mut followed) = (false, 0);
        while matches!(answer.status, 301 | 302 | 303 | 307 | 308) {
            let reads = matches!(ask.method, Method::GET | Method::HEAD);
            if !reads || followed == MAX_REDIRECTS {
                return Err(self.leads_away(ask.what));
            }
            followed += 1;
            let next = self.redirect(&url, &answer, ask.what)?;
            away = away || !next.same_origin(&url);
            answer = match away {
                false => self.attempt(&next, ask)?,
                true => block_on(self.clients.elsewhere.send(request(&next, ask)))?,
            };
            url = next;
        }
        Ok(answer)
    }

    /// Returns the target of a redirect: on the registry itself, or a server of the internet with TLS.
    fn redirect(
        &self,
        from: &VettedUrl,
        answer: &HttpResponse,
        what: &'static str,
    ) -> Result<VettedUrl, OciError> {
        let location = answer.headers.get(header::LOCATION).and_then(|value| value.to_str().ok());
        let location = location.ok_or_else(|| OciError::answer("a redirect leads nowhere"))?;
        let own = from.join(location, self.clients.registry.addresses(), |_, _, _| true);
        if let Ok(own) = own
            && own.same_origin(from)
        {
            return Ok(own);
        }
        let foreign = from.join(location, self.clients.elsewhere.addresses(), |scheme, _, _| {
            scheme == Scheme::Https || self.registry.is_loopback()
        });
        foreign.map_err(|_| self.leads_away(what))
    }

    /// Does what the registry asks for before it answers.
    fn log_in(&self, challenge: &Challenge, ask: &Ask<'_>) -> Result<(), OciError> {
        match (challenge, &self.login) {
            (Challenge::Basic, None) => Err(OciError::LoginNeeded { registry: self.host() }),
            (Challenge::Basic, Some(_)) => {
                *self.basic.lock() = true;
                Ok(())
            }
            (Challenge::Bearer { .. }, _) => {
                let token = self.token(challenge)?;
                self.tokens.lock().insert((ask.repository.to_owned(), ask.access), token);
                Ok(())
            }
        }
    }

    /// Returns whether the registry asked for a login before it answered.
    pub(crate) fn has_logged_in(&self) -> bool {
        *self.basic.lock() || !self.tokens.lock().is_empty()
    }

    /// Fetches a token from the server that the registry names. The login goes there only when it is the
    /// registry itself, or the user named it at the login.
    fn token(&self, challenge: &Challenge) -> Result<SecretText, OciError> {
        let url = self.token_url(challenge)?;
        let mut request = request(&url, &Ask::get("a login", ""));
        if let Some(login) = &self.login {
            if !login.is_for(&url) {
                let (registry, server) = (self.host(), url.origin());
                return Err(OciError::ForeignLogin { registry, server });
            }
            attach_static(&mut request, &login.secret)?;
            request.scrubber = Arc::default();
        }
        let is_own = url.origin() == self.registry.origin();
        let client = if is_own { &self.clients.registry } else { &self.clients.elsewhere };
        let answer = block_on(client.send(request))?;
        match (answer.status, self.login.is_some()) {
            (200, _) => Challenge::token(&answer.body),
            (400..=403, true) => Err(OciError::LoginRefused { registry: self.host() }),
            (400..=403, false) => Err(OciError::LoginNeeded { registry: self.host() }),
            _ => Err(self.refused("a login", &answer)),
        }
    }

    fn token_url(&self, challenge: &Challenge) -> Result<VettedUrl, OciError> {
        let text = challenge.token_url()?;
        let own = VettedUrl::vet(&text, self.clients.registry.addresses(), |_, _, _| true);
        if let Ok(own) = own
            && own.origin() == self.registry.origin()
        {
            return Ok(own);
        }
        let may = |scheme, _: &str, _| scheme == Scheme::Https || self.registry.is_loopback();
        Ok(VettedUrl::vet(&text, self.clients.elsewhere.addresses(), may)?)
    }

    /// Returns the origin of the server that the registry takes tokens of, if it names one.
    pub(crate) fn token_server(&self) -> Result<Option<String>, OciError> {
        let ask = Ask::get("the version of its API", "");
        let answer = block_on(self.clients.registry.send(request(&self.url("/v2/")?, &ask)))?;
        match answer.status {
            401 => match Challenge::of(&answer.headers)? {
                Challenge::Basic => Ok(None),
                bearer => Ok(Some(self.token_url(&bearer)?.origin())),
            },
            _ => Ok(None),
        }
    }
}

/// Makes the request without a login.
fn request(url: &VettedUrl, ask: &Ask<'_>) -> HttpRequest {
    let bytes = ask.max_bytes.max(ask.body.len() as u64);
    let time = PATIENCE.saturating_add(Duration::from_secs(bytes / SLOWEST));
    let now = Instant::now();
    let mut headers = ask.headers.clone();
    headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    HttpRequest {
        url: url.clone(),
        method: ask.method.clone(),
        headers,
        body: ask.body.clone(),
        pool: POOL.to_owned(),
        deadline: now.checked_add(time).unwrap_or(now),
        max_body_bytes: ask.max_bytes,
        scrubber: Arc::default(),
        received: Default::default(),
    }
}

/// Returns the code that a registry gives for an error, such as `DENIED`.
fn code_of(body: &[u8]) -> Option<String> {
    let body: serde_json::Value = serde_json::from_slice(body).ok()?;
    let code = body.get("errors")?.get(0)?.get("code")?.as_str()?;
    let plain = code.len() <= 40 && code.chars().all(|c| c.is_ascii_uppercase() || c == '_');
    plain.then(|| code.to_owned())
}
