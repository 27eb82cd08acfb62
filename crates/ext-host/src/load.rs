//! Modules and artifacts from wasm: checked, compiled unless a cache has the code, and loaded.

use std::io;

use blake3::Hash;
use bytes::Bytes;
use ext_process::{SealedBytes, SealedWriter};

use crate::{
    Artifact, Cache, InstanceLimits, MemoryBudget, Module, ModuleError, WasiWorld,
    artifact::Code,
    cache::Key,
    codegen::{compile, configuration},
    scan,
};

impl Artifact {
    /// Checks a module for instances with these limits, and compiles it unless its code is in
    /// `cache`.
    ///
    /// # Errors
    /// [`ModuleError`]: what is wrong with the module.
    pub fn load(
        wasm: &[u8],
        limits: &InstanceLimits,
        cache: Option<&Cache>,
    ) -> Result<Self, ModuleError> {
        Self::find(wasm, &blake3::hash(wasm), limits, cache)
    }

    /// Loads as [`load`](Self::load) does, a wasm whose hash is known.
    pub(crate) fn find(
        wasm: &[u8],
        hash: &Hash,
        limits: &InstanceLimits,
        cache: Option<&Cache>,
    ) -> Result<Self, ModuleError> {
        match Self::from_cache(wasm, hash, limits, cache)? {
            Some(artifact) => Ok(artifact),
            None => Self::compile(wasm, hash, limits, cache),
        }
    }

    /// Checks and compiles a module, whatever is in the cache.
    pub(crate) fn compile(
        wasm: &[u8],
        hash: &Hash,
        limits: &InstanceLimits,
        cache: Option<&Cache>,
    ) -> Result<Self, ModuleError> {
        // Before the compiler sees it.
        scan::check_surface(wasm, limits)?;
        Self::compiled(wasm, hash, limits, compile(wasm, limits)?, cache)
    }

    /// Makes the artifact of a module that was just compiled. A cache that cannot be written costs time
    /// later.
    pub(crate) fn compiled(
        wasm: &[u8],
        hash: &Hash,
        limits: &InstanceLimits,
        code: Bytes,
        cache: Option<&Cache>,
    ) -> Result<Self, ModuleError> {
        let surface = scan::check_surface(wasm, limits)?;
        if let Some(cache) = cache {
            cache.put(&Key::new(hash, configuration(limits)), &code);
        }
        Ok(Self::checked(code_for(limits.wasi, code), surface, limits))
    }

    /// Finds the artifact when its code is in the cache. Only what was compiled before is there, and so
    /// validated; what depends on `limits` is checked again.
    pub(crate) fn from_cache(
        wasm: &[u8],
        hash: &Hash,
        limits: &InstanceLimits,
        cache: Option<&Cache>,
    ) -> Result<Option<Self>, ModuleError> {
        let key = Key::new(hash, configuration(limits));
        let Some(code) = cache.and_then(|cache| cached_code(cache, &key, limits.wasi)) else {
            return Ok(None);
        };
        let surface = scan::check_surface(wasm, limits)?;
        Ok(Some(Self::checked(code, surface, limits)))
    }

    fn checked(code: Code, surface: scan::ModuleSummary, limits: &InstanceLimits) -> Self {
        let scan::ModuleSummary { exports, footprint } = surface;
        let meters_fuel = limits.meters_fuel();
        Self { code, exports: exports.into(), footprint, meters_fuel }
    }
}

/// Moves code that other processes run into memory that they can share, where the system has that.
fn code_for(world: WasiWorld, code: Bytes) -> Code {
    let sealed = (world >= WasiWorld::Files).then(|| shared(SealedBytes::new(&code)));
    sealed.flatten().map_or(Code::Own(code), Code::Sealed)
}

/// Reads code from a cache; that which other processes run goes into the memory that they share
/// directly, and is never in this process as a copy.
fn cached_code(cache: &Cache, key: &Key, world: WasiWorld) -> Option<Code> {
    let writer = (world >= WasiWorld::Files).then(|| shared(SealedWriter::new()));
    if let Some(mut writer) = writer.flatten()
        && cache.get_into(key, &mut writer)
        && let Some(sealed) = shared(writer.seal())
    {
        return Some(Code::Sealed(sealed));
    }
    cache.get(key).map(|code| Code::Own(code.into()))
}

/// Returns shared memory, if the system has it.
fn shared<T>(memory: io::Result<T>) -> Option<T> {
    let copied = |error: &io::Error| {
        tracing::debug!(%error, "compiled code is copied for each process");
    };
    memory.inspect_err(copied).ok()
}

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
