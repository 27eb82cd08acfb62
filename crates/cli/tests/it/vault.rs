//! The extension Vault in the real host, as a person uses it.

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    process::Stdio,
    thread,
    time::Duration,
};

use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use ext_testing::{TestServer, answer};
use serde_json::{Value, json};
use walkdir::WalkDir;

use crate::common::{Ran, Spacedrive, extension, ran};

const MASTER: &str = "master-canary-7d1f";

/// Runs a command with lines on stdin, as a script does.
fn with_lines(spacedrive: &Spacedrive, args: &[&str], lines: &[&str]) -> Ran {
    let mut command = spacedrive.command(args);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    for line in lines {
        writeln!(stdin, "{line}").unwrap();
    }
    drop(stdin);
    ran(child.wait_with_output().unwrap())
}

/// Runs a command that has to succeed, and returns what it prints.
fn ok(spacedrive: &Spacedrive, args: &[&str], lines: &[&str]) -> String {
    let ran = with_lines(spacedrive, args, lines);
    assert_eq!(ran.code, Some(0), "{args:?}: {ran:?}");
    String::from_utf8(ran.stdout).unwrap()
}

/// Returns a text as it may stand in a file: as it is, and in base64 at each of three places.
fn forms(text: &str) -> Vec<Vec<u8>> {
    let shifted = (0..3).map(|before| {
        let bytes = [&vec![b' '; before], text.as_bytes()].concat();
        let coded = STANDARD_NO_PAD.encode(bytes).into_bytes();
        // The first characters are those of the blanks as well, the last ones of what follows.
        coded[before * 4 / 3 + usize::from(before > 0)..coded.len() - 2].to_vec()
    });
    [text.as_bytes().to_vec()].into_iter().chain(shifted).collect()
}

/// Fails when any file of the data folder holds one of the texts.
fn assert_nowhere(spacedrive: &Spacedrive, texts: &[&str]) {
    let forms: Vec<Vec<u8>> = texts.iter().flat_map(|text| forms(text)).collect();
    let mut files = 0;
    for entry in WalkDir::new(spacedrive.data.path()) {
        let entry = entry.unwrap();
        if !entry.file_type().is_file() {
            continue;
        }
        let bytes = fs::read(entry.path()).unwrap();
        files += 1;
        for form in &forms {
            let found = memchr::memmem::find(&bytes, form).is_some();
            let text = String::from_utf8_lossy(form);
            assert!(!found, "{} holds {text}", entry.path().display());
        }
    }
    assert!(files > 5, "{files}");
}

#[test]
fn a_vault_keeps_items_and_the_data_folder_holds_no_plain_text() {
    let Some((spacedrive, _)) = Spacedrive::with_extension("vault") else { return };
    let create = ["vault", "create"];
    ok(&spacedrive, &create, &[MASTER]);
    let again = with_lines(&spacedrive, &create, &[MASTER]);
    assert_eq!(
        (again.code, again.stderr.contains("has a vault already")),
        (Some(1), true),
        "{again:?}"
    );

    let add = ["vault", "add", "login", "title-canary-11", "username=user-canary-33"];
    ok(&spacedrive, &add, &[MASTER, "password-canary-22"]);
    let notes = spacedrive.data.path().parent().unwrap().join("notes-for-the-vault.txt");
    fs::write(&notes, "notes-canary-44").unwrap();
    let edit = ["vault", "edit", "title-canary-11", "--notes", notes.to_str().unwrap()];
    ok(&spacedrive, &edit, &[MASTER]);
    let attach = [
        "vault",
        "attach",
        "title-canary-11",
        "file-canary.txt",
        "--file",
        notes.to_str().unwrap(),
    ];
    ok(&spacedrive, &attach, &[MASTER]);
    fs::remove_file(&notes).unwrap();

    let list = ok(&spacedrive, &["vault", "list", "canary-33"], &[MASTER]);
    assert!(list.contains("title-canary-11  user-canary-33  login"), "{list}");
    let get = ok(&spacedrive, &["vault", "get", "title-canary-11"], &[MASTER]);
    assert_eq!(get.trim_end(), "password-canary-22");
    let shown = ok(&spacedrive, &["vault", "show", "title-canary-11"], &[MASTER]);
    assert!(shown.contains("********") && !shown.contains("canary-22"), "{shown}");

    // The title that was meant is told to the person, and to nobody else.
    let slip = ["vault", "delete", "itle-canary-11", "--forever"];
    let slip = with_lines(&spacedrive, &slip, &[MASTER]);
    assert_eq!(slip.code, Some(1), "{slip:?}");
    assert!(slip.stderr.contains("did you mean `title-canary-11`?"), "{slip:?}");
    ok(&spacedrive, &["vault", "add", "note", "Diary"], &[MASTER, "diary-canary-55"]);
    let diary = ok(&spacedrive, &["vault", "get", "diary"], &[MASTER]);
    assert_eq!(diary.trim_end(), "diary-canary-55");

    for wrong in ["wrong-canary-99", ""] {
        let refused = with_lines(&spacedrive, &["vault", "list"], &[wrong]);
        assert_eq!(refused.code, Some(1), "{refused:?}");
        assert!(!refused.stderr.contains("canary"), "{refused:?}");
    }
    let without = with_lines(&spacedrive, &["vault", "list"], &[]);
    assert!(without.stderr.contains("`master-password` is missing"), "{without:?}");

    let backup = spacedrive.data.path().join("backup-of-test");
    spacedrive.json(["library", "backup", "Test", "--to", backup.to_str().unwrap()]);
    let canaries = [
        "canary-11",
        "canary-22",
        "canary-33",
        "canary-44",
        "canary-55",
        "canary-7d1f",
        "canary.txt",
    ];
    assert_nowhere(&spacedrive, &canaries);
}

#[test]
fn an_export_is_a_new_file_that_comes_in_again() {
    let Some((spacedrive, _)) = Spacedrive::with_extension("vault") else { return };
    ok(&spacedrive, &["vault", "create"], &[MASTER]);
    ok(&spacedrive, &["vault", "add", "login", "Mail", "username=ann", "--generate"], &[MASTER]);
    let out = tempfile::tempdir().unwrap();
    let file = out.path().join("vault.kdbx");
    let file = file.to_str().unwrap();
    let export = ["vault", "export", "--to", file];
    let done = ok(&spacedrive, &export, &[MASTER, "file password"]);
    assert!(done.contains(file), "{done}");
    assert_eq!(&fs::read(file).unwrap()[..4], [0x03, 0xd9, 0xa2, 0x9a]);
    let again = with_lines(&spacedrive, &export, &[MASTER, "file password"]);
    assert!(again.stderr.contains("is there already"), "{again:?}");
    let import = ok(&spacedrive, &["vault", "import", file], &[MASTER, "file password"]);
    assert!(import.contains("there already  1"), "{import}");
}

/// What takes secrets is kept nowhere: no job, no schedule, no tool, no argument that others see.
#[test]
fn a_secret_is_no_input_of_a_job_and_no_argument() {
    let Some((spacedrive, library)) = Spacedrive::with_extension("vault") else { return };
    ok(&spacedrive, &["vault", "create"], &[MASTER]);
    let unlock = "action:vault.unlock.input.v1";
    let input = json!({ "master_password": MASTER }).to_string();
    let dispatch = json!({ "method": "query:vault.list.v1", "input": {} }).to_string();
    let call =
        ["op", "call", "action:jobs.dispatch.input.v1", "-l", &library, "--input", &dispatch];
    let refused = spacedrive.run(call);
    assert!(refused.stderr.contains("takes secrets") && refused.code == Some(1), "{refused:?}");
    let schedule = ["job", "schedule", "query:vault.list.v1", "--every", "1h", "-l", &library];
    let refused = spacedrive.run(schedule);
    assert!(refused.stderr.contains("takes secrets") && refused.code == Some(1), "{refused:?}");

    let seen = spacedrive.run(["op", "call", unlock, "-l", &library, "--input", &input]);
    assert!(seen.stderr.contains("`master_password` is a secret"), "{seen:?}");
    let call = ["op", "call", unlock, "-l", &library, "--input", "-"];
    let unlocked = ok(&spacedrive, &call, &[&input]);
    assert!(unlocked.contains("\"unlocked\": true"), "{unlocked}");

    let mut command = spacedrive.command(["mcp", "--method", "vault.*"]);
    let mut mcp = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut to = mcp.stdin.take().unwrap();
    let hello = json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
        "protocolVersion": "2025-06-18", "capabilities": {},
        "clientInfo": { "name": "test", "version": "1" } } });
    let ready = json!({ "jsonrpc": "2.0", "method": "notifications/initialized" });
    let list = json!({ "jsonrpc": "2.0", "id": 2, "method": "tools/list", "params": {} });
    for message in [hello, ready, list] {
        writeln!(to, "{message}").unwrap();
    }
    let lines = BufReader::new(mcp.stdout.take().unwrap()).lines();
    let listed = lines.map_while(Result::ok).find(|line| line.contains("\"id\":2")).unwrap();
    drop(to);
    mcp.wait().unwrap();
    let listed: Value = serde_json::from_str(&listed).unwrap();
    let tools = listed["result"]["tools"].as_array().unwrap().iter();
    let mut names: Vec<_> = tools.map(|tool| tool["name"].as_str().unwrap()).collect();
    names.sort_unstable();
    let open = [
        "action-vault-expire-input-v1",
        "action-vault-lock-input-v1",
        "query-vault-generate-v1",
        "query-vault-status-v1",
    ];
    assert_eq!(names, open);
}

/// The protocol of Pwned Passwords over a real connection: five digits go out, and no more.
#[test]
fn breached_passwords_are_asked_for_by_five_digits() {
    let Some(built) = extension("vault") else { return };
    let server = TestServer::start(|_| {
        answer("200 OK", "", b"1E4C9B93F3F0682250B6CF8331B7EE68FD8:9545824\r\n0018A45C4D1DEF81644B54AB7F969B88D65:0\r\n")
    });
    let origin = format!("http://demo.localhost:{}", server.address().port());
    let spacedrive = Spacedrive::new();
    let config = format!("[http]\nallow_addresses = [\"{}\"]\n", server.address());
    fs::write(spacedrive.data.path().join("config.toml"), config).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let manifest = fs::read_to_string(built.join("manifest.json")).unwrap();
    let manifest = manifest.replace("https://api.pwnedpasswords.com", &origin);
    fs::write(folder.path().join("manifest.json"), manifest).unwrap();
    fs::copy(built.join("vault.wasm"), folder.path().join("vault.wasm")).unwrap();
    let installed = spacedrive.run(["ext", "install", folder.path().to_str().unwrap(), "--yes"]);
    assert_eq!(installed.code, Some(0), "{installed:?}");
    let library = spacedrive.library();
    ok(&spacedrive, &["vault", "create"], &[MASTER]);
    // SHA-1: 5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8.
    ok(&spacedrive, &["vault", "add", "login", "Mail"], &[MASTER, "password"]);
    let input =
        json!({ "master_password": MASTER, "breached": true, "server": origin }).to_string();
    let call = ["op", "call", "query:vault.health.v1", "-l", &library, "--input", "-"];
    let found = ok(&spacedrive, &call, &[&input]);
    assert!(found.contains("9545824 times in known breaches"), "{found}");
    let requests = server.requests();
    assert_eq!(requests.len(), 1);
    assert!(requests[0].starts_with("GET /range/5BAA6 HTTP/1.1\r\n"), "{requests:?}");
    assert!(requests[0].to_lowercase().contains("add-padding: true"), "{requests:?}");
    assert!(!requests[0].to_uppercase().contains("1E4C9"), "{requests:?}");
}

/// The vault is unlocked in the daemon, for all commands, until it is locked.
#[test]
fn a_daemon_keeps_the_vault_unlocked() {
    let Some((spacedrive, _)) = Spacedrive::with_extension("vault") else { return };
    spacedrive.json(["serve", "--detach"]);
    ok(&spacedrive, &["vault", "create"], &[MASTER]);
    ok(&spacedrive, &["vault", "unlock"], &[MASTER]);
    ok(&spacedrive, &["vault", "add", "login", "title-canary-11"], &["password-canary-22"]);
    assert_eq!(
        ok(&spacedrive, &["vault", "get", "title-canary-11"], &[]).trim_end(),
        "password-canary-22"
    );
    let view = || ok(&spacedrive, &["view", "vault", "items"], &[]);
    let shown = view();
    assert!(shown.contains("title-canary-11") && !shown.contains("password-canary-22"), "{shown}");
    let reveal = ["op", "call", "action:vault.reveal.input.v1", "--input"];
    let reveal = [&reveal[..], &[r#"{"item": "title-canary-11"}"#]].concat();
    assert!(ok(&spacedrive, &reveal, &[]).contains("password-canary-22"));
    ok(&spacedrive, &["vault", "lock"], &[]);
    assert_eq!(with_lines(&spacedrive, &["vault", "list"], &[]).code, Some(1));
    let shown = view();
    assert!(shown.contains("locked") && !shown.contains("title-canary-11"), "{shown}");
    spacedrive.run(["serve", "--stop"]);
    assert_nowhere(&spacedrive, &["canary-11", "canary-22", "canary-7d1f"]);
}

#[test]
fn what_a_vault_lacks_is_told_with_the_command_that_helps() {
    let Some((spacedrive, _)) = Spacedrive::with_extension("vault") else { return };
    let none = with_lines(&spacedrive, &["vault", "list"], &[MASTER]);
    assert_eq!(none.code, Some(1), "{none:?}");
    assert!(none.stderr.contains("this library has no vault"), "{none:?}");
    assert!(none.stderr.contains("hint: `spacedrive vault create` makes one"), "{none:?}");
    ok(&spacedrive, &["vault", "create"], &[MASTER]);
    // Without a daemon nothing would be left of it.
    let unlocked = with_lines(&spacedrive, &["vault", "unlock"], &[MASTER]);
    assert_eq!(unlocked.code, Some(1), "{unlocked:?}");
    assert!(unlocked.stderr.contains("no daemon runs"), "{unlocked:?}");
    assert!(unlocked.stderr.contains("hint: `spacedrive serve --detach`"), "{unlocked:?}");
}

/// Kills a command after a pause.
fn kill_after(spacedrive: &Spacedrive, args: &[&str], lines: &[&str], pause: Duration) {
    let mut command = spacedrive.command(args);
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    for line in lines {
        writeln!(stdin, "{line}").unwrap();
    }
    drop(stdin);
    thread::sleep(pause);
    child.kill().unwrap();
    child.wait().unwrap();
}

/// What a kill at each call to the host leaves is tested on the fake host; this is the real one, with its
/// database and its files.
#[test]
fn a_vault_whose_rotation_or_change_of_password_is_killed_opens_by_one_password_with_all_in_it() {
    const OTHER: &str = "another-canary-9c2e";
    let Some((spacedrive, _)) = Spacedrive::with_extension("vault") else { return };
    ok(&spacedrive, &["vault", "create"], &[MASTER]);
    let csv = tempfile::NamedTempFile::with_suffix(".csv").unwrap();
    let rows = (0..30).map(|at| format!("Site {at},https://s{at}.example,ann,swordfish {at}\n"));
    fs::write(csv.path(), format!("name,url,username,password\n{}", rows.collect::<String>()))
        .unwrap();
    ok(&spacedrive, &["vault", "import", csv.path().to_str().unwrap()], &[MASTER]);
    let is_whole = |password: &str| {
        let listed = with_lines(&spacedrive, &["--output", "json", "vault", "list"], &[password]);
        let rows: Value = serde_json::from_slice(&listed.stdout).unwrap_or_default();
        let whole = rows.as_array().is_some_and(|rows| {
            rows.len() == 30 && rows.iter().all(|row| row["title"].as_str().is_some())
        });
        assert!(whole || listed.stderr.contains("password is wrong"), "{listed:?}");
        whole
    };
    for pause in [400, 800, 1200, 1600, 2400] {
        let pause = Duration::from_millis(pause);
        kill_after(&spacedrive, &["vault", "rotate"], &[MASTER], pause);
        assert!(is_whole(MASTER), "after {pause:?}");
    }
    let done = ok(&spacedrive, &["--output", "json", "vault", "rotate"], &[MASTER]);
    assert_eq!(serde_json::from_str::<Value>(&done).unwrap(), json!({"items": 30, "damaged": []}));
    let (mut old, mut new) = (MASTER, OTHER);
    for pause in [300, 600, 900, 1200, 1500] {
        let pause = Duration::from_millis(pause);
        kill_after(&spacedrive, &["vault", "passwd"], &[old, new], pause);
        let (opens_old, opens_new) = (is_whole(old), is_whole(new));
        assert!(opens_old != opens_new, "after {pause:?}: old {opens_old}, new {opens_new}");
        if opens_new {
            (old, new) = (new, old);
        }
    }
    let got = ok(&spacedrive, &["vault", "get", "Site 7"], &[old]);
    assert_eq!(got.trim_end(), "swordfish 7");
}
