//! Errors of bytes that crossed.

use core::fmt;

use crate::ErrorCode;

/// Fault in bytes or numbers from the other side.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum AbiError {
    /// A range leaves guest memory.
    Range {
        /// First byte of the range.
        ptr: u32,
        /// Bytes in the range.
        len: u32,
        /// Bytes in the memory at the time.
        memory: u64,
    },
    /// More bytes than a limit allows.
    TooLarge {
        /// The thing that is too large.
        what: &'static str,
        /// Its size (bytes, or a count where `what` is counted).
        got: u64,
        /// The limit, in the same unit.
        limit: u64,
    },
    /// Text is not UTF-8.
    Utf8 {
        /// The role of the text.
        what: &'static str,
        /// Bytes before the first that is wrong.
        valid_up_to: usize,
    },
    /// A frame, an envelope or a version section is cut short or contradicts itself.
    Malformed {
        /// The thing that was read.
        what: &'static str,
        /// The fault in it.
        reason: &'static str,
    },
    /// The number is not an error code of this version.
    UnknownCode(u32),
    /// The guest's allocator gave no block, or one outside memory.
    Alloc {
        /// The address that it returned.
        ptr: u32,
        /// Bytes asked for.
        len: u32,
    },
}

impl AbiError {
    /// Returns the code that the other side is told.
    #[must_use]
    pub const fn code(&self) -> ErrorCode {
        match self {
            Self::Range { .. } => ErrorCode::AbiRange,
            Self::TooLarge { .. } => ErrorCode::AbiTooLarge,
            Self::Utf8 { .. } => ErrorCode::AbiUtf8,
            Self::Malformed { .. } | Self::UnknownCode(_) => ErrorCode::BadInput,
            Self::Alloc { .. } => ErrorCode::AbiAlloc,
        }
    }
}

impl fmt::Display for AbiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Range { ptr, len, memory } => {
                write!(f, "range {ptr:#x}+{len} leaves guest memory of {memory} bytes")
            }
            Self::TooLarge { what, got, limit } => {
                // The one thing that is counted; of all others `got` is bytes.
                let unit = if *what == "blobs" { "" } else { " bytes" };
                write!(f, "{what} of {got}{unit}, the limit is {limit}{unit}")
            }
            Self::Utf8 { what, valid_up_to } => {
                write!(f, "{what} is not UTF-8 after {valid_up_to} bytes")
            }
            Self::Malformed { what, reason } => write!(f, "malformed {what}: {reason}"),
            Self::UnknownCode(number) => write!(f, "unknown status {number}"),
            Self::Alloc { ptr, len } => {
                write!(f, "the guest's allocator returned {ptr:#x} for {len} bytes")
            }
        }
    }
}

impl core::error::Error for AbiError {}

impl TryFrom<u32> for ErrorCode {
    type Error = AbiError;

    fn try_from(number: u32) -> Result<Self, AbiError> {
        Self::from_number(number).ok_or(AbiError::UnknownCode(number))
    }
}

/// Reads text from bytes; the error says where it breaks and never shows the bytes.
///
/// # Errors
/// [`AbiError::Utf8`].
pub(crate) fn utf8<'a>(what: &'static str, bytes: &'a [u8]) -> Result<&'a str, AbiError> {
    core::str::from_utf8(bytes)
        .map_err(|error| AbiError::Utf8 { what, valid_up_to: error.valid_up_to() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_codes_are_read_and_others_refused() {
        for code in ErrorCode::ALL {
            assert_eq!(ErrorCode::try_from(code.number()), Ok(*code));
        }
        assert_eq!(ErrorCode::try_from(7), Err(AbiError::UnknownCode(7)));
    }
}
