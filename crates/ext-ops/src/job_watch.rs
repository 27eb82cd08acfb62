//! Work of a service within a job: its steps are the progress of the job, which may end it.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use ext_registry::{Context, OpError};
use ext_services::{job_steps::JobSteps, work::WorkRun};
use ext_wire::{
    ErrorBody,
    ops::{jobs::ProgressReport, work::WorkProgress},
};
use parking_lot::Mutex;
use serde_json::json;

/// Time between two writes of the progress.
const INTERVAL: Duration = Duration::from_millis(500);

/// Runs work of a service for a call, within the job that the call is of, if it is of one.
pub(crate) fn run<T>(
    context: Context<'_>,
    work: impl FnOnce(&WorkRun<'_>) -> Result<T, ErrorBody>,
) -> Result<T, OpError> {
    let library = context.library()?;
    let Some(job) = context.find_service::<dyn JobSteps>() else {
        let progress = &|step: WorkProgress<'_>| context.progress().tell(step);
        let stop = context.deadline().stop_flag();
        return Ok(work(&WorkRun { library, stop, job: None, progress })?);
    };
    let watch = JobWatch { job: &**job, stop: Arc::default(), state: Mutex::default() };
    // The paths of entries are for whoever may see them all.
    let shows_paths = context.extension().is_none();
    let progress = &|step: WorkProgress<'_>| watch.on_step(&step, shows_paths);
    let (stop, job) = (Some(Arc::clone(&watch.stop)), Some(job.id()));
    let output = work(&WorkRun { library, stop, job, progress });
    match watch.state.into_inner().ended {
        Some(why) => Err(why.into()),
        None => Ok(output?),
    }
}

/// A job, and the flag by which it ends the work.
struct JobWatch<'a> {
    job: &'a dyn JobSteps,
    stop: Arc<AtomicBool>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    kept_at: Option<Instant>,
    /// The reason why the work must end.
    ended: Option<ErrorBody>,
}

impl JobWatch<'_> {
    fn on_step(&self, step: &WorkProgress<'_>, shows_paths: bool) {
        let mut state = self.state.lock();
        if state.ended.is_some() {
            return;
        }
        let mut result = self.job.ensure_may_go_on();
        if result.is_ok() && state.kept_at.is_none_or(|at| at.elapsed() >= INTERVAL) {
            state.kept_at = Some(Instant::now());
            result = report(step, shows_paths).map_or(Ok(()), |report| self.keep(&report));
        }
        if let Err(why) = result {
            state.ended = Some(why);
            self.stop.store(true, Ordering::Relaxed);
        }
    }

    /// Keeps the progress. The work finds by itself where it stands, so that the checkpoint only tells
    /// that it gets on.
    fn keep(&self, report: &ProgressReport) -> Result<(), ErrorBody> {
        self.job.keep(&json!({ "done": report.done }), report)
    }
}

fn report(step: &WorkProgress<'_>, shows_paths: bool) -> Option<ProgressReport> {
    let (done, total, path) = match step {
        WorkProgress::Reading { done, total, path, .. }
        | WorkProgress::Indexing { done, total, path } => (*done, *total, Some(path)),
        WorkProgress::Checking { done, total }
        | WorkProgress::Copying { done, total }
        | WorkProgress::Embedding { done, total } => (*done, *total, None),
        _ => return None,
    };
    let message = path.filter(|_| shows_paths).map(|path| path.chars().take(200).collect());
    Some(ProgressReport { done, total: Some(total), message })
}

#[cfg(test)]
mod tests {
    use ext_wire::ErrorCode;
    use serde_json::Value;
    use uuid::Uuid;

    use super::*;

    /// A job that goes on for some steps.
    struct Fake {
        steps: Mutex<u32>,
        kept: Mutex<Vec<ProgressReport>>,
        is_cancelled: bool,
    }

    impl JobSteps for Fake {
        fn id(&self) -> Uuid {
            Uuid::nil()
        }

        fn checkpoint(&self) -> Option<Value> {
            None
        }

        fn ensure_may_go_on(&self) -> Result<(), ErrorBody> {
            let mut steps = self.steps.lock();
            let Some(left) = steps.checked_sub(1) else {
                return Err(ErrorBody::new(ErrorCode::DeniedMethod, "revoked"));
            };
            *steps = left;
            Ok(())
        }

        fn keep(&self, _: &Value, progress: &ProgressReport) -> Result<(), ErrorBody> {
            self.kept.lock().push(progress.clone());
            match self.is_cancelled {
                true => Err(ErrorBody::new(ErrorCode::Stopped, "cancelled")),
                false => Ok(()),
            }
        }
    }

    fn ended(steps: u32, is_cancelled: bool) -> (Option<ErrorCode>, usize) {
        let job = Fake { steps: Mutex::new(steps), kept: Mutex::default(), is_cancelled };
        let watch = JobWatch { job: &job, stop: Arc::default(), state: Mutex::default() };
        for done in 0..3 {
            let path = "private/a.txt".into();
            watch.on_step(&WorkProgress::Reading { done, total: 3, added: done, path }, false);
        }
        let ended = watch.state.into_inner().ended.map(|why| why.code);
        assert_eq!(watch.stop.load(Ordering::Relaxed), ended.is_some());
        let kept = job.kept.into_inner();
        assert!(kept.iter().all(|report| report.message.is_none() && report.total == Some(3)));
        (ended, kept.len())
    }

    #[test]
    fn work_ends_when_its_job_does_and_keeps_its_progress_now_and_then() {
        assert_eq!(ended(3, false), (None, 1));
        assert_eq!(ended(2, false), (Some(ErrorCode::DeniedMethod), 1));
        assert_eq!(ended(3, true), (Some(ErrorCode::Stopped), 1));
    }
}
