//! Compiled code that is not loaded: modules are made from it, here or in another process.

use std::sync::Arc;

use blake3::Hash;
use bytes::Bytes;
use ext_process::SealedBytes;

use crate::{
    InstanceLimits, MemoryBudget, Module, ModuleError, engine::fingerprint, footprint::Footprint,
};

/// A checked module and its compiled code, which takes memory and no more: nothing of it can run
/// before it is deserialized. Cheap to clone.
///
/// Another process of this program gets [`head`](Self::head) and [`code`](Self::code), and makes it
/// again by [`from_parent`](Self::from_parent). The code of a guest with files, an interpreter as a rule,
/// is in memory that all its processes [share](Self::sealed).
#[derive(Clone)]
pub struct Artifact {
    pub(crate) code: Code,
    pub(crate) exports: Arc<[String]>,
    pub(crate) footprint: Footprint,
    pub(crate) meters_fuel: bool,
}

/// Compiled code, which other processes get by a copy of it, or share.
#[derive(Clone)]
pub(crate) enum Code {
    Own(Bytes),
    Sealed(SealedBytes),
}

impl Artifact {
    /// Loads the code as a module, whose instances take their memory and tables from `budget`.
    ///
    /// # Errors
    /// [`ModuleError::Compile`] when the code is not for this engine.
    pub fn deserialize(
        &self,
        limits: &InstanceLimits,
        budget: &MemoryBudget,
    ) -> Result<Module, ModuleError> {
        Module::deserialize(self.code().clone(), limits, budget, self.footprint, self.meters_fuel)
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
        match &self.code {
            Code::Own(bytes) => bytes,
            Code::Sealed(sealed) => sealed.bytes(),
        }
    }

    /// Returns the memory of the code, if other processes can share it.
    #[must_use]
    pub const fn sealed(&self) -> Option<&SealedBytes> {
        match &self.code {
            Code::Own(_) => None,
            Code::Sealed(sealed) => Some(sealed),
        }
    }

    /// Returns the head, which [`from_parent`](Self::from_parent) needs besides the code. Code that is
    /// shared does not travel, so its digest is not in the head.
    #[must_use]
    pub fn head(&self) -> [u8; Self::HEAD_BYTES] {
        let mut head = [0; Self::HEAD_BYTES];
        let made_for = fingerprint();
        let hash = match &self.code {
            Code::Own(bytes) => *blake3::hash(bytes).as_bytes(),
            Code::Sealed(_) => [0; blake3::OUT_LEN],
        };
        let parts: [&[u8]; 4] =
            [made_for.as_bytes(), &hash, &self.footprint.to_bytes(), &[u8::from(self.meters_fuel)]];
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
        Self::received(head, Code::Own(code))
    }

    /// Takes an artifact from the process that started this one, as [`from_parent`](Self::from_parent)
    /// does, whose code did not travel: the parent made it, and nobody can change it.
    ///
    /// # Errors
    /// [`ModuleError::Compile`] when it is for another version of this program.
    pub fn from_parent_sealed(
        head: &[u8; Self::HEAD_BYTES],
        code: SealedBytes,
    ) -> Result<Self, ModuleError> {
        Self::received(head, Code::Sealed(code))
    }

    fn received(head: &[u8; Self::HEAD_BYTES], code: Code) -> Result<Self, ModuleError> {
        const HASH: usize = blake3::OUT_LEN;
        let wrong = |what: &str| ModuleError::Compile(what.to_owned());
        let damaged = || wrong("its head is damaged");
        let (made_for, rest) = head.split_first_chunk::<HASH>().ok_or_else(damaged)?;
        let (hash, rest) = rest.split_first_chunk::<HASH>().ok_or_else(damaged)?;
        let (footprint, rest) = rest.split_first_chunk().ok_or_else(damaged)?;
        if fingerprint() != *made_for {
            return Err(wrong("its code is for another version of this program"));
        }
        if let Code::Own(bytes) = &code
            && blake3::hash(bytes) != Hash::from_bytes(*hash)
        {
            return Err(wrong("its code did not arrive whole"));
        }
        let footprint = Footprint::from_bytes(footprint).ok_or_else(damaged)?;
        Ok(Self { code, exports: Arc::default(), footprint, meters_fuel: rest == [1] })
    }
}
