//! Servers have to prove who they are.

mod common;

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpListener},
    sync::{Arc, Mutex},
    thread,
};

use common::{Answers, Tcp, get};
use ext_net::AddressPolicy;
use ext_ops::services::http::HttpError;
use ext_ops_http_hyper::HyperClient;
use rustls::{ServerConfig, ServerConnection, StreamOwned, crypto::ring, pki_types::PrivateKeyDer};

/// A server whose own certificate is for `server.test`. Returns its address and the certificate.
fn start() -> (SocketAddr, Vec<u8>) {
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
            if stream.read(&mut [0; 4096]).is_ok_and(|read| read > 0) {
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
            }
        }
    });
    (address, certificate.to_vec())
}

fn client(address: SocketAddr, roots: &[Vec<u8>]) -> HyperClient {
    let resolver = Arc::new(Answers(Mutex::new(vec![Ok(vec![address])])));
    let policy = AddressPolicy::new(vec![address], Vec::new());
    HyperClient::with_parts(policy, roots, resolver, Box::new(Tcp)).unwrap()
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
        assert!(matches!(refused, Err(HttpError::Tls { .. })), "{host}: {refused:?}");
    }
}
