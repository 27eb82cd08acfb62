//! Each operation of the core that runs as a job: by whom, and what comes of it.

use std::{
    fs,
    path::Path,
    sync::{Arc, atomic::AtomicBool},
};

use ext_manifest::MethodPattern;
use ext_perm::{Effect, Engine, Rule};
use ext_registry::{Call, Deadline, Progress};
use ext_services::library::LibraryDirectory;
use ext_wire::{
    ErrorCode, Wire,
    body::BlobStyle,
    ops::{
        jobs::{CoreJob, DispatchInput, Job, JobState},
        locations::{Add, AddLocationInput, Location, SetPaused, SetPausedInput},
        search::{MakeVectors, RebuildIndex},
        work::{CheckLibrary, CheckLibraryInput, ScanLocations},
    },
};
use serde_json::{Value, json};
use spacedrive_core::Watcher;
use tempfile::TempDir;
use uuid::Uuid;

use crate::{
    common::World,
    core_jobs::{dispatch, go, install_for, run, status},
};

const DISPATCH: &str = "action:jobs.dispatch";

/// Runs an operation of the core as a job of the user.
fn done(world: &World, method: &str, input: Value) -> Job {
    let input = DispatchInput { method: method.into(), input, ..Default::default() };
    let id = dispatch(world, &input);
    run(world);
    status(world, id)
}

/// Returns an input of an operation: of those that copy, one that names the folder.
fn input_of(method: &str, to: &Path) -> Value {
    match method.strip_prefix("action:copies.") {
        Some(name) => json!({ "to": to.join(name) }),
        None => Value::Null,
    }
}

/// Returns the output of a job that ended well.
fn output(job: Job) -> Value {
    assert_eq!(job.state, JobState::Done, "{job:?}");
    job.output.unwrap()
}

/// A library with two notes that search knows.
fn world() -> World {
    let world = World::with_vectors();
    let files = [("a.txt", "milk and honey"), ("b.txt", "bread and butter")];
    let files = files.map(|(name, text)| world.file(name, text));
    world.library().import(&files, &mut |_| {}).unwrap();
    world.library().index(&mut |_| {}).unwrap();
    world
}

/// Makes the library follow a folder.
fn follow(world: &World, folder: &TempDir) -> Location {
    let folder = folder.path().to_str().unwrap().to_owned();
    let input = AddLocationInput { library_id: world.library, folder, ..Default::default() };
    world.core.call_typed::<Add>(None, &input).unwrap()
}

/// Returns the number of hits of a search by words.
fn hits(world: &World, text: &str) -> usize {
    let search = json!({ "text": text, "mode": "text" }).to_string();
    let found = world.core.call("query:search.entries.v1", Some(world.library), search.into());
    let found: Value = serde_json::from_slice(&found.unwrap()).unwrap();
    found["hits"].as_array().unwrap().len()
}

#[test]
fn the_user_has_each_of_them_run() {
    let world = world();
    let to = tempfile::tempdir().unwrap();
    for job in CoreJob::ALL {
        let ended = done(&world, job.method, input_of(job.method, to.path()));
        assert_eq!(ended.state, JobState::Done, "{ended:?}");
        assert_eq!(ended.extension, "core");
    }
}

#[test]
fn an_extension_has_those_run_that_its_manifest_asks_for_and_none_that_is_for_the_user() {
    for CoreJob { method, is_user_only } in CoreJob::ALL {
        let world = world();
        install_for(&world, method, &[DISPATCH, "vdfs.*"]);
        if !method.contains("vdfs") {
            assert_eq!(go(&world), Err(ErrorCode::DeniedMethod), "{method} is not asked for");
        }
        let world = self::world();
        install_for(&world, method, &[DISPATCH, method]);
        if is_user_only {
            assert_eq!(go(&world), Err(ErrorCode::DeniedMethod), "{method} is for the user");
            continue;
        }
        let id = go(&world).unwrap();
        run(&world);
        let job = status(&world, id);
        assert_eq!(job.extension, "worker");
        assert_eq!(job.state, JobState::Done, "{job:?}");
    }
}

#[test]
fn a_right_that_is_gone_when_it_runs_parks_each_of_them() {
    for CoreJob { method, .. } in CoreJob::ALL.into_iter().filter(|job| !job.is_user_only) {
        let world = world();
        install_for(&world, method, &[DISPATCH, method]);
        let id = go(&world).unwrap();
        let methods = Some(vec![MethodPattern::parse(method).unwrap()]);
        let rule = Rule { methods, ..Rule::new(Effect::Deny) };
        world.core.permissions().deny("worker", rule).unwrap();
        run(&world);
        assert_eq!(status(&world, id).state, JobState::Parked, "{method}");
    }
}

#[test]
fn whoever_has_a_token_dispatches_none_of_them() {
    let world = world();
    for CoreJob { method, .. } in CoreJob::ALL {
        let call = |engine: &Engine| {
            let payload = json!({ "method": method, "input": {} }).to_string().into();
            let (method, library) = ("action:jobs.dispatch.input.v1", Some(world.library));
            let (blobs, deadline) = (BlobStyle::Base64, Deadline::NONE);
            let call = Call { method, library, payload, blobs, deadline, progress: Progress::NONE };
            world.core.call_with(engine, call).map(drop).map_err(|error| error.code())
        };
        assert_eq!(call(&Engine::for_user().delegated()), Err(ErrorCode::DeniedMethod), "{method}");
        assert_eq!(call(&Engine::for_user()), Ok(()), "{method}");
    }
}

#[test]
fn a_method_that_is_none_is_answered_with_those_that_look_like_it() {
    let world = World::new();
    let refused = |method: &str| {
        let input = json!({ "method": method }).to_string().into();
        let refused = world.core.call("action:jobs.dispatch.input.v1", Some(world.library), input);
        let refused = refused.unwrap_err();
        (refused.code(), refused.to_string())
    };
    let (code, error) = refused("query:vdfs.check_content.v1");
    assert_eq!(code, ErrorCode::UnknownMethod);
    assert!(error.contains("query:vdfs.check_contents.v1"), "{error}");
    let (code, error) = refused("query:vdfs.get_entry.v1");
    assert_eq!(code, ErrorCode::BadInput);
    assert!(error.contains("action:search.read_again.input.v1"), "{error}");
    assert_eq!(refused("action:nobody.scan.input.v1").0, ErrorCode::NotFound);
}

#[test]
fn a_scan_finds_what_came_and_what_went() {
    let world = World::new();
    let folder = tempfile::tempdir().unwrap();
    let location = follow(&world, &folder);
    let folder = folder.path();
    for name in ["one.txt", "two.txt"] {
        fs::write(folder.join(name), name).unwrap();
    }
    let scan = |input: Value| {
        let output = output(done(&world, ScanLocations::METHOD, input));
        output["locations"].as_array().unwrap().clone()
    };
    let first = scan(json!({ "location_id": location.id }));
    assert_eq!((&first[0]["created"], first.len()), (&json!(2), 1), "{first:?}");
    fs::remove_file(folder.join("one.txt")).unwrap();
    let second = scan(json!({}));
    assert_eq!((&second[0]["unchanged"], &second[0]["removed"]), (&json!(1), &json!(1)));
    assert_eq!(world.entries().len(), 1);
    let pause = SetPausedInput { location_id: location.id, paused: true };
    world.core.call_typed::<SetPaused>(None, &pause).unwrap();
    fs::write(folder.join("three.txt"), "three").unwrap();
    let third = scan(json!({}));
    assert_eq!((&third[0]["paused"], &third[0]["created"]), (&json!(true), &json!(0)));
}

#[test]
fn a_scan_looks_at_no_folder_of_another_library_and_tells_extensions_no_path() {
    let world = World::new();
    let folder = tempfile::tempdir().unwrap();
    let own = follow(&world, &folder);
    let other = world.core.libraries().create("Other").unwrap().id;
    let foreign = json!({ "location_id": own.id });
    let call = |library: Uuid| {
        let call =
            world.core.call(ScanLocations::METHOD, Some(library), foreign.to_string().into());
        call.map(drop).map_err(|error| error.code())
    };
    assert_eq!(call(other), Err(ErrorCode::NotFound));
    assert_eq!(call(world.library), Ok(()));
    drop(folder);
    let of_user = output(done(&world, ScanLocations::METHOD, json!({})));
    assert!(of_user["locations"][0]["problem"].as_str().unwrap().contains("away"), "{of_user}");
    install_for(&world, ScanLocations::METHOD, &[DISPATCH, "action:work.scan_locations"]);
    let id = go(&world).unwrap();
    run(&world);
    let of_extension = output(status(&world, id));
    assert_eq!(of_extension["locations"][0].get("problem"), None, "{of_extension}");
}

#[test]
fn the_index_is_built_anew_of_what_the_library_keeps() {
    let world = world();
    assert_eq!(hits(&world, "honey"), 1);
    let built = output(done(&world, RebuildIndex::METHOD, json!({})));
    assert_eq!(built, json!({ "entries": 2, "unreadable": 0 }));
    assert_eq!((hits(&world, "honey"), hits(&world, "b.txt")), (1, 1));
    let part = json!({ "path_prefix": "nowhere" });
    assert_eq!(output(done(&world, RebuildIndex::METHOD, part))["entries"], 0);
}

#[test]
fn vectors_are_made_of_what_has_none() {
    let world = World::with_vectors();
    let file = world.file("a.txt", "milk and honey");
    world.library().import(&[file], &mut |_| {}).unwrap();
    let read = done(&world, "action:search.read_again.input.v1", json!({}));
    assert_eq!(read.state, JobState::Done, "{read:?}");
    let job = done(&world, MakeVectors::METHOD, json!({}));
    assert_eq!(output(job), json!({ "made": 1, "left": 0 }));
    let again = output(done(&world, MakeVectors::METHOD, json!({})));
    assert_eq!(again, json!({ "made": 0, "left": 0 }));
}

#[test]
fn a_check_of_the_library_names_what_is_damaged() {
    let world = world();
    let entry = world.entries().into_iter().find(|entry| entry.name == "a.txt").unwrap();
    let hash = entry.content_hash.unwrap();
    let sound = output(done(&world, CheckLibrary::METHOD, json!({})));
    assert_eq!((&sound["checked"], &sound["damaged"]), (&json!(2), &json!(0)));
    let libraries = world.data.path().join("libraries").join(world.library.to_string());
    fs::write(libraries.join("content").join(&hash[..2]).join(&hash), "b").unwrap();
    let damaged = output(done(&world, CheckLibrary::METHOD, json!({})));
    assert_eq!(damaged["damaged"], 1);
    assert_eq!(damaged["files"][0]["damage"], "changed");
    assert_eq!(damaged["files"][0]["used_by"], json!([entry.path]));
    // By its name alone it is there.
    let check = |names_only: bool, stop: Option<Arc<AtomicBool>>| {
        let watcher = Watcher { stop, ..Watcher::default() };
        let input = CheckLibraryInput { names_only };
        world.core.call_watched::<CheckLibrary>(Some(world.library), &input, watcher).unwrap()
    };
    let named = check(true, None);
    assert_eq!((named.checked, named.total, named.damaged), (0, 0, 0));
    let whole = check(false, None);
    assert_eq!((whole.checked, whole.total, whole.stopped, whole.damaged), (2, 2, false, 1));
    let stopped = check(false, Some(Arc::new(true.into())));
    assert_eq!((stopped.checked, stopped.total, stopped.stopped), (0, 2, true));
}
