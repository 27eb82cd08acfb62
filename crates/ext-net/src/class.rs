//! The classes of addresses, by the registries of IANA.
//!
//! `std` has no stable "is this address public", and crates that have one call translated addresses
//! (NAT64, 6to4, Teredo) public, behind which any IPv4 address can stand. Hence a table of our own:
//! <https://www.iana.org/assignments/iana-ipv4-special-registry> and
//! <https://www.iana.org/assignments/iana-ipv6-special-registry>, read in 2026. Every special block
//! is refused, also those that IANA calls globally reachable: none of them serves an API.

use std::net::IpAddr;

use crate::Prefix;

/// The class of an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// An ordinary address of the internet.
    Public,
    /// An address in a special block, with its name: `"loopback"`, `"private"`.
    Special(&'static str),
    /// The address of a metadata service, which hands out a cloud's credentials to everyone inside.
    /// Never dialled, not even when the user granted it.
    Metadata,
}

/// Returns the class of an address. An IPv4 address inside an IPv6 one (`::ffff:0:0/96`) has the class
/// of the IPv4 address.
///
/// ```
/// use ext_net::{Class, classify};
///
/// assert_eq!(classify("1.1.1.1".parse()?), Class::Public);
/// assert_eq!(classify("::ffff:127.0.0.1".parse()?), Class::Special("loopback"));
/// # Ok::<(), std::net::AddrParseError>(())
/// ```
#[must_use]
pub fn classify(address: IpAddr) -> Class {
    let address = address.to_canonical();
    let within = |prefixes: &[Prefix]| prefixes.iter().any(|prefix| prefix.contains(address));
    if within(METADATA) {
        return Class::Metadata;
    }
    let special = SPECIAL.iter().find(|(prefix, _)| prefix.contains(address));
    match (special, address) {
        (Some((_, name)), _) => Class::Special(name),
        (None, IpAddr::V6(_)) if !within(&[GLOBAL_UNICAST]) => Class::Special("not global unicast"),
        (None, _) => Class::Public,
    }
}

/// The only block of IPv6 that IANA gives out for ordinary use.
const GLOBAL_UNICAST: Prefix = Prefix::v6([0x2000, 0, 0, 0, 0, 0, 0, 0], 3);

/// Metadata services of clouds: AWS, GCP, Azure, Oracle, Alibaba, DigitalOcean.
const METADATA: &[Prefix] = &[
    Prefix::v4([169, 254, 169, 254], 32),
    Prefix::v4([169, 254, 170, 2], 32),
    Prefix::v4([169, 254, 170, 23], 32),
    Prefix::v4([100, 100, 100, 200], 32),
    Prefix::v4([192, 0, 0, 192], 32),
    // Azure's, in the middle of public addresses.
    Prefix::v4([168, 63, 129, 16], 32),
    Prefix::v6([0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254], 128),
    Prefix::v6([0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x23], 128),
    Prefix::v6([0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254], 128),
];

const SPECIAL: &[(Prefix, &str)] = &[
    (Prefix::v4([0, 0, 0, 0], 8), "this network"),
    (Prefix::v4([10, 0, 0, 0], 8), "private"),
    (Prefix::v4([100, 64, 0, 0], 10), "shared"),
    (Prefix::v4([127, 0, 0, 0], 8), "loopback"),
    (Prefix::v4([169, 254, 0, 0], 16), "link-local"),
    (Prefix::v4([172, 16, 0, 0], 12), "private"),
    (Prefix::v4([192, 0, 0, 0], 24), "protocol assignments"),
    (Prefix::v4([192, 0, 2, 0], 24), "documentation"),
    (Prefix::v4([192, 31, 196, 0], 24), "AS112"),
    (Prefix::v4([192, 52, 193, 0], 24), "AMT"),
    (Prefix::v4([192, 88, 99, 0], 24), "6to4 relay"),
    (Prefix::v4([192, 168, 0, 0], 16), "private"),
    (Prefix::v4([192, 175, 48, 0], 24), "AS112"),
    (Prefix::v4([198, 18, 0, 0], 15), "benchmarking"),
    (Prefix::v4([198, 51, 100, 0], 24), "documentation"),
    (Prefix::v4([203, 0, 113, 0], 24), "documentation"),
    (Prefix::v4([224, 0, 0, 0], 4), "multicast"),
    (Prefix::v4([240, 0, 0, 0], 4), "reserved"),
    (Prefix::v6([0, 0, 0, 0, 0, 0, 0, 0], 128), "unspecified"),
    (Prefix::v6([0, 0, 0, 0, 0, 0, 0, 1], 128), "loopback"),
    (Prefix::v6([0x64, 0xff9b, 0, 0, 0, 0, 0, 0], 96), "NAT64"),
    (Prefix::v6([0x64, 0xff9b, 1, 0, 0, 0, 0, 0], 48), "NAT64"),
    (Prefix::v6([0x100, 0, 0, 0, 0, 0, 0, 0], 64), "discard"),
    // Teredo (2001::/32), ORCHID (2001:10::/28, 2001:20::/28), benchmarking and others.
    (Prefix::v6([0x2001, 0, 0, 0, 0, 0, 0, 0], 23), "protocol assignments"),
    (Prefix::v6([0x2001, 0xdb8, 0, 0, 0, 0, 0, 0], 32), "documentation"),
    (Prefix::v6([0x2002, 0, 0, 0, 0, 0, 0, 0], 16), "6to4"),
    (Prefix::v6([0x2620, 0x4f, 0x8000, 0, 0, 0, 0, 0], 48), "AS112"),
    (Prefix::v6([0x3fff, 0, 0, 0, 0, 0, 0, 0], 20), "documentation"),
    (Prefix::v6([0x5f00, 0, 0, 0, 0, 0, 0, 0], 16), "segment routing"),
    (Prefix::v6([0xfc00, 0, 0, 0, 0, 0, 0, 0], 7), "private"),
    (Prefix::v6([0xfe80, 0, 0, 0, 0, 0, 0, 0], 10), "link-local"),
    (Prefix::v6([0xfec0, 0, 0, 0, 0, 0, 0, 0], 10), "site-local"),
    (Prefix::v6([0xff00, 0, 0, 0, 0, 0, 0, 0], 8), "multicast"),
];
