//! Resolution of names to addresses.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs},
    sync::Arc,
    time::Duration,
};

use ext_net::{AddressPolicy, NetError, VettedAddr, VettedUrl};

/// Longest wait for the resolver.
const TIMEOUT: Duration = Duration::from_secs(5);

/// Most addresses of a name that are looked at.
const MAX_ADDRESSES: usize = 16;

/// Resolver of names. It is asked once for each connection and may block.
pub trait Resolve: Send + Sync {
    /// Returns all addresses of `host`, with `port`.
    ///
    /// # Errors
    /// When it cannot say.
    fn resolve(&self, host: &str, port: u16) -> io::Result<Vec<SocketAddr>>;
}

/// Resolver of the system.
pub(crate) struct SystemResolver;

impl Resolve for SystemResolver {
    fn resolve(&self, host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
        // RFC 6761: these names are this machine, and no server is asked about them.
        if host.ends_with(".localhost") {
            let loopback: [IpAddr; 2] = [Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()];
            return Ok(loopback.map(|address| SocketAddr::new(address, port)).to_vec());
        }
        Ok((host, port).to_socket_addrs()?.take(MAX_ADDRESSES).collect())
    }
}

/// Resolves a URL to the addresses that may be dialled. One that may not be is left out; when none
/// is left, the reason of the first is told.
pub(crate) async fn vetted(
    url: &VettedUrl,
    policy: &AddressPolicy,
    resolver: &Arc<dyn Resolve>,
) -> Result<Vec<VettedAddr>, NetError> {
    let found = match url.address() {
        Some(address) => vec![SocketAddr::new(address, url.port())],
        None => lookup(url, resolver).await?,
    };
    let mut first = None;
    let mut vetted = Vec::new();
    for address in found.into_iter().take(MAX_ADDRESSES) {
        match policy.judge(address) {
            // Whatever a resolver says about the port, the one that was granted is dialled.
            Ok(address) if address.get().port() == url.port() => vetted.push(address),
            Ok(_) => {}
            Err(reason) => drop(first.get_or_insert(reason)),
        }
    }
    match (vetted.is_empty(), first) {
        (false, _) => Ok(vetted),
        (true, Some(reason)) => Err(NetError::Address { host: url.host(), reason }),
        (true, None) => Err(NetError::Dns { host: url.host(), reason: "it has no address" }),
    }
}

async fn lookup(url: &VettedUrl, resolver: &Arc<dyn Resolve>) -> Result<Vec<SocketAddr>, NetError> {
    let (host, port, resolver) = (url.host(), url.port(), Arc::clone(resolver));
    let blocking = tokio::task::spawn_blocking(move || resolver.resolve(&host, port));
    let failed = |reason| NetError::Dns { host: url.host(), reason };
    match tokio::time::timeout(TIMEOUT, blocking).await {
        Err(_) => Err(failed("the resolver did not answer in time")),
        Ok(Ok(Ok(addresses))) => Ok(addresses),
        Ok(Ok(Err(_)) | Err(_)) => Err(failed("the resolver does not know it")),
    }
}
