//! Answers of a token endpoint.

use ext_net::NetError;
use ext_services::http::{HttpError, HttpResponse};
use ext_wire::SecretText;
use serde::Deserialize;
use serde_json::Value;

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

/// Failure to get new tokens.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// The provider does not accept the refresh token any more.
    Rejected,
    /// The provider did not act on the request: the refresh token is as good as before.
    Unchanged(String),
    /// Nobody knows whether the provider acted on it.
    Unknown(String),
}

#[derive(Deserialize)]
struct Tokens {
    access_token: SecretText,
    token_type: String,
    #[serde(default)]
    expires_in: Value,
    refresh_token: Option<SecretText>,
    scope: Option<String>,
}

#[derive(Deserialize)]
struct Problem {
    error: String,
}

/// Reads an answer. Nothing of its text goes into a failure: it may quote what was sent.
pub(crate) fn read(answer: Result<HttpResponse, HttpError>) -> Result<Fresh, Failure> {
    let response = answer.map_err(unsent)?;
    match response.status {
        200 => tokens(&response.body),
        400 | 401 => Err(problem(&response.body)),
        status => Err(Failure::Unchanged(format!("the provider answered with status {status}"))),
    }
}

fn unsent(error: HttpError) -> Failure {
    match error {
        HttpError::Net(NetError::Address { .. } | NetError::Dns { .. } | NetError::Tls { .. })
        | HttpError::Busy => Failure::Unchanged(error.to_string()),
        error => Failure::Unknown(error.to_string()),
    }
}

fn tokens(body: &[u8]) -> Result<Fresh, Failure> {
    let unknown = |why: &str| Failure::Unknown(format!("the provider's answer {why}"));
    let tokens: Tokens = serde_json::from_slice(body).map_err(|_| unknown("has no token"))?;
    if !tokens.token_type.eq_ignore_ascii_case("bearer") {
        return Err(unknown("has a token of another type"));
    }
    if tokens.access_token.expose().is_empty() {
        return Err(unknown("has no token"));
    }
    let scopes = |scope: String| scope.split_whitespace().map(str::to_owned).collect();
    Ok(Fresh {
        life: life(&tokens.expires_in),
        access_token: tokens.access_token,
        refresh_token: tokens.refresh_token.filter(|token| !token.expose().is_empty()),
        scopes: tokens.scope.map(scopes),
    })
}

/// Reads the life of a token: a whole number, also as a text, as some providers send it.
fn life(expires_in: &Value) -> i64 {
    let number = expires_in.as_i64().or_else(|| expires_in.as_str()?.trim().parse().ok());
    match number {
        Some(seconds) if seconds > 0 => seconds.clamp(SHORTEST_LIFE, LONGEST_LIFE),
        _ => DEFAULT_LIFE,
    }
}

fn problem(body: &[u8]) -> Failure {
    let problem = serde_json::from_slice::<Problem>(body).map(|problem| problem.error);
    match problem.as_deref() {
        Ok("invalid_grant") => Failure::Rejected,
        Ok("invalid_client" | "unauthorized_client") => {
            Failure::Unchanged("the provider does not know this client".into())
        }
        _ => Failure::Unchanged("the provider refused the request".into()),
    }
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
        assert_eq!(answer(400, r#"{"error":"invalid_grant"}"#), Err(Failure::Rejected));
        for (status, body) in [
            (400, r#"{"error":"invalid_client"}"#),
            (400, "<html>"),
            (401, "{}"),
            (429, ""),
            (500, ""),
            (302, ""),
            (204, ""),
        ] {
            assert!(matches!(answer(status, body), Err(Failure::Unchanged(_))), "{status} {body}");
        }
        for body in [
            "<html>",
            "{}",
            "",
            r#"{"access_token":"","token_type":"bearer"}"#,
            r#"{"access_token":"a","token_type":"mac"}"#,
        ] {
            assert!(matches!(answer(200, body), Err(Failure::Unknown(_))), "{body}");
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
