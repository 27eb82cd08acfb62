//! Signing in for an extension, from the outside, with a real OpenID provider on loopback.

use std::{
    fs,
    io::{BufRead, BufReader, Read},
    process::{Child, ChildStderr, Command, Stdio},
};

use crate::common::{Ran, Spacedrive};
use base64::{Engine, engine::general_purpose::STANDARD};
use ext_ops_credentials_file::{FileVault, KeySource};
use ext_services::{
    credentials::{Credential, CredentialVault, Owner},
    http::Scrubber,
};
use ext_testing::oidc::{Browser, Oidc};
use ext_wire::ops::credentials::{OAuth2Tokens, Secret};
use serde_json::{Value, json};
use walkdir::WalkDir;

struct Case {
    oidc: Oidc,
    spacedrive: Spacedrive,
    library: String,
}

/// A sign-in that waits for its user.
struct Waiting {
    child: Child,
    stderr: BufReader<ChildStderr>,
    /// Its first lines.
    said: Value,
}

impl Case {
    fn new() -> Option<Self> {
        let oidc = Oidc::start(env!("CARGO_TARGET_TMPDIR"))?;
        let (spacedrive, library) = Spacedrive::with_proxy(&[&oidc.api]);
        let Oidc { issuer, api, addresses: [provider, server], .. } = &oidc;
        let config = format!(
            r#"
            [http]
            allow_addresses = ["{provider}", "{server}"]

            [auth.providers.work]
            client_id = "public"
            authorization_url = "{issuer}/auth"
            token_url = "{issuer}/token"
            device_url = "{issuer}/device/auth"
            revocation_url = "{issuer}/token/revocation"
            issuer = "{issuer}"
            scopes = ["openid", "mail.read"]
            hosts = ["{api}"]
            "#
        );
        fs::write(spacedrive.data.path().join("config.toml"), config).unwrap();
        Some(Self { oidc, spacedrive, library })
    }

    fn start_login(&self, more: &[&str]) -> Waiting {
        let args = ["-vv", "--output", "json", "auth", "login", "-e", "proxy", "-p", "work"];
        let mut child = self.spacedrive.command(args);
        child.args(more).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = child.spawn().unwrap();
        let mut stderr = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        stderr.read_line(&mut line).unwrap();
        let said = serde_json::from_str(&line).unwrap_or_else(|_| panic!("{line}"));
        Waiting { child, stderr, said }
    }

    fn login(&self) -> Value {
        let waiting = self.start_login(&["--no-browser"]);
        let mut browser = Browser::default();
        let back = browser.sign_in(waiting.said["open"].as_str().unwrap());
        assert_eq!(browser.get(&back).status, 200);
        let ended = waiting.end();
        assert_eq!(ended.code, Some(0), "{ended:?}");
        serde_json::from_slice(&ended.stdout).unwrap()
    }

    fn fetch(&self) -> Ran {
        let request = json!({ "url": format!("{}/mail", self.oidc.api), "auth": "work" });
        self.spacedrive.fetch(&self.library, &request)
    }

    fn vault(&self) -> (FileVault, Owner) {
        let data = self.spacedrive.data.path();
        let vault = FileVault::new(data.join("vault"), KeySource::File(data.join("vault.key")));
        let library = self.library.parse().unwrap();
        (vault, Owner { extension: "proxy".into(), library })
    }

    fn tokens(&self) -> OAuth2Tokens {
        let (vault, owner) = self.vault();
        match vault.get(&owner, "work").unwrap().0.secret {
            Secret::OAuth2(tokens) => tokens,
            _ => panic!("no tokens"),
        }
    }

    /// Keeps tokens as if the access token had expired.
    fn keep_expired(&self, tokens: &OAuth2Tokens) {
        let (vault, owner) = self.vault();
        let secret = Secret::OAuth2(OAuth2Tokens { expires_at: Some(0), ..tokens.clone() });
        let credential = Credential::new(vec![self.oidc.api.clone()], secret);
        vault.put(&owner, "work", &credential).unwrap();
    }

    fn state(&self, command: &[&str]) -> Value {
        self.spacedrive.json(command.iter().copied())[0].clone()
    }
}

impl Waiting {
    fn end(mut self) -> Ran {
        let mut stderr = String::new();
        self.stderr.read_to_string(&mut stderr).unwrap();
        let output = self.child.wait_with_output().unwrap();
        Ran { code: output.status.code(), stdout: output.stdout, stderr }
    }
}

fn subject(ran: &Ran) -> Value {
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let answer: Value = serde_json::from_slice(&ran.stdout).unwrap();
    assert_eq!(answer["status"], 200, "{answer}");
    let body = STANDARD.decode(answer["body"].as_str().unwrap()).unwrap();
    serde_json::from_slice(&body).unwrap()
}

#[test]
fn an_extension_uses_a_login_that_is_renewed_until_it_ends() {
    let Some(case) = Case::new() else { return };
    let login = case.login();
    assert_eq!((&login["name"], &login["renewable"]), (&json!("work"), &json!(true)), "{login}");
    let answer = subject(&case.fetch());
    // CRED-25, NET-47: the extension never sees the token, even if the server sends it back.
    assert_eq!((&answer["subject"], &answer["echo"]), (&json!("ada"), &json!("[redacted]")));
    let first = case.tokens();
    case.keep_expired(&first);
    subject(&case.fetch());
    assert_eq!(case.oidc.stat("refreshes"), 1);
    assert_ne!(case.tokens().refresh_token, first.refresh_token, "rotated");
    assert_eq!(case.state(&["auth", "list"])["state"], "ready");
    // A refresh token that was used before is what a thief would have.
    case.keep_expired(&first);
    for _ in 0..2 {
        let refused = case.fetch();
        assert!(refused.code == Some(1) && refused.stderr.contains("E_CRED_REAUTH"), "{refused:?}");
    }
    assert_eq!(case.oidc.stat("refused"), 1, "it is asked once");
    for list in [["auth", "list"].as_slice(), &["secret", "list", "-e", "proxy", "-l", "Test"]] {
        let shown = case.state(list);
        assert_eq!(shown["state"], "sign_in_again", "{shown}");
        let mend = shown["mend"].as_str().unwrap();
        assert!(mend.starts_with("spacedrive auth login --extension proxy"), "{mend}");
        assert!(mend.ends_with("--provider work"), "{mend}");
    }
    case.login();
    subject(&case.fetch());
    assert_eq!(case.state(&["auth", "list"])["state"], "ready");
}

#[test]
fn a_login_is_given_back() {
    let Some(case) = Case::new() else { return };
    case.login();
    let tokens = case.tokens();
    let out = case.spacedrive.json(["auth", "logout", "work", "-e", "proxy"]);
    assert_eq!(out, json!({ "removed": "work", "revoked": true }));
    assert_eq!(case.spacedrive.json(["auth", "list"]), json!([]));
    let gone = case.fetch();
    assert!(gone.code == Some(1) && gone.stderr.contains("E_CRED_NOTFOUND"), "{gone:?}");
    // Who has a copy has nothing.
    case.keep_expired(&tokens);
    let refused = case.fetch();
    assert!(refused.stderr.contains("E_CRED_REAUTH"), "{refused:?}");
}

#[test]
fn another_device_signs_in_for_an_extension() {
    let Some(case) = Case::new() else { return };
    let waiting = case.start_login(&["--device"]);
    let text = |name: &str| waiting.said[name].as_str().unwrap().to_owned();
    Browser::default().enter_code(&text("open"), &text("code"));
    let ended = waiting.end();
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert_eq!(subject(&case.fetch())["subject"], "ada");
}

#[test]
fn cred_19_tokens_stand_nowhere() {
    let Some(case) = Case::new() else { return };
    let waiting = case.start_login(&["--no-browser"]);
    let mut browser = Browser::default();
    let back = browser.sign_in(waiting.said["open"].as_str().unwrap());
    assert_eq!(browser.get(&back).status, 200);
    let mut ran = vec![waiting.end(), case.fetch()];
    let first = case.tokens();
    case.keep_expired(&first);
    ran.push(case.fetch());
    ran.push(case.spacedrive.run(["-vv", "auth", "list"]));
    let second = case.tokens();
    case.keep_expired(&first);
    ran.push(case.fetch());
    ran.push(case.spacedrive.run(["-vv", "auth", "logout", "work", "-e", "proxy"]));
    let secrets = [&first, &second].map(|tokens| {
        let refresh = tokens.refresh_token.as_ref().unwrap().expose().as_bytes().to_vec();
        [tokens.access_token.expose().as_bytes().to_vec(), refresh]
    });
    let secrets: Vec<Vec<u8>> = secrets.into_iter().flatten().collect();
    let scrubber = Scrubber::new(secrets.iter().map(Vec::as_slice));
    assert!(ran.iter().all(|ran| !scrubber.finds(&ran.stdout)));
    assert!(ran.iter().all(|ran| !scrubber.finds(ran.stderr.as_bytes())), "{ran:?}");
    let files = WalkDir::new(case.spacedrive.data.path()).into_iter().filter_map(Result::ok);
    for file in files.filter(|entry| entry.file_type().is_file()) {
        assert!(!scrubber.finds(&fs::read(file.path()).unwrap()), "{}", file.path().display());
    }
}

#[test]
fn a_sign_in_that_nobody_finishes_leaves_nothing() {
    let Some(case) = Case::new() else { return };
    let late = case.start_login(&["--no-browser", "--timeout", "1"]).end();
    assert!(late.code == Some(1) && late.stderr.contains("E_NET_TIMEOUT"), "{late:?}");
    let waiting = case.start_login(&["--no-browser"]);
    let stop = Command::new("kill").arg("-INT").arg(waiting.child.id().to_string()).status();
    assert!(stop.unwrap().success());
    let stopped = waiting.end();
    assert!(stopped.code == Some(1) && stopped.stderr.contains("cancelled"), "{stopped:?}");
    assert_eq!(case.spacedrive.json(["auth", "list"]), json!([]));
    assert!(!case.spacedrive.data.path().join("vault/vault.json").exists());
}

#[test]
fn what_cannot_be_signed_in_for_is_told_before_a_browser_opens() {
    let (spacedrive, _) = Spacedrive::with_proxy(&["https://api.example.com"]);
    let login = |args: &[&str]| {
        let command = ["--output", "json", "auth", "login", "--no-browser"];
        spacedrive.run([command.as_slice(), args].concat())
    };
    for (args, says) in [
        (["-e", "proxy", "-p", "nobody"], "[auth.providers.NAME]"),
        (["-e", "proxy", "-p", "google"], "client_id"),
        (["-e", "nothing", "-p", "google"], "nothing"),
    ] {
        if args[1] == "nothing" {
            let config = "[auth.providers.google]\nclient_id = \"app\"\n";
            fs::write(spacedrive.data.path().join("config.toml"), config).unwrap();
        }
        let refused = login(&args);
        assert!(refused.code == Some(1) && refused.stderr.contains(says), "{refused:?}");
        assert!(!refused.stderr.contains("\"open\""), "{refused:?}");
    }
}
