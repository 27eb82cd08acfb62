//! Resolution of names to addresses.

use std::{
    collections::HashMap,
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs},
    sync::Arc,
    time::Duration,
};

use ext_net::{AddressPolicy, NetError, VettedAddr, VettedUrl};
use parking_lot::Mutex;
use tokio::sync::Semaphore;

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
        if host == "localhost" || host.ends_with(".localhost") {
            let loopback: [IpAddr; 2] = [Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()];
            return Ok(loopback.map(|address| SocketAddr::new(address, port)).to_vec());
        }
        Ok((host, port).to_socket_addrs()?.take(MAX_ADDRESSES).collect())
    }
}

/// Most names of one owner that are looked up at the same time. A lookup takes a thread until the system's
/// resolver is done, however long its caller waits.
const LOOKUPS: usize = 3;

/// A resolver of which each owner has a share: one whose names nobody answers for holds up itself.
#[derive(Clone)]
pub(crate) struct Shared {
    resolver: Arc<dyn Resolve>,
    shares: Arc<Mutex<HashMap<String, Arc<Semaphore>>>>,
}

impl Shared {
    pub(crate) fn new(resolver: Arc<dyn Resolve>) -> Self {
        Self { resolver, shares: Arc::default() }
    }

    /// Resolves a URL to the addresses that may be dialled. One that may not be is left out; when none
    /// is left, the reason of the first is told.
    pub(crate) async fn vetted(
        &self,
        url: &VettedUrl,
        policy: &AddressPolicy,
        owner: &str,
    ) -> Result<Vec<VettedAddr>, NetError> {
        let found = match url.address() {
            Some(address) => vec![SocketAddr::new(address, url.port())],
            None => self.lookup(url, owner).await?,
        };
        let mut first = None;
        let mut vetted = Vec::new();
        for address in found.into_iter().take(MAX_ADDRESSES) {
            match policy.vet_for(url, address) {
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

    async fn lookup(&self, url: &VettedUrl, owner: &str) -> Result<Vec<SocketAddr>, NetError> {
        let failed = |reason| NetError::Dns { host: url.host(), reason };
        match tokio::time::timeout(TIMEOUT, self.answer(url, owner)).await {
            Err(_) => Err(failed("the resolver did not answer in time")),
            Ok(Some(addresses)) => Ok(addresses),
            Ok(None) => Err(failed("the resolver does not know it")),
        }
    }

    /// Waits for a place in the owner's share, then for the resolver. The place is free again when the
    /// resolver is done, not when its caller has left.
    async fn answer(&self, url: &VettedUrl, owner: &str) -> Option<Vec<SocketAddr>> {
        let place = self.share(owner).acquire_owned().await.ok()?;
        let (host, port, resolver) = (url.host(), url.port(), Arc::clone(&self.resolver));
        let blocking = tokio::task::spawn_blocking(move || {
            let _place = place;
            resolver.resolve(&host, port)
        });
        blocking.await.ok()?.ok()
    }

    fn share(&self, owner: &str) -> Arc<Semaphore> {
        let mut shares = self.shares.lock();
        shares
            .retain(|_, share| share.available_permits() < LOOKUPS || Arc::strong_count(share) > 1);
        let share = shares.entry(owner.to_owned());
        Arc::clone(share.or_insert_with(|| Arc::new(Semaphore::new(LOOKUPS))))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, Sender, channel};

    use super::*;
    use crate::NetRuntime;

    /// Answers for `slow` only when it is told to.
    struct Slow(Mutex<Receiver<()>>, Mutex<usize>);

    impl Resolve for Slow {
        fn resolve(&self, host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
            *self.1.lock() += 1;
            if host.starts_with("slow") {
                let _ = self.0.lock().recv();
            }
            Ok(vec![SocketAddr::new(Ipv4Addr::new(1, 1, 1, 1).into(), port)])
        }
    }

    fn slow() -> (Arc<Slow>, Shared, Sender<()>) {
        let (go, wait) = channel();
        let slow = Arc::new(Slow(Mutex::new(wait), Mutex::default()));
        (Arc::clone(&slow), Shared::new(slow), go)
    }

    fn ask(runtime: &NetRuntime, shared: &Shared, host: &str, owner: &'static str) -> bool {
        let policy = AddressPolicy::public_only();
        let url = VettedUrl::vet(&format!("https://{host}/"), &policy, |_, _, _| true).unwrap();
        let shared = shared.clone();
        let brief = Duration::from_millis(50);
        let work = async move {
            let vetted = shared.vetted(&url, &policy, owner);
            tokio::time::timeout(brief, vetted).await.is_ok_and(|found| found.is_ok())
        };
        pollster::block_on(runtime.spawn(work)).unwrap()
    }

    #[test]
    fn one_owner_s_lookups_that_hang_hold_up_nobody_else() {
        let runtime = NetRuntime::new("test").unwrap();
        let (slow, shared, go) = slow();
        // Each caller leaves after a moment; what it asked for goes on.
        for _ in 0..8 {
            assert!(!ask(&runtime, &shared, "slow.example.com", "odd"));
        }
        assert_eq!(*slow.1.lock(), LOOKUPS, "no more threads are taken");
        assert!(!ask(&runtime, &shared, "fast.example.com", "odd"));
        assert!(ask(&runtime, &shared, "fast.example.com", "modest"));
        drop(go);
        let until = std::time::Instant::now() + Duration::from_secs(5);
        while !ask(&runtime, &shared, "fast.example.com", "odd") {
            assert!(std::time::Instant::now() < until, "its share comes back");
        }
    }
}
