//! Jobs: operations of extensions that run later.
//!
//! A job is a row in its library; a runner claims one after the other, checks anew whether its
//! extension may still run it, and calls the operation. A job that ran when the program ended runs
//! again, with its last checkpoint.

use std::{
    borrow::Cow,
    collections::BTreeMap,
    sync::{
        Arc,
        mpsc::{Receiver, RecvTimeoutError, Sender, channel},
    },
    thread,
    time::Duration,
};

use ext_manager::{CallError, JobCall, JobCallError};
use ext_services::library::{ClaimedJob, JobEnd, Jobs};
use ext_wire::{
    ErrorBody, ErrorCode,
    ops::jobs::{CoreJob, JobContext, JobProgress, MAX_JOB_JSON_BYTES},
};
use semver::Version;
use serde_json::Value;
use uuid::Uuid;

use super::{
    core_jobs,
    open::OpenLibrary,
    report::{JobReport, WorkProgress},
    retry,
};
use crate::error::CoreError;

/// Name of the file that the one that runs the jobs of a library holds.
const LOCK: &str = "jobs.lock";
/// Number of jobs of all extensions that run at the same time.
const MAX_RUNNING: usize = 16;
/// Number of starts from the same checkpoint for a job that fails in a way that may pass, or that the
/// program ended in.
const MAX_ATTEMPTS: u32 = 5;
/// Pause between two looks at the progress of jobs.
const POLL_INTERVAL: Duration = Duration::from_millis(500);
/// Back-off before the second start; it doubles with each.
const FIRST_BACK_OFF: Duration = Duration::from_secs(1);

/// Treatment of jobs that are parked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParkedJobs {
    /// They are tried again.
    Try,
    /// They stay: nothing that they wait for has changed.
    Leave,
}

/// Runs the jobs of a library that may run now, and those that they dispatch, until none is left.
pub(crate) fn run(
    library: &OpenLibrary<'_>,
    parked: ParkedJobs,
    progress: &mut dyn FnMut(WorkProgress<'_>),
) -> Result<JobReport, CoreError> {
    let waiting = || progress(WorkProgress::WaitingToRunJobs);
    let Some(_lock) = library.lock(LOCK, waiting)? else { return Ok(JobReport::default()) };
    match parked {
        ParkedJobs::Try => library.store.recover_jobs()?,
        ParkedJobs::Leave => library.store.recover_running_jobs()?,
    }
    let mut runner = Runner::new(library);
    thread::scope(|scope| runner.run(scope, progress))?;
    let next_at = library.store.next_job_at()?;
    Ok(JobReport { next_at, ..runner.report })
}

/// A run that ended.
struct Ended {
    job: ClaimedJob,
    end: JobEnd,
}

struct Runner<'a> {
    library: &'a OpenLibrary<'a>,
    /// Number of jobs that run, by extension.
    running: BTreeMap<String, u32>,
    /// Last known progress of the jobs that run.
    progress: BTreeMap<Uuid, Option<JobProgress>>,
    report: JobReport,
    ends: (Sender<Ended>, Receiver<Ended>),
}

impl<'a> Runner<'a> {
    fn new(library: &'a OpenLibrary<'a>) -> Self {
        let (running, progress, report) = Default::default();
        Self { library, running, progress, report, ends: channel() }
    }

    fn run<'scope>(
        &mut self,
        scope: &'scope thread::Scope<'scope, 'a>,
        progress: &mut dyn FnMut(WorkProgress<'_>),
    ) -> Result<(), CoreError>
    where
        'a: 'scope,
    {
        loop {
            self.start_all(scope, progress)?;
            if self.running.is_empty() {
                return Ok(());
            }
            // A sender lives in here, so that this ends only with a run.
            match self.ends.1.recv_timeout(POLL_INTERVAL) {
                Ok(ended) => self.finish(ended, progress)?,
                Err(RecvTimeoutError::Timeout) => self.report_progress(progress)?,
                Err(RecvTimeoutError::Disconnected) => return Ok(()),
            }
        }
    }

    /// Reports the jobs that made progress.
    fn report_progress(
        &mut self,
        report: &mut dyn FnMut(WorkProgress<'_>),
    ) -> Result<(), CoreError> {
        for (&id, last) in &mut self.progress {
            let now = self.library.store.job(id)?.and_then(|job| job.progress);
            if let Some(progress) = now.filter(|now| last.as_ref() != Some(now)) {
                report(WorkProgress::JobProgress { id, progress: Cow::Borrowed(&progress) });
                *last = Some(progress);
            }
        }
        Ok(())
    }

    /// Starts all jobs that may run and have room.
    fn start_all<'scope>(
        &mut self,
        scope: &'scope thread::Scope<'scope, 'a>,
        progress: &mut dyn FnMut(WorkProgress<'_>),
    ) -> Result<(), CoreError>
    where
        'a: 'scope,
    {
        while self.running.values().sum::<u32>() < MAX_RUNNING as u32 && !self.library.is_stopped()
        {
            let full = self.full();
            let full: Vec<&str> = full.iter().map(String::as_str).collect();
            let Some(job) = self.library.store.claim_job(&full)? else { return Ok(()) };
            progress(WorkProgress::JobStarted { id: job.id, method: job.method.as_str().into() });
            *self.running.entry(job.extension.clone()).or_default() += 1;
            self.progress.insert(job.id, None);
            self.start(scope, job);
        }
        Ok(())
    }

    fn start<'scope>(&self, scope: &'scope thread::Scope<'scope, 'a>, job: ClaimedJob)
    where
        'a: 'scope,
    {
        let (library, ends) = (self.library, self.ends.0.clone());
        let run = move || {
            let end = run_one(library, &job);
            // The runner waits for every run, so somebody listens.
            let _ = ends.send(Ended { job, end });
        };
        scope.spawn(run);
    }

    /// Lists the extensions that run as many jobs as they may.
    fn full(&self) -> Vec<String> {
        let may = |id: &str| {
            let manifest = self.library.system.installed.manifest(id);
            manifest.map_or(1, |m| m.permissions().rate_limits().concurrent_jobs().get())
        };
        let full = self.running.iter().filter(|(id, running)| **running >= may(id));
        full.map(|(id, _)| id.clone()).collect()
    }

    fn finish(
        &mut self,
        Ended { job, end }: Ended,
        progress: &mut dyn FnMut(WorkProgress<'_>),
    ) -> Result<(), CoreError> {
        self.library.store.end_job(job.id, &end)?;
        self.progress.remove(&job.id);
        if let Some(running) = self.running.get_mut(&job.extension) {
            *running -= 1;
        }
        self.running.retain(|_, running| *running > 0);
        let (count, error) = match end {
            JobEnd::Done(_) => (&mut self.report.done, None),
            JobEnd::Failed(error) => (&mut self.report.failed, Some(error)),
            JobEnd::Again(error, _) | JobEnd::Deferred(error, _) => {
                (&mut self.report.again, Some(error))
            }
            JobEnd::Parked(error) => (&mut self.report.parked, Some(error)),
        };
        *count += 1;
        progress(WorkProgress::JobEnded { id: job.id, error: error.as_ref().map(Cow::Borrowed) });
        Ok(())
    }
}

/// Checks a job and runs it.
fn run_one(library: &OpenLibrary<'_>, job: &ClaimedJob) -> JobEnd {
    if job.attempt > MAX_ATTEMPTS {
        let message = format!("it was started {MAX_ATTEMPTS} times and never ended");
        return JobEnd::Failed(ErrorBody::new(ErrorCode::Stopped, message));
    }
    if CoreJob::find(&job.method).is_some() {
        return core_jobs::run(library, job);
    }
    if let Err(error) = may_run(library, job) {
        return JobEnd::Parked(error);
    }
    let context =
        JobContext { id: job.id, attempt: job.attempt, checkpoint: job.checkpoint.clone() };
    let input = job.input.to_string().into();
    let stop = Arc::clone(&library.stop);
    let call = JobCall { method: &job.method, library: library.id, input, context, stop };
    match library.system.manager.run_job(&job.extension, call) {
        // It was asked to stop at a checkpoint, from which it goes on.
        Err(JobCallError::Refused(error)) if is_stop(library, &error) => {
            JobEnd::Deferred(error.into(), Duration::ZERO)
        }
        Err(JobCallError::Refused(error)) => end_of_refusal(error.into()),
        Err(JobCallError::Failed(error)) => end_of_failure(attempts(library, job), error.into()),
        Ok(reply) => end_of_reply(reply),
    }
}

/// Tells whether a job ended because the run of jobs is to end.
fn is_stop(library: &OpenLibrary<'_>, error: &CallError) -> bool {
    library.is_stopped() && error.code() == ErrorCode::Stopped
}

pub(super) fn end_of_reply(reply: Vec<u8>) -> JobEnd {
    match read_output(reply) {
        Ok(output) => JobEnd::Done(output),
        Err(error) => JobEnd::Failed(error),
    }
}

/// Checks that the extension that made the job is installed in that version or a newer one, and still
/// declares its operation. Whether the extension may have jobs in this library at all is
/// asked when the operation is called.
fn may_run(library: &OpenLibrary<'_>, job: &ClaimedJob) -> Result<(), ErrorBody> {
    let manifest = library.system.installed.manifest(&job.extension)?;
    let mut operations = manifest.operations().iter();
    let Some(operation) = operations.find(|operation| operation.method() == job.method) else {
        let message = format!("the extension does not declare `{}` any more", job.method);
        return Err(ErrorBody::new(ErrorCode::AbiExport, message));
    };
    if operation.is_kept_nowhere() {
        let message = format!(
            "`{}` takes secrets or answers a view now, and is not run as a job",
            job.method
        );
        return Err(ErrorBody::new(ErrorCode::DeniedArg, message));
    }
    let made_by: Option<Version> = job.version.parse().ok();
    if made_by.is_none_or(|made_by| *manifest.version() < made_by) {
        let message = format!(
            "version {} made it, and version {} is installed, which is older",
            job.version,
            manifest.version()
        );
        return Err(ErrorBody::new(ErrorCode::Schema, message));
    }
    Ok(library.system.ensure_loaded(&job.extension)?)
}

fn read_output(reply: Vec<u8>) -> Result<Value, ErrorBody> {
    let plain = ext_wire::body::to_plain(reply.into())?;
    if plain.len() > MAX_JOB_JSON_BYTES {
        let message = format!(
            "the output of the job has {} bytes, the limit is {MAX_JOB_JSON_BYTES}",
            plain.len()
        );
        return Err(ErrorBody::new(ErrorCode::AbiTooLarge, message));
    }
    serde_json::from_slice(&plain).map_err(|error| ErrorBody::new(ErrorCode::BadJson, error))
}

/// Returns how often the job was started since its last checkpoint.
pub(super) fn attempts(library: &OpenLibrary<'_>, job: &ClaimedJob) -> u32 {
    library.store.job(job.id).ok().flatten().map_or(job.attempt, |now| now.attempts)
}

/// Decides between a retry and the next run of jobs. The operation was not called, so that this is
/// never the end of the job, and no attempt.
pub(super) fn end_of_refusal(error: ErrorBody) -> JobEnd {
    if retry::is_busy(error.code) {
        let pause = FIRST_BACK_OFF.max(asked_pause(&error));
        return JobEnd::Deferred(error, pause);
    }
    JobEnd::Parked(error)
}

fn asked_pause(error: &ErrorBody) -> Duration {
    Duration::from_millis(error.retry_after_ms.unwrap_or_default())
}

/// Decides between a retry and the end of the job.
pub(super) fn end_of_failure(attempts: u32, error: ErrorBody) -> JobEnd {
    if attempts < MAX_ATTEMPTS && is_retryable(error.code) {
        let back_off = FIRST_BACK_OFF * 2u32.saturating_pow(attempts.saturating_sub(1));
        let back_off = back_off.max(asked_pause(&error));
        return JobEnd::Again(error, back_off);
    }
    JobEnd::Failed(error)
}

/// Returns whether the same job may succeed another time.
const fn is_retryable(code: ErrorCode) -> bool {
    retry::may_pass(code) || retry::is_fault(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_never_the_end_of_a_job_and_no_attempt() {
        let busy = ErrorBody::new(ErrorCode::Busy, "the queue is full").with_retry_after_ms(3000);
        let JobEnd::Deferred(_, pause) = end_of_refusal(busy) else { panic!("it counts") };
        assert_eq!(pause, Duration::from_secs(3));
        let denied = ErrorBody::new(ErrorCode::DeniedMethod, "not allowed");
        assert!(matches!(end_of_refusal(denied), JobEnd::Parked(_)));
    }

    #[test]
    fn a_failure_that_may_pass_is_retried_until_its_attempts_are_used_up() {
        let failure = || ErrorBody::new(ErrorCode::Net, "connection reset");
        assert!(matches!(end_of_failure(4, failure()), JobEnd::Again(..)));
        assert!(matches!(end_of_failure(5, failure()), JobEnd::Failed(_)));
    }
}
