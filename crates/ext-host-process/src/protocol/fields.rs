//! The fields of a head: written one after the other, and decoded strictly.

use std::time::Duration;

use ext_abi::ErrorCode;

/// The head of a frame that is being written.
#[derive(Debug)]
pub(super) struct Head<'a>(pub(super) &'a mut Vec<u8>);

impl Head<'_> {
    pub(super) fn u8(&mut self, number: u8) {
        self.0.push(number);
    }

    pub(super) fn u32(&mut self, number: u32) {
        self.bytes(&number.to_le_bytes());
    }

    pub(super) fn u64(&mut self, number: u64) {
        self.bytes(&number.to_le_bytes());
    }

    /// Writes bytes whose number both sides know.
    pub(super) fn bytes(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    pub(super) fn text(&mut self, text: &str) {
        self.u32(u32::try_from(text.len()).unwrap_or(u32::MAX));
        self.bytes(text.as_bytes());
    }

    pub(super) fn code(&mut self, code: ErrorCode) {
        self.u32(code.number());
    }

    /// Writes a duration in nanoseconds; longer ones than 584 years are cut.
    pub(super) fn duration(&mut self, duration: Duration) {
        self.u64(u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX));
    }
}

/// The head of a frame that is being read. Each reader takes its bytes off the front, and returns
/// `None` when they are missing or not valid.
#[derive(Debug)]
pub(super) struct Fields<'a>(pub(super) &'a [u8]);

impl<'a> Fields<'a> {
    pub(super) fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (array, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*array)
    }

    pub(super) fn u8(&mut self) -> Option<u8> {
        self.array::<1>().map(|[byte]| byte)
    }

    /// Reads a flag, 0 or 1.
    pub(super) fn flag(&mut self) -> Option<bool> {
        match self.u8()? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }

    pub(super) fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_le_bytes)
    }

    pub(super) fn i32(&mut self) -> Option<i32> {
        self.array().map(i32::from_le_bytes)
    }

    pub(super) fn u64(&mut self) -> Option<u64> {
        self.array().map(u64::from_le_bytes)
    }

    pub(super) fn usize(&mut self) -> Option<usize> {
        usize::try_from(self.u64()?).ok()
    }

    /// Reads UTF-8 of at most so many bytes.
    pub(super) fn text(&mut self, most: u32) -> Option<&'a str> {
        let bytes = self.u32().filter(|bytes| *bytes <= most)?;
        let (text, rest) = self.0.split_at_checked(bytes as usize)?;
        self.0 = rest;
        std::str::from_utf8(text).ok()
    }

    pub(super) fn code(&mut self) -> Option<ErrorCode> {
        ErrorCode::try_from(self.u32()?).ok()
    }

    pub(super) fn duration(&mut self) -> Option<Duration> {
        self.u64().map(Duration::from_nanos)
    }

    /// Returns true if all is read.
    pub(super) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
