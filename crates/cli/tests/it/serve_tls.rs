//! A daemon that other machines reach: by TLS, or not at all.

use std::{
    fs,
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    os::unix::fs::PermissionsExt,
};

use base64::{Engine, prelude::BASE64_STANDARD};

use crate::common::Spacedrive;

fn pem(kind: &str, der: &[u8]) -> String {
    let text = BASE64_STANDARD.encode(der);
    let lines = text.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap());
    let lines: Vec<&str> = lines.collect();
    format!("-----BEGIN {kind}-----\n{}\n-----END {kind}-----\n", lines.join("\n"))
}

/// Writes a certificate with its key, and `config.toml`.
fn configure(spacedrive: &Spacedrive, config: &str) {
    let made = rcgen::generate_simple_self_signed(vec!["nas.test".to_owned()]).unwrap();
    let data = spacedrive.data.path();
    fs::write(data.join("chain.pem"), pem("CERTIFICATE", made.cert.der())).unwrap();
    let key = pem("PRIVATE KEY", &made.signing_key.serialize_der());
    fs::write(data.join("key.pem"), key).unwrap();
    fs::set_permissions(data.join("key.pem"), fs::Permissions::from_mode(0o600)).unwrap();
    fs::write(data.join("config.toml"), format!("[daemon]\n{config}\n")).unwrap();
}

const TLS: &str = "tls_certificate = \"chain.pem\"\ntls_key = \"key.pem\"\nnames = [\"nas.test\"]";

#[test]
fn rpc_03_a_daemon_with_a_certificate_answers_other_machines_by_tls() {
    let spacedrive = Spacedrive::new();
    let free = TcpListener::bind("0.0.0.0:0").unwrap().local_addr().unwrap();
    configure(&spacedrive, &format!("listen = \"{free}\"\n{TLS}"));
    let started = spacedrive.json(["serve", "--detach"]);
    let port = free.port();
    assert_eq!(started["address"], format!("https://nas.test:{port}"), "{started}");
    let mut plain = TcpStream::connect(("127.0.0.1", port)).unwrap();
    plain
        .write_all(b"GET /health HTTP/1.1\r\nhost: nas.test\r\nconnection: close\r\n\r\n")
        .unwrap();
    let mut answer = Vec::new();
    let _ = plain.read_to_end(&mut answer);
    assert!(!String::from_utf8_lossy(&answer).contains("HTTP/1.1"), "{answer:?}");
    assert_eq!(spacedrive.run(["serve", "--stop"]).code, Some(0));
}

#[test]
fn rpc_03_without_a_whole_certificate_nothing_is_served_to_others() {
    let spacedrive = Spacedrive::new();
    for (config, said) in [
        ("listen = \"0.0.0.0:7711\"", "can be reached from other machines"),
        ("tls_certificate = \"chain.pem\"", "a certificate and its key"),
        ("listen = \"0.0.0.0:0\"\ntls_certificate = \"chain.pem\"\ntls_key = \"key.pem\"", "names"),
        (
            "listen = \"127.0.0.1:0\"\ntls_certificate = \"key.pem\"\ntls_key = \"key.pem\"",
            "certificate",
        ),
        ("listen = \"nas.test:1\"", "line 2"),
        ("tls_cert = \"chain.pem\"", "line 2"),
    ] {
        configure(&spacedrive, config);
        let refused = spacedrive.run(["serve"]);
        assert_eq!(refused.code, Some(1), "{config}: {refused:?}");
        assert!(refused.stderr.contains(said), "{config}: {refused:?}");
    }
}
