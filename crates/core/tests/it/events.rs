//! Delivery: retries, dead letters, order, published events, quarantine.

use crate::common::{TRAP, World, ZERO};
use ext_services::events::EventService;
use ext_wire::{
    ErrorCode,
    event::ENTRY_CREATED,
    ops::events::{Publish, PublishInput},
};
use serde_json::json;
use spacedrive_core::library::store::EventError;

const MANIFEST: &str = r#"{
    "id": "reader", "name": "Reader", "version": "1.0.0", "wasm_file": "guest.wasm",
    "permissions": { "methods": ["events.*"], "libraries": ["*"] },
    "events": ["entry.created"],
    "limits": { "compute_timeout_ms": 500 }
}"#;
const KINDS: &[&str] = &[ENTRY_CREATED, "ext.writer.booked"];

fn import(world: &World, names: &[&str]) -> spacedrive_core::ImportReport {
    let files: Vec<_> = names.iter().map(|name| world.file(name, name)).collect();
    world.core.import(world.library, &files, &mut |_| {}).unwrap()
}

const PASSES: EventError<'_> =
    EventError { code: ErrorCode::Io, message: "the disk hiccuped", may_pass: true };
const STAYS: EventError<'_> =
    EventError { code: ErrorCode::DocMalformed, message: "torn", may_pass: false };

#[test]
fn evt_11_the_events_of_an_entry_keep_their_order_while_one_is_tried_again() {
    let world = World::new();
    import(&world, &["a.txt", "b.txt"]);
    let store = world.core.libraries().open(world.library).unwrap();
    let entries = world.entries();
    let a_again = store.publish("writer", "ext.writer.booked", entries[0].id, None).unwrap();
    let next = || store.next_event("reader", KINDS).unwrap();
    let first = next().unwrap();
    assert_eq!(first.entry.path, entries[0].path);
    assert!(store.fail("reader", first.id, &PASSES).unwrap());
    let second = next().unwrap();
    assert_eq!(second.entry.path, entries[1].path, "another entry does not wait");
    store.acknowledge("reader", second.id).unwrap();
    assert_eq!(next().map(|event| event.id), None, "the later event of `a` waits for the first");
    std::thread::sleep(std::time::Duration::from_millis(1100));
    assert_eq!(next().unwrap().id, first.id);
    store.acknowledge("reader", first.id).unwrap();
    assert_eq!(next().unwrap().id, a_again);
    store.acknowledge("reader", a_again).unwrap();
    assert!(next().is_none());
}

#[test]
fn evt_11_an_event_that_was_passed_over_is_not_lost() {
    let world = World::new();
    import(&world, &["a.txt"]);
    let store = world.core.libraries().open(world.library).unwrap();
    let a = world.entries()[0].id;
    let later = store.publish("writer", "ext.writer.booked", a, None).unwrap();
    import(&world, &["b.txt"]);
    let first = store.next_event("reader", KINDS).unwrap().unwrap();
    store.fail("reader", first.id, &PASSES).unwrap();
    let other = store.next_event("reader", KINDS).unwrap().unwrap();
    assert!(other.id > later, "the cursor goes past the one that waits");
    store.acknowledge("reader", other.id).unwrap();
    // The first becomes a dead letter: those that waited for it come.
    store.fail("reader", first.id, &STAYS).unwrap();
    assert_eq!(store.next_event("reader", KINDS).unwrap().unwrap().id, later);
}

#[test]
fn a_failure_that_may_pass_is_tried_five_times_and_then_dead() {
    let world = World::new();
    import(&world, &["a.txt"]);
    let store = world.core.libraries().open(world.library).unwrap();
    let event = store.next_event("reader", KINDS).unwrap().unwrap();
    let tries: Vec<bool> =
        (0..5).map(|_| store.fail("reader", event.id, &PASSES).unwrap()).collect();
    assert_eq!(tries, [true, true, true, true, false]);
    let failures = store.failures("reader").unwrap();
    assert_eq!((failures[0].attempts, failures[0].retry_at.as_deref()), (5, None));
    assert!(!store.fail("reader", event.id, &STAYS).unwrap());
}

#[test]
fn dead_letters_are_listed_and_replayed() {
    let world = World::new();
    // Returns E_DOC_MALFORMED and logs why.
    let torn = "(call $log (i32.const 3) (i32.const 96) (i32.const 10)) (i32.const 129)";
    world.install(MANIFEST, ZERO, torn);
    let report = import(&world, &["a.txt", "b.txt"]);
    assert_eq!(report.failures.len(), 2);
    let dead = world.core.dead_letters(world.library).unwrap();
    assert_eq!(dead.len(), 2);
    assert_eq!((dead[0].code, dead[0].error.as_str()), ("E_DOC_MALFORMED", "the reason"));
    assert_eq!((dead[0].extension.as_str(), dead[0].kind.as_str()), ("reader", ENTRY_CREATED));
    world.install(MANIFEST, ZERO, ZERO);
    let replay = |event| {
        world.core.replay(world.library, Some("reader"), event, &mut |_| {}).unwrap().processed
    };
    assert_eq!(replay(Some(dead[0].event_id)).get("reader"), Some(&1));
    assert_eq!(world.core.dead_letters(world.library).unwrap().len(), 1);
    assert_eq!(replay(None).get("reader"), Some(&1));
    assert!(world.core.dead_letters(world.library).unwrap().is_empty());
    assert!(replay(None).is_empty());
}

#[test]
fn events_wait_while_their_extension_is_quarantined() {
    let world = World::new();
    world.install(MANIFEST, ZERO, ZERO);
    world.core.quarantine("reader", "the user said so").unwrap();
    let report = import(&world, &["a.txt"]);
    assert!(report.processed.is_empty());
    assert_eq!(report.failures[0].code, "E_STOPPED");
    assert!(world.core.dead_letters(world.library).unwrap().is_empty(), "nothing was tried");
    assert!(world.core.release("reader").unwrap());
    assert_eq!(import(&world, &[]).processed.get("reader"), Some(&1));
}

#[test]
fn rel_20_an_extension_that_always_fails_is_quarantined_and_keeps_its_events() {
    let world = World::new();
    world.install(MANIFEST, ZERO, TRAP);
    let names: Vec<String> = (0..8).map(|n| format!("{n}.txt")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let report = import(&world, &names);
    assert!(report.failures.iter().any(|failure| failure.code == "E_TRAP"));
    let state = world.core.extension_state("reader").unwrap();
    assert!(state.quarantine.unwrap().contains("5 times in a row"));
    let world = world.reopen();
    world.install(MANIFEST, ZERO, ZERO);
    assert_eq!(import(&world, &[]).processed.get("reader"), Some(&3), "those were never tried");
    let dead = world.core.dead_letters(world.library).unwrap();
    assert_eq!(dead.len(), 5);
}

#[test]
fn evt_03_a_published_event_bears_the_name_of_its_publisher() {
    let world = World::new();
    import(&world, &["a.txt"]);
    let events = spacedrive_core_events(&world);
    let entry_id = world.entries()[0].id;
    let publish = |name: &str| {
        let input = PublishInput { name: name.into(), entry_id, data: Some(json!({ "n": 1 })) };
        events.publish("writer", world.library, input)
    };
    assert_eq!(publish("booked").unwrap().kind, "ext.writer.booked");
    for forged in ["core.library.deleted", "entry.created", "a.b", "", "Ü", "x\0y"] {
        assert!(publish(forged).is_err(), "{forged:?}");
    }
    let store = world.core.libraries().open(world.library).unwrap();
    let event = store.next_event("reader", &["ext.writer.booked"]).unwrap().unwrap();
    assert_eq!((event.entry.id, event.data), (entry_id, Some(json!({ "n": 1 }))));
    let own = store.next_event("writer", &["ext.writer.booked"]).unwrap();
    assert!(own.is_none(), "nobody hears itself");
}

/// The service behind `events.*`, as the operations reach it.
fn spacedrive_core_events(world: &World) -> std::sync::Arc<dyn EventService> {
    world.core.event_service()
}

#[test]
fn evt_12_the_user_is_no_extension() {
    let world = World::new();
    import(&world, &["a.txt"]);
    let input = PublishInput { name: "booked".into(), entry_id: world.entries()[0].id, data: None };
    let error = world.core.call_typed::<Publish>(Some(world.library), &input).unwrap_err();
    assert_eq!(error.code, ErrorCode::DeniedArg);
}

#[test]
fn subscriptions_are_heard_until_they_are_taken_back() {
    let world = World::new();
    let quiet = MANIFEST.replace(r#"["entry.created"]"#, "[]");
    world.install(&quiet, ZERO, ZERO);
    let events = spacedrive_core_events(&world);
    assert!(import(&world, &["a.txt"]).processed.is_empty());
    assert!(events.subscribe("reader", world.library, "entry.created").unwrap().changed);
    assert!(!events.subscribe("reader", world.library, "entry.created").unwrap().changed);
    assert!(events.subscribe("reader", world.library, "core.deleted").is_err());
    assert_eq!(import(&world, &["b.txt"]).processed.get("reader"), Some(&2));
    assert!(events.unsubscribe("reader", world.library, "entry.created").unwrap().changed);
    assert!(import(&world, &["c.txt"]).processed.is_empty());
    assert!(events.subscriptions("reader", world.library).unwrap().kinds.is_empty());
}

#[test]
fn rel_26_three_bad_updates_leave_the_good_version_and_nothing_else() {
    let world = World::new();
    world.install(MANIFEST, ZERO, ZERO);
    for bad in [&b"no wasm"[..], b"\0asm\x01\0\0\0", b""] {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("manifest.json"), MANIFEST).unwrap();
        std::fs::write(folder.path().join("guest.wasm"), bad).unwrap();
        let candidate = world.core.candidate(folder.path()).unwrap();
        let consent = spacedrive_core::permissions::Consent::KeepPermissions;
        let error = world.core.update(candidate, consent).unwrap_err();
        assert_eq!(error.code(), ErrorCode::Reload, "{error}");
    }
    assert_eq!(import(&world, &["a.txt"]).processed.get("reader"), Some(&1));
    let home = world.data.path().join("extensions/reader");
    assert_eq!(std::fs::read_dir(home).unwrap().count(), 2, "`current` and one version");
}
