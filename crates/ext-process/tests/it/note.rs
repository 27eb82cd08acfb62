//! The message of the tests: a text, and bytes with it.

use std::io;

use ext_process::Message;

/// Longest tail, in bytes.
pub(crate) const MAX_TAIL: u32 = 8 << 20;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Note(pub(crate) String);

impl Message for Note {
    const MAX_HEAD: u32 = 64 << 10;

    fn kind(&self) -> u8 {
        1
    }

    fn write(&self, head: &mut Vec<u8>) -> io::Result<()> {
        head.extend_from_slice(self.0.as_bytes());
        Ok(())
    }

    fn read(kind: u8, head: &[u8]) -> Option<Self> {
        let text = str::from_utf8(head).ok().filter(|_| kind == 1)?;
        Some(Self(text.to_owned()))
    }

    fn max_tail(_: u8) -> u32 {
        MAX_TAIL
    }
}
