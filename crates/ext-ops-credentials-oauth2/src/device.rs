//! Signing in with another device (RFC 8628).

use std::time::{Duration, Instant};

use ext_services::http::{HttpError, HttpResponse};
use ext_wire::SecretText;
use serde::Deserialize;
use serde_json::Value;

use crate::{
    answer::{self, Failure, Fresh, error_name, whole},
    error::LoginError,
    login::Login,
};

/// Interval of polling when the provider does not say, and what `slow_down` adds to it.
const INTERVAL: Duration = Duration::from_secs(5);

/// Bounds of what a provider may say, in seconds.
const SHORTEST_INTERVAL: u64 = 1;
const LONGEST_INTERVAL: u64 = 60;

const GRANT_TYPE: &str = "urn:ietf:params:oauth:grant-type:device_code";

#[derive(Deserialize)]
struct Authorization {
    device_code: SecretText,
    user_code: String,
    verification_uri: Option<String>,
    // Google says `url`, and others say both.
    verification_url: Option<String>,
    verification_uri_complete: Option<String>,
    #[serde(default)]
    expires_in: Value,
    #[serde(default)]
    interval: Value,
}

impl Authorization {
    /// Returns what the user needs of it.
    fn shown(&self) -> Result<DeviceCode, LoginError> {
        let url = self.verification_uri.as_ref().or(self.verification_url.as_ref());
        let nowhere = || LoginError::Provider("the provider names no page for the code".to_owned());
        Ok(DeviceCode {
            url: url.cloned().ok_or_else(nowhere)?,
            code: self.user_code.clone(),
            url_with_code: self.verification_uri_complete.clone(),
        })
    }
}

/// Reads a number of seconds.
fn seconds(value: &Value) -> Option<u64> {
    whole(value)?.try_into().ok()
}

/// Code and address with which the user signs in on another device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceCode {
    /// The page to open there.
    pub url: String,
    /// Code to type there.
    pub code: String,
    /// A page on which the code stands already, where the provider has one.
    pub url_with_code: Option<String>,
}

/// State of a sign-in, as the provider tells it.
#[derive(Debug, PartialEq)]
enum State {
    Done(Fresh),
    Pending,
    SlowDown,
}

pub(crate) fn sign_in(
    login: &Login<'_>,
    show: impl FnOnce(&DeviceCode),
) -> Result<Fresh, LoginError> {
    let url = login.provider.device_url.as_deref().ok_or(LoginError::NoDevice)?;
    let scopes = login.provider.scopes.join(" ");
    let began = Instant::now();
    let authorization = authorization(login.ask(url, &[("scope", &scopes)])?)?;
    show(&authorization.shown()?);
    let life = seconds(&authorization.expires_in).map(Duration::from_secs);
    let until = life.and_then(|life| began.checked_add(life));
    poll(login, &authorization, until)
}

fn poll(
    login: &Login<'_>,
    authorization: &Authorization,
    until: Option<Instant>,
) -> Result<Fresh, LoginError> {
    let pause = |s: u64| Duration::from_secs(s.clamp(SHORTEST_INTERVAL, LONGEST_INTERVAL));
    let mut interval = seconds(&authorization.interval).map_or(INTERVAL, pause);
    let device_code = authorization.device_code.expose();
    let fields = [("grant_type", GRANT_TYPE), ("device_code", device_code)];
    loop {
        login.deadline().sleep(interval)?;
        if until.is_some_and(|until| Instant::now() >= until) {
            return Err(LoginError::Timeout);
        }
        match state(login.ask(&login.provider.token_url, &fields)?)? {
            State::Done(fresh) => return Ok(fresh),
            State::Pending => {}
            State::SlowDown => interval += INTERVAL,
        }
    }
}

fn authorization(answer: Result<HttpResponse, HttpError>) -> Result<Authorization, LoginError> {
    let response = answer.map_err(|error| LoginError::Provider(error.to_string()))?;
    match response.status {
        200 => serde_json::from_slice(&response.body)
            .map_err(|_| LoginError::Provider("the provider's answer has no code".into())),
        400 | 401 => Err(LoginError::Refused(problem(&response).unwrap_or_else(|| error_name("")))),
        status => Err(LoginError::Provider(format!("the provider answered with status {status}"))),
    }
}

/// Reads an answer to polling. One that got lost is asked for again (RFC 8628, section 3.5), more
/// slowly.
fn state(answer: Result<HttpResponse, HttpError>) -> Result<State, LoginError> {
    let name = answer.as_ref().ok().and_then(problem);
    match (name.as_deref(), answer::read(answer)) {
        (_, Ok(fresh)) => Ok(State::Done(fresh)),
        (Some("authorization_pending"), _) => Ok(State::Pending),
        (Some("slow_down"), _)
        | (None, Err(Failure::Unknown(_) | Failure::Unsent(_) | Failure::Refused { .. })) => {
            Ok(State::SlowDown)
        }
        (None, Err(Failure::Unusable { reason, .. })) => Err(LoginError::Provider(reason)),
        (Some("expired_token"), _) => Err(LoginError::Timeout),
        (Some(name), _) => Err(LoginError::Refused(name.to_owned())),
        (None, Err(Failure::Rejected)) => Err(LoginError::Code),
    }
}

/// Returns the name of an error, where the answer is one.
fn problem(response: &HttpResponse) -> Option<String> {
    #[derive(Deserialize)]
    struct Problem {
        error: String,
    }
    let refused = matches!(response.status, 400 | 401 | 403);
    let problem: Option<Problem> = serde_json::from_slice(&response.body).ok();
    problem.filter(|_| refused).map(|problem| error_name(&problem.error))
}

#[cfg(test)]
mod tests {
    use ext_net::NetError;

    use super::*;

    fn answered(status: u16, body: &str) -> Result<HttpResponse, HttpError> {
        let (headers, body) = (http::HeaderMap::new(), body.to_owned().into());
        Ok(HttpResponse { status, headers, body })
    }

    fn outcome(status: u16, body: &str) -> String {
        match state(answered(status, body)) {
            Ok(State::Done(_)) => "done".to_owned(),
            Ok(state) => format!("{state:?}"),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn what_a_provider_says_meanwhile() {
        for (status, body, expected) in [
            (200, r#"{"access_token":"a","token_type":"Bearer"}"#, "done"),
            (400, r#"{"error":"authorization_pending"}"#, "Pending"),
            (400, r#"{"error":"slow_down"}"#, "SlowDown"),
            (403, r#"{"error":"slow_down"}"#, "SlowDown"),
            (500, "", "SlowDown"),
            (400, r#"{"error":"expired_token"}"#, "no provider answered in time"),
            (400, r#"{"error":"access_denied"}"#, "the provider refused: access_denied"),
            (400, r#"{"error":"\u001b[2J"}"#, "the provider refused: it gave no reason"),
        ] {
            assert_eq!(outcome(status, body), expected, "{status} {body}");
        }
        let lost = HttpError::Net(NetError::Timeout { host: "login.example.com".into() });
        assert_eq!(state(Err(lost)).unwrap(), State::SlowDown);
    }

    #[test]
    fn a_code_in_all_spellings() {
        let (uri, url) =
            (r#""verification_uri":"https://a.b""#, r#""verification_url":"https://a.b""#);
        for page in [uri.to_owned(), url.to_owned(), format!("{uri},{url}")] {
            for interval in ["7", r#""7""#] {
                let body = format!(
                    r#"{{"device_code":"d","user_code":"U",{page},"expires_in":10,"interval":{interval}}}"#
                );
                let authorization = authorization(answered(200, &body)).unwrap();
                assert_eq!(authorization.shown().unwrap().url, "https://a.b", "{page}");
                assert_eq!(seconds(&authorization.interval), Some(7));
            }
        }
        let nowhere = answered(200, r#"{"device_code":"d","user_code":"U"}"#);
        assert!(authorization(nowhere).and_then(|it| it.shown()).is_err());
        for (status, body) in [(200, "{}"), (200, "<html>"), (400, ""), (404, "")] {
            assert!(authorization(answered(status, body)).is_err(), "{status} {body}");
        }
    }
}
