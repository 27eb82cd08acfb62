//! A client of a server on loopback, a resolver and a dialler of which the test says what they do.
#![allow(dead_code, unreachable_pub, reason = "every test file uses a part of it")]

use std::{
    collections::HashMap,
    io,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use bytes::Bytes;
use ext_dial::{Dial, DialFuture, Dialler, Resolve};
use ext_net::{AddressPolicy, VettedAddr, VettedUrl};
use ext_ops_http_hyper::HyperClient;
use ext_services::http::{HttpClient, HttpError, HttpRequest, HttpResponse, Scrubber};
use ext_testing::{TestServer, answer};
use http::{HeaderMap, Method};

/// Server of a test that a client can reach.
pub trait Reach {
    /// Creates a client for which `server.test` is this server, and whose user granted its address.
    fn client(&self) -> HyperClient;
    fn url(&self, path: &str) -> String;
}

impl Reach for TestServer {
    fn client(&self) -> HyperClient {
        client(vec![self.address()], vec![self.address()], Arc::new(Tcp))
    }

    fn url(&self, path: &str) -> String {
        format!("http://server.test:{}{path}", self.address().port())
    }
}

/// Names of the tests, below a top-level domain that nobody has.
const NAMES: [&str; 9] = [
    "server.test",
    "other.test",
    "mixed.test",
    "rebind.test",
    "port.test",
    "nowhere.test",
    "many.test",
    "one.test",
    "two.test",
];

/// Grants the names of the tests, with the usual ports and these.
pub fn knowing(policy: AddressPolicy, ports: &[u16]) -> AddressPolicy {
    let ports = ports.iter().chain(&[80, 443]);
    policy.with_names(ports.flat_map(|port| NAMES.map(|name| (name.to_owned(), *port))))
}

/// Makes an answer with status 200.
pub fn ok(headers: &str, body: &[u8]) -> Vec<u8> {
    answer("200 OK", headers, body)
}

/// Resolver that answers each question with the next of its lists, the last one again and again.
pub struct Answers(pub Mutex<Vec<io::Result<Vec<SocketAddr>>>>);

impl Resolve for Answers {
    fn resolve(&self, _: &str, _: u16) -> io::Result<Vec<SocketAddr>> {
        let mut answers = self.0.lock().unwrap();
        if answers.len() > 1 {
            return answers.remove(0);
        }
        match answers.first().unwrap() {
            Ok(addresses) => Ok(addresses.clone()),
            Err(error) => Err(error.kind().into()),
        }
    }
}

/// Dialler by TCP.
pub struct Tcp;

impl Dial for Tcp {
    fn dial(&self, to: VettedAddr) -> DialFuture {
        Box::pin(tokio::net::TcpStream::connect(to.get()))
    }
}

/// Dialler that records what it is told to dial, and refuses.
#[derive(Clone, Default)]
pub struct Recorder(pub Arc<Mutex<Vec<SocketAddr>>>);

impl Recorder {
    pub fn dialled(&self) -> Vec<SocketAddr> {
        self.0.lock().unwrap().clone()
    }
}

impl Dial for Recorder {
    fn dial(&self, to: VettedAddr) -> DialFuture {
        self.0.lock().unwrap().push(to.get());
        Box::pin(async { Err(io::ErrorKind::ConnectionRefused.into()) })
    }
}

pub fn client(
    granted: Vec<SocketAddr>,
    addresses: Vec<SocketAddr>,
    dialler: Arc<dyn Dial>,
) -> HyperClient {
    let ports: Vec<u16> = addresses.iter().map(SocketAddr::port).collect();
    let policy = knowing(AddressPolicy::new(granted, Vec::new()), &ports);
    let resolver = Arc::new(Answers(Mutex::new(vec![Ok(addresses.clone())])));
    HyperClient::with_dialler(Dialler::with_parts(policy, resolver, dialler), &[]).unwrap()
}

pub fn request(client: &HyperClient, url: &str) -> HttpRequest {
    HttpRequest {
        url: VettedUrl::vet(url, client.addresses(), |_, _, _| true).unwrap(),
        method: Method::GET,
        headers: HeaderMap::new(),
        body: Bytes::new(),
        pool: "demo".into(),
        deadline: Instant::now() + Duration::from_secs(60),
        max_body_bytes: 1 << 20,
        scrubber: Arc::new(Scrubber::default()),
        received: Default::default(),
    }
}

pub fn get(client: &HyperClient, url: &str) -> Result<HttpResponse, HttpError> {
    pollster::block_on(client.send(request(client, url)))
}

/// The addresses of names, for tests that need more than one.
pub struct Names(pub HashMap<String, Vec<SocketAddr>>);

impl Resolve for Names {
    fn resolve(&self, host: &str, _: u16) -> io::Result<Vec<SocketAddr>> {
        self.0.get(host).cloned().ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}
