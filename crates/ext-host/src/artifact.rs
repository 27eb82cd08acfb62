//! Compiled code that is not loaded: modules are made from it, here or in another process.

use std::sync::Arc;

use blake3::Hash;
use bytes::Bytes;

use crate::{
    Cache, InstanceLimits, MemoryBudget, Module, ModuleError,
    cache::Key,
    codegen::{compile, configuration, fingerprint},
    footprint::Footprint,
    scan,
};

/// A checked module and its compiled code, which takes memory and no more: nothing of it can run
/// before it is deserialized. Cheap to clone.
///
/// Another process of this program gets [`head`](Self::head) and [`code`](Self::code), and makes it
/// again by [`from_parent`](Self::from_parent).
#[derive(Clone)]
pub struct Artifact {
    code: Bytes,
    exports: Arc<[String]>,
    footprint: Footprint,
    meters_fuel: bool,
}

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
        Ok(Self::new(code, surface, limits))
    }

    /// Finds the artifact when its code is in the cache. Only what was compiled before is there, and so
    /// validated; what depends on `limits` is checked again.
    pub(crate) fn from_cache(
        wasm: &[u8],
        hash: &Hash,
        limits: &InstanceLimits,
        cache: Option<&Cache>,
    ) -> Result<Option<Self>, ModuleError> {
        let code = cache.and_then(|cache| cache.get(&Key::new(hash, configuration(limits))));
        let Some(code) = code else {
            return Ok(None);
        };
        let surface = scan::check_surface(wasm, limits)?;
        Ok(Some(Self::new(code.into(), surface, limits)))
    }

    fn new(code: Bytes, surface: scan::ModuleSummary, limits: &InstanceLimits) -> Self {
        let scan::ModuleSummary { exports, footprint } = surface;
        let meters_fuel = limits.meters_fuel();
        Self { code, exports: exports.into(), footprint, meters_fuel }
    }

    /// Loads the code as a module, whose instances take their memory and tables from `budget`.
    ///
    /// # Errors
    /// [`ModuleError::Compile`] when the code is not for this engine.
    pub fn deserialize(
        &self,
        limits: &InstanceLimits,
        budget: &MemoryBudget,
    ) -> Result<Module, ModuleError> {
        Module::deserialize(self.code.clone(), limits, budget, self.footprint, self.meters_fuel)
    }

    /// Returns true if the module exports this name. The types of the ABI's functions were checked.
    #[must_use]
    pub fn has_export(&self, name: &str) -> bool {
        self.exports.iter().any(|export| export == name)
    }

    /// Returns the bytes of linear memory and tables that an instance takes when it starts.
    #[must_use]
    pub const fn first_bytes(&self) -> u64 {
        self.footprint.first_bytes()
    }

    /// Returns the bytes of an instance's tables, with all that they may grow to.
    #[must_use]
    pub const fn table_bytes(&self) -> u64 {
        self.footprint.table_bytes()
    }

    /// Returns the compiled code.
    #[must_use]
    pub const fn code(&self) -> &Bytes {
        &self.code
    }

    /// Returns the head, which [`from_parent`](Self::from_parent) needs besides the code.
    #[must_use]
    pub fn head(&self) -> [u8; Self::HEAD_BYTES] {
        let mut head = [0; Self::HEAD_BYTES];
        let (made_for, hash) = (fingerprint(), blake3::hash(&self.code));
        let parts: [&[u8]; 4] = [
            made_for.as_bytes(),
            hash.as_bytes(),
            &self.footprint.to_bytes(),
            &[u8::from(self.meters_fuel)],
        ];
        let bytes = parts.into_iter().flatten();
        head.iter_mut().zip(bytes).for_each(|(place, byte)| *place = *byte);
        head
    }

    /// Length of [`head`](Self::head), in bytes.
    pub const HEAD_BYTES: usize = 2 * blake3::OUT_LEN + Footprint::BYTES + 1;

    /// Takes an artifact from the process that started this one.
    ///
    /// **Code is taken on trust here, and runs in this process.** The head says whether it is for
    /// this very engine and arrived whole; it cannot say who made it. So this is for bytes from the
    /// parent of a worker, over the stdin that it gave to the worker: whoever can write there could
    /// have started any program instead.
    ///
    /// # Errors
    /// [`ModuleError::Compile`] when it is for another version of this program, or damaged.
    pub fn from_parent(head: &[u8; Self::HEAD_BYTES], code: Bytes) -> Result<Self, ModuleError> {
        const HASH: usize = blake3::OUT_LEN;
        let wrong = |what: &str| ModuleError::Compile(what.to_owned());
        let damaged = || wrong("its head is damaged");
        let (made_for, rest) = head.split_first_chunk::<HASH>().ok_or_else(damaged)?;
        let (hash, rest) = rest.split_first_chunk::<HASH>().ok_or_else(damaged)?;
        let (footprint, rest) = rest.split_first_chunk().ok_or_else(damaged)?;
        if fingerprint() != *made_for {
            return Err(wrong("its code is for another version of this program"));
        }
        if blake3::hash(&code) != Hash::from_bytes(*hash) {
            return Err(wrong("its code did not arrive whole"));
        }
        let footprint = Footprint::from_bytes(footprint).ok_or_else(damaged)?;
        Ok(Self { code, exports: Arc::default(), footprint, meters_fuel: rest == [1] })
    }
}
