//! What holds for every URL and every address.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use ext_net::{AddressPolicy, Class, LocalNetwork, Scheme, VettedUrl, classify};
use proptest::prelude::*;

struct Nowhere;

impl LocalNetwork for Nowhere {
    fn is_own(&self, _: IpAddr) -> bool {
        false
    }

    fn source(&self, _: IpAddr) -> Option<IpAddr> {
        None
    }
}

fn policy() -> AddressPolicy {
    AddressPolicy::public_only().with_network(Box::new(Nowhere))
}

/// URLs out of pieces that parsers are known to disagree about.
fn urls() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "http:",
        "https:",
        "/",
        "//",
        "\\",
        "@",
        ":",
        "#",
        "?",
        "%",
        "%2f",
        "%00",
        ".",
        "..",
        "good.com",
        "evil.com",
        "127.0.0.1",
        "0x7f",
        "1",
        "[::1]",
        "[",
        "]",
        "xn--",
        "ⓔ",
        "。",
        "\t",
        " ",
        "80",
        "443",
        "a",
        "b",
        "-",
        "_",
        "*",
        "&",
        "\u{ad}",
        "é",
        "localhost",
    ]);
    let pieces = prop::collection::vec(piece, 0..10).prop_map(|pieces| pieces.concat());
    prop_oneof![
        pieces.clone(),
        pieces.prop_map(|rest| format!("https://{rest}")),
        ".*",
        "https?://[ -~]{0,40}"
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]

    /// The host that is judged is the host that an independent parse of the result finds, that goes
    /// into `Host`, and that is dialled; judging the result again changes nothing.
    #[test]
    fn net_57_the_judged_host_is_the_one_host(text in urls()) {
        let mut judged = None;
        let result = VettedUrl::judge(&text, &policy(), |scheme, host, port| {
            judged = Some((scheme, host.to_owned(), port));
            true
        });
        if let Ok(url) = result {
            let (scheme, host, port) = judged.unwrap();
            prop_assert_eq!((url.scheme(), url.host(), url.port()), (scheme, host.clone(), port));
            let parsed = url::Url::parse(&url.as_str()).unwrap();
            prop_assert_eq!(parsed.host_str().unwrap().trim_matches(['[', ']']), host.as_str());
            prop_assert_eq!(parsed.port_or_known_default(), Some(port));
            let header = url.host_header();
            let name = header.strip_suffix(&format!(":{port}")).unwrap_or(&header);
            prop_assert_eq!(name.trim_matches(['[', ']']), host.as_str());
            let again = VettedUrl::judge(&url.as_str(), &policy(), |_, _, _| true);
            prop_assert_eq!(again.as_ref(), Ok(&url));
            let default = if scheme == Scheme::Https { 443 } else { 80 };
            prop_assert_eq!(header.ends_with(&format!(":{port}")), port != default);
            if let Some(address) = url.address() {
                prop_assert_eq!(classify(address), Class::Public);
            }
        }
    }

    /// Whatever a server writes into `Location`, only what was granted comes out.
    #[test]
    fn net_57_redirects_stay_within_the_grant(target in urls()) {
        let granted = |scheme, host: &str, port| (scheme, host, port) == (Scheme::Https, "good.com", 443);
        let from = VettedUrl::judge("https://good.com/a", &policy(), granted).unwrap();
        if let Ok(to) = from.join(&target, &policy(), granted) {
            prop_assert!(from.same_origin(&to));
        }
    }

    #[test]
    fn net_12_no_special_address_gets_through(bits in any::<u32>()) {
        let address = Ipv4Addr::from(bits);
        let special = address.is_private() || address.is_loopback() || address.is_link_local()
            || address.is_broadcast() || address.is_documentation() || address.is_multicast()
            || address.is_unspecified();
        let judged = policy().judge(SocketAddr::new(address.into(), 443));
        prop_assert!(!(special && judged.is_ok()), "{}", address);
    }

    #[test]
    fn net_11_only_global_unicast_gets_through(bits in any::<u128>()) {
        let address = Ipv6Addr::from(bits);
        if let Ok(judged) = policy().judge(SocketAddr::new(address.into(), 443)) {
            prop_assert!(judged.get().is_ipv4() || address.segments()[0] >> 13 == 1, "{}", address);
        }
    }
}
