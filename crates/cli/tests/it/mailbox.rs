//! The flagship over a real mailbox: a Dovecot on loopback that takes the tokens of a real OpenID
//! provider, scanned by Finance in jobs that are killed on the way.

use std::{
    fs,
    io::{BufRead, BufReader},
    process::{Command, Stdio},
    thread,
    time::Duration,
};

use crate::common::{Ran, Spacedrive, extension, with_server};
use ext_ops_credentials_file::{FileVault, KeySource};
use ext_services::{
    credentials::{CredentialVault, Owner},
    http::Scrubber,
};
use ext_testing::dovecot::{Dovecot, PASSWORD, USER};
use ext_testing::oidc::{Browser, Oidc};
use ext_wire::ops::credentials::Secret;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use walkdir::WalkDir;

const SCAN: &str = "action:finance.scan_mailbox.input.v1";

struct Case {
    dovecot: Dovecot,
    oidc: Oidc,
    spacedrive: Spacedrive,
    library: String,
}

impl Case {
    /// A library, Finance, and a mailbox of nine mails, of which three are receipts.
    fn new() -> Option<Self> {
        let finance = extension("finance")?;
        let oidc = Oidc::start(env!("CARGO_TARGET_TMPDIR"))?;
        let dovecot = Dovecot::start(&format!("http://{}/check", oidc.addresses[1]))?;
        for number in 1..=9 {
            let mail = if number % 3 == 2 { receipt(number) } else { letter(number) };
            dovecot.deliver("", &format!("{number}"), mail.as_bytes());
        }
        let spacedrive = Spacedrive::new();
        let library = spacedrive.library();
        let (issuer, provider) = (&oidc.issuer, oidc.addresses[0]);
        let config = format!(
            r#"
            [http]
            allow_addresses = ["{provider}", "{}", "{}"]

            [auth.providers.work]
            client_id = "public"
            authorization_url = "{issuer}/auth"
            token_url = "{issuer}/token"
            issuer = "{issuer}"
            scopes = ["openid", "mail.read"]
            hosts = ["{}", "{}"]
            "#,
            dovecot.address,
            oidc.addresses[1],
            dovecot.server(),
            oidc.api,
        );
        fs::write(spacedrive.data.path().join("config.toml"), config).unwrap();
        let this = Self { dovecot, oidc, spacedrive, library };
        let servers = [this.dovecot.server(), this.oidc.api.to_string()];
        let folder = with_server(&finance, &[&servers[0], &servers[1]]);
        let ran = this.run(&["ext", "install", folder.path().to_str().unwrap(), "--yes"]);
        assert_eq!(ran.code, Some(0), "{ran:?}");
        Some(this)
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = self.spacedrive.command(["-vv", "--output", "json"]);
        command.env("SPACEDRIVE_LIBRARY", &self.library).args(args);
        command.env("SSL_CERT_FILE", self.dovecot.certificate_file());
        command
    }

    fn run(&self, args: &[&str]) -> Ran {
        crate::common::ran(self.command(args).output().unwrap())
    }

    fn json(&self, args: &[&str]) -> Value {
        let ran = self.run(args);
        assert_eq!(ran.code, Some(0), "{ran:?}");
        serde_json::from_slice(&ran.stdout).unwrap()
    }

    fn login(&self) {
        let args = ["auth", "login", "-e", "finance", "-p", "work", "--no-browser"];
        let mut child =
            self.command(&args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stderr.take().unwrap()).read_line(&mut line).unwrap();
        let said: Value = serde_json::from_str(&line).unwrap_or_else(|_| panic!("{line}"));
        let mut browser = Browser::default();
        let back = browser.sign_in(said["open"].as_str().unwrap());
        assert_eq!(browser.get(&back).status, 200);
        assert!(child.wait().unwrap().success());
    }

    fn keep_password(&self, password: &str) {
        let file = self.spacedrive.data.path().join("password");
        fs::write(&file, password).unwrap();
        let server = self.dovecot.server();
        self.json(&[
            "secret",
            "set",
            "mail",
            "-e",
            "finance",
            "--host",
            &server,
            "--user",
            USER,
            "--file",
            file.to_str().unwrap(),
        ]);
    }

    /// Makes the job that scans the mailbox.
    fn ask(&self, auth: &str) -> Value {
        let mailbox =
            json!({ "kind": "imap", "server": self.dovecot.server(), "auth": auth, "user": USER });
        self.json(&["op", "call", SCAN, "--input", &json!({ "mailbox": mailbox }).to_string()])
    }

    fn last_job(&self) -> Value {
        self.json(&["job", "list"])[0].clone()
    }

    fn amounts(&self) -> Vec<f64> {
        let rows = self.json(&["op", "call", "query:finance.export.v1"]);
        let amounts = rows.as_array().unwrap().iter().map(|row| row["amount"].as_f64().unwrap());
        let mut amounts: Vec<f64> = amounts.collect();
        amounts.sort_by(f64::total_cmp);
        amounts
    }
}

fn receipt(number: u32) -> String {
    format!(
        "From: Corner Shop <till@corner.example>\r\nSubject: Your receipt\r\n\
         Message-ID: <{number}@corner.example>\r\nDate: Mon, 05 Jan 2026 09:00:00 +0000\r\n\r\n\
         Receipt No: {number}\r\nTea  1.00\r\nCake  {number}.00\r\nTotal  {}.00 GBP\r\nPaid by card\r\n",
        number + 1
    )
}

fn letter(number: u32) -> String {
    format!(
        "From: a@b.example\r\nSubject: Hello\r\nMessage-ID: <l{number}@b.example>\r\n\r\nSee you at nine.\r\n"
    )
}

#[test]
fn evt_11_a_mailbox_is_scanned_with_a_login_by_jobs_that_are_killed() {
    let Some(case) = Case::new() else { return };
    case.login();
    let asked = case.ask("work");
    assert_eq!(asked["created"], true, "{asked}");
    assert_eq!(case.ask("work")["created"], false, "one job for one mailbox");
    for wait in [300, 600, 900] {
        let mut child = case.command(&["job", "run"]);
        let mut child = child.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        thread::sleep(Duration::from_millis(wait));
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let ran = case.run(&["job", "run"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert_eq!(case.amounts(), [3.0, 6.0, 9.0], "{ran:?} {}", case.last_job());
    // What comes later is booked by the next scan, which starts behind the last message.
    case.dovecot.deliver("", "10", receipt(20).as_bytes());
    case.ask("work");
    case.json(&["job", "run"]);
    let job = case.last_job();
    assert_eq!(job["output"]["messages"], 1, "{job}");
    assert_eq!(case.amounts(), [3.0, 6.0, 9.0, 21.0]);
    assert!(case.dovecot.flags().iter().all(String::is_empty), "all mail is still unread");
    let entries = case.json(&["entry", "list", "--type", "receipt"]);
    let id = entries[0]["id"].as_str().unwrap();
    let sidecars = case.json(&["sidecar", "list", id]);
    let names: Vec<&str> =
        sidecars.as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["email.json", "ocr.txt", "receipt.json"]);
}

#[test]
fn a_scan_that_is_stopped_has_a_last_word_and_goes_on_with_the_next_run() {
    let Some(case) = Case::new() else { return };
    case.keep_password(PASSWORD);
    for number in 10..=90 {
        case.dovecot.deliver("", &format!("{number}"), receipt(number).as_bytes());
    }
    case.ask("mail");
    for (output, word) in [("table", "Stopped. "), ("json", "\"stopped\":true")] {
        let before = case.last_job()["progress"]["done"].as_u64().unwrap_or_default();
        let mut command = case.spacedrive.command(["--output", output, "job", "run"]);
        command.env("SPACEDRIVE_LIBRARY", &case.library);
        command.env("SSL_CERT_FILE", case.dovecot.certificate_file());
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        while case.last_job()["progress"]["done"].as_u64().unwrap_or_default() <= before {
            thread::sleep(Duration::from_millis(20));
        }
        kill_process(Pid::from_raw(child.id().cast_signed()).unwrap(), Signal::INT).unwrap();
        let ran = crate::common::ran(child.wait_with_output().unwrap());
        assert_eq!(ran.code, Some(3), "{ran:?}");
        assert!(String::from_utf8_lossy(&ran.stdout).contains(word), "{ran:?}");
        let job = case.last_job();
        assert_eq!(job["state"], "waiting", "{job}");
    }
    let ran = case.run(&["job", "run"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert_eq!(case.amounts().len(), 3 + 81, "each once: {}", case.last_job());
}

#[test]
fn a_mailbox_at_gmail_is_scanned_with_a_login() {
    let Some(case) = Case::new() else { return };
    case.login();
    let mailbox = json!({ "kind": "gmail", "auth": "work", "server": case.oidc.api });
    let input = json!({ "mailbox": mailbox, "since": "2026-01-01" }).to_string();
    for (messages, booked) in [(3, 1), (0, 0)] {
        case.json(&["op", "call", SCAN, "--input", &input]);
        case.json(&["job", "run"]);
        let output = case.last_job()["output"].clone();
        assert_eq!(output["messages"], messages, "{output}");
        assert_eq!(output["booked"], booked, "{output}");
    }
    assert_eq!(case.amounts(), [7.0]);
}

#[test]
fn cred_19_passwords_and_tokens_of_mailboxes_stand_nowhere() {
    let Some(case) = Case::new() else { return };
    case.keep_password(PASSWORD);
    case.login();
    let data = case.spacedrive.data.path();
    fs::remove_file(data.join("password")).unwrap();
    let mut ran = Vec::new();
    for auth in ["mail", "work"] {
        case.ask(auth);
        ran.push(case.run(&["job", "run"]));
        ran.push(case.run(&["job", "list"]));
    }
    let vault = FileVault::new(data.join("vault"), KeySource::File(data.join("vault.key")));
    let owner = Owner { extension: "finance".into(), library: case.library.parse().unwrap() };
    let Secret::OAuth2(tokens) = vault.get(&owner, "work").unwrap().0.secret else { panic!() };
    let login = format!("user={USER}\x01auth=Bearer {}\x01\x01", tokens.access_token.expose());
    let plain = format!("\0{USER}\0{PASSWORD}");
    let secrets = [PASSWORD, tokens.access_token.expose(), &login, &plain];
    let scrubber = Scrubber::new(secrets.map(str::as_bytes));
    for ran in &ran {
        assert_eq!(ran.code, Some(0), "{ran:?}");
        assert!(!scrubber.finds(&ran.stdout) && !scrubber.finds(ran.stderr.as_bytes()), "{ran:?}");
    }
    let files = WalkDir::new(data).into_iter().filter_map(Result::ok);
    for file in files.filter(|entry| entry.file_type().is_file()) {
        assert!(!scrubber.finds(&fs::read(file.path()).unwrap()), "{}", file.path().display());
    }
}

#[test]
fn cred_16_a_login_that_ended_stops_the_scan_and_says_how_to_go_on() {
    let Some(case) = Case::new() else { return };
    case.keep_password(PASSWORD);
    case.ask("mail");
    case.json(&["job", "run"]);
    assert_eq!(case.amounts(), [3.0, 6.0, 9.0]);
    // For a server that the credential is not for, there is none.
    let web = json!({ "mailbox": { "kind": "gmail", "auth": "mail" } }).to_string();
    case.json(&["op", "call", SCAN, "--input", &web]);
    assert_eq!(case.run(&["job", "run"]).code, Some(3));
    assert_eq!(case.last_job()["error"]["code"], "E_CRED_NOTFOUND");
    case.login();
    case.json(&["auth", "logout", "work", "-e", "finance", "--local"]);
    case.ask("work");
    assert_eq!(case.run(&["job", "run"]).code, Some(3));
    let job = case.last_job();
    assert_eq!(
        (&job["state"], &job["error"]["code"]),
        (&json!("failed"), &json!("E_CRED_NOTFOUND"))
    );
    // A password that is none any more is told to the user.
    case.keep_password("changed");
    case.ask("mail");
    assert_eq!(case.run(&["job", "run"]).code, Some(3));
    let job = case.last_job();
    assert_eq!(job["error"]["code"], "E_CRED_REAUTH", "{job}");
    assert!(job["error"]["error"].as_str().unwrap().contains("does not accept the login"));
}

#[test]
fn a_login_that_cannot_be_checked_now_is_tried_again() {
    let Some(case) = Case::new() else { return };
    case.login();
    // The mail server asks the provider whether a token is good.
    drop(case.oidc);
    let mailbox =
        json!({ "kind": "imap", "server": case.dovecot.server(), "auth": "work", "user": USER });
    let input = json!({ "mailbox": mailbox }).to_string();
    let run = |args: &[&str]| {
        let mut command = case.spacedrive.command(["--output", "json"]);
        command.env("SPACEDRIVE_LIBRARY", &case.library).args(args);
        command.env("SSL_CERT_FILE", case.dovecot.certificate_file());
        crate::common::ran(command.output().unwrap())
    };
    assert_eq!(run(&["op", "call", SCAN, "--input", &input]).code, Some(0));
    assert_eq!(run(&["job", "run"]).code, Some(0));
    let jobs: Value = serde_json::from_slice(&run(&["job", "list"]).stdout).unwrap();
    assert_eq!(
        (&jobs[0]["state"], &jobs[0]["error"]["code"]),
        (&json!("waiting"), &json!("E_NET"))
    );
}
