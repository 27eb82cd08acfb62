//! A block of addresses.

use std::{fmt, net::IpAddr, str::FromStr};

use thiserror::Error;

/// A block of addresses: `192.0.2.0/24`, `2001:db8::/32`; an address alone is the block of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Prefix {
    address: IpAddr,
    length: u8,
}

/// The error of a text that is not a valid block of addresses.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{}` is not a valid block of addresses: write one such as 192.0.2.0/24 or 2001:db8::/32", .0.escape_debug())]
pub struct PrefixError(String);

impl Prefix {
    pub(crate) const fn v4(octets: [u8; 4], length: u8) -> Self {
        let [a, b, c, d] = octets;
        Self { address: IpAddr::V4(std::net::Ipv4Addr::new(a, b, c, d)), length }
    }

    pub(crate) const fn v6(segments: [u16; 8], length: u8) -> Self {
        let [a, b, c, d, e, f, g, h] = segments;
        let address = std::net::Ipv6Addr::new(a, b, c, d, e, f, g, h);
        Self { address: IpAddr::V6(address), length }
    }

    /// Returns whether the block contains an address. A block of IPv4 contains no address of IPv6, and
    /// the reverse.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.address, address) {
            (IpAddr::V4(block), IpAddr::V4(address)) => {
                let (block, address) = (u32::from(block), u32::from(address));
                (block ^ address).checked_shr(32 - u32::from(self.length)).unwrap_or(0) == 0
            }
            (IpAddr::V6(block), IpAddr::V6(address)) => {
                let (block, address) = (u128::from(block), u128::from(address));
                (block ^ address).checked_shr(128 - u32::from(self.length)).unwrap_or(0) == 0
            }
            _ => false,
        }
    }
}

impl FromStr for Prefix {
    type Err = PrefixError;

    fn from_str(text: &str) -> Result<Self, PrefixError> {
        let parse = || {
            let (address, length) =
                text.split_once('/').map_or((text, None), |(a, l)| (a, Some(l)));
            let address: IpAddr = address.parse().ok()?;
            let most = if address.is_ipv4() { 32 } else { 128 };
            let length = length.map_or(Some(most), |length| length.parse().ok())?;
            (length <= most).then_some(Self { address, length })
        };
        parse().ok_or_else(|| PrefixError(text.to_owned()))
    }
}

impl fmt::Display for Prefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_end_where_they_say() {
        let block: Prefix = "192.0.2.0/24".parse().unwrap();
        for (address, inside) in [
            ("192.0.1.255", false),
            ("192.0.2.0", true),
            ("192.0.2.255", true),
            ("192.0.3.0", false),
        ] {
            assert_eq!(block.contains(address.parse().unwrap()), inside, "{address}");
        }
        let everything: Prefix = "::/0".parse().unwrap();
        assert!(everything.contains("ffff::1".parse().unwrap()));
        assert!(!everything.contains("1.2.3.4".parse().unwrap()));
        let one: Prefix = "2001:db8::1".parse().unwrap();
        assert!(one.contains("2001:db8::1".parse().unwrap()));
        assert!(!one.contains("2001:db8::2".parse().unwrap()));
    }

    #[test]
    fn what_is_no_block_is_refused() {
        for text in ["", "/", "1.2.3.4/33", "::/129", "1.2.3/8", "1.2.3.4/-1", "a/8", "1.2.3.4/8/8"]
        {
            assert!(text.parse::<Prefix>().is_err(), "{text}");
        }
    }
}
