//! The ABI version in the custom section [`crate::names::ABI_SECTION`].

use crate::AbiError;

/// Writes the content of the section: the version as `u32`, little-endian.
///
/// ```
/// use ext_abi::{ABI_VERSION, version};
///
/// assert_eq!(version::decode(&version::encode(ABI_VERSION))?, 1);
/// # Ok::<(), ext_abi::AbiError>(())
/// ```
#[must_use]
pub const fn encode(version: u32) -> [u8; 4] {
    version.to_le_bytes()
}

/// Reads the content of the section. Linkers may join equal sections of several object files, so a
/// repetition of the same four bytes is one version.
///
/// # Errors
/// [`AbiError::Malformed`] when it is empty, not whole, or holds different versions.
pub fn decode(section: &[u8]) -> Result<u32, AbiError> {
    let malformed = |reason| AbiError::Malformed { what: "ABI version", reason };
    let (words, rest) = section.as_chunks::<4>();
    let (first, others) = words.split_first().ok_or_else(|| malformed("the section is empty"))?;
    if !rest.is_empty() {
        return Err(malformed("the section is not a multiple of four bytes"));
    }
    if others.iter().any(|word| word != first) {
        return Err(malformed("the section holds different versions"));
    }
    Ok(u32::from_le_bytes(*first))
}
