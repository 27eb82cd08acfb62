//! Limits of all containers of one file together.

use crate::UnpackError;
use crate::error::{BYTES, FILES};

/// Limits of all containers of one file, however they stand in each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Most files that are taken out.
    pub files: u64,
    /// Most bytes that they have together, after inflating.
    pub bytes: u64,
    /// Most inflated bytes for each packed one, beyond the first [`Limits::FREE_BYTES`].
    pub ratio: u64,
}

impl Limits {
    /// Bytes that may be inflated from nearly nothing: empty sheets pack well.
    pub const FREE_BYTES: u64 = 1 << 20;

    /// Limits that what people send stays below.
    pub const DEFAULT: Self = Self { files: 1000, bytes: 128 << 20, ratio: 200 };
}

/// The part of [`Limits`] that is left; one for a file with all that is nested in it.
#[derive(Debug, Clone)]
pub struct Budget {
    limits: Limits,
    files: u64,
    bytes: u64,
}

impl Budget {
    /// Creates a budget of which nothing is used up.
    #[must_use]
    pub const fn new(limits: Limits) -> Self {
        Self { limits, files: limits.files, bytes: limits.bytes }
    }

    pub(crate) const fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Takes a file out of the budget.
    pub(crate) fn take_file(&mut self) -> Result<(), UnpackError> {
        let over = UnpackError::OverLimit { what: FILES, limit: self.limits.files };
        self.files = self.files.checked_sub(1).ok_or(over)?;
        Ok(())
    }

    /// Takes bytes out of the budget; all that is left when there are fewer.
    pub(crate) fn take_bytes(&mut self, bytes: usize) -> Result<(), UnpackError> {
        let over = UnpackError::OverLimit { what: BYTES, limit: self.limits.bytes };
        let left = self.bytes.checked_sub(bytes as u64);
        self.bytes = left.unwrap_or_default();
        left.map(|_| ()).ok_or(over)
    }

    /// Copies bytes that stand unpacked in their container.
    pub(crate) fn copy(&mut self, bytes: &[u8]) -> Result<Vec<u8>, UnpackError> {
        self.take_bytes(bytes.len())?;
        Ok(bytes.to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_bounded() {
        let mut budget = Budget::new(Limits { files: 1, bytes: 5, ratio: 1 });
        assert_eq!((budget.take_file(), budget.copy(b"abc")), (Ok(()), Ok(b"abc".to_vec())));
        assert!(budget.take_file().is_err());
        assert!(budget.copy(b"abc").is_err());
        assert!(budget.copy(b"c").is_err(), "what is used up stays so");
    }
}
