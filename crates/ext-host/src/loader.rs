//! What all modules of one host share: caps, memory, compiler, cache, and what was refused.

use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
};

use blake3::Hash;

use crate::{Cache, Limits, LoadError, MemoryBudget, Module};

/// Refusals that are remembered; older ones are forgotten first.
const REFUSALS: usize = 1024;

/// Loads modules within the limits of one host.
///
/// - A manifest's limits are capped by the host's.
/// - The linear memory of all instances comes from one budget.
/// - One module is compiled at a time; the others wait. Modules from the cache do not.
/// - A module that was refused is refused again without a look at it.
pub struct Loader {
    caps: Limits,
    budget: MemoryBudget,
    cache: Option<Cache>,
    refusals: Mutex<VecDeque<(Hash, Limits, LoadError)>>,
    compiling: Mutex<()>,
}

impl Loader {
    /// A loader without a cache and without limits besides `caps` and `budget`.
    #[must_use]
    pub fn new(caps: Limits, budget: MemoryBudget) -> Self {
        Self { caps, budget, cache: None, refusals: Mutex::default(), compiling: Mutex::default() }
    }

    /// With a cache of compiled modules.
    #[must_use]
    pub fn with_cache(self, cache: Cache) -> Self {
        Self { cache: Some(cache), ..self }
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
        let module = self.load_new(wasm, &limits);
        if let Err(error) = &module {
            tracing::warn!(code = %error.code(), wasm = %hash, "a module was refused: {error}");
            self.remember(hash, limits, error.clone());
        }
        let module = module?;
        module.ensure_room().map_err(|_| LoadError::Busy { limit: self.budget.limit() })?;
        Ok(module)
    }

    fn load_new(&self, wasm: &[u8], limits: &Limits) -> Result<Module, LoadError> {
        let cache = self.cache.as_ref();
        if let Some(module) = Module::from_cache(wasm, limits, cache, &self.budget)? {
            return Ok(module);
        }
        let _one_at_a_time = lock(&self.compiling);
        Module::load_within(wasm, limits, cache, &self.budget)
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
