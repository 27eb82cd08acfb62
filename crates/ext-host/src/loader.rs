//! The loader that all modules of one host share: caps, memory, compiler, cache, and refusals.

use std::collections::VecDeque;

use blake3::Hash;
use bytes::Bytes;
use parking_lot::Mutex;

use crate::{
    Artifact, Cache, CompilerProcess, HashedWasm, InstanceLimits, MemoryBudget, Module,
    ModuleError, compiler::Outcome, scan,
};

/// Refusals that are remembered; older ones are forgotten first.
const REFUSALS: usize = 1024;

/// A loader of modules within the limits of one host.
///
/// - A manifest's limits are capped by the host's.
/// - The linear memory of all instances comes from one budget.
/// - One module is compiled at a time; the others wait. Modules from the cache do not.
/// - A module that was refused is refused again without a look at it.
/// - With a [`CompilerProcess`], modules are compiled in a process of their own, within limits of time
///   and memory; where there is no such program, here.
///
/// ```
/// use ext_host::{InstanceLimits, Loader, MemoryBudget};
///
/// let caps = InstanceLimits { memory_bytes: 64 << 20, ..InstanceLimits::MAX };
/// let loader = Loader::new(caps, MemoryBudget::new(1 << 30));
/// assert_eq!(loader.cap(InstanceLimits::MAX).memory_bytes, 64 << 20);
/// assert!(loader.load(b"not a module", &InstanceLimits::default()).is_err());
/// ```
pub struct Loader {
    caps: InstanceLimits,
    budget: MemoryBudget,
    cache: Option<Cache>,
    compiler: Option<CompilerProcess>,
    refusals: Mutex<VecDeque<(Hash, InstanceLimits, ModuleError)>>,
    compiling: Mutex<()>,
}

impl Loader {
    /// Makes a loader without a cache and without limits besides `caps` and `budget`.
    #[must_use]
    pub fn new(caps: InstanceLimits, budget: MemoryBudget) -> Self {
        let (cache, compiler, refusals, compiling) = Default::default();
        Self { caps, budget, cache, compiler, refusals, compiling }
    }

    /// Adds a cache of compiled modules.
    #[must_use]
    pub fn with_cache(self, cache: Cache) -> Self {
        Self { cache: Some(cache), ..self }
    }

    /// Adds a process of its own for each module that is compiled.
    #[must_use]
    pub fn with_compiler(self, compiler: CompilerProcess) -> Self {
        Self { compiler: Some(compiler), ..self }
    }

    /// Lowers `limits` to the caps of this host.
    #[must_use]
    pub fn cap(&self, limits: InstanceLimits) -> InstanceLimits {
        limits.capped(&self.caps)
    }

    /// Returns the budget of memory of all instances.
    #[must_use]
    pub fn budget(&self) -> &MemoryBudget {
        &self.budget
    }

    /// Loads a module; `limits` are capped.
    ///
    /// # Errors
    /// [`ModuleError`]: what is wrong with the module; [`ModuleError::CompileLimit`] when compiling takes
    /// too much; [`ModuleError::Busy`] when there is no memory for an instance of it now.
    pub fn load<'w>(
        &self,
        wasm: impl Into<HashedWasm<'w>>,
        limits: &InstanceLimits,
    ) -> Result<Module, ModuleError> {
        let (wasm, limits) = (wasm.into(), self.cap(limits.clone()));
        let module = self.unless_refused(wasm, &limits, || {
            let loaded = self.find(wasm, &limits)?.deserialize(&limits, &self.budget);
            // What was in the cache may be of no use; what was just compiled is.
            loaded.or_else(|_| self.compile(wasm, &limits)?.deserialize(&limits, &self.budget))
        })?;
        module.ensure_room().map_err(|_| self.busy())?;
        Ok(module)
    }

    /// Loads a module for instances in other processes: its code is not loaded here.
    ///
    /// # Errors
    /// As [`load`](Self::load).
    pub fn load_artifact<'w>(
        &self,
        wasm: impl Into<HashedWasm<'w>>,
        limits: &InstanceLimits,
    ) -> Result<Artifact, ModuleError> {
        let (wasm, limits) = (wasm.into(), self.cap(limits.clone()));
        let artifact = self.unless_refused(wasm, &limits, || self.find(wasm, &limits))?;
        self.budget.ensure_room(artifact.first_bytes()).map_err(|_| self.busy())?;
        Ok(artifact)
    }

    fn busy(&self) -> ModuleError {
        ModuleError::Busy { limit: self.budget.limit() }
    }

    /// Refuses what was refused before, and remembers what is refused now.
    fn unless_refused<T>(
        &self,
        wasm: HashedWasm<'_>,
        limits: &InstanceLimits,
        load: impl FnOnce() -> Result<T, ModuleError>,
    ) -> Result<T, ModuleError> {
        let hash = wasm.hash();
        if let Some(error) = self.refused(hash, limits) {
            return Err(error);
        }
        load().inspect_err(|error| {
            tracing::warn!(code = %error.code(), wasm = %hash, "a module was refused: {error}");
            if error.is_lasting() {
                self.remember(*hash, limits.clone(), error.clone());
            }
        })
    }

    /// Takes the code from the cache, or from the compiler.
    fn find(&self, wasm: HashedWasm<'_>, limits: &InstanceLimits) -> Result<Artifact, ModuleError> {
        let (bytes, hash) = (wasm.bytes(), wasm.hash());
        let cache = self.cache.as_ref();
        if let Some(artifact) = Artifact::from_cache(bytes, hash, limits, cache)? {
            return Ok(artifact);
        }
        let _one_at_a_time = self.compiling.lock();
        // Another thread may have compiled it while this one waited.
        if let Some(artifact) = Artifact::from_cache(bytes, hash, limits, cache)? {
            return Ok(artifact);
        }
        self.compile(wasm, limits)
    }

    /// Compiles a module, in a process where there is one, and puts its code into the cache.
    fn compile(
        &self,
        wasm: HashedWasm<'_>,
        limits: &InstanceLimits,
    ) -> Result<Artifact, ModuleError> {
        let (wasm, hash) = (wasm.bytes(), wasm.hash());
        let cache = self.cache.as_ref();
        let compiler = self.compiler.as_ref();
        match compiler.map_or(Ok(None), |compiler| compile_by(compiler, wasm, limits))? {
            Some(code) => Artifact::compiled(wasm, hash, limits, code, cache),
            None => Artifact::compile(wasm, hash, limits, cache),
        }
    }

    fn refused(&self, hash: &Hash, limits: &InstanceLimits) -> Option<ModuleError> {
        let refusals = self.refusals.lock();
        let mut found =
            refusals.iter().filter(|(known, under, _)| known == hash && under == limits);
        found.next().map(|(.., error)| error.clone())
    }

    fn remember(&self, hash: Hash, limits: InstanceLimits, error: ModuleError) {
        let mut refusals = self.refusals.lock();
        if refusals.len() == REFUSALS {
            refusals.pop_front();
        }
        refusals.push_back((hash, limits, error));
    }
}

impl Default for Loader {
    /// Makes a loader without caps, budget and cache.
    fn default() -> Self {
        Self::new(InstanceLimits::MAX, MemoryBudget::unlimited())
    }
}

/// Lets a process compile, and returns the code; `None` when there is no such process.
fn compile_by(
    compiler: &CompilerProcess,
    wasm: &[u8],
    limits: &InstanceLimits,
) -> Result<Option<Bytes>, ModuleError> {
    scan::check_surface(wasm, limits)?;
    scan::check_code(wasm)?;
    match compiler.compile(wasm, limits.meters_fuel()) {
        Outcome::Done(code) => Ok(Some(code)),
        Outcome::Refused(error) => Err(error),
        Outcome::Absent(reason) => {
            tracing::warn!(reason, "no process compiles modules: this one does, without limits");
            Ok(None)
        }
    }
}
