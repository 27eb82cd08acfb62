//! The addresses that may be dialled, and those that may not.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use ext_net::{AddressError, AddressPolicy, Class, LocalNetwork, VettedUrl, classify};

/// A network of which the test says what it is.
struct Stub {
    own: Vec<IpAddr>,
    source: Option<IpAddr>,
}

impl LocalNetwork for Stub {
    fn is_own(&self, address: IpAddr) -> bool {
        self.own.contains(&address)
    }

    fn source(&self, _: IpAddr) -> Option<IpAddr> {
        self.source
    }
}

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn at(text: &str) -> SocketAddr {
    SocketAddr::new(ip(text), 443)
}

fn policy(granted: &[&str], blocked: &[&str]) -> AddressPolicy {
    let granted = granted.iter().map(|text| text.parse().unwrap()).collect();
    let blocked = blocked.iter().map(|text| text.parse().unwrap()).collect();
    let own = vec![ip("203.1.1.1"), ip("2a00:1:2:3::9")];
    let stub = Stub { own, source: Some(ip("2a00:1:2:3::9")) };
    AddressPolicy::new(granted, blocked).with_network(Box::new(stub))
}

#[test]
fn net_12_each_special_block_of_ipv4_ends_where_it_says() {
    let blocks = [
        ("0.0.0.0", 8),
        ("10.0.0.0", 8),
        ("100.64.0.0", 10),
        ("127.0.0.0", 8),
        ("169.254.0.0", 16),
        ("172.16.0.0", 12),
        ("192.0.0.0", 24),
        ("192.0.2.0", 24),
        ("192.31.196.0", 24),
        ("192.52.193.0", 24),
        ("192.88.99.0", 24),
        ("192.168.0.0", 16),
        ("192.175.48.0", 24),
        ("198.18.0.0", 15),
        ("198.51.100.0", 24),
        ("203.0.113.0", 24),
        ("224.0.0.0", 4),
        ("240.0.0.0", 4),
    ];
    let inside = |address: u32| {
        blocks.iter().any(|(block, length)| {
            let block = u32::from(block.parse::<Ipv4Addr>().unwrap());
            (block ^ address) >> (32 - length) == 0
        })
    };
    for (block, length) in blocks {
        let first = u32::from(block.parse::<Ipv4Addr>().unwrap());
        let last = first + ((1_u64 << (32 - length)) - 1) as u32;
        for address in [first.wrapping_sub(1), first, last, last.wrapping_add(1)] {
            let public = classify(Ipv4Addr::from(address).into()) == Class::Public;
            assert_eq!(public, !inside(address), "{}", Ipv4Addr::from(address));
        }
    }
}

#[test]
fn net_03_net_08_loopback_and_unspecified() {
    for text in ["127.0.0.1", "127.127.127.127", "0.0.0.0", "255.255.255.255", "::", "::1"] {
        let refused = policy(&[], &[]).vet(at(text));
        assert!(matches!(refused, Err(AddressError::NotPublic { .. })), "{text}");
    }
    for text in ["1.1.1.1", "93.184.215.14", "2606:4700::1111"] {
        assert_eq!(policy(&[], &[]).vet(at(text)).unwrap().get(), at(text), "{text}");
    }
}

#[test]
fn net_09_ipv4_inside_ipv6_is_vetted_as_what_it_is() {
    for text in [
        "::ffff:127.0.0.1",
        "::ffff:7f00:1",
        "::ffff:10.0.0.1",
        "::127.0.0.1",
        "::ffff:0:127.0.0.1",
        "::ffff:169.254.169.254",
    ] {
        assert_ne!(classify(ip(text)), Class::Public, "{text}");
    }
    // The mapped form of a public address is that address, also when it is dialled.
    assert_eq!(policy(&[], &[]).vet(at("::ffff:1.1.1.1")).unwrap().get(), at("1.1.1.1"));
}

#[test]
fn net_11_tunnels_and_special_blocks_of_ipv6() {
    let refused = [
        "2002:7f00:1::",
        "2002:a9fe:a9fe::",
        "2002:101:101::",
        "2001::1",
        "2001:20::1",
        "2001:10::1",
        "2001:1ff:ffff::",
        "100::1",
        "5f00::1",
        "fec0::1",
        "fe80::1",
        "fc00::1",
        "fd00::1",
        "ff02::1",
        "64:ff9b::7f00:1",
        "64:ff9b::101:101",
        "64:ff9b:1::1",
        "2001:db8::1",
        "3fff:fff::1",
        "2620:4f:8000::1",
        "4000::1",
        "1fff::1",
        "200::1",
    ];
    for text in refused {
        assert!(matches!(classify(ip(text)), Class::Special(_)), "{text}");
    }
    for text in ["2001:200::1", "2003::1", "2620:4f:8001::1", "3fff:1000::1", "2001:db9::1"] {
        assert_eq!(classify(ip(text)), Class::Public, "{text}");
    }
}

#[test]
fn net_14_metadata_services_are_refused_even_when_the_user_granted_them() {
    let services = [
        "169.254.169.254",
        "169.254.170.2",
        "100.100.100.200",
        "192.0.0.192",
        "168.63.129.16",
        "fd00:ec2::254",
        "::ffff:169.254.169.254",
    ];
    for text in services {
        let granted = policy(&[&at(text).to_string()], &[]);
        let refused = granted.vet(at(text));
        assert_eq!(refused, Err(AddressError::NotPublic { class: Class::Metadata }), "{text}");
    }
    // The twin: another address of the same block, which the user may grant.
    assert!(policy(&["169.254.169.253:443"], &[]).vet(at("169.254.169.253")).is_ok());
}

#[test]
fn a_grant_is_for_one_address_and_one_port() {
    let policy = policy(&["127.0.0.1:443", "192.168.1.10:8080"], &[]);
    assert_eq!(policy.vet(at("127.0.0.1")).unwrap().get(), at("127.0.0.1"));
    assert_eq!(policy.vet(at("::ffff:127.0.0.1")).unwrap().get(), at("127.0.0.1"));
    assert!(policy.vet("192.168.1.10:8080".parse().unwrap()).is_ok());
    for other in ["127.0.0.1:444", "127.0.0.2:443", "192.168.1.10:443", "192.168.1.11:8080"] {
        assert!(policy.vet(other.parse().unwrap()).is_err(), "{other}");
    }
}

#[test]
fn net_15_addresses_of_this_machine_are_refused() {
    assert_eq!(policy(&[], &[]).vet(at("203.1.1.1")), Err(AddressError::Own));
    assert!(policy(&["203.1.1.1:443"], &[]).vet(at("203.1.1.1")).is_ok());
    assert!(policy(&[], &[]).vet(at("203.1.1.2")).is_ok());
}

#[test]
fn net_54_the_own_ipv6_network_is_refused() {
    assert_eq!(policy(&[], &[]).vet(at("2a00:1:2:3::1")), Err(AddressError::LocalNetwork));
    assert!(policy(&["[2a00:1:2:3::1]:443"], &[]).vet(at("2a00:1:2:3::1")).is_ok());
    assert!(policy(&[], &[]).vet(at("2a00:1:2:4::1")).is_ok());
}

#[test]
fn net_53_the_users_block_list_is_honoured() {
    let blocking = policy(&[], &["8.8.0.0/16", "2606:4700::/32"]);
    for text in ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.4.4"] {
        assert_eq!(blocking.vet(at(text)), Err(AddressError::Blocked), "{text}");
    }
    assert!(blocking.vet(at("8.9.0.1")).is_ok());
}

/// Whoever owns a name can let it stand for any address.
#[test]
fn a_granted_address_is_meant_by_itself_and_by_the_names_that_may_stand_for_it() {
    let granted = ["127.0.0.1:8080", "[::1]:8080", "192.168.1.10:8080"];
    let policy = policy(&granted, &[]).with_names([("nas.local".to_owned(), 8080)]);
    let dials = |host: &str, address: &str| {
        let url = VettedUrl::vet(&format!("http://{host}:8080/"), &policy, |_, _, _| true).unwrap();
        policy.vet_for(&url, SocketAddr::new(ip(address), 8080)).is_ok()
    };
    for (host, address) in [
        ("127.0.0.1", "127.0.0.1"),
        ("[::1]", "::1"),
        ("[::ffff:127.0.0.1]", "127.0.0.1"),
        ("192.168.1.10", "192.168.1.10"),
        ("api.localhost", "127.0.0.1"),
        ("api.localhost", "::1"),
        ("nas.local", "192.168.1.10"),
        ("evil.example.com", "1.1.1.1"),
    ] {
        assert!(dials(host, address), "{host} {address}");
    }
    for (host, address) in [
        ("evil.example.com", "127.0.0.1"),
        ("evil.example.com", "::1"),
        ("evil.example.com", "192.168.1.10"),
        ("127.0.0.1.evil.example.com", "127.0.0.1"),
        ("evil-localhost.example.com", "127.0.0.1"),
        ("api.localhost", "192.168.1.10"),
        ("nas.local", "192.168.1.11"),
        ("127.0.0.1", "192.168.1.10"),
    ] {
        assert!(!dials(host, address), "{host} {address}");
    }
}
