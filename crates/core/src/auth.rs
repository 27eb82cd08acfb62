//! Providers that users sign in with: the section `[auth]` of `config.toml`.
//!
//! ```
//! use spacedrive_core::{auth::AuthConfig, config::Config};
//!
//! let text = r#"
//!     [auth.providers.google]
//!     client_id = "123.apps.googleusercontent.com"
//! "#;
//! let auth: AuthConfig = Config::parse(text)?.auth.unwrap_or_default();
//! assert_eq!(auth.provider("google")?.token_url, "https://oauth2.googleapis.com/token");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::collections::BTreeMap;

use ext_manifest::DomainPattern;
use ext_ops_credentials_oauth2::{Provider, ProviderError};
use ext_services::credentials::check_name;
use ext_wire::{ErrorCode, SecretText, ops::credentials::OAuth2Tokens};
use serde::Deserialize;
use thiserror::Error;

/// A provider by its name.
type BuiltIn = (&'static str, fn() -> ProviderConfig);

/// The providers that only need a client.
const BUILT_IN: &[BuiltIn] = &[("google", google), ("microsoft", microsoft)];

/// The section `[auth]` of `config.toml`.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AuthConfig {
    /// Providers by name. A built-in one needs `client_id` only; its other fields replace the built-in
    /// ones.
    pub providers: BTreeMap<String, ProviderConfig>,
}

/// One provider, as its section has it.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ProviderConfig {
    /// Identifier of this program at the provider.
    pub client_id: Option<String>,
    /// Secret that belongs to it, for a provider that asks for one.
    pub client_secret: Option<SecretText>,
    /// URL of the page that users sign in at.
    pub authorization_url: Option<String>,
    /// URL that tokens come from.
    pub token_url: Option<String>,
    /// URL that a sign-in on another device begins at.
    pub device_url: Option<String>,
    /// URL that tokens are revoked at.
    pub revocation_url: Option<String>,
    /// Name of the provider in its own tokens.
    pub issuer: Option<String>,
    /// Scopes of the tokens.
    pub scopes: Option<Vec<String>>,
    /// The only origins that tokens are sent to.
    pub hosts: Option<Vec<String>>,
    /// Further parameters of the URL that users sign in at.
    pub authorization_params: BTreeMap<String, String>,
}

/// A provider that cannot be used.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum AuthError {
    /// The provider is neither built in nor configured.
    #[error(
        "the provider `{}` is not described in config.toml under [auth.providers.NAME]; there are {known}",
        name.escape_debug()
    )]
    Unknown {
        /// Name of the provider.
        name: String,
        /// Names of the known providers.
        known: String,
    },
    /// The description of the provider is not valid.
    #[error("config.toml, [auth.providers.{name}]: {problem}")]
    Wrong {
        /// Name of the provider.
        name: String,
        /// The problem.
        problem: String,
    },
}

impl AuthError {
    /// Returns the stable code.
    #[must_use]
    pub const fn code(&self) -> ErrorCode {
        match self {
            Self::Unknown { .. } => ErrorCode::NotFound,
            Self::Wrong { .. } => ErrorCode::BadInput,
        }
    }
}

impl AuthConfig {
    /// Returns the provider of this name.
    ///
    /// # Errors
    /// [`AuthError::Unknown`] when there is none; [`AuthError::Wrong`] when its name or its description
    /// is not valid.
    pub fn provider(&self, name: &str) -> Result<Provider, AuthError> {
        let wrong = |problem: String| AuthError::Wrong { name: name.to_owned(), problem };
        let built_in = BUILT_IN.iter().find(|(known, _)| *known == name);
        let built_in = built_in.map(|(_, describe)| describe());
        let config = match (self.providers.get(name).cloned(), built_in) {
            (Some(config), Some(built_in)) => config.or(built_in),
            (Some(config), None) => config,
            (None, Some(built_in)) => built_in,
            (None, None) => return Err(self.unknown(name)),
        };
        check_name(name).map_err(|error| wrong(error.to_string()))?;
        let provider = config.provider().map_err(|error| wrong(error.to_string()))?;
        for host in &provider.hosts {
            DomainPattern::parse(host).map_err(|error| wrong(error.to_string()))?;
        }
        Ok(provider)
    }

    /// Finds name and description of the provider that tokens came from, in the configuration.
    #[must_use]
    pub fn provider_of(&self, tokens: &OAuth2Tokens) -> Option<(String, Provider)> {
        let gave = |provider: &Provider| {
            (&provider.token_url, &provider.client_id) == (&tokens.token_url, &tokens.client_id)
        };
        let providers = self.providers.keys().filter_map(|name| {
            let provider = self.provider(name).ok()?;
            Some((name.clone(), provider))
        });
        providers.into_iter().find(|(_, provider)| gave(provider))
    }

    /// Lists the names of all providers, those that are built in as well, in order.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        let built_in = BUILT_IN.iter().map(|(name, _)| (*name).to_owned());
        let mut known: Vec<String> = self.providers.keys().cloned().chain(built_in).collect();
        known.sort();
        known.dedup();
        known
    }

    fn unknown(&self, name: &str) -> AuthError {
        AuthError::Unknown { name: name.to_owned(), known: self.names().join(", ") }
    }
}

impl ProviderConfig {
    /// Takes from `other` what is left out.
    fn or(self, other: Self) -> Self {
        let mut authorization_params = other.authorization_params;
        authorization_params.extend(self.authorization_params);
        Self {
            client_id: self.client_id.or(other.client_id),
            client_secret: self.client_secret.or(other.client_secret),
            authorization_url: self.authorization_url.or(other.authorization_url),
            token_url: self.token_url.or(other.token_url),
            device_url: self.device_url.or(other.device_url),
            revocation_url: self.revocation_url.or(other.revocation_url),
            issuer: self.issuer.or(other.issuer),
            scopes: self.scopes.or(other.scopes),
            hosts: self.hosts.or(other.hosts),
            authorization_params,
        }
    }

    fn provider(self) -> Result<Provider, ProviderError> {
        let missing = ProviderError::Missing;
        let provider = Provider {
            client_id: self.client_id.ok_or(missing("client_id"))?,
            client_secret: self.client_secret,
            authorization_url: self.authorization_url.ok_or(missing("authorization_url"))?,
            token_url: self.token_url.ok_or(missing("token_url"))?,
            device_url: self.device_url,
            revocation_url: self.revocation_url,
            issuer: self.issuer,
            scopes: self.scopes.unwrap_or_default(),
            hosts: self.hosts.ok_or(missing("hosts"))?,
            authorization_params: self.authorization_params,
        };
        provider.check()?;
        Ok(provider)
    }
}

/// Describes Google, for reading mail. Its endpoint for other devices does not give out these scopes, so it is
/// left out. `access_type` and `prompt` make it give a refresh token, each time.
fn google() -> ProviderConfig {
    let text = |text: &str| Some(text.to_owned());
    let param = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    ProviderConfig {
        authorization_url: text("https://accounts.google.com/o/oauth2/v2/auth"),
        token_url: text("https://oauth2.googleapis.com/token"),
        revocation_url: text("https://oauth2.googleapis.com/revoke"),
        issuer: text("https://accounts.google.com"),
        scopes: Some(vec!["https://www.googleapis.com/auth/gmail.readonly".to_owned()]),
        hosts: Some(vec!["https://gmail.googleapis.com".to_owned()]),
        authorization_params: [param("access_type", "offline"), param("prompt", "consent")].into(),
        ..ProviderConfig::default()
    }
}

/// Describes Microsoft, for reading mail of accounts at work, at school and at home. Tokens name the
/// tenant of their user as issuer, so none is expected.
fn microsoft() -> ProviderConfig {
    let at =
        |path: &str| Some(format!("https://login.microsoftonline.com/common/oauth2/v2.0/{path}"));
    let scopes = ["https://graph.microsoft.com/Mail.Read", "offline_access"];
    ProviderConfig {
        authorization_url: at("authorize"),
        token_url: at("token"),
        device_url: at("devicecode"),
        scopes: Some(scopes.map(str::to_owned).to_vec()),
        hosts: Some(vec!["https://graph.microsoft.com".to_owned()]),
        ..ProviderConfig::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config_file::section;

    fn auth(text: &str) -> AuthConfig {
        section(text, "auth").unwrap()
    }

    const WORK: &str = r#"
        [auth.providers.work]
        client_id = "app"
        client_secret = "canary"
        authorization_url = "https://login.example.com/auth"
        token_url = "https://login.example.com/token"
        hosts = ["https://api.example.com"]
    "#;

    #[test]
    fn a_provider_is_described_or_built_in() {
        let work = auth(WORK).provider("work").unwrap();
        assert_eq!((work.client_id.as_str(), work.scopes.len()), ("app", 0));
        let text = "[auth.providers.google]\nclient_id = 'app'\nscopes = ['mail']\n";
        let google = auth(text).provider("google").unwrap();
        assert_eq!((google.client_id.as_str(), google.scopes), ("app", vec!["mail".to_owned()]));
        assert_eq!(google.authorization_params["access_type"], "offline");
        let without = AuthConfig::default().provider("google").unwrap_err().to_string();
        assert_eq!(without, "config.toml, [auth.providers.google]: `client_id` is missing");
    }

    #[test]
    fn microsoft_needs_a_client_only() {
        let text = "[auth.providers.microsoft]\nclient_id = 'app'\n";
        let microsoft = auth(text).provider("microsoft").unwrap();
        assert_eq!(microsoft.hosts, ["https://graph.microsoft.com"]);
        assert!(microsoft.device_url.is_some() && microsoft.issuer.is_none());
        assert!(microsoft.scopes.contains(&"offline_access".to_owned()));
    }

    #[test]
    fn a_wrong_description_is_an_error() {
        let unknown = auth(WORK).provider("x").unwrap_err().to_string();
        assert!(unknown.contains("google, microsoft, work"), "{unknown}");
        for (from, to, says) in [
            ("https://login.example.com/token", "http://login.example.com/token", "token_url"),
            ("https://api.example.com", "https://*", "https://*"),
            ("[auth.providers.work]", "[auth.providers.Work]", "not a valid credential name"),
        ] {
            let auth = auth(&WORK.replace(from, to));
            let name = auth.providers.keys().next().unwrap().clone();
            let error = auth.provider(&name).unwrap_err();
            assert_eq!(error.code(), ErrorCode::BadInput);
            assert!(error.to_string().contains(says), "{error}");
        }
    }

    #[test]
    fn cred_20_the_secret_of_a_client_is_not_shown() {
        let auth = auth(WORK);
        assert!(!format!("{auth:?} {:?}", auth.provider("work")).contains("canary"));
    }

    #[test]
    fn tokens_are_traced_back_to_their_provider() {
        let mut tokens = OAuth2Tokens {
            access_token: "a".into(),
            expires_at: None,
            refresh_token: None,
            token_url: "https://login.example.com/token".into(),
            client_id: "app".into(),
            client_secret: None,
            scopes: Vec::new(),
        };
        assert_eq!(auth(WORK).provider_of(&tokens).unwrap().0, "work");
        tokens.client_id = "other".into();
        assert!(auth(WORK).provider_of(&tokens).is_none());
    }
}
