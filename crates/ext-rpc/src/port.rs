//! The port of a server, as clients call it.

use std::net::SocketAddr;

/// A port, and the names by which it may be called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Port {
    address: SocketAddr,
    /// Names of this machine in the network, for a port with TLS.
    names: Vec<String>,
    is_tls: bool,
}

impl Port {
    /// Makes a port of loopback, without TLS.
    pub(crate) const fn plain(address: SocketAddr) -> Self {
        Self { address, names: Vec::new(), is_tls: false }
    }

    /// Makes a port with TLS.
    pub(crate) const fn tls(address: SocketAddr, names: Vec<String>) -> Self {
        Self { address, names, is_tls: true }
    }

    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) const fn is_tls(&self) -> bool {
        self.is_tls
    }

    pub(crate) const fn scheme(&self) -> &'static str {
        if self.is_tls { "https" } else { "http" }
    }

    /// Returns the address by which a browser calls it.
    pub(crate) fn url(&self) -> String {
        let host = self.hosts().into_iter().next();
        format!("{}://{}", self.scheme(), host.unwrap_or_else(|| self.address.to_string()))
    }

    /// Lists what may stand in `Host`: a name that was bound to this machine by somebody else does
    /// not.
    pub(crate) fn hosts(&self) -> Vec<String> {
        let port = self.address.port();
        let names = self.names.iter().map(|name| format!("{}:{port}", name.to_ascii_lowercase()));
        let mut hosts: Vec<String> = names.collect();
        if self.is_tls && port == 443 {
            hosts.extend(self.names.iter().map(|name| name.to_ascii_lowercase()));
        }
        if !self.address.ip().is_unspecified() {
            hosts.push(self.address.to_string());
        }
        if self.address.ip().is_loopback() {
            hosts.push(format!("localhost:{port}"));
        }
        hosts
    }
}
