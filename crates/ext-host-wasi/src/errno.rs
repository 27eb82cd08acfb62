//! Error numbers of preview 1.

use ext_abi::AbiError;

/// The error number that a function returns; 0 for success.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Errno(u16);

impl Errno {
    /// The number of success.
    pub const SUCCESS: Self = Self(0);
    /// The descriptor does not exist, or is not for this.
    pub const BADF: Self = Self(8);
    /// A pointer does not lie in the memory.
    pub const FAULT: Self = Self(21);
    /// An argument is not valid, or too large.
    pub const INVAL: Self = Self(28);
    /// The host's operating system failed.
    pub const IO: Self = Self(29);
    /// The descriptor cannot do that.
    pub const NOTSUP: Self = Self(58);
    /// The descriptor has no position.
    pub const SPIPE: Self = Self(70);

    /// Returns the number, as the guest sees it.
    #[must_use]
    pub const fn number(self) -> u16 {
        self.0
    }
}

/// The number for a range that is not valid: a bad address, whatever is wrong with it.
impl From<AbiError> for Errno {
    fn from(_: AbiError) -> Self {
        Self::FAULT
    }
}
