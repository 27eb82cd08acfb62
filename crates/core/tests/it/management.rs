//! Extensions and permissions by operations, as a console manages them.

use std::fs;

use ext_wire::{
    ErrorCode,
    ops::{
        NoInput,
        extensions::{
            Defer, DeferInput, ExtensionRef, Get, Inspect, InspectInput, Install, InstallInput,
            Quarantine, QuarantineInput, Release, Remove, Update,
        },
        permissions::{
            self, AuditTail, AuditTailInput, AuditVerify, Explain, ExplainInput, Grant, GrantInput,
            Reset, Revoke, RevokeInput, StartRecording, StopRecording,
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

fn path_of(folder: &TempDir) -> String {
    folder.path().to_str().unwrap().to_owned()
}

fn inspect(folder: &TempDir) -> InspectInput {
    InspectInput { path: Some(path_of(folder)), ..InspectInput::default() }
}

fn demo() -> ExtensionRef {
    ExtensionRef { extension: "demo".into() }
}

fn install(world: &World, folder: &TempDir, consent: &str, rules: Vec<Value>) {
    let seen = world.core.call_typed::<Inspect>(None, &inspect(folder)).unwrap();
    let (path, digest, consent) = (Some(path_of(folder)), seen.digest, consent.to_owned());
    let input = InstallInput { path, digest, consent, rules, ..InstallInput::default() };
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
    let path = path_of(&source);
    let input = |digest: &str, consent: &str| InstallInput {
        path: Some(path.clone()),
        digest: digest.into(),
        consent: consent.into(),
        ..InstallInput::default()
    };
    let code =
        |input: InstallInput| world.core.call_typed::<Install>(None, &input).unwrap_err().code();
    assert_eq!(code(input(&seen.digest, "all")), ErrorCode::Conflict);
    assert_eq!(code(input(&seen.digest, "perhaps")), ErrorCode::BadInput);
    let relative = InstallInput { path: Some("demo".into()), ..input(&seen.digest, "all") };
    assert_eq!(code(relative), ErrorCode::Path);
    install(&world, &folder("2.0.0"), "all", vec![]);
    let older = folder("1.5.0");
    let seen = world.core.call_typed::<Inspect>(None, &inspect(&older)).unwrap();
    assert!(seen.is_older && seen.installed.as_deref() == Some("2.0.0"));
    let path = Some(path_of(&older));
    let mut downgrade = InstallInput { path, ..input(&seen.digest, "keep") };
    assert_eq!(code(downgrade.clone()), ErrorCode::PkgDowngrade);
    downgrade.allow_downgrade = true;
    assert_eq!(world.core.call_typed::<Install>(None, &downgrade).unwrap().version, "1.5.0");
}

#[test]
fn an_update_is_deferred_looked_at_again_and_taken_into_use_while_the_old_version_runs() {
    let (world, first) = (World::new(), folder("1.0.0"));
    install(&world, &first, "all", vec![]);
    let call = || world.core.call("query:demo.echo.v1", None, b"7".as_slice().into()).unwrap();
    let answer = call();
    let new = folder("1.1.0");
    let digest = world.core.call_typed::<Inspect>(None, &inspect(&new)).unwrap().digest;
    let defer = |digest: &str| {
        let input = DeferInput { path: path_of(&new), digest: digest.into(), ..Default::default() };
        world.core.call_typed::<Defer>(None, &input)
    };
    assert_eq!(defer("another").unwrap_err().code(), ErrorCode::Conflict);
    assert_eq!(defer(&digest).unwrap().deferred, "demo");
    let (old, pending) = (new.path().to_owned(), Some("demo".to_owned()));
    drop(new);
    assert!(!old.exists(), "a copy is kept");
    let pending = InspectInput { pending, ..InspectInput::default() };
    let seen = world.core.call_typed::<Inspect>(None, &pending).unwrap();
    assert_eq!((seen.info.version.as_str(), seen.installed.as_deref()), ("1.1.0", Some("1.0.0")));
    assert_eq!((seen.request.is_empty, seen.manifest["version"].as_str()), (true, Some("1.1.0")));
    let InspectInput { pending, .. } = pending;
    let (digest, consent) = (seen.digest, "keep".to_owned());
    let input = InstallInput { pending, digest, consent, ..InstallInput::default() };
    let updated = world.core.call_typed::<Update>(None, &input).unwrap();
    assert_eq!(updated.info.version, "1.1.0");
    assert!(updated.pause_us.is_some(), "it ran: {updated:?}");
    assert_eq!(call(), answer);
    let none = world.core.call_typed::<Inspect>(None, &InspectInput::default()).unwrap_err();
    assert_eq!(none.code(), ErrorCode::BadInput);
    let both = InspectInput { pending: Some("demo".into()), ..inspect(&first) };
    let both = world.core.call_typed::<Inspect>(None, &both).unwrap_err();
    assert_eq!(both.code(), ErrorCode::BadInput);
    // The former name of `path`.
    let former = json!({ "folder": path_of(&first) }).to_string();
    assert!(world.core.call("query:extensions.inspect.v1", None, former.into()).is_ok());
}

#[test]
fn what_an_extension_does_is_recorded_between_two_calls() {
    let (world, source) = (World::new(), folder("1.0.0"));
    let stop = || world.core.call_typed::<StopRecording>(None, &demo());
    assert_eq!(stop().unwrap_err().code(), ErrorCode::NotFound);
    install(&world, &source, "all", vec![]);
    world.core.call_typed::<StartRecording>(None, &demo()).unwrap();
    world.core.call("query:demo.echo.v1", None, b"7".as_slice().into()).unwrap();
    let recorded = stop().unwrap();
    assert_eq!((recorded.called, recorded.refused), (0, 0));
    assert!(world.core.permissions().least_privilege("demo", false).is_ok());
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
