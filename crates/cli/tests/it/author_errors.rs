//! Extensions that are broken, stale or untested, and what their author is told before any user is.

use std::{fs, path::Path, process::Command};

use ext_package::{Package, SigningKey};
use serde_json::{Value, json};

use crate::{authors::Author, common::Ran};

/// A guest that answers nothing, in the text format, with the section of its functions.
const ANSWERS_WORDS: &str = r#"(func (export "plugin_call") (param i32 i32 i32 i32) (result i32) i32.const 0)
    (@custom "spacedrive.methods" "query:notes.words.v1\n")"#;

/// Writes a built extension into a folder, with these fields of the manifest.
fn write(author: &Author, folder: &str, wasm: &[u8], fields: &Value) {
    let folder = author.path(folder);
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("manifest.json"), manifest(fields).to_string()).unwrap();
    fs::write(folder.join("notes.wasm"), wasm).unwrap();
}

fn manifest(fields: &Value) -> Value {
    let mut manifest = json!({ "id": "notes", "name": "Notes", "version": "0.1.0",
        "wasm_file": "notes.wasm" });
    let fields = fields.as_object().unwrap().clone();
    manifest.as_object_mut().unwrap().extend(fields);
    manifest
}

/// Reads the error of a command, which is all that it wrote to stderr.
#[track_caller]
fn error(ran: &Ran) -> Value {
    assert_eq!((ran.code, ran.stdout.as_slice()), (Some(1), &b""[..]), "{ran:?}");
    serde_json::from_str(&ran.stderr).unwrap()
}

#[track_caller]
fn refused(author: &Author, args: &[&str], said: &str) -> Value {
    let error = error(&author.run(&[&["--output", "json"], args].concat()));
    let text = error["error"].as_str().unwrap();
    assert!(text.contains(said) && error["code"].is_string(), "{said}: {error}");
    error
}

fn has_python() -> bool {
    let has = Command::new("python3").arg("--version").output().is_ok_and(|it| it.status.success());
    if !has {
        eprintln!("SKIPPED: there is no python3");
    }
    has
}

fn has_clang() -> bool {
    let answers = |name: &str| Command::new(name).arg("--version").output().is_ok();
    let has = answers("clang") && answers("wasm-ld");
    if !has {
        eprintln!("SKIPPED: there is no clang with lld");
    }
    has
}

/// Ways to be broken: the wasm, fields of the manifest, and what is said.
fn broken() -> Vec<(Vec<u8>, Value, &'static str)> {
    let answers = ext_testing::guest(ANSWERS_WORDS);
    let ghost = json!({ "operations": [{ "method": "query:notes.ghost.v1" }] });
    vec![
        (b"garbage".to_vec(), json!({}), "notes.wasm"),
        (answers.clone(), ghost, "names `query:notes.ghost.v1`"),
        (answers, json!({ "min_core_version": "99.0.0" }), "needs spacedrive 99.0.0 or newer"),
    ]
}

#[test]
fn what_would_not_load_is_not_packaged_and_not_published() {
    let author = Author::new();
    let key = SigningKey::generate().unwrap();
    fs::write(author.path("key"), key.to_file().unwrap()).unwrap();
    for (wasm, fields, said) in broken() {
        write(&author, "notes", &wasm, &fields);
        let refusal = refused(&author, &["ext", "package", "notes"], said);
        assert_eq!(refusal["details"]["findings"][0]["severity"], "error", "{refusal}");
        assert!(!author.path("notes-0.1.0.sdx").exists());
        assert_eq!(author.run(&["ext", "check", "notes"]).code, Some(1), "{said}");

        // One that another program made.
        let package = Package::of_folder(&author.path("notes")).unwrap();
        let package = package.with_publisher(&key.publisher().unwrap());
        fs::write(author.path("made.sdx"), package.to_bytes().unwrap()).unwrap();
        fs::write(author.path("made.sdx.minisig"), key.sign(&package).unwrap()).unwrap();
        let publish = ["ext", "publish", "made.sdx", "--key", "key", "--namespace", "acme"];
        refused(&author, &[&publish[..], &["--registry", "127.0.0.1:9"]].concat(), said);
    }
    write(
        &author,
        "notes",
        &ext_testing::guest(ANSWERS_WORDS),
        &json!({
        "operations": [{ "method": "query:notes.words.v1" }],
        "permissions": { "methods": ["vdfs.read_contents"] } }),
    );
    let made = author.run(&["--output", "json", "ext", "package", "notes"]);
    assert!(made.code == Some(0) && made.stderr.contains("did you mean"), "{made:?}");
    assert!(author.path("notes-0.1.0.sdx").is_file());
}

#[test]
fn a_build_that_is_older_than_its_sources_is_told() {
    let author = Author::new();
    write(&author, "notes/dist", &ext_testing::guest(""), &json!({}));
    let now = manifest(&json!({ "version": "0.2.0" }));
    fs::write(author.path("notes/manifest.json"), now.to_string()).unwrap();
    let said = "older than its sources: `version` in manifest.json changed";
    let refusal = refused(&author, &["ext", "package", "notes"], said);
    assert!(refusal["hint"].as_str().unwrap().contains("spacedrive ext build notes"), "{refusal}");
    let check = author.json(&["ext", "check", "notes"]);
    let first = check["findings"][0].clone();
    assert!(first["severity"] == "warning" && first["message"].as_str().unwrap().contains(said));
    let installed = author.run(&["ext", "install", "notes", "--yes"]);
    assert!(installed.code == Some(0) && installed.stderr.contains(said), "{installed:?}");

    write(&author, "notes/dist", &ext_testing::guest(""), &json!({ "version": "0.2.0" }));
    assert_eq!(author.json(&["ext", "check", "notes"])["findings"], json!([]));
    author.done(&["ext", "package", "notes"]);
    assert!(author.path("notes-0.2.0.sdx").is_file());

    fs::remove_file(author.path("notes/dist/notes.wasm")).unwrap();
    refused(&author, &["ext", "install", "notes", "--yes"], "has no notes.wasm");
}

fn change(path: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(path).unwrap();
    assert!(text.contains(from), "{text}");
    fs::write(path, text.replace(from, to)).unwrap();
}

#[test]
fn faults_of_an_extension_in_python_are_told_without_its_interpreter() {
    if !has_python() {
        return;
    }
    let author = Author::new();
    author.done(&["ext", "new", "words", "--lang", "python"]);
    author.done(&["ext", "build", "words"]);
    let check = author.json(&["ext", "check", "words"]);
    assert_eq!(check["findings"], json!([]), "{check}");
    let calls = [
        "action:vdfs.update_metadata.input.v1",
        "query:vdfs.list_entries.v1",
        "query:vdfs.read_content.v1",
    ];
    let mut found: Vec<_> = check["calls"].as_array().unwrap().clone();
    found.sort_by_key(ToString::to_string);
    assert_eq!(found, calls.map(Value::from));
    let table = author.done(&["ext", "check", "words"]);
    assert!(table.contains("functions: not checked") && !table.contains(" fit"), "{table}");

    let path = author.path("words/manifest.json");
    let manifest = fs::read_to_string(&path).unwrap();
    change(&path, "query:words.words.v1", "query:words.ghost.v1");
    let built = author.run(&["ext", "build", "words"]);
    assert!(built.stderr.contains("`query:words.ghost.v1`, which stands nowhere"), "{built:?}");
    for (from, to, said) in [
        ("\"permissions\"", "\"permisions\"", "`permisions`"),
        ("\"0.1.0\",", "\"0.1.0\"", "line 5"),
        ("main.py", "start.py", "has no file `files/start.py`"),
    ] {
        fs::write(&path, manifest.replace(from, to)).unwrap();
        refused(&author, &["ext", "build", "words"], said);
        refused(&author, &["ext", "package", "words"], said);
    }
    fs::write(&path, &manifest).unwrap();
    change(&author.path("words/files/main.py"), "def total(input):", "def total(input:");
    refused(&author, &["ext", "build", "words"], "files/main.py:");
    refused(&author, &["ext", "package", "words"], "files/main.py:");
    let check = author.run(&["--output", "json", "ext", "check", "words"]);
    assert_eq!(check.code, Some(1), "{check:?}");
}

#[test]
fn an_extension_in_c_without_a_function_or_with_a_fault_does_not_build() {
    if !has_clang() {
        return;
    }
    let author = Author::new();
    author.done(&["ext", "new", "notes", "--lang", "c"]);
    author.done(&["ext", "build", "notes"]);
    let path = author.path("notes/manifest.json");
    let manifest = fs::read_to_string(&path).unwrap();
    change(&path, "query:notes.words.v1", "query:notes.ghost.v1");
    refused(&author, &["ext", "build", "notes"], "names `query:notes.ghost.v1`");
    fs::write(&path, &manifest).unwrap();

    change(&author.path("notes/src/main.c"), "#include", "this is no C;\n#include");
    refused(&author, &["ext", "package", "notes"], "src/main.c changed");
    let refusal = refused(&author, &["ext", "build", "notes"], "does not build");
    let said = refusal["details"]["compiler"].as_str().unwrap();
    assert!(said.contains("main.c") && said.contains("error:"), "{said}");
    let for_people = author.run(&["ext", "build", "notes"]).stderr;
    assert!(for_people.contains("error: the extension does not build"), "{for_people}");
    assert!(for_people.contains("main.c:"), "{for_people}");
}

#[test]
fn tests_are_run_by_the_tools_of_the_language() {
    if !has_python() {
        return;
    }
    let author = Author::new();
    author.done(&["ext", "new", "words", "--lang", "python"]);
    assert_eq!(author.run(&["ext", "test", "words"]).code, Some(0));
    let passed = author.run(&["--output", "json", "ext", "test", "words"]);
    assert_eq!(passed.code, Some(0), "{passed:?}");
    assert_eq!(passed.stdout, b"{\"passed\":true}\n".as_slice(), "{passed:?}");
    assert!(passed.stderr.contains("Ran 1 test"), "{passed:?}");
    change(&author.path("words/tests/test_words.py"), "\"\"), 0", "\"\"), 1");
    let failed = author.run(&["--output", "json", "ext", "test", "words"]);
    assert_eq!(failed.code, Some(1), "{failed:?}");
    let answer: Value = serde_json::from_slice(&failed.stdout).unwrap();
    assert_eq!(answer, json!({ "passed": false }));

    fs::remove_dir_all(author.path("words/tests")).unwrap();
    refused(&author, &["ext", "test", "words"], "has no tests");
    author.done(&["ext", "new", "notes", "--lang", "c"]);
    let hint = refused(&author, &["ext", "test", "notes"], "has no tests")["hint"].clone();
    assert!(hint.as_str().unwrap().contains("spacedrive ext dev"), "{hint}");
}

#[test]
fn a_new_extension_fills_the_empty_folder_that_it_is_called_in() {
    let author = Author::new();
    let notes = author.path("my-notes");
    fs::create_dir(&notes).unwrap();
    let made = author.run_in("my-notes", &["--output", "json", "ext", "new", ".", "--lang", "c"]);
    assert_eq!(made.code, Some(0), "{made:?}");
    let made: Value = serde_json::from_slice(&made.stdout).unwrap();
    assert_eq!(made["id"], "my_notes");
    assert!(notes.join("src/main.c").is_file());
    let again = author.run_in("my-notes", &["ext", "new", ".", "--lang", "c"]);
    assert!(again.code == Some(1) && again.stderr.contains("is there already"), "{again:?}");
}
