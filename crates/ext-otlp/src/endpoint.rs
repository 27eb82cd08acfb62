//! The address of a collector.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    str::FromStr,
};

use http::Uri;

/// The port of collectors.
const PORT: u16 = 4318;
/// The path to which spans go, unless the address has one.
const PATH: &str = "/v1/traces";

/// The address of a collector on this machine, as `http://127.0.0.1:4318`.
///
/// ```
/// use ext_otlp::Endpoint;
///
/// assert_eq!("http://localhost".parse::<Endpoint>()?.to_string(), "http://127.0.0.1:4318/v1/traces");
/// assert!("https://collector.example.org".parse::<Endpoint>().is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    address: SocketAddr,
    path: String,
}

/// A text that is not the address of a collector on this machine.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{}` is not the address of a collector on this machine, as `http://127.0.0.1:4318` is: spans \
     leave it by a collector only, which forwards them", .0.escape_debug()
)]
pub struct EndpointError(String);

impl Endpoint {
    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}{}", self.address, self.path)
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.url())
    }
}

impl FromStr for Endpoint {
    type Err = EndpointError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        read(text).ok_or_else(|| EndpointError(text.to_owned()))
    }
}

fn read(text: &str) -> Option<Endpoint> {
    let uri: Uri = text.parse().ok()?;
    let authority = uri.authority()?;
    let is_plain = uri.scheme_str() == Some("http") && uri.query().is_none();
    if !is_plain || authority.as_str().contains('@') {
        return None;
    }
    let ip = match authority.host() {
        "localhost" => IpAddr::V4(Ipv4Addr::LOCALHOST),
        host => host.trim_matches(['[', ']']).parse().ok()?,
    };
    let address = SocketAddr::new(ip, authority.port_u16().unwrap_or(PORT));
    let path = if uri.path() == "/" { PATH } else { uri.path() }.to_owned();
    ip.is_loopback().then_some(Endpoint { address, path })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_an_endpoint() {
        for (text, url) in [
            ("http://127.0.0.1:4318", "http://127.0.0.1:4318/v1/traces"),
            ("http://localhost/", "http://127.0.0.1:4318/v1/traces"),
            ("http://[::1]:9", "http://[::1]:9/v1/traces"),
            ("http://127.0.0.2/otlp", "http://127.0.0.2:4318/otlp"),
        ] {
            assert_eq!(text.parse::<Endpoint>().unwrap().url(), url);
        }
        for wrong in [
            "",
            "127.0.0.1:4318",
            "https://127.0.0.1",
            "http://10.0.0.1:4318",
            "http://0.0.0.0",
            "http://localhost.example.org",
            "http://user:secret@127.0.0.1",
            "http://127.0.0.1/?key=x",
        ] {
            assert!(wrong.parse::<Endpoint>().is_err(), "{wrong}");
        }
    }
}
