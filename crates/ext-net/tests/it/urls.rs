//! The URLs that may be requested, and those that may not.

use std::cell::RefCell;

use ext_net::{AddressPolicy, LocalNetwork, Scheme, UrlError, VetError, VettedUrl};

/// A machine without a network, so that no test depends on the one that it runs on.
struct Nowhere;

impl LocalNetwork for Nowhere {
    fn is_own(&self, _: std::net::IpAddr) -> bool {
        false
    }

    fn source(&self, _: std::net::IpAddr) -> Option<std::net::IpAddr> {
        None
    }
}

fn policy() -> AddressPolicy {
    AddressPolicy::public_only().with_network(Box::new(Nowhere))
}

/// Vets with everything granted: what is refused is refused for its form or its address.
fn vet(text: &str) -> Result<VettedUrl, UrlError> {
    VettedUrl::vet(text, &policy(), |_, _, _| true)
}

/// Vets with `https://good.com` granted.
fn good(text: &str) -> Result<VettedUrl, UrlError> {
    let granted =
        |scheme, host: &str, port| (scheme, host, port) == (Scheme::Https, "good.com", 443);
    VettedUrl::vet(text, &policy(), granted)
}

fn assert_address(text: &str) {
    let refused = vet(text);
    assert!(matches!(refused, Err(UrlError::Address { .. })), "{text}: {refused:?}");
}

#[test]
fn net_03_net_05_net_06_ipv4_in_every_spelling() {
    let spellings = [
        "127.0.0.1",
        "127.1",
        "127.0.1",
        "0",
        "0.0.0.0",
        "127.127.127.127",
        "127.0.0.0",
        "255.255.255.255",
        "0177.0.0.1",
        "0251.0376.0251.0376",
        "0251.00376.000251.0000376",
        "0x7f000001",
        "0x7f.0x0.0x0.0x1",
        "0xA9FEA9FE",
        "0x7f.1",
        "2130706433",
        "017700000001",
        "127.0.0.1.",
        "１２７.0.0.1",
        "127。0。0。1",
    ];
    for host in spellings {
        assert_address(&format!("https://{host}/"));
    }
    // The twin: an ordinary address.
    assert_eq!(vet("https://1.1.1.1/").unwrap().host(), "1.1.1.1");
}

#[test]
fn net_05_net_06_what_looks_like_a_number_is_no_name() {
    for host in
        ["0o177", "q177", "o177", "localhost", "intranet", "0x41414141A9FEA9FE", "1.2.3.4.5"]
    {
        assert!(vet(&format!("https://{host}/")).is_err(), "{host}");
    }
}

#[test]
fn net_08_net_09_ipv6_in_every_spelling() {
    for host in [
        "[::]",
        "[::1]",
        "[0000::1]",
        "[0:0:0:0:0:0:0:1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::127.0.0.1]",
        "[::ffff:0:127.0.0.1]",
        "[fd00:ec2::254]",
    ] {
        assert_address(&format!("https://{host}/"));
    }
    for host in ["[fe80::1%25lo]", "[fe80::1%lo]", "[::1", "::1", "[v1.a]"] {
        assert!(vet(&format!("https://{host}/")).is_err(), "{host}");
    }
    let vetted = vet("https://[2606:4700::1111]:8443/").unwrap();
    assert_eq!((vetted.host().as_str(), vetted.port()), ("2606:4700::1111", 8443));
    assert_eq!(vetted.host_header(), "[2606:4700::1111]:8443");
}

#[test]
fn net_14_names_of_metadata_services() {
    for host in ["metadata.google.internal", "METADATA.google.internal", "metadata.azure.internal"]
    {
        let refused = vet(&format!("http://{host}/"));
        assert!(matches!(refused, Err(UrlError::Name(_))), "{host}: {refused:?}");
    }
    assert!(vet("https://metadata.example.com/").is_ok());
}

#[test]
fn net_17_net_18_urls_that_parsers_read_in_two_ways() {
    let tricks = [
        "https://api.good.com@evil.com/",
        "https://good.com:443@evil.com",
        "https://evil.com\\@good.com",
        "https://@good.com/",
        "https://:@good.com/",
        "http://127.1.1.1:80\\@127.2.2.2:80/",
        "http://127.1.1.1:80@@127.2.2.2",
        "http:127.0.0.1/",
        "http:/good.com/",
        "http:///good.com",
        "https:good.com",
        "http://1.1.1.1 &@2.2.2.2# @3.3.3.3/",
        "http://good.com:80:81",
        "ht\ntps://good.com/",
        " https://good.com/",
        "https://good.com/\t",
        "https://good.com\u{0}/",
        "https://go\u{a0}od.com/",
        "//good.com/",
        "good.com",
        "",
        "https://",
        "https://?",
        "https://#",
        "https://good..com/",
        "https://good.com./",
        "https://.good.com/",
    ];
    for text in tricks {
        assert!(good(text).is_err(), "{text:?}");
    }
}

#[test]
fn net_17_what_follows_the_host_does_not_change_it() {
    for text in [
        "https://good.com#@evil.com/",
        "https://good.com?@evil.com/",
        "https://good.com/@evil.com",
        "HTTPS://GOOD.com:443/",
        "https://good.com/a?b=c#d",
    ] {
        let vetted = good(text).unwrap();
        assert_eq!((vetted.host().as_str(), vetted.port()), ("good.com", 443), "{text}");
        assert!(!vetted.as_str().contains('#'), "{text}");
    }
}

#[test]
fn net_02_scheme_and_port_are_part_of_the_grant() {
    for text in [
        "http://good.com/",
        "https://good.com:80/",
        "https://good.com:22/",
        "https://evil.com/",
        "https://a.good.com/",
        "http://good.com:443/",
    ] {
        let refused = good(text);
        assert!(matches!(refused, Err(UrlError::Denied { .. })), "{text}: {refused:?}");
    }
}

#[test]
fn net_20_names_in_other_scripts_are_vetted_in_ascii() {
    let host = |text: &str| vet(text).map(|vetted| vetted.host());
    assert_eq!(host("https://ⓔⓧⓐⓜⓟⓛⓔ.com/").unwrap(), "example.com");
    assert_eq!(host("https://good。com/").unwrap(), "good.com");
    assert_eq!(host("https://go\u{ad}od.com/").unwrap(), "good.com");
    assert_eq!(host("https://bücher.example/").unwrap(), "xn--bcher-kva.example");
    assert!(good("https://gооd.com/").is_err(), "two of the letters are Cyrillic");
    // Punycode of plain ASCII: a second spelling of the same name.
    for text in ["https://xn--good-.com/", "https://xn--.com/", "https://xn--a-.example/"] {
        assert!(vet(text).is_err(), "{text}");
    }
}

#[test]
fn net_21_escaped_hosts_are_refused() {
    for host in [
        "%31%32%37.0.0.1",
        "%6c%6fcalhost",
        "good.com%2f@evil.com",
        "good.com%00.evil.com",
        "g%6fod.com",
    ] {
        assert!(good(&format!("https://{host}/")).is_err(), "{host}");
    }
}

#[test]
fn net_02_net_15_mail_servers_are_vetted_as_urls_are() {
    let vet = |text: &str| {
        VettedUrl::vet_mail_server(text, &policy(), |scheme, host, port| {
            scheme.is_mail() && host == "imap.good.com" && port != 25
        })
    };
    for (text, origin, port) in [
        ("imaps://imap.good.com", "imaps://imap.good.com", 993),
        ("IMAPS://IMAP.Good.com/", "imaps://imap.good.com", 993),
        ("imaps://imap.good.com:993", "imaps://imap.good.com", 993),
        ("imaps://imap.good.com:443", "imaps://imap.good.com:443", 443),
        ("imaps://ⓘmap.good。com", "imaps://imap.good.com", 993),
    ] {
        let vetted = vet(text).unwrap();
        assert_eq!((vetted.origin().as_str(), vetted.port()), (origin, port), "{text}");
        assert_eq!((&*vetted.as_str(), vetted.scheme()), (origin, Scheme::Imaps), "{text}");
    }
    let turning = vet("imap://imap.good.com").unwrap();
    assert_eq!((turning.origin().as_str(), turning.port()), ("imap://imap.good.com", 143));
    assert_eq!(turning.scheme(), Scheme::Imap);
    assert_eq!(vet("imap://imap.good.com:993").unwrap().origin(), "imap://imap.good.com:993");
    for text in ["https://imap.good.com", "imapx://imap.good.com", "imap.good.com", "imaps"] {
        assert_eq!(vet(text), Err(UrlError::Scheme("imaps or imap")), "{text}");
    }
    for text in [
        "imaps:imap.good.com",
        "imaps://",
        "imaps://ada@imap.good.com",
        "imaps://imap.good.com/INBOX",
        "imaps://imap.good.com?a",
        "imaps://imap.good.com#@evil.com",
        "imaps://imap.good.com\\@evil.com",
        "imaps://%69map.good.com",
        "imaps://imap.good.com:0",
        "imaps://imap.good.com:99999",
        "imaps://imap. good.com",
        "imaps://0x7f.1",
        "imaps://2130706433",
        "imaps://[::1]",
        "imaps://[::ffff:127.0.0.1]:993",
        "imaps://localhost",
        "imaps://metadata.google.internal",
        "imaps://evil.com",
        "imaps://imap.good.com:25",
    ] {
        assert!(vet(text).is_err(), "{text}");
    }
}

#[test]
fn net_51_other_schemes_and_ports() {
    for text in [
        "file:///etc/passwd",
        "unix:/run/x.sock",
        "http+unix://%2frun%2fx/",
        "ftp://good.com/",
        "gopher://good.com/",
        "data:text/plain,a",
        "javascript://good.com/%0aalert(1)",
        "ws://good.com/",
        "blob:https://good.com/",
    ] {
        assert_eq!(vet(text), Err(UrlError::Scheme("https or http")), "{text}");
    }
    for text in [
        "http://[::]:0/",
        "https://good.com:0/",
        "https://good.com:65536/",
        "https://good.com:-1/",
        "https://good.com:４４３/x",
    ] {
        assert!(good(text).is_err(), "{text}");
    }
}

#[test]
fn net_32_net_56_targets_of_redirects_are_vetted_again() {
    let from = good("https://good.com/a/b?c").unwrap();
    let asked = RefCell::new(Vec::new());
    let join = |target: &str| {
        from.join(target, &policy(), |scheme, host, port| {
            asked.borrow_mut().push((scheme, host.to_owned(), port));
            host == "good.com" && scheme == Scheme::Https
        })
    };
    assert_eq!(join("../x?y#z").unwrap().as_str(), "https://good.com/x?y");
    assert_eq!(join("//good.com:8443/").unwrap().port(), 8443);
    for target in ["http://good.com/", "https://evil.com/", "//evil.com/"] {
        assert!(matches!(join(target), Err(UrlError::Denied { .. })), "{target}");
    }
    for target in ["//127.1/", "https://[::1]/", "http://169.254.169.254/latest/"] {
        assert!(matches!(join(target), Err(UrlError::Address { .. })), "{target}");
    }
    for target in [
        "/\\evil.com/",
        "\\\\evil.com",
        "https:\\\\evil.com",
        "//user@good.com/",
        "file:///etc",
        "data:,x",
        "//",
        "https:///evil.com",
    ] {
        assert!(join(target).is_err(), "{target}");
    }
    // What was asked for is what would be dialled.
    assert!(asked.borrow().iter().all(|(_, host, _)| !host.contains(['@', '\\', '%'])));
}

#[test]
fn the_origin_of_a_url() {
    let vetted = |text| vet(text).unwrap();
    assert!(vetted("https://good.com/a").same_origin(&vetted("https://GOOD.com:443/b")));
    for other in ["http://good.com/", "https://good.com:444/", "https://a.good.com/"] {
        assert!(!vetted("https://good.com/a").same_origin(&vetted(other)), "{other}");
    }
    assert_eq!(vetted("https://good.com:444/a?b").host_header(), "good.com:444");
    assert_eq!(vetted("https://good.com/a?b").path_and_query(), "/a?b");
}

#[test]
fn net_16_names_for_other_uses_are_refused_before_a_resolver_is_asked() {
    for host in [
        "nas.local",
        "printer.LOCAL",
        "db.internal",
        "expyuzz4wqqyqhjn.onion",
        "app.test",
        "x.invalid",
        "router.home.arpa",
        "1.0.0.127.in-addr.arpa",
        "x.alt",
        "localhost",
        "intranet",
    ] {
        let refused = vet(&format!("http://{host}/"));
        assert!(matches!(refused, Err(UrlError::Name(_))), "{host}: {refused:?}");
    }
    for host in ["local.example.com", "test.com", "internal.dev", "a.localhost", "onion.to"] {
        assert!(vet(&format!("http://{host}/")).is_ok(), "{host}");
    }
}

#[test]
fn net_16_a_name_is_known_with_the_port_that_the_user_granted() {
    let policy = policy()
        .with_names([("Nas.Local".to_owned(), 8080), ("metadata.google.internal".to_owned(), 80)]);
    let vet = |url: &str| VettedUrl::vet(url, &policy, |_, _, _| true);
    assert!(vet("http://nas.local:8080/").is_ok());
    for other in [
        "http://nas.local/",
        "http://other.local:8080/",
        "http://a.nas.local:8080/",
        "http://metadata.google.internal/",
    ] {
        assert!(matches!(vet(other), Err(UrlError::Name(_))), "{other}");
    }
}

#[test]
fn an_origin_about_which_nobody_can_decide_is_not_denied() {
    let vet = |url| VettedUrl::vet(url, &policy(), |_, _, _| Err::<bool, _>("the service is down"));
    assert_eq!(vet("https://good.com/"), Err(VetError::Undecided("the service is down")));
    let other = vet("ftp://good.com/");
    assert!(matches!(other, Err(VetError::Url(UrlError::Scheme(_)))), "{other:?}");
}
