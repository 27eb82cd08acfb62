//! Running the jobs of a library.

use std::{
    collections::BTreeMap,
    path::Path,
    sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel},
    thread,
    time::Duration,
};

use ext_fs::Lock;
use ext_library_sqlite::SqliteLibrary;
use ext_manager::{JobCall, JobCallError};
use ext_services::library::{ClaimedJob, JobEnd, Jobs};
use ext_wire::{
    ErrorBody, ErrorCode,
    ops::jobs::{JobContext, JobProgress, MAX_JOB_JSON_BYTES},
};
use semver::Version;
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use crate::{Core, CoreError};

/// Name of the file that the one that runs the jobs of a library holds.
const LOCK: &str = "jobs.lock";
/// Jobs of all extensions that run at the same time.
const MAX_RUNNING: usize = 16;
/// How often a job is started from the same checkpoint that fails in a way that may pass, or that the
/// program ended in.
const MAX_ATTEMPTS: u32 = 5;
/// How often it is looked how far jobs are.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// The pause before the second start; it doubles with each.
const FIRST_PAUSE: Duration = Duration::from_secs(1);

/// What became of the jobs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct JobReport {
    /// Jobs that ended well.
    pub done: u64,
    /// Jobs that ended with an error.
    pub failed: u64,
    /// Jobs that will be tried again.
    pub again: u64,
    /// Jobs that may not run now.
    pub parked: u64,
    /// When the next job that waits may run, RFC 3339, UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_at: Option<String>,
}

/// A job that starts or ended, as it is shown.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum JobRun {
    /// Another program runs the jobs of this library; this one waits.
    Waiting,
    /// It runs from now on.
    Started {
        /// The job.
        id: Uuid,
        /// Its operation.
        method: String,
    },
    /// It told how far it is.
    Progress {
        /// The job.
        id: Uuid,
        /// How far.
        progress: JobProgress,
    },
    /// It ended; why, when not well.
    Ended {
        /// The job.
        id: Uuid,
        /// What went wrong.
        error: Option<ErrorBody>,
    },
}

impl Core {
    /// Runs the jobs of a library that may run now, and those that they make, until none is left;
    /// jobs that wait for a later time stay. Up to `concurrent_jobs` of an extension (its
    /// manifest's) run at the same time. One program at a time runs the jobs of a library.
    ///
    /// # Errors
    /// When the library itself fails; what a job fails on is in the job.
    pub fn run_jobs(
        &self,
        library: Uuid,
        progress: &mut dyn FnMut(JobRun),
    ) -> Result<JobReport, CoreError> {
        let store = self.libraries().open(library)?;
        let folder = store.info()?.path;
        let _lock =
            Lock::acquire_or_wait(&Path::new(&folder).join(LOCK), || progress(JobRun::Waiting))?;
        store.recover_jobs()?;
        let mut runner = Runner::new(self, &store, library);
        thread::scope(|scope| runner.run(scope, progress))?;
        let next_at = store.next_job_at()?;
        Ok(JobReport { next_at, ..runner.report })
    }
}

/// A run that ended.
struct Ended {
    job: ClaimedJob,
    end: JobEnd,
}

struct Runner<'a> {
    core: &'a Core,
    store: &'a SqliteLibrary,
    library: Uuid,
    /// How many jobs of each extension run.
    running: BTreeMap<String, u32>,
    /// The jobs that run, and how far each was when it was looked last.
    progress: BTreeMap<Uuid, Option<JobProgress>>,
    report: JobReport,
    ends: (Sender<Ended>, Receiver<Ended>),
}

impl<'a> Runner<'a> {
    fn new(core: &'a Core, store: &'a SqliteLibrary, library: Uuid) -> Self {
        let (running, progress, report) = Default::default();
        Self { core, store, library, running, progress, report, ends: channel() }
    }

    fn run<'scope>(
        &mut self,
        scope: &'scope thread::Scope<'scope, 'a>,
        progress: &mut dyn FnMut(JobRun),
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
            match self.ends.1.recv_timeout(LOOK_EVERY) {
                Ok(ended) => self.finish(ended, progress)?,
                Err(RecvTimeoutError::Timeout) => self.look(progress)?,
                Err(RecvTimeoutError::Disconnected) => return Ok(()),
            }
        }
    }

    /// Tells of the jobs that got on.
    fn look(&mut self, tell: &mut dyn FnMut(JobRun)) -> Result<(), CoreError> {
        for (&id, last) in &mut self.progress {
            let now = self.store.job(id)?.and_then(|job| job.progress);
            if let Some(progress) = now.filter(|now| last.as_ref() != Some(now)) {
                *last = Some(progress.clone());
                tell(JobRun::Progress { id, progress });
            }
        }
        Ok(())
    }

    /// Starts all jobs that may run and have room.
    fn start_all<'scope>(
        &mut self,
        scope: &'scope thread::Scope<'scope, 'a>,
        progress: &mut dyn FnMut(JobRun),
    ) -> Result<(), CoreError>
    where
        'a: 'scope,
    {
        while self.running.values().sum::<u32>() < MAX_RUNNING as u32 {
            let full = self.full();
            let full: Vec<&str> = full.iter().map(String::as_str).collect();
            let Some(job) = self.store.claim_job(&full)? else { return Ok(()) };
            progress(JobRun::Started { id: job.id, method: job.method.clone() });
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
        let (core, library, ends) = (self.core, self.library, self.ends.0.clone());
        let run = move || {
            let end = run_one(core, library, &job);
            // The runner waits for every run, so somebody listens.
            let _ = ends.send(Ended { job, end });
        };
        scope.spawn(run);
    }

    /// The extensions that run as many jobs as they may.
    fn full(&self) -> Vec<String> {
        let may = |id: &str| {
            let manifest = self.core.installed().manifest(id);
            manifest.map_or(1, |m| m.permissions().rate_limits().concurrent_jobs().get())
        };
        let full = self.running.iter().filter(|(id, running)| **running >= may(id));
        full.map(|(id, _)| id.clone()).collect()
    }

    fn finish(
        &mut self,
        Ended { job, end }: Ended,
        progress: &mut dyn FnMut(JobRun),
    ) -> Result<(), CoreError> {
        self.store.end_job(job.id, &end)?;
        self.progress.remove(&job.id);
        if let Some(running) = self.running.get_mut(&job.extension) {
            *running -= 1;
        }
        self.running.retain(|_, running| *running > 0);
        let (count, error) = match end {
            JobEnd::Done(_) => (&mut self.report.done, None),
            JobEnd::Failed(error) => (&mut self.report.failed, Some(error)),
            JobEnd::Again(error, _) => (&mut self.report.again, Some(error)),
            JobEnd::Parked(error) => (&mut self.report.parked, Some(error)),
        };
        *count += 1;
        progress(JobRun::Ended { id: job.id, error });
        Ok(())
    }
}

/// Checks a job and runs it.
fn run_one(core: &Core, library: Uuid, job: &ClaimedJob) -> JobEnd {
    if job.attempt > MAX_ATTEMPTS {
        let message = format!("it was started {MAX_ATTEMPTS} times and never ended");
        return JobEnd::Failed(ErrorBody::new(ErrorCode::Stopped, message));
    }
    if let Err(error) = may_run(core, job) {
        return JobEnd::Parked(error);
    }
    let context =
        JobContext { id: job.id, attempt: job.attempt, checkpoint: job.checkpoint.clone() };
    let input = job.input.to_string().into();
    let call = JobCall { method: &job.method, library, input, context };
    match core.manager().run_job(&job.extension, call) {
        Err(JobCallError::Refused(error)) if !may_pass(error.code()) => {
            JobEnd::Parked(error.into())
        }
        Err(JobCallError::Refused(error) | JobCallError::Failed(error)) => {
            judge(attempts(core, library, job), error.into())
        }
        Ok(reply) => match read_output(reply) {
            Ok(output) => JobEnd::Done(output),
            Err(error) => JobEnd::Failed(error),
        },
    }
}

/// A job runs for the extension that made it, in that version or a newer one, and only while the
/// manifest declares its operation. Whether the extension may have jobs in this library at all is
/// asked when the operation is called.
fn may_run(core: &Core, job: &ClaimedJob) -> Result<(), ErrorBody> {
    let manifest = core.installed().manifest(&job.extension)?;
    if !manifest.operations().iter().any(|operation| operation.method() == job.method) {
        let message = format!("the extension does not declare `{}` any more", job.method);
        return Err(ErrorBody::new(ErrorCode::AbiExport, message));
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
    Ok(core.ensure_loaded(&job.extension)?)
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

/// How often the job was started since it got on.
fn attempts(core: &Core, library: Uuid, job: &ClaimedJob) -> u32 {
    let now = core.libraries().open(library).and_then(|store| store.job(job.id));
    now.ok().flatten().map_or(job.attempt, |now| now.attempts)
}

/// What a failure means for the job.
fn judge(attempts: u32, error: ErrorBody) -> JobEnd {
    if attempts < MAX_ATTEMPTS && may_pass(error.code) {
        let pause = FIRST_PAUSE * 2u32.saturating_pow(attempts.saturating_sub(1));
        let pause = pause.max(Duration::from_millis(error.retry_after_ms.unwrap_or_default()));
        return JobEnd::Again(error, pause);
    }
    JobEnd::Failed(error)
}

/// Whether the same job may end well another time.
const fn may_pass(code: ErrorCode) -> bool {
    matches!(
        code,
        ErrorCode::Busy
            | ErrorCode::Rate
            | ErrorCode::Trap
            | ErrorCode::Cpu
            | ErrorCode::Deadline
            | ErrorCode::Memory
            | ErrorCode::Io
            | ErrorCode::Internal
            | ErrorCode::Net
            | ErrorCode::NetDns
            | ErrorCode::NetTimeout
    )
}
