//! Mistakes of somebody who does not know the program yet: each mistake

use std::{fs, io::Write, process::Stdio};

use serde_json::Value;

use crate::common::{Ran, Spacedrive, ran, samples};

/// Runs with `--output json`, which must fail with one JSON value on stderr.
fn refused(spacedrive: &Spacedrive, args: &[&str]) -> (Option<i32>, Value) {
    let ran = ran(spacedrive.command(["--output", "json"]).args(args).output().unwrap());
    let error = serde_json::from_str(&ran.stderr);
    (ran.code, error.unwrap_or_else(|error| panic!("{args:?}: {error}: {ran:?}")))
}

fn text<'a>(error: &'a Value, field: &str) -> &'a str {
    error[field].as_str().unwrap_or_else(|| panic!("{field} in {error}"))
}

#[test]
fn wrong_arguments_are_json_for_programs() {
    let spacedrive = Spacedrive::new();
    for (args, said) in [
        (&["bogus"][..], "unrecognized subcommand 'bogus'"),
        (&["ext"], "no command was given"),
        (&["import"], "<PATH>"),
        (&["permission", "revoke", "finance", "--method", "x"], "`permission deny`"),
    ] {
        let (code, error) = refused(&spacedrive, args);
        assert_eq!(code, Some(2), "{args:?}");
        assert_eq!(error["code"], "E_BAD_INPUT");
        assert!(
            text(&error, "error").contains(said) && !text(&error, "error").contains('\n'),
            "{error}"
        );
    }
    let help = spacedrive.run(["--output", "json", "--help"]);
    assert_eq!(help.code, Some(0));
    let people = spacedrive.run(["bogus"]);
    assert!(people.code == Some(2) && people.stderr.starts_with("error: "), "{people:?}");
}

#[test]
fn consent_by_an_option_leaves_stderr_to_errors() {
    let (spacedrive, folder) = (Spacedrive::new(), tempfile::tempdir().unwrap());
    let manifest =
        r#"{ "id": "demo", "name": "Demo", "version": "1.0.0", "wasm_file": "demo.wasm" }"#;
    fs::write(folder.path().join("manifest.json"), manifest).unwrap();
    fs::write(
        folder.path().join("demo.wasm"),
        ext_testing::small_guest(r#"(func (export "plugin_init") (result i32) i32.const 0)"#),
    )
    .unwrap();
    let path = folder.path().to_str().unwrap();
    let (code, error) = refused(&spacedrive, &["ext", "install", path]);
    assert!(code == Some(1) && text(&error, "error").contains("--yes"), "{error}");
    let done = spacedrive.run(["--output", "json", "ext", "install", path, "--yes"]);
    assert_eq!((done.code, done.stderr.as_str()), (Some(0), ""));
    let people = spacedrive.run(["ext", "install", path, "--yes"]);
    assert!(people.stderr.contains("Demo 1.0.0"), "{people:?}");
}

#[test]
fn what_a_manifest_asks_for_in_vain_is_said() {
    let (spacedrive, folder) = (Spacedrive::new(), tempfile::tempdir().unwrap());
    let manifest = r#"{ "id": "oops", "name": "Oops", "version": "1.0.0", "wasm_file": "oops.wasm",
        "permissions": { "methods": ["vdfs.read_contents"], "libraries": ["*"] } }"#;
    fs::write(folder.path().join("manifest.json"), manifest).unwrap();
    let wasm =
        ext_testing::small_guest(r#"(func (export "plugin_init") (result i32) i32.const 0)"#);
    fs::write(folder.path().join("oops.wasm"), wasm).unwrap();
    let path = folder.path().to_str().unwrap();
    let people = spacedrive.run(["ext", "install", path, "--yes"]);
    assert!(people.stderr.contains("did you mean `query:vdfs.read_content`?"), "{people:?}");
    let program = spacedrive.json(["ext", "install", path, "--yes"]);
    let warning = program["warnings"][0].as_str().unwrap();
    assert!(warning.starts_with("`vdfs.read_contents` matches no operation"), "{warning}");

    let grant = ["permission", "grant", "oops", "--method", "action:vdfs.write_sidecar"];
    let people = spacedrive.run(grant);
    assert!(people.stderr.contains("does not ask for `action:vdfs.write_sidecar`"), "{people:?}");
    assert_eq!(spacedrive.json(grant)["warnings"].as_array().unwrap().len(), 1);
    let helps = ["permission", "grant", "oops", "--method", "vdfs.read_contents"];
    assert!(spacedrive.json(helps).get("warnings").is_none());
}

fn set_secret(spacedrive: &Spacedrive, secret: &[u8]) -> Ran {
    let args = ["secret", "set", "key", "--program", "--host", "https://api.example.com"];
    let mut command = spacedrive.command(args);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(secret).unwrap();
    ran(child.wait_with_output().unwrap())
}

#[test]
fn an_empty_secret_is_not_kept() {
    let spacedrive = Spacedrive::new();
    for empty in ["", "\n"] {
        let ran = set_secret(&spacedrive, empty.as_bytes());
        assert!(ran.code == Some(1) && ran.stderr.contains("the secret is empty"), "{ran:?}");
    }
    assert_eq!(spacedrive.json(["secret", "list", "--program"]), Value::Array(Vec::new()));
    assert_eq!(set_secret(&spacedrive, b"k\n").code, Some(0));
}

#[test]
fn a_vault_that_cannot_be_read_is_told_with_the_way_out() {
    let spacedrive = Spacedrive::new();
    assert_eq!(set_secret(&spacedrive, b"k\n").code, Some(0));
    let vault = spacedrive.data.path().join("vault/vault.json");
    fs::write(&vault, "not a vault").unwrap();
    let (_, error) = refused(&spacedrive, &["secret", "list", "--program"]);
    assert_eq!(error["code"], "E_CRED_TAMPERED");
    assert!(text(&error, "hint").contains("move it away"), "{error}");
    fs::remove_file(&vault).unwrap();
    assert_eq!(set_secret(&spacedrive, b"k\n").code, Some(0), "what the hint says works");
}

const TAKEN: &str = "a library is called `Test` already: choose another name, or rename that one";

#[test]
fn what_names_nothing_is_told() {
    let spacedrive = Spacedrive::new();
    let library = spacedrive.library();
    let (code, error) = refused(&spacedrive, &["event", "replay", "99", "--library", &library]);
    assert_eq!(code, Some(1), "{error}");
    assert!(text(&error, "hint").contains("event dead-letters"), "{error}");
    let (_, error) = refused(&spacedrive, &["search", "x", "--limit", "0", "--library", &library]);
    assert_eq!(error["code"], "E_BAD_INPUT", "{error}");
    let (_, error) = refused(&spacedrive, &["library", "create", "test"]);
    assert_eq!((text(&error, "code"), text(&error, "error")), ("E_CONFLICT", TAKEN), "{error}");
}

#[cfg(unix)]
#[test]
fn path_09_a_pipe_in_the_place_of_a_file_does_not_hang_the_program() {
    let spacedrive = Spacedrive::new();
    assert_eq!(set_secret(&spacedrive, b"k\n").code, Some(0));
    for (name, args) in [
        ("vault/vault.json", &["secret", "list", "--program"][..]),
        ("config.toml", &["library", "list"]),
    ] {
        let path = spacedrive.data.path().join(name);
        let _ = fs::remove_file(&path);
        let made = std::process::Command::new("mkfifo").arg(&path).status().unwrap();
        assert!(made.success());
        let (code, error) = refused(&spacedrive, args);
        assert_eq!(code, Some(1));
        assert!(text(&error, "error").contains("not a regular file"), "{error}");
    }
}

#[test]
fn what_is_not_an_extension_is_named_as_the_user_knows_it() {
    let (spacedrive, folder) = (Spacedrive::new(), tempfile::tempdir().unwrap());
    let manifest =
        r#"{ "id": "demo", "name": "Demo", "version": "1.0.0", "wasm_file": "demo.wasm" }"#;
    fs::write(folder.path().join("manifest.json"), manifest).unwrap();
    let path = folder.path().to_str().unwrap();
    let install = |path: &str| {
        let (code, error) = refused(&spacedrive, &["ext", "install", path, "--yes"]);
        assert_eq!(code, Some(1), "{error}");
        error
    };
    let missing = install(path);
    assert!(text(&missing, "error").contains("demo.wasm"), "{missing}");
    fs::write(folder.path().join("Cargo.toml"), "").unwrap();
    let source = install(path);
    assert!(text(&source, "error").contains("is not built"), "{source}");
    assert!(text(&source, "hint").contains(&format!("`spacedrive ext dev {path}`")), "{source}");
    let file = install(&format!("{path}/manifest.json"));
    assert!(text(&file, "hint").contains(&format!("`spacedrive ext install {path}`")), "{file}");
    let nothing = install("/no/such");
    assert!(text(&nothing, "error").contains("there is no folder /no/such"), "{nothing}");
    // A module that is none of ours is named by the user's file, and not by that of a copy.
    for (wasm, said) in
        [(&b"\0asm\x01\0\0\0"[..], "spacedrive.abi"), (&b"no wasm"[..], "demo.wasm")]
    {
        fs::write(folder.path().join("demo.wasm"), wasm).unwrap();
        let error = install(path);
        let error = text(&error, "error");
        assert!(error.contains(&format!("{path}/demo.wasm")) && error.contains(said), "{error}");
        assert!(!error.contains(".new-"), "{error}");
    }
}

#[test]
fn an_installation_says_what_waits_and_the_command_for_it() {
    let (spacedrive, folder) = (Spacedrive::new(), tempfile::tempdir().unwrap());
    let manifest = r#"{ "id": "demo", "name": "Demo", "version": "1.0.0", "wasm_file": "demo.wasm",
        "events": ["entry.created"], "permissions": { "methods": ["query:events.hear"], "libraries": ["*"] } }"#;
    fs::write(folder.path().join("manifest.json"), manifest).unwrap();
    let wasm = ext_testing::small_guest(
        r#"(func (export "plugin_on_event") (param i32 i32) (result i32) (i32.const 0))"#,
    );
    fs::write(folder.path().join("demo.wasm"), wasm).unwrap();
    let (file, path) = (folder.path().join("a.txt"), folder.path().to_str().unwrap());
    fs::write(&file, "text").unwrap();
    let library = spacedrive.library();
    assert_eq!(spacedrive.run(["import", file.to_str().unwrap()]).code, Some(0));
    let installed = spacedrive.json(["ext", "install", path, "--yes"]);
    assert_eq!(installed["id"], "demo");
    assert_eq!(installed["waiting"][0]["events"], 1, "{installed}");
    assert_eq!(installed["waiting"][0]["library_id"], library.as_str());
    assert_eq!(spacedrive.run(["ext", "remove", "demo"]).code, Some(0));
    let said = spacedrive.run(["ext", "install", path, "--yes"]);
    let said = String::from_utf8(said.stdout).unwrap();
    assert!(said.contains("1 event waits in Test: `spacedrive ext run demo`"), "{said}");
    assert_eq!(spacedrive.run(["ext", "run", "demo"]).code, Some(0));
    let again = spacedrive.json(["ext", "install", path, "--yes"]);
    assert!(again.get("waiting").is_none(), "{again}");
}

#[test]
fn an_extension_works_again_when_it_is_asked_to() {
    let (spacedrive, folder) = (Spacedrive::new(), tempfile::tempdir().unwrap());
    let manifest = r#"{ "id": "demo", "name": "Demo", "version": "1.0.0", "wasm_file": "demo.wasm",
        "events": ["entry.created"], "permissions": { "libraries": ["*"] } }"#;
    fs::write(folder.path().join("manifest.json"), manifest).unwrap();
    let wasm = ext_testing::small_guest(
        r#"(func (export "plugin_on_event") (param i32 i32) (result i32) (i32.const 0))"#,
    );
    fs::write(folder.path().join("demo.wasm"), wasm).unwrap();
    let files = folder.path().join("notes");
    fs::create_dir(&files).unwrap();
    for name in ["a.txt", "b.txt"] {
        fs::write(files.join(name), name).unwrap();
    }
    spacedrive.library();
    let path = folder.path().to_str().unwrap();
    assert_eq!(spacedrive.run(["ext", "install", path, "--yes"]).code, Some(0));
    assert_eq!(spacedrive.run(["import", files.to_str().unwrap()]).code, Some(0));
    let run = |more: &[&str]| spacedrive.json([&["ext", "run", "demo"], more].concat());
    assert_eq!(run(&[])["processed"].get("demo"), None);
    assert_eq!(run(&["--again"])["processed"]["demo"], 2);
    assert_eq!(run(&["--again", "--under", "notes/a.txt"])["processed"]["demo"], 1);
    assert_eq!(run(&["--again", "--under", "notes/"])["processed"]["demo"], 2);
    let (code, error) =
        refused(&spacedrive, &["ext", "run", "demo", "--again", "--under", "nowhere"]);
    assert_eq!((code, text(&error, "code")), (Some(1), "E_NOT_FOUND"));
    assert!(text(&error, "error").contains("`nowhere`"), "{error}");
}

#[test]
fn what_is_found_is_shown_in_words_and_not_in_hashes() {
    let Some((spacedrive, library)) = Spacedrive::with_extension("finance") else { return };
    let mail = samples().join("02-us-receipt.eml");
    spacedrive.json(["import", mail.to_str().unwrap(), "--library", &library]);
    let found = spacedrive.json(["search", "heron", "type:receipt", "--exact"]);
    let snippet = found[0]["snippet"].as_str().unwrap();
    let is_hex = |word: &str| word.len() >= 16 && word.bytes().all(|b| b.is_ascii_hexdigit());
    let words = snippet.split(|c: char| !c.is_alphanumeric());
    assert!(snippet.contains("Heron") && !words.clone().any(is_hex), "{snippet}");
    let ids = snippet.split_whitespace().filter(|word| word.matches('-').count() == 4);
    assert_eq!(ids.count(), 0, "{snippet}");
}
