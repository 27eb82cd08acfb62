//! Connections to vetted addresses.

use std::{future::Future, io, pin::Pin, sync::Arc, time::Duration};

use ext_net::{AddressPolicy, NetError, VettedAddr, VettedUrl};
use tokio::net::TcpStream;

use crate::resolve::{Resolve, Shared, SystemResolver};

/// Longest wait for one address, so that the next gets its turn.
const TIMEOUT: Duration = Duration::from_secs(10);

/// A connection, to come.
pub type DialFuture = Pin<Box<dyn Future<Output = io::Result<TcpStream>> + Send>>;

/// The reason where the system says nothing that a person could use.
const NO_CONNECTION: &str = "no connection";

/// Way to open connections. It can only be asked for addresses that were vetted.
pub trait Dial: Send + Sync {
    /// Connects to exactly this address.
    fn dial(&self, to: VettedAddr) -> DialFuture;
}

/// Dialling by TCP.
struct TcpDial;

impl Dial for TcpDial {
    fn dial(&self, to: VettedAddr) -> DialFuture {
        Box::pin(TcpStream::connect(to.get()))
    }
}

/// Dialler of what a policy lets through. Cheap to clone.
#[derive(Clone)]
pub struct Dialler {
    policy: Arc<AddressPolicy>,
    resolver: Shared,
    dial: Arc<dyn Dial>,
}

impl Dialler {
    /// Creates a dialler that asks the system for addresses and dials by TCP.
    #[must_use]
    pub fn new(policy: AddressPolicy) -> Self {
        Self::with_parts(policy, Arc::new(SystemResolver), Arc::new(TcpDial))
    }

    /// Works as [`Self::new`], with another resolver and another way to dial. The policy stands
    /// between them all the same.
    #[must_use]
    pub fn with_parts(
        policy: AddressPolicy,
        resolver: Arc<dyn Resolve>,
        dial: Arc<dyn Dial>,
    ) -> Self {
        Self { policy: Arc::new(policy), resolver: Shared::new(resolver), dial }
    }

    /// Returns the policy for addresses that may be dialled.
    #[must_use]
    pub fn policy(&self) -> &AddressPolicy {
        &self.policy
    }

    /// Connects to the first address of the URL's host that may be dialled and answers. The lookup of the
    /// name counts against the share of `owner`.
    ///
    /// # Errors
    /// [`NetError`]; it never is one of TLS or time.
    pub async fn connect(&self, url: &VettedUrl, owner: &str) -> Result<TcpStream, NetError> {
        let addresses = self.resolver.vetted(url, &self.policy, owner).await?;
        let mut reason = NO_CONNECTION;
        for address in addresses {
            match tokio::time::timeout(TIMEOUT, self.dial.dial(address)).await {
                Ok(Ok(stream)) if stream.peer_addr().ok() == Some(address.get()) => {
                    return Ok(stream);
                }
                Ok(Ok(_)) => reason = "the connection leads to another address",
                Ok(Err(error)) => reason = why(&error),
                Err(_) => reason = "no connection in time",
            }
        }
        Err(NetError::Unreachable { host: place(url), reason })
    }
}

/// Names what was dialled: the host, with the port where it is not the usual one.
fn place(url: &VettedUrl) -> String {
    url.origin().split_once("://").map_or_else(|| url.host(), |(_, place)| place.to_owned())
}

fn why(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => "the connection was refused",
        io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable => {
            "there is no way to it from here"
        }
        _ => NO_CONNECTION,
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn a_refusal_names_the_port_that_refused() {
        let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let policy = AddressPolicy::new(vec![free], Vec::new());
        let url = VettedUrl::vet(&format!("http://{free}/"), &policy, |_, _, _| true).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let dialler = Dialler::new(policy);
        let error = runtime.block_on(dialler.connect(&url, "demo")).unwrap_err();
        assert_eq!(error.to_string(), format!("{free}: the connection was refused"));
    }
}
