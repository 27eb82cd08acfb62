//! Connections to vetted addresses.

use std::{future::Future, io, pin::Pin, sync::Arc, time::Duration};

use ext_net::{AddressPolicy, NetError, VettedAddr, VettedUrl};
use tokio::net::TcpStream;

use crate::resolve::{self, Resolve, SystemResolver};

/// Longest wait for one address, so that the next gets its turn.
const TIMEOUT: Duration = Duration::from_secs(10);

/// A connection, to come.
pub type DialFuture = Pin<Box<dyn Future<Output = io::Result<TcpStream>> + Send>>;

/// A way to open connections. It can only be asked for vetted addresses.
pub trait Dial: Send + Sync {
    /// Connects to exactly this address.
    fn dial(&self, to: VettedAddr) -> DialFuture;
}

/// The way by TCP.
struct TcpDial;

impl Dial for TcpDial {
    fn dial(&self, to: VettedAddr) -> DialFuture {
        Box::pin(TcpStream::connect(to.get()))
    }
}

/// A dialler of the addresses that a policy allows. Cheap to clone.
#[derive(Clone)]
pub struct Dialler {
    policy: Arc<AddressPolicy>,
    resolver: Arc<dyn Resolve>,
    dial: Arc<dyn Dial>,
}

impl Dialler {
    /// Makes a dialler that asks the system for addresses and dials by TCP.
    ///
    /// ```
    /// use ext_dial::Dialler;
    /// use ext_net::AddressPolicy;
    ///
    /// let dialler = Dialler::new(AddressPolicy::public_only());
    /// let policy: &AddressPolicy = dialler.policy();
    /// # drop(policy.clone());
    /// ```
    #[must_use]
    pub fn new(policy: AddressPolicy) -> Self {
        Self::with_parts(policy, Arc::new(SystemResolver), Arc::new(TcpDial))
    }

    /// Makes a dialler with another resolver and another way to dial. Addresses are vetted between them
    /// all the same.
    #[must_use]
    pub fn with_parts(
        policy: AddressPolicy,
        resolver: Arc<dyn Resolve>,
        dial: Arc<dyn Dial>,
    ) -> Self {
        Self { policy: Arc::new(policy), resolver, dial }
    }

    /// Returns the rules for addresses.
    #[must_use]
    pub fn policy(&self) -> &AddressPolicy {
        &self.policy
    }

    /// Connects to the first address of the URL's host that may be dialled and answers.
    ///
    /// # Errors
    /// [`NetError::Dns`] when the host has no address; [`NetError::Address`] when none of them may be
    /// dialled; [`NetError::Connection`] when none answers.
    pub async fn connect(&self, url: &VettedUrl) -> Result<TcpStream, NetError> {
        let addresses = resolve::vetted(url, &self.policy, &self.resolver).await?;
        let mut reason = "no connection";
        for address in addresses {
            match tokio::time::timeout(TIMEOUT, self.dial.dial(address)).await {
                Ok(Ok(stream)) if stream.peer_addr().ok() == Some(address.get()) => {
                    return Ok(stream);
                }
                Ok(Ok(_)) => reason = "the connection leads to another address",
                Ok(Err(_)) => reason = "no connection",
                Err(_) => reason = "no connection in time",
            }
        }
        Err(NetError::Connection { host: url.host(), reason })
    }
}
