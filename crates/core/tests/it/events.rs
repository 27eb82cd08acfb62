//! Delivery: dead letters, subscriptions, quarantine.

use std::time::{Duration, Instant};

use crate::common::{TRAP, World, ZERO, guest};
use ext_fs::Lock;
use ext_perm::{Effect, Rule};
use ext_services::library::{Bin, Entries, Events};
use ext_wire::{
    ErrorCode,
    event::ENTRY_CREATED,
    ops::events::{Publish, PublishInput},
};
use spacedrive_core::permissions::Consent;

const MANIFEST: &str = r#"{
    "id": "reader", "name": "Reader", "version": "1.0.0", "wasm_file": "guest.wasm",
    "permissions": { "methods": ["events.*"], "libraries": ["*"] },
    "events": ["entry.created"],
    "limits": { "compute_timeout_ms": 500 }
}"#;

fn import(world: &World, names: &[&str]) -> spacedrive_core::WorkReport {
    let files: Vec<_> = names.iter().map(|name| world.file(name, name)).collect();
    world.library().import(&files, &mut |_| {}).unwrap()
}

#[test]
fn events_are_delivered_again_when_asked_for() {
    let world = World::new();
    world.install(MANIFEST, ZERO, ZERO);
    assert_eq!(import(&world, &["a.txt", "b.txt"]).processed.get("reader"), Some(&2));
    let library = world.library();
    let deliver = || library.import(&[], &mut |_| {}).unwrap().processed.get("reader").copied();
    assert_eq!(deliver(), None);
    assert_eq!(library.deliver_again("reader", Some("nowhere")).unwrap(), 0);
    assert_eq!(library.deliver_again("reader", Some("a")).unwrap(), 0, "no part of a name");
    let path = world.entries().into_iter().find(|it| it.name == "a.txt").unwrap().path;
    assert_eq!(library.deliver_again("reader", Some(path.as_str())).unwrap(), 1);
    assert!(library.failures().unwrap().is_empty(), "what waits has not failed");
    let world = world.reopen();
    let library = world.library();
    let deliver = || library.import(&[], &mut |_| {}).unwrap().processed.get("reader").copied();
    assert_eq!(deliver(), Some(1), "also after a start of the program");
    assert_eq!(library.deliver_again("reader", None).unwrap(), 2);
    assert_eq!((deliver(), deliver()), (Some(2), None));
}

#[test]
fn a_program_that_stands_still_is_not_waited_for_without_end() {
    let world = World::new();
    world.install(MANIFEST, ZERO, ZERO);
    let folder = world.data.path().join("libraries").join(world.library.to_string());
    let lock = folder.join("delivery.lock");
    let held = Lock::try_acquire(&lock).unwrap().unwrap();
    let began = Instant::now();
    let error = world.library().import(&[], &mut |_| {}).unwrap_err();
    assert_eq!(error.code(), ErrorCode::Busy, "{error}");
    assert!(began.elapsed() < Duration::from_secs(30), "{:?}", began.elapsed());
    // One that ends soon is.
    let freed = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_secs(3));
        drop(held);
    });
    world.library().import(&[], &mut |_| {}).unwrap();
    freed.join().unwrap();
}

#[test]
fn dead_letters_are_listed_and_replayed() {
    let world = World::new();
    // Returns E_DOC_MALFORMED and logs why.
    let torn = "(call $log (i32.const 3) (i32.const 96) (i32.const 10)) (i32.const 129)";
    world.install(MANIFEST, ZERO, torn);
    let report = import(&world, &["a.txt", "b.txt"]);
    assert_eq!(report.failures.len(), 2);
    let dead = world.library().dead_letters().unwrap();
    assert_eq!(dead.len(), 2);
    assert_eq!((dead[0].code.as_str(), dead[0].error.as_str()), ("E_DOC_MALFORMED", "the reason"));
    assert_eq!((dead[0].extension.as_str(), dead[0].kind.as_str()), ("reader", ENTRY_CREATED));
    world.install(MANIFEST, ZERO, ZERO);
    let replay =
        |event| world.library().replay(Some("reader"), event, &mut |_| {}).unwrap().processed;
    assert_eq!(replay(Some(dead[0].event_id)).get("reader"), Some(&1));
    assert_eq!(world.library().dead_letters().unwrap().len(), 1);
    assert_eq!(replay(None).get("reader"), Some(&1));
    assert!(world.library().dead_letters().unwrap().is_empty());
    assert!(replay(None).is_empty());
}

#[test]
fn events_wait_while_their_extension_is_quarantined() {
    let world = World::new();
    world.install(MANIFEST, ZERO, ZERO);
    world.core.extensions().quarantine("reader", "the user said so").unwrap();
    let report = import(&world, &["a.txt"]);
    assert!(report.processed.is_empty());
    assert_eq!(report.failures[0].code, "E_STOPPED");
    assert!(world.library().dead_letters().unwrap().is_empty(), "nothing was tried");
    assert!(world.core.extensions().release("reader").unwrap());
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
    let state = world.core.extensions().state("reader").unwrap();
    assert!(state.quarantine.unwrap().contains("5 times in a row"));
    let world = world.reopen();
    world.install(MANIFEST, ZERO, ZERO);
    assert_eq!(import(&world, &[]).processed.get("reader"), Some(&3), "those were never tried");
    let dead = world.library().dead_letters().unwrap();
    assert_eq!(dead.len(), 5);
}

#[test]
fn another_version_does_not_end_a_quarantine_by_the_user() {
    let world = World::new();
    world.install(MANIFEST, ZERO, ZERO);
    assert_eq!(import(&world, &["a.txt"]).processed.get("reader"), Some(&1));
    let (extensions, reason) = (world.core.extensions(), Some("it sends my files".to_owned()));
    let stopped = || extensions.state("reader").unwrap().quarantine;
    extensions.quarantine("reader", "it sends my files").unwrap();
    // While it is loaded, and when it is not.
    for version in ["2.0.0", "3.0.0"] {
        let folder = tempfile::tempdir().unwrap();
        let manifest = MANIFEST.replace("1.0.0", version);
        std::fs::write(folder.path().join("manifest.json"), &manifest).unwrap();
        std::fs::write(folder.path().join("guest.wasm"), guest(ZERO, ZERO)).unwrap();
        let candidate = extensions.candidate(folder.path()).unwrap();
        let updated = extensions.update(candidate, Consent::All).unwrap();
        assert_eq!((updated.info.version.as_str(), stopped()), (version, reason.clone()));
        assert!(import(&world, &["b.txt"]).processed.is_empty());
        world.install(&manifest, ZERO, ZERO);
        assert_eq!(stopped(), reason);
    }
    assert!(extensions.release("reader").unwrap());
    assert_eq!(import(&world, &[]).processed.get("reader"), Some(&1));
}

#[test]
fn a_handler_that_fails_on_the_way_to_a_server_is_tried_again() {
    let world = World::new();
    for code in [ErrorCode::Net, ErrorCode::NetDns, ErrorCode::NetTimeout, ErrorCode::NoSpace] {
        // Fails once.
        let fails = format!(
            "(i32.store (i32.const 4000) (i32.add (i32.load (i32.const 4000)) (i32.const 1)))
            (select (i32.const {}) (i32.const 0)
                (i32.eq (i32.load (i32.const 4000)) (i32.const 1)))",
            code.number()
        );
        world.install(MANIFEST, ZERO, &fails);
        let report = import(&world, &[code.name()]);
        assert_eq!(report.processed.get("reader"), Some(&1), "{code:?}: {report:?}");
        assert!(report.failures.is_empty() && world.library().dead_letters().unwrap().is_empty());
    }
}

#[test]
fn evt_12_the_user_is_no_extension() {
    let world = World::new();
    import(&world, &["a.txt"]);
    let input = PublishInput { name: "booked".into(), entry_id: world.entries()[0].id, data: None };
    let error = world.core.call_typed::<Publish>(Some(world.library), &input).unwrap_err();
    assert_eq!(error.code(), ErrorCode::DeniedArg);
}

#[test]
fn a_subscription_to_what_the_manifest_does_not_name_is_not_heard() {
    let world = World::new();
    for quiet in ["[]", r#"["ext.reader.own", "entry.updated"]"#] {
        world.install(&MANIFEST.replace(r#"["entry.created"]"#, quiet), ZERO, ZERO);
        let library = world.core.libraries().open(world.library).unwrap();
        // As an older program let it.
        library.subscribe("reader", "entry.created").unwrap();
        let report = import(&world, &["a.txt"]);
        assert!(report.processed.is_empty() && report.failures.is_empty(), "{report:?}");
    }
    world.install(MANIFEST, ZERO, ZERO);
    assert_eq!(import(&world, &["b.txt"]).processed.get("reader"), Some(&2));
}

/// Moves, deletes and restores an entry at a path; returns how many of the events `reader` got.
fn changes(world: &World, path: &str) -> Option<u64> {
    let folder = world.data.path().join("folders").join(path.replace('/', "-"));
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("a.txt"), path).unwrap();
    let library = world.library();
    let imported = library.import_into(path, &[folder], &mut |_| {}).unwrap();
    let found = world.entries().into_iter().find(|it| it.path == format!("{path}/a.txt"));
    let id = found.unwrap_or_else(|| panic!("{path}: {imported:?}")).id;
    let got = imported.processed.get("reader").copied();
    assert_eq!(got, None, "it is told of changes only");
    let store = world.core.libraries().open(world.library).unwrap();
    store.move_entry(id, &format!("{path}/b.txt").parse().unwrap()).unwrap();
    let deliver = || library.import(&[], &mut |_| {}).unwrap().processed.get("reader").copied();
    let moved = deliver();
    store.delete_entry(None, id).unwrap();
    let deleted = deliver();
    store.restore_entry(id, None).unwrap();
    let all = [moved, deleted, deliver()];
    assert!(all.iter().all(|got| *got == all[0]), "{all:?}");
    all[0]
}

#[test]
fn an_extension_is_told_of_moved_deleted_and_restored_entries_that_it_may_see() {
    let world = World::new();
    let kinds = r#"["entry.moved", "entry.deleted", "entry.restored"]"#;
    world.install(&MANIFEST.replace(r#"["entry.created"]"#, kinds), ZERO, ZERO);
    assert_eq!(changes(&world, "open"), Some(1));
    let secret = Some(vec!["secret/**".parse().unwrap()]);
    let rule = Rule { entries: secret, ..Rule::new(Effect::Deny) };
    world.core.permissions().deny("reader", rule).unwrap();
    assert_eq!(changes(&world, "secret"), None);
    assert_eq!(changes(&world, "open/too"), Some(1));
}

#[test]
fn rel_26_three_bad_updates_leave_the_good_version_and_nothing_else() {
    let world = World::new();
    world.install(MANIFEST, ZERO, ZERO);
    for bad in [&b"no wasm"[..], b"\0asm\x01\0\0\0", b""] {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("manifest.json"), MANIFEST).unwrap();
        std::fs::write(folder.path().join("guest.wasm"), bad).unwrap();
        let candidate = world.core.extensions().candidate(folder.path()).unwrap();
        let consent = spacedrive_core::permissions::Consent::KeepPermissions;
        let error = world.core.extensions().update(candidate, consent).unwrap_err();
        assert_eq!(error.code(), ErrorCode::Reload, "{error}");
    }
    assert_eq!(import(&world, &["a.txt"]).processed.get("reader"), Some(&1));
    let home = world.data.path().join("extensions/reader");
    assert_eq!(std::fs::read_dir(home).unwrap().count(), 2, "`current` and one version");
}

#[test]
fn a_slow_extension_holds_up_no_other() {
    let world = World::new();
    let slow = MANIFEST.replace("reader", "aslow").replace("500", "1500");
    world.install(&slow, ZERO, "(loop (br 0)) (i32.const 0)");
    world.install(MANIFEST, ZERO, ZERO);
    let files = ["a.txt", "b.txt", "c.txt"].map(|name| world.file(name, name));
    let mut order = Vec::new();
    let report = world.library().import(&files, &mut |step| {
        if let spacedrive_core::WorkProgress::Delivering { extension, done, .. } = step {
            order.push((extension.into_owned(), done));
        }
    });
    let report = report.unwrap();
    assert_eq!(report.processed.get("reader"), Some(&3));
    assert_eq!(report.failures.len(), 3, "{:?}", report.failures);
    let place = |extension: &str, done| {
        order.iter().position(|it| *it == (extension.to_owned(), done)).unwrap()
    };
    assert!(place("reader", 2) < place("aslow", 1), "{order:?}");
    // Each gets its events in their order.
    let of = |id: &str| -> Vec<u64> {
        order.iter().filter(|(extension, _)| extension == id).map(|(_, done)| *done).collect()
    };
    assert_eq!((of("reader"), of("aslow")), (vec![0, 1, 2], vec![0, 1, 2]));
}
