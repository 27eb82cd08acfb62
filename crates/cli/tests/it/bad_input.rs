//! Bad input: each has a clear message, and the rest goes on.

use std::{fs, io::Write, path::Path};

use crate::common::Spacedrive;
use serde_json::{Value, json};

const MANIFEST: &str =
    r#"{ "id": "guest", "name": "Guest", "version": "0.1.0", "wasm_file": "guest.wasm" }"#;

/// Tries to install a folder with these files, and returns what it says.
fn install(manifest: &str, wasm: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("manifest.json"), manifest).unwrap();
    fs::write(folder.path().join("guest.wasm"), wasm).unwrap();
    refused(folder.path())
}

fn refused(folder: &Path) -> String {
    let spacedrive = Spacedrive::new();
    let ran = spacedrive.run(["ext", "install", folder.to_str().unwrap(), "--yes"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert_eq!(spacedrive.json(["ext", "list"]), json!([]));
    ran.stderr
}

fn module(body: &str) -> Vec<u8> {
    wat::parse_str(format!(
        r#"(module {body}
            (memory (export "memory") 1)
            (func (export "wasm_alloc") (param i32) (result i32) i32.const 1024)
            (func (export "wasm_free") (param i32 i32))
            (func (export "plugin_init") (result i32) i32.const 0)
            (@custom "spacedrive.abi" "\01\00\00\00"))"#
    ))
    .unwrap()
}

#[test]
fn folders_that_are_no_extensions() {
    assert!(refused(Path::new("/no/such/folder")).contains("/no/such/folder"));
    let empty = tempfile::tempdir().unwrap();
    assert!(refused(empty.path()).contains("no manifest.json"));
    fs::write(empty.path().join("manifest.json"), MANIFEST).unwrap();
    assert!(refused(empty.path()).contains("guest.wasm"));
}

#[test]
fn manifests_that_are_wrong() {
    let unknown = MANIFEST.replace("\"name\"", "\"permisions\": {}, \"name\"");
    let says = install(&unknown, &module(""));
    assert!(
        says.contains("unknown field `permisions`") && says.contains("`permissions`"),
        "{says}"
    );
    assert!(install("{", &module("")).contains("line 1"));
}

#[test]
fn modules_that_cannot_run_here() {
    let foreign = module(r#"(import "env" "system" (func (param i32)))"#);
    let says = install(MANIFEST, &foreign);
    assert!(says.contains("env.system") && says.contains("spacedrive_call"), "{says}");
    let component = install(MANIFEST, b"\0asm\x0d\0\x01\0");
    assert!(component.contains("component"), "{component}");
    assert!(install(MANIFEST, b"no wasm").contains("not a wasm module"));
    assert!(install(MANIFEST, b"").contains("not a wasm module"));
    let no_version = wat::parse_str("(module)").unwrap();
    assert!(!install(MANIFEST, &no_version).is_empty());
}

#[test]
fn a_module_that_can_run_is_installed_and_removed() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("manifest.json"), MANIFEST).unwrap();
    fs::write(folder.path().join("guest.wasm"), module("")).unwrap();
    let spacedrive = Spacedrive::new();
    let path = folder.path().to_str().unwrap();
    let ran = spacedrive.run(["ext", "install", path]);
    assert!(ran.code == Some(1) && ran.stderr.contains("--yes"), "{ran:?}");
    spacedrive.json(["ext", "install", path, "--yes"]);
    spacedrive.json(["ext", "install", path, "--yes"]);
    assert_eq!(spacedrive.json(["ext", "info", "guest"])["version"], "0.1.0");
    spacedrive.json(["ext", "remove", "guest"]);
    assert_eq!(spacedrive.json(["ext", "list"]), json!([]));
}

fn mail(subject: &str, parts: &[(&str, &str, &[u8])]) -> Vec<u8> {
    let mut mail = format!(
        "From: Shop <shop@example.com>\r\nTo: me@example.com\r\nSubject: {subject}\r\n\
         Date: Mon, 5 Jan 2026 10:00:00 +0000\r\nMessage-ID: <{subject}@example.com>\r\n\
         MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    )
    .into_bytes();
    for (media_type, name, body) in parts {
        let head = format!(
            "--b\r\nContent-Type: {media_type}; name=\"{name}\"\r\n\
             Content-Disposition: attachment; filename=\"{name}\"\r\n\
             Content-Transfer-Encoding: 8bit\r\n\r\n"
        );
        mail.extend_from_slice(head.as_bytes());
        mail.extend_from_slice(body);
        mail.extend_from_slice(b"\r\n");
    }
    mail.extend_from_slice(b"--b--\r\n");
    mail
}

/// Returns the failure of the file with this name.
fn failure<'a>(report: &'a Value, name: &str) -> &'a str {
    let failures = report["failures"].as_array().unwrap();
    let failure = failures
        .iter()
        .find(|failure| failure["path"].as_str().is_some_and(|path| path.ends_with(name)));
    failure.unwrap_or_else(|| panic!("{name} did not fail: {report}"))["error"].as_str().unwrap()
}

/// A PDF that is encrypted with a password that is not the empty one.
fn encrypted() -> Vec<u8> {
    let (owner, user) = ("00".repeat(32), "11".repeat(32));
    let objects = [
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        "<</Type/Pages/Kids[3 0 R]/Count 1>>".to_owned(),
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]>>".to_owned(),
        format!("<</Filter/Standard/V 1/R 2/P -4/O<{owner}>/U<{user}>>>"),
    ];
    let mut pdf = "%PDF-1.4\n".to_owned();
    let mut table = "xref\n0 5\n0000000000 65535 f \n".to_owned();
    for (index, object) in objects.iter().enumerate() {
        table += &format!("{:010} 00000 n \n", pdf.len());
        pdf += &format!("{} 0 obj{object} endobj\n", index + 1);
    }
    let start = pdf.len();
    let trailer = "trailer<</Size 5/Root 1 0 R/Encrypt 4 0 R/ID[<00><00>]>>";
    format!("{pdf}{table}{trailer}\nstartxref\n{start}\n%%EOF\n").into_bytes()
}

/// A mail that can be booked.
const GOOD: &str = "From: Lamp Shop <shop@example.com>\r\nTo: me@example.com\r\n\
Subject: Your receipt from Lamp Shop Ltd\r\nDate: Mon, 5 Jan 2026 10:00:00 +0000\r\n\
Message-ID: <good@example.com>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n\
Lamp Shop Ltd\r\nReceipt\r\nDate: 5 January 2026\r\nLamp  10.00\r\nTotal  GBP 10.00\r\n\
Paid by card\r\n";

#[test]
fn mails_that_cannot_be_booked_do_not_stop_the_others() {
    let Some((spacedrive, library)) = Spacedrive::with_extension("finance") else { return };
    let folder = spacedrive.data.path().join("bad");
    fs::create_dir(&folder).unwrap();
    let write = |name: &str, bytes: &[u8]| fs::write(folder.join(name), bytes).unwrap();
    fn pdf<'a>(name: &'a str, bytes: &'a [u8]) -> [(&'a str, &'a str, &'a [u8]); 1] {
        [("application/pdf", name, bytes)]
    }
    write("truncated.eml", &mail("Invoice 1", &pdf("cut.pdf", b"%PDF-1.4\n1 0 obj<</Type/Catal")));
    write("encrypted.eml", &mail("Invoice 2", &pdf("locked.pdf", &encrypted())));
    let part = ("text/plain", "a.txt", b"x".as_slice());
    write("parts.eml", &mail("Invoice 3", &vec![part; 10_000]));
    write("good.eml", GOOD.as_bytes());
    huge(&folder.join("huge.eml"));
    let ran = spacedrive
        .command(["--output", "json", "import"])
        .arg(&folder)
        .arg("/no/such/file.eml")
        .args(["--library", &library])
        .output()
        .unwrap();
    assert_eq!(ran.status.code(), Some(3), "{}", String::from_utf8_lossy(&ran.stderr));
    let report: Value = serde_json::from_slice(&ran.stdout).unwrap();
    assert!(failure(&report, "/no/such/file.eml").contains("no such file"));
    assert!(failure(&report, "truncated.eml").contains("cut.pdf"));
    let locked = failure(&report, "encrypted.eml");
    assert!(locked.contains("locked.pdf") && locked.contains("encrypted"), "{locked}");
    assert!(failure(&report, "parts.eml").contains("10000 attachments"));
    assert!(!failure(&report, "huge.eml").is_empty());
    assert_eq!(report["created"], 5);
    let entries = spacedrive.json(["entry", "list", "--library", &library, "--type", "file"]);
    assert_eq!(entries.as_array().unwrap().len(), 5, "nothing is lost");
    let booked = spacedrive.json(["op", "call", "query:finance.export.v1", "--library", &library]);
    assert_eq!(booked.as_array().unwrap().len(), 1, "{booked}");
    assert_eq!(booked[0]["amount"], 10.0);
}

/// A mail with an attachment of 200 MiB.
fn huge(path: &Path) {
    let mut file = fs::File::create(path).unwrap();
    let whole = mail("Invoice 4", &[("application/pdf", "huge.pdf", b"%PDF-1.4\n")]);
    let end = whole.len() - b"\r\n--b--\r\n".len();
    file.write_all(&whole[..end]).unwrap();
    let line = [b'A'; 1 << 20];
    (0..200).for_each(|_| file.write_all(&line).unwrap());
    file.write_all(&whole[end..]).unwrap();
}
