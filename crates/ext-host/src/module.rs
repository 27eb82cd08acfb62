//! A checked and compiled module.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use wasmer::{
    Engine,
    sys::{CompilerConfig, Cranelift, NativeEngineExt, Target},
};

use crate::{Limits, LoadError, clock::CallClock, memory::LimitTunables, scan, stop::StopChecks};

/// A module that may run here, compiled. Cheap to clone; its code is freed with the last clone and
/// the last instance.
#[derive(Clone)]
pub struct Module {
    pub(crate) inner: wasmer::Module,
    pub(crate) engine: Engine,
    tunables: LimitTunables,
    starting: Arc<Mutex<()>>,
}

impl Module {
    /// Checks and compiles a module for instances with these limits.
    ///
    /// Compiling takes about two seconds for a megabyte of wasm on one core.
    ///
    /// # Errors
    /// [`LoadError`]: what is wrong with the module. Nothing of it has run.
    pub fn compile(wasm: &[u8], limits: &Limits) -> Result<Self, LoadError> {
        scan::check(wasm, limits)?;
        let mut compiler = Cranelift::default();
        compiler.push_middleware(Arc::new(StopChecks::default()));
        let mut engine = Engine::new(Box::new(compiler), Target::default(), scan::features());
        let tunables = LimitTunables::new(limits);
        engine.set_tunables(tunables.clone());
        let inner = wasmer::Module::from_binary(&engine, wasm)
            .map_err(|error| LoadError::Compile(error.to_string()))?;
        Ok(Self { inner, engine, tunables, starting: Arc::default() })
    }

    /// Whether the module exports this name. The functions of the ABI have their types checked.
    #[must_use]
    pub fn has_export(&self, name: &str) -> bool {
        self.inner.exports().any(|export| export.name() == name)
    }

    /// From now to the end of the guard, instances that are made belong to `clock`.
    pub(crate) fn starting(&self, clock: &Arc<CallClock>) -> Starting<'_> {
        let guard = self.starting.lock().unwrap_or_else(PoisonError::into_inner);
        self.tunables.set_starting(Some(Arc::clone(clock)));
        Starting { tunables: &self.tunables, _one_at_a_time: guard }
    }
}

/// See [`Module::starting`].
pub(crate) struct Starting<'a> {
    tunables: &'a LimitTunables,
    _one_at_a_time: MutexGuard<'a, ()>,
}

impl Drop for Starting<'_> {
    fn drop(&mut self) {
        self.tunables.set_starting(None);
    }
}
