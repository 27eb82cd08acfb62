//! The compiler: its configuration, and code from wasm.

use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use wasmer::{
    Engine,
    sys::{CompilerConfig, Cranelift, NativeEngineExt, Target},
};

use crate::{
    InstanceLimits, ModuleError,
    engine::{self, compile_error, features},
    fuel::FuelChecks,
    scan,
};

/// Validates and compiles; returns the bytes that [`Artifact`](crate::Artifact) holds.
pub(crate) fn compile(wasm: &[u8], limits: &InstanceLimits) -> Result<Bytes, ModuleError> {
    scan::check_code(wasm)?;
    let engine = Engine::new(Box::new(compiler(limits)), Target::default(), features());
    let module = wasmer::Module::from_binary(&engine, wasm).map_err(compile_error)?;
    module.serialize().map_err(compile_error)
}

fn compiler(limits: &InstanceLimits) -> Cranelift {
    let mut compiler = Cranelift::default();
    compiler.push_middleware(Arc::new(FuelChecks::metering(limits.meters_fuel())));
    compiler
}

/// Returns a digest of all that decides what compiled code is; two programs with the same one may
/// share a cache.
pub(crate) fn fingerprint() -> blake3::Hash {
    blake3::hash(configuration(&InstanceLimits::MAX).as_bytes())
}

/// Names everything besides the wasm that decides what the compiled code is. It is the same for as
/// long as the program runs.
pub(crate) fn configuration(limits: &InstanceLimits) -> &'static str {
    static UNMETERED: OnceLock<String> = OnceLock::new();
    static METERED: OnceLock<String> = OnceLock::new();
    let known = if limits.meters_fuel() { &METERED } else { &UNMETERED };
    known.get_or_init(|| describe(limits))
}

fn describe(limits: &InstanceLimits) -> String {
    let engine = Engine::new(Box::new(compiler(limits)), Target::default(), features());
    let (compiler, metering) = (engine.deterministic_id(), limits.meters_fuel());
    format!("{}; {compiler}; counting {metering}", engine::describe())
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
