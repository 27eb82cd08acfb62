//! Jobs that run an operation of the core, in the name of whoever dispatched them.
//!
//! The engine that decides about the calls of an extension decides about its jobs as well: when one is
//! dispatched, when it runs, and before each thing that it touches. A job whose right was revoked
//! meanwhile is parked, and resumes from its last checkpoint when the right is back.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use bytes::Bytes;
use ext_library_sqlite::SqliteLibrary;
use ext_perm::{Engine, Target};
use ext_registry::{Call, Deadline, Progress, execute_json_operation};
use ext_services::{
    job_steps::JobSteps,
    library::{ClaimedJob, JobEnd, JobSignal, Jobs, LibraryError},
};
use ext_wire::{
    ErrorBody, ErrorCode, Method,
    body::BlobStyle,
    ops::jobs::{CORE, ProgressReport},
};
use parking_lot::Mutex;
use pollster::block_on;
use serde_json::Value;
use uuid::Uuid;

use super::{jobs, open::OpenLibrary};

/// Runs a job of the core.
pub(super) fn run(library: &OpenLibrary<'_>, job: &ClaimedJob) -> JobEnd {
    if job.extension == CORE {
        return call(library, &Arc::new(Engine::for_user()), job);
    }
    let manager = &library.system.manager;
    let ran = match library.system.ensure_loaded(&job.extension) {
        Ok(()) => {
            manager.run_core_job(&job.extension, library.id, |engine| call(library, engine, job))
        }
        Err(error) => return JobEnd::Parked(error.into()),
    };
    ran.unwrap_or_else(|refused| jobs::end_of_refusal(refused.into()))
}

fn call(library: &OpenLibrary<'_>, engine: &Arc<Engine>, job: &ClaimedJob) -> JobEnd {
    let steps = Arc::new(Steps {
        engine: Arc::clone(engine),
        store: Arc::clone(&library.store),
        stop: Arc::clone(&library.stop),
        library: library.id,
        job: job.id,
        method: job.method.clone(),
        checkpoint: job.checkpoint.clone(),
        parked: Mutex::default(),
    });
    let services = library.system.services.clone();
    let services = services.with::<dyn JobSteps>(Arc::clone(&steps) as Arc<dyn JobSteps>);
    let call = Call {
        method: &job.method,
        library: Some(library.id),
        payload: payload(&job.input),
        blobs: BlobStyle::Base64,
        deadline: Deadline::NONE.with_stop(Arc::clone(&library.stop)),
        progress: Progress::NONE,
    };
    let registry = &library.system.registry;
    let reply = block_on(execute_json_operation(registry, &services, engine, call));
    match (reply, steps.parked.lock().take()) {
        (Ok(reply), _) => jobs::end_of_reply(reply),
        (Err(_), Some(why)) => JobEnd::Parked(why),
        (Err(error), None) => {
            let error = error.into_body();
            // A job that was stopped with its program runs again with the next one.
            if library.is_stopped() || is_denial(error.code) {
                return JobEnd::Parked(error);
            }
            jobs::end_of_failure(jobs::attempts(library, job), error)
        }
    }
}

/// Writes the input of a job; one that was left out has nothing in it.
fn payload(input: &Value) -> Bytes {
    if input.is_null() { Bytes::from_static(b"{}") } else { input.to_string().into() }
}

const fn is_denial(code: ErrorCode) -> bool {
    matches!(code, ErrorCode::DeniedMethod | ErrorCode::DeniedLibrary)
}

/// The steps of a job that runs.
struct Steps {
    engine: Arc<Engine>,
    store: Arc<SqliteLibrary>,
    stop: Arc<AtomicBool>,
    library: Uuid,
    job: Uuid,
    method: String,
    checkpoint: Option<Value>,
    /// The reason why it may not go on now, and may later.
    parked: Mutex<Option<ErrorBody>>,
}

impl Steps {
    fn park(&self, why: ErrorBody) -> Result<(), ErrorBody> {
        *self.parked.lock() = Some(why.clone());
        Err(why)
    }
}

impl JobSteps for Steps {
    fn id(&self) -> Uuid {
        self.job
    }

    fn checkpoint(&self) -> Option<Value> {
        self.checkpoint.clone()
    }

    fn ensure_may_go_on(&self) -> Result<(), ErrorBody> {
        if self.stop.load(Ordering::Relaxed) {
            return self.park(ErrorBody::new(ErrorCode::Stopped, "the program ends"));
        }
        let method = Method::parse(&self.method);
        let method = method.map_err(|error| ErrorBody::new(ErrorCode::Internal, error))?;
        match self.engine.permits(method, Some(self.library), Target::Unknown) {
            Ok(true) => Ok(()),
            Ok(false) => {
                let message = format!("`{method}` is not allowed any more in this library");
                self.park(ErrorBody::new(ErrorCode::DeniedMethod, message))
            }
            Err(undecided) => self.park(undecided.into()),
        }
    }

    fn keep(&self, checkpoint: &Value, progress: &ProgressReport) -> Result<(), ErrorBody> {
        let failed = |error: LibraryError| ErrorBody::new(error.code(), error);
        let kept = self.store.checkpoint_job(self.job, Some(checkpoint), Some(progress));
        match kept.map_err(failed)? {
            Some(JobSignal::Continue) => Ok(()),
            Some(JobSignal::Cancel) | None => {
                Err(ErrorBody::new(ErrorCode::Stopped, "the job was cancelled"))
            }
        }
    }
}
