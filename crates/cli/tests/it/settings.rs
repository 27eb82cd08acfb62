//! `spacedrive ext config`.

use std::{fs, io::Write, path::Path, process::Stdio};

use crate::common::{Ran, Spacedrive, ran};
use serde_json::{Value, json};

const CANARY: &str = "canary-60c1ab";

fn schema() -> Value {
    json!({
        "lines": { "type": "integer", "minimum": 1, "default": 3, "description": "Lines to show" },
        "word": { "type": "string" },
        "rules": { "type": "object", "additionalProperties": { "type": "string" } },
        "passwords": { "type": "array", "items": { "type": "string" }, "writeOnly": true },
    })
}

fn install(spacedrive: &Spacedrive, version: &str, settings: &Value) -> Ran {
    let folder = tempfile::tempdir().unwrap();
    let manifest = json!({
        "id": "notes", "name": "Notes", "version": version, "wasm_file": "guest.wasm",
        "settings": { "properties": settings },
    });
    fs::write(folder.path().join("manifest.json"), manifest.to_string()).unwrap();
    fs::write(folder.path().join("guest.wasm"), ext_testing::guest("")).unwrap();
    spacedrive.run(["ext", "install", folder.path().to_str().unwrap(), "--yes"])
}

fn installed() -> Spacedrive {
    let spacedrive = Spacedrive::new();
    let done = install(&spacedrive, "1.0.0", &schema());
    assert_eq!(done.code, Some(0), "{done:?}");
    spacedrive
}

fn config(spacedrive: &Spacedrive, args: &[&str]) -> Ran {
    spacedrive.run([&["ext", "config", "notes"], args].concat())
}

fn config_with(spacedrive: &Spacedrive, stdin: &str, args: &[&str]) -> Ran {
    let mut child = spacedrive.command([&["ext", "config", "notes"], args].concat());
    child.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = child.spawn().unwrap();
    child.stdin.take().unwrap().write_all(stdin.as_bytes()).unwrap();
    ran(child.wait_with_output().unwrap())
}

fn text(ran: &Ran) -> &str {
    assert_eq!(ran.code, Some(0), "{ran:?}");
    std::str::from_utf8(&ran.stdout).unwrap().trim_end()
}

#[test]
fn settings_are_listed_set_read_and_taken_back() {
    let spacedrive = installed();
    let library = spacedrive.library();
    let listed = config(&spacedrive, &[]);
    assert!(text(&listed).contains("Lines to show"), "{listed:?}");
    let set = config(&spacedrive, &["set", "lines=5", "word=a = b", r#"rules={"x":"y"}"#]);
    assert_eq!(text(&set), "changed lines, rules, word");
    assert_eq!(text(&config(&spacedrive, &["get", "word"])), "a = b");
    assert_eq!(text(&config(&spacedrive, &["get", "lines"])), "5");
    assert_eq!(
        text(&config(&spacedrive, &["set", "word=7", "--library", &library])),
        "changed word"
    );
    assert_eq!(text(&config(&spacedrive, &["get", "word", "--library", "Test"])), "7");
    assert_eq!(text(&config(&spacedrive, &["get", "word"])), "a = b");
    assert_eq!(text(&config_with(&spacedrive, "from stdin\n", &["set", "word"])), "changed word");
    assert_eq!(text(&config(&spacedrive, &["get", "word"])), "from stdin");
    assert_eq!(text(&config(&spacedrive, &["reset", "lines"])), "changed lines");
    assert_eq!(text(&config(&spacedrive, &["get", "lines"])), "3");
    let listed = spacedrive.json(["ext", "config", "notes", "--library", "Test"]);
    assert_eq!(
        (&listed[0]["source"], &listed[1]["source"]),
        (&json!("default"), &json!("library"))
    );
}

#[test]
fn what_does_not_fit_is_refused_and_says_what_to_do() {
    let spacedrive = installed();
    for (args, says) in [
        (&["set", "lines=many"][..], "`lines`: \"many\" is not of type \"integer\""),
        (&["set", "lines=0"], "0 is less than the minimum of 1"),
        (&["set", "wrod=x"], "hint: `spacedrive ext config notes` lists"),
        (&["get", "wrod"], "notes has no setting `wrod`"),
        (&["reset", "wrod"], "it has lines"),
        (&["set", "word"], "there is no value of `word` on stdin"),
        (&["set", "word", "rules"], "both `word` and `rules`"),
        (&["edit"], "hint: name one"),
        (&["set", "word=x", "--library", "nowhere"], "nowhere"),
    ] {
        let mut command = spacedrive.command([&["ext", "config", "notes"], args].concat());
        let refused = ran(command.env_remove("EDITOR").env_remove("VISUAL").output().unwrap());
        assert_eq!(refused.code, Some(1), "{args:?}: {refused:?}");
        assert!(refused.stderr.contains(says), "{args:?}: {}", refused.stderr);
    }
    let nobody = spacedrive.run(["ext", "config", "nobody"]);
    assert!(nobody.code == Some(1) && nobody.stderr.contains("not installed"), "{nobody:?}");
    assert_eq!(text(&config(&spacedrive, &["get", "lines"])), "3");
}

#[test]
fn cred_20_a_secret_setting_is_shown_nowhere() {
    let spacedrive = installed();
    let argument = config(&spacedrive, &["set", &format!("passwords={CANARY}")]);
    assert_eq!(argument.code, Some(1));
    assert!(!argument.stderr.contains(CANARY) && argument.stderr.contains("hint"), "{argument:?}");
    let lines = format!("{CANARY}\nsecond\n");
    let set = config_with(&spacedrive, &lines, &["set", "passwords"]);
    assert_eq!(text(&set), "changed passwords");
    let got = config(&spacedrive, &["get", "passwords"]);
    assert!(got.code == Some(1) && got.stderr.contains("only the extension gets it"), "{got:?}");
    for args in [&["ext", "config", "notes"][..], &["ext", "info", "notes"], &["audit", "tail"]] {
        for output in ["table", "json"] {
            let shown = spacedrive.run([args, &["--output", output]].concat());
            let all = [shown.stdout.as_slice(), shown.stderr.as_bytes()].concat();
            assert!(!String::from_utf8_lossy(&all).contains(CANARY), "{args:?}");
        }
    }
    assert!(text(&config(&spacedrive, &[])).contains("(secret)"));
    no_canary_in(spacedrive.data.path());
}

fn no_canary_in(folder: &Path) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            no_canary_in(&path);
        } else if path.is_file() {
            let bytes = fs::read(&path).unwrap();
            let found = bytes.windows(CANARY.len()).any(|it| it == CANARY.as_bytes());
            assert!(!found, "{}", path.display());
        }
    }
}

#[test]
fn settings_are_edited_in_an_editor_and_nothing_is_lost() {
    let spacedrive = installed();
    let edit = |editor: &str| {
        let mut command = spacedrive.command(["ext", "config", "notes", "edit"]);
        ran(command.env_remove("VISUAL").env("EDITOR", editor).output().unwrap())
    };
    assert_eq!(text(&edit("true")), "nothing changed");
    assert_eq!(text(&edit("sed -i 's/3/4/'")), "changed lines");
    assert_eq!(text(&config(&spacedrive, &["get", "lines"])), "4");
    let refused = edit("sed -i 's/4/0/'");
    assert!(refused.stderr.contains("less than the minimum"), "{refused:?}");
    let path = refused.stderr.split("what you wrote is in ").nth(1).unwrap().trim();
    assert!(fs::read_to_string(path).unwrap().contains("\"lines\": 0"));
    fs::remove_file(path).unwrap();
    assert_eq!(edit("false").code, Some(1));
}

#[test]
fn an_update_says_which_values_do_not_fit_any_more() {
    let spacedrive = installed();
    text(&config(&spacedrive, &["set", "lines=9", "word=kept"]));
    let newer = json!({ "lines": { "type": "integer", "maximum": 5, "default": 2 } });
    let update = install(&spacedrive, "1.1.0", &newer);
    assert_eq!(update.code, Some(0));
    for says in [
        "`lines` is not in force: 9 is greater than the maximum of 5",
        "`spacedrive ext config notes set lines=VALUE` sets it again",
        "`spacedrive ext config notes reset word` removes it",
    ] {
        assert!(update.stderr.contains(says), "{}", update.stderr);
    }
    assert_eq!(text(&config(&spacedrive, &["get", "lines"])), "2");
    install(&spacedrive, "1.2.0", &schema());
    assert_eq!(text(&config(&spacedrive, &["get", "word"])), "kept");
}

#[test]
fn the_schemas_of_manifests_and_views_are_the_published_ones() {
    for format in ["manifest", "view"] {
        let printed = Spacedrive::new().run(["ext", "schema", format]);
        let path = format!("../../docs/{format}.schema.json");
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
        if std::env::var_os("UPDATE_DOCS").is_some() {
            fs::write(&path, text(&printed).to_owned() + "\n").unwrap();
        }
        let published = fs::read_to_string(path).unwrap();
        let advice =
            format!("`spacedrive ext schema {format} > docs/{format}.schema.json` writes it anew");
        assert_eq!(text(&printed), published.trim_end(), "{advice}");
    }
}

#[test]
fn finance_shows_what_its_settings_say() {
    let Some((spacedrive, library)) = Spacedrive::with_extension("finance") else { return };
    let folder = tempfile::tempdir().unwrap();
    let mail = "From: Tram Office <till@tram.example>\r\nSubject: Your receipt\r\n\
        Date: Mon, 5 Jan 2026 10:00:00 +0000\r\n\r\n\
        Tram Office\nReceipt No: 1234\nDate: 2026-01-05\nTicket  2.00\nTicket  2.50\nTotal  4.50\nPaid by card\n";
    fs::write(folder.path().join("tram.eml"), mail).unwrap();
    let imported = spacedrive.run(["import", folder.path().to_str().unwrap(), "--no-index"]);
    assert_eq!(imported.code, Some(0), "{imported:?}");
    let listed = || spacedrive.json(["receipt", "list", "--library", &library]);
    let before = listed();
    assert_eq!(before[0]["currency"], Value::Null, "{before}");
    let set = ["home_currency=GBP", r#"categories={"tram": "commuting"}"#];
    let done = spacedrive.run([&["ext", "config", "finance", "set"], &set[..]].concat());
    assert_eq!(text(&done), "changed categories, home_currency");
    let after = listed();
    assert_eq!(
        (&after[0]["currency"], &after[0]["category"]),
        (&json!("GBP"), &json!("commuting"))
    );
    let id = after[0]["entry_id"].as_str().unwrap();
    text(&spacedrive.run(["receipt", "correct", id, "category=mine"]));
    assert_eq!(listed()[0]["category"], "mine", "a correction wins");
    let wrong = spacedrive.run(["ext", "config", "finance", "set", "home_currency=euro"]);
    assert!(wrong.code == Some(1) && wrong.stderr.contains("home_currency"), "{wrong:?}");
}
