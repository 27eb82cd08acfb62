//! A data folder of an older version opens and works: `fixtures/data-folder-0.1` says how it was made.
//!
//! A change of a format adds to these tests what became of the old form.

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::Command,
    sync::{Arc, Mutex},
    thread,
};

use base64::{Engine, engine::general_purpose::URL_SAFE};
use ext_testing::answer;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::common::{Spacedrive, extension};

/// The port of the mail server that the jobs of the folder name, with the name `gmail.localhost`.
const PORT: u16 = 18143;

const LIBRARY: &str = "Papers";

fn fixture() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/data-folder-0.1")
}

/// Unpacks the folder `name` of the archive, as it was.
fn unpacked(name: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut tar = Command::new("tar");
    tar.arg("-xzf").arg(fixture().join("data-folder.tar.gz")).arg("-C").arg(folder.path());
    assert!(tar.args(["--strip-components=1", name]).status().unwrap().success());
    folder
}

/// Opens the old data folder with the present program.
fn opened() -> Spacedrive {
    Spacedrive { data: unpacked("data") }
}

/// Returns what the old program said, by the names in `make.sh`.
fn recorded(name: &str) -> Value {
    let text = fs::read_to_string(fixture().join("expected.json")).unwrap();
    let all: Value = serde_json::from_str(&text).unwrap();
    all[name].clone()
}

/// Returns the answer of a command about the library.
fn in_library(spacedrive: &Spacedrive, args: &[&str]) -> Value {
    spacedrive.json([args, &["--library", LIBRARY]].concat())
}

fn receipts(spacedrive: &Spacedrive) -> Vec<Value> {
    let rows = in_library(spacedrive, &["op", "call", "query:finance.export.v1"]);
    rows.as_array().unwrap().clone()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap()
}

fn field<'a>(values: &'a Value, name: &str) -> Vec<&'a Value> {
    list(values).iter().map(|value| &value[name]).collect()
}

#[test]
fn what_the_library_holds_is_as_it_was() {
    let spacedrive = opened();
    let (libraries, old) = (spacedrive.json(["library", "list"]), recorded("libraries"));
    for name in ["id", "name", "created_at"] {
        assert_eq!(field(&libraries, name), field(&old, name));
    }
    assert_eq!(in_library(&spacedrive, &["entry", "list"]), recorded("entries"));
    assert_eq!(json!(receipts(&spacedrive)), recorded("receipts"));
    let hits = in_library(&spacedrive, &["search", "Marigold"]);
    assert_eq!(hits[0]["entry"]["entry_type"], "receipt", "{hits}");
    let id = hits[0]["entry"]["id"].as_str().unwrap();
    let sidecars = in_library(&spacedrive, &["sidecar", "list", id]);
    assert_eq!(field(&sidecars, "name"), ["email.json", "ocr.txt", "receipt.json"]);
    let read = spacedrive.run(["sidecar", "get", id, "receipt.json", "--library", LIBRARY]);
    let receipt: Value = serde_json::from_slice(&read.stdout).unwrap();
    assert_eq!(receipt["vendor"], "Marigold Kitchen", "{receipt}");
}

#[test]
fn a_folder_that_an_old_program_imported_keeps_its_entries() {
    let spacedrive = opened();
    let booked = receipts(&spacedrive).len();
    // Scans of mailboxes, which book as well.
    for job in list(&in_library(&spacedrive, &["job", "list"])) {
        spacedrive.run(["job", "cancel", job["id"].as_str().unwrap(), "--library", LIBRARY]);
    }
    let libraries = spacedrive.json(["library", "list"]);
    let library = list(&libraries).iter().find(|library| library["name"] == LIBRARY).unwrap();
    let content = Path::new(library["path"].as_str().unwrap()).join("content");
    let entries = recorded("entries");
    let imported = list(&entries).iter().filter(|entry| entry["entry_type"] == "file");
    let imported: Vec<_> =
        imported.filter(|entry| entry["path"].as_str().unwrap().starts_with("mails/")).collect();
    let again = tempfile::tempdir().unwrap();
    fs::create_dir(again.path().join("mails")).unwrap();
    for entry in &imported {
        let hash = entry["content_hash"].as_str().unwrap();
        let file = again.path().join(entry["path"].as_str().unwrap());
        fs::copy(content.join(&hash[..2]).join(hash), file).unwrap();
    }
    let import = |folder: &Path| {
        let folder = folder.join("mails");
        let ran = spacedrive.run([
            "import",
            folder.to_str().unwrap(),
            "--library",
            LIBRARY,
            "--output",
            "json",
        ]);
        serde_json::from_slice::<Value>(&ran.stdout).unwrap()
    };
    let report = import(again.path());
    assert_eq!((&report["created"], &report["updated"]), (&json!(0), &json!(0)), "{report}");
    assert_eq!(report["unchanged"], imported.len(), "{report}");
    assert_eq!(receipts(&spacedrive).len(), booked);
    // Another folder of that name is kept apart.
    let other = tempfile::tempdir().unwrap();
    fs::create_dir(other.path().join("mails")).unwrap();
    fs::write(other.path().join("mails/note.txt"), "another note").unwrap();
    let report = import(other.path());
    assert_eq!((&report["created"], &report["updated"]), (&json!(1), &json!(0)), "{report}");
}

#[test]
fn what_extensions_may_do_and_have_done_is_as_it_was() {
    let spacedrive = opened();
    assert_eq!(spacedrive.json(["permission", "list"]), recorded("grants"));
    let secrets = in_library(&spacedrive, &["secret", "list", "--extension", "finance"]);
    assert_eq!(secrets, recorded("secrets"));
    assert_eq!(in_library(&spacedrive, &["job", "list"]), recorded("jobs"));
    assert_eq!(in_library(&spacedrive, &["event", "dead-letters"]), recorded("dead_letters"));
    let needed = spacedrive.json(["ext", "least-privilege", "hello"]);
    assert_eq!(needed["permissions"], recorded("least_privilege")["permissions"]);
    let audit = spacedrive.json(["audit", "verify"]);
    assert_eq!((&audit["torn"], &audit["broken"]), (&json!(false), &Value::Null), "{audit}");
    assert!(audit["records"].as_u64().unwrap() >= 30, "{audit}");
    let tail = spacedrive.json(["audit", "tail"]);
    let refused = |record: &Value| record["event"] == "refused" && record["extension"] == "watch";
    assert!(list(&tail).iter().any(refused), "{tail}");
}

#[test]
fn extensions_are_installed_and_the_one_in_quarantine_stays_there() {
    let spacedrive = opened();
    let listed = spacedrive.json(["ext", "list"]);
    assert_eq!(field(&listed, "id"), ["finance", "hello", "watch"]);
    assert_eq!(field(&listed, "version"), ["0.1.0", "0.1.0", "1.0.0"]);
    assert_eq!(field(&listed, "state"), ["ready", "ready", "quarantined"]);
    assert_eq!(listed[2]["health"]["quarantine"], "it may not ask");
    assert_eq!(listed[0]["health"]["starts"], 6);
    let counted = in_library(&spacedrive, &["op", "call", "query:hello.total_words.v1"]);
    assert_eq!(counted["words"], 3, "{counted}");
    // The pending update is installed when the user agrees.
    let updated = spacedrive.json(["ext", "update", "hello", "--yes"]);
    assert_eq!(updated["version"], "0.2.0");
    let counted = in_library(&spacedrive, &["op", "call", "query:hello.total_words.v1"]);
    assert_eq!(counted["words"], 3, "{counted}");
}

#[test]
fn dead_letters_are_delivered_again() {
    let spacedrive = opened();
    spacedrive.json(["ext", "release", "watch"]);
    // Its grant 2 is the denial that made it fail.
    spacedrive.json(["permission", "revoke", "watch", "2"]);
    let report = in_library(&spacedrive, &["event", "replay", "--extension", "watch"]);
    let letters = list(&recorded("dead_letters")).len();
    assert!(report["processed"]["watch"].as_u64().unwrap() >= letters as u64, "{report}");
    assert_eq!(report["failures"], json!([]));
    assert_eq!(in_library(&spacedrive, &["event", "dead-letters"]), json!([]));
}

/// The mail server, which is up again, and the paths that it was asked for.
fn gmail() -> Arc<Mutex<Vec<String>>> {
    let listener = TcpListener::bind(("127.0.0.1", PORT)).unwrap();
    let asked = Arc::<Mutex<Vec<String>>>::default();
    let seen = Arc::clone(&asked);
    thread::spawn(move || listener.incoming().flatten().for_each(|stream| serve(stream, &seen)));
    asked
}

/// Answers one request.
fn serve(mut stream: TcpStream, asked: &Mutex<Vec<String>>) {
    let head = BufReader::new(stream.try_clone().unwrap()).lines().map_while(Result::ok);
    let head: Vec<String> = head.take_while(|line| !line.is_empty()).collect();
    let mailbox = head.iter().find_map(|line| line.strip_prefix("authorization: Bearer token-"));
    let path = head[0].split(' ').nth(1).unwrap().trim_start_matches("/gmail/v1/users/me/");
    let path = path.split('?').next().unwrap().to_owned();
    let body = match (path.strip_prefix("messages/"), mailbox) {
        (Some(message), Some(_)) => letter(message),
        (None, Some("done")) => listing(&["d2", "d1"]),
        (None, Some("waits")) => listing(&["a3", "a2", "a1"]),
        _ => panic!("no credential: {head:?}"),
    };
    asked.lock().unwrap().push(path);
    let answer = answer("200 OK", "connection: close\r\n", body.to_string().as_bytes());
    stream.write_all(&answer).unwrap();
}

fn listing(ids: &[&str]) -> Value {
    json!({ "messages": ids.iter().map(|id| json!({ "id": id })).collect::<Vec<_>>() })
}

fn letter(id: &str) -> Value {
    let number: u32 = id[1..].parse().unwrap();
    let mail = format!(
        "From: Corner Shop <till@corner.example>\r\nSubject: Your receipt\r\n\
         Message-ID: <{id}@corner.example>\r\nDate: Mon, 05 Jan 2026 09:00:00 +0000\r\n\r\n\
         Receipt No: {id}\r\nTea  1.00\r\nCake  {number}.00\r\nTotal  {}.00 GBP\r\nPaid by card\r\n",
        number + 1
    );
    let date = 1_767_600_000_000 + u64::from(number);
    json!({ "id": id, "raw": URL_SAFE.encode(mail), "internalDate": date.to_string() })
}

#[test]
fn jobs_go_on_where_they_stood_and_nothing_is_booked_twice() {
    let spacedrive = opened();
    let asked = gmail();
    let before = receipts(&spacedrive).len();
    let report = in_library(&spacedrive, &["job", "run"]);
    assert_eq!((&report["done"], &report["failed"]), (&json!(1), &json!(0)), "{report}");
    assert_eq!(*asked.lock().unwrap(), ["messages", "messages/a2", "messages/a3"]);
    let jobs = in_library(&spacedrive, &["job", "list"]);
    assert_eq!(field(&jobs, "state"), ["failed", "done", "done"]);
    let booked = receipts(&spacedrive);
    assert_eq!(booked.len(), before + 2, "{booked:?}");
    // The files of then are known.
    let outer = tempfile::tempdir().unwrap();
    let mails = outer.path().join("mails");
    fs::rename(unpacked("mails").keep(), &mails).unwrap();
    let args = ["--output", "json", "import", mails.to_str().unwrap(), "--library", LIBRARY];
    let ran = spacedrive.run(args);
    let report: Value = serde_json::from_slice(&ran.stdout).unwrap();
    assert_eq!((&report["created"], &report["unchanged"]), (&json!(0), &json!(6)), "{report}");
    assert_eq!(receipts(&spacedrive), booked);
    new_finance_goes_on(&spacedrive, &asked, &booked);
}

/// The present Finance takes over what the old one wrote down of a mailbox and of receipts.
fn new_finance_goes_on(spacedrive: &Spacedrive, asked: &Mutex<Vec<String>>, booked: &[Value]) {
    let Some(finance) = extension("finance") else { return };
    let folder = tempfile::tempdir().unwrap();
    fs::copy(finance.join("finance.wasm"), folder.path().join("finance.wasm")).unwrap();
    let manifest = fs::read_to_string(finance.join("manifest.json")).unwrap();
    let mut manifest: Value = serde_json::from_str(&manifest).unwrap();
    let server = format!("http://gmail.localhost:{PORT}");
    let domains = manifest["permissions"]["allowed_domains"].as_array_mut().unwrap();
    domains.push(json!(server));
    manifest["version"] = json!("99.0.0");
    fs::write(folder.path().join("manifest.json"), manifest.to_string()).unwrap();
    spacedrive.json(["ext", "install", folder.path().to_str().unwrap(), "--yes"]);
    assert_eq!(told_before(spacedrive, booked), booked);
    asked.lock().unwrap().clear();
    let input = json!({ "mailbox": { "kind": "gmail", "auth": "done", "server": server } });
    let scan = "action:finance.scan_mailbox.input.v1";
    in_library(spacedrive, &["op", "call", scan, "--input", &input.to_string()]);
    in_library(spacedrive, &["job", "run"]);
    assert_eq!(*asked.lock().unwrap(), ["messages"], "each message was looked at before");
    assert_eq!(told_before(spacedrive, booked), booked);
}

/// Returns the receipts with the fields that the old Finance told; the present one tells more.
fn told_before(spacedrive: &Spacedrive, booked: &[Value]) -> Vec<Value> {
    let known = booked[0].as_object().unwrap();
    let mut rows = receipts(spacedrive);
    for row in &mut rows {
        row.as_object_mut().unwrap().retain(|field, _| known.contains_key(field));
    }
    rows
}
