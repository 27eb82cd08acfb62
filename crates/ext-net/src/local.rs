//! The addresses and routes of this machine in its network.

use std::io;
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
    /// Binds a socket, which only an own address allows. Any other answer than "not an address of this
    /// machine" leaves it open, as when no file can be opened any more, and counts as yes.
    fn is_own(&self, address: IpAddr) -> bool {
        is_own(UdpSocket::bind((address, 0)).map(drop))
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

fn is_own(bound: io::Result<()>) -> bool {
    !bound.is_err_and(|error| error.kind() == io::ErrorKind::AddrNotAvailable)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_found_out_counts_as_own() {
        const EMFILE: i32 = 24;
        assert!(is_own(Ok(())));
        assert!(is_own(Err(io::Error::from_raw_os_error(EMFILE))));
        assert!(!is_own(Err(io::ErrorKind::AddrNotAvailable.into())));
    }

    #[test]
    fn loopback_is_own_and_documentation_is_not() {
        assert!(SystemNetwork.is_own(Ipv4Addr::LOCALHOST.into()));
        assert!(!SystemNetwork.is_own("192.0.2.1".parse().unwrap()));
        let source = SystemNetwork.source(Ipv4Addr::LOCALHOST.into());
        assert_eq!(source, Some(Ipv4Addr::LOCALHOST.into()));
    }
}
