//! The surroundings of a guest with files.

use bytes::Bytes;

/// Most files of a guest.
pub const MAX_FILES: usize = 4096;
/// Longest path of one, in bytes.
pub(crate) const MAX_PATH: u32 = 1024;
/// Most bytes of all files of a guest together.
pub const MAX_FILE_BYTES: u32 = 64 << 20;
/// Most bytes of memory that a guest may use for files of its own.
pub const MAX_SCRATCH_BYTES: u64 = 256 << 20;
/// Most arguments of a program.
pub(crate) const MAX_ARGS: u32 = 64;

/// The files and arguments of a guest whose module may import WASI with files.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Surroundings {
    /// Files below `/app`, which the guest can read: the path of each, with `/`, and its bytes.
    pub files: Vec<(String, Bytes)>,
    /// Bytes of memory that the guest may use for files of its own below `/tmp`.
    pub scratch_bytes: u64,
    /// Arguments of a program, after its name.
    pub args: Vec<String>,
}

impl Surroundings {
    /// Returns the bytes of memory that the files may take.
    pub(crate) fn bytes(&self) -> u64 {
        let files = self.files.iter().map(|(_, bytes)| bytes.len() as u64);
        // A file that grows takes up to twice its room.
        self.scratch_bytes.saturating_mul(2).saturating_add(files.sum())
    }
}
