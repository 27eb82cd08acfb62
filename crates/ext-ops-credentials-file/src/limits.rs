//! Limits of what a vault keeps, in bytes of its file.

use ext_services::credentials::CredentialError;

/// Bytes of a vault's file that are read. A file of an earlier version may be larger than one that is
/// written now: it opens, and what is removed from it makes it smaller.
pub(crate) const MAX_READ_BYTES: u64 = 256 << 20;

/// Limits of what a vault keeps, in bytes as they stand in its file.
///
/// ```
/// use ext_ops_credentials_file::VaultLimits;
///
/// let VaultLimits { file_bytes, extension_bytes } = VaultLimits::default();
/// assert!(extension_bytes * 8 <= file_bytes, "no few extensions leave nothing to the others");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VaultLimits {
    /// Most bytes of the file.
    pub file_bytes: u64,
    /// Most bytes of what one extension has in all libraries together, with its origins. A renewal,
    /// whose answer must not be lost, may go over it by as much again.
    pub extension_bytes: u64,
}

impl Default for VaultLimits {
    fn default() -> Self {
        Self { file_bytes: 64 << 20, extension_bytes: 4 << 20 }
    }
}

/// The act that makes a vault larger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Growth {
    /// A credential is stored.
    Store,
    /// The answer to a renewal is stored: the token before is not valid any more.
    Renewal,
}

impl VaultLimits {
    /// Checks the bytes of one extension, when they become more.
    pub(crate) fn check_share(
        &self,
        before: u64,
        after: u64,
        growth: Growth,
    ) -> Result<(), CredentialError> {
        let limit = match growth {
            Growth::Store => self.extension_bytes,
            Growth::Renewal => self.extension_bytes.saturating_mul(2),
        };
        check("of this extension", (before, after), limit)
    }

    /// Checks the bytes of the file, when it becomes larger.
    pub(crate) fn check_file(&self, before: u64, after: u64) -> Result<(), CredentialError> {
        check("of all extensions together", (before, after), self.file_bytes)
    }
}

fn check(
    what: &'static str,
    (before, after): (u64, u64),
    limit: u64,
) -> Result<(), CredentialError> {
    match after > limit && after > before {
        true => Err(CredentialError::Limit { what, got: after, limit }),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_over_a_limit_may_only_become_smaller() {
        let limits = VaultLimits { file_bytes: 100, extension_bytes: 10 };
        for (before, after, fits) in [(0, 100, true), (0, 101, false), (200, 199, true)] {
            assert_eq!(limits.check_file(before, after).is_ok(), fits, "{before} {after}");
        }
        assert!(limits.check_share(0, 11, Growth::Store).is_err());
        assert!(limits.check_share(0, 20, Growth::Renewal).is_ok());
        assert!(limits.check_share(0, 21, Growth::Renewal).is_err());
    }
}
