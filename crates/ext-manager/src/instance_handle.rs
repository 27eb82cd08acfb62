//! Compiled modules and live instances, in this process or each in a process of its own.

use std::sync::Arc;

use ext_host::{
    Artifact, Fault, HashedWasm, Host, Instance, InstanceLimits, InterruptHandle, Loader,
    MemoryBudget, Module, Reply, Watchdog,
};
use ext_host_process::{ProcessInstance, ProcessInterruptHandle, Processes, Surroundings};

/// A compiled module, from which instances are started.
#[derive(Clone)]
pub(crate) enum CompiledModule {
    /// A module that is loaded in this process.
    InProcess(Module),
    /// Code that is loaded in the process of each instance.
    OutOfProcess {
        artifact: Artifact,
        processes: Processes,
        surroundings: Arc<Surroundings>,
        budget: MemoryBudget,
    },
}

impl CompiledModule {
    /// Checks, compiles and, for instances in this process, loads a module.
    pub(crate) fn load(
        loader: &Loader,
        wasm: HashedWasm<'_>,
        limits: &InstanceLimits,
        places: Option<(Processes, Surroundings)>,
    ) -> Result<Self, ext_host::ModuleError> {
        let Some((processes, surroundings)) = places else {
            return loader.load(wasm, limits).map(Self::InProcess);
        };
        let artifact = loader.load_artifact(wasm, limits)?;
        let (surroundings, budget) = (Arc::new(surroundings), loader.budget().clone());
        Ok(Self::OutOfProcess { artifact, processes, surroundings, budget })
    }

    pub(crate) fn has_export(&self, name: &str) -> bool {
        match self {
            Self::InProcess(module) => module.has_export(name),
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
            Self::InProcess(module) => {
                let instance = Instance::start(module, limits, host, watchdog)?;
                Ok(InstanceHandle::InProcess(Box::new(instance)))
            }
            Self::OutOfProcess { artifact, processes, surroundings, budget } => {
                let instance = processes.start_in(artifact, limits, host, budget, surroundings)?;
                Ok(InstanceHandle::OutOfProcess(Box::new(instance)))
            }
        }
    }
}

/// A live instance. Boxed, since each call takes it out of its guest and puts it back.
pub(crate) enum InstanceHandle {
    /// In this process.
    InProcess(Box<Instance>),
    /// In a process of its own.
    OutOfProcess(Box<ProcessInstance>),
}

/// Calls the same method on either kind of instance.
macro_rules! either {
    ($handle:expr, $instance:ident => $call:expr) => {
        match $handle {
            InstanceHandle::InProcess($instance) => $call,
            InstanceHandle::OutOfProcess($instance) => $call,
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

    pub(crate) fn memory_bytes(&self) -> u64 {
        either!(self, instance => instance.memory_bytes())
    }

    pub(crate) fn interrupt_handle(&self) -> AnyInterruptHandle {
        match self {
            Self::InProcess(instance) => AnyInterruptHandle::InProcess(instance.interrupt_handle()),
            Self::OutOfProcess(instance) => {
                AnyInterruptHandle::OutOfProcess(instance.interrupt_handle())
            }
        }
    }
}

/// A handle that ends a live instance from any thread.
#[derive(Debug)]
pub(crate) enum AnyInterruptHandle {
    InProcess(InterruptHandle),
    OutOfProcess(ProcessInterruptHandle),
}

impl AnyInterruptHandle {
    pub(crate) fn interrupt(&self) {
        match self {
            Self::InProcess(handle) => handle.interrupt(),
            Self::OutOfProcess(handle) => handle.interrupt(),
        }
    }
}
