//! The checks of URLs before they are requested, and of mail servers before they are reached.

use std::net::{IpAddr, SocketAddr};

use ext_manifest::Scheme;
use thiserror::Error;
use url::{Host, Url};

use crate::{AddressError, AddressPolicy, Reach};

/// The longest URL, in bytes: the limit of common servers.
const MAX_URL_BYTES: usize = 8 << 10;

/// The names of metadata services, which hand out a cloud's credentials.
const METADATA_NAMES: &[&str] =
    &["metadata.google.internal", "metadata.azure.internal", "instance-data.ec2.internal"];

/// The last labels of names that are for other uses than servers of the internet (RFC 6761 and the registry
/// of IANA after it). A resolver that is asked about them all the same, as many are, tells the local network,
/// and gets an answer from whoever is there.
const SPECIAL_USE: &[&str] = &["alt", "arpa", "internal", "invalid", "local", "onion", "test"];

/// The reason why a URL is not requested.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum UrlError {
    /// The text is not a URL, or can be read in more than one way.
    #[error("the URL is not plain: {0}")]
    Malformed(&'static str),
    /// The scheme is not one that the caller uses.
    #[error("the scheme of the URL is not {0}")]
    Scheme(&'static str),
    /// The host is an address that must not be dialled.
    #[error("{host}: {reason}")]
    Address {
        /// The host.
        host: String,
        /// The reason.
        reason: AddressError,
    },
    /// The host is a name that never stands for a server of the internet.
    #[error("`{0}` is not a name of the internet")]
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

/// A URL that may be requested: plain, with one canonical host that was granted, without user and
/// fragment. Only [`VettedUrl::vet`], [`VettedUrl::vet_mail_server`] and [`VettedUrl::join`] make one.
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
    /// Checks that a URL may be requested, as its caller wrote it. `may_reach` returns whether the origin
    /// was granted; it gets the host in its canonical form. Where it may fail, it returns a [`Result`],
    /// and the error is a [`VetError`](crate::VetError).
    ///
    /// ```
    /// use ext_net::{AddressPolicy, UrlError, VettedUrl};
    ///
    /// let policy = AddressPolicy::public_only();
    /// let granted = |_, host: &str, _| host == "api.example.com";
    /// let url = VettedUrl::vet("https://API.example.com/v1#top", &policy, granted)?;
    /// assert_eq!(url.as_str(), "https://api.example.com/v1");
    /// let other = VettedUrl::vet("https://example.com/", &policy, granted);
    /// assert!(matches!(other, Err(UrlError::Denied { .. })));
    /// # Ok::<(), UrlError>(())
    /// ```
    ///
    /// # Errors
    /// [`UrlError`] when the URL is not plain, its scheme is neither `https` nor `http`, its host must
    /// not be dialled, or its origin is not granted.
    pub fn vet<R: Reach>(
        text: &str,
        policy: &AddressPolicy,
        may_reach: impl FnOnce(Scheme, &str, u16) -> R,
    ) -> Result<Self, R::Error> {
        check_spelling(text)?;
        let url = Url::parse(text).map_err(|_| UrlError::Malformed("it does not parse"))?;
        Self::vet_parsed(url, policy, may_reach)
    }

    /// Checks that a mail server may be reached, as its caller wrote it: `imaps://imap.example.com` with
    /// or without a port, by the same rules as a URL; `imap://` for a server that turns to TLS by
    /// `STARTTLS`.
    ///
    /// # Errors
    /// [`UrlError`] when it is not plain or has a path, its scheme is neither `imaps` nor `imap`, its
    /// host must not be dialled, or its origin is not granted.
    pub fn vet_mail_server<R: Reach>(
        text: &str,
        policy: &AddressPolicy,
        may_reach: impl FnOnce(Scheme, &str, u16) -> R,
    ) -> Result<Self, R::Error> {
        check_characters(text)?;
        let stripped = |scheme| strip_scheme(text, scheme).map(|rest| (scheme, rest));
        let stripped = stripped(Scheme::Imaps).or_else(|| stripped(Scheme::Imap));
        let (scheme, rest) = stripped.ok_or(UrlError::Scheme("imaps or imap"))?;
        check_authority(rest)?;
        let after = rest.strip_prefix("//").and_then(|rest| rest.split_once(['/', '?', '#']));
        if after.is_some_and(|(_, path)| !path.is_empty()) {
            return Err(UrlError::Malformed("a mail server has no path").into());
        }
        // For a scheme that it does not know, the parser leaves the host as it is; for `https` it drops
        // the port 443.
        let unknown = Url::parse(text).map_err(|_| UrlError::Malformed("it does not parse"))?;
        let known = Url::parse(&format!("https:{rest}"));
        let known = known.map_err(|_| UrlError::Malformed("it does not parse"))?;
        let port = unknown.port().unwrap_or(scheme.default_port());
        Self::vet_server(known, scheme, port, policy, may_reach)
    }

    /// Checks the target of a redirect, as the server wrote it, relative to this URL.
    ///
    /// # Errors
    /// As [`Self::vet`].
    pub fn join<R: Reach>(
        &self,
        target: &str,
        policy: &AddressPolicy,
        may_reach: impl FnOnce(Scheme, &str, u16) -> R,
    ) -> Result<Self, R::Error> {
        check_characters(target)?;
        let url = self.url.join(target).map_err(|_| UrlError::Malformed("it does not parse"))?;
        // The result has to be plain by itself, by the same rules as a URL of the caller.
        check_spelling(url.as_str())?;
        Self::vet_parsed(url, policy, may_reach)
    }

    fn vet_parsed<R: Reach>(
        mut url: Url,
        policy: &AddressPolicy,
        may_reach: impl FnOnce(Scheme, &str, u16) -> R,
    ) -> Result<Self, R::Error> {
        url.set_fragment(None);
        let scheme = scheme(&url)?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(UrlError::Malformed("it names a user").into());
        }
        let port = url.port().unwrap_or(scheme.default_port());
        Self::vet_server(url, scheme, port, policy, may_reach)
    }

    fn vet_server<R: Reach>(
        url: Url,
        scheme: Scheme,
        port: u16,
        policy: &AddressPolicy,
        may_reach: impl FnOnce(Scheme, &str, u16) -> R,
    ) -> Result<Self, R::Error> {
        if port == 0 {
            return Err(UrlError::Malformed("port 0").into());
        }
        let host = url.host().ok_or(UrlError::Malformed("it has no host"))?.to_owned();
        check_host(&host, port, policy)?;
        let this = Self { url, scheme, host, port };
        let name = this.host();
        if !may_reach(scheme, &name, port).decide()? {
            return Err(UrlError::Denied { scheme, host: name, port }.into());
        }
        Ok(this)
    }

    /// Returns the URL, without fragment; of a mail server, its origin.
    #[must_use]
    pub fn as_str(&self) -> std::borrow::Cow<'_, str> {
        match self.scheme {
            Scheme::Imaps | Scheme::Imap => self.origin().into(),
            Scheme::Https | Scheme::Http => self.url.as_str().into(),
        }
    }

    /// Returns path and query, as they stand in a request line.
    #[must_use]
    pub fn path_and_query(&self) -> String {
        match self.url.query() {
            None => self.url.path().to_owned(),
            Some(query) => format!("{}?{query}", self.url.path()),
        }
    }

    /// Returns the scheme.
    #[must_use]
    pub const fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// Returns the host: a name in ASCII and lower case, an IPv4 address, or an IPv6 address without
    /// brackets.
    #[must_use]
    pub fn host(&self) -> String {
        match &self.host {
            Host::Domain(name) => name.clone(),
            Host::Ipv4(address) => address.to_string(),
            Host::Ipv6(address) => address.to_string(),
        }
    }

    /// Returns the host, where it is an address.
    #[must_use]
    pub fn address(&self) -> Option<IpAddr> {
        literal(&self.host)
    }

    /// Returns the port, written or the scheme's default.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Returns the value of the header `Host`.
    #[must_use]
    pub fn host_header(&self) -> String {
        let port = self.url.port().map(|port| format!(":{port}")).unwrap_or_default();
        format!("{}{port}", self.host)
    }

    /// Returns scheme, host and port, as in `http://127.0.0.1:8080`; a default port is left out.
    #[must_use]
    pub fn origin(&self) -> String {
        let port = match self.port {
            port if port == self.scheme.default_port() => String::new(),
            port => format!(":{port}"),
        };
        format!("{}://{}{port}", self.scheme.name(), self.host)
    }

    /// Returns whether the other URL has the same scheme, host and port.
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

/// Strips `scheme:` from a text that begins with it.
fn strip_scheme(text: &str, scheme: Scheme) -> Option<&str> {
    let (written, rest) = text.split_once(':')?;
    written.eq_ignore_ascii_case(scheme.name()).then_some(rest)
}

/// Refuses spellings that parsers accept in different ways: two parsers that disagree about the host
/// are how such checks are bypassed.
fn check_spelling(text: &str) -> Result<(), UrlError> {
    check_characters(text)?;
    if !text.contains(':') {
        return Err(UrlError::Malformed("it has no scheme"));
    }
    let rest = strip_scheme(text, Scheme::Https).or_else(|| strip_scheme(text, Scheme::Http));
    check_authority(rest.ok_or(UrlError::Scheme("https or http"))?)
}

/// Checks that `//` and one plain host follow the scheme.
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

/// Refuses white space, control characters and backslashes, which parsers drop or turn around.
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
        let vetted = policy.vet(SocketAddr::new(address, port));
        return vetted
            .map(drop)
            .map_err(|reason| UrlError::Address { host: host.to_string(), reason });
    }
    let name = host.to_string();
    let is_known = || policy.knows_name(&name, port);
    let is_of_internet = name.contains('.') && !is_special_use(&name);
    match is_plain_name(&name) && (is_of_internet || is_known()) {
        true => Ok(()),
        false => Err(UrlError::Name(name)),
    }
}

fn is_special_use(name: &str) -> bool {
    name.rsplit('.').next().is_some_and(|last| SPECIAL_USE.contains(&last))
}

/// Returns whether no label is empty and the name is not that of a metadata service.
fn is_plain_name(name: &str) -> bool {
    let plain = |label: &str| {
        let characters = label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        characters && (1..=63).contains(&label.len())
    };
    name.len() <= 253 && name.split('.').all(plain) && !METADATA_NAMES.contains(&name)
}
