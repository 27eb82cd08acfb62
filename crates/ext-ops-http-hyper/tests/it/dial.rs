//! Addresses that are dialled: only those that were vetted. No address but loopback is ever
//! connected to; for all others a recorder takes down what it was told to dial, and refuses.

use std::{
    io,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use crate::common::{Answers, Reach, Recorder, client, get, knowing, ok};
use ext_dial::{Dial, DialFuture, Dialler};
use ext_net::{AddressPolicy, Class, NetError, VettedAddr, classify};
use ext_ops_http_hyper::HyperClient;
use ext_services::http::HttpError;
use ext_testing::TestServer;

fn at(text: &str) -> SocketAddr {
    SocketAddr::new(text.parse().unwrap(), 443)
}

fn flipping(answers: Vec<io::Result<Vec<SocketAddr>>>, recorder: &Recorder) -> HyperClient {
    let (resolver, dialler) = (Arc::new(Answers(Mutex::new(answers))), Arc::new(recorder.clone()));
    HyperClient::with_dialler(
        Dialler::with_parts(knowing(AddressPolicy::public_only(), &[]), resolver, dialler),
        &[],
    )
    .unwrap()
}

#[test]
fn net_26_a_name_that_flips_between_public_and_private_dials_nothing_private() {
    let flips = 10_000;
    let answer = |n: usize| Ok(vec![at(if n.is_multiple_of(2) { "1.1.1.1" } else { "127.0.0.1" })]);
    let recorder = Recorder::default();
    let client = flipping((0..flips).map(answer).collect(), &recorder);
    for n in 0..flips {
        let failed = get(&client, "https://rebind.test/").unwrap_err();
        match n.is_multiple_of(2) {
            true => {
                assert!(matches!(failed, HttpError::Net(NetError::Unreachable { .. })), "{failed}")
            }
            false => {
                assert!(matches!(failed, HttpError::Net(NetError::Address { .. })), "{failed}")
            }
        }
    }
    assert_eq!(recorder.dialled(), vec![at("1.1.1.1"); flips / 2]);
}

#[test]
fn net_29_only_judged_addresses_are_tried() {
    let recorder = Recorder::default();
    let mixed = ["::1", "1.1.1.1", "fd00::1", "2606:4700::1111", "10.0.0.1", "::ffff:10.0.0.1"];
    let client = client(vec![], mixed.map(at).to_vec(), Arc::new(recorder.clone()));
    get(&client, "https://mixed.test/").unwrap_err();
    assert_eq!(recorder.dialled(), [at("1.1.1.1"), at("2606:4700::1111")]);
}

#[test]
fn net_26_the_granted_port_is_dialled_whatever_the_resolver_says() {
    let recorder = Recorder::default();
    let other = "1.1.1.1:22".parse().unwrap();
    let client = client(vec![], vec![other], Arc::new(recorder.clone()));
    assert!(matches!(
        get(&client, "https://port.test/"),
        Err(HttpError::Net(NetError::Dns { .. }))
    ));
    assert!(recorder.dialled().is_empty());
}

#[test]
fn net_30_resolvers_that_fail_or_say_too_much() {
    let recorder = Recorder::default();
    for answer in [Err(io::ErrorKind::NotFound.into()), Ok(Vec::new())] {
        let failed = get(&flipping(vec![answer], &recorder), "https://nowhere.test/").unwrap_err();
        assert!(matches!(failed, HttpError::Net(NetError::Dns { .. })), "{failed}");
    }
    assert!(recorder.dialled().is_empty());
    let many = (0..10_000_u32)
        .map(|n| SocketAddr::new(std::net::Ipv4Addr::from(0x0101_0101 + n).into(), 443));
    get(&flipping(vec![Ok(many.collect())], &recorder), "https://many.test/").unwrap_err();
    assert_eq!(recorder.dialled().len(), 16);
}

#[test]
fn net_03_addresses_are_judged_without_a_resolver() {
    let recorder = Recorder::default();
    let client = flipping(vec![Err(io::ErrorKind::NotFound.into())], &recorder);
    get(&client, "https://1.1.1.1/").unwrap_err();
    assert_eq!(recorder.dialled(), [at("1.1.1.1")]);
    assert_eq!(classify(at("1.1.1.1").ip()), Class::Public);
}

/// Dialler that connects to another port than the one it is told.
struct Elsewhere(SocketAddr);

impl Dial for Elsewhere {
    fn dial(&self, _: VettedAddr) -> DialFuture {
        Box::pin(tokio::net::TcpStream::connect(self.0))
    }
}

#[test]
fn net_59_a_connection_that_leads_elsewhere_is_closed_before_anything_is_sent() {
    let (named, other) =
        (TestServer::start(|_| ok("", b"named")), TestServer::start(|_| ok("", b"other")));
    let wrong =
        client(vec![named.address()], vec![named.address()], Arc::new(Elsewhere(other.address())));
    let failed = get(&wrong, &named.url("/")).unwrap_err();
    assert!(failed.to_string().contains("another address"), "{failed}");
    assert!(named.requests().is_empty() && other.requests().is_empty());
    assert_eq!(get(&named.client(), &named.url("/")).unwrap().body, "named");
}

#[test]
fn net_27_connections_are_used_again_within_one_pool_and_origin_only() {
    let server = TestServer::start(|_| ok("", b"x"));
    let client = server.client();
    let send = |pool: &str, host: &str| {
        let url = format!("http://{host}:{}/", server.address().port());
        let mut request = crate::common::request(&client, &url);
        request.pool = pool.to_owned();
        assert_eq!(
            pollster::block_on(ext_services::http::HttpClient::send(&client, request))
                .unwrap()
                .status,
            200
        );
    };
    send("a", "one.test");
    send("a", "one.test");
    assert_eq!(server.connections(), 1, "used again");
    send("a", "two.test");
    assert_eq!(server.connections(), 2, "another name, though the same address");
    send("b", "one.test");
    assert_eq!(server.connections(), 3, "another extension");
}
