//! A live instance, in this process or in one of its own.

use ext_host::{
    Artifact, Fault, Host, Instance, InstanceLimits, InterruptHandle, Loader, MemoryBudget, Module,
    Reply, Watchdog,
};
use ext_host_process::{ProcessInstance, ProcessStopper, Processes};

/// What instances are started of.
#[derive(Clone)]
pub(crate) enum CompiledModule {
    /// A module that is loaded here.
    Here(Module),
    /// Code that is loaded in the process of each instance.
    OutOfProcess { artifact: Artifact, processes: Processes, budget: MemoryBudget },
}

impl CompiledModule {
    /// Checks, compiles and, for instances in this process, loads a module.
    pub(crate) fn load(
        loader: &Loader,
        wasm: &[u8],
        limits: &InstanceLimits,
        processes: Option<Processes>,
    ) -> Result<Self, ext_host::ModuleError> {
        let Some(processes) = processes else {
            return loader.load(wasm, limits).map(Self::Here);
        };
        let artifact = loader.load_artifact(wasm, limits)?;
        Ok(Self::OutOfProcess { artifact, processes, budget: loader.budget().clone() })
    }

    pub(crate) fn has_export(&self, name: &str) -> bool {
        match self {
            Self::Here(module) => module.has_export(name),
            Self::OutOfProcess { artifact, .. } => artifact.has_export(name),
        }
    }

    pub(crate) fn start(
        &self,
        limits: InstanceLimits,
        host: Box<dyn Host>,
        watchdog: &Watchdog,
    ) -> Result<InstanceHandle, Fault> {
        match self {
            Self::Here(module) => {
                let instance = Instance::start(module, limits, host, watchdog)?;
                Ok(InstanceHandle::Here(Box::new(instance)))
            }
            Self::OutOfProcess { artifact, processes, budget } => {
                let instance = processes.start(artifact, limits, host, budget)?;
                Ok(InstanceHandle::OutOfProcess(Box::new(instance)))
            }
        }
    }
}

/// A live instance. Boxed, since each call takes it out of its guest and puts it back.
pub(crate) enum InstanceHandle {
    /// In this process.
    Here(Box<Instance>),
    /// In a process of its own.
    OutOfProcess(Box<ProcessInstance>),
}

/// Lets either kind do it.
macro_rules! either {
    ($live:expr, $instance:ident => $does:expr) => {
        match $live {
            InstanceHandle::Here($instance) => $does,
            InstanceHandle::OutOfProcess($instance) => $does,
        }
    };
}

impl InstanceHandle {
    pub(crate) fn init(&mut self) -> Result<(), Fault> {
        either!(self, instance => instance.init())
    }

    pub(crate) fn cleanup(&mut self) -> Result<i32, Fault> {
        either!(self, instance => instance.cleanup())
    }

    pub(crate) fn call(&mut self, method: &str, payload: &[u8]) -> Result<Reply, Fault> {
        either!(self, instance => instance.call(method, payload))
    }

    pub(crate) fn on_event(&mut self, event: &[u8]) -> Result<i32, Fault> {
        either!(self, instance => instance.on_event(event))
    }

    pub(crate) fn save(&mut self) -> Result<Option<Reply>, Fault> {
        either!(self, instance => instance.save())
    }

    pub(crate) fn restore(&mut self, state: &[u8]) -> Result<Option<i32>, Fault> {
        either!(self, instance => instance.restore(state))
    }

    pub(crate) fn stopper(&self) -> LiveStopper {
        match self {
            Self::Here(instance) => LiveStopper::Here(instance.stopper()),
            Self::OutOfProcess(instance) => LiveStopper::OutOfProcess(instance.stopper()),
        }
    }
}

/// Ends a live instance from any thread.
#[derive(Debug)]
pub(crate) enum LiveStopper {
    Here(InterruptHandle),
    OutOfProcess(ProcessStopper),
}

impl LiveStopper {
    pub(crate) fn stop(&self) {
        match self {
            Self::Here(stopper) => stopper.stop(),
            Self::OutOfProcess(stopper) => stopper.stop(),
        }
    }
}
