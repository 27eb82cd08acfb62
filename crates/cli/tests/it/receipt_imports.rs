//! Imports of receipts: what is locked, and taking an import back.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::Stdio,
};

use serde_json::Value;

use crate::common::{Ran, Spacedrive, ran};

/// The password of the locked PDF.
const PASSWORD: &str = "kettle-7";

/// Returns an encrypted invoice.
fn locked() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../ext-ops-pdf-hayro/tests/locked/aes-256.pdf")
}

/// Makes a folder with an email that is a receipt, and an encrypted invoice.
fn mails(folder: &Path) -> String {
    let mails = folder.join("mails");
    fs::create_dir(&mails).unwrap();
    let receipt = "From: Blue Kettle Ltd <till@kettle.example>\r\nSubject: Your receipt\r\n\
        Message-ID: <k1@x>\r\n\r\nBlue Kettle Ltd\nReceipt No: 77\nDate: 5 January 2026\n\
        Total  4.50 GBP\nPaid by card\n";
    fs::write(mails.join("kettle.eml"), receipt).unwrap();
    fs::copy(locked(), mails.join("locked.pdf")).unwrap();
    mails.to_str().unwrap().to_owned()
}

fn with_stdin(spacedrive: &Spacedrive, args: &[&str], input: &str) -> Ran {
    let mut command = spacedrive.command(args);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    ran(child.wait_with_output().unwrap())
}

fn vendors(spacedrive: &Spacedrive) -> Vec<String> {
    let rows = spacedrive.json(["receipt", "list"]);
    let rows = rows.as_array().unwrap().iter();
    rows.map(|row| row["vendor"].as_str().unwrap_or_default().to_owned()).collect()
}

fn imports(spacedrive: &Spacedrive) -> Vec<Value> {
    spacedrive.json(["receipt", "imports"]).as_array().unwrap().clone()
}

/// Returns the files below a folder that hold a text.
fn holding(folder: &Path, text: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(holding(&path, text));
        } else if let Ok(bytes) = fs::read(&path)
            && bytes.windows(text.len()).any(|part| part == text.as_bytes())
        {
            found.push(path);
        }
    }
    found
}

#[test]
fn an_encrypted_invoice_is_booked_once_its_password_is_known() {
    let Some((spacedrive, _)) = Spacedrive::with_extension("finance") else { return };
    let folder = tempfile::tempdir().unwrap();
    let mails = mails(folder.path());
    let first = spacedrive.run(["import", &mails, "--no-index"]);
    assert_eq!(first.code, Some(3), "{first:?}");
    let said = String::from_utf8_lossy(&first.stdout);
    assert!(said.contains("locked.pdf") && said.contains("E_DOC_ENCRYPTED"), "{said}");
    assert!(said.contains("set pdf_passwords"), "{said}");
    assert_eq!(vendors(&spacedrive), ["Blue Kettle Ltd"]);
    let failures = spacedrive.json(["ext", "failures"]);
    assert_eq!(failures[0]["code"], "E_DOC_ENCRYPTED", "{failures}");

    let set = ["ext", "config", "finance", "set", "pdf_passwords"];
    let done = with_stdin(&spacedrive, &set, &format!("wrong\n{PASSWORD}\n"));
    assert_eq!(done.code, Some(0), "{done:?}");
    let done = spacedrive.run(["ext", "run", "finance"]);
    assert_eq!(done.code, Some(0), "{done:?}");
    assert_eq!(vendors(&spacedrive), ["Blue Kettle Ltd", "Quill & Paper Ltd"]);
    let failures = spacedrive.json(["ext", "failures"]);
    assert_eq!(failures.as_array().unwrap().len(), 0, "{failures}");
    assert_eq!(holding(spacedrive.data.path(), PASSWORD), Vec::<PathBuf>::new());
    assert_eq!(imports(&spacedrive)[0]["receipts"], 2);
}

#[test]
fn an_import_that_was_taken_back_is_booked_by_the_next_one() {
    let Some((spacedrive, _)) = Spacedrive::with_extension("finance") else { return };
    let folder = tempfile::tempdir().unwrap();
    let mails = mails(folder.path());
    spacedrive.run(["import", &mails, "--no-index"]);
    let import = imports(&spacedrive).remove(0);
    assert_eq!((&import["receipts"], &import["state"]), (&1.into(), &"booked".into()), "{import}");
    assert_eq!(import["source"], "mails/kettle.eml");
    let id = import["entry_id"].as_str().unwrap();

    let asked = spacedrive.run(["receipt", "undo-import", id]);
    assert_eq!(asked.code, Some(1), "{asked:?}");
    assert!(asked.stderr.contains("hint: add --yes"), "{}", asked.stderr);
    assert_eq!(vendors(&spacedrive), ["Blue Kettle Ltd"]);
    let done = spacedrive.json(["receipt", "undo-import", id, "--yes"]);
    assert_eq!((&done[0]["outcome"], &done[0]["vendor"]), (&"removed".into(), &"Blue Kettle Ltd".into()));
    assert_eq!(vendors(&spacedrive), Vec::<String>::new());
    assert_eq!(imports(&spacedrive)[0]["state"], "undone");
    let wrong = spacedrive.run(["receipt", "undo-import", "no-such-import", "--yes"]);
    assert_eq!(wrong.code, Some(1), "{wrong:?}");

    // What waits is not delivered twice, and a folder that is looked at again is not asked for.
    spacedrive.run(["ext", "run", "finance"]);
    assert_eq!(vendors(&spacedrive), Vec::<String>::new());
    let again = spacedrive.run(["--output", "json", "import", &mails, "--no-index"]);
    let report: Value = serde_json::from_slice(&again.stdout).unwrap();
    assert_eq!(report["unchanged"], 2, "{report}");
    assert_eq!(vendors(&spacedrive), ["Blue Kettle Ltd"]);
    let states: Vec<Value> = imports(&spacedrive).iter().map(|it| it["state"].clone()).collect();
    assert_eq!(states, ["booked", "undone"]);

    let served = spacedrive.run(["serve", "--detach"]);
    assert_eq!(served.code, Some(0), "{served:?}");
    let id = imports(&spacedrive)[0]["entry_id"].as_str().unwrap().to_owned();
    let done = spacedrive.run(["receipt", "undo-import", &id, "--yes"]);
    let rows = spacedrive.json(["receipt", "list"]);
    let stopped = spacedrive.run(["serve", "--stop"]);
    assert_eq!((done.code, stopped.code), (Some(0), Some(0)), "{done:?} {stopped:?}");
    assert_eq!(rows, Value::Array(Vec::new()));
}
