//! Which URLs may be requested, and which mail servers may be reached.

use std::net::{IpAddr, SocketAddr};

use ext_manifest::Scheme;
use thiserror::Error;
use url::{Host, Url};

use crate::{AddressError, AddressPolicy};

/// Longest URL, in bytes: what common servers take.
const MAX_URL_BYTES: usize = 8 << 10;

/// Names behind which clouds hand out credentials.
const METADATA_NAMES: &[&str] =
    &["metadata.google.internal", "metadata.azure.internal", "instance-data.ec2.internal"];

/// Why a URL is not requested.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum UrlError {
    /// It is no URL, or can be read in more than one way.
    #[error("the URL is not plain: {0}")]
    Malformed(&'static str),
    /// Its scheme is not among those that the caller speaks.
    #[error("the scheme of the URL is not {0}")]
    Scheme(&'static str),
    /// Its host is an address that must not be dialled.
    #[error("{host}: {reason}")]
    Address {
        /// The host.
        host: String,
        /// Why not.
        reason: AddressError,
    },
    /// Its host is a name that never stands for a server of the internet.
    #[error("{0} is no name of the internet")]
    Name(String),
    /// The caller was not granted this origin.
    #[error("{}://{host}:{port} is not granted", scheme.name())]
    Denied {
        /// The scheme.
        scheme: Scheme,
        /// The host.
        host: String,
        /// The port.
        port: u16,
    },
}

/// A URL that may be requested: plain, of one canonical host that was granted, without user and
/// fragment. Only [`VettedUrl::judge`] and [`VettedUrl::join`] make one.
///
/// ```compile_fail,E0451
/// # fn forge(scheme: ext_net::Scheme, url: url::Url) {
/// // error: fields of struct `VettedUrl` are private
/// let forged = ext_net::VettedUrl { url, scheme, host: "evil.com".into(), port: 443 };
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VettedUrl {
    url: Url,
    scheme: Scheme,
    host: Host<String>,
    port: u16,
}

impl VettedUrl {
    /// Judges a URL as its caller wrote it. `may_reach` says whether the origin was granted; it gets
    /// the host in its canonical form.
    ///
    /// # Errors
    /// [`UrlError`] when it must not be requested.
    pub fn judge(
        text: &str,
        policy: &AddressPolicy,
        may_reach: impl FnOnce(Scheme, &str, u16) -> bool,
    ) -> Result<Self, UrlError> {
        check_spelling(text)?;
        let url = Url::parse(text).map_err(|_| UrlError::Malformed("it does not parse"))?;
        Self::judge_parsed(url, policy, may_reach)
    }

    /// Judges a mail server as its caller wrote it, `imaps://imap.example.com` with or without a
    /// port: the same rules as for a URL.
    ///
    /// # Errors
    /// [`UrlError`] when it must not be reached.
    pub fn judge_mail_server(
        text: &str,
        policy: &AddressPolicy,
        may_reach: impl FnOnce(Scheme, &str, u16) -> bool,
    ) -> Result<Self, UrlError> {
        check_characters(text)?;
        let rest = strip_scheme(text, Scheme::Imaps).ok_or(UrlError::Scheme("imaps"))?;
        check_authority(rest)?;
        let after = rest.strip_prefix("//").and_then(|rest| rest.split_once(['/', '?', '#']));
        if after.is_some_and(|(_, path)| !path.is_empty()) {
            return Err(UrlError::Malformed("a mail server has no path"));
        }
        // For a scheme that it does not know, a parser leaves the host as it is. What of it is the
        // port, it tells only without another scheme's default.
        let unknown = Url::parse(text).map_err(|_| UrlError::Malformed("it does not parse"))?;
        let known = Url::parse(&format!("https:{rest}"));
        let known = known.map_err(|_| UrlError::Malformed("it does not parse"))?;
        let port = unknown.port().unwrap_or(Scheme::Imaps.default_port());
        Self::judge_server(known, Scheme::Imaps, port, policy, may_reach)
    }

    /// Judges the target of a redirect, as the server wrote it, relative to this URL.
    ///
    /// # Errors
    /// [`UrlError`] when it must not be requested.
    pub fn join(
        &self,
        target: &str,
        policy: &AddressPolicy,
        may_reach: impl FnOnce(Scheme, &str, u16) -> bool,
    ) -> Result<Self, UrlError> {
        check_characters(target)?;
        let url = self.url.join(target).map_err(|_| UrlError::Malformed("it does not parse"))?;
        // What comes out has to be plain by itself: the same rules as for a URL of the caller.
        check_spelling(url.as_str())?;
        Self::judge_parsed(url, policy, may_reach)
    }

    fn judge_parsed(
        mut url: Url,
        policy: &AddressPolicy,
        may_reach: impl FnOnce(Scheme, &str, u16) -> bool,
    ) -> Result<Self, UrlError> {
        url.set_fragment(None);
        let scheme = scheme(&url)?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(UrlError::Malformed("it names a user"));
        }
        let port = url.port().unwrap_or(scheme.default_port());
        Self::judge_server(url, scheme, port, policy, may_reach)
    }

    fn judge_server(
        url: Url,
        scheme: Scheme,
        port: u16,
        policy: &AddressPolicy,
        may_reach: impl FnOnce(Scheme, &str, u16) -> bool,
    ) -> Result<Self, UrlError> {
        if port == 0 {
            return Err(UrlError::Malformed("port 0"));
        }
        let host = url.host().ok_or(UrlError::Malformed("it has no host"))?.to_owned();
        check_host(&host, port, policy)?;
        let this = Self { url, scheme, host, port };
        let name = this.host();
        if !may_reach(scheme, &name, port) {
            return Err(UrlError::Denied { scheme, host: name, port });
        }
        Ok(this)
    }

    /// The URL, without fragment; of a mail server, its origin.
    #[must_use]
    pub fn as_str(&self) -> std::borrow::Cow<'_, str> {
        match self.scheme {
            Scheme::Imaps => self.origin().into(),
            Scheme::Https | Scheme::Http => self.url.as_str().into(),
        }
    }

    /// Path and query, as they stand in a request line.
    #[must_use]
    pub fn path_and_query(&self) -> String {
        match self.url.query() {
            None => self.url.path().to_owned(),
            Some(query) => format!("{}?{query}", self.url.path()),
        }
    }

    /// The scheme.
    #[must_use]
    pub const fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// The host: a name in ASCII and lower case, an IPv4 address, or an IPv6 address without
    /// brackets.
    #[must_use]
    pub fn host(&self) -> String {
        match &self.host {
            Host::Domain(name) => name.clone(),
            Host::Ipv4(address) => address.to_string(),
            Host::Ipv6(address) => address.to_string(),
        }
    }

    /// The host, where it is an address.
    #[must_use]
    pub fn address(&self) -> Option<IpAddr> {
        literal(&self.host)
    }

    /// The port, written or the scheme's default.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// What goes into the header `Host`.
    #[must_use]
    pub fn host_header(&self) -> String {
        let port = self.url.port().map(|port| format!(":{port}")).unwrap_or_default();
        format!("{}{port}", self.host)
    }

    /// Scheme, host and port, as in `http://127.0.0.1:8080`; a default port is left out.
    #[must_use]
    pub fn origin(&self) -> String {
        let port = match self.port {
            port if port == self.scheme.default_port() => String::new(),
            port => format!(":{port}"),
        };
        format!("{}://{}{port}", self.scheme.name(), self.host)
    }

    /// Whether the other URL has the same scheme, host and port.
    #[must_use]
    pub fn same_origin(&self, other: &Self) -> bool {
        (self.scheme, &self.host, self.port) == (other.scheme, &other.host, other.port)
    }
}

fn scheme(url: &Url) -> Result<Scheme, UrlError> {
    match url.scheme() {
        "https" => Ok(Scheme::Https),
        "http" => Ok(Scheme::Http),
        _ => Err(UrlError::Scheme("https or http")),
    }
}

/// What follows `scheme:` in a text that begins so.
fn strip_scheme(text: &str, scheme: Scheme) -> Option<&str> {
    let (written, rest) = text.split_once(':')?;
    written.eq_ignore_ascii_case(scheme.name()).then_some(rest)
}

/// What a parser would take all the same, in its own way, is refused: two parsers that disagree
/// about the host are how such checks are passed by.
fn check_spelling(text: &str) -> Result<(), UrlError> {
    check_characters(text)?;
    if !text.contains(':') {
        return Err(UrlError::Malformed("it has no scheme"));
    }
    let rest = strip_scheme(text, Scheme::Https).or_else(|| strip_scheme(text, Scheme::Http));
    check_authority(rest.ok_or(UrlError::Scheme("https or http"))?)
}

/// What follows the scheme begins with `//` and one plain host.
fn check_authority(rest: &str) -> Result<(), UrlError> {
    let rest = rest.strip_prefix("//").ok_or(UrlError::Malformed("no `//` after the scheme"))?;
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    match authority {
        "" => Err(UrlError::Malformed("it has no host")),
        _ if authority.contains('@') => Err(UrlError::Malformed("it names a user")),
        _ if authority.contains('%') => Err(UrlError::Malformed("its host is escaped")),
        _ => Ok(()),
    }
}

/// White space, control characters and backslashes are dropped or turned around by parsers.
fn check_characters(text: &str) -> Result<(), UrlError> {
    if text.len() > MAX_URL_BYTES {
        return Err(UrlError::Malformed("it is too long"));
    }
    match text.chars().any(|c| c.is_whitespace() || c.is_control() || c == '\\') {
        true => Err(UrlError::Malformed("white space, a control character or a backslash")),
        false => Ok(()),
    }
}

fn literal(host: &Host<String>) -> Option<IpAddr> {
    match host {
        Host::Domain(_) => None,
        Host::Ipv4(address) => Some((*address).into()),
        Host::Ipv6(address) => Some((*address).into()),
    }
}

fn check_host(host: &Host<String>, port: u16, policy: &AddressPolicy) -> Result<(), UrlError> {
    if let Some(address) = literal(host) {
        let judged = policy.judge(SocketAddr::new(address, port));
        return judged
            .map(drop)
            .map_err(|reason| UrlError::Address { host: host.to_string(), reason });
    }
    let name = host.to_string();
    let has_labels = name.contains('.') || policy.knows_local_names();
    match has_labels && is_plain_name(&name) {
        true => Ok(()),
        false => Err(UrlError::Name(name)),
    }
}

/// No label empty; no name of a metadata service. One of the internet has two labels or more.
fn is_plain_name(name: &str) -> bool {
    let plain = |label: &str| {
        let characters = label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        characters && (1..=63).contains(&label.len())
    };
    name.len() <= 253 && name.split('.').all(plain) && !METADATA_NAMES.contains(&name)
}
