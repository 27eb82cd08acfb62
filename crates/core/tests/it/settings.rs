//! Settings of extensions: values, secrets, the event, other versions.

use std::fs;

use ext_wire::{
    ErrorCode,
    ops::settings::{
        List, SecretValue, Set, SetSettingsInput, Setting, SettingSource, SettingsRef,
    },
};
use serde_json::{Value, json};

use crate::common::{World, ZERO};

const CANARY: &str = "canary-51c0-settings";

/// A body that answers an operation with the settings of the extension in the library.
fn get(world: &World) -> String {
    let id = u128::from_le_bytes(*world.library.as_bytes());
    let (low, high) = (id as u64, (id >> 64) as u64);
    format!(
        "(i64.store (i32.const 300) (i64.const {low})) (i64.store (i32.const 308) (i64.const {high}))
        (call $call (i32.const 200) (i32.const 21) (i32.const 300) (i32.const 160) (i32.const 4))"
    )
}

fn manifest(version: &str, settings: &Value) -> String {
    json!({
        "id": "reader", "name": "Reader", "version": version, "wasm_file": "guest.wasm",
        "permissions": { "methods": ["settings.get", "vdfs.*"], "libraries": ["*"] },
        "operations": [{ "method": "query:reader.get.v1" }],
        "events": ["entry.created", "settings.changed"],
        "settings": { "properties": settings },
    })
    .to_string()
}

fn schema() -> Value {
    json!({
        "lines": { "type": "integer", "minimum": 1, "default": 3 },
        "word": { "type": "string" },
        "passwords": { "type": "array", "items": { "type": "string" }, "writeOnly": true },
        "pin": { "type": "string", "writeOnly": true, "minLength": 4 },
    })
}

fn installed() -> World {
    let world = World::new();
    world.install(&manifest("1.0.0", &schema()), &get(&world), ZERO);
    world
}

fn set(world: &World, input: Value) -> Result<Vec<String>, (ErrorCode, String)> {
    let input: SetSettingsInput = serde_json::from_value(input).unwrap();
    let set = world.core.call_typed::<Set>(None, &input);
    set.map(|set| set.changed).map_err(|error| (error.code(), error.to_string()))
}

fn list(world: &World, in_library: bool) -> Vec<Setting> {
    let library_id = in_library.then_some(world.library);
    let of = SettingsRef { extension_id: "reader".into(), library_id };
    world.core.call_typed::<List>(None, &of).unwrap().settings
}

fn one(world: &World, name: &str) -> Setting {
    list(world, true).into_iter().find(|setting| setting.name == name).unwrap()
}

/// The settings as the extension reads them.
fn read(world: &World) -> Value {
    let reply = world.core.call("query:reader.get.v1", Some(world.library), "{}".into()).unwrap();
    serde_json::from_slice(&reply).unwrap()
}

#[test]
fn an_extension_reads_defaults_values_for_all_and_values_of_the_library() {
    let world = installed();
    assert_eq!(read(&world), json!({ "values": { "lines": 3 } }));
    let all = json!({ "extension_id": "reader", "values": { "lines": 5, "word": "all" } });
    assert_eq!(set(&world, all.clone()).unwrap(), ["lines", "word"]);
    assert!(set(&world, all).unwrap().is_empty(), "nothing is other than before");
    let own = json!({ "extension_id": "reader", "library_id": world.library,
        "values": { "word": "own" } });
    assert_eq!(set(&world, own).unwrap(), ["word"]);
    assert_eq!(read(&world), json!({ "values": { "lines": 5, "word": "own" } }));
    assert_eq!(one(&world, "word").source, SettingSource::Library);
    assert_eq!(one(&world, "lines").source, SettingSource::All);
    let world = world.reopen();
    assert_eq!(read(&world), json!({ "values": { "lines": 5, "word": "own" } }));
    let back = json!({ "extension_id": "reader", "library_id": world.library, "reset": ["word"] });
    assert_eq!(set(&world, back).unwrap(), ["word"]);
    assert_eq!(read(&world), json!({ "values": { "lines": 5, "word": "all" } }));
}

#[test]
fn values_that_do_not_fit_change_nothing() {
    let world = installed();
    for (input, code, says) in [
        (
            json!({ "values": { "word": "x", "lines": 0 } }),
            ErrorCode::BadInput,
            "`lines`: 0 is less",
        ),
        (
            json!({ "values": { "wrod": "x" } }),
            ErrorCode::NotFound,
            "it has lines, word, passwords",
        ),
        (json!({ "reset": ["wrod"] }), ErrorCode::NotFound, "no setting `wrod`"),
        (json!({ "values": { "pin": CANARY } }), ErrorCode::BadInput, "`pin` is a secret"),
        (json!({ "secrets": { "word": CANARY } }), ErrorCode::BadInput, "`word` is not a secret"),
        (json!({ "secrets": { "pin": "123" } }), ErrorCode::BadInput, "`pin`"),
        (json!({ "secrets": { "passwords": CANARY } }), ErrorCode::BadInput, "`passwords`"),
        (json!({ "values": { "word": "x".repeat(300_000) } }), ErrorCode::Limit, "the limit is"),
    ] {
        let mut input = input;
        input["extension_id"] = "reader".into();
        let (found, message) = set(&world, input.clone()).unwrap_err();
        assert_eq!(found, code, "{message}");
        assert!(message.contains(says) && !message.contains(CANARY), "{message}");
    }
    let nobody = set(&world, json!({ "extension_id": "nobody", "values": { "a": 1 } }));
    assert_eq!(nobody.unwrap_err().0, ErrorCode::NotFound);
    let nowhere = json!({ "extension_id": "reader", "library_id": uuid::Uuid::nil(),
        "values": { "word": "x" } });
    assert_eq!(set(&world, nowhere).unwrap_err().0, ErrorCode::NotFound);
    assert_eq!(read(&world), json!({ "values": { "lines": 3 } }));
}

#[test]
fn cred_20_a_secret_goes_to_the_extension_and_stands_nowhere() {
    let world = installed();
    let secrets = json!({ "pin": CANARY, "passwords": [CANARY, "second"] });
    let input = json!({ "extension_id": "reader", "secrets": secrets });
    let debug: SetSettingsInput = serde_json::from_value(input.clone()).unwrap();
    assert!(!format!("{debug:?}").contains(CANARY));
    assert_eq!(set(&world, input).unwrap(), ["passwords", "pin"]);
    assert_eq!(read(&world)["secrets"], secrets);
    let listed = serde_json::to_string(&list(&world, true)).unwrap();
    assert!(!listed.contains(CANARY), "{listed}");
    let pin = one(&world, "pin");
    assert_eq!((pin.secret, pin.value, pin.source), (true, None, SettingSource::All));
    // A wrong form is not quoted either.
    let wrong = json!({ "extension_id": "reader", "secrets": { "pin": { "a": CANARY } } });
    let refused = world.core.call("action:settings.set.input.v1", None, wrong.to_string().into());
    assert!(!refused.unwrap_err().to_string().contains(CANARY));
    let world = world.reopen();
    assert_eq!(read(&world)["secrets"], secrets);
    for file in files(world.data.path()) {
        let bytes = fs::read(&file).unwrap();
        let found = bytes.windows(CANARY.len()).any(|it| it == CANARY.as_bytes());
        assert!(!found, "{}", file.display());
    }
    // The extension's own credentials are others.
    let own = r#"{"name":"pin"}"#;
    let own = world.core.call("query:credentials.get.v1", Some(world.library), own.into());
    assert_eq!(own.unwrap_err().code(), ErrorCode::CredNotFound);
    let back = json!({ "extension_id": "reader", "reset": ["pin"] });
    assert_eq!(set(&world, back).unwrap(), ["pin"]);
    assert_eq!(one(&world, "pin").source, SettingSource::Unset);
}

fn files(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] })
        .filter(|path| path.is_file())
        .collect()
}

#[test]
fn another_version_keeps_what_fits_and_says_the_rest() {
    let world = installed();
    let values = json!({ "extension_id": "reader", "values": { "lines": 7, "word": "kept" } });
    set(&world, values).unwrap();
    let newer = json!({ "lines": { "type": "integer", "maximum": 5, "default": 2 } });
    world.install(&manifest("1.1.0", &newer), &get(&world), ZERO);
    assert_eq!(read(&world), json!({ "values": { "lines": 2 } }));
    let lines = one(&world, "lines");
    assert_eq!((lines.value, lines.source), (Some(json!(2)), SettingSource::Default));
    assert!(lines.problem.unwrap().contains("7 is greater"));
    let word = one(&world, "word");
    assert!(word.schema.is_none() && word.problem.unwrap().contains("no such setting"));
    world.install(&manifest("1.2.0", &schema()), &get(&world), ZERO);
    assert_eq!(read(&world), json!({ "values": { "lines": 7, "word": "kept" } }));
    let back = json!({ "extension_id": "reader", "reset": ["word", "lines"] });
    assert_eq!(set(&world, back).unwrap(), ["lines", "word"]);
}

#[test]
fn a_removed_extension_leaves_no_settings() {
    let world = installed();
    set(
        &world,
        json!({ "extension_id": "reader", "values": { "word": "x" },
        "secrets": { "pin": "12345" } }),
    )
    .unwrap();
    world.core.extensions().remove("reader").unwrap();
    assert_eq!(fs::read_dir(world.data.path().join("settings")).unwrap().count(), 0);
    world.install(&manifest("1.0.0", &schema()), &get(&world), ZERO);
    assert_eq!(read(&world), json!({ "values": { "lines": 3 } }));
}

#[test]
fn an_extension_is_told_once_of_changes_in_each_library() {
    let world = World::new();
    // Returns E_DOC_MALFORMED and logs why.
    let torn = "(call $log (i32.const 3) (i32.const 96) (i32.const 10)) (i32.const 129)";
    world.install(&manifest("1.0.0", &schema()), &get(&world), torn);
    let deliver = || world.library().deliver(&mut |_| {}).unwrap().failures.len();
    assert_eq!(deliver(), 0, "nothing was set");
    set(&world, json!({ "extension_id": "reader", "values": { "word": "x" } })).unwrap();
    assert_eq!(deliver(), 1);
    assert_eq!(deliver(), 0, "it failed for good");
    world.install(&manifest("1.0.1", &schema()), &get(&world), ZERO);
    for value in ["y", "z"] {
        set(&world, json!({ "extension_id": "reader", "values": { "word": value } })).unwrap();
    }
    assert_eq!(deliver(), 0);
    let told = fs::read_to_string(world.data.path().join("settings/reader.told.json")).unwrap();
    assert!(told.contains("\"revision\": 3"), "{told}");
    let denied = world.core.extensions();
    denied.quarantine("reader", "a test").unwrap();
    set(&world, json!({ "extension_id": "reader", "values": { "word": "w" } })).unwrap();
    assert_eq!(deliver(), 1, "it is told later");
    assert!(denied.release("reader").unwrap());
    assert_eq!(deliver(), 0);
    let told = fs::read_to_string(world.data.path().join("settings/reader.told.json")).unwrap();
    assert!(told.contains("\"revision\": 4"), "{told}");
}

#[test]
fn an_extension_reads_and_sets_no_settings_of_others() {
    let world = installed();
    let user = world.core.call("query:settings.get.v1", Some(world.library), "{}".into());
    assert_eq!(user.unwrap_err().code(), ErrorCode::BadInput);
    let secret = SecretValue::One("hidden-7".into());
    assert!(!format!("{secret:?}").contains("hidden"));
    for operation in world.core.operations() {
        let method = operation.method;
        let others = method.contains(":settings.") && method != "query:settings.get.v1";
        assert!(!others || operation.host_only, "{method}");
    }
}
