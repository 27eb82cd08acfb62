//! Secrets that are used, from the outside.

use std::{
    fs,
    io::Write,
    path::Path,
    process::Stdio,
    thread,
    time::{Duration, Instant},
};

use crate::common::{Ran, Spacedrive, ran};
use base64::{Engine, engine::general_purpose::STANDARD};
use ext_services::http::Scrubber;
use ext_testing::{TestServer, answer};
use serde_json::json;
use walkdir::WalkDir;

const CANARY: &str = "canary-3d90f1aa";

fn run_with(spacedrive: &Spacedrive, stdin: &str, args: &[&str]) -> Ran {
    let mut child = spacedrive.command(["--output", "json"]);
    child.args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = child.spawn().unwrap();
    child.stdin.take().unwrap().write_all(stdin.as_bytes()).unwrap();
    ran(child.wait_with_output().unwrap())
}

fn files(folder: &Path) -> Vec<Vec<u8>> {
    let files = WalkDir::new(folder).into_iter().filter_map(Result::ok);
    let files = files.filter(|entry| entry.file_type().is_file());
    files.map(|entry| fs::read(entry.path()).unwrap()).collect()
}

/// A server that sends back what it gets as header, in four spellings; `/away` sends elsewhere.
fn echo() -> TestServer {
    TestServer::start(|request| {
        let line = request.lines().find_map(|line| line.strip_prefix("authorization: "));
        let value = line.unwrap_or_default();
        let hex: String = value.bytes().map(|byte| format!("{byte:02x}")).collect();
        let percent: String = value.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let body = format!("{value} {} {hex} {percent}", STANDARD.encode(value));
        let (status, header) = match request.starts_with("GET /away") {
            true => ("302 Found", format!("location: http://evil.localhost/?{value}\r\n")),
            false => ("200 OK", format!("x-echo: {value}\r\n")),
        };
        answer(status, &header, body.as_bytes())
    })
}

#[test]
fn cred_19_a_key_that_is_used_stands_nowhere_in_four_encodings() {
    let server = echo();
    let address = server.address();
    let origin = format!("http://api.localhost:{}", address.port());
    let (spacedrive, library) = Spacedrive::with_proxy(&[&origin]);
    let config = format!("[http]\nallow_addresses = [\"{address}\"]\n");
    fs::write(spacedrive.data.path().join("config.toml"), config).unwrap();
    let owner = ["-e", "proxy", "-l", &library, "--host", &origin];
    let set = [["secret", "set", "api"].as_slice(), &owner].concat();
    let mut ran = vec![run_with(&spacedrive, CANARY, &set)];
    for (path, auth, worked) in [
        ("/", "api", true),
        ("/away", "api", false),
        ("/", "nothing", false),
        ("/%zz?q", "api", true),
    ] {
        let request = json!({ "url": format!("{origin}{path}"), "auth": auth });
        let fetched = spacedrive.fetch_logging(&library, &request, "trace");
        assert_eq!(fetched.code == Some(0), worked, "{path}: {fetched:?}");
        ran.push(fetched);
    }
    let redacted = String::from_utf8_lossy(&ran[1].stdout).into_owned();
    assert!(redacted.contains("[redacted]"), "the key was sent, and came back: {redacted}");
    ran.push(spacedrive.run(["-vv", "audit", "tail"]));
    let damaged = spacedrive.data.path().join("vault/vault.json");
    fs::write(
        &damaged,
        fs::read_to_string(&damaged).unwrap().replace("\"version\":1", "\"version\":2"),
    )
    .unwrap();
    ran.push(spacedrive.run(["-vv", "secret", "list", "-e", "proxy", "-l", &library]));
    let secrets = Scrubber::new([CANARY.as_bytes()]);
    for ran in &ran {
        assert!(!secrets.finds(&ran.stdout) && !secrets.finds(ran.stderr.as_bytes()), "{ran:?}");
    }
    assert!(files(spacedrive.data.path()).iter().all(|file| !secrets.finds(file)));
}

#[test]
fn cred_04_an_extension_goes_with_its_secrets_while_the_vault_is_locked() {
    let (spacedrive, library) = Spacedrive::with_proxy(&["https://api.example.com"]);
    let config = spacedrive.data.path().join("config.toml");
    fs::write(config, "[vault]\nkey = \"passphrase\"\n").unwrap();
    let owner = ["-e", "proxy", "-l", &library, "--host", "https://api.example.com"];
    let mut set = spacedrive.command([["secret", "set", "api"].as_slice(), &owner].concat());
    let mut set = set
        .env("SPACEDRIVE_VAULT_PASSPHRASE", "right")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    set.stdin.take().unwrap().write_all(CANARY.as_bytes()).unwrap();
    assert!(set.wait().unwrap().success());
    let vault = || fs::read_to_string(spacedrive.data.path().join("vault/vault.json")).unwrap();
    assert!(vault().contains("\"proxy\""));
    let locked = spacedrive.run(["secret", "list", "-e", "proxy", "-l", &library]);
    assert!(locked.code == Some(1) && locked.stderr.contains("locked"), "{locked:?}");
    let removed = spacedrive.run(["ext", "remove", "proxy"]);
    assert!(
        removed.code == Some(0) && removed.stderr.contains("without being opened"),
        "{removed:?}"
    );
    assert!(!vault().contains("\"proxy\""));
    assert_ne!(spacedrive.run(["ext", "info", "proxy"]).code, Some(0));
}

#[test]
fn cred_09_a_vault_that_was_put_back_is_told_once_and_is_of_use_again() {
    let spacedrive = Spacedrive::new();
    let set = |name: &str| {
        let args = ["secret", "set", name, "--program", "--host", "https://api.example.com"];
        run_with(&spacedrive, CANARY, &args)
    };
    let list = || spacedrive.run(["--output", "json", "secret", "list", "--program"]);
    let vault = spacedrive.data.path().join("vault/vault.json");
    for name in ["k", "other"] {
        assert_eq!(set(name).code, Some(0));
    }
    let old = fs::read(&vault).unwrap();
    assert_eq!(set("k").code, Some(0));
    fs::write(&vault, &old).unwrap();

    let told = list();
    assert_eq!(told.code, Some(1), "{told:?}");
    let hint = "`spacedrive secret set`, `auth login` and `secret delete` accept";
    assert!(told.stderr.contains("E_CRED_ROLLBACK") && told.stderr.contains(hint), "{told:?}");
    let accepted = set("k");
    assert_eq!(accepted.code, Some(0), "{accepted:?}");
    assert!(accepted.stderr.contains("restored backup"), "{accepted:?}");
    assert_eq!(set("k").stderr, "", "once");
    let listed: serde_json::Value = serde_json::from_slice(&list().stdout).unwrap();
    let states: Vec<_> = listed.as_array().unwrap().iter().map(|it| &it["state"]).collect();
    assert_eq!(states, ["ready", "set_again"]);

    // `secret delete` is enough, and so is a vault that is gone.
    fs::write(&vault, &old).unwrap();
    let deleted = spacedrive.run(["secret", "delete", "other", "--program"]);
    assert_eq!(deleted.code, Some(0), "{deleted:?}");
    fs::remove_file(&vault).unwrap();
    assert_eq!(list().code, Some(1));
    assert_eq!(set("k").code, Some(0));
    assert_eq!(list().code, Some(0));
}

#[test]
fn a_key_file_that_moves_with_its_generation_opens_the_vault() {
    let spacedrive = Spacedrive::new();
    for name in ["k", "other"] {
        let args = ["secret", "set", name, "--program", "--host", "https://api.example.com"];
        assert_eq!(run_with(&spacedrive, CANARY, &args).code, Some(0));
    }
    let (data, elsewhere) = (spacedrive.data.path(), tempfile::tempdir().unwrap());
    let key = elsewhere.path().join("my.key");
    fs::write(data.join("config.toml"), format!("[vault]\nkey_file = '{}'\n", key.display()))
        .unwrap();
    fs::rename(data.join("vault.key"), &key).unwrap();
    let told = spacedrive.run(["secret", "list", "--program"]);
    assert_eq!(told.code, Some(1), "{told:?}");
    assert!(told.stderr.contains("KEYFILE.generation"), "{told:?}");
    let generation = elsewhere.path().join("my.key.generation");
    fs::rename(data.join("vault.key.generation"), generation).unwrap();
    let listed = spacedrive.json(["secret", "list", "--program"]);
    let states: Vec<_> = listed.as_array().unwrap().iter().map(|it| &it["state"]).collect();
    assert_eq!(states, ["ready", "ready"]);
}

#[test]
fn a_key_goes_into_no_header_that_others_set_or_that_follows_to_other_origins() {
    let spacedrive = Spacedrive::new();
    let set = |header: &str| {
        let args = ["secret", "set", "k", "--program", "--host", "https://api.example.com"];
        run_with(&spacedrive, CANARY, &[args.as_slice(), &["--header", header]].concat())
    };
    for header in ["X-Api-Key:", "host", "User-Agent"] {
        let refused = set(header);
        assert_eq!(refused.code, Some(1), "{header}: {refused:?}");
        assert!(refused.stderr.contains("E_BAD_INPUT") && refused.stderr.contains(header));
    }
    assert_eq!(set("X-Api-Key").code, Some(0));
}

#[test]
fn a_key_in_a_header_of_the_server_is_sent_as_it_is() {
    let server = TestServer::start(|request| {
        let has = |line: String| request.lines().any(|other| other == line);
        let key = has(format!("x-api-key: {CANARY}"));
        let token = has(format!("x-token: Token {CANARY}"));
        answer("200 OK", "", format!("key {key}, token {token}").as_bytes())
    });
    let address = server.address();
    let origin = format!("http://api.localhost:{}", address.port());
    let (spacedrive, library) = Spacedrive::with_proxy(&[&origin]);
    let config = format!("[http]\nallow_addresses = [\"{address}\"]\n");
    fs::write(spacedrive.data.path().join("config.toml"), config).unwrap();
    for (name, header, answer) in [
        ("bare", ["--header", "x-api-key"].as_slice(), "key true, token false"),
        ("with", &["--header", "x-token", "--prefix", "Token "], "key false, token true"),
    ] {
        let owner = ["secret", "set", name, "-e", "proxy", "-l", &library, "--host", &origin];
        assert_eq!(run_with(&spacedrive, CANARY, &[&owner, header].concat()).code, Some(0));
        let request = json!({ "url": format!("{origin}/"), "auth": name });
        let fetched = spacedrive.fetch_logging(&library, &request, "warn");
        let fetched: serde_json::Value = serde_json::from_slice(&fetched.stdout).unwrap();
        let body = fetched.to_string();
        let encoded = STANDARD.encode(answer);
        assert!(body.contains(answer) || body.contains(&encoded), "{name}: {body}");
    }
}

#[test]
fn a_key_in_a_file_is_rotated_without_a_word_on_stdin() {
    let spacedrive = Spacedrive::new();
    let args = ["secret", "set", "k", "--program", "--host", "https://api.example.com"];
    assert_eq!(run_with(&spacedrive, CANARY, &args).code, Some(0));
    let mut rotate = spacedrive.command(["secret", "rotate-key"]);
    // A pipe that nobody closes, such as that of a program that runs this one.
    let mut rotate = rotate.stdin(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let since = Instant::now();
    let ended = loop {
        match rotate.try_wait().unwrap() {
            Some(status) => break Some(status),
            None if since.elapsed() > Duration::from_secs(60) => break None,
            None => thread::sleep(Duration::from_millis(50)),
        }
    };
    if ended.is_none() {
        rotate.kill().unwrap();
        rotate.wait().unwrap();
    }
    assert!(ended.is_some_and(|status| status.success()), "{ended:?}");
}
