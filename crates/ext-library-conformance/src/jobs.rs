//! The cases of jobs: claims, attempts, checkpoints, cancellation.

use std::time::Duration;

use ext_services::library::{ClaimedJob, CoreJobLimits, Dispatched, JobEnd, JobSignal, NewJob};
use ext_wire::{
    ErrorBody, ErrorCode,
    ops::jobs::{Job, JobPriority, JobProgress, JobState, MAX_OPEN_JOBS, ProgressReport},
};
use serde_json::json;
use uuid::Uuid;

use crate::world::World;

fn scan() -> NewJob {
    NewJob {
        extension: "worker".into(),
        method: "action:worker.scan.input.v1".into(),
        input: json!({ "box": 1 }),
        key: None,
        version: "1.1.0".into(),
        delay: Duration::ZERO,
        priority: Default::default(),
    }
}

fn add(world: &World<'_>, new: &NewJob) -> Uuid {
    match world.jobs().add_job(new).unwrap() {
        Dispatched::Created(id) => id,
        other => panic!("{other:?}"),
    }
}

fn get(world: &World<'_>, id: Uuid) -> Job {
    world.jobs().job(id).unwrap().expect("a job")
}

fn claim(world: &World<'_>) -> Option<ClaimedJob> {
    world.jobs().claim_job(&[]).unwrap()
}

fn error() -> ErrorBody {
    ErrorBody::new(ErrorCode::Io, "the disk hiccuped")
}

pub(crate) fn a_job_is_stored(world: &World<'_>) {
    let id = add(world, &NewJob { key: Some("a".into()), ..scan() });
    let job = get(world, id);
    assert_eq!((job.id, job.extension.as_str()), (id, "worker"));
    assert_eq!((job.method.as_str(), job.key.as_deref()), (&*scan().method, Some("a")));
    assert_eq!((job.state, job.attempts), (JobState::Waiting, 0));
    assert_eq!((job.progress, job.output, job.error), (None, None, None));
    let again = world.again();
    assert!(again.jobs().unwrap().job(id).unwrap().is_some(), "it is kept");
}

pub(crate) fn jobs_are_listed_newest_first(world: &World<'_>) {
    let first = add(world, &scan());
    let other = add(world, &NewJob { extension: "other".into(), ..scan() });
    let last = add(world, &scan());
    world.jobs().cancel_job(first).unwrap();
    let list = |extension, state, limit| {
        let jobs = world.jobs().list_jobs(extension, state, limit).unwrap();
        jobs.iter().map(|job| job.id).collect::<Vec<_>>()
    };
    assert_eq!(list(None, None, 9), [last, other, first]);
    assert_eq!(list(None, None, 2), [last, other]);
    assert_eq!(list(Some("worker"), None, 9), [last, first]);
    assert_eq!(list(None, Some(JobState::Waiting), 9), [last, other]);
    assert_eq!(list(Some("worker"), Some(JobState::Cancelled), 9), [first]);
    assert!(list(Some("nobody"), None, 9).is_empty());
}

pub(crate) fn call_19_one_key_is_one_job_while_it_is_open(world: &World<'_>) {
    let keyed = |key: &str| NewJob { key: Some(key.into()), ..scan() };
    let first = add(world, &keyed("a:b"));
    let same = || world.jobs().add_job(&keyed("a:b")).unwrap();
    assert_eq!(same(), Dispatched::Existing(first));
    assert_ne!(add(world, &keyed("a")), first);
    add(world, &NewJob { extension: "other".into(), ..keyed("a:b") });
    assert_eq!(claim(world).unwrap().id, first);
    assert_eq!(same(), Dispatched::Existing(first), "it runs");
    world.jobs().end_job(first, &JobEnd::Parked(error())).unwrap();
    assert_eq!(same(), Dispatched::Existing(first), "it is parked");
    world.jobs().cancel_job(first).unwrap();
    assert_ne!(add(world, &keyed("a:b")), first, "it is over, so the key is free");
}

pub(crate) fn the_one_that_waited_longest_is_claimed(world: &World<'_>) {
    let (a, b) = (add(world, &scan()), add(world, &scan()));
    let other = add(world, &NewJob { extension: "other".into(), ..scan() });
    let claimed = claim(world).unwrap();
    let expected = ClaimedJob {
        id: a,
        extension: "worker".into(),
        method: scan().method,
        input: scan().input,
        version: "1.1.0".into(),
        attempt: 1,
        checkpoint: None,
    };
    assert_eq!(claimed, expected);
    assert_eq!((get(world, a).state, get(world, a).attempts), (JobState::Running, 1));
    assert_eq!(world.jobs().claim_job(&["worker"]).unwrap().unwrap().id, other);
    assert!(world.jobs().claim_job(&["worker", "other"]).unwrap().is_none());
    assert_eq!(claim(world).unwrap().id, b);
    assert!(claim(world).is_none(), "a job that runs is not claimed");
}

pub(crate) fn extensions_take_turns_and_a_higher_priority_goes_first(world: &World<'_>) {
    let of = |extension: &str, priority| {
        add(world, &NewJob { extension: extension.into(), priority, ..scan() })
    };
    let many = [(); 3].map(|()| of("many", JobPriority::Normal));
    let one = of("one", JobPriority::Normal);
    let (low, high) = (of("low", JobPriority::Low), of("many", JobPriority::High));
    let claimed: Vec<_> = std::iter::from_fn(|| claim(world)).map(|job| job.id).collect();
    assert_eq!(claimed, [high, one, many[0], many[1], many[2], low]);
}

/// A check of contents, which is an operation of the core.
fn check() -> NewJob {
    NewJob { method: "query:vdfs.check_contents.v1".into(), ..scan() }
}

pub(crate) fn evt_15_jobs_of_the_core_have_limits_of_their_own(world: &World<'_>) {
    let limits = CoreJobLimits { open: 2, per_hour: 3 };
    let dispatch = |new: &NewJob| world.jobs().add_core_job(new, limits).unwrap();
    let Dispatched::Created(first) = dispatch(&check()) else { panic!() };
    dispatch(&check());
    assert_eq!(dispatch(&check()), Dispatched::Full);
    let other = NewJob { extension: "other".into(), ..check() };
    assert!(matches!(dispatch(&other), Dispatched::Created(_)), "each extension by itself");
    add(world, &scan());
    world.jobs().cancel_job(first).unwrap();
    let keyed = NewJob { key: Some("a".into()), ..check() };
    let Dispatched::Created(third) = dispatch(&keyed) else { panic!() };
    world.jobs().cancel_job(third).unwrap();
    let Dispatched::TooOften(again) = dispatch(&check()) else { panic!("it is over, and counts") };
    assert!(again > Duration::from_secs(3500) && again <= Duration::from_secs(3600), "{again:?}");
}

pub(crate) fn evt_15_other_jobs_push_none_of_the_core_out_of_the_count(world: &World<'_>) {
    let limits = CoreJobLimits { open: 2, per_hour: 1 };
    let Dispatched::Created(first) = world.jobs().add_core_job(&check(), limits).unwrap() else {
        panic!()
    };
    world.jobs().cancel_job(first).unwrap();
    for _ in 0..=MAX_OPEN_JOBS + 1 {
        let id = add(world, &scan());
        world.jobs().cancel_job(id).unwrap();
    }
    let again = world.jobs().add_core_job(&check(), limits).unwrap();
    assert!(matches!(again, Dispatched::TooOften(_)), "{again:?}");
}

pub(crate) fn a_delayed_job_waits(world: &World<'_>) {
    assert_eq!(world.jobs().next_job_at().unwrap(), None);
    let late = add(world, &NewJob { delay: Duration::from_secs(3600), ..scan() });
    assert!(claim(world).is_none());
    let job = get(world, late);
    assert_eq!(world.jobs().next_job_at().unwrap(), Some(job.run_at.clone()));
    assert_ne!(job.run_at, job.created_at);
    let soon = add(world, &scan());
    assert_eq!(world.jobs().next_job_at().unwrap(), Some(get(world, soon).run_at));
    assert_eq!(claim(world).unwrap().id, soon);
}

pub(crate) fn a_job_ends(world: &World<'_>) {
    let (done, failed) = (add(world, &scan()), add(world, &scan()));
    while claim(world).is_some() {}
    world.jobs().end_job(done, &JobEnd::Done(json!({ "read": 3 }))).unwrap();
    world.jobs().end_job(failed, &JobEnd::Failed(error())).unwrap();
    let job = get(world, done);
    assert_eq!((job.state, job.output), (JobState::Done, Some(json!({ "read": 3 }))));
    assert_eq!(job.error, None);
    let job = get(world, failed);
    assert_eq!((job.state, job.output), (JobState::Failed, None));
    let failure = job.error.unwrap();
    assert_eq!((failure.code.as_str(), failure.error.as_str()), ("E_IO", "the disk hiccuped"));
    // What is over stays as it is.
    world.jobs().end_job(done, &JobEnd::Failed(error())).unwrap();
    world.jobs().recover_jobs().unwrap();
    assert_eq!(get(world, done).state, JobState::Done);
    assert_eq!(world.jobs().next_job_at().unwrap(), None);
}

pub(crate) fn a_transient_failure_runs_again_later(world: &World<'_>) {
    let id = add(world, &scan());
    claim(world).unwrap();
    world.jobs().end_job(id, &JobEnd::Again(error(), Duration::from_secs(3600))).unwrap();
    let job = get(world, id);
    assert_eq!((job.state, job.attempts), (JobState::Waiting, 1));
    assert!(job.error.is_some() && job.run_at != job.created_at);
    assert!(claim(world).is_none());
    let soon = add(world, &scan());
    claim(world).unwrap();
    world.jobs().end_job(soon, &JobEnd::Again(error(), Duration::ZERO)).unwrap();
    let claimed = claim(world).unwrap();
    assert_eq!((claimed.id, claimed.attempt), (soon, 2));
}

pub(crate) fn a_deferred_job_runs_again_and_has_not_used_up_a_start(world: &World<'_>) {
    let id = add(world, &scan());
    for _ in 0..9 {
        assert_eq!(claim(world).unwrap().attempt, 1);
        world.jobs().end_job(id, &JobEnd::Deferred(error(), Duration::ZERO)).unwrap();
        let job = get(world, id);
        assert_eq!((job.state, job.attempts), (JobState::Waiting, 0));
        assert!(job.error.is_some());
    }
    claim(world).unwrap();
    world.jobs().end_job(id, &JobEnd::Deferred(error(), Duration::from_secs(3600))).unwrap();
    assert!(claim(world).is_none());
}

pub(crate) fn a_parked_job_waits_for_the_next_recovery(world: &World<'_>) {
    let id = add(world, &scan());
    claim(world).unwrap();
    world.jobs().end_job(id, &JobEnd::Parked(error())).unwrap();
    let job = get(world, id);
    assert_eq!((job.state, job.attempts), (JobState::Parked, 0), "it did not run");
    assert!(job.error.is_some());
    assert!(claim(world).is_none());
    world.jobs().recover_jobs().unwrap();
    assert_eq!(claim(world).unwrap().attempt, 1);
}

pub(crate) fn a_job_resumes_at_its_checkpoint(world: &World<'_>) {
    let id = add(world, &scan());
    claim(world).unwrap();
    let progress = ProgressReport { done: 3, total: Some(9), message: Some("reads".into()) };
    let kept = JobProgress { done: 3, total: Some(9), message: Some("reads".into()) };
    let checkpoint = json!({ "uid": 42 });
    let keep =
        |checkpoint, progress| world.jobs().checkpoint_job(id, checkpoint, progress).unwrap();
    assert_eq!(keep(Some(&checkpoint), None), Some(JobSignal::Continue));
    assert_eq!(keep(None, Some(&progress)), Some(JobSignal::Continue));
    // The program ends here, and the job with it.
    let again = world.again();
    let jobs = again.jobs().unwrap();
    let job = jobs.job(id).unwrap().unwrap();
    assert_eq!((job.state, job.progress), (JobState::Running, Some(kept)));
    assert!(jobs.claim_job(&[]).unwrap().is_none());
    jobs.recover_jobs().unwrap();
    assert_eq!(jobs.job(id).unwrap().unwrap().state, JobState::Waiting);
    let claimed = jobs.claim_job(&[]).unwrap().unwrap();
    assert_eq!((claimed.attempt, claimed.checkpoint), (2, Some(checkpoint)));
    assert_eq!(claimed.input, scan().input);
}

pub(crate) fn a_job_with_a_new_checkpoint_has_its_attempts_anew(world: &World<'_>) {
    let id = add(world, &scan());
    let begin_and_die = |at: u32| {
        claim(world).unwrap();
        world.jobs().checkpoint_job(id, Some(&json!({ "uid": at })), None).unwrap();
        world.jobs().recover_jobs().unwrap();
        get(world, id).attempts
    };
    assert_eq!((0..5).map(begin_and_die).collect::<Vec<_>>(), [1; 5]);
    assert_eq!((begin_and_die(4), begin_and_die(4)), (2, 3), "it stands still");
    assert_eq!(begin_and_die(5), 1);
}

pub(crate) fn a_waiting_job_is_cancelled_at_once(world: &World<'_>) {
    let id = add(world, &NewJob { delay: Duration::from_secs(3600), ..scan() });
    assert!(world.jobs().cancel_job(id).unwrap());
    assert_eq!(get(world, id).state, JobState::Cancelled);
    assert!(!world.jobs().cancel_job(id).unwrap(), "it is over");
    assert_eq!(world.jobs().next_job_at().unwrap(), None);
    let parked = add(world, &scan());
    claim(world).unwrap();
    world.jobs().end_job(parked, &JobEnd::Parked(error())).unwrap();
    assert!(world.jobs().cancel_job(parked).unwrap());
    world.jobs().recover_jobs().unwrap();
    assert_eq!(get(world, parked).state, JobState::Cancelled);
}

pub(crate) fn a_running_job_that_is_cancelled_learns_of_it_and_ends_so(world: &World<'_>) {
    let [fails, ends, dies] = [(); 3].map(|()| add(world, &scan()));
    while claim(world).is_some() {}
    for id in [fails, ends, dies] {
        assert!(world.jobs().cancel_job(id).unwrap());
        assert_eq!(get(world, id).state, JobState::Running);
        let signal = world.jobs().checkpoint_job(id, None, None).unwrap();
        assert_eq!(signal, Some(JobSignal::Cancel));
    }
    world.jobs().end_job(fails, &JobEnd::Again(error(), Duration::ZERO)).unwrap();
    world.jobs().end_job(ends, &JobEnd::Done(json!(null))).unwrap();
    assert_eq!(get(world, fails).state, JobState::Cancelled);
    assert_eq!(get(world, ends).state, JobState::Done, "it was done before it looked");
    world.jobs().recover_jobs().unwrap();
    assert_eq!(get(world, dies).state, JobState::Cancelled);
    assert_eq!(world.jobs().checkpoint_job(dies, None, None).unwrap(), None, "it does not run");
}

pub(crate) fn unknown_jobs_are_not_there(world: &World<'_>) {
    let nobody = Uuid::from_u128(7);
    assert_eq!(world.jobs().job(nobody).unwrap(), None);
    assert!(!world.jobs().cancel_job(nobody).unwrap());
    assert_eq!(world.jobs().checkpoint_job(nobody, None, None).unwrap(), None);
    world.jobs().end_job(nobody, &JobEnd::Done(json!(1))).unwrap();
    assert!(world.jobs().list_jobs(None, None, 9).unwrap().is_empty());
}

pub(crate) fn evt_15_the_number_of_open_jobs_has_a_bound(world: &World<'_>) {
    let ids: Vec<Uuid> = (0..MAX_OPEN_JOBS).map(|_| add(world, &scan())).collect();
    assert_eq!(world.jobs().add_job(&scan()).unwrap(), Dispatched::Full);
    add(world, &NewJob { extension: "other".into(), ..scan() });
    world.jobs().cancel_job(ids[0]).unwrap();
    add(world, &scan());
}
