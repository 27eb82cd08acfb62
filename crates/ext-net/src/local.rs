//! The addresses and routes of this machine in its network.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};

/// The view of the network that this machine is in, which the address policy needs.
pub trait LocalNetwork: Send + Sync {
    /// Returns whether the address is one of this machine's own.
    fn is_own(&self, address: IpAddr) -> bool;

    /// Returns the address that this machine would send from; `None` when there is no route.
    fn source(&self, to: IpAddr) -> Option<IpAddr>;
}

/// The view of the operating system, asked by sockets that send nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemNetwork;

impl LocalNetwork for SystemNetwork {
    /// Binds a socket, which only an own address allows.
    fn is_own(&self, address: IpAddr) -> bool {
        UdpSocket::bind((address, 0)).is_ok()
    }

    /// Connects a UDP socket, which chooses the route; no packet is sent.
    fn source(&self, to: IpAddr) -> Option<IpAddr> {
        let any: IpAddr = match to {
            IpAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
            IpAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
        };
        let socket = UdpSocket::bind((any, 0)).ok()?;
        // Any port will do; 9 is "discard".
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
