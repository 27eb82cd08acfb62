//! The jobs of a library, for the caller: an extension sees and touches its own jobs only, the user
//! all.

use std::time::Duration;

use ext_abi::limits::MAX_METHOD_BYTES;
use ext_perm::Target;
use ext_registry::{Context, OpError, unknown_method};
use ext_services::{
    extensions::{ExtensionDirectory, Offer},
    library::{CoreJobLimits, Dispatched, JobSignal, Jobs, NewJob},
};
use ext_wire::{
    ErrorBody, ErrorCode, Method, ops,
    ops::jobs::{
        CORE, CancelOutput, CheckpointInput, CheckpointOutput, CoreJob, DispatchInput,
        DispatchOutput, Job, ListJobsInput, ListJobsOutput, MAX_DELAY_MS, MAX_JOB_JSON_BYTES,
        MAX_KEY_BYTES, MAX_OPEN_JOBS,
    },
};
use uuid::Uuid;

use crate::{
    authorized_library::AuthorizedLibrary,
    libraries::{error, open},
};

/// Time to wait before a retry when there is no room for one more job, in milliseconds.
const RETRY_FULL_MS: u64 = 60_000;
/// Most jobs in one answer.
const MAX_PAGE: u32 = 1000;
const DEFAULT_PAGE: u32 = 100;

/// The extension in whose name a job runs, its version, and its limits, where it has some.
struct Runner {
    extension: String,
    version: String,
    limits: Option<CoreJobLimits>,
}

/// The jobs of a library, as far as the caller may see them.
pub(crate) struct CallerJobs<'a> {
    context: Context<'a>,
    library: AuthorizedLibrary<'a>,
}

impl<'a> CallerJobs<'a> {
    pub(crate) fn of(context: Context<'a>) -> Result<Self, OpError> {
        Ok(Self { context, library: open(context)? })
    }

    pub(crate) fn dispatch(&self, input: DispatchInput) -> Result<DispatchOutput, OpError> {
        let jobs = self.jobs()?;
        let Runner { extension, version, limits } = self.runner_of(&input.method)?;
        let new = new_job(&extension, version, input)?;
        let added = match limits {
            Some(limits) => jobs.add_core_job(&new, limits),
            None => jobs.add_job(&new),
        };
        match added.map_err(error)? {
            Dispatched::Created(job_id) => Ok(DispatchOutput { job_id, created: true }),
            Dispatched::Existing(job_id) => Ok(DispatchOutput { job_id, created: false }),
            Dispatched::Full => Err(full(&extension, limits)),
            Dispatched::TooOften(again_in) => Err(too_often(&extension, limits, again_in)),
        }
    }

    /// Returns the extension in whose name a job runs.
    fn runner_of(&self, method: &str) -> Result<Runner, OpError> {
        let caller = self.context.extension();
        if let Some(job) = CoreJob::find(method) {
            self.ensure_may_leave(job)?;
            let Some(id) = caller else {
                let (version, limits) = Default::default();
                return Ok(Runner { extension: CORE.to_owned(), version, limits });
            };
            let Offer { version, core_jobs, .. } = self.offer(id)?;
            return Ok(Runner { extension: id.to_owned(), version, limits: Some(core_jobs) });
        }
        let extension = extension_of(caller, method)?;
        if caller.is_none() && !self.may_call(method)? {
            let message = format!("`{method}` is done later only for whoever may call it");
            return Err(refuse(ErrorCode::DeniedMethod, message));
        }
        let offer = self.offer(&extension)?;
        ensure_declared(&offer, method)?;
        offer.ensure_keepable(method)?;
        ensure_has_jobs(&offer, &extension)?;
        Ok(Runner { extension, version: offer.version, limits: None })
    }

    fn offer(&self, extension: &str) -> Result<Offer, OpError> {
        Ok(self.context.service::<dyn ExtensionDirectory>()?.offer(extension)?)
    }

    /// Checks that the caller may call an operation of the core, and have that done later: a job of
    /// whoever has a token would run with the rights of the user.
    fn ensure_may_leave(&self, CoreJob { method, is_user_only }: CoreJob) -> Result<(), OpError> {
        let denied = |why: &str| {
            let message = format!("`{method}` {why}");
            Err(refuse(ErrorCode::DeniedMethod, message))
        };
        if self.context.is_delegated() {
            return denied("is not done later for a token, with the rights of the user: call it");
        }
        if is_user_only && self.context.extension().is_some() {
            return denied("is for the user only");
        }
        if self.may_call(method)? {
            return Ok(());
        }
        denied("is not allowed to the extension: its manifest and the user's grants say what is")
    }

    /// Returns whether the caller may call the method now: a job runs with the rights of its extension,
    /// whoever had it made.
    fn may_call(&self, method: &str) -> Result<bool, OpError> {
        self.context.may_also(Method::parse(method)?, Target::Unknown)
    }

    pub(crate) fn status(&self, id: Uuid) -> Result<Job, OpError> {
        let job = self.jobs()?.job(id).map_err(error)?;
        let caller = self.context.extension();
        // An extension is not told of the jobs of others.
        let own = |job: &Job| caller.is_none_or(|caller| caller == job.extension);
        let none = || refuse(ErrorCode::NotFound, format_args!("there is no job {id}"));
        job.filter(own).ok_or_else(none)
    }

    pub(crate) fn cancel(&self, id: Uuid) -> Result<CancelOutput, OpError> {
        self.status(id)?;
        Ok(CancelOutput { cancelled: self.jobs()?.cancel_job(id).map_err(error)? })
    }

    pub(crate) fn list(&self, input: ListJobsInput) -> Result<ListJobsOutput, OpError> {
        let limit = input.limit.unwrap_or(DEFAULT_PAGE);
        if !(1..=MAX_PAGE).contains(&limit) {
            let message = format!("a page of {limit}, allowed are 1 to {MAX_PAGE}");
            return Err(refuse(ErrorCode::BadInput, message));
        }
        let jobs = self.jobs()?.list_jobs(self.context.extension(), input.state, limit);
        Ok(ListJobsOutput { jobs: jobs.map_err(error)? })
    }

    pub(crate) fn checkpoint(&self, input: CheckpointInput) -> Result<CheckpointOutput, OpError> {
        let CheckpointInput { job_id, checkpoint, progress } = input;
        self.status(job_id)?;
        checkpoint.as_ref().map_or(Ok(()), |value| ensure_size("checkpoint", value))?;
        progress.as_ref().map_or(Ok(()), |value| ensure_size("progress", value))?;
        let signal = self.jobs()?.checkpoint_job(job_id, checkpoint.as_ref(), progress.as_ref());
        match signal.map_err(error)? {
            Some(signal) => Ok(CheckpointOutput { cancelled: signal == JobSignal::Cancel }),
            None => {
                let message = format!("the job {job_id} does not run");
                Err(refuse(ErrorCode::Conflict, message))
            }
        }
    }

    fn jobs(&self) -> Result<&dyn Jobs, OpError> {
        self.library.jobs().map_err(error)
    }
}

/// Returns the extension of a job. An extension makes jobs for itself only; the user makes them for
/// the one that the method names.
fn extension_of(caller: Option<&str>, method: &str) -> Result<String, OpError> {
    let hostile = |c: char| c.is_control() || c == '/' || c == '\\';
    if method.len() > MAX_METHOD_BYTES as usize || method.contains(hostile) {
        return Err(refuse(ErrorCode::BadInput, "the method of a job is not a valid method"));
    }
    let family = Method::parse(method).map(|method| method.family().to_owned());
    match (caller, family) {
        (Some(caller), Ok(family)) if family == caller => Ok(family),
        (None, Ok(family)) if is_of_core(&family) => Err(no_core_job(method)),
        (None, Ok(family)) => Ok(family),
        _ => Err(undeclared(method)),
    }
}

fn is_of_core(family: &str) -> bool {
    ops::methods().any(|known| Method::parse(known).is_ok_and(|known| known.family() == family))
}

/// Makes the error for a method of the core that does not run as a job, or that there is none of.
fn no_core_job(method: &str) -> OpError {
    if !ops::methods().any(|known| known == method) {
        return unknown_method(method, ops::methods());
    }
    let all = CoreJob::ALL.map(|job| job.method).join(", ");
    let message = format!("`{method}` does not run as a job, and is called; of the core, {all} do");
    refuse(ErrorCode::BadInput, message)
}

fn ensure_declared(offer: &Offer, method: &str) -> Result<(), OpError> {
    let declared = offer.operations.iter().any(|operation| operation == method);
    if declared { Ok(()) } else { Err(undeclared(method)) }
}

/// Refuses what would be parked as soon as it runs.
fn ensure_has_jobs(offer: &Offer, extension: &str) -> Result<(), OpError> {
    if offer.has_jobs {
        return Ok(());
    }
    let message = format!(
        "nothing of `{extension}` runs as a job: its manifest does not ask for `action:jobs.dispatch`"
    );
    Err(refuse(ErrorCode::DeniedMethod, message))
}

fn undeclared(method: &str) -> OpError {
    let method = method.escape_debug();
    let message = format!("`{method}` is not declared in the extension's own manifest");
    refuse(ErrorCode::AbiExport, message)
}

fn new_job(extension: &str, version: String, input: DispatchInput) -> Result<NewJob, OpError> {
    if input.key.as_ref().is_some_and(|key| key.is_empty() || key.len() > MAX_KEY_BYTES) {
        let message = format!("a key has 1 to {MAX_KEY_BYTES} bytes");
        return Err(refuse(ErrorCode::BadInput, message));
    }
    if input.delay_ms > MAX_DELAY_MS {
        let message = format!("a delay of {} ms, the longest is {MAX_DELAY_MS}", input.delay_ms);
        return Err(refuse(ErrorCode::BadInput, message));
    }
    ensure_size("input", &input.input)?;
    Ok(NewJob {
        extension: extension.to_owned(),
        method: input.method,
        input: input.input,
        key: input.key,
        version,
        delay: Duration::from_millis(input.delay_ms),
        priority: input.priority,
    })
}

fn ensure_size(what: &str, value: &impl serde::Serialize) -> Result<(), OpError> {
    let json = serde_json::to_string(value).map_err(|error| refuse(ErrorCode::BadInput, error))?;
    let bytes = json.len();
    if bytes <= MAX_JOB_JSON_BYTES {
        return Ok(());
    }
    let message = format!("{what} of {bytes} bytes of JSON, the limit is {MAX_JOB_JSON_BYTES}");
    Err(refuse(ErrorCode::AbiTooLarge, message))
}

fn full(extension: &str, limits: Option<CoreJobLimits>) -> OpError {
    let message = match limits {
        None => format!("`{extension}` has {MAX_OPEN_JOBS} jobs that are not over"),
        Some(CoreJobLimits { open, .. }) => format!(
            "`{extension}` has jobs of the core that are not over, and the limit is {open} of them \
             (`rate_limits.open_core_jobs`) and {MAX_OPEN_JOBS} of all"
        ),
    };
    ErrorBody::new(ErrorCode::Busy, message).with_retry_after_ms(RETRY_FULL_MS).into()
}

fn too_often(extension: &str, limits: Option<CoreJobLimits>, again_in: Duration) -> OpError {
    let limit = limits.map(|limits| limits.per_hour).unwrap_or_default();
    let message = format!(
        "`{extension}` dispatched jobs of the core within an hour, and the limit is {limit} of them \
         (`rate_limits.core_jobs_per_hour`)"
    );
    let again_in = u64::try_from(again_in.as_millis()).unwrap_or(RETRY_FULL_MS);
    ErrorBody::new(ErrorCode::Rate, message).with_retry_after_ms(again_in).into()
}

fn refuse(code: ErrorCode, message: impl std::fmt::Display) -> OpError {
    OpError::new(code, message)
}
