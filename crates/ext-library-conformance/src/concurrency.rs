//! The cases of several programs that write to one library at the same time.

use std::{collections::BTreeSet, sync::Arc, thread};

use ext_services::library::{Library, NewJob};
use ext_wire::{
    ErrorCode,
    event::ENTRY_CREATED,
    ops::vdfs::{ListEntriesInput, UpdateMetadataInput, WriteSidecarInput},
};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::world::{World, create, note, object};

const WRITERS: u64 = 4;
const ROUNDS: u64 = 8;

/// Calls `write` in a thread for each writer, which has the library opened for itself.
fn all_at_once<T: Send>(
    world: &World<'_>,
    write: impl Fn(&dyn Library, u64) -> T + Sync,
) -> Vec<T> {
    let libraries: Vec<Arc<dyn Library>> = (0..WRITERS).map(|_| world.again()).collect();
    thread::scope(|scope| {
        let write = &write;
        let start = |(number, library): (u64, Arc<dyn Library>)| {
            scope.spawn(move || write(&*library, number))
        };
        let writers: Vec<_> = (0..).zip(libraries).map(start).collect();
        writers.into_iter().map(|writer| writer.join().unwrap()).collect()
    })
}

pub(crate) fn writers_of_one_path_make_one_entry(world: &World<'_>) {
    let made = all_at_once(world, |library, _| {
        let entries = library.entries().unwrap();
        let make = |round: u64| create(entries, None, note(&format!("{round}"))).unwrap();
        (0..ROUNDS).map(make).collect::<Vec<_>>()
    });
    let made: Vec<_> = made.into_iter().flatten().collect();
    assert_eq!(made.iter().filter(|made| made.created).count() as u64, ROUNDS);
    let ids: BTreeSet<Uuid> = made.iter().map(|made| made.entry.id).collect();
    assert_eq!(ids.len() as u64, ROUNDS);
    assert_eq!(world.paths(&ListEntriesInput::default()).len() as u64, ROUNDS);
}

pub(crate) fn writers_of_metadata_lose_nothing(world: &World<'_>) {
    let id = world.note("a").id;
    all_at_once(world, |library, number| {
        for round in 0..ROUNDS {
            let patch = object(json!({ format!("{number}-{round}"): round }));
            library
                .entries()
                .unwrap()
                .update_metadata(None, UpdateMetadataInput::new(id, patch))
                .unwrap();
        }
    });
    let metadata: Map<String, Value> = world.entries().get_entry(id).unwrap().entry.metadata;
    assert_eq!(metadata.len() as u64, WRITERS * ROUNDS);
}

pub(crate) fn writers_of_one_value_lose_nothing(world: &World<'_>) {
    let id = world.note("a").id;
    all_at_once(world, |library, number| {
        let entries = library.entries().unwrap();
        for round in 0..ROUNDS {
            loop {
                let read = entries.get_entry(id).unwrap().entry.metadata;
                let mut tags = read.get("tags").and_then(Value::as_array).cloned();
                tags.get_or_insert_default().push(json!(format!("{number}-{round}")));
                let patch = object(json!({ "tags": tags }));
                let input = UpdateMetadataInput::of_unchanged(id, patch, &read);
                match entries.update_metadata(None, input) {
                    Ok(_) => break,
                    Err(error) => assert_eq!(error.code(), ErrorCode::Conflict),
                }
            }
        }
    });
    let metadata = world.entries().get_entry(id).unwrap().entry.metadata;
    assert_eq!(metadata["tags"].as_array().unwrap().len() as u64, WRITERS * ROUNDS);
}

pub(crate) fn writers_of_one_sidecar_leave_one_of_them(world: &World<'_>) {
    let id = world.note("a").id;
    all_at_once(world, |library, number| {
        let sidecars = library.sidecars().unwrap();
        for round in 0..ROUNDS {
            let data = format!("{number}-{round}").into_bytes();
            let input = WriteSidecarInput::new(id, "a.txt", data);
            sidecars.write_sidecar(None, input).unwrap();
            let read = sidecars.read_sidecar(id, "a.txt").unwrap();
            assert_eq!(read.len(), 3, "whole, whosever it is");
        }
    });
    let last = format!("-{}", ROUNDS - 1);
    let left = String::from_utf8(world.sidecars().read_sidecar(id, "a.txt").unwrap()).unwrap();
    assert!(left.ends_with(&last), "the last round of somebody: {left}");
    let info = world.listed(id).unwrap().remove(0);
    assert_eq!(info.content_hash, blake3::hash(left.as_bytes()).to_hex().to_string());
}

pub(crate) fn each_entry_has_one_event(world: &World<'_>) {
    all_at_once(world, |library, number| {
        for round in 0..ROUNDS {
            let entries = library.entries().unwrap();
            create(entries, None, note(&format!("{number}/{round}"))).unwrap();
        }
    });
    let mut paths = Vec::new();
    while let Some(event) = world.events().next_event("reader", &[ENTRY_CREATED]).unwrap() {
        world.events().acknowledge("reader", event.id).unwrap();
        paths.push(event.entry.path);
    }
    assert_eq!(paths, world.paths(&ListEntriesInput::default()), "in the order of the entries");
    assert_eq!(paths.len() as u64, WRITERS * ROUNDS);
}

pub(crate) fn a_job_is_claimed_once(world: &World<'_>) {
    for _ in 0..WRITERS * ROUNDS {
        let new = NewJob {
            extension: "worker".into(),
            method: "action:worker.scan.input.v1".into(),
            input: json!(null),
            key: None,
            version: "1.0.0".into(),
            delay: std::time::Duration::ZERO,
            priority: Default::default(),
        };
        world.jobs().add_job(&new).unwrap();
    }
    let claimed = all_at_once(world, |library, _| {
        let next = || library.jobs().unwrap().claim_job(&[]).unwrap();
        std::iter::from_fn(next).map(|job| job.id).collect::<Vec<_>>()
    });
    let claimed: Vec<Uuid> = claimed.into_iter().flatten().collect();
    assert_eq!(claimed.len() as u64, WRITERS * ROUNDS);
    assert_eq!(claimed.iter().collect::<BTreeSet<_>>().len(), claimed.len());
}
