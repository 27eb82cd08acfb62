//! One loaded extension, over all its versions.

use std::{
    path::Path,
    sync::{Arc, atomic::AtomicBool},
    time::Instant,
};

use bytes::Bytes;
use ext_abi::names;
use ext_host::Reply;
use ext_manifest::Manifest;
use ext_wire::{ErrorBody, ErrorCode, Event, ops::jobs::JobContext, trace, write_only::Secrets};
use parking_lot::{Mutex, MutexGuard, RwLock};
use tracing::{Span, field::Empty, info_span};
use uuid::Uuid;

use crate::{
    CallError, GuestIsolation, Health, JobCall, JobCallError, LoadError,
    call_observer::Observed,
    depth,
    error::{busy, stopped},
    guest::Guest,
    health::Supervisor,
    job, payload,
    queue::{Generation, Job, Queue, Refused},
    recorder,
    state::SavedState,
    trial::Trial,
    version::{Shared, Version},
};

/// A loaded extension, as the manager shows it.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// Its manifest.
    pub manifest: Arc<Manifest>,
    /// BLAKE3 of its wasm, in hex.
    pub wasm_hash: String,
    /// The place of its instances.
    pub isolation: GuestIsolation,
    /// Its health.
    pub health: Health,
}

pub(crate) struct Extension {
    pub(crate) id: Arc<str>,
    pub(crate) shared: Arc<Shared>,
    pub(crate) queue: Arc<Queue>,
    pub(crate) supervisor: Arc<Supervisor>,
    current: RwLock<Arc<Version>>,
    /// Held by a reload, of which there is one at a time; the last version's number.
    reload: Mutex<Generation>,
    /// The part of the health that is in the state file already: starts, calls, milliseconds.
    kept: Mutex<(u64, u64, u64)>,
}

/// The flags that end a call before its time, and the job that it is.
#[derive(Default)]
struct Ends {
    job: Option<JobContext>,
    /// Set when the job is to stop at its next checkpoint.
    stop: Option<Arc<AtomicBool>>,
    /// Set when the caller goes.
    gone: Option<Arc<AtomicBool>>,
}

impl Extension {
    /// Reads, checks, compiles, starts and initialises the extension in a folder.
    pub(crate) fn load(
        manifest: Manifest,
        dir: &Path,
        shared: Arc<Shared>,
    ) -> Result<Self, LoadError> {
        let extension = Self::start(manifest, dir, shared, Trial::of_installed())?;
        extension.current().accept();
        extension.queue.switch(1);
        Ok(extension)
    }

    /// Starts and initialises the candidate in a folder as [`Self::load`] does, and ends it.
    pub(crate) fn try_out(
        manifest: Manifest,
        dir: &Path,
        shared: Arc<Shared>,
    ) -> Result<(), LoadError> {
        Self::start(manifest, dir, shared, Trial::of_candidate()).map(|extension| extension.end())
    }

    fn start(
        manifest: Manifest,
        dir: &Path,
        shared: Arc<Shared>,
        trial: Trial,
    ) -> Result<Self, LoadError> {
        let id: Arc<str> = manifest.id().into();
        let queue = Arc::<Queue>::default();
        let config = &shared.config;
        let supervisor = Supervisor::new(config.faults.clone(), Arc::clone(&config.clock));
        let supervisor = Arc::new(supervisor);
        let version = Version::compile(
            manifest,
            dir,
            1,
            Arc::clone(&supervisor),
            Arc::clone(&queue),
            Arc::clone(&shared),
            trial,
        )?;
        let started = version.start();
        let current = RwLock::new(Arc::new(version));
        let (reload, kept) = (Mutex::new(1), Mutex::default());
        let extension = Self { id, shared, queue, supervisor, current, reload, kept };
        if let Err(error) = started {
            extension.end();
            return Err(error);
        }
        Ok(extension)
    }

    pub(crate) fn current(&self) -> Arc<Version> {
        Arc::clone(&self.current.read())
    }

    pub(crate) fn set_current(&self, version: Arc<Version>) {
        *self.current.write() = version;
    }

    pub(crate) fn lock_reload(&self) -> MutexGuard<'_, Generation> {
        self.reload.lock()
    }

    /// Runs an operation as a job of the extension itself.
    pub(crate) fn run_job(&self, job: JobCall<'_>) -> Result<Vec<u8>, JobCallError> {
        let version = self.current();
        let _slot = job::authorize(&version.engine, job.library).map_err(JobCallError::Refused)?;
        if !version.offers(job.method) {
            return Err(JobCallError::Refused(undeclared(job.method).into()));
        }
        let ends = Ends { job: Some(job.context), stop: Some(job.stop), gone: None };
        let reply = self.call_as(job.method, Some(job.library), &job.input, ends);
        reply.map_err(|error| match (&error, error.code()) {
            (CallError::NotNow(_) | CallError::Refused(_), _) | (_, ErrorCode::Stopped) => {
                JobCallError::Refused(error)
            }
            _ => JobCallError::Failed(error),
        })
    }

    /// Calls an operation that the extension offers, for a caller that sets `gone` when it goes.
    pub(crate) fn call(
        &self,
        method: &str,
        library: Option<Uuid>,
        payload: &Bytes,
        gone: Option<Arc<AtomicBool>>,
    ) -> Result<Vec<u8>, CallError> {
        self.call_as(method, library, payload, Ends { gone, ..Ends::default() })
    }

    fn call_as(
        &self,
        method: &str,
        library: Option<Uuid>,
        payload: &Bytes,
        ends: Ends,
    ) -> Result<Vec<u8>, CallError> {
        let version = self.current();
        let secrets = payload::secrets(&version.manifest, method, payload);
        let limit = version.manifest.limits().max_json_bytes();
        let Ends { job, stop, gone } = ends;
        let payload = payload::wrap(library, payload, job, limit)?;
        let hidden = secrets.clone();
        let owned = method.to_owned();
        let id = Arc::clone(&self.id);
        self.observed(method, payload.len(), Vec::len, || {
            let reply = self.timed(method, move |guest| {
                guest.for_caller(gone, &owned, |guest| {
                    let asked = || recorder::call(&owned, &payload);
                    guest.recorded(&hidden.clone(), asked, recorded_reply, |guest| {
                        let called = guest.hiding(hidden, |guest| {
                            guest.until(stop, |guest| {
                                guest.run(|instance| instance.call(&owned, &payload))
                            })
                        });
                        called.map_err(|failure| failure.into_error(&id))
                    })
                })
            })??;
            match reply {
                Reply { status: ErrorCode::OK, body } => Ok(body),
                Reply { status, body } => {
                    Err(blanked(ErrorBody::from_reply(status, &body), &secrets).into())
                }
            }
        })
    }

    /// Delivers an event; an error when the extension could not handle it.
    pub(crate) fn deliver(&self, event: &Event) -> Result<(), CallError> {
        let payload = serde_json::to_vec(event)
            .map_err(|error| ErrorBody::new(ErrorCode::Internal, error))?;
        let id = Arc::clone(&self.id);
        self.observed(
            &event.kind,
            payload.len(),
            |()| 0,
            || {
                let (code, reason) = self.timed(&event.kind, move |guest| {
                    let (none, asked) = (Secrets::default(), || recorder::event(&payload));
                    let code = guest.recorded(&none, asked, recorded_code, |guest| {
                        let code = guest.run(|instance| instance.on_event(&payload));
                        code.map_err(|failure| failure.into_error(&id))
                    });
                    (code, guest.take_last_error())
                })?;
                match code? {
                    0 => Ok(()),
                    code => Err(event_error(code, reason).into()),
                }
            },
        )
    }

    /// Shows a call into the extension to the observer, if there is one.
    fn observed<T>(
        &self,
        method: &str,
        sent_bytes: usize,
        size: impl Fn(&T) -> usize,
        call: impl FnOnce() -> Result<T, CallError>,
    ) -> Result<T, CallError> {
        let calls = &self.shared.backend.calls;
        let extension = &*self.id;
        let span = info_span!(target: trace::TARGET, "guest", extension, method, code = Empty);
        let began = calls.start();
        let result = span.in_scope(call);
        let end = match &result {
            Ok(value) => (ErrorCode::OK, size(value)),
            Err(error) => (error.code(), 0),
        };
        span.record("code", end.0.name());
        let call = Observed { extension: &self.id, is_outgoing: false, method, sent_bytes };
        calls.end(began, call, end);
        result
    }

    pub(crate) fn loaded(&self) -> Loaded {
        let version = self.current();
        Loaded {
            manifest: Arc::clone(&version.manifest),
            wasm_hash: version.wasm_hash.clone(),
            isolation: version.isolation,
            health: self.supervisor.health(),
        }
    }

    /// Ends waiting and running calls; idle guests clean up. Bounded in time.
    pub(crate) fn end(&self) {
        self.queue.close();
        let version = self.current();
        version.end();
        self.keep();
    }

    /// Adds the counts since the last call of this to the state file.
    pub(crate) fn keep(&self) {
        let mut kept = self.kept.lock();
        // Read under the lock: of two that keep at once, the second has the larger numbers.
        let health = self.supervisor.health();
        let now = (health.starts, health.calls, millis(health.busy));
        let before = std::mem::replace(&mut *kept, now);
        self.shared.states.change(&self.id, |state: &mut SavedState| {
            state.starts += now.0 - before.0;
            state.calls += now.1 - before.1;
            state.busy_ms += now.2 - before.2;
            state.memory_bytes = state.memory_bytes.max(health.memory_bytes);
        });
    }

    fn timed<T: Send + 'static>(
        &self,
        what: &str,
        work: impl FnOnce(&mut Guest) -> T + Send + 'static,
    ) -> Result<T, CallError> {
        let began = Instant::now();
        let result = self.run(work);
        let (extension, ms) = (&*self.id, began.elapsed().as_secs_f64() * 1000.0);
        tracing::trace!(target: "ext_manager::calls", extension, what, ms);
        result
    }

    /// Runs work in a guest, in its turn, and waits for it.
    fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Guest) -> T + Send + 'static,
    ) -> Result<T, CallError> {
        self.supervisor.ensure_free(&self.id).map_err(CallError::NotNow)?;
        let config = &self.shared.config;
        let chain = depth::enter(&self.id, config.call_depth)?;
        // What the guest calls belongs to the call that it is in.
        let span = Span::current();
        let (supervisor, id) = (Arc::clone(&self.supervisor), Arc::clone(&self.id));
        let (job, answer) = Job::new(move |guest| {
            // It may have been quarantined while the call waited.
            supervisor.ensure_free(&id).map_err(CallError::NotNow)?;
            Ok(span.in_scope(|| depth::within(chain, || work(guest))))
        });
        let waiting = self.queued_calls();
        match self.queue.push(job, waiting) {
            Ok(false) => {}
            Ok(true) => self.grow(),
            Err(Refused::Full) => {
                self.supervisor.limits.note(&self.id, "queued_calls", waiting);
                return Err(CallError::NotNow(busy(&self.id, config.busy_retry_ms)));
            }
            Err(Refused::Closed) => return Err(CallError::NotNow(stopped(&self.id))),
        }
        answer.recv().map_err(|_| stopped(&self.id))?
    }

    /// Returns the most calls that may wait: the manifest's limit, capped by the host.
    fn queued_calls(&self) -> usize {
        let asked = self.current().manifest.limits().queued_calls() as usize;
        asked.min(self.shared.config.queued_calls)
    }

    /// Starts one more worker if it can; without a thread for it, the call waits for the others.
    fn grow(&self) {
        if let Err(error) = self.current().add_worker() {
            tracing::debug!(extension = &*self.id, %error, "no further instance");
        }
    }
}

/// Puts marks in place of the secrets that the extension tells in its error.
fn blanked(mut error: ErrorBody, secrets: &Secrets) -> ErrorBody {
    if !secrets.is_empty() {
        error.error = secrets.blank(&error.error);
        error.details.iter_mut().for_each(|details| secrets.blank_value(details));
    }
    error
}

/// Returns what is recorded of the answer of an operation.
fn recorded_reply(reply: &Result<Reply, CallError>) -> (ErrorCode, Vec<u8>) {
    match reply {
        Ok(reply) => (reply.status, reply.body.clone()),
        Err(error) => (error.code(), error.body().to_json()),
    }
}

/// Returns what is recorded of the code of an event handler.
fn recorded_code(code: &Result<i32, CallError>) -> (ErrorCode, Vec<u8>) {
    match code {
        Ok(0) => (ErrorCode::OK, Vec::new()),
        Ok(code) => {
            let error = event_error(*code, None);
            (error.code, error.to_json())
        }
        Err(error) => (error.code(), error.body().to_json()),
    }
}

fn millis(duration: std::time::Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

fn undeclared(method: &str) -> ErrorBody {
    let method = method.escape_debug();
    let message = format_args!("the manifest does not declare the operation `{method}`");
    ErrorBody::new(ErrorCode::AbiExport, message)
}

/// Makes the error of an event handler: those of the SDK return the number of an error code and log
/// the reason.
fn event_error(code: i32, reason: Option<String>) -> ErrorBody {
    let known = u32::try_from(code).ok().and_then(|code| ErrorCode::try_from(code).ok());
    let message = reason.unwrap_or_else(|| format!("`{}` returned {code}", names::PLUGIN_ON_EVENT));
    ErrorBody::new(known.unwrap_or(ErrorCode::Extension), message)
}
