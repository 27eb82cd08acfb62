//! Proof of identity that servers have to give.

use std::{
    io::{self, Read, Write},
    net::{SocketAddr, TcpListener},
    sync::{Arc, Mutex},
    thread,
};

use crate::common::{Answers, Tcp, get, knowing, request};
use ext_dial::{Dialler, Resolve};
use ext_net::{AddressPolicy, NetError, VettedUrl};
use ext_ops_http_hyper::HyperClient;
use ext_services::http::{HttpClient, HttpError};
use rustls::{ServerConfig, ServerConnection, StreamOwned, crypto::ring, pki_types::PrivateKeyDer};

/// Name in the TLS handshake, and head of the request.
type Seen = Arc<Mutex<Vec<(String, String)>>>;

/// Starts a server whose own certificate is for `server.test`. Returns its address and the
/// certificate.
fn start() -> (SocketAddr, Vec<u8>) {
    start_recording(Seen::default())
}

fn start_recording(seen: Seen) -> (SocketAddr, Vec<u8>) {
    let made = rcgen::generate_simple_self_signed(vec!["server.test".into()]).unwrap();
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let certificate = made.cert.der().clone();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.clone()], key)
        .unwrap();
    let (config, listener) = (Arc::new(config), TcpListener::bind("127.0.0.1:0").unwrap());
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut stream = StreamOwned::new(connection, stream);
            let mut head = [0; 4096];
            if let Ok(count @ 1..) = stream.read(&mut head) {
                let name = stream.conn.server_name().unwrap_or_default().to_owned();
                let head = String::from_utf8_lossy(&head[..count]).into_owned();
                seen.lock().unwrap().push((name, head));
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
            }
        }
    });
    (address, certificate.to_vec())
}

fn client(address: SocketAddr, roots: &[Vec<u8>]) -> HyperClient {
    let resolver = Arc::new(Answers(Mutex::new(vec![Ok(vec![address])])));
    let policy = knowing(AddressPolicy::new(vec![address], Vec::new()), &[address.port()]);
    HyperClient::with_dialler(Dialler::with_parts(policy, resolver, Arc::new(Tcp)), roots).unwrap()
}

#[test]
fn certificates_are_checked_against_the_judged_host() {
    let (address, certificate) = start();
    let url = |host: &str| format!("https://{host}:{}/", address.port());
    let trusting = client(address, &[certificate]);
    assert_eq!(get(&trusting, &url("server.test")).unwrap().body, "ok");
    let (_, other) = start();
    for (client, host) in [(client(address, &[other]), "server.test"), (trusting, "other.test")] {
        let refused = get(&client, &url(host));
        assert!(
            matches!(refused, Err(HttpError::Net(NetError::Tls { .. }))),
            "{host}: {refused:?}"
        );
    }
}

/// Resolver that records what it is asked for.
struct Recording(Mutex<Vec<String>>, SocketAddr);

impl Resolve for Recording {
    fn resolve(&self, host: &str, _: u16) -> io::Result<Vec<SocketAddr>> {
        self.0.lock().unwrap().push(host.to_owned());
        Ok(vec![self.1])
    }
}

#[test]
fn net_18_one_host_is_granted_resolved_sent_and_proved() {
    let seen = Seen::default();
    let (address, certificate) = start_recording(Arc::clone(&seen));
    let resolver = Arc::new(Recording(Mutex::default(), address));
    let policy = knowing(AddressPolicy::new(vec![address], Vec::new()), &[address.port()]);
    let names = Arc::clone(&resolver);
    let client = HyperClient::with_dialler(
        Dialler::with_parts(policy, names, Arc::new(Tcp)),
        &[certificate],
    )
    .unwrap();
    let spellings = ["server.test", "SERVER.Test", "\u{24e2}erver.test", "server\u{3002}test"];
    for spelling in spellings {
        let text = format!("https://{spelling}:{}/a?b#c", address.port());
        let mut granted = String::new();
        let url = VettedUrl::vet(&text, client.addresses(), |_, host, _| {
            granted = host.to_owned();
            true
        });
        let mut request = request(&client, &text);
        request.url = url.unwrap();
        pollster::block_on(client.send(request)).unwrap();
        assert_eq!(granted, "server.test", "{spelling}");
    }
    let hosts = resolver.0.lock().unwrap().clone();
    assert!(!hosts.is_empty() && hosts.iter().all(|host| host == "server.test"), "{hosts:?}");
    let host = format!("host: server.test:{}\r\n", address.port());
    let seen = seen.lock().unwrap();
    assert!(seen.iter().all(|(name, head)| name == "server.test" && head.contains(&host)));
    assert_eq!(seen.len(), spellings.len());
}
