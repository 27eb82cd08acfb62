//! What this machine is in its network.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};

/// What the judge has to know of the network that this machine is in.
pub trait LocalNetwork: Send + Sync {
    /// Whether the address is one of this machine's own.
    fn is_own(&self, address: IpAddr) -> bool;

    /// The address that this machine would send from; `None` when there is no route.
    fn source(&self, to: IpAddr) -> Option<IpAddr>;
}

/// Asks the system, by sockets that send nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemNetwork;

impl LocalNetwork for SystemNetwork {
    /// Only an own address can be bound.
    fn is_own(&self, address: IpAddr) -> bool {
        UdpSocket::bind((address, 0)).is_ok()
    }

    /// Connecting a UDP socket chooses the route; no packet leaves.
    fn source(&self, to: IpAddr) -> Option<IpAddr> {
        let any: IpAddr = match to {
            IpAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
            IpAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
        };
        let socket = UdpSocket::bind((any, 0)).ok()?;
        // The port is of no importance; 9 is "discard".
        socket.connect(SocketAddr::new(to, 9)).ok()?;
        Some(socket.local_addr().ok()?.ip())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_is_own_and_documentation_is_not() {
        assert!(SystemNetwork.is_own(Ipv4Addr::LOCALHOST.into()));
        assert!(!SystemNetwork.is_own("192.0.2.1".parse().unwrap()));
        let source = SystemNetwork.source(Ipv4Addr::LOCALHOST.into());
        assert_eq!(source, Some(Ipv4Addr::LOCALHOST.into()));
    }
}
