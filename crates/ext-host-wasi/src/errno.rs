//! Error numbers of preview 1.

use ext_abi::AbiError;

/// What a function answers; 0 for success.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Errno(u16);

impl Errno {
    /// It is done.
    pub const SUCCESS: Self = Self(0);
    /// There is no such descriptor, or not for this.
    pub const BADF: Self = Self(8);
    /// A pointer does not lie in the memory.
    pub const FAULT: Self = Self(21);
    /// An argument makes no sense, or is too large.
    pub const INVAL: Self = Self(28);
    /// The host's operating system failed.
    pub const IO: Self = Self(29);
    /// The descriptor cannot do that.
    pub const NOTSUP: Self = Self(58);
    /// The descriptor has no position.
    pub const SPIPE: Self = Self(70);

    /// The number, as the guest sees it.
    #[must_use]
    pub const fn number(self) -> u16 {
        self.0
    }
}

/// Whatever is wrong with a range, to the guest it is a bad address.
impl From<AbiError> for Errno {
    fn from(_: AbiError) -> Self {
        Self::FAULT
    }
}
