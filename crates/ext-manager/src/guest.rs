//! The instance of an extension, on its thread: started when needed, dropped after a fault.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
    time::Instant,
};

use ext_host::{Fault, InstanceLimits, Watchdog};
use ext_wire::{ErrorBody, ErrorCode, Method, MethodKind, recording::Asked, write_only::Secrets};

use crate::{
    CallError,
    call_error::fault_body,
    error::caller_gone,
    gate::Gate,
    health::{Consequence, Supervisor},
    instance_handle::{CompiledModule, InstanceHandle},
    limit_reporter::name_limit,
    state::{SavedFault, StateFolder},
    thread_control::{Phase, ThreadControl},
    trial::Trial,
};

/// Time after which a machine without room for an instance is asked again.
const NO_ROOM_MS: u64 = 1000;

/// The parts that an instance of one version is started from.
#[derive(Clone)]
pub(crate) struct InstanceSpec {
    pub(crate) id: Arc<str>,
    pub(crate) module: CompiledModule,
    pub(crate) limits: InstanceLimits,
    pub(crate) gate: Gate,
    pub(crate) watchdog: Watchdog,
    pub(crate) supervisor: Arc<Supervisor>,
    pub(crate) states: StateFolder,
    pub(crate) trial: Trial,
}

/// The reason for which a call has no answer of the guest.
#[derive(Debug)]
pub(crate) enum CallFailure {
    /// The guest failed.
    Fault(Fault),
    /// No instance may be started now.
    NotNow(ErrorBody),
}

impl CallFailure {
    pub(crate) fn into_error(self, id: &str) -> CallError {
        match self {
            Self::Fault(fault) => CallError::Fault { extension: id.to_owned(), fault },
            Self::NotNow(body) => CallError::NotNow(body),
        }
    }
}

/// The instance on a thread, if there is one now.
pub(crate) struct Guest {
    spec: InstanceSpec,
    control: Arc<ThreadControl>,
    instance: Option<InstanceHandle>,
}

impl Guest {
    pub(crate) fn new(mut spec: InstanceSpec, control: Arc<ThreadControl>) -> Self {
        spec.gate = spec.gate.for_thread(Arc::clone(&control));
        Self { spec, control, instance: None }
    }

    /// Runs a call in the instance, or in a fresh one when there is none.
    pub(crate) fn run<T>(
        &mut self,
        call: impl FnOnce(&mut InstanceHandle) -> Result<T, Fault>,
    ) -> Result<T, CallFailure> {
        let started = Instant::now();
        self.spec.gate.take_last_error();
        let result = self.take_or_start()?;
        let result = result.and_then(|mut instance| {
            self.spec.gate.take_last_error();
            let value = call(&mut instance)?;
            self.spec.supervisor.note_memory(instance.memory_bytes());
            self.instance = Some(instance);
            Ok(value)
        });
        match result {
            Ok(value) => {
                self.spec.supervisor.succeeded(started.elapsed());
                Ok(value)
            }
            Err(fault) => Err(self.failed(self.explain(fault), started)),
        }
    }

    /// Runs a job of the extension, which `stop` ends at its next checkpoint.
    pub(crate) fn until<T>(
        &mut self,
        stop: Option<Arc<AtomicBool>>,
        run: impl FnOnce(&mut Self) -> T,
    ) -> T {
        self.control.set_job_stop(stop);
        let ran = run(self);
        self.control.set_job_stop(None);
        ran
    }

    /// Runs a call whose caller may go: then it is not begun, and a query ends with its next call of the
    /// host. An action that was begun runs to its end.
    pub(crate) fn for_caller<T>(
        &mut self,
        gone: Option<Arc<AtomicBool>>,
        method: &str,
        run: impl FnOnce(&mut Self) -> Result<T, CallError>,
    ) -> Result<T, CallError> {
        if gone.as_ref().is_some_and(|gone| gone.load(SeqCst)) {
            return Err(caller_gone().into());
        }
        let is_query = Method::parse(method).is_ok_and(|it| it.kind() == MethodKind::Query);
        self.control.set_caller_gone(gone.filter(|_| is_query));
        let ran = run(self);
        self.control.set_caller_gone(None);
        ran
    }

    /// Runs a call whose input has these secrets, which stand in nothing that the guest logs meanwhile.
    pub(crate) fn hiding<T>(&mut self, secrets: Secrets, run: impl FnOnce(&mut Self) -> T) -> T {
        self.spec.gate.set_secrets(secrets);
        let ran = run(self);
        self.spec.gate.set_secrets(Secrets::default());
        ran
    }

    /// Runs a call, and gives it to the recorder if there is one: what was asked, and what `answered` says
    /// of the outcome.
    pub(crate) fn recorded<T>(
        &mut self,
        secrets: &Secrets,
        asked: impl FnOnce() -> Asked,
        answered: impl FnOnce(&T) -> (ErrorCode, Vec<u8>),
        run: impl FnOnce(&mut Self) -> T,
    ) -> T {
        let gate = &self.spec.gate;
        let Some(tape) = gate.new_tape(secrets) else { return run(self) };
        let (asked, outer) = (asked(), gate.swap_tape(Some(tape)));
        let ran = run(self);
        let (code, reply) = answered(&ran);
        self.spec.gate.end_tape(outer, asked, code, reply);
        ran
    }

    /// Returns true if there is an instance, whose state could be saved.
    pub(crate) const fn is_live(&self) -> bool {
        self.instance.is_some()
    }

    /// Takes the message that the guest logged as an error in its last call.
    pub(crate) fn take_last_error(&self) -> Option<String> {
        self.spec.gate.take_last_error()
    }

    /// Throws the instance away, without cleanup.
    pub(crate) fn discard(&mut self) {
        self.control.set_instance(None);
        self.instance = None;
    }

    /// Lets the guest clean up, if it runs, and ends it.
    pub(crate) fn stop(&mut self) {
        self.control.set_phase(Phase::Cleanup);
        let result = self.instance.as_mut().map_or(Ok(0), InstanceHandle::cleanup);
        let extension = &*self.spec.id;
        match result {
            Ok(0) => {}
            Ok(code) => tracing::warn!(extension, code, "the extension's cleanup failed"),
            Err(fault) => tracing::warn!(extension, %fault, "the extension's cleanup failed"),
        }
        self.discard();
    }

    /// Adds what the guest logged last as an error, which for a panic is its text, and the limit that the
    /// fault is about.
    fn explain(&self, mut fault: Fault) -> Fault {
        if let Some(reason) = self.take_last_error() {
            fault.message = format!("{}: {reason}", fault.message);
        }
        name_limit(fault, &self.spec.limits)
    }

    /// Ends the instance after a fault, which counts unless the guest was ended from outside.
    fn failed(&mut self, fault: Fault, started: Instant) -> CallFailure {
        self.discard();
        if self.control.is_over() {
            return CallFailure::NotNow(self.ended());
        }
        let InstanceSpec { id, supervisor, limits, .. } = &self.spec;
        supervisor.limits.note_fault(id, &fault, limits);
        if self.is_on_trial() {
            return CallFailure::Fault(fault);
        }
        let consequence = self.spec.supervisor.failed(&fault, started.elapsed());
        self.keep(&fault, &consequence);
        CallFailure::Fault(fault)
    }

    /// Makes the error of a call that was ended from outside, which says why when it was a quarantine.
    fn ended(&self) -> ErrorBody {
        let InstanceSpec { id, supervisor, .. } = &self.spec;
        match (self.control.is_killed(), supervisor.ensure_free(id)) {
            (false, Err(quarantined)) => quarantined,
            _ => {
                let message = format_args!("the extension `{id}` was stopped");
                ErrorBody::new(self.control.reason(), message)
            }
        }
    }

    fn is_on_trial(&self) -> bool {
        self.spec.trial.is_on()
    }

    fn keep(&self, fault: &Fault, consequence: &Consequence) {
        self.spec.states.change(&self.spec.id, |state| {
            state.faults += 1;
            state.last_fault = Some(SavedFault::now(fault));
            if let Consequence::Quarantine(reason) = consequence {
                state.quarantine_version(reason);
            }
        });
        if let Consequence::Quarantine(reason) = consequence {
            let extension = &*self.spec.id;
            tracing::error!(extension, reason, "the extension is quarantined");
        }
    }

    fn take_or_start(&mut self) -> Result<Result<InstanceHandle, Fault>, CallFailure> {
        if let Some(instance) = self.instance.take() {
            return Ok(Ok(instance));
        }
        if self.control.is_over() {
            return Err(CallFailure::NotNow(self.ended()));
        }
        if !self.is_on_trial() {
            self.spec.supervisor.may_start(&self.spec.id).map_err(CallFailure::NotNow)?;
        }
        match self.start() {
            // The machine's fault, which passes, is none of the extension.
            Err(fault) if fault.code == ErrorCode::Busy => {
                let body = fault_body(&self.spec.id, &fault);
                Err(CallFailure::NotNow(body.with_retry_after_ms(NO_ROOM_MS)))
            }
            started => Ok(started),
        }
    }

    fn start(&self) -> Result<InstanceHandle, Fault> {
        let InstanceSpec { module, limits, gate, watchdog, supervisor, .. } = &self.spec;
        self.control.set_phase(Phase::Init);
        let host = Box::new(gate.clone());
        let mut instance = module.start(limits.clone(), host, watchdog)?;
        self.control.set_instance(Some(instance.interrupt_handle()));
        self.init(&mut instance)?;
        self.control.set_phase(Phase::Running);
        supervisor.started();
        Ok(instance)
    }

    /// Initialises an instance, which is recorded apart from the call that it is started for.
    fn init(&self, instance: &mut InstanceHandle) -> Result<(), Fault> {
        let gate = &self.spec.gate;
        let outer = gate.swap_tape(gate.new_tape(&Secrets::default()));
        let result = instance.init();
        let (code, reply) = match &result {
            Ok(()) => (ErrorCode::OK, Vec::new()),
            Err(fault) => (fault.code, fault_body(&self.spec.id, fault).to_json()),
        };
        gate.end_tape(outer, Asked::Start, code, reply);
        result
    }
}
