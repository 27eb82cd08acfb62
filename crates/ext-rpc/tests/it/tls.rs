//! A port with TLS.

use std::{
    fs,
    io::{Read, Write},
    net::TcpStream,
    os::unix::fs::PermissionsExt,
    path::Path,
    sync::Arc,
};

use base64::{Engine, prelude::BASE64_STANDARD};
use ext_rpc::{ServeError, Server, ServerOptions, TlsFiles};
use rustls::{
    ClientConfig, ClientConnection, RootCertStore, StreamOwned,
    crypto::ring,
    pki_types::{CertificateDer, ServerName},
};

use crate::common::{Served, TOKEN, request};

const NAME: &str = "nas.test";

fn pem(kind: &str, der: &[u8]) -> String {
    let text = BASE64_STANDARD.encode(der);
    let lines = text.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap());
    let lines: Vec<&str> = lines.collect();
    format!("-----BEGIN {kind}-----\n{}\n-----END {kind}-----\n", lines.join("\n"))
}

/// Makes a certificate that an authority signed, and the files of it; returns that authority.
fn make(folder: &Path) -> (CertificateDer<'static>, TlsFiles) {
    let mut authority = rcgen::CertificateParams::new(Vec::new()).unwrap();
    authority.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let authority_key = rcgen::KeyPair::generate().unwrap();
    let root = authority.self_signed(&authority_key).unwrap().der().clone();
    let issuer = rcgen::Issuer::new(authority, authority_key);
    let key = rcgen::KeyPair::generate().unwrap();
    let own = rcgen::CertificateParams::new(vec![NAME.to_owned()]).unwrap();
    let own = own.signed_by(&key, &issuer).unwrap();
    let files = TlsFiles {
        certificate: folder.join("chain.pem"),
        key: folder.join("key.pem"),
        names: vec![NAME.to_owned()],
    };
    fs::write(&files.certificate, pem("CERTIFICATE", own.der())).unwrap();
    fs::write(&files.key, pem("PRIVATE KEY", &key.serialize_der())).unwrap();
    fs::set_permissions(&files.key, fs::Permissions::from_mode(0o600)).unwrap();
    (root, files)
}

/// Asks over TLS, as a client that trusts an authority, for a name; an error when it does not believe
/// the server.
fn ask(
    served: &Served,
    root: &CertificateDer<'static>,
    name: &'static str,
    asked: &[u8],
) -> std::io::Result<String> {
    let mut roots = RootCertStore::empty();
    roots.add(root.clone()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from(name).unwrap();
    let connection = ClientConnection::new(Arc::new(config), name).unwrap();
    let stream = TcpStream::connect(("127.0.0.1", served.port().port()))?;
    let mut stream = StreamOwned::new(connection, stream);
    stream.write_all(asked)?;
    let mut text = Vec::new();
    let _ = stream.read_to_end(&mut text);
    Ok(String::from_utf8_lossy(&text).into_owned())
}

fn start(address: &str, tls: Option<TlsFiles>) -> Served {
    Served::with(|options| {
        options.port = Some(address.parse().unwrap());
        options.tls = tls;
    })
}

#[test]
fn rpc_03_another_machine_calls_by_tls_with_a_token() {
    let folder = tempfile::tempdir().unwrap();
    let (root, files) = make(folder.path());
    let served = start("0.0.0.0:0", Some(files));
    let host = format!("{NAME}:{}", served.port().port());
    let bearer = format!("Bearer {TOKEN}");
    let with_token =
        request("POST", "/call/query:test.echo.v1", &host, &[("authorization", &bearer)], "[1]");
    let answer = ask(&served, &root, NAME, &with_token).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("[1]"), "{answer}");
    let without = request("POST", "/call/query:test.echo.v1", &host, &[], "[1]");
    assert!(ask(&served, &root, NAME, &without).unwrap().starts_with("HTTP/1.1 401"));
    let rebound = request("GET", "/health", "evil.example", &[], "");
    assert!(ask(&served, &root, NAME, &rebound).unwrap().starts_with("HTTP/1.1 403"));
    // A client that trusts somebody else, or calls somebody else, says nothing.
    let (other, _) = make(tempfile::tempdir().unwrap().path());
    assert!(ask(&served, &other, NAME, &with_token).is_err());
    assert!(ask(&served, &root, "other.test", &with_token).is_err());
    // What comes without TLS is no request.
    let plain = served.raw_port(&with_token);
    assert!(!plain.head.contains("HTTP/1.1"), "{plain:?}");
}

#[test]
fn rpc_12_a_client_that_begins_no_handshake_gives_way_to_one_that_does() {
    let folder = tempfile::tempdir().unwrap();
    let (root, files) = make(folder.path());
    let served = Served::with(|options| {
        options.port = Some("0.0.0.0:0".parse().unwrap());
        options.tls = Some(files);
        options.connections = 2;
    });
    let silent = || TcpStream::connect(("127.0.0.1", served.port().port())).unwrap();
    let _held = [silent(), silent()];
    // A connection has a moment to say something.
    std::thread::sleep(std::time::Duration::from_secs(6));
    let host = format!("{NAME}:{}", served.port().port());
    let health = request("GET", "/health", &host, &[], "");
    for _ in 0..2 {
        let answer = ask(&served, &root, NAME, &health).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }
}

#[test]
fn rpc_03_what_others_reach_has_tls_or_is_not_served() {
    let data = tempfile::tempdir().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (_, files) = make(folder.path());
    let refused = |tls: Option<TlsFiles>| {
        let backend = Served::backend();
        let options = ServerOptions {
            port: Some("0.0.0.0:0".parse().unwrap()),
            tls,
            ..ServerOptions::new(data.path())
        };
        Server::start(&options, backend).err()
    };
    assert!(matches!(refused(None), Some(ServeError::NotLoopback(_))));
    let nameless = TlsFiles { names: Vec::new(), ..files.clone() };
    assert!(matches!(refused(Some(nameless)), Some(ServeError::NoNames(_))));
    let swapped = TlsFiles { certificate: files.key.clone(), ..files.clone() };
    assert!(matches!(refused(Some(swapped)), Some(ServeError::Tls { .. })));
    let missing = TlsFiles { key: folder.path().join("no.pem"), ..files.clone() };
    assert!(matches!(refused(Some(missing)), Some(ServeError::Io { .. })));
    fs::set_permissions(&files.key, fs::Permissions::from_mode(0o644)).unwrap();
    let told = refused(Some(files)).unwrap().to_string();
    assert!(told.contains("chmod o-rwx"), "{told}");
}
