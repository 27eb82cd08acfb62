//! What all modules of one host share: caps, memory, compiler, cache, and what was refused.

use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
};

use blake3::Hash;

use crate::{
    Cache, CompilerProcess, Limits, LoadError, MemoryBudget, Module, compiler::Outcome, scan,
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
    caps: Limits,
    budget: MemoryBudget,
    cache: Option<Cache>,
    compiler: Option<CompilerProcess>,
    refusals: Mutex<VecDeque<(Hash, Limits, LoadError)>>,
    compiling: Mutex<()>,
}

impl Loader {
    /// A loader without a cache and without limits besides `caps` and `budget`.
    #[must_use]
    pub fn new(caps: Limits, budget: MemoryBudget) -> Self {
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
    pub fn cap(&self, limits: Limits) -> Limits {
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
    /// [`LoadError`]; [`LoadError::Busy`] when there is no memory for an instance of it now.
    pub fn load(&self, wasm: &[u8], limits: &Limits) -> Result<Module, LoadError> {
        let (hash, limits) = (blake3::hash(wasm), self.cap(limits.clone()));
        if let Some(error) = self.refused(&hash, &limits) {
            return Err(error);
        }
        let module = self.load_new(wasm, &hash, &limits);
        if let Err(error) = &module {
            tracing::warn!(code = %error.code(), wasm = %hash, "a module was refused: {error}");
            if !matches!(error, LoadError::CompileLimit { .. }) {
                self.remember(hash, limits, error.clone()); // that one depends on the machine's load
            }
        }
        let module = module?;
        module.ensure_room().map_err(|_| LoadError::Busy { limit: self.budget.limit() })?;
        Ok(module)
    }

    fn load_new(&self, wasm: &[u8], hash: &Hash, limits: &Limits) -> Result<Module, LoadError> {
        if let Some(module) = self.cached(wasm, hash, limits)? {
            return Ok(module);
        }
        let _one_at_a_time = lock(&self.compiling);
        // Who had to wait may find that another compiled it.
        if let Some(module) = self.cached(wasm, hash, limits)? {
            return Ok(module);
        }
        if let (Some(compiler), Some(_)) = (&self.compiler, &self.cache)
            && let Some(module) = self.load_by(compiler, wasm, hash, limits)?
        {
            return Ok(module);
        }
        Module::compile_into(wasm, hash, limits, self.cache.as_ref(), &self.budget)
    }

    fn cached(
        &self,
        wasm: &[u8],
        hash: &Hash,
        limits: &Limits,
    ) -> Result<Option<Module>, LoadError> {
        Module::from_cache(wasm, hash, limits, self.cache.as_ref(), &self.budget)
    }

    /// Lets a process compile; `None` when there is no such process.
    fn load_by(
        &self,
        compiler: &CompilerProcess,
        wasm: &[u8],
        hash: &Hash,
        limits: &Limits,
    ) -> Result<Option<Module>, LoadError> {
        scan::check_surface(wasm, limits)?;
        scan::check_code(wasm)?;
        match compiler.compile(wasm, limits.count_steps()) {
            Outcome::Done => {
                let module = self.cached(wasm, hash, limits)?;
                let none = || LoadError::Compile("the compiler left no code in the cache".into());
                module.ok_or_else(none).map(Some)
            }
            Outcome::Refused(error) => Err(error),
            Outcome::Absent(reason) => {
                tracing::debug!(reason, "no process compiles: this one does");
                Ok(None)
            }
        }
    }

    fn refused(&self, hash: &Hash, limits: &Limits) -> Option<LoadError> {
        let refusals = lock(&self.refusals);
        let mut found =
            refusals.iter().filter(|(known, under, _)| known == hash && under == limits);
        found.next().map(|(.., error)| error.clone())
    }

    fn remember(&self, hash: Hash, limits: Limits, error: LoadError) {
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
        Self::new(Limits::MAX, MemoryBudget::unlimited())
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
