//! The instance of an extension, on its thread: started at need, thrown away after a fault.

use std::sync::{Arc, Mutex, PoisonError};

use ext_host::{Fault, Instance, Limits, Module, Watchdog};

use crate::{extension::Health, gate::Gate};

/// What it takes to start an instance.
pub(crate) struct Recipe {
    pub(crate) module: Module,
    pub(crate) limits: Limits,
    pub(crate) gate: Gate,
    pub(crate) watchdog: Watchdog,
    pub(crate) health: Arc<Mutex<Health>>,
}

/// One extension's instance, if it has one now.
pub(crate) struct Guest {
    recipe: Recipe,
    instance: Option<Instance>,
}

impl Guest {
    pub(crate) const fn new(recipe: Recipe) -> Self {
        Self { recipe, instance: None }
    }

    /// Runs a call in the instance, or in a fresh one when there is none.
    pub(crate) fn run<T>(
        &mut self,
        call: impl FnOnce(&mut Instance) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let result = self.take_or_start().and_then(|mut instance| {
            self.recipe.gate.take_last_error();
            let value = call(&mut instance)?;
            self.instance = Some(instance);
            Ok(value)
        });
        if let Err(fault) = &result {
            self.record(|health| health.last_fault = Some(fault.clone()));
        }
        result
    }

    /// What the guest logged as an error in its last call.
    pub(crate) fn take_last_error(&self) -> Option<String> {
        self.recipe.gate.take_last_error()
    }

    /// Throws the instance away, without cleanup.
    pub(crate) fn discard(&mut self) {
        self.instance = None;
    }

    /// Lets the guest clean up, if it runs, and ends it.
    pub(crate) fn stop(&mut self) -> Result<i32, Fault> {
        self.instance.take().map_or(Ok(0), |mut instance| instance.cleanup())
    }

    fn take_or_start(&mut self) -> Result<Instance, Fault> {
        match self.instance.take() {
            Some(instance) => Ok(instance),
            None => self.start(),
        }
    }

    fn start(&self) -> Result<Instance, Fault> {
        let Recipe { module, limits, gate, watchdog, .. } = &self.recipe;
        let host = Box::new(gate.clone());
        let mut instance = Instance::start(module, limits.clone(), host, watchdog)?;
        instance.init()?;
        self.record(|health| health.starts += 1);
        Ok(instance)
    }

    fn record(&self, change: impl FnOnce(&mut Health)) {
        change(&mut self.recipe.health.lock().unwrap_or_else(PoisonError::into_inner));
    }
}
