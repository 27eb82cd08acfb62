//! Requests and secrets, from the outside.

use std::{fs, io::Write, net::SocketAddr, process::Stdio};

use crate::common::{Ran, Spacedrive, ran};
use ext_testing::{TestServer, answer, guest};
use serde_json::{Value, json};
use walkdir::WalkDir;

const CANARY: &str = "canary-4e1b77aa";

fn allow(spacedrive: &Spacedrive, address: SocketAddr) {
    let config = format!("[http]\nallow_addresses = [\"{address}\"]\n");
    fs::write(spacedrive.data.path().join("config.toml"), config).unwrap();
}

fn request(spacedrive: &Spacedrive, library: &str, url: &str) -> Ran {
    let input = json!({ "url": url }).to_string();
    let args = [
        "--output",
        "json",
        "op",
        "call",
        "query:http.request.v1",
        "--library",
        library,
        "--input",
        &input,
    ];
    let mut command = spacedrive.command(args);
    // NET-44: none of these may lead a request astray.
    for variable in ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"] {
        command.env(variable, "http://127.0.0.1:9");
    }
    ran(command.env("NO_PROXY", "").output().unwrap())
}

#[test]
fn net_44_a_request_goes_to_a_granted_address_and_never_over_a_proxy() {
    let spacedrive = Spacedrive::new();
    let server = TestServer::start(|_| answer("200 OK", "", b"hello"));
    let address = server.address();
    let (library, url) =
        (spacedrive.library(), format!("http://demo.localhost:{}/x?y", address.port()));
    let refused = request(&spacedrive, &library, &url);
    assert_eq!(refused.code, Some(1));
    assert!(refused.stderr.contains("E_NET_ADDR"), "{refused:?}");
    assert!(server.requests().is_empty());
    allow(&spacedrive, address);
    let granted = request(&spacedrive, &library, &url);
    assert_eq!(granted.code, Some(0), "{granted:?}");
    let answer: Value = serde_json::from_slice(&granted.stdout).unwrap();
    assert_eq!((&answer["status"], &answer["body"]), (&json!(200), &json!("aGVsbG8=")));
    let head = server.requests().remove(0);
    assert!(head.starts_with("GET /x?y HTTP/1.1\r\n"), "{head}");
    assert!(head.contains(&format!("host: demo.localhost:{}\r\n", address.port())), "{head}");
}

#[test]
fn a_wrong_configuration_is_told() {
    let spacedrive = Spacedrive::new();
    fs::write(spacedrive.data.path().join("config.toml"), "[http]\nallow = []\n").unwrap();
    let refused = spacedrive.run(["library", "list"]);
    assert_eq!(refused.code, Some(1));
    assert!(
        refused.stderr.contains("config.toml") && refused.stderr.contains("allow"),
        "{refused:?}"
    );
}

/// An extension that does nothing, installed.
fn with_extension() -> (Spacedrive, String) {
    let spacedrive = Spacedrive::new();
    let folder = tempfile::tempdir().unwrap();
    let manifest =
        json!({ "id": "quiet", "name": "Quiet", "version": "1.0.0", "wasm_file": "quiet.wasm" });
    fs::write(folder.path().join("manifest.json"), manifest.to_string()).unwrap();
    fs::write(folder.path().join("quiet.wasm"), guest("")).unwrap();
    let installed = spacedrive.run(["ext", "install", folder.path().to_str().unwrap(), "--yes"]);
    assert_eq!(installed.code, Some(0), "{installed:?}");
    let library = spacedrive.library();
    (spacedrive, library)
}

fn set(spacedrive: &Spacedrive, library: &str, secret: &str) -> Ran {
    let args = [
        "secret",
        "set",
        "api",
        "--extension",
        "quiet",
        "--library",
        library,
        "--host",
        "https://api.example.com",
    ];
    let mut child = spacedrive.command(args);
    let mut child =
        child.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(secret.as_bytes()).unwrap();
    ran(child.wait_with_output().unwrap())
}

#[test]
fn cred_19_secrets_are_kept_listed_and_removed_and_stand_nowhere() {
    let (spacedrive, library) = with_extension();
    let owner = ["--extension", "quiet", "--library", &library];
    let kept = set(&spacedrive, &library, &format!("{CANARY}\n"));
    assert_eq!(kept.code, Some(0), "{kept:?}");
    let listed = spacedrive.run([["-vv", "secret", "list"].as_slice(), &owner].concat());
    let rotated = spacedrive.run(["-vv", "secret", "rotate-key"]);
    assert_eq!(rotated.code, Some(0), "{rotated:?}");
    let json = spacedrive.json([["secret", "list"].as_slice(), &owner].concat());
    assert_eq!((&json[0]["name"], &json[0]["kind"]), (&json!("api"), &json!("api_key")));
    let sinks = [
        kept.stdout,
        kept.stderr.into(),
        listed.stdout,
        listed.stderr.into(),
        json.to_string().into(),
    ];
    let files = WalkDir::new(spacedrive.data.path()).into_iter().filter_map(Result::ok);
    let files = files.filter(|entry| entry.file_type().is_file());
    let files: Vec<Vec<u8>> = files.map(|entry| fs::read(entry.path()).unwrap()).collect();
    assert!(files.len() > 4);
    let scrubber = ext_services::http::Scrubber::new([CANARY.as_bytes()]);
    assert!(sinks.iter().chain(&files).all(|sink| !scrubber.finds(sink)));
    let delete = [["secret", "delete", "api"].as_slice(), &owner].concat();
    assert_eq!(spacedrive.run(&delete).code, Some(0));
    let again = spacedrive.run(&delete);
    assert!(again.code == Some(1) && again.stderr.contains("no secret `api`"), "{again:?}");
}

#[test]
fn cred_04_secrets_go_with_their_extension() {
    let (spacedrive, library) = with_extension();
    assert_eq!(set(&spacedrive, &library, CANARY).code, Some(0));
    let vault = || fs::read_to_string(spacedrive.data.path().join("vault/vault.json")).unwrap();
    assert!(vault().contains("\"quiet\""));
    assert_eq!(spacedrive.run(["ext", "remove", "quiet"]).code, Some(0));
    assert!(!vault().contains("\"quiet\""));
    let gone = set(&spacedrive, &library, CANARY);
    assert!(
        gone.code == Some(1) && gone.stderr.contains("quiet"),
        "only for what is installed: {gone:?}"
    );
}

#[test]
fn secrets_are_for_origins() {
    let (spacedrive, library) = with_extension();
    for host in ["api.example.com", "https://127.0.0.1", "*", "https://*.com"] {
        let args = ["secret", "set", "a", "-e", "quiet", "-l", &library, "--host", host];
        let refused = spacedrive.run(args);
        assert_eq!(refused.code, Some(1), "{host}: {refused:?}");
    }
}
