//! Extensions and permissions by operations, as a console manages them.

use std::fs;

use ext_wire::{
    ErrorCode,
    ops::{
        NoInput,
        extensions::{
            ExtensionRef, Get, Inspect, InspectInput, Install, InstallInput, Quarantine,
            QuarantineInput, Release, Remove,
        },
        permissions::{
            self, AuditTail, AuditTailInput, AuditVerify, Explain, ExplainInput, Grant, GrantInput,
            Reset, Revoke, RevokeInput,
        },
    },
};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::common::{ECHO, World, ZERO, guest};

const LIST: &str = "query:vdfs.list_entries.v1";

fn folder(version: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let manifest = json!({
        "id": "demo", "name": "Demo", "version": version, "wasm_file": "guest.wasm",
        "permissions": { "methods": [LIST], "libraries": ["*"] },
        "operations": [{ "method": "query:demo.echo.v1" }],
    });
    fs::write(folder.path().join("manifest.json"), manifest.to_string()).unwrap();
    fs::write(folder.path().join("guest.wasm"), guest(ECHO, ZERO)).unwrap();
    folder
}

fn inspect(folder: &TempDir) -> InspectInput {
    InspectInput { folder: folder.path().to_str().unwrap().to_owned() }
}

fn demo() -> ExtensionRef {
    ExtensionRef { extension: "demo".into() }
}

fn install(world: &World, folder: &TempDir, consent: &str, rules: Vec<Value>) {
    let seen = world.core.call_typed::<Inspect>(None, &inspect(folder)).unwrap();
    let InspectInput { folder } = inspect(folder);
    let (digest, consent) = (seen.digest, consent.to_owned());
    let input = InstallInput { folder, digest, consent, rules, allow_downgrade: false };
    assert_eq!(world.core.call_typed::<Install>(None, &input).unwrap().id, "demo");
}

#[test]
fn an_extension_is_looked_at_installed_stopped_released_and_removed() {
    let (world, folder) = (World::new(), folder("1.0.0"));
    let seen = world.core.call_typed::<Inspect>(None, &inspect(&folder)).unwrap();
    assert_eq!((seen.info.id.as_str(), seen.installed, seen.is_older), ("demo", None, false));
    assert!(seen.asks[0].contains("read your files"), "{:?}", seen.asks);
    install(&world, &folder, "all", vec![]);
    let state = world.core.call_typed::<Get>(None, &demo()).unwrap();
    assert_eq!((state.state.as_str(), state.info.version.as_str()), ("ready", "1.0.0"));
    let stop = QuarantineInput { extension: "demo".into(), reason: "it is odd".into() };
    let state = world.core.call_typed::<Quarantine>(None, &stop).unwrap();
    assert_eq!(state.health.quarantine.as_deref(), Some("it is odd"));
    assert!(world.core.call_typed::<Release>(None, &demo()).unwrap().released);
    assert!(!world.core.call_typed::<Release>(None, &demo()).unwrap().released);
    world.core.call_typed::<Remove>(None, &demo()).unwrap();
    let gone = world.core.call_typed::<Get>(None, &demo()).unwrap_err();
    assert_eq!(gone.code(), ErrorCode::NotFound);
}

#[test]
fn nothing_else_is_installed_than_what_was_looked_at() {
    let (world, source) = (World::new(), folder("1.0.0"));
    let seen = world.core.call_typed::<Inspect>(None, &inspect(&source)).unwrap();
    let manifest = source.path().join("manifest.json");
    let changed = fs::read_to_string(&manifest).unwrap().replace(LIST, "vdfs.*");
    fs::write(&manifest, changed).unwrap();
    let InspectInput { folder: path } = inspect(&source);
    let input = |digest: &str, consent: &str| InstallInput {
        folder: path.clone(),
        digest: digest.into(),
        consent: consent.into(),
        ..InstallInput::default()
    };
    let code =
        |input: InstallInput| world.core.call_typed::<Install>(None, &input).unwrap_err().code();
    assert_eq!(code(input(&seen.digest, "all")), ErrorCode::Conflict);
    assert_eq!(code(input(&seen.digest, "perhaps")), ErrorCode::BadInput);
    let relative = InstallInput { folder: "demo".into(), ..input(&seen.digest, "all") };
    assert_eq!(code(relative), ErrorCode::Path);
    install(&world, &folder("2.0.0"), "all", vec![]);
    let older = folder("1.5.0");
    let seen = world.core.call_typed::<Inspect>(None, &inspect(&older)).unwrap();
    assert!(seen.is_older && seen.installed.as_deref() == Some("2.0.0"));
    let InspectInput { folder: path } = inspect(&older);
    let mut downgrade = InstallInput { folder: path, ..input(&seen.digest, "keep") };
    assert!(world.core.call_typed::<Install>(None, &downgrade).is_err());
    downgrade.allow_downgrade = true;
    assert_eq!(world.core.call_typed::<Install>(None, &downgrade).unwrap().version, "1.5.0");
}

#[test]
fn rules_are_given_explained_and_taken_back() {
    let (world, source) = (World::new(), folder("1.0.0"));
    let private = json!({ "effect": "deny", "entries": ["private/**"] });
    let allow = json!({ "effect": "allow", "methods": [LIST], "libraries": ["*"] });
    install(&world, &source, "only", vec![allow]);
    let explain = |entry: Option<&str>| {
        let input = ExplainInput {
            extension: "demo".into(),
            method: LIST.into(),
            library_id: Some(world.library),
            entry: entry.map(str::to_owned),
            sidecar: None,
        };
        world.core.call_typed::<Explain>(None, &input).unwrap()
    };
    assert!(explain(Some("private/a.txt")).allowed);
    let input = GrantInput { extension: "demo".into(), rule: Some(private) };
    let number = world.core.call_typed::<Grant>(None, &input).unwrap().grant;
    assert!(!explain(Some("private/a.txt")).allowed);
    assert!(explain(Some("open/a.txt")).allowed);
    let grants = world.core.call_typed::<permissions::List>(None, &demo()).unwrap().grants;
    assert_eq!(grants[1].text, "deny every method entries private/**");
    assert_eq!((grants.len(), grants[1].id), (2, number));
    let revoke = RevokeInput { extension: "demo".into(), grant: Some(number) };
    assert_eq!(world.core.call_typed::<Revoke>(None, &revoke).unwrap().taken_back, 1);
    assert!(explain(Some("private/a.txt")).allowed);
    assert_eq!(world.core.call_typed::<Reset>(None, &demo()).unwrap().taken_back, 1);
    assert!(!explain(None).allowed);
    let wrong = GrantInput { extension: "demo".into(), rule: Some(json!({ "efect": "allow" })) };
    let error = world.core.call_typed::<Grant>(None, &wrong).unwrap_err();
    assert_eq!(error.code(), ErrorCode::BadInput);
    let tail = AuditTailInput { limit: Some(1), extension: Some("demo".into()) };
    let records = world.core.call_typed::<AuditTail>(None, &tail).unwrap().records;
    assert_eq!((records.len(), &records[0]["event"]), (1, &json!("revoked")));
    let checked = world.core.call_typed::<AuditVerify>(None, &NoInput {}).unwrap();
    assert!(checked.broken.is_none() && checked.records >= 4, "{checked:?}");
}
