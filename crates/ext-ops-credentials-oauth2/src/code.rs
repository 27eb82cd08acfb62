//! Signing in with a browser: authorization code and PKCE (RFC 6749, 7636, 8252).

use std::io;

use url::Url;

use crate::{
    answer::{Fresh, error_name},
    error::LoginError,
    login::Login,
    loopback::{Loopback, Visit},
    proof::Proof,
    provider::Provider,
};

pub(crate) fn sign_in(login: &Login<'_>, show: impl FnOnce(&str)) -> Result<Fresh, LoginError> {
    let proof = Proof::random().map_err(io::Error::other)?;
    let mut loopback = Loopback::bind()?;
    let redirect_uri = loopback.redirect_uri();
    show(authorization_url(login.provider, &redirect_uri, &proof)?.as_str());
    let visit = await_reply(login, &mut loopback, &proof)?;
    let fresh =
        code(login.provider, &visit).and_then(|code| exchange(login, code, &redirect_uri, &proof));
    let (status, text) = match &fresh {
        Ok(_) => (200, "Signed in. You can close this page."),
        Err(_) => (400, "Signing in failed. The program says why."),
    };
    visit.answer(status, text);
    fresh
}

fn authorization_url(
    provider: &Provider,
    redirect_uri: &str,
    proof: &Proof,
) -> Result<Url, LoginError> {
    let mut url = Url::parse(&provider.authorization_url)
        .map_err(|_| LoginError::Provider("`authorization_url` is not a valid URL".into()))?;
    url.query_pairs_mut()
        .append_pair("response_type", "code")
        .append_pair("client_id", &provider.client_id)
        .append_pair("redirect_uri", redirect_uri)
        .append_pair("scope", &provider.scopes.join(" "))
        .append_pair("state", proof.state.expose())
        .append_pair("code_challenge", &proof.challenge())
        .append_pair("code_challenge_method", "S256")
        .extend_pairs(&provider.authorization_params);
    Ok(url)
}

/// Waits for a reply with the right state. Others do not end the wait: any page that the user has
/// open can send them.
fn await_reply(
    login: &Login<'_>,
    loopback: &mut Loopback,
    proof: &Proof,
) -> Result<Visit, LoginError> {
    let mut strangers = 0_u32;
    loop {
        let visit = loopback.visit(&login.deadline()).map_err(|error| match error {
            LoginError::Timeout if strangers > 0 => LoginError::Strangers(strangers),
            error => error,
        })?;
        if visit.parameter("state") == Some(proof.state.expose()) {
            return Ok(visit);
        }
        strangers = strangers.saturating_add(1);
        visit.answer(400, "This reply does not belong to the sign-in that waits here.");
    }
}

fn code<'a>(provider: &Provider, visit: &'a Visit) -> Result<&'a str, LoginError> {
    let issuers = (provider.issuer.as_deref(), visit.parameter("iss"));
    if matches!(issuers, (Some(expected), Some(said)) if expected != said) {
        return Err(LoginError::Issuer);
    }
    if let Some(error) = visit.parameter("error") {
        return Err(LoginError::Refused(error_name(error)));
    }
    visit.parameter("code").ok_or_else(|| LoginError::Provider("the reply has no code".into()))
}

fn exchange(
    login: &Login<'_>,
    code: &str,
    redirect_uri: &str,
    proof: &Proof,
) -> Result<Fresh, LoginError> {
    login.tokens(&[
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", redirect_uri),
        ("code_verifier", proof.verifier.expose()),
    ])
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::provider::tests::provider;

    #[test]
    fn the_url_asks_for_a_code_with_pkce() {
        let proof = Proof { verifier: "v".into(), state: "s".into() };
        let url = authorization_url(&provider(), "http://127.0.0.1:1/callback", &proof).unwrap();
        let pairs: BTreeMap<String, String> = url.query_pairs().into_owned().collect();
        for (name, value) in [
            ("tenant", "a b"),
            ("response_type", "code"),
            ("client_id", "app"),
            ("redirect_uri", "http://127.0.0.1:1/callback"),
            ("scope", "mail.read offline"),
            ("state", "s"),
            ("code_challenge_method", "S256"),
            ("prompt", "consent"),
        ] {
            assert_eq!(pairs.get(name).map(String::as_str), Some(value), "{name}");
        }
        assert_eq!(pairs["code_challenge"], proof.challenge());
        assert!(!pairs.values().any(|value| value == "v"), "the verifier stays here");
    }
}
