//! Requests to a provider's own interface, and what its answers mean for a scan.

use serde::Serialize;
use serde::de::DeserializeOwned;
use spacedrive_sdk::client::{RequestBuilder, Response};
use spacedrive_sdk::ops::http::MAX_RESPONSE_BODY_BYTES;
use spacedrive_sdk::prelude::*;
use spacedrive_sdk::wire::ErrorBody;

use super::{message::Incoming, source::Fetched};

/// Message for a user who has to sign in again.
const NO_LOGIN: &str = "it does not accept the login: sign in again, with a scope to read mail";
/// Pause when a server asks for one without saying how long.
const PAUSE_MS: u64 = 5_000;

/// An interface, and the credential that opens it.
pub(super) struct Web {
    server: String,
    auth: String,
}

impl Web {
    pub(super) fn new(server: &str, auth: &str) -> Self {
        Self { server: server.trim_end_matches('/').to_owned(), auth: auth.to_owned() }
    }

    pub(super) fn server(&self) -> &str {
        &self.server
    }

    pub(super) fn get<'a>(&self, client: &'a SpacedriveClient, url: &str) -> RequestBuilder<'a> {
        self.with_login(client.http().get(url))
    }

    pub(super) fn post<'a>(
        &self,
        client: &'a SpacedriveClient,
        url: &str,
        body: &impl Serialize,
    ) -> RequestBuilder<'a> {
        self.with_login(client.http().post(url).json(body))
    }

    fn with_login<'a>(&self, request: RequestBuilder<'a>) -> RequestBuilder<'a> {
        request.auth(&self.auth).max_body_bytes(MAX_RESPONSE_BODY_BYTES)
    }

    /// Returns the answer when it is one of success, and `None` when there is no such thing.
    ///
    /// # Errors
    /// [`ErrorCode::CredReauth`] for a login that is not accepted, [`ErrorCode::Busy`] when the server
    /// asks for a pause, [`ErrorCode::Net`] for every other refusal.
    pub(super) fn check(&self, answer: Response) -> Result<Option<Response>> {
        match answer.status() {
            200..=299 => Ok(Some(answer)),
            404 => Ok(None),
            400 | 403 | 429 | 500..=599 if asks_to_wait(&answer) => Err(self.busy(&answer)),
            401 | 403 => Err(self.error(ErrorCode::CredReauth, NO_LOGIN)),
            status => Err(self.error(ErrorCode::Net, format!("status {status}"))),
        }
    }

    /// Sorts out the answer to a request for one message, which `read` reads.
    ///
    /// # Errors
    /// Those of [`Self::check`] but for a refusal of this message alone, and those of `read`.
    pub(super) fn fetched(
        &self,
        answer: Response,
        read: impl FnOnce(Response) -> Result<Incoming>,
    ) -> Result<Fetched> {
        let status = answer.status();
        if !matches!(status, 200..=299 | 401 | 403 | 404 | 429 | 503) && !is_limit(&answer) {
            return Ok(Fetched::Withheld(format!("{}: status {status}", self.server)));
        }
        let answer = self.check(answer)?;
        answer.map_or(Ok(Fetched::Gone), |answer| read(answer).map(Fetched::Here))
    }

    /// Reads a body that has to be JSON.
    ///
    /// # Errors
    /// [`ErrorCode::Net`] when it is something else.
    pub(super) fn json<T: DeserializeOwned>(&self, answer: &Response) -> Result<T> {
        answer.json().map_err(|_| self.error(ErrorCode::Net, "the answer is not valid"))
    }

    pub(super) fn error(&self, code: ErrorCode, what: impl std::fmt::Display) -> Error {
        Error::new(code, format!("{}: {what}", self.server))
    }

    fn busy(&self, answer: &Response) -> Error {
        let seconds = answer.header("retry-after").map(|text| text.trim().parse::<u64>().ok());
        let pause = seconds.flatten().map_or(PAUSE_MS, |seconds| seconds.saturating_mul(1000));
        let text = format!("{}: it asks to retry later", self.server);
        ErrorBody::new(ErrorCode::Busy, text).with_retry_after_ms(pause).into()
    }
}

/// Returns whether a refusal is for now only. Gmail says 403 for what a login may not do as well as
/// for the rate limit, JMAP says 400 for its limits (RFC 8620, section 3.6.1).
fn asks_to_wait(answer: &Response) -> bool {
    match answer.status() {
        400 => is_limit(answer),
        403 => answer.text().contains("ateLimitExceeded"),
        _ => true,
    }
}

fn is_limit(answer: &Response) -> bool {
    answer.status() == 400 && answer.text().contains("urn:ietf:params:jmap:error:limit")
}

/// Writes a text so that it can stand in a URL as one segment or value.
pub(super) fn escape(text: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_.~".contains(&b);
    let each = text.bytes().map(|b| match plain(b) {
        true => char::from(b).to_string(),
        false => format!("%{b:02X}"),
    });
    each.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_of_a_url_ends_nowhere_before_its_end() {
        assert_eq!(escape("AAMk/x+y==&a b?ü"), "AAMk%2Fx%2By%3D%3D%26a%20b%3F%C3%BC");
    }
}
