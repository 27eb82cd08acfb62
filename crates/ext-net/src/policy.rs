//! Which addresses may be dialled.

use std::{
    fmt,
    net::{IpAddr, SocketAddr},
};

use thiserror::Error;

use crate::{Class, LocalNetwork, Prefix, SystemNetwork, classify};

/// An address that may be dialled. Only [`AddressPolicy::judge`] makes one.
///
/// ```compile_fail,E0423
/// // error: cannot initialize a tuple struct which contains private fields
/// let forged = ext_net::VettedAddr("127.0.0.1:80".parse().unwrap());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct VettedAddr(SocketAddr);

impl VettedAddr {
    /// The address. An IPv4 address inside an IPv6 one has become the IPv4 address.
    #[must_use]
    pub const fn get(self) -> SocketAddr {
        self.0
    }
}

/// Why an address is not dialled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum AddressError {
    /// It is no ordinary address of the internet.
    #[error("the address is not public ({class})")]
    NotPublic {
        /// What it is.
        class: Class,
    },
    /// It belongs to this machine.
    #[error("the address is this machine's own")]
    Own,
    /// It is in the same network as this machine.
    #[error("the address is in the local network")]
    LocalNetwork,
    /// The user blocked it.
    #[error("the address is blocked by the configuration")]
    Blocked,
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Public => "public",
            Self::Special(name) => name,
            Self::Metadata => "metadata service",
        })
    }
}

/// Which addresses may be dialled: public ones that are not this machine's and not in its network,
/// and those that the user granted one by one.
pub struct AddressPolicy {
    granted: Vec<SocketAddr>,
    blocked: Vec<Prefix>,
    network: Box<dyn LocalNetwork>,
    by_user: bool,
}

impl AddressPolicy {
    /// Public addresses only.
    #[must_use]
    pub fn public_only() -> Self {
        Self::new(Vec::new(), Vec::new())
    }

    /// Public addresses, without those in `blocked`, and each address with its port in `granted`.
    #[must_use]
    pub fn new(granted: Vec<SocketAddr>, blocked: Vec<Prefix>) -> Self {
        Self { granted, blocked, network: Box::new(SystemNetwork), by_user: false }
    }

    /// Every address but those of metadata services, and names of the local network: for a server
    /// that the user himself configured, such as a language model on this machine. Never for what
    /// an extension, a document or a server names.
    #[must_use]
    pub fn for_server_of_the_user() -> Self {
        Self { by_user: true, ..Self::public_only() }
    }

    /// Whether names that mean nothing in the internet, such as `localhost`, may be looked up.
    pub(crate) const fn knows_local_names(&self) -> bool {
        self.by_user
    }

    /// With another view of the network that this machine is in.
    #[must_use]
    pub fn with_network(mut self, network: Box<dyn LocalNetwork>) -> Self {
        self.network = network;
        self
    }

    /// Judges an address.
    ///
    /// # Errors
    /// [`AddressError`] when it must not be dialled.
    pub fn judge(&self, address: SocketAddr) -> Result<VettedAddr, AddressError> {
        let address = SocketAddr::new(address.ip().to_canonical(), address.port());
        let class = classify(address.ip());
        let granted = self.by_user || self.granted.contains(&address);
        if granted && class != Class::Metadata {
            return Ok(VettedAddr(address));
        }
        if class != Class::Public {
            return Err(AddressError::NotPublic { class });
        }
        self.judge_public(address.ip())?;
        Ok(VettedAddr(address))
    }

    fn judge_public(&self, address: IpAddr) -> Result<(), AddressError> {
        if self.blocked.iter().any(|prefix| prefix.contains(address)) {
            return Err(AddressError::Blocked);
        }
        if self.network.is_own(address) {
            return Err(AddressError::Own);
        }
        match (address, self.network.source(address)) {
            (IpAddr::V6(to), Some(IpAddr::V6(from)))
                if to.segments()[..4] == from.segments()[..4] =>
            {
                Err(AddressError::LocalNetwork)
            }
            _ => Ok(()),
        }
    }
}

impl Default for AddressPolicy {
    fn default() -> Self {
        Self::public_only()
    }
}

impl fmt::Debug for AddressPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AddressPolicy")
            .field("granted", &self.granted)
            .field("blocked", &self.blocked)
            .field("by_user", &self.by_user)
            .finish_non_exhaustive()
    }
}
