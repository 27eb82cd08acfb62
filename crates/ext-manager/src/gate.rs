//! The gate behind a guest's imports: the registry, guarded by the extension's permission engine.

use std::{pin::Pin, sync::Arc};

use ext_abi::AbiError;
use ext_host::{Host, HostCall, LogLevel, Reply};
use ext_perm::Engine;
use ext_registry::{Call, Progress, Registry, Services, execute_json_operation_waiting};
use ext_wire::{
    ErrorBody, ErrorCode, Method, MethodKind, Wire, body::BlobStyle, ops::jobs::Checkpoint,
    recording::Asked, text, write_only::Secrets,
};
use parking_lot::Mutex;

use crate::{
    call_observer::{CallProbe, Observed, shown_method},
    clock::Clock,
    error::caller_gone,
    limit_reporter::{JSON_KEY, LimitReporter, is_about_json},
    line_rate_limiter::{LineRateLimiter, Verdict},
    recorder::{Recorder, Tape},
    thread_control::{Phase, ThreadControl},
    trial::Trial,
};

/// Characters of the message that a guest logged last, where it stands as the reason of a failure.
const MAX_REASON: usize = 500;

/// The registry and its surroundings, shared by all extensions of a manager.
pub(crate) struct Backend {
    pub(crate) registry: Arc<Registry>,
    pub(crate) services: Services,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) log_lines_per_second: u32,
    pub(crate) calls: CallProbe,
    pub(crate) recorder: Recorder,
}

/// The host of one extension, on one of its threads.
#[derive(Clone)]
pub(crate) struct Gate {
    id: Arc<str>,
    backend: Arc<Backend>,
    engine: Arc<Engine>,
    logged: Arc<LineRateLimiter>,
    /// The most lines in a second: the manifest's limit, capped by the host.
    lines: u32,
    limits: Arc<LimitReporter>,
    /// Most bytes of JSON in a call.
    json_bytes: u32,
    trial: Trial,
    control: Arc<ThreadControl>,
    last_error: Arc<Mutex<Option<String>>>,
    /// Secrets in the input of the call that the guest is in, which its log does not show.
    secrets: Arc<Mutex<Secrets>>,
    /// What the guest has called in the call that it is in, where that is recorded.
    tape: Arc<Mutex<Option<Tape>>>,
}

/// Replaces a code that guests of older SDKs do not know by the one that it came from: they would tell of
/// an unknown status.
fn known_to_guests(mut error: ErrorBody) -> ErrorBody {
    if error.code == ErrorCode::ReadOnly {
        error.code = ErrorCode::Io;
    }
    error
}

impl Gate {
    pub(crate) fn new(
        id: Arc<str>,
        backend: Arc<Backend>,
        engine: Arc<Engine>,
        limits: Arc<LimitReporter>,
        lines: u32,
        json_bytes: u32,
        trial: Trial,
    ) -> Self {
        let (logged, control, last_error, secrets, tape) = Default::default();
        let lines = lines.min(backend.log_lines_per_second);
        Self {
            id,
            backend,
            engine,
            logged,
            lines,
            limits,
            json_bytes,
            trial,
            control,
            last_error,
            secrets,
            tape,
        }
    }

    /// Copies the gate for a guest on another thread; rate and log limits stay shared.
    pub(crate) fn for_thread(&self, control: Arc<ThreadControl>) -> Self {
        let (last_error, secrets, tape) = Default::default();
        Self { control, last_error, secrets, tape, ..self.clone() }
    }

    /// Sets the secrets that are blanked in what the guest logs from now on.
    pub(crate) fn set_secrets(&self, secrets: Secrets) {
        *self.secrets.lock() = secrets;
    }

    /// Returns a tape for a call of the guest with these secrets, where it is recorded.
    pub(crate) fn new_tape(&self, secrets: &Secrets) -> Option<Tape> {
        self.backend.recorder.tape(&self.id, secrets)
    }

    /// Puts in the tape for what the guest calls from now on, and returns the one before.
    pub(crate) fn swap_tape(&self, tape: Option<Tape>) -> Option<Tape> {
        std::mem::replace(&mut *self.tape.lock(), tape)
    }

    /// Ends the tape for what the guest was asked, and puts in the one before it.
    pub(crate) fn end_tape(
        &self,
        before: Option<Tape>,
        asked: Asked,
        code: ErrorCode,
        reply: Vec<u8>,
    ) {
        if let Some(tape) = self.swap_tape(before) {
            tape.end(&self.id, asked, code, reply);
        }
    }

    /// Takes the last message that the guest logged as an error since the last call of this: the SDK's
    /// handlers log there the reason for a code that is not 0.
    pub(crate) fn take_last_error(&self) -> Option<String> {
        self.last_error.lock().take()
    }

    fn stopped(&self) -> ErrorBody {
        let message = format_args!("the extension `{}` is being stopped", self.id);
        ErrorBody::new(self.control.reason(), message)
    }

    /// Refuses what the phase of the guest's life forbids.
    fn check_phase(&self, method: &str) -> Result<(), ErrorBody> {
        if self.control.is_over() {
            return Err(self.stopped());
        }
        if self.control.is_caller_gone() {
            return Err(caller_gone());
        }
        if self.trial.is_read_only() {
            check_read_only(method)?;
        }
        let allowed = match self.control.phase() {
            Phase::Running => true,
            Phase::Init => !outlives_the_start(method),
            Phase::Cleanup => keeps_only(method),
        };
        if allowed {
            return Ok(());
        }
        let message = format_args!(
            "`{method}` starts new work, which `plugin_init` and `plugin_cleanup` may not"
        );
        Err(ErrorBody::new(ErrorCode::Stopped, message))
    }

    fn answer(&self, call: HostCall<'_>, out: &mut Vec<u8>) -> Result<(), ErrorBody> {
        self.check_phase(call.method)?;
        let is_checkpoint = call.method == Checkpoint::METHOD;
        let call = Call {
            method: call.method,
            library: call.library,
            payload: call.payload,
            blobs: BlobStyle::Attachment,
            deadline: self.control.deadline(call.deadline),
            progress: Progress::NONE,
        };
        let Backend { registry, services, .. } = &*self.backend;
        let deadline = call.deadline.clone();
        let wait = &mut |future: Pin<&mut (dyn Future<Output = ()> + Send)>| {
            let _ = self.control.block_on(future, &deadline);
        };
        let result =
            execute_json_operation_waiting(registry, services, &self.engine, call, out, wait);
        result.map_err(|error| match deadline.check() {
            _ if self.control.is_over() => self.stopped(),
            // Whatever else went wrong because the time was up.
            Err(over) => over.into_body(),
            Ok(()) => known_to_guests(error.into_body()),
        })?;
        if is_checkpoint && self.control.is_job_stopped() {
            let message = "the jobs are being stopped: this one goes on from here the next time";
            return Err(ErrorBody::new(ErrorCode::Stopped, message));
        }
        Ok(())
    }

    fn log_line(&self, level: LogLevel, text: &str) {
        let (extension, text) = (&*self.id, text::quote(text));
        match level {
            LogLevel::Debug => tracing::debug!(extension, "{text}"),
            LogLevel::Info => tracing::info!(extension, "{text}"),
            LogLevel::Warn => tracing::warn!(extension, "{text}"),
            LogLevel::Error => tracing::error!(extension, "{text}"),
        }
    }
}

/// Refuses what may stay of a version that is not accepted. What is no method is left to the registry.
fn check_read_only(method: &str) -> Result<(), ErrorBody> {
    if !Method::parse(method).is_ok_and(|method| !reads_only(method)) {
        return Ok(());
    }
    let message = format_args!(
        "`{method}` may change something, and a version that is not in use yet (in `plugin_init`, \
         `plugin_restore` or `plugin_cleanup`) may only read on this computer"
    );
    Err(ErrorBody::new(ErrorCode::Stopped, message))
}

/// Returns true for jobs and subscriptions, which would survive a start that fails.
fn outlives_the_start(method: &str) -> bool {
    Method::parse(method).is_ok_and(|method| {
        method.kind() == MethodKind::Action && matches!(method.family(), "jobs" | "events")
    })
}

/// Returns true for what an extension may do that ends: read on this computer, and keep what it has in
/// the library.
fn keeps_only(method: &str) -> bool {
    Method::parse(method).is_ok_and(|method| method.family() == "vdfs" || reads_only(method))
}

/// Returns true for what reads on this computer. A request to a server is a query, but may change
/// something there, and takes its time.
fn reads_only(method: Method<'_>) -> bool {
    method.kind() == MethodKind::Query && !matches!(method.family(), "http" | "mail")
}

impl Host for Gate {
    fn call(&mut self, call: HostCall<'_>) -> Reply {
        let mut body = Vec::new();
        let status = self.call_into(call, &mut body);
        Reply { status, body }
    }

    fn call_into(&mut self, call: HostCall<'_>, out: &mut Vec<u8>) -> ErrorCode {
        let calls = &self.backend.calls;
        let began = calls.start();
        let (method, sent_bytes) = (call.method, call.payload.len());
        let taped = self.tape.lock().is_some().then(|| (call.library, call.payload.clone()));
        let code = match self.answer(call, out) {
            Ok(()) => ErrorCode::OK,
            Err(error) => {
                *out = error.to_json();
                error.code
            }
        };
        if let (Some((library, payload)), Some(tape)) = (taped, &mut *self.tape.lock()) {
            tape.add((method, library, &payload), code, out);
        }
        let (extension, method) = (&*self.id, shown_method(method));
        let call = Observed { extension, is_outgoing: true, method, sent_bytes };
        calls.end(began, call, (code, out.len()));
        code
    }

    fn log(&mut self, level: LogLevel, message: &str) {
        let text = text::escape(&self.secrets.lock().blank(message)).into_owned();
        match self.logged.take(self.backend.clock.now(), self.lines) {
            Verdict::Log { dropped: 0 } => self.log_line(level, &text),
            Verdict::Log { dropped } => {
                let note = format!("{dropped} lines were dropped by the rate limit");
                self.log_line(LogLevel::Warn, &note);
                self.log_line(level, &text);
            }
            Verdict::Drop => self.limits.note(&self.id, "log_lines_per_second", self.lines),
        }
        if level == LogLevel::Error {
            *self.last_error.lock() = Some(text::shorten(&text, MAX_REASON).into_owned());
        }
    }

    fn refuse(&mut self, error: &AbiError) -> Reply {
        if let AbiError::TooLarge { what, limit, .. } = error {
            self.limits.note(&self.id, what, format_args!("{limit} bytes"));
        }
        let mut body = ErrorBody::new(error.code(), error);
        if is_about_json(&body.error, self.json_bytes) {
            body.error = format!("{} (limits.{JSON_KEY} of the manifest)", body.error);
        }
        refusal(&body)
    }
}

fn refusal(body: &ErrorBody) -> Reply {
    Reply { status: body.code, body: body.to_json() }
}

#[cfg(test)]
mod tests {
    use ext_wire::{Wire, ops};

    use super::*;

    #[test]
    fn rel_18_cleanup_keeps_and_starts_nothing() {
        for fine in ["query:search.entries.v1", "action:vdfs.write_sidecar.input.v1"] {
            assert!(keeps_only(fine), "{fine}");
        }
        let new = [ops::jobs::Dispatch::METHOD, ops::http::Request::METHOD, "nonsense"];
        assert!(new.iter().all(|method| !keeps_only(method)));
        ops::mail::FAMILY.methods.iter().for_each(|mail| assert!(!keeps_only(mail), "{mail}"));
    }

    #[test]
    fn rel_04_a_candidate_reads_on_this_computer() {
        for fine in ["query:vdfs.list_entries.v1", "query:search.entries.v1", "nonsense"] {
            assert_eq!(check_read_only(fine), Ok(()));
        }
        let alone = [ops::vdfs::CreateEntry::METHOD, ops::jobs::Dispatch::METHOD];
        let servers = [ops::http::FAMILY.methods, ops::mail::FAMILY.methods].concat();
        for method in alone.iter().chain(&servers) {
            assert_eq!(check_read_only(method).unwrap_err().code, ErrorCode::Stopped, "{method}");
        }
    }

    #[test]
    fn rel_09_init_leaves_nothing_behind() {
        for left in [ops::jobs::Dispatch::METHOD, ops::events::Subscribe::METHOD] {
            assert!(outlives_the_start(left), "{left}");
        }
        assert!(!outlives_the_start("query:jobs.list.v1"));
        assert!(!outlives_the_start("action:vdfs.write_sidecar.input.v1"));
    }
}
