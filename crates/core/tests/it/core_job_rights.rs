//! Rights, limits and schedules of jobs of the core.

use std::{
    fs,
    sync::{Arc, Mutex, OnceLock, atomic::AtomicBool, mpsc},
    thread,
    time::Duration,
};

use ext_manifest::{Manifest, MethodPattern};
use ext_perm::{
    DenialReason, Effect, Engine, PermissionBackend, Principal, Reason, Request, Response, Rule,
};
use ext_registry::{Call, Deadline, Progress};
use ext_services::library::{Dispatched, Jobs, NewJob};
use ext_wire::{
    ErrorCode, Wire,
    body::BlobStyle,
    ops::{
        NoInput,
        jobs::{CoreJob, DispatchInput, JobState, List, ListJobsInput},
        locations::{self, AddLocationInput},
        schedules::{self, AddScheduleInput},
        search::{MakeVectors, ReadAgain},
        vdfs::{ListEntries, ListEntriesInput},
        work::ScanLocations,
    },
};
use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    common::World,
    core_jobs::{GO, dispatch, go, install_for, install_with, run, status},
};

const CHECK: &str = "query:vdfs.check_contents.v1";
const GRANTS: [&str; 2] = ["action:jobs.dispatch", "query:vdfs.check_contents"];

fn check() -> DispatchInput {
    DispatchInput { method: CHECK.into(), input: json!({}), ..Default::default() }
}

#[test]
fn an_extension_has_as_many_as_its_manifest_says_and_the_user_any() {
    let world = World::new();
    let limits = json!({ "open_core_jobs": 2, "core_jobs_per_hour": 3 });
    install_with(&world, CHECK, &GRANTS, &limits);
    let refused = || {
        let refused =
            world.core.call("action:worker.go.input.v1", Some(world.library), "null".into());
        let refused = refused.unwrap_err();
        (refused.code(), refused.to_string())
    };
    go(&world).unwrap();
    go(&world).unwrap();
    let (code, message) = refused();
    assert_eq!(code, ErrorCode::Busy);
    assert!(message.contains("limit is 2"), "{message}");
    run(&world);
    go(&world).unwrap();
    run(&world);
    let (code, message) = refused();
    assert_eq!(code, ErrorCode::Rate, "they are over, and count for an hour");
    assert!(message.contains("limit is 3"), "{message}");
    for _ in 0..5 {
        dispatch(&world, &check());
    }
}

fn jobs(world: &World) -> usize {
    let input = ListJobsInput::default();
    world.core.call_typed::<List>(Some(world.library), &input).unwrap().jobs.len()
}

/// Lets all schedules have been due for years.
fn long_due(world: &World) {
    let file = world.data.path().join("schedules.json");
    let mut all: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    for schedule in all.as_array_mut().unwrap() {
        schedule["next_at"] = json!("2020-01-01T00:00:00Z");
    }
    fs::write(file, all.to_string()).unwrap();
}

#[test]
fn a_schedule_dispatches_a_job_of_the_core_once_however_long_it_was_due() {
    let world = World::new();
    let input = AddScheduleInput {
        method: CHECK.into(),
        library_id: Some(world.library),
        input: json!({}),
        every_s: Some(3600),
        ..Default::default()
    };
    world.core.call_typed::<schedules::Add>(None, &input).unwrap();
    let due = || world.core.run_due_schedules(&AtomicBool::new(false)).unwrap();
    assert_eq!((due().len(), jobs(&world)), (1, 1));
    assert_eq!((due().len(), jobs(&world)), (0, 1), "it is not due");
    long_due(&world);
    assert_eq!(due()[0].last_error, None);
    assert_eq!(jobs(&world), 1, "the one before is not over");
    run(&world);
    long_due(&world);
    assert_eq!((due().len(), due().len(), jobs(&world)), (1, 0, 2), "missed calls are one");
    let all = world.core.call_typed::<schedules::List>(None, &NoInput {}).unwrap().schedules;
    assert!(all[0].next_at.parse::<Timestamp>().unwrap() > Timestamp::now());
    run(&world);
    let done = ListJobsInput { state: Some(JobState::Done), ..Default::default() };
    let done = world.core.call_typed::<List>(Some(world.library), &done).unwrap().jobs;
    assert_eq!(done.len(), 2);
}

#[test]
fn evt_07_a_job_of_the_core_that_was_edited_in_the_file_has_the_rights_of_its_extension() {
    let world = World::new();
    install_with(&world, CHECK, &["action:jobs.dispatch"], &json!({}));
    let store = world.core.libraries().open(world.library).unwrap();
    for CoreJob { method, .. } in CoreJob::ALL {
        let new = NewJob {
            extension: "worker".into(),
            method: method.into(),
            input: json!({}),
            key: None,
            version: "1.0.0".into(),
            delay: Duration::ZERO,
            priority: Default::default(),
        };
        let Dispatched::Created(id) = store.add_job(&new).unwrap() else { panic!("{method}") };
        run(&world);
        let job = status(&world, id);
        assert_eq!((job.state, job.output), (JobState::Parked, None), "{method}");
    }
}

/// Number of entries of a library in which a job is parked: more than a job touches at a time.
const MANY: u64 = 60;

/// A library with many entries in a folder that it follows, which search knows.
fn large() -> (World, tempfile::TempDir) {
    let (world, followed) = (World::with_vectors(), tempfile::tempdir().unwrap());
    for number in 0..MANY {
        fs::write(followed.path().join(format!("{number}.txt")), format!("note {number}")).unwrap();
    }
    let folder = followed.path().to_str().unwrap().to_owned();
    let input = AddLocationInput { library_id: world.library, folder, ..Default::default() };
    world.core.call_typed::<locations::Add>(None, &input).unwrap();
    let scan = json!({}).to_string().into();
    world.core.call(ScanLocations::METHOD, Some(world.library), scan).unwrap();
    world.library().index(&mut |_| {}).unwrap();
    assert_eq!(world.library().import(&[], &mut |_| {}).unwrap().failures.len(), 0);
    let input = ListEntriesInput { limit: 1_000, ..ListEntriesInput::default() };
    let page = world.core.call_typed::<ListEntries>(Some(world.library), &input).unwrap();
    assert_eq!(page.entries.len() as u64, MANY);
    (world, followed)
}

/// Runs the jobs, and revokes the right to one while it runs, after its first steps.
fn revoke_in_between(world: &World, id: Uuid, method: &str) -> Option<u64> {
    let (committed, news) = mpsc::channel();
    let (go_on, gone_on) = mpsc::channel::<()>();
    let gate = Arc::new(Mutex::new(Some((committed, gone_on))));
    // A commit of the job waits until the right is gone, so that its next step comes after that.
    let of_observer = Arc::clone(&gate);
    let observer = move |_| {
        let mut gate = of_observer.lock().unwrap();
        if let Some((committed, gone_on)) = &*gate
            && (committed.send(()).is_err() || gone_on.recv().is_err())
        {
            *gate = None;
        }
    };
    assert!(world.core.libraries().observe_commits(Box::new(observer)));
    thread::scope(|scope| {
        let revoked = scope.spawn(move || {
            for () in news {
                if status(world, id).progress.is_some() {
                    let methods = Some(vec![MethodPattern::parse(method).unwrap()]);
                    let rule = Rule { methods, ..Rule::new(Effect::Deny) };
                    return Some(world.core.permissions().deny("worker", rule).unwrap());
                }
                go_on.send(()).unwrap();
            }
            None
        });
        run(world);
        gate.lock().unwrap().take();
        revoked.join().unwrap()
    })
}

#[test]
fn a_right_that_is_revoked_between_two_entries_parks_each_of_them_until_it_is_back() {
    for CoreJob { method, .. } in CoreJob::ALL.into_iter().filter(|job| !job.is_user_only) {
        let (world, _followed) = large();
        if method == MakeVectors::METHOD {
            // There are vectors only of what was read.
            let all = json!({}).to_string().into();
            world.core.call(ReadAgain::METHOD, Some(world.library), all).unwrap();
        }
        install_for(&world, method, &["action:jobs.dispatch", method]);
        let id = go(&world).unwrap();
        let denial = revoke_in_between(&world, id, method).expect(method);
        let job = status(&world, id);
        assert_eq!(job.state, JobState::Parked, "{method}: {job:?}");
        assert_eq!(job.error.as_ref().unwrap().code, "E_DENIED_METHOD", "{method}: {job:?}");
        let done = job.progress.as_ref().unwrap().done;
        assert!(done < MANY, "{method} was at its end: {job:?}");
        world.core.permissions().revoke("worker", denial).unwrap();
        run(&world);
        let job = status(&world, id);
        assert_eq!(job.state, JobState::Done, "{method}: {job:?}");
    }
}

/// A library in which nothing of the jobs runs.
fn shared() -> &'static World {
    static WORLD: OnceLock<World> = OnceLock::new();
    WORLD.get_or_init(|| {
        let world = World::new();
        let limits = json!({ "open_core_jobs": 1000, "core_jobs_per_hour": 1000 });
        install_with(&world, CHECK, &GRANTS, &limits);
        world
    })
}

/// Returns the engine of an extension with permissions for some operations.
fn engine(id: &str, dispatches: bool, granted: &[bool]) -> Engine {
    let named = CoreJob::ALL.iter().zip(granted).filter(|(_, granted)| **granted);
    let mut methods: Vec<&str> = named.map(|(job, _)| job.method).collect();
    methods.extend(dispatches.then_some("action:jobs.dispatch"));
    let manifest = json!({
        "id": id, "name": "Worker", "version": "1.0.0", "wasm_file": "guest.wasm",
        "permissions": { "methods": methods, "libraries": ["*"] },
    });
    Engine::for_extension(&Manifest::parse(manifest.to_string().as_bytes()).unwrap())
}

/// A backend that allows what a token names: jobs, and perhaps the operations of the extension.
struct Named(Vec<MethodPattern>);

impl PermissionBackend for Named {
    fn name(&self) -> &str {
        "named"
    }

    fn decide(&self, request: &Request<'_>) -> Response {
        match self.0.iter().any(|pattern| pattern.matches(request.method)) {
            true => Response::allow(),
            false => Response::deny(Reason::new("named", DenialReason::Methods, "it is not named")),
        }
    }
}

/// Returns the engine of a token for jobs, which perhaps names the operations of the extension as well.
fn token(names_extension: bool) -> Engine {
    let names = ["jobs.*"].into_iter().chain(names_extension.then_some("worker.*"));
    let patterns = names.map(|name| MethodPattern::parse(name).unwrap()).collect();
    Engine::new(Principal::User, Box::new(Named(patterns)), None).delegated()
}

/// Whoever dispatches a job.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Who {
    User,
    Token,
    Extension,
    RemovedExtension,
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn nobody_has_done_by_a_job_what_he_may_not_do(
        who in prop::sample::select(vec![Who::User, Who::Token, Who::Extension, Who::RemovedExtension]),
        dispatches in any::<bool>(),
        granted in prop::collection::vec(any::<bool>(), CoreJob::ALL.len()),
        names_extension in any::<bool>(),
        wanted in prop::option::weighted(0.7, 0..CoreJob::ALL.len()),
    ) {
        // What is not of the core is of the extension itself.
        let (world, job) = (shared(), wanted.map(|wanted| (CoreJob::ALL[wanted], granted[wanted])));
        let wanted = job.map_or(GO, |(job, _)| job.method);
        let engine = match who {
            Who::User => Engine::for_user(),
            Who::Token => token(names_extension),
            Who::Extension => engine("worker", dispatches, &granted),
            Who::RemovedExtension => engine("gone", dispatches, &granted),
        };
        let payload = json!({ "method": wanted, "input": {} }).to_string().into();
        let (method, library) = ("action:jobs.dispatch.input.v1", Some(world.library));
        let (blobs, deadline, progress) = (BlobStyle::Base64, Deadline::NONE, Progress::NONE);
        let call = Call { method, library, payload, blobs, deadline, progress };
        let is_dispatched = world.core.call_with(&engine, call).is_ok();
        let may = match who {
            Who::User => true,
            Who::Token => job.is_none() && names_extension,
            Who::Extension => {
                dispatches && job.is_none_or(|(job, granted)| granted && !job.is_user_only)
            }
            Who::RemovedExtension => false,
        };
        prop_assert_eq!(is_dispatched, may, "{:?} {}", who, wanted);
    }
}
