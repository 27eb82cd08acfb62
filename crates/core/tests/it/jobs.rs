//! Jobs: kept, run, checked anew, resumed.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use crate::common::{ECHO, QUOTA, TRAP, World, ZERO};
use ext_services::library::{Dispatched, Events, Jobs, LibraryDirectory, NewJob};
use ext_wire::{
    ErrorCode,
    event::ENTRY_CREATED,
    ops::{
        NoInput,
        jobs::{
            Cancel, Checkpoint, CheckpointInput, Dispatch, DispatchInput, Job, JobRef, JobState,
            List, ListJobsInput, ProgressReport, Status,
        },
        schedules::{self, AddScheduleInput},
    },
};
use serde_json::json;
use spacedrive_core::WorkProgress;
use uuid::Uuid;

const MANIFEST: &str = r#"{
    "id": "worker", "name": "Worker", "version": "1.1.0", "wasm_file": "guest.wasm",
    "permissions": { "methods": ["jobs.*"], "libraries": ["*"] },
    "operations": [{ "method": "action:worker.scan.input.v1" }],
    "limits": { "compute_timeout_ms": 500 }
}"#;
const SCAN: &str = "action:worker.scan.input.v1";

fn dispatch(world: &World, input: DispatchInput) -> Result<Uuid, ErrorCode> {
    let made = world.core.call_typed::<Dispatch>(Some(world.library), &input);
    made.map(|made| made.job_id).map_err(|error| error.code())
}

fn scan() -> DispatchInput {
    DispatchInput { method: SCAN.into(), input: json!({ "box": 1 }), ..Default::default() }
}

fn status(world: &World, job_id: Uuid) -> Job {
    world.core.call_typed::<Status>(Some(world.library), &JobRef { job_id }).unwrap()
}

fn run(world: &World) -> spacedrive_core::JobReport {
    world.library().run_jobs(&mut |_| {}).unwrap().jobs
}

#[test]
fn a_job_runs_later_and_keeps_its_output() {
    let world = World::new();
    world.install(MANIFEST, ECHO, ZERO);
    let id = dispatch(&world, scan()).unwrap();
    assert_eq!(status(&world, id).state, JobState::Waiting);
    let world = world.reopen();
    assert_eq!(run(&world).done, 1);
    let job = status(&world, id);
    assert_eq!((job.state, job.attempts), (JobState::Done, 1));
    let output = job.output.unwrap();
    assert_eq!(output["input"], json!({ "box": 1 }));
    assert_eq!(output["library_id"], json!(world.library));
    assert_eq!(output["job"], json!({ "id": id, "attempt": 1 }));
    assert_eq!(run(&world).done, 0, "it runs once");
}

#[test]
fn a_job_that_runs_is_counted_in_the_quota() {
    let world = World::new();
    world.install(&MANIFEST.replace("\"jobs.*\"", "\"jobs.*\", \"core.quota\""), QUOTA, ZERO);
    let id = dispatch(&world, scan()).unwrap();
    assert_eq!(run(&world).done, 1);
    let jobs = &status(&world, id).output.unwrap()["jobs"];
    assert_eq!(jobs["running"], 1);
    let quota = world.core.call(SCAN, Some(world.library), b"null".as_slice().into()).unwrap();
    let quota: serde_json::Value = serde_json::from_slice(&quota).unwrap();
    assert_eq!(quota["jobs"]["running"], 0);
}

/// Leaves behind what a program does that is killed in a job: a row that says it runs.
fn begin_and_die(world: &World) {
    let store = world.core.libraries().open(world.library).unwrap();
    assert!(store.claim_job(&[]).unwrap().is_some());
}

#[test]
fn evt_11_a_job_goes_on_where_it_stood_when_the_program_was_killed() {
    let world = World::new();
    world.install(MANIFEST, ECHO, ZERO);
    let id = dispatch(&world, scan()).unwrap();
    begin_and_die(&world);
    let progress = Some(ProgressReport { done: 3, total: Some(9), message: None });
    let checkpoint = Some(json!({ "uid": 42 }));
    let input = CheckpointInput { job_id: id, checkpoint, progress };
    world.core.call_typed::<Checkpoint>(Some(world.library), &input).unwrap();
    let world = world.reopen();
    assert_eq!(status(&world, id).state, JobState::Running);
    assert_eq!(status(&world, id).progress.unwrap().done, 3);
    run(&world);
    let output = status(&world, id).output.unwrap();
    assert_eq!(output["job"], json!({ "id": id, "attempt": 2, "checkpoint": { "uid": 42 } }));
}

#[test]
fn a_job_that_kills_the_program_again_and_again_is_given_up() {
    let world = World::new();
    world.install(MANIFEST, ECHO, ZERO);
    let id = dispatch(&world, scan()).unwrap();
    let store = world.core.libraries().open(world.library).unwrap();
    for _ in 0..5 {
        begin_and_die(&world);
        store.recover_jobs().unwrap();
    }
    assert_eq!(run(&world).failed, 1);
    assert_eq!(status(&world, id).state, JobState::Failed);
}

/// Answers with `E_STOPPED`, as a job does whose checkpoint was refused with it.
const STOPPED: &str = "(i32.store (i32.const 1024) (i32.const 0)) \
    (i32.store (i32.const 1028) (i32.const 38)) (i32.const 1024)";

/// Runs the jobs until one has started, and stops them.
fn run_and_stop(world: &World) -> spacedrive_core::JobReport {
    let stop = Arc::new(AtomicBool::new(false));
    let library = world.library().with_stop(Arc::clone(&stop));
    let report = library.run_jobs(&mut |step| {
        let started = matches!(step, WorkProgress::JobStarted { .. });
        stop.fetch_or(started, Ordering::SeqCst);
    });
    report.unwrap().jobs
}

#[test]
fn a_job_that_was_stopped_cleanly_again_and_again_still_runs() {
    let world = World::new();
    world.install(MANIFEST, STOPPED, ZERO);
    let id = dispatch(&world, scan()).unwrap();
    for _ in 0..10 {
        assert_eq!(run_and_stop(&world).again, 1);
        let job = status(&world, id);
        assert_eq!((job.state, job.attempts), (JobState::Waiting, 0));
    }
    world.install(MANIFEST, ECHO, ZERO);
    assert_eq!(run(&world).done, 1);
}

#[test]
fn a_job_that_gets_on_is_not_given_up() {
    let world = World::new();
    world.install(MANIFEST, ECHO, ZERO);
    let id = dispatch(&world, scan()).unwrap();
    let store = world.core.libraries().open(world.library).unwrap();
    let checkpoint = |at: u32| {
        let checkpoint = Some(json!({ "uid": at }));
        let input = CheckpointInput { job_id: id, checkpoint, progress: None };
        world.core.call_typed::<Checkpoint>(Some(world.library), &input).unwrap();
    };
    for at in 0..9 {
        begin_and_die(&world);
        checkpoint(at);
        store.recover_jobs().unwrap();
    }
    // Standing still, it is tried four times more.
    for _ in 0..4 {
        begin_and_die(&world);
        checkpoint(8);
        store.recover_jobs().unwrap();
    }
    assert_eq!(status(&world, id).attempts, 5);
    assert_eq!(run(&world).failed, 1);
}

#[test]
fn crsh_20_a_job_that_is_killed_after_any_checkpoint_resumes_there_and_ends_once() {
    let mut world = World::new();
    world.install(MANIFEST, ECHO, ZERO);
    for last in 0..4 {
        let id = dispatch(&world, scan()).unwrap();
        for at in 0..=last {
            begin_and_die(&world);
            let checkpoint = Some(json!({ "uid": at }));
            let input = CheckpointInput { job_id: id, checkpoint, progress: None };
            world.core.call_typed::<Checkpoint>(Some(world.library), &input).unwrap();
            world = world.reopen();
            world.core.libraries().open(world.library).unwrap().recover_jobs().unwrap();
        }
        assert_eq!((run(&world).done, run(&world).done), (1, 0), "it ends once");
        let output = status(&world, id).output.unwrap();
        assert_eq!(output["job"]["checkpoint"], json!({ "uid": last }));
    }
}

#[test]
fn evt_05_a_job_of_an_extension_that_lost_the_right_is_parked_with_its_reason() {
    let world = World::new();
    world.install(MANIFEST, ECHO, ZERO);
    let id = dispatch(&world, scan()).unwrap();
    world.install(&MANIFEST.replace("jobs.*", "jobs.list"), ECHO, ZERO);
    assert_eq!(run(&world).parked, 1);
    let job = status(&world, id);
    assert_eq!((job.state, job.attempts), (JobState::Parked, 0));
    assert_eq!(job.error.unwrap().code, "E_DENIED_METHOD");
    world.install(&MANIFEST.replace(r#"["*"]"#, "[]"), ECHO, ZERO);
    run(&world);
    assert_eq!(status(&world, id).error.unwrap().code, "E_DENIED_LIBRARY");
    world.install(MANIFEST, ECHO, ZERO);
    assert_eq!(run(&world).done, 1, "with the right it runs");
}

#[test]
fn evt_05_an_older_version_does_not_run_the_jobs_of_a_newer_one() {
    let world = World::new();
    world.install(MANIFEST, ECHO, ZERO);
    let id = dispatch(&world, scan()).unwrap();
    world.install(&MANIFEST.replace("1.1.0", "1.0.9"), ECHO, ZERO);
    assert_eq!(run(&world).parked, 1);
    assert_eq!(status(&world, id).error.unwrap().code, "E_SCHEMA");
    world.install(&MANIFEST.replace("1.1.0", "1.2.0"), ECHO, ZERO);
    assert_eq!(run(&world).done, 1);
}

#[test]
fn evt_06_evt_08_a_job_names_a_declared_operation_of_its_extension_and_nothing_else() {
    let world = World::new();
    world.install(MANIFEST, ECHO, ZERO);
    let code = |method: &str| {
        dispatch(&world, DispatchInput { method: method.into(), ..Default::default() }).unwrap_err()
    };
    for export in ["memory", "wasm_alloc", "plugin_init", "_start", "worker", ""] {
        assert_eq!(code(export), ErrorCode::AbiExport, "{export}");
    }
    assert_eq!(code("action:worker.other.input.v1"), ErrorCode::AbiExport);
    assert_eq!(code("action:nobody.scan.input.v1"), ErrorCode::NotFound);
    let long = "a".repeat(10 << 10);
    for hostile in ["a/b", "a\0b", "action:worker.scan.input.v1\n", long.as_str()] {
        assert_eq!(code(hostile), ErrorCode::BadInput, "{hostile:.40}");
    }
    assert!(dispatch(&world, scan()).is_ok());
}

/// Writes a job past `jobs.dispatch`, as someone does who edits the library's file.
fn smuggle(world: &World, extension: &str, method: &str) -> Uuid {
    let store = world.core.libraries().open(world.library).unwrap();
    let new = NewJob {
        extension: extension.into(),
        method: method.into(),
        input: json!(null),
        key: None,
        version: "1.0.0".into(),
        delay: std::time::Duration::ZERO,
        priority: Default::default(),
    };
    match store.add_job(&new).unwrap() {
        Dispatched::Created(id) => id,
        other => panic!("{other:?}"),
    }
}

#[test]
fn evt_07_a_job_that_was_edited_in_the_file_runs_what_its_extension_declares() {
    let world = World::new();
    world.install(MANIFEST, ECHO, ZERO);
    world.install(&MANIFEST.replace("worker", "victim"), ECHO, ZERO);
    let others = "action:victim.scan.input.v1";
    for (extension, method) in [
        ("worker", others),
        ("worker", "action:worker.other.input.v1"),
        ("worker", "action:vdfs.create_entry.input.v1"),
        ("worker", "plugin_init"),
        ("nobody", SCAN),
        ("", SCAN),
    ] {
        let id = smuggle(&world, extension, method);
        assert_eq!(run(&world).done, 0, "{extension} {method}");
        assert_ne!(status(&world, id).state, JobState::Done);
        assert_eq!(status(&world, id).output, None);
    }
    let id = smuggle(&world, "victim", others);
    assert_eq!(run(&world).done, 1, "its own operation runs");
    assert_eq!(status(&world, id).state, JobState::Done);
}

#[test]
fn call_19_one_key_is_one_job_while_it_is_open() {
    let world = World::new();
    world.install(MANIFEST, ECHO, ZERO);
    let keyed = |key: &str| DispatchInput { key: Some(key.into()), ..scan() };
    let first = dispatch(&world, keyed("a:b")).unwrap();
    assert_eq!(dispatch(&world, keyed("a:b")), Ok(first));
    assert_ne!(dispatch(&world, keyed("a")), Ok(first));
    assert_eq!(run(&world).done, 2);
    assert_ne!(dispatch(&world, keyed("a:b")), Ok(first), "it is over, so the key is free");
    assert_eq!(dispatch(&world, keyed("")), Err(ErrorCode::BadInput));
}

#[test]
fn a_fault_is_tried_again_later_and_an_error_is_final() {
    let world = World::new();
    world.install(MANIFEST, TRAP, ZERO);
    let id = dispatch(&world, scan()).unwrap();
    let report = run(&world);
    assert_eq!((report.again, report.next_at.is_some()), (1, true));
    let job = status(&world, id);
    assert_eq!((job.state, job.attempts), (JobState::Waiting, 1));
    assert!(job.run_at > job.created_at);
    // A frame with the status E_EXTENSION and the body "no".
    let refuse = r"(i32.store (i32.const 1024) (i32.const 2)) (i32.store (i32.const 1028) (i32.const 144))
        (i32.store16 (i32.const 1032) (i32.const 0x6f6e)) (i32.const 1024)";
    world.install(MANIFEST, refuse, ZERO);
    let id = dispatch(&world, scan()).unwrap();
    assert_eq!(run(&world).failed, 1);
    let job = status(&world, id);
    assert_eq!((job.state, job.error.unwrap().code.as_str()), (JobState::Failed, "E_EXTENSION"));
}

#[test]
fn jobs_are_cancelled_delayed_and_listed() {
    let world = World::new();
    world.install(MANIFEST, ECHO, ZERO);
    let late = dispatch(&world, DispatchInput { delay_ms: 3_600_000, ..scan() }).unwrap();
    let soon = dispatch(&world, scan()).unwrap();
    let report = run(&world);
    assert_eq!((report.done, report.next_at.is_some()), (1, true));
    let cancel = |job_id| {
        world.core.call_typed::<Cancel>(Some(world.library), &JobRef { job_id }).unwrap().cancelled
    };
    assert_eq!((cancel(late), cancel(late), cancel(soon)), (true, false, false));
    let list = |state| {
        let input = ListJobsInput { state, limit: None };
        let jobs = world.core.call_typed::<List>(Some(world.library), &input).unwrap().jobs;
        jobs.iter().map(|job| job.id).collect::<Vec<_>>()
    };
    assert_eq!(list(None), [soon, late]);
    assert_eq!(list(Some(JobState::Cancelled)), [late]);
    let far = DispatchInput { delay_ms: u64::MAX, ..scan() };
    assert_eq!(dispatch(&world, far), Err(ErrorCode::BadInput));
}

#[test]
fn a_running_job_that_is_cancelled_learns_of_it_and_ends_so() {
    let world = World::new();
    world.install(MANIFEST, ECHO, ZERO);
    let id = dispatch(&world, scan()).unwrap();
    begin_and_die(&world);
    let checkpoint = || {
        let input = CheckpointInput { job_id: id, checkpoint: None, progress: None };
        world.core.call_typed::<Checkpoint>(Some(world.library), &input)
    };
    assert!(!checkpoint().unwrap().cancelled);
    let job = JobRef { job_id: id };
    assert!(world.core.call_typed::<Cancel>(Some(world.library), &job).unwrap().cancelled);
    assert!(checkpoint().unwrap().cancelled);
    run(&world);
    assert_eq!(status(&world, id).state, JobState::Cancelled);
    assert_eq!(checkpoint().unwrap_err().code(), ErrorCode::Conflict);
}

#[test]
fn pkg_31_a_library_that_was_deleted_keeps_nothing_for_the_next_extension_of_an_id() {
    let world = World::new();
    let manifest = MANIFEST.replace("\"jobs.*\"", "\"jobs.*\", \"events.*\"");
    world.install(&manifest, ECHO, ZERO);
    dispatch(&world, scan()).unwrap();
    let libraries = world.core.libraries();
    libraries.open(world.library).unwrap().subscribe("worker", ENTRY_CREATED).unwrap();
    libraries.delete(world.library).unwrap();
    world.core.extensions().remove("worker").unwrap();
    world.install(&manifest, ECHO, ZERO);
    libraries.restore(world.library, None).unwrap();
    let library = libraries.open(world.library).unwrap();
    assert!(library.list_jobs(None, None, 10).unwrap().is_empty());
    assert!(library.subscriptions("worker").unwrap().is_empty());
}

#[test]
fn evt_15_the_number_of_open_jobs_has_a_bound() {
    let world = World::new();
    world.install(MANIFEST, ECHO, ZERO);
    let store = world.core.libraries().open(world.library).unwrap();
    let many = ext_wire::ops::jobs::MAX_OPEN_JOBS;
    for _ in 0..many {
        let new = NewJob {
            extension: "worker".into(),
            method: SCAN.into(),
            input: json!(null),
            key: None,
            version: "1.1.0".into(),
            delay: std::time::Duration::from_secs(3600),
            priority: Default::default(),
        };
        store.add_job(&new).unwrap();
    }
    assert_eq!(dispatch(&world, scan()), Err(ErrorCode::Busy));
}

#[test]
fn pkg_31_what_an_extension_leaves_is_not_for_the_next_one_of_its_id() {
    let world = World::new();
    let manifest = MANIFEST.replace("\"jobs.*\"", "\"jobs.*\", \"events.*\"");
    world.install(&manifest, ECHO, ZERO);
    let (done, waits) =
        (dispatch(&world, scan()).unwrap(), DispatchInput { delay_ms: 60_000, ..scan() });
    assert_eq!(run(&world).done, 1);
    let waits = dispatch(&world, waits).unwrap();
    let library = world.core.libraries().open(world.library).unwrap();
    library.subscribe("worker", ENTRY_CREATED).unwrap();
    world.library().import(&[world.file("a.txt", "a")], &mut |_| {}).unwrap();
    let schedule = AddScheduleInput {
        method: "action:worker.scan.input.v1".into(),
        every_s: Some(3600),
        ..AddScheduleInput::default()
    };
    world.core.call_typed::<schedules::Add>(None, &schedule).unwrap();
    let of_the_core =
        AddScheduleInput { method: "query:core.status.v1".into(), ..schedule.clone() };
    world.core.call_typed::<schedules::Add>(None, &of_the_core).unwrap();
    let recordings = world.data.path().join("recordings");
    std::fs::create_dir_all(&recordings).unwrap();
    std::fs::write(recordings.join("worker.json"), "{}").unwrap();
    let state = world.data.path().join("state");
    assert!(std::fs::read_dir(&state).unwrap().count() > 0);
    world.core.extensions().remove("worker").unwrap();
    world.install(&manifest, ECHO, ZERO);
    let left = world.core.call_typed::<schedules::List>(None, &NoInput {}).unwrap().schedules;
    let left: Vec<&str> = left.iter().map(|schedule| schedule.method.as_str()).collect();
    assert_eq!(left, ["query:core.status.v1"]);
    assert!(library.subscriptions("worker").unwrap().is_empty());
    assert!(library.list_jobs(None, None, 10).unwrap().is_empty(), "{done} and {waits} are gone");
    assert_eq!(run(&world), spacedrive_core::JobReport::default());
    assert!(library.failures("worker").unwrap().is_empty());
    assert_eq!(world.entries().len(), 1, "what the user has stays");
    world.core.extensions().remove("worker").unwrap();
    for folder in ["state", "usage", "recordings"] {
        let left = std::fs::read_dir(world.data.path().join(folder));
        assert_eq!(left.map_or(0, Iterator::count), 0, "{folder}");
    }
}
