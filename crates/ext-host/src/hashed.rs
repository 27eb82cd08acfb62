//! Bytes of a module with their digest.

use std::fmt;

use blake3::Hash;

/// The bytes of a module with their digest, by which its code is found again. It is computed once, however
/// often it is needed, on all cores: an interpreter has tens of megabytes.
///
/// ```
/// use ext_host::HashedWasm;
///
/// let wasm = b"\0asm\x01\0\0\0";
/// assert_eq!(*HashedWasm::from(wasm).hash(), blake3::hash(wasm));
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct HashedWasm<'w> {
    bytes: &'w [u8],
    hash: Hash,
}

impl<'w> HashedWasm<'w> {
    /// Returns the bytes.
    #[must_use]
    pub const fn bytes(&self) -> &'w [u8] {
        self.bytes
    }

    /// Returns their digest, as [`blake3::hash`] does.
    #[must_use]
    pub const fn hash(&self) -> &Hash {
        &self.hash
    }
}

impl<'w, B: AsRef<[u8]> + ?Sized> From<&'w B> for HashedWasm<'w> {
    fn from(bytes: &'w B) -> Self {
        let bytes = bytes.as_ref();
        Self { bytes, hash: blake3::Hasher::new().update_rayon(bytes).finalize() }
    }
}

impl fmt::Debug for HashedWasm<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HashedWasm({})", self.hash)
    }
}
