//! The patterns in `permissions.allowed_domains`: the servers that an extension may reach.

use std::{
    fmt,
    net::{Ipv4Addr, Ipv6Addr},
};

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The reason why a text is not a valid domain pattern.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DomainError {
    /// There is no `://` in the text.
    #[error("`{0}` has no scheme: write it as in `https://api.example.com`")]
    Scheme(String),
    /// The text begins with neither `https://`, `http://`, `imaps://` nor `imap://`.
    #[error(
        "`{0}` begins with a scheme that is not supported: use `https`, `http`, `imaps` or `imap`"
    )]
    OtherScheme(String),
    /// There is white space or a control character in the text.
    #[error("`{}` has a space or a control character", .0.escape_debug())]
    Space(String),
    /// Something else than scheme, host and port is in the text.
    #[error("`{0}` is more than an origin: leave out path, query, fragment and user of the host")]
    Path(String),
    /// The host is an address.
    #[error("`{0}` names an address: an origin is a name such as `api.example.com`")]
    Address(String),
    /// The host is not a name with at least two lower-case labels, or the wildcard is not its first
    /// label.
    #[error(
        "`{0}` does not have a plain host: write a lower-case name such as `api.example.com` or `*.example.com`"
    )]
    Host(String),
    /// The wildcard stands below a public suffix, where names belong to many owners.
    #[error("`{0}` would match names of many owners: name the host itself")]
    PublicSuffix(String),
    /// The port is not a number from 1 to 65535.
    #[error("`{0}` does not have a valid port: write a number from 1 to 65535")]
    Port(String),
}

/// The scheme of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scheme {
    /// HTTP over TLS.
    Https,
    /// HTTP without TLS.
    Http,
    /// IMAP over TLS (RFC 8314).
    Imaps,
    /// IMAP that turns to TLS before anything is said (`STARTTLS`, RFC 9051).
    Imap,
}

impl Scheme {
    /// All schemes.
    const ALL: [Self; 4] = [Self::Https, Self::Http, Self::Imaps, Self::Imap];

    /// Returns whether its servers are mail servers.
    #[must_use]
    pub const fn is_mail(self) -> bool {
        matches!(self, Self::Imaps | Self::Imap)
    }

    /// Returns `"https"`, `"http"`, `"imaps"` or `"imap"`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Https => "https",
            Self::Http => "http",
            Self::Imaps => "imaps",
            Self::Imap => "imap",
        }
    }

    /// Returns the port of a URL that names none.
    #[must_use]
    pub const fn default_port(self) -> u16 {
        match self {
            Self::Https => 443,
            Self::Http => 80,
            Self::Imaps => 993,
            Self::Imap => 143,
        }
    }
}

/// An origin, or the origins of all subdomains: `https://api.example.com`,
/// `https://*.example.com:8443`.
///
/// Scheme and port are part of it; `*.` stands for one or more labels, never for none. `imaps://*`
/// and `imap://*` stand for every mail server, of which only those that the user keeps a login for can
/// be used.
///
/// ```
/// use ext_manifest::{DomainPattern, Scheme};
///
/// let pattern = DomainPattern::parse("https://*.example.com")?;
/// assert_eq!((pattern.scheme(), pattern.port()), (Scheme::Https, 443));
/// assert_eq!((pattern.is_wildcard(), pattern.host()), (true, "example.com"));
/// assert!(DomainPattern::parse("https://*.com").is_err());
/// assert!(DomainPattern::parse("imaps://*")?.matches("imaps", "imap.example.com", 993));
/// # Ok::<(), ext_manifest::DomainError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DomainPattern {
    scheme: Scheme,
    wildcard: bool,
    host: String,
    port: u16,
}

impl DomainPattern {
    /// Parses a pattern.
    ///
    /// # Errors
    /// [`DomainError`] when scheme, host or port are not valid, or a wildcard stands for names of many
    /// owners.
    pub fn parse(text: &str) -> Result<Self, DomainError> {
        let (scheme, rest) = split_scheme(text)?;
        if scheme.is_mail() && rest == "*" {
            return Ok(Self {
                scheme,
                wildcard: true,
                host: String::new(),
                port: scheme.default_port(),
            });
        }
        check_origin(text, rest)?;
        let (host, port) = match rest.split_once(':') {
            None => (rest, scheme.default_port()),
            Some((host, port)) => {
                (host, parse_port(port).ok_or_else(|| DomainError::Port(text.into()))?)
            }
        };
        let (wildcard, host) = host.strip_prefix("*.").map_or((false, host), |host| (true, host));
        if !is_host(host) {
            return Err(DomainError::Host(text.into()));
        }
        if wildcard && is_public_suffix(host) {
            return Err(DomainError::PublicSuffix(text.into()));
        }
        Ok(Self { scheme, wildcard, host: host.into(), port })
    }

    /// Returns whether the pattern matches an origin. `host` is a lower-case name without a dot at the
    /// end; what a pattern cannot hold, such as an address, never matches. Allocates nothing.
    #[must_use]
    pub fn matches(&self, scheme: &str, host: &str, port: u16) -> bool {
        let below = |host: &str| {
            let label = host.strip_suffix(self.host.as_str()).and_then(|h| h.strip_suffix('.'));
            label.is_some_and(|label| label.split('.').all(is_label))
        };
        scheme == self.scheme.name()
            && port == self.port
            && match (self.wildcard, self.host.is_empty()) {
                (true, true) => is_host(host),
                (true, false) => below(host),
                (false, _) => host == self.host,
            }
    }

    /// Returns whether the pattern matches each origin that `other` matches.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        let same = self.scheme == other.scheme && self.port == other.port;
        let below = || self.matches(other.scheme.name(), &other.host, other.port);
        same && match (self.wildcard, other.wildcard) {
            (false, true) => false,
            (true, true) => self.host == other.host || below(),
            (_, false) => below(),
        }
    }

    /// Returns the pattern of the origins that both match; `None` when no origin is matched by both.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Option<Self> {
        let narrower = if self.covers(other) { Some(other) } else { None };
        narrower.or_else(|| other.covers(self).then_some(self)).cloned()
    }

    /// Returns the scheme.
    #[must_use]
    pub const fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// Returns whether it matches the subdomains of [`host`](Self::host) instead of the host itself.
    #[must_use]
    pub const fn is_wildcard(&self) -> bool {
        self.wildcard
    }

    /// Returns the host name without wildcard: `example.com`; empty for every mail server.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Returns the port, written or the scheme's default.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }
}

impl fmt::Display for DomainPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let wildcard = match (self.wildcard, self.host.is_empty()) {
            (true, true) => "*",
            (true, false) => "*.",
            (false, _) => "",
        };
        write!(f, "{}://{wildcard}{}", self.scheme.name(), self.host)?;
        match self.port {
            port if port == self.scheme.default_port() => Ok(()),
            port => write!(f, ":{port}"),
        }
    }
}

impl TryFrom<String> for DomainPattern {
    type Error = DomainError;

    fn try_from(text: String) -> Result<Self, DomainError> {
        Self::parse(&text)
    }
}

impl From<DomainPattern> for String {
    fn from(pattern: DomainPattern) -> Self {
        pattern.to_string()
    }
}

fn split_scheme(text: &str) -> Result<(Scheme, &str), DomainError> {
    if text.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(DomainError::Space(text.into()));
    }
    let (scheme, rest) = text.split_once("://").ok_or_else(|| DomainError::Scheme(text.into()))?;
    let known = Scheme::ALL.into_iter().find(|known| known.name() == scheme);
    Ok((known.ok_or_else(|| DomainError::OtherScheme(text.into()))?, rest))
}

/// Checks that what follows the scheme is a name, perhaps with a port.
fn check_origin(text: &str, rest: &str) -> Result<(), DomainError> {
    if rest.contains(['/', '?', '#', '@', '\\']) {
        return Err(DomainError::Path(text.into()));
    }
    let host = rest.split_once(':').map_or(rest, |(host, _)| host);
    let is_ipv6 = rest.starts_with('[') || rest.parse::<Ipv6Addr>().is_ok();
    match is_ipv6 || host.parse::<Ipv4Addr>().is_ok() {
        true => Err(DomainError::Address(text.into())),
        false => Ok(()),
    }
}

/// Returns whether names below a host belong to different owners, by the list that browsers use:
/// `co.uk`, `github.io`. For some hosts the list has a rule for the names below only (`*.kobe.jp`).
fn is_public_suffix(host: &str) -> bool {
    let is_suffix = |name: &str| psl::suffix_str(name) == Some(name);
    is_suffix(host) || is_suffix(&format!("a.{host}"))
}

/// Parses digits without a leading zero: `u16::from_str` would also take `+1` and `01`.
fn parse_port(text: &str) -> Option<u16> {
    let plain = text.bytes().all(|b| b.is_ascii_digit()) && !text.starts_with('0');
    plain.then(|| text.parse().ok()).flatten()
}

/// Returns whether a host has two or more labels, the last with a letter (else it could be an IPv4
/// address in some spelling).
fn is_host(host: &str) -> bool {
    let letter_in = |label: &str| label.bytes().any(|b| b.is_ascii_lowercase());
    // `0x7f.0x1` is an address too.
    let is_name = |label: &str| letter_in(label) && !label.starts_with("0x");
    host.len() <= 253
        && host.contains('.')
        && host.split('.').all(is_label)
        && host.rsplit('.').next().is_some_and(is_name)
}

fn is_label(label: &str) -> bool {
    let plain = label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    plain && (1..=63).contains(&label.len()) && !label.starts_with('-') && !label.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, scheme: &str, host: &str, port: u16) -> bool {
        DomainPattern::parse(pattern).unwrap().matches(scheme, host, port)
    }

    #[test]
    fn net_02_scheme_and_port_are_part_of_a_grant() {
        let granted = "https://api.good.com";
        assert!(matches(granted, "https", "api.good.com", 443));
        assert!(!matches(granted, "http", "api.good.com", 443));
        assert!(!matches(granted, "http", "api.good.com", 80));
        for port in [0, 22, 25, 80, 6379, 11211] {
            assert!(!matches(granted, "https", "api.good.com", port), "{port}");
        }
        assert!(matches("https://api.good.com:8443", "https", "api.good.com", 8443));
    }

    #[test]
    fn net_24_wildcards_do_not_span_owners() {
        for refused in [
            "*",
            "https://*",
            "http://*",
            "https://*.com",
            "https://*.co.uk",
            "https://*.github.io",
            "https://*.s3.amazonaws.com",
            "https://*.kobe.jp",
            "https://*.foo.ck",
            "https://*.localhost",
            "https://10.0.0.0/8",
            "https://127.0.0.1",
            "https://localhost",
        ] {
            assert!(DomainPattern::parse(refused).is_err(), "{refused}");
        }
        for allowed in [
            "https://*.example.com",
            "https://*.example.co.uk",
            "https://*.ada.github.io",
            "https://ada.github.io",
            "https://github.io",
            "http://*.api.localhost:8080",
            "https://*.intern.corp",
        ] {
            assert!(DomainPattern::parse(allowed).is_ok(), "{allowed}");
        }
    }

    #[test]
    fn each_origin_that_is_refused_is_told_what_is_wrong_with_it() {
        for (text, says, never) in [
            ("*", "no scheme", "port"),
            ("*.ok.localhost", "no scheme", "port"),
            ("ftp://a.example.com", "not supported", "no scheme"),
            ("HTTPS://a.example.com", "not supported", "no scheme"),
            (" http://a.example.com", "space", "no scheme"),
            ("http://a.example.com\n", "control character", "no scheme"),
            ("http://*", "host", "address"),
            ("http://ok.*", "host", "address"),
            ("http://a.*.example.com", "host", "address"),
            ("http://*a.example.com", "host", "address"),
            ("http://a.example.com:8080/path", "path", "valid port"),
            ("http://a.example.com/", "path", "valid port"),
            ("http://a.example.com?x", "query", "valid port"),
            ("http://user@a.example.com", "user", "valid port"),
            ("http://a.example.com:", "valid port", "address"),
            ("http://a.example.com:99999", "valid port", "address"),
            ("http://::1", "names an address", "port"),
            ("http://[::1]:8080", "names an address", "port"),
            ("http://[fe80::1]", "names an address", "port"),
            ("http://127.0.0.1:8080", "names an address", "port"),
            ("https://*.co.uk", "many owners", "address"),
        ] {
            let error = DomainPattern::parse(text).unwrap_err().to_string();
            assert!(error.contains(says) && !error.contains(never), "{text:?}: {error}");
        }
    }

    #[test]
    fn net_24_every_server_can_be_meant_of_mail_only() {
        let every = DomainPattern::parse("imaps://*").unwrap();
        assert_eq!((every.to_string().as_str(), every.host()), ("imaps://*", ""));
        for host in ["imap.example.com", "a.b.c.example.co.uk"] {
            assert!(every.matches("imaps", host, 993), "{host}");
        }
        for (scheme, host, port) in [
            ("https", "imap.example.com", 993),
            ("imaps", "imap.example.com", 443),
            ("imaps", "127.0.0.1", 993),
            ("imaps", "localhost", 993),
            ("imaps", "", 993),
        ] {
            assert!(!every.matches(scheme, host, port), "{scheme} {host} {port}");
        }
        let covers = |text| every.covers(&DomainPattern::parse(text).unwrap());
        assert!(covers("imaps://*.example.com") && covers("imaps://imap.example.com"));
        assert!(covers("imaps://*") && !covers("imaps://imap.example.com:1993"));
        assert!(!DomainPattern::parse("imaps://*.example.com").unwrap().covers(&every));
        assert!(DomainPattern::parse("imaps://*:1993").is_err());
        let every = DomainPattern::parse("imap://*").unwrap();
        assert_eq!((every.to_string().as_str(), every.port()), ("imap://*", 143));
        assert!(every.matches("imap", "imap.example.com", 143));
        assert!(!every.matches("imaps", "imap.example.com", 993));
    }

    #[test]
    fn net_23_a_wildcard_stands_for_whole_labels_above_the_name() {
        let granted = "https://*.good.com";
        for host in ["a.good.com", "a.b.good.com"] {
            assert!(matches(granted, "https", host, 443), "{host}");
        }
        let others = [
            "good.com",
            "evilgood.com",
            ".good.com",
            "*.good.com",
            "a..good.com",
            "a.good.com.",
            "A.good.com",
            "a.good.com.evil.com",
            "a.good.comm",
            "",
        ];
        for host in others {
            assert!(!matches(granted, "https", host, 443), "{host}");
        }
    }
}
