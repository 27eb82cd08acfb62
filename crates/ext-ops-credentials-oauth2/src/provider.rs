//! A provider of logins.

use std::collections::BTreeMap;

use ext_wire::SecretText;
use thiserror::Error;
use url::{Host, Url};

/// Endpoints of a provider, and the client and scopes that users sign in with.
#[derive(Debug, Clone, PartialEq)]
pub struct Provider {
    /// Id of this program at the provider.
    pub client_id: String,
    /// The secret that belongs to it, for providers that ask for one.
    pub client_secret: Option<SecretText>,
    /// URL at which the user signs in.
    pub authorization_url: String,
    /// URL that tokens come from.
    pub token_url: String,
    /// URL at which a sign-in on another device begins (RFC 8628), if the provider has that.
    pub device_url: Option<String>,
    /// URL at which tokens are revoked (RFC 7009), if the provider has that.
    pub revocation_url: Option<String>,
    /// Name that the provider gives itself (RFC 9207); replies of others are refused.
    pub issuer: Option<String>,
    /// Scopes of the tokens.
    pub scopes: Vec<String>,
    /// The only origins that the tokens are sent to.
    pub hosts: Vec<String>,
    /// Further parameters of the URL at which the user signs in.
    pub authorization_params: BTreeMap<String, String>,
}

/// Error of a provider that cannot be used.
#[derive(Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProviderError {
    /// A URL is not valid.
    #[error("`{0}` is not a valid URL")]
    Url(&'static str),
    /// Codes and tokens would cross the network in clear text.
    #[error("`{0}` does not begin with https://, which only names that end with .localhost may do")]
    Https(&'static str),
    /// A parameter that the sign-in itself sets.
    #[error("`authorization_params` cannot set `{0}`")]
    Parameter(String),
    /// A field is missing.
    #[error("`{0}` is missing")]
    Missing(&'static str),
}

/// Parameters that the sign-in itself puts into the URL.
const OWN_PARAMETERS: &[&str] = &[
    "response_type",
    "client_id",
    "client_secret",
    "redirect_uri",
    "scope",
    "state",
    "code_challenge",
    "code_challenge_method",
];

impl Provider {
    /// Checks what can be checked without asking the provider.
    ///
    /// # Errors
    /// [`ProviderError`].
    pub fn check(&self) -> Result<(), ProviderError> {
        if self.client_id.is_empty() {
            return Err(ProviderError::Missing("client_id"));
        }
        if self.hosts.is_empty() {
            return Err(ProviderError::Missing("hosts"));
        }
        check_url("authorization_url", &self.authorization_url)?;
        check_url("token_url", &self.token_url)?;
        let optional = [("device_url", &self.device_url), ("revocation_url", &self.revocation_url)];
        for (name, url) in optional {
            url.as_ref().map_or(Ok(()), |url| check_url(name, url))?;
        }
        let own = |name: &&String| OWN_PARAMETERS.contains(&name.as_str());
        match self.authorization_params.keys().find(own) {
            Some(name) => Err(ProviderError::Parameter(name.clone())),
            None => Ok(()),
        }
    }
}

fn check_url(name: &'static str, text: &str) -> Result<(), ProviderError> {
    let url = Url::parse(text).map_err(|_| ProviderError::Url(name))?;
    match url.scheme() {
        "https" => Ok(()),
        "http" if is_this_machine(&url) => Ok(()),
        _ => Err(ProviderError::Https(name)),
    }
}

fn is_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn provider() -> Provider {
        Provider {
            client_id: "app".into(),
            client_secret: None,
            authorization_url: "https://login.example.com/auth?tenant=a%20b".into(),
            token_url: "https://login.example.com/token".into(),
            device_url: Some("https://login.example.com/device".into()),
            revocation_url: None,
            issuer: Some("https://login.example.com".into()),
            scopes: vec!["mail.read".into(), "offline".into()],
            hosts: vec!["https://api.example.com".into()],
            authorization_params: BTreeMap::from([("prompt".into(), "consent".into())]),
        }
    }

    #[test]
    fn providers_are_reached_with_tls_or_on_this_machine() {
        assert_eq!(provider().check(), Ok(()));
        for (url, expected) in [
            ("http://login.example.com/", Err(ProviderError::Https("token_url"))),
            ("http://localhost.example.com/", Err(ProviderError::Https("token_url"))),
            ("http://10.0.0.1/", Err(ProviderError::Https("token_url"))),
            ("file:///etc/passwd", Err(ProviderError::Https("token_url"))),
            ("login.example.com", Err(ProviderError::Url("token_url"))),
            ("http://op.localhost:8080/token", Ok(())),
            ("http://127.0.0.1:8080/token", Ok(())),
            ("http://[::1]:8080/token", Ok(())),
        ] {
            let checked = Provider { token_url: url.into(), ..provider() }.check();
            assert_eq!(checked, expected, "{url}");
        }
        let device = Provider { device_url: Some("http://a.b".into()), ..provider() };
        assert_eq!(device.check(), Err(ProviderError::Https("device_url")));
    }

    #[test]
    fn parameters_do_not_replace_those_of_the_sign_in() {
        for name in OWN_PARAMETERS {
            let authorization_params = BTreeMap::from([((*name).to_owned(), String::new())]);
            let checked = Provider { authorization_params, ..provider() }.check();
            assert_eq!(checked, Err(ProviderError::Parameter((*name).to_owned())));
        }
        let nobody = Provider { client_id: String::new(), ..provider() };
        assert_eq!(nobody.check(), Err(ProviderError::Missing("client_id")));
        let nowhere = Provider { hosts: Vec::new(), ..provider() };
        assert_eq!(nowhere.check(), Err(ProviderError::Missing("hosts")));
    }
}
