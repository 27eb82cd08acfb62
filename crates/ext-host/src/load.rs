//! Modules from wasm in one step: checked, compiled unless a cache has the code, and loaded.

use crate::{Artifact, Cache, InstanceLimits, MemoryBudget, Module, ModuleError, scan};

impl Module {
    /// Checks a module as [`compile`](Self::compile) does, without compiling it.
    ///
    /// ```
    /// use ext_host::{InstanceLimits, Module};
    ///
    /// assert!(Module::check(b"text", &InstanceLimits::default()).is_err());
    /// ```
    ///
    /// # Errors
    /// As [`compile`](Self::compile), but for what only the compiler finds.
    pub fn check(wasm: &[u8], limits: &InstanceLimits) -> Result<(), ModuleError> {
        scan::check_surface(wasm, limits)?;
        scan::check_code(wasm)
    }

    /// Checks and compiles a module for instances with these limits.
    ///
    /// Compiling takes about two seconds for a megabyte of wasm on one core.
    ///
    /// ```
    /// use ext_host::{ErrorCode, InstanceLimits, Module};
    ///
    /// let refused = Module::compile(b"text", &InstanceLimits::default());
    /// assert_eq!(refused.err().map(|error| error.code()), Some(ErrorCode::ModuleInvalid));
    /// ```
    ///
    /// # Errors
    /// [`ModuleError`]: what is wrong with the module. Nothing of it has run.
    pub fn compile(wasm: &[u8], limits: &InstanceLimits) -> Result<Self, ModuleError> {
        Self::load(wasm, limits, None)
    }

    /// Loads a module as [`compile`](Self::compile) does, but takes the compiled code from `cache`
    /// when it is there, and puts it there when it is not. A cache that cannot be read or written
    /// costs time only.
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

    /// Loads a module as [`load`](Self::load) does, with the linear memory of its instances taken
    /// from `budget`.
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
        let loaded = artifact.deserialize(limits, budget);
        // What was in the cache may be of no use; what was just compiled is.
        loaded
            .or_else(|_| Artifact::compile(wasm, &hash, limits, cache)?.deserialize(limits, budget))
    }
}
