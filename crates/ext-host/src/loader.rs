//! What all modules of one host share: caps, memory, compiler, cache, and what was refused.

use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
};

use blake3::Hash;

use crate::{
    Artifact, Cache, CompilerProcess, InstanceLimits, MemoryBudget, Module, ModuleError,
    compiler::Outcome, scan,
};

/// Refusals that are remembered; older ones are forgotten first.
const REFUSALS: usize = 1024;

/// Loads modules within the limits of one host.
///
/// - A manifest's limits are capped by the host's.
/// - The linear memory of all instances comes from one budget.
/// - One module is compiled at a time; the others wait. Modules from the cache do not.
/// - A module that was refused is refused again without a look at it.
/// - With a cache and a [`CompilerProcess`], modules are compiled in a process of their own, within
///   limits of time and memory; where there is no such program, here.
pub struct Loader {
    caps: InstanceLimits,
    budget: MemoryBudget,
    cache: Option<Cache>,
    compiler: Option<CompilerProcess>,
    refusals: Mutex<VecDeque<(Hash, InstanceLimits, ModuleError)>>,
    compiling: Mutex<()>,
}

impl Loader {
    /// A loader without a cache and without limits besides `caps` and `budget`.
    #[must_use]
    pub fn new(caps: InstanceLimits, budget: MemoryBudget) -> Self {
        let (cache, compiler, refusals, compiling) = Default::default();
        Self { caps, budget, cache, compiler, refusals, compiling }
    }

    /// With a cache of compiled modules.
    #[must_use]
    pub fn with_cache(self, cache: Cache) -> Self {
        Self { cache: Some(cache), ..self }
    }

    /// With a process of its own for each module that is compiled. It needs the cache as well, which
    /// is where the code comes back.
    #[must_use]
    pub fn with_compiler(self, compiler: CompilerProcess) -> Self {
        Self { compiler: Some(compiler), ..self }
    }

    /// What of `limits` an extension gets.
    #[must_use]
    pub fn cap(&self, limits: InstanceLimits) -> InstanceLimits {
        limits.capped(&self.caps)
    }

    /// The memory of all instances.
    #[must_use]
    pub fn budget(&self) -> &MemoryBudget {
        &self.budget
    }

    /// Loads a module; `limits` are capped.
    ///
    /// # Errors
    /// [`ModuleError`]; [`ModuleError::Busy`] when there is no memory for an instance of it now.
    pub fn load(&self, wasm: &[u8], limits: &InstanceLimits) -> Result<Module, ModuleError> {
        let limits = self.cap(limits.clone());
        let module = self.unless_refused(wasm, &limits, |hash| {
            let revived = self.find(wasm, hash, &limits)?.deserialize(&limits, &self.budget);
            let cache = self.cache.as_ref();
            revived.or_else(|_| Module::load_within(wasm, &limits, cache, &self.budget))
        })?;
        module.ensure_room().map_err(|_| self.busy())?;
        Ok(module)
    }

    /// As [`load`](Self::load), but for instances in other processes: its code is not loaded here.
    ///
    /// # Errors
    /// As [`load`](Self::load).
    pub fn load_artifact(
        &self,
        wasm: &[u8],
        limits: &InstanceLimits,
    ) -> Result<Artifact, ModuleError> {
        let limits = self.cap(limits.clone());
        let artifact = self.unless_refused(wasm, &limits, |hash| self.find(wasm, hash, &limits))?;
        self.budget.ensure_room(artifact.first_bytes()).map_err(|_| self.busy())?;
        Ok(artifact)
    }

    fn busy(&self) -> ModuleError {
        ModuleError::Busy { limit: self.budget.limit() }
    }

    /// Refuses what was refused before, and remembers what is refused now.
    fn unless_refused<T>(
        &self,
        wasm: &[u8],
        limits: &InstanceLimits,
        load: impl FnOnce(&Hash) -> Result<T, ModuleError>,
    ) -> Result<T, ModuleError> {
        let hash = blake3::hash(wasm);
        if let Some(error) = self.refused(&hash, limits) {
            return Err(error);
        }
        load(&hash).inspect_err(|error| {
            tracing::warn!(code = %error.code(), wasm = %hash, "a module was refused: {error}");
            if !matches!(error, ModuleError::CompileLimit { .. }) {
                // That one depends on the machine's load.
                self.remember(hash, limits.clone(), error.clone());
            }
        })
    }

    /// Code from the cache, or from the compiler.
    fn find(
        &self,
        wasm: &[u8],
        hash: &Hash,
        limits: &InstanceLimits,
    ) -> Result<Artifact, ModuleError> {
        let cache = self.cache.as_ref();
        if let Some(artifact) = Artifact::from_cache(wasm, hash, limits, cache)? {
            return Ok(artifact);
        }
        let _one_at_a_time = lock(&self.compiling);
        // Who had to wait may find that another compiled it.
        if let Some(artifact) = Artifact::from_cache(wasm, hash, limits, cache)? {
            return Ok(artifact);
        }
        if let (Some(compiler), Some(cache)) = (&self.compiler, cache)
            && let Some(artifact) = find_by(compiler, cache, wasm, hash, limits)?
        {
            return Ok(artifact);
        }
        Artifact::compile(wasm, hash, limits, cache)
    }

    fn refused(&self, hash: &Hash, limits: &InstanceLimits) -> Option<ModuleError> {
        let refusals = lock(&self.refusals);
        let mut found =
            refusals.iter().filter(|(known, under, _)| known == hash && under == limits);
        found.next().map(|(.., error)| error.clone())
    }

    fn remember(&self, hash: Hash, limits: InstanceLimits, error: ModuleError) {
        let mut refusals = lock(&self.refusals);
        if refusals.len() == REFUSALS {
            refusals.pop_front();
        }
        refusals.push_back((hash, limits, error));
    }
}

impl Default for Loader {
    /// A loader without caps, budget and cache.
    fn default() -> Self {
        Self::new(InstanceLimits::MAX, MemoryBudget::unlimited())
    }
}

/// Lets a process compile; `None` when there is no such process.
fn find_by(
    compiler: &CompilerProcess,
    cache: &Cache,
    wasm: &[u8],
    hash: &Hash,
    limits: &InstanceLimits,
) -> Result<Option<Artifact>, ModuleError> {
    scan::check_surface(wasm, limits)?;
    scan::check_code(wasm)?;
    match compiler.compile(wasm, limits.count_steps()) {
        Outcome::Done => {
            let artifact = Artifact::from_cache(wasm, hash, limits, Some(cache))?;
            let none = || ModuleError::Compile("the compiler left no code in the cache".into());
            artifact.ok_or_else(none).map(Some)
        }
        Outcome::Refused(error) => Err(error),
        Outcome::Absent(reason) => {
            tracing::debug!(reason, "no process compiles: this one does");
            Ok(None)
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
