//! A checked and compiled module.

use bytes::Bytes;
use ext_abi::ErrorCode;
use wasmer::{Engine, sys::NativeEngineExt};

use crate::{
    Fault, InstanceLimits, MemoryBudget, MemoryShare, ModuleError,
    engine::{START, compile_error},
    footprint::Footprint,
    memory::{self, LimitTunables},
};

/// A module that may run here, compiled. Cheap to clone; its code is freed with the last clone and
/// the last instance.
///
/// The compiler has an engine of its own that is thrown away; the module has one without a compiler.
/// So one module's compilation never holds up another's calls, and nothing of it is kept.
#[derive(Clone)]
pub struct Module {
    pub(crate) inner: wasmer::Module,
    pub(crate) engine: Engine,
    budget: MemoryBudget,
    footprint: Footprint,
    meters_fuel: bool,
}

impl Module {
    /// Loads compiled code, whose instances take so much memory.
    pub(crate) fn deserialize(
        code: Bytes,
        limits: &InstanceLimits,
        budget: &MemoryBudget,
        footprint: Footprint,
        meters_fuel: bool,
    ) -> Result<Self, ModuleError> {
        let mut engine = Engine::headless();
        engine.set_tunables(LimitTunables::new(limits, footprint.table_growth, budget.clone()));
        let inner = memory::deserialize(&engine, code).map_err(compile_error)?;
        Ok(Self { inner, engine, budget: budget.clone(), footprint, meters_fuel })
    }

    /// Returns true if the module exports this name. The types of the ABI's functions were checked.
    #[must_use]
    pub fn has_export(&self, name: &str) -> bool {
        name != START && self.inner.exports().any(|export| export.name() == name)
    }

    /// Checks that an instance with these limits can be made now.
    pub(crate) fn ensure_fits(&self, limits: &InstanceLimits) -> Result<(), Fault> {
        if limits.meters_fuel() && !self.meters_fuel {
            let message = "the module was compiled without fuel metering";
            return Err(Fault::new(ErrorCode::Internal, message));
        }
        self.ensure_room()
    }

    /// Checks that the budget has room for what an instance starts with.
    pub(crate) fn ensure_room(&self) -> Result<(), Fault> {
        self.budget.ensure_room(self.footprint.first_bytes())
    }

    /// Takes from the budget what the tables of an instance may grow to: the engine tells nobody when
    /// they grow.
    pub(crate) fn take_tables(&self) -> Result<MemoryShare, Fault> {
        let mut share = self.budget.share();
        match share.grow(self.footprint.table_bytes()) {
            true => Ok(share),
            false => Err(self.budget.used_up()),
        }
    }
}
