//! No answer is no denial: what waits for a decision stays, and is done when there is one.
#![cfg(unix)]

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    os::unix::net::{UnixListener, UnixStream},
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use ext_perm::{Effect, Rule};
use serde_json::{Value, json};
use spacedrive_core::{Core, WorkReport};

use crate::common::{World, ZERO};

const MANIFEST: &str = r#"{
    "id": "reader", "name": "Reader", "version": "1.0.0", "wasm_file": "guest.wasm",
    "permissions": { "methods": ["events.*"], "libraries": ["*"] },
    "events": ["entry.created"]
}"#;

fn import(world: &World, names: &[&str]) -> WorkReport {
    let files: Vec<_> = names.iter().map(|name| world.file(name, name)).collect();
    world.library().import(&files, &mut |_| {}).unwrap()
}

/// A data folder whose decisions come from a service behind a socket, which does not run yet.
fn asking_a_service() -> (World, PathBuf) {
    let World { core, library, data } = World::new();
    drop(core);
    let socket = data.path().join("decide.sock");
    let config = format!("[permissions.external]\nsocket = {:?}\n", socket.display().to_string());
    fs::write(data.path().join("config.toml"), config).unwrap();
    (World { core: Core::open(data.path()).unwrap(), library, data }, socket)
}

/// Starts a service that answers every question in the same way.
fn serve(socket: &Path, allow: bool) {
    let listener = UnixListener::bind(socket).unwrap();
    thread::spawn(move || listener.incoming().flatten().for_each(|stream| answer(stream, allow)));
}

fn answer(mut stream: UnixStream, allow: bool) {
    let lines = BufReader::new(stream.try_clone().unwrap()).lines();
    for line in lines.map_while(Result::ok) {
        let question: Value = serde_json::from_str(&line).unwrap();
        let answer = format!("{}\n", json!({ "id": question["id"], "allow": allow }));
        if stream.write_all(answer.as_bytes()).is_err() {
            return;
        }
    }
}

fn waits(world: &World, names: &[&str]) {
    let report = import(world, names);
    assert!(report.processed.is_empty(), "{report:?}");
    let told: Vec<_> =
        report.failures.iter().map(|f| (f.extension.as_deref(), f.code.as_str())).collect();
    assert_eq!(told, [(Some("reader"), "E_INTERNAL")], "{report:?}");
    assert!(world.library().dead_letters().unwrap().is_empty());
}

#[test]
fn perm_32_events_wait_while_the_decision_service_is_away() {
    let (world, socket) = asking_a_service();
    world.install(MANIFEST, ZERO, ZERO);
    waits(&world, &["a.txt", "b.txt"]);
    waits(&world, &[]);
    serve(&socket, true);
    assert_eq!(import(&world, &[]).processed.get("reader"), Some(&2));
    assert!(import(&world, &[]).processed.is_empty());
}

#[test]
fn perm_32_events_that_the_decision_service_denies_are_over() {
    let (world, socket) = asking_a_service();
    serve(&socket, false);
    world.install(MANIFEST, ZERO, ZERO);
    let report = import(&world, &["a.txt"]);
    assert!(report.processed.is_empty() && report.failures.is_empty(), "{report:?}");
    fs::remove_file(&socket).unwrap();
    serve(&socket, true);
    let world = world.reopen();
    assert!(import(&world, &[]).processed.is_empty(), "it was denied");
    assert_eq!(import(&world, &["b.txt"]).processed.get("reader"), Some(&1));
}

#[test]
fn perm_32_events_wait_while_the_grants_cannot_be_read() {
    let mut world = World::new();
    world.install(MANIFEST, ZERO, ZERO);
    import(&world, &[]);
    let file = world.data.path().join("grants/reader.json");
    let grants = fs::read(&file).unwrap();
    for damaged in [&b"{"[..], b"", b"\xff\xfe", &grants[..grants.len() / 2]] {
        fs::write(&file, damaged).unwrap();
        world = world.reopen();
        waits(&world, &["a.txt"]);
    }
    // The file is looked at again by itself, though it is the one that could not be read.
    fs::write(&file, grants).unwrap();
    let processed = (0..100).find_map(|_| {
        thread::sleep(Duration::from_millis(50));
        import(&world, &[]).processed.get("reader").copied()
    });
    assert_eq!(processed, Some(1));
}

#[test]
fn events_that_a_rule_denies_are_over() {
    let world = World::new();
    world.install(MANIFEST, ZERO, ZERO);
    let entries = Some(vec!["files/a.*".parse().unwrap()]);
    let rule = Rule { entries, ..Rule::new(Effect::Deny) };
    let denial = world.core.permissions().deny("reader", rule).unwrap();
    let report = import(&world, &["a.txt", "b.txt"]);
    assert_eq!(report.processed.get("reader"), Some(&1), "{report:?}");
    assert!(report.failures.is_empty());
    world.core.permissions().revoke("reader", denial).unwrap();
    assert!(import(&world, &[]).processed.is_empty(), "it was denied");
}
