//! Commands that extensions bring.

use std::fs;

use crate::common::{Ran, Spacedrive, samples};
use serde_json::{Value, json};

const CALL: &str =
    r#"(func (export "plugin_call") (param i32 i32 i32 i32) (result i32) (i32.const 0))"#;

fn run(spacedrive: &Spacedrive, args: &[&str]) -> Ran {
    spacedrive.run(args.iter().copied())
}

fn text(ran: &Ran) -> &str {
    std::str::from_utf8(&ran.stdout).unwrap()
}

/// Writes an extension with these commands, and a wasm that does nothing.
fn extension(folder: &std::path::Path, id: &str, commands: &Value) -> String {
    let folder = folder.join(id);
    fs::create_dir_all(&folder).unwrap();
    let manifest = json!({
        "id": id, "name": id, "version": "0.1.0", "wasm_file": "guest.wasm",
        "operations": [{ "method": format!("query:{id}.list.v1") }], "commands": commands,
    });
    fs::write(folder.join("manifest.json"), manifest.to_string()).unwrap();
    fs::write(folder.join("guest.wasm"), ext_testing::guest(CALL)).unwrap();
    folder.display().to_string()
}

fn command(id: &str, noun: &str) -> Value {
    let list = json!({ "name": "list", "description": "List", "operation": format!("query:{id}.list.v1") });
    json!([{ "name": noun, "description": "A noun", "commands": [list] }])
}

#[test]
fn the_names_of_the_core_and_of_those_before_win_and_a_clash_is_said() {
    let spacedrive = Spacedrive::new();
    let folder = tempfile::tempdir().unwrap();
    let install = |id: &str, noun: &str| {
        let path = extension(folder.path(), id, &command(id, noun));
        run(&spacedrive, &["ext", "install", &path, "--yes"])
    };
    let first = install("notes", "note");
    assert_eq!((first.code, first.stderr.contains("warning")), (Some(0), false), "{first:?}");
    let again = install("notes", "note");
    assert!(!again.stderr.contains("warning"), "it has its own name: {}", again.stderr);
    for (id, noun, owner) in [("other", "note", "notes"), ("greedy", "import", "spacedrive")] {
        let clash = install(id, noun);
        let said = format!("its command `{noun}` is not reached: {owner} has that name");
        assert_eq!(clash.code, Some(0), "{clash:?}");
        assert!(clash.stderr.contains(&said), "{}", clash.stderr);
        let path = extension(folder.path(), id, &command(id, noun));
        let program = spacedrive.run(["ext", "install", &path, "--yes", "--output", "json"]);
        let answer: Value = serde_json::from_slice(&program.stdout).unwrap();
        assert_eq!((&answer["id"], &answer["warnings"]), (&json!(id), &json!([said])));
        let told: Value = serde_json::from_str(&program.stderr).unwrap();
        assert_eq!(told, json!({ "warning": said }));
    }
    let help = run(&spacedrive, &["--help"]);
    assert!(text(&help).contains("A noun [notes]"), "{}", text(&help));
    let import = run(&spacedrive, &["import"]);
    assert!(import.stderr.contains("<PATH>"), "{}", import.stderr);
    let wrong = run(&spacedrive, &["note", "lst"]);
    assert_eq!(wrong.code, Some(2));
    assert!(wrong.stderr.contains("list"), "{}", wrong.stderr);
    run(&spacedrive, &["ext", "remove", "notes"]);
    assert_eq!(
        run(&spacedrive, &["note", "list", "--help"]).code,
        Some(0),
        "the other one has it now"
    );
    run(&spacedrive, &["ext", "remove", "other"]);
    assert_eq!(run(&spacedrive, &["note", "list"]).code, Some(2));
}

#[test]
fn no_manifest_breaks_the_command_line() {
    let spacedrive = Spacedrive::new();
    let folder = tempfile::tempdir().unwrap();
    // Names that arguments of this program have, some as options, some inside the parser.
    let names =
        ["library", "output", "data-dir", "models-dir", "no-pager", "verbose", "help", "version"];
    let commands = names.map(|name| {
        let argument = json!({ "name": name, "description": "A text", "positional": true });
        json!({ "name": name.replace("help", "helper"), "description": "List",
            "operation": "query:notes.list.v1", "arguments": [argument] })
    });
    let numbers = json!({ "name": "numbers", "description": "List", "operation": "query:notes.list.v1",
        "arguments": [{ "name": "least", "description": "A number", "kind": "number" }] });
    let commands: Vec<Value> = commands.into_iter().chain([numbers]).collect();
    let commands = json!([{ "name": "note", "description": "A noun", "commands": commands }]);
    let path = extension(folder.path(), "notes", &commands);
    let installed = run(&spacedrive, &["ext", "install", &path, "--yes"]);
    assert_eq!(installed.code, Some(0), "{installed:?}");
    assert!(text(&installed).contains("it brings `spacedrive note`"), "{}", text(&installed));
    for name in names {
        let help = run(&spacedrive, &["note", &name.replace("help", "helper"), "--help"]);
        assert!(text(&help).contains(&format!("[{}]", name.to_uppercase())), "{help:?}");
    }
    assert_eq!(run(&spacedrive, &["library", "list"]).code, Some(0));
    for (number, code) in [("-1.5", Some(1)), ("12", Some(1)), ("much", Some(2))] {
        // Without a library, and without a number that is one.
        let ran = run(&spacedrive, &["note", "numbers", "--least", number]);
        assert_eq!(ran.code, code, "{number}: {}", ran.stderr);
    }
}

#[test]
fn receipts_are_listed_corrected_rejected_and_exported() {
    let Some((spacedrive, library)) = Spacedrive::with_extension("finance") else { return };
    let mail = samples().join("02-us-receipt.eml").display().to_string();
    assert_eq!(run(&spacedrive, &["import", &mail]).code, Some(0));
    let listed = run(&spacedrive, &["receipt", "list"]);
    assert!(text(&listed).contains("Blue Heron Books  51.73 USD"), "{}", text(&listed));
    let rows = spacedrive.json(["receipt", "list", "--library", &library]);
    let id = rows[0]["entry_id"].as_str().unwrap();
    let short = &id[..13];
    let corrected =
        spacedrive.json(["receipt", "correct", short, "vendor=Heron", "amount=51,70", "tax="]);
    assert_eq!(
        (&corrected["vendor"], &corrected["amount"], &corrected["tax"]),
        (&json!("Heron"), &json!(51.7), &Value::Null)
    );
    let shown = run(&spacedrive, &["receipt", "show", short]);
    assert!(text(&shown).contains("51.70 USD"), "{}", text(&shown));
    assert!(text(&shown).contains("Blue Heron Books"), "what was read: {}", text(&shown));
    // What is imported again changes nothing of that.
    fs::copy(&mail, spacedrive.data.path().join("again.eml")).unwrap();
    let again = spacedrive.data.path().join("again.eml").display().to_string();
    assert_eq!(run(&spacedrive, &["import", &again]).code, Some(0));
    assert_eq!(spacedrive.json(["receipt", "list"])[0]["vendor"], "Heron");
    let by_file = spacedrive.json(["receipt", "show", "samples/02-us-receipt.eml"]);
    assert_eq!(by_file[0]["value"], "Heron", "the file that it came in");
    let undone =
        spacedrive.json(["receipt", "correct", short, "--undo", "vendor", "--undo", "amount"]);
    assert_eq!((&undone["vendor"], &undone["amount"]), (&json!("Blue Heron Books"), &json!(51.73)));

    let csv = run(&spacedrive, &["receipt", "export", "--format", "csv", "--vendor", "HERON"]);
    assert_eq!(text(&csv).lines().count(), 2, "{}", text(&csv));
    spacedrive.json(["receipt", "reject", short]);
    assert_eq!(
        text(&run(&spacedrive, &["receipt", "list"])),
        "no receipt: import emails, PDFs or pictures of receipts\n"
    );
    assert_eq!(spacedrive.json(["receipt", "list", "--rejected"])[0]["entry_id"], id);
    spacedrive.json(["receipt", "reject", short, "--undo"]);
    assert_eq!(spacedrive.json(["receipt", "list"])[0]["entry_id"], id);
}

#[test]
fn wrong_arguments_of_a_command_of_an_extension_say_what_to_do() {
    let Some((spacedrive, _)) = Spacedrive::with_extension("finance") else { return };
    for (args, code, said) in [
        (&["receipt", "show"][..], 2, "<RECEIPT>"),
        (&["receipt", "show", "nothing"], 1, "spacedrive entry list"),
        (&["receipt", "correct", "nothing", "vendor"], 1, "entry list"),
        (&["receipt", "correct", "nothing"], 1, "entry list"),
        (&["receipt", "export", "--format", "xml"], 2, "possible values: csv, json"),
        (&["receipt", "list", "--from", "soon"], 1, "such as 2026-01-31"),
        (&["receipt", "list", "--library", "nowhere"], 1, "spacedrive library list"),
    ] {
        let ran = run(&spacedrive, args);
        assert_eq!(ran.code, Some(code), "{args:?}: {ran:?}");
        assert!(ran.stderr.contains(said), "{args:?}: {}", ran.stderr);
    }
    let json = run(&spacedrive, &["--output", "json", "receipt", "list", "--from", "soon"]);
    assert_eq!(serde_json::from_str::<Value>(&json.stderr).unwrap()["code"], "E_BAD_INPUT");
    assert_eq!(spacedrive.json(["receipt", "list"]), json!([]));
}
