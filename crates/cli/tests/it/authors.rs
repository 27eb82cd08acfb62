//! The way of an author: a new extension, built, tested, checked, installed and asked.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::common::{Ran, Spacedrive, first_block, has_models, ran, samples};

/// A folder for new extensions, and a program with one library.
pub(crate) struct Author {
    home: TempDir,
    spacedrive: Spacedrive,
}

impl Author {
    pub(crate) fn new() -> Self {
        let spacedrive = Spacedrive::new();
        spacedrive.library();
        Self { home: tempfile::tempdir().unwrap(), spacedrive }
    }

    /// Runs a command in the folder. What it builds stays for the next run of the tests.
    pub(crate) fn run(&self, args: &[&str]) -> Ran {
        self.run_in("", args)
    }

    /// Runs a command in a folder below it.
    pub(crate) fn run_in(&self, folder: &str, args: &[&str]) -> Ran {
        let mut command = self.spacedrive.command(args);
        command.current_dir(self.path(folder)).env("CARGO_TARGET_DIR", built());
        ran(command.output().unwrap())
    }

    #[track_caller]
    pub(crate) fn done(&self, args: &[&str]) -> String {
        let ran = self.run(args);
        assert_eq!(ran.code, Some(0), "{ran:?}");
        String::from_utf8(ran.stdout).unwrap()
    }

    pub(crate) fn json(&self, args: &[&str]) -> Value {
        let answer = self.done(&[&["--output", "json"], args].concat());
        serde_json::from_str(&answer).unwrap()
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.home.path().join(path)
    }

    pub(crate) fn import(&self, name: &str, text: &str) {
        fs::create_dir_all(self.path("files")).unwrap();
        fs::write(self.path("files").join(name), text).unwrap();
        self.done(&["import", "files", "--no-index"]);
    }
}

pub(crate) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

fn built() -> PathBuf {
    repository().join("target/authors")
}

/// Returns whether this machine compiles Rust to wasm; loudly when it does not.
fn compiles_rust() -> bool {
    let sysroot = Command::new("rustc").args(["--print", "sysroot"]).output();
    let sysroot = String::from_utf8(sysroot.unwrap().stdout).unwrap();
    let target = Path::new(sysroot.trim()).join("lib/rustlib/wasm32-unknown-unknown");
    let debian = Path::new("/usr/lib/rustlib/src/rust/library/std").is_dir();
    if !target.is_dir() && !debian {
        eprintln!("SKIPPED: there is no compiler for wasm: run `cargo xtask wasm`");
    }
    target.is_dir() || debian
}

#[test]
fn a_function_of_each_kind_works_in_the_sandbox() {
    if !compiles_rust() {
        return;
    }
    let author = Author::new();
    author.done(&["ext", "new", "each"]);
    fs::copy(repository().join("Cargo.lock"), author.path("each/Cargo.lock")).unwrap();
    fs::write(author.path("each/src/lib.rs"), include_str!("../fixtures/attributes.rs")).unwrap();
    author.done(&["ext", "build", "each", "--install", "--yes"]);

    let manifest = fs::read(author.path("each/dist/manifest.json")).unwrap();
    let manifest: Value = serde_json::from_slice(&manifest).unwrap();
    let expected = json!([
        { "method": "action:each.count.input.v1" },
        { "method": "query:each.all_of_it.v1" },
        { "method": "query:each.greet.v1", "description": "Greets a person", "input": {
            "type": "object", "required": ["name"], "properties": {
                "name": { "type": "string", "description": "Name of the person" },
                "times": { "type": "integer", "default": 2, "minimum": 1, "maximum": 3 },
                "password": { "type": "string", "writeOnly": true } } } },
        { "method": "query:each.starts.v1", "description": "How often it was started" },
    ]);
    assert_eq!(manifest["operations"], expected);
    let view = json!([{
        "id": "all_of_it", "title": "All", "icon": "list", "query": "query:each.all_of_it.v1"
    }]);
    assert_eq!((&manifest["views"], &manifest["events"]), (&view, &json!(["entry.created"])));

    let call = |method: &str, input: &str| author.json(&["op", "call", method, "--input", input]);
    assert_eq!(call("query:each.greet.v1", r#"{"name": "Ada"}"#), "Ada Ada ");
    assert_eq!(call("query:each.starts.v1", "null"), 1);
    assert_eq!(call("action:each.count.input.v1", "null"), 3);
    assert!(author.done(&["view", "each", "all_of_it"]).contains("Tea"));
    let check = author.json(&["ext", "check", "each"]);
    let exports = check["exports"].as_array().unwrap();
    for name in ["plugin_save", "plugin_restore", "plugin_cleanup", "plugin_on_event"] {
        assert!(exports.contains(&json!(name)), "{name}: {exports:?}");
    }
}

#[test]
fn a_new_extension_in_rust_answers_after_three_commands() {
    if !compiles_rust() {
        return;
    }
    let author = Author::new();
    author.import("a.txt", "one two three");
    author.done(&["ext", "new", "my-notes"]);
    // The versions that this repository is tested with, which a new extension would look up.
    fs::copy(repository().join("Cargo.lock"), author.path("my-notes/Cargo.lock")).unwrap();
    author.done(&["ext", "build", "my-notes", "--install", "--yes"]);
    let none = author.json(&["op", "call", "query:my_notes.words.v1"]);
    assert_eq!(none, json!({ "files": 0, "words": 0 }));

    author.import("b.md", "four");
    let all = author.json(&["op", "call", "query:my_notes.words.v1"]);
    assert_eq!(all, json!({ "files": 2, "words": 4 }));

    let check = author.json(&["ext", "check", "my-notes"]);
    assert_eq!(check["findings"], json!([]), "{check}");
    assert_eq!(check["operations"], json!(["query:my_notes.words.v1"]));
    let table = author.done(&["ext", "check", "my-notes"]);
    assert!(table.contains("manifest and code fit") && table.contains("code"), "{table}");
    let manifest = fs::read(author.path("my-notes/dist/manifest.json")).unwrap();
    let manifest: Value = serde_json::from_slice(&manifest).unwrap();
    assert_eq!(manifest["events"], json!(["entry.created", "entry.updated"]));
    let described = "How many text files were counted, and how many words they have together";
    assert_eq!(manifest["operations"][0]["description"], described);
    let wasm = fs::metadata(author.path("my-notes/dist/my_notes.wasm")).unwrap().len();
    assert!(wasm < 512 << 10, "{wasm} bytes");

    let said = author.done(&["ext", "test", "my-notes"]);
    assert!(said.contains("the_words_of_texts_are_counted ... ok"), "{said}");

    a_run_that_was_recorded_is_played_again(&author);
    misfits_are_told(&author);
    what_code_and_manifest_say_differently_does_not_build(&author);
}

/// Records events and a call, and lets a test of the extension play them again.
fn a_run_that_was_recorded_is_played_again(author: &Author) {
    let recording = "my-notes/tests/words.calls";
    let run = ["ext", "run", "my_notes", "--record-calls", recording];
    author.done(&[&run[..], &["--again"]].concat());
    let text = fs::read_to_string(author.path(recording)).unwrap();
    assert_eq!(text.matches(r#""asked":{"event":"#).count(), 2, "{text}");

    let test = r#"
#[test]
fn recorded() -> spacedrive_sdk::Result<()> {
    spacedrive_sdk::testing::FakeHost::replay("tests/words.calls")?.rerun::<my_notes::Extension>()
}
"#;
    fs::write(author.path("my-notes/tests/recorded.rs"), test).unwrap();
    author.done(&[&run[..], &["--call", "my_notes.words"]].concat());
    let text = fs::read_to_string(author.path(recording)).unwrap();
    assert!(text.contains(r#""output":{"files":2,"words":4}"#), "{text}");
    assert!(author.done(&["ext", "test", "my-notes"]).contains("recorded ... ok"));

    let changed = text.replace(r#""words":4}"#, r#""words":5}"#);
    fs::write(author.path(recording), changed).unwrap();
    let failed = author.run(&["ext", "test", "my-notes"]);
    assert_ne!(failed.code, Some(0));
    let said = String::from_utf8_lossy(&failed.stdout).into_owned() + &failed.stderr;
    assert!(said.contains("the answer was"), "{said}");
    fs::remove_file(author.path("my-notes/tests/recorded.rs")).unwrap();

    let notes = author.path("notes.txt");
    fs::write(&notes, "mine").unwrap();
    let refused = author.run(&["ext", "run", "my_notes", "--record-calls", "notes.txt"]);
    assert!(refused.stderr.contains("is not a recording"), "{refused:?}");
    assert_eq!(fs::read_to_string(&notes).unwrap(), "mine");
}

/// Changes manifest and code of the extension that was built, so that it does not build any more.
fn what_code_and_manifest_say_differently_does_not_build(author: &Author) {
    let path = author.path("my-notes/manifest.json");
    let source = fs::read(&path).unwrap();
    let manifest: Value = serde_json::from_slice(&source).unwrap();
    let refused = |said: &str| {
        let ran = author.run(&["ext", "build", "my-notes"]);
        assert!(ran.code == Some(1) && ran.stderr.contains(said), "{said}: {}", ran.stderr);
    };
    for (field, value, said) in [
        (
            "events",
            json!(["entry.deleted"]),
            "no function is marked `#[on_event(\"entry.deleted\")]`",
        ),
        (
            "operations",
            json!([{ "method": "query:my_notes.ghost.v1" }]),
            "no function of the code is `query:my_notes.ghost.v1`",
        ),
        (
            "operations",
            json!([{ "method": "query:my_notes.words.v1", "description": "Counts" }]),
            "`operations[0].description` in manifest.json: the code says",
        ),
    ] {
        let mut changed = manifest.clone();
        changed[field] = value;
        fs::write(&path, changed.to_string()).unwrap();
        refused(said);
    }
    fs::write(&path, source).unwrap();
    let code = author.path("my-notes/src/lib.rs");
    let text = fs::read_to_string(&code).unwrap();
    fs::write(&code, text.replace("spacedrive_sdk::export!();", "")).unwrap();
    refused("write `spacedrive_sdk::export!();` into src/lib.rs");
}

/// Changes the manifest of the extension that was built, in each way that misfits its code.
fn misfits_are_told(author: &Author) {
    let path = author.path("my-notes/dist/manifest.json");
    let manifest: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    let with = |pointer: &str, value: Value| {
        let mut changed = manifest.clone();
        *changed.pointer_mut(pointer).unwrap() = value;
        fs::write(&path, changed.to_string()).unwrap();
        author.run(&["--output", "json", "ext", "check", "my-notes/dist"])
    };
    let reads = "query:vdfs.read_content";
    for (pointer, value, severity, said) in [
        (
            "/operations/0/method",
            json!("query:my_notes.ghost.v1"),
            "error",
            "names `query:my_notes.ghost.v1`, and the wasm has no function for that",
        ),
        ("/events", json!(["ext.finance.booked"]), "error", "names `ext.finance.booked`"),
        ("/events", json!(["entry.created"]), "warning", "lacks `entry.updated`"),
        ("/operations", json!([]), "warning", "lacks `query:my_notes.words.v1`"),
        ("/permissions/methods", json!([reads]), "warning", "lacks `query:vdfs.list_entries.v1`"),
        ("/permissions/methods/0", json!("vdfs.read_contents"), "warning", "did you mean"),
        ("/permissions/methods/2", json!("vdfs.*"), "none", ""),
        ("/permissions/methods/0", json!("query:search.entries"), "note", "is it called?"),
    ] {
        let ran = with(pointer, value);
        let check: Value = serde_json::from_slice(&ran.stdout).unwrap();
        let findings = check["findings"].as_array().unwrap();
        let is_said = |finding: &&Value| {
            finding["severity"] == severity && finding["message"].as_str().unwrap().contains(said)
        };
        assert_eq!(findings.iter().any(|one| is_said(&one)), severity != "none", "{check}");
        assert_eq!(ran.code, Some(i32::from(severity == "error")), "{check}");
        if severity == "error" {
            let install = ["--output", "json", "ext", "install", "my-notes/dist", "--yes"];
            let refused = author.run(&install);
            assert!(refused.code == Some(1) && refused.stderr.contains(said), "{refused:?}");
            assert!(refused.stderr.contains("E_ABI_EXPORT"), "{refused:?}");
        }
    }
}

/// The code around the example of the SDK's page.
const AROUND: &str = r#"
use spacedrive_sdk::prelude::*;

/// The email is a picture here.
fn extract_pdf(email: &[u8]) -> Result<Vec<u8>> {
    Ok(email.to_vec())
}

#[derive(serde::Serialize, serde::Deserialize, spacedrive_sdk::schemars::JsonSchema)]
#[schemars(crate = "spacedrive_sdk::schemars")]
pub struct Receipt {
    /// Total amount.
    total: Option<f64>,
}

#[spacedrive_sdk::extension]
pub mod extension {
    use super::*;

    #[on_event("entry.created")]
    pub fn read(client: &SpacedriveClient, event: Event) -> Result<()> {
        let content = client.vdfs().read_content(event.entry.id)?;
        process_receipt(content.as_bytes().to_vec(), client).map(|_| ())
    }

    #[operation("query:design.total.v1")]
    pub fn total(client: &SpacedriveClient, text: String) -> Result<Receipt> {
        client.classify(&text, "Extract receipt data")
    }
}
"#;

/// Returns the first example of the SDK's page, as it stands there but for its hidden lines.
fn example() -> String {
    let page = fs::read_to_string(repository().join("docs/sdk.md")).unwrap();
    let shown = first_block(&page, "rust").lines().filter(|line| !line.starts_with("# "));
    shown.map(|line| format!("{line}\n")).collect()
}

/// Returns the picture in a sample of Finance.
fn photo() -> Vec<u8> {
    let email = fs::read_to_string(samples().join("04-photo-of-a-till-slip.eml")).unwrap();
    let email = email.replace('\r', "");
    let (_, part) = email.split_once("Content-Type: image/").unwrap();
    let (_, data) = part.split_once("\n\n").unwrap();
    let data = data.split("\n--").next().unwrap().replace('\n', "");
    base64::Engine::decode(&base64::engine::general_purpose::STANDARD, data).unwrap()
}

#[test]
fn the_example_of_the_sdk_runs_in_the_sandbox() {
    if !compiles_rust() || !has_models() {
        return;
    }
    let author = Author::new();
    author.done(&["ext", "new", "design"]);
    fs::copy(repository().join("Cargo.lock"), author.path("design/Cargo.lock")).unwrap();
    fs::write(author.path("design/src/lib.rs"), example() + AROUND).unwrap();
    let path = author.path("design/manifest.json");
    let mut manifest: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    manifest["permissions"]["methods"] = json!([
        "query:vdfs.read_content",
        "vdfs.create_entry",
        "vdfs.write_sidecar",
        "ai.ocr",
        "ai.classify_text"
    ]);
    manifest["events"] = json!(["entry.created"]);
    manifest["operations"] = json!([{ "method": "query:design.total.v1" }]);
    fs::write(&path, manifest.to_string()).unwrap();
    author.done(&["ext", "build", "design", "--install", "--yes"]);
    assert_eq!(author.json(&["ext", "check", "design"])["findings"], json!([]));

    fs::write(author.path("scan"), photo()).unwrap();
    author.done(&["import", "scan", "--no-index"]);
    let made = author.json(&["entry", "list", "--type", "FinancialDocument"]);
    assert_eq!(made[0]["path"], "receipts/new.eml", "{made}");
    let id = made[0]["id"].as_str().unwrap();
    let receipt = author.done(&["sidecar", "get", id, "receipt.json"]);
    let receipt: Value = serde_json::from_str(&receipt).unwrap();
    assert_eq!((&receipt["amount"], &receipt["date"]), (&json!(13.3), &json!("2026-01-17")));
    let text = json!("Corner Shop\n2026-03-01\nTOTAL 9.50 EUR\n").to_string();
    let typed = author.json(&["op", "call", "query:design.total.v1", "--input", &text]);
    assert_eq!(typed, json!({ "total": 9.5 }));
}

#[test]
fn what_cannot_be_made_or_built_is_said_with_the_way_out() {
    let author = Author::new();
    fs::create_dir_all(author.path("there/src")).unwrap();
    fs::create_dir(author.path("empty")).unwrap();
    for (args, said) in [
        (&["ext", "new", "there"][..], "is there already"),
        (&["ext", "new", "no/notes"], "there is no folder"),
        (&["ext", "new", "9lives"], "cannot be the name"),
        (&["ext", "new", "vdfs"], "`vdfs`"),
        (&["ext", "new", "fn"], "a crate cannot be called so"),
        (&["ext", "new", "notes", "--sdk", "empty"], "is not a copy of the SDK"),
        (&["ext", "new", "notes", "--sdk", "empty", "--lang", "c"], "is for extensions in Rust"),
        (&["ext", "build", "empty"], "spacedrive ext new"),
        (&["ext", "build", "nowhere"], "spacedrive ext new"),
        (&["ext", "check", "nowhere"], "there is no folder"),
    ] {
        let ran = author.run(args);
        assert_eq!(ran.code, Some(1), "{args:?}: {ran:?}");
        assert!(ran.stderr.contains(said) && ran.stderr.contains("hint: "), "{args:?}: {ran:?}");
    }
    assert!(!author.path("notes").exists() && !author.path("vdfs").exists());
    assert_eq!(author.run(&["ext", "new", "a", "--lang", "cobol"]).code, Some(2));
    let made = author.json(&["ext", "new", "notes", "--lang", "c"]);
    assert_eq!(made["operation"], "query:notes.words.v1");
    for command in [&["install", "--yes"][..], &["check"], &["package"]] {
        let ran = author.run(&[&["ext"], command, &["notes"]].concat());
        assert_eq!(ran.code, Some(1), "{ran:?}");
        assert!(ran.stderr.contains("hint: `spacedrive ext build notes --install`"), "{ran:?}");
    }
}
