//! The handshake: the worker's first frame is its version.

use std::io::{self, ErrorKind, Read, Write};

use crate::{Message, Receiver, Sender};

/// The number of the frame; messages of owners have others.
const KIND: u8 = 0;

struct Hello {
    version: String,
}

impl Message for Hello {
    const MAX_HEAD: u32 = 256;

    fn kind(&self) -> u8 {
        KIND
    }

    fn write(&self, head: &mut Vec<u8>) -> io::Result<()> {
        head.extend_from_slice(self.version.as_bytes());
        Ok(())
    }

    fn read(kind: u8, head: &[u8]) -> Option<Self> {
        let version = str::from_utf8(head).ok().filter(|_| kind == KIND)?;
        Some(Self { version: version.to_owned() })
    }

    fn max_tail(_: u8) -> u32 {
        0
    }
}

impl<W: Write> Sender<W> {
    /// Sends the version of this process, before anything else.
    ///
    /// # Errors
    /// When the pipe is closed, or the version longer than 256 bytes.
    pub fn say_version(&mut self, version: &str) -> io::Result<()> {
        self.send(&Hello { version: version.to_owned() }, &[])
    }
}

impl<R: Read> Receiver<R> {
    /// Checks that the other process is of this version.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidData`] when it is of another, or not a worker; [`ErrorKind::UnexpectedEof`]
    /// when it has ended; when the pipe fails.
    pub fn expect_version(&mut self, version: &str) -> io::Result<()> {
        let hello = self.receive::<Hello>(&mut Vec::new())?.ok_or(ErrorKind::UnexpectedEof)?;
        if hello.version == version {
            return Ok(());
        }
        let theirs = hello.version.escape_debug();
        let reason = format!("the version is `{theirs}`, not `{version}`");
        Err(io::Error::new(ErrorKind::InvalidData, reason))
    }
}
