//! Jobs of the core: in whose name they run, and what they may touch.

use ext_manifest::MethodPattern;
use ext_perm::{Effect, Engine, Rule};
use ext_registry::{Call, Deadline, Progress};
use ext_services::library::Jobs;
use ext_wire::{
    ErrorCode,
    body::BlobStyle,
    ops::jobs::{
        Cancel, Dispatch, DispatchInput, Job, JobPriority, JobRef, JobState, ProgressReport, Status,
    },
};
use serde_json::{Value, json};
use spacedrive_core::{ParkedJobs, WorkProgress, permissions::Consent};
use uuid::Uuid;

use crate::common::World;

const CHECK: &str = "query:vdfs.check_contents.v1";
const READ_AGAIN: &str = "action:search.read_again.input.v1";
pub(crate) const GO: &str = "action:worker.go.input.v1";

/// Installs an extension that dispatches a check of all contents, with permissions for `methods`.
fn install(world: &World, methods: &[&str]) {
    install_for(world, CHECK, methods);
}

/// Installs an extension that dispatches an operation of the core, with permissions for `methods`.
pub(crate) fn install_for(world: &World, method: &str, methods: &[&str]) {
    install_with(world, method, methods, &json!({}));
}

/// Installs an extension as [`install_for`] does, with limits.
pub(crate) fn install_with(world: &World, method: &str, methods: &[&str], limits: &Value) {
    let dispatch = "action:jobs.dispatch.input.v1";
    let payload = json!({ "method": method, "input": {} }).to_string();
    let library: String =
        world.library.as_bytes().iter().map(|byte| format!("\\{byte:02x}")).collect();
    let escaped = payload.replace('"', "\\\"");
    let (method_len, payload_len) = (dispatch.len(), payload.len());
    let wasm = ext_testing::guest(&format!(
        r#"(data (i32.const 16) "{dispatch}")
        (data (i32.const 512) "{library}")
        (data (i32.const 544) "{escaped}")
        (func (export "plugin_call") (param i32 i32 i32 i32) (result i32)
            (call $call (i32.const 16) (i32.const {method_len}) (i32.const 512) (i32.const 544)
                (i32.const {payload_len})))
        (func (export "plugin_on_event") (param i32 i32) (result i32) i32.const 0)"#
    ));
    let manifest = json!({
        "id": "worker", "name": "Worker", "version": "1.0.0", "wasm_file": "guest.wasm",
        "permissions": { "methods": methods, "libraries": ["*"], "rate_limits": limits },
        "operations": [{ "method": GO }],
    });
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("manifest.json"), manifest.to_string()).unwrap();
    std::fs::write(folder.path().join("guest.wasm"), wasm).unwrap();
    let extensions = world.core.extensions();
    let candidate = extensions.candidate(folder.path()).unwrap();
    extensions.install(candidate, Consent::All).unwrap();
}

/// A library with three files, and an extension that may check them.
fn world() -> World {
    let world = World::new();
    let files = ["a.txt", "b.txt", "c.txt"].map(|name| world.file(name, name));
    world.library().import(&files, &mut |_| {}).unwrap();
    install(&world, &["action:jobs.dispatch", "query:vdfs.check_contents"]);
    world
}

/// Lets the extension dispatch its job.
pub(crate) fn go(world: &World) -> Result<Uuid, ErrorCode> {
    let reply = world.core.call(GO, Some(world.library), b"null".as_slice().into());
    let reply: Value = serde_json::from_slice(&reply.map_err(|error| error.code())?).unwrap();
    Ok(reply["job_id"].as_str().unwrap().parse().unwrap())
}

pub(crate) fn dispatch(world: &World, input: &DispatchInput) -> Uuid {
    world.core.call_typed::<Dispatch>(Some(world.library), input).unwrap().job_id
}

fn check() -> DispatchInput {
    DispatchInput { method: CHECK.into(), input: json!({}), ..Default::default() }
}

pub(crate) fn status(world: &World, job_id: Uuid) -> Job {
    world.core.call_typed::<Status>(Some(world.library), &JobRef { job_id }).unwrap()
}

pub(crate) fn run(world: &World) {
    world.library().run_jobs(&mut |_| {}).unwrap();
}

#[test]
fn an_extension_has_a_job_of_the_core_run_in_its_name() {
    let world = world();
    let id = go(&world).unwrap();
    assert_eq!(status(&world, id).extension, "worker");
    run(&world);
    let job = status(&world, id);
    assert_eq!(job.state, JobState::Done, "{job:?}");
    assert_eq!(job.output.unwrap(), json!({ "sound": 3, "damaged": 0, "entries": [] }));
}

#[test]
fn an_extension_may_not_dispatch_what_it_may_not_call() {
    let world = World::new();
    install(&world, &["action:jobs.dispatch", "query:vdfs.list_entries"]);
    assert_eq!(go(&world), Err(ErrorCode::DeniedMethod));
    install(&world, &["query:vdfs.check_contents"]);
    assert_eq!(go(&world), Err(ErrorCode::DeniedMethod));
}

#[test]
fn a_right_that_is_revoked_parks_the_job_until_it_is_back() {
    let world = world();
    let id = go(&world).unwrap();
    let rule = Rule {
        methods: Some(vec![MethodPattern::parse(CHECK).unwrap()]),
        ..Rule::new(Effect::Deny)
    };
    let denial = world.core.permissions().deny("worker", rule).unwrap();
    run(&world);
    let job = status(&world, id);
    assert_eq!((job.state, job.attempts), (JobState::Parked, 0));
    assert_eq!(job.error.unwrap().code, "E_DENIED_METHOD");
    world.library().run_jobs_with(ParkedJobs::Leave, &mut |_| {}).unwrap();
    assert_eq!(status(&world, id).state, JobState::Parked, "nothing has changed");
    world.core.permissions().revoke("worker", denial).unwrap();
    run(&world);
    assert_eq!(status(&world, id).state, JobState::Done);
}

#[test]
fn a_job_of_an_extension_leaves_out_what_the_extension_may_not_touch() {
    let world = world();
    let denied = world.entries().into_iter().find(|entry| entry.name == "b.txt").unwrap();
    let entries = Some(vec![denied.path.parse().unwrap()]);
    let rule = Rule { entries, ..Rule::new(Effect::Deny) };
    world.core.permissions().deny("worker", rule).unwrap();
    let (own, of_user) = (go(&world).unwrap(), dispatch(&world, &check()));
    run(&world);
    assert_eq!(status(&world, own).output.unwrap()["sound"], 2);
    assert_eq!(status(&world, of_user).output.unwrap()["sound"], 3);
}

#[test]
fn a_job_goes_on_at_its_checkpoint_after_the_program_was_killed() {
    let world = World::new();
    let files: Vec<_> = (0..40).map(|at| world.file(&format!("{at}.txt"), "x")).collect();
    world.library().import(&files, &mut |_| {}).unwrap();
    let id = dispatch(&world, &check());
    let store = world.core.libraries().open(world.library).unwrap();
    store.claim_job(&[]).unwrap().unwrap();
    // As if the first page had held a damaged entry.
    let output = json!({ "sound": 15, "damaged": 1, "entries": [Uuid::nil()] });
    let checkpoint = json!({ "after": 16, "done": 16, "output": output });
    let progress = ProgressReport { done: 16, total: None, message: None };
    store.checkpoint_job(id, Some(&checkpoint), Some(&progress)).unwrap();
    drop(store);
    let world = world.reopen();
    run(&world);
    let output = status(&world, id).output.unwrap();
    assert_eq!((output["sound"].as_u64(), output["damaged"].as_u64()), (Some(39), Some(1)));
}

#[test]
fn jobs_of_the_user_run_by_priority_and_are_cancelled() {
    let world = world();
    let of = |priority| dispatch(&world, &DispatchInput { priority, ..check() });
    let low = of(JobPriority::Low);
    let (normal, high) = (of(JobPriority::Normal), of(JobPriority::High));
    let cancelled = of(JobPriority::High);
    let job = JobRef { job_id: cancelled };
    assert!(world.core.call_typed::<Cancel>(Some(world.library), &job).unwrap().cancelled);
    let mut started = Vec::new();
    let report = world.library().run_jobs(&mut |progress| {
        if let WorkProgress::JobStarted { id, .. } = progress {
            started.push(id);
        }
    });
    assert_eq!(report.unwrap().jobs.done, 3);
    assert_eq!(started, [high, normal, low]);
    assert_eq!(status(&world, cancelled).state, JobState::Cancelled);
}

#[test]
fn whoever_has_a_part_of_the_users_rights_dispatches_no_job_of_the_core() {
    let world = world();
    let call = |engine: &Engine| {
        let payload = json!({ "method": CHECK }).to_string().into();
        let (method, library) = ("action:jobs.dispatch.input.v1", Some(world.library));
        let (blobs, deadline) = (BlobStyle::Base64, Deadline::NONE);
        world.core.call_with(
            engine,
            Call { method, library, payload, blobs, deadline, progress: Progress::NONE },
        )
    };
    let refused = call(&Engine::for_user().delegated()).unwrap_err();
    assert_eq!(refused.code(), ErrorCode::DeniedMethod);
    assert!(call(&Engine::for_user()).is_ok());
}

#[test]
fn contents_are_read_again_and_found_as_before() {
    let world = World::new();
    let file = world.file("note.txt", "milk and honey");
    world.library().import(&[file], &mut |_| {}).unwrap();
    world.library().index(&mut |_| {}).unwrap();
    let input = DispatchInput { method: READ_AGAIN.into(), input: json!({}), ..check() };
    let id = dispatch(&world, &input);
    run(&world);
    let job = status(&world, id);
    assert_eq!(job.state, JobState::Done, "{job:?}");
    assert_eq!(job.output.unwrap(), json!({ "read": 1, "without_text": 0, "left": 0 }));
    let search = json!({ "text": "honey", "mode": "text" }).to_string();
    let found = world.core.call("query:search.entries.v1", Some(world.library), search.into());
    let found: Value = serde_json::from_slice(&found.unwrap()).unwrap();
    assert_eq!(found["hits"].as_array().unwrap().len(), 1, "{found}");
}

#[test]
fn a_damaged_content_is_named() {
    let world = world();
    let entry = world.entries().into_iter().find(|entry| entry.name == "a.txt").unwrap();
    let hash = entry.content_hash.unwrap();
    let libraries = world.data.path().join("libraries").join(world.library.to_string());
    std::fs::write(libraries.join("content").join(&hash[..2]).join(&hash), "b.txt").unwrap();
    let id = dispatch(&world, &check());
    run(&world);
    let output = status(&world, id).output.unwrap();
    assert_eq!(output, json!({ "sound": 2, "damaged": 1, "entries": [entry.id] }));
}
