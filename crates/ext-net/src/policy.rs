//! The policy that vets addresses before they are dialled.

use std::{
    fmt,
    net::{IpAddr, SocketAddr},
};

use thiserror::Error;

use crate::{Class, LocalNetwork, Prefix, SystemNetwork, VettedUrl, classify};

/// An address that may be dialled. Only [`AddressPolicy::vet`] makes one.
///
/// ```compile_fail,E0423
/// // error: cannot initialize a tuple struct which contains private fields
/// let forged = ext_net::VettedAddr("127.0.0.1:80".parse().unwrap());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct VettedAddr(SocketAddr);

impl VettedAddr {
    /// Returns the address. An IPv4 address inside an IPv6 one has become the IPv4 address.
    #[must_use]
    pub const fn get(self) -> SocketAddr {
        self.0
    }
}

/// The reason why an address is not dialled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum AddressError {
    /// The address is not an ordinary one of the internet.
    #[error("the address is not public ({class})")]
    NotPublic {
        /// The class of the address.
        class: Class,
    },
    /// The address is this machine's own.
    #[error("the address is this machine's own")]
    Own,
    /// The address is in the same network as this machine.
    #[error("the address is in the local network")]
    LocalNetwork,
    /// The configuration blocks the address.
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

/// The addresses that may be dialled: public ones that are neither this machine's nor in its network,
/// and those that the user granted one by one.
pub struct AddressPolicy {
    granted: Vec<SocketAddr>,
    /// Names, in lower case, and ports that may stand for a granted address.
    names: Vec<(String, u16)>,
    blocked: Vec<Prefix>,
    network: Box<dyn LocalNetwork>,
    by_user: bool,
}

impl AddressPolicy {
    /// Creates a policy that allows public addresses only.
    #[must_use]
    pub fn public_only() -> Self {
        Self::new(Vec::new(), Vec::new())
    }

    /// Creates a policy that allows public addresses but for those in `blocked`, and each address with
    /// its port in `granted`. A granted address is meant where a URL has this very address, or of
    /// loopback a name below `localhost`; no other name stands for it.
    #[must_use]
    pub fn new(granted: Vec<SocketAddr>, blocked: Vec<Prefix>) -> Self {
        let (names, by_user) = (Vec::new(), false);
        Self { granted, names, blocked, network: Box::new(SystemNetwork), by_user }
    }

    /// Adds names with ports that may stand for a granted address: `nas.local` and 8080.
    #[must_use]
    pub fn with_names(mut self, names: impl IntoIterator<Item = (String, u16)>) -> Self {
        let lower = |(name, port): (String, u16)| (name.to_ascii_lowercase(), port);
        self.names.extend(names.into_iter().map(lower));
        self
    }

    /// Creates a policy that allows every address but those of metadata services, and names of the
    /// local network: for a server that the user configured, such as a language model on this machine.
    /// Never for a URL that an extension, a document or a server names.
    #[must_use]
    pub fn for_server_of_the_user() -> Self {
        Self { by_user: true, ..Self::public_only() }
    }

    /// Returns whether the user granted the name itself, with its port.
    pub(crate) fn knows_name(&self, name: &str, port: u16) -> bool {
        self.by_user || self.names.iter().any(|(known, at)| (known.as_str(), *at) == (name, port))
    }

    /// Sets another view of the network that this machine is in.
    #[must_use]
    pub fn with_network(mut self, network: Box<dyn LocalNetwork>) -> Self {
        self.network = network;
        self
    }

    /// Checks that an address may be dialled for a URL that names this very address.
    ///
    /// ```
    /// use ext_net::AddressPolicy;
    ///
    /// let policy = AddressPolicy::new(vec!["127.0.0.1:8080".parse()?], Vec::new());
    /// assert!(policy.vet("127.0.0.1:8080".parse()?).is_ok());
    /// assert!(policy.vet("127.0.0.1:8081".parse()?).is_err());
    /// # Ok::<(), std::net::AddrParseError>(())
    /// ```
    ///
    /// # Errors
    /// [`AddressError`] when it is not public and not granted, this machine's own, in the local network,
    /// or blocked.
    pub fn vet(&self, address: SocketAddr) -> Result<VettedAddr, AddressError> {
        self.vet_if(address, true)
    }

    /// Checks that an address may be dialled to which the host of a URL was resolved. Whoever owns a name
    /// can let it stand for any address, so a granted one counts only for the hosts that may stand for it.
    ///
    /// # Errors
    /// As [`Self::vet`].
    pub fn vet_for(
        &self,
        url: &VettedUrl,
        address: SocketAddr,
    ) -> Result<VettedAddr, AddressError> {
        let host = url.host();
        let (ip, named) = (address.ip().to_canonical(), url.address());
        let is_meant = match named {
            Some(named) => named.to_canonical() == ip,
            None if host == "localhost" || host.ends_with(".localhost") => ip.is_loopback(),
            None => self.knows_name(&host, url.port()),
        };
        self.vet_if(address, is_meant)
    }

    fn vet_if(&self, address: SocketAddr, is_meant: bool) -> Result<VettedAddr, AddressError> {
        let address = SocketAddr::new(address.ip().to_canonical(), address.port());
        let class = classify(address.ip());
        let granted = self.by_user || (is_meant && self.granted.contains(&address));
        if granted && class != Class::Metadata {
            return Ok(VettedAddr(address));
        }
        if class != Class::Public {
            return Err(AddressError::NotPublic { class });
        }
        self.vet_public(address.ip())?;
        Ok(VettedAddr(address))
    }

    fn vet_public(&self, address: IpAddr) -> Result<(), AddressError> {
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
            .field("names", &self.names)
            .field("blocked", &self.blocked)
            .field("by_user", &self.by_user)
            .finish_non_exhaustive()
    }
}
