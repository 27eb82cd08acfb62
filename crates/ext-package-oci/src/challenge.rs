//! The way in which a registry asks for a login, and the tokens that it takes.

use ext_wire::SecretText;
use http::{HeaderMap, header};
use serde::Deserialize;
use url::Url;

use crate::{error::OciError, manifest};

/// A demand for a login.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Challenge {
    /// User and password with each request.
    Basic,
    /// A token of another server.
    Bearer { realm: String, service: Option<String>, scope: Option<String> },
}

/// The answer of a server of tokens, as there are two forms of it.
#[derive(Deserialize)]
struct Token {
    token: Option<SecretText>,
    access_token: Option<SecretText>,
}

impl Challenge {
    /// Reads the challenges of an answer; a token is preferred.
    pub(crate) fn of(headers: &HeaderMap) -> Result<Self, OciError> {
        let texts = headers.get_all(header::WWW_AUTHENTICATE).iter();
        let mut found = Vec::new();
        for text in texts.filter_map(|value| value.to_str().ok()) {
            let challenges = http_auth::parse_challenges(text);
            let challenges = challenges
                .map_err(|_| OciError::answer("its demand for a login is not well formed"))?;
            found.extend(challenges.iter().filter_map(Self::known));
        }
        let bearer = found.iter().position(|challenge| *challenge != Self::Basic);
        match found.len() {
            0 => Err(OciError::answer("it asks for a login of an unknown kind")),
            _ => Ok(found.swap_remove(bearer.unwrap_or(0))),
        }
    }

    fn known(challenge: &http_auth::ChallengeRef<'_>) -> Option<Self> {
        let param = |name: &str| {
            let found = challenge.params.iter().find(|(found, _)| found.eq_ignore_ascii_case(name));
            found.map(|(_, value)| value.to_unescaped())
        };
        if challenge.scheme.eq_ignore_ascii_case("basic") {
            return Some(Self::Basic);
        }
        let is_bearer = challenge.scheme.eq_ignore_ascii_case("bearer");
        let realm = param("realm").filter(|_| is_bearer)?;
        Some(Self::Bearer { realm, service: param("service"), scope: param("scope") })
    }

    /// Returns the URL at which there is a token.
    pub(crate) fn token_url(&self) -> Result<String, OciError> {
        let Self::Bearer { realm, service, scope } = self else {
            return Err(OciError::answer("it takes no tokens"));
        };
        let params = [("service", service), ("scope", scope)];
        let params = params.into_iter().filter_map(|(name, value)| Some((name, value.as_ref()?)));
        let mut url = Url::parse(realm)
            .map_err(|_| OciError::answer("its server of tokens is not a valid URL"))?;
        url.query_pairs_mut().extend_pairs(params);
        Ok(url.into())
    }

    /// Reads the token in the answer of its server.
    pub(crate) fn token(body: &[u8]) -> Result<SecretText, OciError> {
        // The text of an error could quote the answer.
        let token: Token = manifest::read("the token", body)
            .map_err(|_| OciError::answer("its server of tokens answers something else"))?;
        let token = token.token.or(token.access_token);
        token.ok_or_else(|| OciError::answer("its server of tokens answers without a token"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn challenge(texts: &[&str]) -> Result<Challenge, OciError> {
        let mut headers = HeaderMap::new();
        for text in texts {
            headers.append(header::WWW_AUTHENTICATE, text.parse().unwrap());
        }
        Challenge::of(&headers)
    }

    #[test]
    fn a_token_is_preferred_to_a_password() {
        let bearer = r#"Bearer realm="https://auth.example.com/t?a=1",service="r",scope="repository:a/b:pull,push""#;
        for texts in
            [vec![bearer], vec!["Basic realm=\"x\"", bearer], vec![bearer, "Basic realm=x"]]
        {
            let url = challenge(&texts).unwrap().token_url().unwrap();
            let rest = "a=1&service=r&scope=repository%3Aa%2Fb%3Apull%2Cpush";
            assert_eq!(url, format!("https://auth.example.com/t?{rest}"));
        }
        assert_eq!(challenge(&["basic realm=\"r\""]).unwrap(), Challenge::Basic);
    }

    #[test]
    fn what_is_no_challenge_is_an_error() {
        for texts in
            [vec![], vec![""], vec!["Negotiate"], vec!["Bearer service=\"r\""], vec!["=,\""]]
        {
            assert!(challenge(&texts).is_err(), "{texts:?}");
        }
        let nowhere = Challenge::Bearer { realm: "/token".into(), service: None, scope: None };
        assert!(nowhere.token_url().is_err());
    }

    #[test]
    fn a_token_has_one_of_two_names() {
        for body in [r#"{"token":"t"}"#, r#"{"access_token":"t","expires_in":60}"#] {
            assert_eq!(Challenge::token(body.as_bytes()).unwrap().expose(), "t");
        }
        for body in ["", "[]", "{}", r#"{"token":1}"#] {
            let error = Challenge::token(body.as_bytes()).unwrap_err();
            assert!(!error.to_string().contains('1'), "{error}");
        }
    }
}
