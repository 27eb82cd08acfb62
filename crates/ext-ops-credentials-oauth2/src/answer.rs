//! Answers of a token endpoint.

use std::time::Duration;

use ext_net::NetError;
use ext_services::http::{HttpError, HttpResponse};
use ext_wire::SecretText;
use http::{HeaderMap, header::RETRY_AFTER};
use serde::{Deserialize, de::IgnoredAny};
use serde_json::{Map, Value};
use url::form_urlencoded;

/// Life of a token whose provider does not say how long it lives, or says nonsense, in seconds.
const DEFAULT_LIFE: i64 = 300;

/// A token that lives shorter would be renewed for each request.
const SHORTEST_LIFE: i64 = 90;

/// Nothing that a provider says makes a token live longer: one year.
const LONGEST_LIFE: i64 = 365 * 24 * 60 * 60;

/// New tokens.
#[derive(Debug, PartialEq)]
pub(crate) struct Fresh {
    pub(crate) access_token: SecretText,
    /// From now, in seconds.
    pub(crate) life: i64,
    /// A new refresh token, where the provider changes them.
    pub(crate) refresh_token: Option<SecretText>,
    pub(crate) scopes: Option<Vec<String>>,
}

/// Failure to get new tokens. Only the first ends a login; all others pass.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// The provider does not accept the refresh token any more.
    Rejected,
    /// Nothing was sent: the refresh token is as good as before.
    Unsent(String),
    /// The provider, or something between, said that it did not act on the request: the refresh token is
    /// as good as before.
    Refused {
        /// The reason.
        reason: String,
        /// Time after which it wants to be asked again.
        retry_after: Option<Duration>,
    },
    /// The provider acted on it, and its access token is of no use here.
    Unusable {
        /// The reason.
        reason: String,
        /// The new refresh token, which may be the only one that is still valid.
        refresh_token: SecretText,
    },
    /// Nobody knows whether the provider acted on it.
    Unknown(String),
}

/// Errors with which a provider ends a login: those of RFC 6749 and OpenID Connect, and those that
/// providers have besides.
const ENDED: &[&str] = &[
    "invalid_grant",
    "bad_refresh_token",
    "consent_required",
    "expired_token",
    "interaction_required",
    "invalid_refresh_token",
    "login_required",
    "refresh_token_expired",
    "refresh_token_invalid",
    "refresh_token_reused",
    "refresh_token_revoked",
    "token_expired",
    "token_revoked",
];

/// The fields of an answer. A value that is not of the kind that it should be counts as absent, so that no
/// odd one costs the others.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Tokens {
    access_token: Lenient<SecretText>,
    /// Providers that leave it out mean bearer tokens.
    token_type: Lenient<String>,
    expires_in: Value,
    refresh_token: Lenient<SecretText>,
    /// One text with blanks between, or a list, as some providers send it.
    scope: Value,
}

/// A value, or something else.
#[derive(Deserialize)]
#[serde(untagged)]
enum Lenient<T> {
    Value(T),
    Other(IgnoredAny),
}

impl<T> Default for Lenient<T> {
    fn default() -> Self {
        Self::Other(IgnoredAny)
    }
}

impl<T> Lenient<T> {
    fn into_value(self) -> Option<T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Other(_) => None,
        }
    }
}

impl Lenient<SecretText> {
    fn into_token(self) -> Option<SecretText> {
        self.into_value().filter(|token| !token.expose().is_empty())
    }
}

#[derive(Deserialize)]
struct Problem {
    error: String,
}

/// Reads an answer. Nothing of its text goes into a failure: it may quote what was sent.
pub(crate) fn read(answer: Result<HttpResponse, HttpError>) -> Result<Fresh, Failure> {
    let response = answer.map_err(unanswered)?;
    match response.status {
        200..=299 => tokens(without_mark(&response.body)),
        429 | 503 => Err(refused(status_text(response.status), &response.headers)),
        300..=499 => Err(problem(&response)),
        status => Err(Failure::Unknown(status_text(status))),
    }
}

fn status_text(status: u16) -> String {
    format!("the provider answered with status {status}")
}

fn unanswered(error: HttpError) -> Failure {
    match error {
        HttpError::Net(
            NetError::Address { .. }
            | NetError::Dns { .. }
            | NetError::Tls { .. }
            | NetError::Unreachable { .. },
        )
        | HttpError::Busy => Failure::Unsent(error.to_string()),
        error => Failure::Unknown(error.to_string()),
    }
}

fn tokens(body: &[u8]) -> Result<Fresh, Failure> {
    let unknown = |why: &str| Failure::Unknown(format!("the provider's answer {why}"));
    // Some providers tell errors as a success.
    match error_in(body).as_deref() {
        Some(name) if ENDED.contains(&name) => return Err(Failure::Rejected),
        Some(_) => return Err(unknown("is an error")),
        None => {}
    }
    let tokens = parse_tokens(body).ok_or_else(|| unknown("has no token"))?;
    let refresh_token = tokens.refresh_token.into_token();
    let kind = tokens.token_type.into_value();
    let is_bearer = kind.is_none_or(|kind| kind.trim().eq_ignore_ascii_case("bearer"));
    let why = if is_bearer { "has no token" } else { "has a token of another type" };
    match (tokens.access_token.into_token().filter(|_| is_bearer), refresh_token) {
        (Some(access_token), refresh_token) => {
            let (life, scopes) = (life(&tokens.expires_in), scopes(tokens.scope));
            Ok(Fresh { access_token, life, refresh_token, scopes })
        }
        (None, Some(refresh_token)) => {
            let reason = format!("the provider's answer {why}");
            Err(Failure::Unusable { reason, refresh_token })
        }
        (None, None) => Err(unknown(why)),
    }
}

fn scopes(scope: Value) -> Option<Vec<String>> {
    match scope {
        Value::String(text) => Some(text.split_whitespace().map(str::to_owned).collect()),
        list => serde_json::from_value(list).ok(),
    }
}

/// Removes the mark of UTF-8, with which some servers begin a text.
fn without_mark(body: &[u8]) -> &[u8] {
    body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body)
}

/// Reads tokens in JSON, or in a form, as some providers answer whatever was asked for.
fn parse_tokens(body: &[u8]) -> Option<Tokens> {
    let tokens: Option<Tokens> = serde_json::from_slice(body).ok();
    let from_form = || serde_json::from_value(form(body)?.into()).ok();
    tokens.or_else(from_form)
}

/// Reads a whole number, also as a text, as some providers send it.
pub(crate) fn whole(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.trim().parse().ok())
}

/// Reads the life of a token.
fn life(expires_in: &Value) -> i64 {
    match whole(expires_in).or_else(|| whole_seconds(expires_in.as_f64()?)) {
        Some(seconds) if seconds > 0 => seconds.clamp(SHORTEST_LIFE, LONGEST_LIFE),
        _ => DEFAULT_LIFE,
    }
}

/// Returns `3600.0` as a whole number; `None` for what is no sensible time.
fn whole_seconds(seconds: f64) -> Option<i64> {
    let seconds = Duration::try_from_secs_f64(seconds).ok()?.as_secs();
    i64::try_from(seconds).ok().filter(|seconds| *seconds <= LONGEST_LIFE)
}

/// Reads the fields of a form; `None` for JSON, whose texts may look like one.
fn form(body: &[u8]) -> Option<Map<String, Value>> {
    let is_json = serde_json::from_slice::<IgnoredAny>(body).is_ok();
    let fields = form_urlencoded::parse(body);
    let fields = fields.map(|(name, value)| (name.into_owned(), value.into_owned().into()));
    (!is_json).then(|| fields.collect())
}

/// Returns the error that an answer names; an empty name is none.
fn error_in(body: &[u8]) -> Option<String> {
    let problem: Option<Problem> = serde_json::from_slice(body).ok();
    let from_form = || serde_json::from_value(form(body)?.into()).ok();
    let problem = problem.or_else(from_form);
    problem.map(|problem| problem.error).filter(|name| !name.is_empty())
}

fn problem(response: &HttpResponse) -> Failure {
    match error_in(without_mark(&response.body)).as_deref() {
        Some(name) if ENDED.contains(&name) => Failure::Rejected,
        Some("invalid_client" | "unauthorized_client") => {
            refused("the provider does not know this client".to_owned(), &response.headers)
        }
        _ if matches!(response.status, 400..=403) => {
            refused("the provider refused the request".to_owned(), &response.headers)
        }
        _ => refused(status_text(response.status), &response.headers),
    }
}

fn refused(reason: String, headers: &HeaderMap) -> Failure {
    Failure::Refused { reason, retry_after: retry_after(headers) }
}

/// Reads `Retry-After`: seconds, or a date.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let at = jiff::fmt::rfc2822::parse(text).ok()?.timestamp();
    Duration::try_from(at.duration_since(jiff::Timestamp::now())).ok()
}

/// Returns the name of an error as RFC 6749 has it; nothing else of what a stranger may have
/// written.
pub(crate) fn error_name(text: &str) -> String {
    let plain = |c: char| c.is_ascii_lowercase() || c == '_';
    match (1..=64).contains(&text.len()) && text.chars().all(plain) {
        true => text.to_owned(),
        false => "it gave no reason".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn answer(status: u16, body: &str) -> Result<Fresh, Failure> {
        let (headers, body) = (http::HeaderMap::new(), body.to_owned().into());
        read(Ok(HttpResponse { status, headers, body }))
    }

    #[test]
    fn cred_16_lives_are_kept_within_reason() {
        for (expires_in, life) in [
            ("3600", 3600),
            ("\"3600\"", 3600),
            ("1", SHORTEST_LIFE),
            ("-1", DEFAULT_LIFE),
            ("0", DEFAULT_LIFE),
            ("1e308", DEFAULT_LIFE),
            ("\"soon\"", DEFAULT_LIFE),
            ("null", DEFAULT_LIFE),
            ("9223372036854775807", LONGEST_LIFE),
            ("[]", DEFAULT_LIFE),
            ("3599.0", 3599),
            ("-2.5", DEFAULT_LIFE),
        ] {
            let body = format!(
                r#"{{"access_token":"a","token_type":"Bearer","expires_in":{expires_in}}}"#
            );
            assert_eq!(answer(200, &body).unwrap().life, life, "{expires_in}");
        }
        assert_eq!(
            answer(200, r#"{"access_token":"a","token_type":"bearer"}"#).unwrap().life,
            DEFAULT_LIFE
        );
    }

    #[test]
    fn cred_16_what_a_provider_answers_is_told_apart() {
        for (status, body) in [
            (400, r#"{"error":"invalid_grant"}"#),
            (401, r#"{"error":"invalid_grant"}"#),
            (403, r#"{"error":"interaction_required"}"#),
            (200, r#"{"error":"bad_refresh_token","error_description":"wrong"}"#),
            (200, "error=bad_refresh_token&error_description=wrong"),
        ] {
            assert_eq!(answer(status, body), Err(Failure::Rejected), "{status} {body}");
        }
        for (status, body) in [
            (400, r#"{"error":"invalid_client"}"#),
            (400, "<html>"),
            (401, "{}"),
            (404, "invalid_grant"),
            (429, ""),
            (503, r#"{"error":"invalid_grant"}"#),
            (302, ""),
        ] {
            assert!(
                matches!(answer(status, body), Err(Failure::Refused { .. })),
                "{status} {body}"
            );
        }
        for (status, body) in [
            (500, ""),
            (502, r#"{"error":"invalid_grant"}"#),
            (504, "<html>"),
            (204, ""),
            (200, "<html>"),
            (200, "{}"),
            (200, ""),
            (200, r#"{"error":"temporarily_unavailable"}"#),
            (200, r#"{"error":["invalid_grant"]}"#),
            (200, r#"{"access_token":"","token_type":"bearer"}"#),
            (200, r#"{"access_token":"a","token_type":"mac"}"#),
        ] {
            assert!(matches!(answer(status, body), Err(Failure::Unknown(_))), "{status} {body}");
        }
    }

    #[test]
    fn cred_16_odd_answers_are_understood() {
        let scopes = |texts: &[&str]| Some(texts.iter().map(|text| (*text).to_owned()).collect());
        for (body, scopes) in [
            (r#"{"access_token":"a"}"#, None),
            (r#"{"access_token":"a","token_type":null,"error":""}"#, None),
            (r#"{"access_token":"a","scope":["x","y"]}"#, scopes(&["x", "y"])),
            (r#"{"access_token":"a","scope":"x  y"}"#, scopes(&["x", "y"])),
            (r#"{"access_token":"a","scope":7}"#, None),
            (r#"{"access_token":"a","scope":["x",7]}"#, None),
            (r#"{"access_token":"a","token_type":"Bearer "}"#, None),
            (r#"{"access_token":"a","token_type":5,"expires_in":{}}"#, None),
            ("\u{feff}{\"access_token\":\"a\"}", None),
            ("access_token=a&token_type=bearer&scope=x+y&expires_in=900", scopes(&["x", "y"])),
        ] {
            let fresh = answer(200, body).unwrap();
            assert_eq!((fresh.access_token.expose(), fresh.scopes), ("a", scopes), "{body}");
        }
        let form = answer(200, "access_token=a&expires_in=900").unwrap();
        assert_eq!(form.life, 900);
    }

    #[test]
    fn cred_16_a_new_refresh_token_is_not_lost_with_an_odd_answer() {
        let refresh = |body: &str| match answer(200, body) {
            Ok(fresh) => ("used", fresh.refresh_token),
            Err(Failure::Unusable { refresh_token, .. }) => ("kept", Some(refresh_token)),
            Err(other) => panic!("{other:?}"),
        };
        let new = || Some("r2".into());
        for (body, expected) in [
            (r#"{"access_token":"a","refresh_token":false}"#, ("used", None)),
            (r#"{"access_token":"a","refresh_token":7}"#, ("used", None)),
            (r#"{"access_token":"a","refresh_token":""}"#, ("used", None)),
            (r#"{"access_token":"a","token_type":5,"refresh_token":"r2"}"#, ("used", new())),
            (r#"{"access_token":"a","token_type":"mac","refresh_token":"r2"}"#, ("kept", new())),
            (r#"{"access_token":5,"refresh_token":"r2"}"#, ("kept", new())),
            (r#"{"refresh_token":"r2"}"#, ("kept", new())),
        ] {
            assert_eq!(refresh(body), expected, "{body}");
        }
        let failure = answer(200, r#"{"token_type":"mac","refresh_token":"canary"}"#).unwrap_err();
        assert!(!format!("{failure:?}").contains("canary"));
    }

    #[test]
    fn cred_16_what_was_not_sent_changes_nothing() {
        let host = || "login.example.com".to_owned();
        let reason = "no connection";
        for error in
            [NetError::Unreachable { host: host(), reason }, NetError::Dns { host: host(), reason }]
        {
            assert!(matches!(read(Err(error.into())), Err(Failure::Unsent(_))));
        }
        for error in
            [NetError::Connection { host: host(), reason }, NetError::Timeout { host: host() }]
        {
            assert!(matches!(read(Err(error.into())), Err(Failure::Unknown(_))));
        }
    }

    #[test]
    fn cred_16_the_time_that_a_provider_asks_for_is_kept() {
        let after = |value: &'static str| {
            let headers = HeaderMap::from_iter([(RETRY_AFTER, HeaderValue::from_static(value))]);
            match read(Ok(HttpResponse { status: 429, headers, body: "".into() })) {
                Err(Failure::Refused { retry_after, .. }) => retry_after,
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(after("2"), Some(Duration::from_secs(2)));
        assert!(after("Tue, 31 Dec 2199 23:59:59 GMT").unwrap() > Duration::from_secs(86_400));
        for nothing in ["Sun, 06 Nov 1994 08:49:37 GMT", "-1", "soon", ""] {
            assert_eq!(after(nothing), None, "{nothing}");
        }
    }

    #[test]
    fn cred_19_failures_do_not_quote_the_answer() {
        for status in [200, 400, 500] {
            let failure =
                answer(status, r#"{"error":"canary","access_token":"canary"}"#).unwrap_err();
            assert!(!format!("{failure:?}").contains("canary"));
        }
    }

    #[test]
    fn log_05_errors_of_strangers_are_names_or_nothing() {
        assert_eq!(error_name("access_denied"), "access_denied");
        for text in ["", "\u{1b}[2J", "a b", &"a".repeat(65)] {
            assert_eq!(error_name(text), "it gave no reason");
        }
    }
}
