//! Pages for a browser, and the session of the user that they call with.

use std::sync::Arc;

use bytes::Bytes;
use ext_wire::{ErrorBody, ErrorCode};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode, header};
use hyper::body::Incoming;
use jsonrpsee_server::StopHandle;
use serde::Deserialize;
use serde_json::json;

use crate::{
    bodies::read,
    guard::Door,
    http::{Refusal, Reply, refuse, with_type},
    limits::CODE_TIME,
    port::Port,
    sessions::{Opened, Sessions},
};

/// The beginning of the paths of pages.
const PAGES: &str = "/console/";
/// The path at which a session is opened by POST, and ended by DELETE.
const SESSION: &str = "/console/session";
/// The header that has the token of a session.
const TOKEN: &str = "x-session";
/// The protocol of a WebSocket of a page; beside it stands the token, as browsers send no header there.
const WEBSOCKET: &str = "spacedrive";
/// The beginning of a token that stands beside [`WEBSOCKET`].
const WEBSOCKET_TOKEN: &str = "session.";

/// The rights of a page: its own files, its own port, and pictures that it made itself.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src 'self' blob:; connect-src 'self'; frame-src 'self' blob:; media-src blob:; \
    base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
    require-trusted-types-for 'script'; trusted-types 'none'";

/// A file of the pages for a browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// Its media type.
    pub media_type: &'static str,
    /// Its content.
    pub content: &'static [u8],
}

/// A function that finds the file of a path; that of `""` is shown first.
pub type Pages = fn(&str) -> Option<Page>;

/// The secrets of the session that a request is of.
struct SessionRef {
    cookie: String,
    token: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OpenSession {
    code: String,
}

/// The pages of a server, and the sessions of whoever they are shown to.
#[derive(Clone)]
pub(crate) struct Console {
    pub(crate) sessions: Arc<Sessions>,
    pub(crate) pages: Option<Pages>,
    pub(crate) port: Option<Port>,
}

impl Console {
    /// Answers what is about pages and sessions, and gives all other requests back.
    pub(crate) async fn answer(
        &self,
        door: &Door,
        request: Request<Incoming>,
    ) -> Result<Result<Reply, Refusal>, Request<Incoming>> {
        let Some(pages) = self.pages else { return Err(request) };
        let path = request.uri().path();
        if path == SESSION {
            return Ok(self.session(door, request).await);
        }
        let is_get = matches!(*request.method(), Method::GET | Method::HEAD);
        let is_upgrade = request.headers().contains_key(header::UPGRADE);
        match path.strip_prefix(PAGES) {
            Some(name) if is_get => Ok(page(pages, name)),
            Some(_) => Ok(Err(only("GET"))),
            None if path == "/" && is_get && !is_upgrade => Ok(page(pages, "")),
            None => Err(request),
        }
    }

    async fn session(&self, door: &Door, request: Request<Incoming>) -> Result<Reply, Refusal> {
        let Door::Port(port) = door else {
            return Err(refuse(StatusCode::NOT_FOUND, "sessions are for browsers, on a port"));
        };
        match *request.method() {
            Method::POST => self.open_session(port, request).await,
            Method::DELETE => {
                if let Some(session) = SessionRef::of(port, request.headers()) {
                    self.sessions.close(&session.cookie, &session.token).await;
                }
                Ok(with_cookie(port, "", "; Max-Age=0", &json!({ "ended": true })))
            }
            _ => Err(only("POST or DELETE")),
        }
    }

    async fn open_session(
        &self,
        port: &Port,
        request: Request<Incoming>,
    ) -> Result<Reply, Refusal> {
        let (head, body) = request.into_parts();
        let body = read(&head.headers, body).await?;
        let input = serde_json::from_slice::<OpenSession>(&body);
        let input = input.map_err(|error| refuse(StatusCode::BAD_REQUEST, error))?;
        let opened = self.sessions.open(&input.code).await;
        let opened = opened.map_err(|error| refuse(StatusCode::INTERNAL_SERVER_ERROR, error))?;
        let spent = || refuse(StatusCode::UNAUTHORIZED, "the code was used, or its time is over");
        let Opened { cookie, token } = opened.ok_or_else(spent)?;
        Ok(with_cookie(port, &cookie, "", &json!({ "token": token })))
    }

    /// Finds the open session of a request, and what tells its end.
    pub(crate) async fn find_session(
        &self,
        door: &Door,
        headers: &HeaderMap,
    ) -> Option<StopHandle> {
        let Door::Port(port) = door else { return None };
        let session = SessionRef::of(port, headers)?;
        self.sessions.find(&session.cookie, &session.token).await
    }

    /// Makes what a browser needs to open a session.
    pub(crate) async fn invite(&self) -> Result<serde_json::Value, ErrorBody> {
        let (Some(_), Some(port)) = (self.pages, &self.port) else {
            let message = "the daemon answers on no port, which a browser needs";
            return Err(ErrorBody::new(ErrorCode::NotFound, message));
        };
        let code = self.sessions.issue().await?;
        // What stands behind `#` is in no request and no log.
        let url = format!("{}/#code={code}", port.url());
        Ok(json!({ "url": url, "valid_for_s": CODE_TIME.as_secs() }))
    }
}

impl SessionRef {
    fn of(port: &Port, headers: &HeaderMap) -> Option<Self> {
        let name = cookie_name(port);
        let cookies = headers.get_all(header::COOKIE).into_iter();
        let mut pairs =
            cookies.filter_map(|value| value.to_str().ok()).flat_map(|all| all.split(';'));
        let cookie = pairs.find_map(|pair| {
            let (known, value) = pair.trim().split_once('=')?;
            (known == name).then(|| value.to_owned())
        })?;
        Some(Self { cookie, token: token(headers)? })
    }
}

/// Finds the token of a session: in its header, or beside the protocol of a WebSocket.
fn token(headers: &HeaderMap) -> Option<String> {
    if let Some(token) = headers.get(TOKEN) {
        return token.to_str().ok().map(str::to_owned);
    }
    let protocols = headers.get(header::SEC_WEBSOCKET_PROTOCOL)?.to_str().ok()?;
    let mut protocols = protocols.split(',').map(str::trim);
    protocols.find_map(|protocol| protocol.strip_prefix(WEBSOCKET_TOKEN)).map(str::to_owned)
}

/// Says which protocol was chosen, as a browser expects it.
pub(crate) fn choose_protocol(reply: &mut Reply) {
    if reply.status() == StatusCode::SWITCHING_PROTOCOLS {
        let protocol = HeaderValue::from_static(WEBSOCKET);
        reply.headers_mut().insert(header::SEC_WEBSOCKET_PROTOCOL, protocol);
    }
}

/// Names the cookie by the port: an address has one jar for all.
fn cookie_name(port: &Port) -> String {
    format!("spacedrive-{}", port.address().port())
}

fn with_cookie(port: &Port, cookie: &str, lifetime: &str, body: &serde_json::Value) -> Reply {
    let mut reply = with_type(StatusCode::OK, "application/json", body.to_string().into());
    let name = cookie_name(port);
    let secure = if port.is_tls() { "; Secure" } else { "" };
    let cookie = format!("{name}={cookie}; Path=/; HttpOnly; SameSite=Strict{secure}{lifetime}");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        reply.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    reply
}

fn page(pages: Pages, name: &str) -> Result<Reply, Refusal> {
    let missing = || refuse(StatusCode::NOT_FOUND, "there is no page at this path");
    let page = pages(name).ok_or_else(missing)?;
    let mut reply = with_type(StatusCode::OK, page.media_type, Bytes::from_static(page.content));
    for (name, value) in [
        ("content-security-policy", POLICY),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
        ("referrer-policy", "no-referrer"),
        ("x-frame-options", "DENY"),
    ] {
        let (name, value) = (HeaderName::from_static(name), HeaderValue::from_static(value));
        reply.headers_mut().insert(name, value);
    }
    Ok(reply)
}

fn only(method: &str) -> Refusal {
    refuse(StatusCode::METHOD_NOT_ALLOWED, format_args!("this path answers {method} only"))
}
