//! Rules about entries and sidecars, against every spelling of a path.

use std::sync::Arc;

use ext_library_sqlite::Libraries;
use ext_manifest::Manifest;
use ext_perm::{Author, Engine, NumberedRule, Rule, RuleBackend};
use ext_services::library::ContentText;
use ext_wire::{ErrorCode, ops::vdfs::WriteSidecarInput};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::library::Host;

const CREATE: &str = "action:vdfs.create_entry.input.v1";
const LIST: &str = "query:vdfs.list_entries.v1";

/// A host with entries in some folders.
pub(crate) fn host(paths: &[&str]) -> (TempDir, Host) {
    let data = tempfile::tempdir().unwrap();
    let host = Host::new(Arc::new(Libraries::new(data.path()).unwrap()));
    for path in paths {
        host.add(path);
    }
    (data, host)
}

/// The engine of an extension that may do all in libraries, as far as rules let it.
pub(crate) fn ruled(rules: Value) -> Engine {
    let manifest = br#"{"id":"demo","name":"Demo","version":"1.0.0","wasm_file":"demo.wasm",
        "permissions":{"methods":["vdfs.*","events.*","search.*"],"libraries":["*"]}}"#;
    let rules: Vec<Rule> = serde_json::from_value(rules).unwrap();
    let numbered = |(id, rule)| NumberedRule { id, place: format!("grant {id}"), rule };
    let grants = RuleBackend::new(Author::User, "demo", (1..).zip(rules).map(numbered));
    Engine::for_extension(&Manifest::parse(manifest).unwrap()).and(grants)
}

pub(crate) fn all_but(folder: &str) -> Engine {
    ruled(json!([{ "effect": "allow" }, { "effect": "deny", "entries": [folder] }]))
}

fn create(host: &Host, engine: &Engine, path: &str) -> Result<Value, ErrorCode> {
    let input = json!({ "name": "x", "path": path, "entry_type": "note" });
    host.call(engine, CREATE, &input).map_err(|error| error.code)
}

fn paths(host: &Host, engine: &Engine) -> Vec<String> {
    let page = host.call(engine, LIST, &json!({})).unwrap();
    let entries = page["entries"].as_array().unwrap();
    entries.iter().map(|entry| entry["path"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn path_05_a_denied_folder_is_denied_in_every_spelling() {
    let stored = ["Kredit/vertrag.pdf", "Vertr\u{e4}ge/a.txt", "K/a", "b;c/a"];
    let (_data, host) = host(&stored);
    for (folder, spellings) in [
        ("Kredit/**", &["Kredit/", "\u{212a}redit/"][..]),
        ("Vertr\u{e4}ge/**", &["Vertr\u{e4}ge/", "Vertra\u{308}ge/"]),
        ("Vertra\u{308}ge/**", &["Vertr\u{e4}ge/", "Vertra\u{308}ge/"]),
        ("\u{212a}/**", &["K/", "\u{212a}/"]),
        ("b;c/**", &["b;c/", "b\u{37e}c/"]),
        ("b\u{37e}c/**", &["b;c/", "b\u{37e}c/"]),
    ] {
        let engine = all_but(folder);
        for spelling in spellings {
            for name in ["vertrag.pdf", "a.txt", "a", "neu.pdf"] {
                let path = format!("{spelling}{name}");
                let denied = create(&host, &engine, &path);
                assert_eq!(denied, Err(ErrorCode::DeniedArg), "{path:?} by {folder:?}");
            }
        }
        let hidden = paths(&host, &engine);
        assert_eq!(hidden.len(), stored.len() - 1, "{hidden:?} by {folder:?}");
    }
    assert_eq!(paths(&host, &Engine::for_user()), stored, "nothing was made");
}

#[test]
fn path_05_an_allowed_folder_is_allowed_in_every_spelling() {
    let (_data, host) = host(&["Vertr\u{e4}ge/a.txt"]);
    for folder in ["Vertr\u{e4}ge/**", "Vertra\u{308}ge/**"] {
        let engine = ruled(json!([{ "effect": "allow", "entries": [folder] }]));
        for path in ["Vertr\u{e4}ge/a.txt", "Vertra\u{308}ge/a.txt"] {
            assert_eq!(create(&host, &engine, path).unwrap()["created"], false, "{path:?}");
        }
        assert_eq!(create(&host, &engine, "Vertrage/a.txt"), Err(ErrorCode::DeniedArg));
        assert_eq!(paths(&host, &engine), ["Vertr\u{e4}ge/a.txt"]);
    }
}

#[test]
fn a_denied_sidecar_is_not_read_under_another_spelling_of_its_name() {
    let (_data, host) = host(&[]);
    let id = host.add("a");
    let write = |name: &str| json!({ "entry_id": id, "name": name, "data": "c2VjcmV0" });
    let method = "action:vdfs.write_sidecar.input.v1";
    host.call(&Engine::for_user(), method, &write("kin.txt")).unwrap();
    let engine = ruled(json!([{ "effect": "allow" }, { "effect": "deny", "sidecars": ["kin.*"] }]));
    for name in ["kin.txt", "KIN.TXT", "\u{212a}in.txt", "kin.txt/", "./kin.txt", "kin.txt\0"] {
        let input = json!({ "entry_id": id, "name": name });
        assert!(host.call(&engine, "query:vdfs.read_sidecar.v1", &input).is_err(), "{name:?}");
        let delete = host.call(&engine, "action:vdfs.delete_sidecar.input.v1", &input);
        assert_ne!(delete.ok(), Some(json!({ "deleted": true })), "{name:?}");
        assert!(host.call(&engine, method, &write(name)).is_err(), "{name:?}");
    }
    assert!(host.call(&engine, method, &write("other.txt")).is_ok());
}

fn search(host: &Host, engine: &Engine, text: &str, limit: u32) -> Vec<Value> {
    let input = json!({ "text": text, "mode": "text", "limit": limit });
    let output = host.call(engine, "query:search.entries.v1", &input).unwrap();
    output["hits"].as_array().unwrap().clone()
}

#[test]
fn a_search_finds_and_shows_only_what_the_call_may_see() {
    let (_data, host) = host(&["taxes/tea", "taxes/tea2"]);
    let id = host.add("mails/tea");
    let method = "action:vdfs.write_sidecar.input.v1";
    // "the password is swordfish"
    let write = json!({ "entry_id": id, "name": "a.ocr.txt",
        "data": "dGhlIHBhc3N3b3JkIGlzIHN3b3JkZmlzaA==" });
    host.call(&Engine::for_user(), method, &write).unwrap();
    let limited = ruled(json!([{ "effect": "allow", "entries": ["mails/**"] },
        { "effect": "deny", "sidecars": ["*.ocr.txt"] }]));
    assert!(search(&host, &limited, "password", 10).is_empty());
    assert!(search(&host, &limited, "password tea", 10).is_empty());
    let hits = search(&host, &limited, "tea", 1);
    assert_eq!((hits.len(), &hits[0]["entry"]["path"]), (1, &json!("mails/tea")), "{hits:?}");
    let all = ruled(json!([{ "effect": "allow" }]));
    assert_eq!(search(&host, &all, "password tea", 10).len(), 1);
    assert_eq!(search(&host, &all, "tea*", 10).len(), 3);
}

/// An extension that the manifest lets call these methods.
fn with_methods(methods: &str) -> Engine {
    let manifest = format!(
        r#"{{"id":"demo","name":"Demo","version":"1.0.0","wasm_file":"demo.wasm",
        "permissions":{{"methods":[{methods}],"libraries":["*"]}}}}"#
    );
    Engine::for_extension(&Manifest::parse(manifest.as_bytes()).unwrap())
}

#[test]
fn contents_are_found_by_those_who_may_read_them() {
    let (_data, host) = host(&[]);
    for path in ["mails/a", "taxes/a"] {
        let input = json!({ "name": "a", "path": path, "entry_type": "note", "content": "eA==" });
        host.call(&Engine::for_user(), CREATE, &input).unwrap();
    }
    let library = host.directory.library(host.library).unwrap();
    let contents = library.contents().unwrap();
    let (unread, _) = contents.unread_contents(1, None, 9).unwrap();
    let text = ContentText::Text("the password is swordfish".into());
    let read: Vec<_> = unread.into_iter().map(|it| (it, text.clone())).collect();
    contents.put_content_texts(1, &read).unwrap();

    let search_only = with_methods(r#""search.*", "vdfs.list_entries""#);
    assert!(search(&host, &search_only, "swordfish", 9).is_empty());
    assert_eq!(search(&host, &search_only, "a", 9).len(), 2, "names are no contents");
    let reader = with_methods(r#""search.*", "vdfs.read_content""#);
    assert_eq!(search(&host, &reader, "swordfish", 9).len(), 2);

    let no_taxes = ruled(json!([{ "effect": "allow" }, { "effect": "deny",
        "methods": ["query:vdfs.read_content.v1"], "entries": ["taxes/**"] }]));
    let hits = search(&host, &no_taxes, "swordfish", 9);
    assert_eq!((hits.len(), &hits[0]["entry"]["path"]), (1, &json!("mails/a")), "{hits:?}");
    assert!(hits[0]["snippet"].as_str().unwrap().contains("[swordfish]"));
    assert_eq!(search(&host, &no_taxes, "a", 9).len(), 2);
    let all = ruled(json!([{ "effect": "allow" }]));
    let hits = search(&host, &all, "swordfish", 9);
    assert_eq!(hits.len(), 2);
    // Guests of before refuse fields that they do not know.
    let fields: Vec<&String> = hits[0].as_object().unwrap().keys().collect();
    assert_eq!(fields, ["entry", "snippet", "score"]);
    let input = json!({ "text": "swordfish", "mode": "text", "places": true });
    let asked = host.call(&all, "query:search.entries.v1", &input).unwrap();
    assert_eq!(asked["hits"][0]["passage"], json!({ "start": 0, "end": 25 }));
    assert_eq!(asked["hits"][0]["highlights"].as_array().unwrap().len(), 1);
}

#[test]
fn a_page_of_a_list_is_full_whatever_lies_hidden_between() {
    let paths: Vec<String> =
        (0..30).map(|n| format!("{}/{n}", if n % 3 == 0 { "mails" } else { "taxes" })).collect();
    let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
    let (_data, host) = host(&paths);
    let limited = all_but("taxes/**");
    let (mut after, mut seen) = (Value::Null, Vec::new());
    loop {
        let input = match &after {
            Value::Null => json!({ "limit": 4 }),
            after => json!({ "limit": 4, "after": after }),
        };
        let page = host.call(&limited, LIST, &input).unwrap();
        let entries = page["entries"].as_array().unwrap();
        seen.extend(entries.iter().map(|entry| entry["path"].as_str().unwrap().to_owned()));
        match page.get("next") {
            Some(next) => assert_eq!(entries.len(), 4, "{seen:?} up to {next}"),
            None => break,
        }
        after = page["next"].clone();
    }
    assert_eq!(seen.len(), 10);
    assert!(seen.iter().all(|path| path.starts_with("mails/")));
}

#[test]
fn no_cursor_leads_to_what_is_hidden() {
    let (_data, host) = host(&["mails/a", "mails/b", "taxes/a", "taxes/b", "taxes/c"]);
    let limited = all_but("taxes/**");
    let page = host.call(&limited, LIST, &json!({ "limit": 2 })).unwrap();
    assert_eq!((page["entries"].as_array().unwrap().len(), page.get("next")), (2, None));
}

#[test]
fn a_page_of_large_metadata_ends_early() {
    let (_data, host) = host(&[]);
    for n in 0..20 {
        let path = n.to_string();
        let input = json!({
            "name": path, "path": path, "entry_type": "note",
            "metadata": { "text": "x".repeat(60_000) }
        });
        host.call(&Engine::for_user(), CREATE, &input).unwrap();
    }
    for engine in [Engine::for_user(), all_but("taxes/**")] {
        let page = host.call(&engine, LIST, &json!({})).unwrap();
        assert!(page.to_string().len() < 1 << 20 && page.get("next").is_some());
    }
}

#[test]
fn pages_of_changes_are_full_whatever_lies_hidden_between() {
    let paths: Vec<String> =
        (0..30).map(|n| format!("{}/{n}", if n % 3 == 0 { "mails" } else { "taxes" })).collect();
    let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
    let (_data, host) = host(&paths);
    let limited = all_but("taxes/**");
    let (mut input, mut lengths) = (json!({ "limit": 5 }), Vec::new());
    loop {
        let page = host.call(&limited, "query:vdfs.list_changes.v1", &input).unwrap();
        lengths.push(page["entries"].as_array().unwrap().len());
        if page["more"] == false {
            break;
        }
        input["after"] = page["next"].clone();
    }
    assert_eq!(lengths, [5, 5]);
}

#[test]
fn pages_of_sidecars_are_full_whatever_lies_hidden_between() {
    let (_data, host) = host(&["a"]);
    let store = host.directory.library(host.library).unwrap();
    let page = store.entries().unwrap().list_entries(Default::default()).unwrap();
    let entry_id = page.entries[0].id;
    for writer in ["one", "two", "three", "four", "five"] {
        for n in 0..90 {
            let shown = if n < 60 { "shown" } else { "hidden" };
            let name = format!("{n:02}-{writer}.{shown}");
            let input = WriteSidecarInput::new(entry_id, name, "a");
            store.sidecars().unwrap().write_sidecar(Some(writer), input).unwrap();
        }
    }
    let limited =
        ruled(json!([{ "effect": "allow" }, { "effect": "deny", "sidecars": ["*.hidden"] }]));
    let call = |method: &str, input: Value| host.call(&limited, method, &input).unwrap();
    let details = call("query:vdfs.get_entry.v1", json!({ "entry_id": entry_id }));
    assert_eq!(details["sidecars"].as_array().unwrap().len(), 200);
    let list = "query:vdfs.list_sidecars.v1";
    let last = call(list, json!({ "entry_id": entry_id, "after": details["next_sidecar"] }));
    assert_eq!((last["sidecars"].as_array().unwrap().len(), last.get("next")), (100, None));
}

#[test]
fn an_event_about_an_entry_that_is_denied_is_not_published() {
    let (_data, host) = host(&[]);
    let (open, shut) = (host.add("mails/a"), host.add("taxes/a"));
    let limited = all_but("taxes/**");
    let publish = |id: &Value| {
        let input = json!({ "name": "seen", "entry_id": id });
        host.call(&limited, "action:events.publish.input.v1", &input)
    };
    assert!(publish(&open).is_ok());
    assert_eq!(publish(&shut).unwrap_err().code, ErrorCode::DeniedArg);
}
