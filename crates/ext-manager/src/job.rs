//! An operation of an extension that runs as a job.

use std::sync::{Arc, atomic::AtomicBool};

use bytes::Bytes;
use ext_wire::{ErrorBody, Method, Wire, ops::jobs};
use thiserror::Error;
use uuid::Uuid;

use ext_perm::{Audience, Engine, JobSlot};

use crate::CallError;

/// A job that is to run.
#[derive(Debug, Clone)]
pub struct JobCall<'a> {
    /// The operation; the extension's manifest declares it.
    pub method: &'a str,
    /// The library that it works on.
    pub library: Uuid,
    /// Its input: JSON.
    pub input: Bytes,
    /// The facts about the job that the operation gets.
    pub context: jobs::JobContext,
    /// The flag that ends it at its next checkpoint with `E_STOPPED`.
    pub stop: Arc<AtomicBool>,
}

/// The reason for which a job has no output.
#[derive(Debug, Error)]
pub enum JobCallError {
    /// It did not run: the extension is not there, is stopped, or may not have jobs here now.
    #[error(transparent)]
    Refused(CallError),
    /// It ran and failed.
    #[error(transparent)]
    Failed(CallError),
}

/// Authorizes a job with the permissions that its extension has now, not with those that it had when
/// the job was made: an extension that may not make jobs in a library may not run them there either.
/// The job keeps its place among the jobs that may run at the same time as long as it has the slot.
pub(crate) fn authorize(engine: &Engine, library: Uuid) -> Result<JobSlot, CallError> {
    let method = Method::parse(jobs::Dispatch::METHOD)
        .map_err(|error| ErrorBody::new(ext_wire::ErrorCode::Internal, error))?;
    let granted = engine.authorize(method, Some(library), Audience::Everyone)?;
    Ok(granted.start_job()?)
}
