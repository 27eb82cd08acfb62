//! Limits of a file, and the version of its content.

/// The version of the JSON inside that is written, and the newest that is read.
pub const FORMAT: u64 = 1;

/// Largest file that is read, in bytes.
pub const MAX_BYTES: usize = 64 << 20;

/// The most that a file may ask for: four seconds, and 1 GiB.
pub const MAX_WORK_FACTOR: u8 = 20;
