//! The instance of an extension, on its thread: started at need, thrown away after a fault.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::Instant,
};

use ext_host::{Fault, Limits, Watchdog};
use ext_wire::{ErrorBody, ErrorCode};

use crate::{
    CallError,
    control::{Control, Phase},
    gate::Gate,
    health::{Consequence, Supervisor},
    live::{Live, Program},
    state::{SavedFault, StateFolder},
};

/// What it takes to start an instance of one version.
#[derive(Clone)]
pub(crate) struct Recipe {
    pub(crate) id: Arc<str>,
    pub(crate) program: Program,
    pub(crate) limits: Limits,
    pub(crate) gate: Gate,
    pub(crate) watchdog: Watchdog,
    pub(crate) supervisor: Arc<Supervisor>,
    pub(crate) states: StateFolder,
    /// The version is not in use yet: what it fails on is told to the one that starts it, and not
    /// held against the version that runs.
    pub(crate) on_trial: Arc<AtomicBool>,
}

/// Why a call has no answer of the guest.
#[derive(Debug)]
pub(crate) enum Ended {
    /// The guest failed.
    Fault(Fault),
    /// There is no instance now.
    NotNow(ErrorBody),
}

impl Ended {
    pub(crate) fn into_error(self, id: &str) -> CallError {
        match self {
            Self::Fault(fault) => CallError::Fault { extension: id.to_owned(), fault },
            Self::NotNow(body) => body.into(),
        }
    }
}

/// One instance, if there is one now.
pub(crate) struct Guest {
    recipe: Recipe,
    control: Arc<Control>,
    instance: Option<Live>,
}

impl Guest {
    pub(crate) fn new(mut recipe: Recipe, control: Arc<Control>) -> Self {
        recipe.gate = recipe.gate.on(Arc::clone(&control));
        Self { recipe, control, instance: None }
    }

    /// Runs a call in the instance, or in a fresh one when there is none.
    pub(crate) fn run<T>(
        &mut self,
        call: impl FnOnce(&mut Live) -> Result<T, Fault>,
    ) -> Result<T, Ended> {
        let started = Instant::now();
        let result = self.take_or_start()?;
        let result = result.and_then(|mut instance| {
            self.recipe.gate.take_last_error();
            let value = call(&mut instance)?;
            self.instance = Some(instance);
            Ok(value)
        });
        match result {
            Ok(value) => {
                self.recipe.supervisor.succeeded(started.elapsed());
                Ok(value)
            }
            Err(fault) => Err(self.failed(fault, started)),
        }
    }

    /// Whether there is an instance, whose state could be saved.
    pub(crate) const fn is_live(&self) -> bool {
        self.instance.is_some()
    }

    /// What the guest logged as an error in its last call.
    pub(crate) fn take_last_error(&self) -> Option<String> {
        self.recipe.gate.take_last_error()
    }

    /// Throws the instance away, without cleanup.
    pub(crate) fn discard(&mut self) {
        self.control.set_stopper(None);
        self.instance = None;
    }

    /// Lets the guest clean up, if it runs, and ends it.
    pub(crate) fn stop(&mut self) {
        self.control.set_phase(Phase::Cleanup);
        let result = self.instance.as_mut().map_or(Ok(0), Live::cleanup);
        let extension = &*self.recipe.id;
        match result {
            Ok(0) => {}
            Ok(code) => tracing::warn!(extension, code, "the extension's cleanup failed"),
            Err(fault) => tracing::warn!(extension, %fault, "the extension's cleanup failed"),
        }
        self.discard();
    }

    /// A guest that was ended from outside has not failed.
    fn failed(&mut self, fault: Fault, started: Instant) -> Ended {
        self.discard();
        if self.control.is_killed() {
            let id = &self.recipe.id;
            let message = format_args!("the extension `{id}` was stopped");
            return Ended::NotNow(ErrorBody::new(self.control.reason(), message));
        }
        let Recipe { id, supervisor, limits, .. } = &self.recipe;
        supervisor.limits.note_fault(id, &fault, limits);
        if self.is_on_trial() {
            return Ended::Fault(fault);
        }
        let consequence = self.recipe.supervisor.failed(&fault, started.elapsed());
        self.keep(&fault, &consequence);
        Ended::Fault(fault)
    }

    fn is_on_trial(&self) -> bool {
        self.recipe.on_trial.load(Relaxed)
    }

    fn keep(&self, fault: &Fault, consequence: &Consequence) {
        self.recipe.states.change(&self.recipe.id, |state| {
            state.faults += 1;
            state.last_fault = Some(SavedFault::now(fault));
            if let Consequence::Quarantine(reason) = consequence {
                state.quarantine = Some(reason.clone());
            }
        });
        if let Consequence::Quarantine(reason) = consequence {
            let extension = &*self.recipe.id;
            tracing::error!(extension, reason, "the extension is quarantined");
        }
    }

    fn take_or_start(&mut self) -> Result<Result<Live, Fault>, Ended> {
        if let Some(instance) = self.instance.take() {
            return Ok(Ok(instance));
        }
        if self.control.is_killed() {
            let message = format_args!("the extension `{}` was stopped", self.recipe.id);
            return Err(Ended::NotNow(ErrorBody::new(ErrorCode::Stopped, message)));
        }
        if !self.is_on_trial() {
            self.recipe.supervisor.may_start(&self.recipe.id).map_err(Ended::NotNow)?;
        }
        Ok(self.start())
    }

    fn start(&self) -> Result<Live, Fault> {
        let Recipe { program, limits, gate, watchdog, supervisor, .. } = &self.recipe;
        self.control.set_phase(Phase::Init);
        let host = Box::new(gate.clone());
        let mut instance = program.start(limits.clone(), host, watchdog)?;
        self.control.set_stopper(Some(instance.stopper()));
        instance.init()?;
        self.control.set_phase(Phase::Running);
        supervisor.started();
        Ok(instance)
    }
}
