//! Servers of mailboxes that speak a provider's documented protocol, in this process.
//!
//! They get requests as values, so that a test may put a fake host or a [`TestServer`] in front.

mod graph;
mod jmap;

use std::collections::HashMap;

use serde_json::Value;

pub use graph::Graph;
pub use jmap::Jmap;

use crate::{TestServer, answer, body_of};

/// Token that the servers accept, until it is revoked.
pub const TOKEN: &str = "token of ada";

/// A request to a server.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The method: `GET`.
    pub method: String,
    /// Path and query.
    pub target: String,
    /// Token of the request, if it has one.
    pub token: Option<String>,
    /// Headers by their names in lower case.
    pub headers: HashMap<String, String>,
    /// The body.
    pub body: String,
}

/// Answer of a server: status, headers and body.
pub type Answered = (u16, Vec<(&'static str, String)>, Vec<u8>);

/// A message that a server has.
#[derive(Debug, Clone)]
pub struct Mail {
    /// Its id.
    pub id: String,
    /// Time of its arrival (RFC 3339).
    pub received_at: String,
    /// Folder that it lies in.
    pub folder: &'static str,
    /// The message (RFC 5322).
    pub raw: Vec<u8>,
}

/// Moods of a server that a test chooses.
#[derive(Debug, Default)]
pub struct Moods {
    /// Requests that are put off with 429 before one is answered.
    pub throttled: usize,
    /// The token is not accepted any more.
    pub revoked: bool,
    /// The server has forgotten what clients knew.
    pub forgetful: bool,
    /// Requests that were answered, by path without query.
    pub asked: Vec<String>,
}

impl Moods {
    /// Decides about a request before it is looked at.
    fn refuse(&mut self, asked: &Asked) -> Option<Answered> {
        if self.revoked || asked.token.as_deref() != Some(TOKEN) {
            let challenge = ("www-authenticate", "Bearer error=\"invalid_token\"".to_owned());
            return Some((401, vec![challenge], Vec::new()));
        }
        if self.throttled > 0 {
            self.throttled -= 1;
            return Some((429, vec![("retry-after", "1".to_owned())], Vec::new()));
        }
        let path = asked.target.split('?').next().unwrap_or_default();
        self.asked.push(path.to_owned());
        None
    }
}

/// Puts a server on loopback.
///
/// # Panics
/// Where there is no loopback.
pub fn serve(respond: impl Fn(&Asked) -> Answered + Send + Sync + 'static) -> TestServer {
    TestServer::start(move |request| {
        let (status, headers, body) = respond(&parse(request));
        let headers: String =
            headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        answer(&format!("{status} Status"), &headers, &body)
    })
}

fn parse(request: &str) -> Asked {
    let head = request.split_once("\r\n\r\n").map_or(request, |(head, _)| head);
    let mut lines = head.lines();
    let mut first = lines.next().unwrap_or_default().split(' ').map(str::to_owned);
    let headers: HashMap<String, String> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
        .collect();
    let token = headers.get("authorization").and_then(|it| it.strip_prefix("Bearer "));
    Asked {
        method: first.next().unwrap_or_default(),
        target: first.next().unwrap_or_default(),
        token: token.map(str::to_owned),
        headers,
        body: body_of(request).to_owned(),
    }
}

fn json(status: u16, body: &Value) -> Answered {
    let kind = ("content-type", "application/json".to_owned());
    (status, vec![kind], body.to_string().into_bytes())
}

/// Returns a parameter of a query, with its escapes taken back.
fn parameter(target: &str, name: &str) -> Option<String> {
    let (_, query) = target.split_once('?')?;
    let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs.find(|(key, _)| *key == name).map(|(_, value)| unescape(value))
}

fn unescape(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, behind @ ..] = rest {
        let escaped = behind.get(..2).filter(|_| *first == b'%');
        let value = escaped.and_then(|hex| u8::from_str_radix(str::from_utf8(hex).ok()?, 16).ok());
        bytes.push(value.unwrap_or(*first));
        rest = if value.is_some() { &behind[2..] } else { behind };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
