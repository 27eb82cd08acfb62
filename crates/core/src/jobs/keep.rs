//! The operations `jobs.*`, on the libraries' tables.

use std::{sync::Arc, time::Duration};

use ext_abi::limits::MAX_METHOD_BYTES;
use ext_manifest::Manifest;
use ext_services::jobs::{JobError, JobService};
use ext_wire::{
    ErrorBody, ErrorCode, Method,
    ops::jobs::{
        CancelOutput, CheckpointInput, CheckpointOutput, DispatchInput, DispatchOutput, Job,
        ListJobsInput, ListJobsOutput, MAX_DELAY_MS, MAX_JOB_JSON_BYTES, MAX_KEY_BYTES,
        MAX_OPEN_JOBS,
    },
};
use jiff::Timestamp;
use uuid::Uuid;

use crate::{
    extensions::Installed,
    library::{
        Libraries, Library,
        jobs::{Dispatched, NewJob, Wanted},
        time_text,
    },
};

/// When to ask again for room for one more job, in milliseconds.
const RETRY_FULL_MS: u64 = 60_000;
/// Most jobs in one answer.
const MAX_PAGE: u32 = 1000;
const DEFAULT_PAGE: u32 = 100;

/// The jobs of all libraries.
pub(crate) struct Jobs {
    libraries: Arc<Libraries>,
    installed: Installed,
}

impl Jobs {
    pub(crate) fn new(libraries: Arc<Libraries>, installed: Installed) -> Self {
        Self { libraries, installed }
    }

    fn open(&self, library: Uuid) -> Result<Arc<Library>, JobError> {
        Ok(self.libraries.open(library)?)
    }

    /// A job that the caller may see: an extension is not told of the jobs of others.
    fn visible(&self, caller: Option<&str>, store: &Library, id: Uuid) -> Result<Job, JobError> {
        let job = store.job(id)?;
        let own = |job: &Job| caller.is_none_or(|caller| caller == job.extension);
        job.filter(own)
            .ok_or_else(|| refuse(ErrorCode::NotFound, format_args!("there is no job {id}")).into())
    }

    fn manifest(&self, extension: &str) -> Result<Manifest, JobError> {
        self.installed.manifest(extension).map_err(|error| ErrorBody::from(error).into())
    }
}

impl JobService for Jobs {
    fn dispatch(
        &self,
        caller: Option<&str>,
        library: Uuid,
        input: DispatchInput,
    ) -> Result<DispatchOutput, JobError> {
        let extension = extension_of(caller, &input.method)?;
        let manifest = self.manifest(&extension)?;
        ensure_declared(&manifest, &input.method)?;
        let new = new_job(&manifest, input)?;
        match self.open(library)?.add_job(&new)? {
            Dispatched::Created => Ok(DispatchOutput { job_id: new.id, created: true }),
            Dispatched::Existing(job_id) => Ok(DispatchOutput { job_id, created: false }),
            Dispatched::Full => Err(full(&extension).into()),
        }
    }

    fn status(&self, caller: Option<&str>, library: Uuid, id: Uuid) -> Result<Job, JobError> {
        self.visible(caller, &*self.open(library)?, id)
    }

    fn cancel(
        &self,
        caller: Option<&str>,
        library: Uuid,
        id: Uuid,
    ) -> Result<CancelOutput, JobError> {
        let store = self.open(library)?;
        self.visible(caller, &store, id)?;
        Ok(CancelOutput { cancelled: store.cancel_job(id)? })
    }

    fn list(
        &self,
        caller: Option<&str>,
        library: Uuid,
        input: ListJobsInput,
    ) -> Result<ListJobsOutput, JobError> {
        let limit = input.limit.unwrap_or(DEFAULT_PAGE);
        if !(1..=MAX_PAGE).contains(&limit) {
            let message = format!("a page of {limit}, allowed are 1 to {MAX_PAGE}");
            return Err(refuse(ErrorCode::BadInput, message).into());
        }
        Ok(ListJobsOutput { jobs: self.open(library)?.jobs(caller, input.state, limit)? })
    }

    fn checkpoint(
        &self,
        caller: Option<&str>,
        library: Uuid,
        input: CheckpointInput,
    ) -> Result<CheckpointOutput, JobError> {
        let store = self.open(library)?;
        self.visible(caller, &store, input.job_id)?;
        let checkpoint = input.checkpoint.map(|value| to_json("checkpoint", &value)).transpose()?;
        let progress = input.progress.map(|value| to_json("progress", &value)).transpose()?;
        let wanted =
            store.checkpoint_job(input.job_id, checkpoint.as_deref(), progress.as_deref())?;
        match wanted {
            Some(wanted) => Ok(CheckpointOutput { cancelled: wanted == Wanted::End }),
            None => {
                let message = format!("the job {} does not run", input.job_id);
                Err(refuse(ErrorCode::Conflict, message).into())
            }
        }
    }
}

/// An extension makes jobs for itself only; the user makes them for the one that the method names.
fn extension_of(caller: Option<&str>, method: &str) -> Result<String, ErrorBody> {
    let hostile = |c: char| c.is_control() || c == '/' || c == '\\';
    if method.len() > MAX_METHOD_BYTES as usize || method.contains(hostile) {
        return Err(refuse(ErrorCode::BadInput, "the method of a job is no method"));
    }
    let family = Method::parse(method).map(|method| method.family().to_owned());
    match (caller, family) {
        (Some(caller), Ok(family)) if family == caller => Ok(family),
        (None, Ok(family)) => Ok(family),
        _ => Err(undeclared(method)),
    }
}

fn ensure_declared(manifest: &Manifest, method: &str) -> Result<(), ErrorBody> {
    let declared = manifest.operations().iter().any(|operation| operation.method() == method);
    if declared { Ok(()) } else { Err(undeclared(method)) }
}

fn undeclared(method: &str) -> ErrorBody {
    let method = method.escape_debug();
    let message = format!(
        "a job runs an operation that the extension's own manifest declares; `{method}` is none"
    );
    refuse(ErrorCode::AbiExport, message)
}

fn new_job(manifest: &Manifest, input: DispatchInput) -> Result<NewJob, ErrorBody> {
    if input.key.as_ref().is_some_and(|key| key.is_empty() || key.len() > MAX_KEY_BYTES) {
        let message = format!("a key has 1 to {MAX_KEY_BYTES} bytes");
        return Err(refuse(ErrorCode::BadInput, message));
    }
    if input.delay_ms > MAX_DELAY_MS {
        let message = format!("a delay of {} ms, the longest is {MAX_DELAY_MS}", input.delay_ms);
        return Err(refuse(ErrorCode::BadInput, message));
    }
    Ok(NewJob {
        id: Uuid::now_v7(),
        extension: manifest.id().to_owned(),
        method: input.method,
        input: to_json("input", &input.input)?,
        key: input.key,
        version: manifest.version().to_string(),
        run_at: after(Duration::from_millis(input.delay_ms)),
    })
}

/// The time so much later than now.
pub(super) fn after(delay: Duration) -> String {
    let now = Timestamp::now();
    let delay = jiff::SignedDuration::try_from(delay).unwrap_or_default();
    time_text(now.checked_add(delay).unwrap_or(now))
}

fn to_json(what: &str, value: &impl serde::Serialize) -> Result<String, ErrorBody> {
    let json = serde_json::to_string(value).map_err(|error| refuse(ErrorCode::BadInput, error))?;
    if json.len() <= MAX_JOB_JSON_BYTES {
        return Ok(json);
    }
    let message =
        format!("{what} of {} bytes of JSON, the limit is {MAX_JOB_JSON_BYTES}", json.len());
    Err(refuse(ErrorCode::AbiTooLarge, message))
}

fn full(extension: &str) -> ErrorBody {
    let message = format!("`{extension}` has {MAX_OPEN_JOBS} jobs that are not over");
    refuse(ErrorCode::Busy, message).with_retry_after_ms(RETRY_FULL_MS)
}

fn refuse(code: ErrorCode, message: impl std::fmt::Display) -> ErrorBody {
    ErrorBody::new(code, message)
}
