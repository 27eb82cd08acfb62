//! The flagship over JMAP and Microsoft Graph, over IMAP with STARTTLS, over a mailbox in a file, and at the
//! server of exchange rates, by the commands that a person types.

use std::{fs, process::Stdio, sync::Arc, thread, time::Duration};

use ext_testing::dovecot::{Dovecot, PASSWORD, USER};
use ext_testing::mailboxes::{Asked, Graph, Jmap, Mail, TOKEN, serve};
use ext_testing::{TestServer, archive, stored_archive};
use serde_json::{Value, json};

use crate::common::{Ran, Spacedrive, extension, with_server};

/// A library with Finance, which may reach one server on loopback.
struct Case {
    spacedrive: Spacedrive,
    library: String,
    certificates: Option<std::path::PathBuf>,
}

impl Case {
    fn new(origin: &str, address: &str) -> Option<Self> {
        let finance = extension("finance")?;
        let spacedrive = Spacedrive::new();
        let library = spacedrive.library();
        let config = format!("[http]\nallow_addresses = [\"{address}\"]\n");
        fs::write(spacedrive.data.path().join("config.toml"), config).unwrap();
        let folder = with_server(&finance, &[origin]);
        let case = Self { spacedrive, library, certificates: None };
        case.ok(&["ext", "install", folder.path().to_str().unwrap(), "--yes"]);
        Some(case)
    }

    fn run(&self, args: &[&str]) -> Ran {
        let mut command = self.spacedrive.command(args);
        command.env("SPACEDRIVE_LIBRARY", &self.library);
        if let Some(file) = &self.certificates {
            command.env("SSL_CERT_FILE", file);
        }
        crate::common::ran(command.output().unwrap())
    }

    fn ok(&self, args: &[&str]) -> String {
        let ran = self.run(args);
        assert_eq!(ran.code, Some(0), "{args:?}: {ran:?}");
        String::from_utf8(ran.stdout).unwrap()
    }

    fn json(&self, args: &[&str]) -> Value {
        let args = [&["--output", "json"], args].concat();
        serde_json::from_str(&self.ok(&args)).unwrap()
    }

    fn keep_secret(&self, name: &str, secret: &str, more: &[&str]) {
        let file = self.spacedrive.data.path().join("secret");
        fs::write(&file, secret).unwrap();
        let set = ["secret", "set", name, "-e", "finance", "--file", file.to_str().unwrap()];
        self.ok(&[&set, more].concat());
    }

    /// Runs the jobs until all have ended, and returns the last one: one that a server put off is run again.
    fn run_job(&self) -> Value {
        for _ in 0..20 {
            self.run(&["job", "run"]);
            let jobs = self.json(&["job", "list"]);
            if jobs.as_array().unwrap().iter().all(|job| job["state"] != "waiting") {
                return jobs[0].clone();
            }
            thread::sleep(Duration::from_millis(500));
        }
        panic!("the job does not end: {}", self.ok(&["job", "list"]));
    }

    fn amounts(&self) -> Vec<f64> {
        let rows = self.json(&["receipt", "list"]);
        let amounts = rows.as_array().unwrap().iter().map(|row| row["amount"].as_f64().unwrap());
        let mut amounts: Vec<f64> = amounts.collect();
        amounts.sort_by(f64::total_cmp);
        amounts
    }
}

fn mail(number: u32) -> Mail {
    let body = match number % 3 {
        2 => format!(
            "Receipt No: {number}\r\nTea  {number}.00\r\nTotal  {number}.00 GBP\r\nPaid by card"
        ),
        _ => "See you at nine.".to_owned(),
    };
    let raw = format!(
        "From: Corner Shop <till@corner.example>\r\nSubject: Your receipt\r\n\
         Message-ID: <{number}@corner.example>\r\nDate: Mon, 05 Jan 2026 09:00:00 +0000\r\n\r\n{body}\r\n"
    );
    let received_at = format!("2026-01-{number:02}T09:00:00Z");
    Mail { id: format!("M{number}"), received_at, folder: "inbox", raw: raw.into_bytes() }
}

fn origin(server: &TestServer) -> String {
    format!("http://mail.localhost:{}", server.address().port())
}

/// Scans twice: the second time only what is new is fetched.
fn scans(case: &Case, scan: &[&str], deliver: impl Fn(Mail), revoke: impl FnOnce()) {
    case.keep_secret("ada", TOKEN, &["--host", scan.last().unwrap()]);
    let asked = case.json(scan);
    assert_eq!(asked["created"], true, "{asked}");
    let job = case.run_job();
    assert_eq!(case.amounts(), [2.0, 5.0, 8.0], "{job}");
    deliver(mail(11));
    case.ok(scan);
    let job = case.run_job();
    assert_eq!(job["output"]["messages"], 1, "{job}");
    assert_eq!(case.amounts(), [2.0, 5.0, 8.0, 11.0]);
    let listed = case.ok(&["mailbox", "list"]);
    assert!(listed.contains("ada at mail.localhost") && listed.contains("10"), "{listed}");
    revoke();
    case.ok(scan);
    assert_eq!(case.run(&["job", "run"]).code, Some(3));
    let job = case.json(&["job", "list"])[0].clone();
    assert_eq!(job["error"]["code"], "E_CRED_REAUTH", "{job}");
}

#[test]
fn a_mailbox_over_jmap_is_scanned_by_a_command() {
    let jmap = Arc::new(Jmap::default());
    (1..=9).for_each(|number| jmap.deliver(mail(number)));
    jmap.moods.lock().unwrap().throttled = 1;
    let serving = Arc::clone(&jmap);
    let server = serve(move |asked: &Asked| serving.respond(asked));
    let Some(case) = Case::new(&origin(&server), &server.address().to_string()) else { return };
    let at = origin(&server);
    let scan = ["mailbox", "scan", "jmap", "--auth", "ada", "--server", &at];
    scans(&case, &scan, |mail| jmap.deliver(mail), || jmap.moods.lock().unwrap().revoked = true);
}

#[test]
fn a_mailbox_over_graph_is_scanned_by_a_command() {
    let graph = Arc::new(Graph::new(""));
    (1..=9).for_each(|number| graph.deliver(mail(number)));
    graph.moods.lock().unwrap().throttled = 1;
    let serving = Arc::clone(&graph);
    let server = serve(move |asked: &Asked| serving.respond(asked));
    graph.stands_at(&origin(&server));
    let Some(case) = Case::new(&origin(&server), &server.address().to_string()) else { return };
    let at = origin(&server);
    let scan = ["mailbox", "scan", "graph", "--auth", "ada", "--server", &at];
    scans(&case, &scan, |mail| graph.deliver(mail), || graph.moods.lock().unwrap().revoked = true);
}

#[test]
fn a_server_that_turns_to_tls_is_scanned_by_a_command() {
    let Some(dovecot) = Dovecot::start("http://127.0.0.1:1/check") else { return };
    let server = dovecot.plain_server();
    let Some(mut case) = Case::new(&server, &dovecot.plain_address.to_string()) else { return };
    case.certificates = Some(dovecot.certificate_file());
    dovecot.deliver("", "2", &mail(2).raw);
    case.keep_secret("mail", PASSWORD, &["--host", &server, "--user", USER]);
    case.ok(&["mailbox", "scan", "imap", "--auth", "mail", "--server", &server]);
    let job = case.run_job();
    assert_eq!(case.amounts(), [2.0], "{job}");
}

#[test]
fn every_email_of_a_mailbox_in_a_file_is_read_when_it_is_imported() {
    let Some(case) = Case::new("http://mail.localhost:1", "127.0.0.1:1") else { return };
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("all.mbox");
    let letter = |at| {
        format!(
            "From - Mon Jan  5 09:00:00 2026\r\nFrom: a@b.example\r\nSubject: {at}\r\n\r\nSee you.\r\n\r\n"
        )
    };
    let mut mbox: String = (0..1200).map(letter).collect();
    mbox += "From - Mon Jan  5 09:00:00 2026\r\n";
    mbox += &String::from_utf8(mail(2).raw).unwrap();
    fs::write(&file, mbox).unwrap();
    let report = case.json(&["import", file.to_str().unwrap()]);
    assert_eq!(report["failures"], json!([]), "{report}");
    let job = case.run_job();
    assert_eq!(case.amounts(), [2.0], "{job}");
    let listed = case.ok(&["mailbox", "list"]);
    assert!(listed.contains("all.mbox") && listed.contains("1201"), "{listed}");
}

/// The archive of a Takeout is read in pieces, each of which may be the last one of its program.
#[test]
fn evt_11_each_email_of_an_archive_is_booked_once_by_jobs_that_are_killed() {
    let Some(case) = Case::new("http://mail.localhost:1", "127.0.0.1:1") else { return };
    let folder = tempfile::tempdir().unwrap();
    let mailbox = |numbers: std::ops::Range<u32>| -> Vec<u8> {
        let mails = numbers.map(|number| [b"From a\r\n", &mail(number).raw[..], b"\r\n"].concat());
        mails.collect::<Vec<_>>().concat()
    };
    let (all, sent) = (mailbox(2..42), mailbox(42..62));
    let files = [("Takeout/Mail/All.mbox", &all[..]), ("Takeout/Mail/Sent.mbox", &sent)];
    for (name, archive) in [("packed.zip", archive(&files)), ("stored.zip", stored_archive(&files))]
    {
        fs::write(folder.path().join(name), archive).unwrap();
    }
    case.json(&["import", folder.path().to_str().unwrap(), "--no-index"]);
    for pause in [200, 400, 600, 800, 1000] {
        let mut command = case.spacedrive.command(["job", "run"]);
        command.env("SPACEDRIVE_LIBRARY", &case.library);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        thread::sleep(Duration::from_millis(pause));
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let job = case.run_job();
    let each_once: Vec<f64> = (2..62).step_by(3).map(f64::from).collect();
    assert_eq!(case.amounts(), each_once, "{job}");
}

#[test]
fn wrong_arguments_say_what_to_do() {
    let Some(case) = Case::new("http://mail.localhost:1", "127.0.0.1:1") else { return };
    for (args, says) in [
        (&["jmap", "--auth", "ada"][..], "server"),
        (&["imap", "--server", "imaps://imap.example.com"], "auth"),
        (&["pop3"], "possible values"),
        (&["gmail", "--auth", "ada", "--folder", "x"], "folder"),
        (&["gmail", "--auth", "ada", "--since", "May"], "not a day such as"),
        (&["file", "--entry", "none.mbox"], "none.mbox"),
    ] {
        let ran = case.run(&[&["mailbox", "scan"], args].concat());
        assert!(matches!(ran.code, Some(1 | 2)) && ran.stderr.contains(says), "{args:?}: {ran:?}");
    }
    // A login that was never stored is told by the job.
    case.ok(&["mailbox", "scan", "gmail", "--auth", "nobody"]);
    assert_eq!(case.run(&["job", "run"]).code, Some(3));
    assert!(case.ok(&["mailbox", "list"]).contains("no mailbox was scanned"));
}

/// The file of a day as the European Central Bank documents it.
const RATES: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01" xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">
<gesmes:subject>Reference rates</gesmes:subject><gesmes:Sender><gesmes:name>European Central Bank</gesmes:name></gesmes:Sender>
<Cube><Cube time='2026-01-09'><Cube currency='USD' rate='1.2500'/><Cube currency='GBP' rate='0.8'/></Cube></Cube>
</gesmes:Envelope>"#;

#[test]
fn exchange_rates_are_fetched_from_the_server_of_the_bank_and_nowhere_else() {
    let server = serve(|asked: &Asked| match asked.target.as_str() {
        "/stats/eurofxref/eurofxref-daily.xml" if asked.token.is_none() => {
            let now = ("date", "Tue, 20 Jan 2026 15:00:00 GMT".to_owned());
            (200, vec![now], RATES.as_bytes().to_vec())
        }
        _ => (404, Vec::new(), Vec::new()),
    });
    let Some(case) = Case::new(&origin(&server), &server.address().to_string()) else { return };
    let input = |server: &str| json!({ "server": server }).to_string();
    let fetch = "action:finance.fetch_rates.input.v1";
    let kept = case.json(&["op", "call", fetch, "--input", &input(&origin(&server))]);
    assert_eq!((&kept["to"], &kept["new"]), (&json!("2026-01-09"), &json!(1)), "{kept}");
    assert!(kept["note"].as_str().unwrap().contains("days old"), "{kept}");
    let other = case.run(&["op", "call", fetch, "--input", &input("https://rates.example.com")]);
    assert_ne!(other.code, Some(0), "{other:?}");
    assert!(other.stderr.contains("those until 2026-01-09 stay"), "{other:?}");
}
