//! A checked and compiled module.

use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use ext_abi::ErrorCode;
use wasmer::{
    Engine,
    sys::{CompilerConfig, Cranelift, NativeEngineExt, Target},
};

use crate::{
    Artifact, Cache, Fault, InstanceLimits, MemoryBudget, ModuleError,
    memory::{self, LimitTunables},
    scan,
    stop::{self, FuelChecks},
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
    first_bytes: u64,
    counts_steps: bool,
}

impl Module {
    /// Checks and compiles a module for instances with these limits.
    ///
    /// Compiling takes about two seconds for a megabyte of wasm on one core.
    ///
    /// # Errors
    /// [`ModuleError`]: what is wrong with the module. Nothing of it has run.
    pub fn compile(wasm: &[u8], limits: &InstanceLimits) -> Result<Self, ModuleError> {
        Self::load(wasm, limits, None)
    }

    /// As [`compile`](Self::compile), but takes the compiled code from `cache` when it is there, and
    /// puts it there when it is not. A cache that cannot be read or written costs time only.
    ///
    /// # Errors
    /// As [`compile`](Self::compile).
    pub fn load(
        wasm: &[u8],
        limits: &InstanceLimits,
        cache: Option<&Cache>,
    ) -> Result<Self, ModuleError> {
        Self::load_within(wasm, limits, cache, &MemoryBudget::unlimited())
    }

    /// As [`load`](Self::load), with the linear memory of its instances taken from `budget`.
    ///
    /// # Errors
    /// As [`compile`](Self::compile).
    pub fn load_within(
        wasm: &[u8],
        limits: &InstanceLimits,
        cache: Option<&Cache>,
        budget: &MemoryBudget,
    ) -> Result<Self, ModuleError> {
        let hash = blake3::hash(wasm);
        let artifact = Artifact::find(wasm, &hash, limits, cache)?;
        let revived = artifact.deserialize(limits, budget);
        // What was in the cache may be of no use; what was just compiled is.
        revived
            .or_else(|_| Artifact::compile(wasm, &hash, limits, cache)?.deserialize(limits, budget))
    }

    pub(crate) fn deserialize(
        code: Bytes,
        limits: &InstanceLimits,
        budget: &MemoryBudget,
        first_bytes: u64,
        counts_steps: bool,
    ) -> Result<Self, ModuleError> {
        let mut engine = Engine::headless();
        engine.set_tunables(LimitTunables::new(limits, budget.clone()));
        let inner = memory::deserialize(&engine, code).map_err(compile_error)?;
        Ok(Self { inner, engine, budget: budget.clone(), first_bytes, counts_steps })
    }

    /// Whether the module exports this name. The functions of the ABI have their types checked.
    #[must_use]
    pub fn has_export(&self, name: &str) -> bool {
        name != stop::START && self.inner.exports().any(|export| export.name() == name)
    }

    /// Whether an instance with these limits can be made now.
    pub(crate) fn ensure_fits(&self, limits: &InstanceLimits) -> Result<(), Fault> {
        if limits.count_steps() && !self.counts_steps {
            let message = "the module was compiled without a limit on steps";
            return Err(Fault::new(ErrorCode::Internal, message));
        }
        self.ensure_room()
    }

    /// Whether the budget has room for the memory that an instance starts with.
    pub(crate) fn ensure_room(&self) -> Result<(), Fault> {
        self.budget.ensure_room(self.first_bytes)
    }
}

/// Validates and compiles; gives back what `deserialize` takes.
pub(crate) fn compile(wasm: &[u8], limits: &InstanceLimits) -> Result<Bytes, ModuleError> {
    scan::check_code(wasm)?;
    let engine = Engine::new(Box::new(compiler(limits)), Target::default(), scan::features());
    let module = wasmer::Module::from_binary(&engine, wasm).map_err(compile_error)?;
    module.serialize().map_err(compile_error)
}

fn compiler(limits: &InstanceLimits) -> Cranelift {
    let mut compiler = Cranelift::default();
    compiler.push_middleware(Arc::new(FuelChecks::counting(limits.count_steps())));
    compiler
}

fn compile_error(error: impl std::fmt::Display) -> ModuleError {
    ModuleError::Compile(error.to_string())
}

/// Stands for what decides what compiled code is; two programs with the same one may share a cache.
pub(crate) fn fingerprint() -> blake3::Hash {
    blake3::hash(configuration(&InstanceLimits::MAX).as_bytes())
}

/// Everything besides the wasm that decides what the compiled code is. It is the same for as long as
/// the program runs.
pub(crate) fn configuration(limits: &InstanceLimits) -> &'static str {
    static LOOKING: OnceLock<String> = OnceLock::new();
    static COUNTING: OnceLock<String> = OnceLock::new();
    let known = if limits.count_steps() { &COUNTING } else { &LOOKING };
    known.get_or_init(|| describe(limits))
}

fn describe(limits: &InstanceLimits) -> String {
    let target = Target::default();
    let engine = Engine::new(Box::new(compiler(limits)), target.clone(), scan::features());
    format!(
        "wasmer {}; {}; {}; {:?}; {:?}; {}; counting {}",
        wasmer_types::VERSION,
        engine.deterministic_id(),
        target.triple(),
        target.cpu_features(),
        scan::features(),
        stop::REVISION,
        limits.count_steps(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Loads beyond a bound must not happen in speculation either.
    #[test]
    fn time_10_bounds_are_kept_in_speculation_too() {
        let flags = compiler(&InstanceLimits::MAX).flags(&Target::default());
        assert!(flags.enable_heap_access_spectre_mitigation());
        assert!(flags.enable_table_access_spectre_mitigation());
    }
}
