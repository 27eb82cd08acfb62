//! Bytes that a process shares with its workers, and that nobody can change any more.

use std::{
    fmt,
    io::{self, Write},
};

use bytes::Bytes;

use self::system::Handle;

/// Bytes in memory of the system, which workers map instead of copying them: however many there are,
/// the pages are there once. Cheap to clone.
///
/// The memory is sealed: neither this process nor a worker can write to it, or make it shorter.
#[derive(Clone)]
pub struct SealedBytes {
    handle: Handle,
    bytes: Bytes,
}

impl SealedBytes {
    /// Copies bytes into sealed memory.
    ///
    /// # Errors
    /// When the system has no such memory, as others than Linux, or not enough.
    pub fn new(bytes: &[u8]) -> io::Result<Self> {
        let mut writer = SealedWriter::new()?;
        writer.write_all(bytes)?;
        writer.seal()
    }

    /// Takes the bytes that the parent of this process started it with
    /// ([`Process::start_with`](crate::Process::start_with)).
    ///
    /// # Errors
    /// When it was started without, or they are not sealed; when the system does not map them.
    pub fn from_parent() -> io::Result<Self> {
        Self::of(system::inherited()?)
    }

    fn of(handle: Handle) -> io::Result<Self> {
        let bytes = system::map(&handle)?;
        Ok(Self { handle, bytes })
    }

    /// Returns the bytes.
    #[must_use]
    pub const fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    /// Returns the handle that a worker inherits.
    pub(crate) fn inheritable(&self) -> io::Result<std::process::Stdio> {
        system::inheritable(&self.handle)
    }
}

impl fmt::Debug for SealedBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SealedBytes({})", self.bytes.len())
    }
}

/// Memory that is filled before it is sealed, for bytes that shall not be in this process twice.
#[derive(Debug)]
pub struct SealedWriter(system::Unsealed);

impl SealedWriter {
    /// Makes empty memory.
    ///
    /// # Errors
    /// When the system has no such memory, as others than Linux.
    pub fn new() -> io::Result<Self> {
        system::create().map(Self)
    }

    /// Seals what was written.
    ///
    /// # Errors
    /// When the system does not seal or map it.
    pub fn seal(self) -> io::Result<SealedBytes> {
        SealedBytes::of(system::seal(self.0)?)
    }
}

impl Write for SealedWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        system::write(&mut self.0, bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(target_os = "linux")]
mod system {
    use std::{
        fs::File,
        io::{self, ErrorKind, Write},
        os::fd::{AsFd, AsRawFd},
        process::Stdio,
        sync::Arc,
    };

    use bytes::Bytes;
    use rustix::fs::{MemfdFlags, SealFlags, fcntl_add_seals, fcntl_get_seals, memfd_create};
    use shared_buffer::OwnedBuffer;

    pub(super) type Handle = Arc<File>;
    pub(super) type Unsealed = File;

    /// The seals without which memory that is mapped could change.
    fn seals() -> SealFlags {
        SealFlags::WRITE | SealFlags::SHRINK | SealFlags::GROW
    }

    pub(super) fn create() -> io::Result<Unsealed> {
        let flags = MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING;
        Ok(File::from(memfd_create("spacedrive-code", flags)?))
    }

    pub(super) fn write(file: &mut Unsealed, bytes: &[u8]) -> io::Result<usize> {
        file.write(bytes)
    }

    pub(super) fn seal(file: Unsealed) -> io::Result<Handle> {
        fcntl_add_seals(&file, seals() | SealFlags::SEAL)?;
        // A handle that cannot write: what a worker prints is then an error, not a fault.
        let path = format!("/proc/self/fd/{}", file.as_raw_fd());
        File::options().read(true).open(path).map(Arc::new)
    }

    /// Takes stderr, which is not used otherwise: it is the one handle more that a process can give to
    /// another one without `unsafe`.
    pub(super) fn inherited() -> io::Result<Handle> {
        let file = io::stderr().as_fd().try_clone_to_owned().map(File::from)?;
        match fcntl_get_seals(&file).is_ok_and(|found| found.contains(seals())) {
            true => Ok(Arc::new(file)),
            false => Err(io::Error::new(ErrorKind::InvalidInput, "no sealed bytes came along")),
        }
    }

    /// Maps the whole of it. No one can write to it, so the mapping does not change.
    pub(super) fn map(handle: &Handle) -> io::Result<Bytes> {
        OwnedBuffer::from_file(handle).map(Bytes::from_owner).map_err(io::Error::other)
    }

    pub(super) fn inheritable(handle: &Handle) -> io::Result<Stdio> {
        handle.try_clone().map(Stdio::from)
    }
}

#[cfg(not(target_os = "linux"))]
mod system {
    use std::{io, process::Stdio};

    use bytes::Bytes;

    pub(super) type Handle = std::convert::Infallible;
    pub(super) type Unsealed = std::convert::Infallible;

    pub(super) fn create() -> io::Result<Unsealed> {
        Err(io::ErrorKind::Unsupported.into())
    }

    pub(super) fn write(file: &mut Unsealed, _: &[u8]) -> io::Result<usize> {
        match *file {}
    }

    pub(super) fn seal(file: Unsealed) -> io::Result<Handle> {
        match file {}
    }

    pub(super) fn inherited() -> io::Result<Handle> {
        Err(io::ErrorKind::Unsupported.into())
    }

    pub(super) fn map(handle: &Handle) -> io::Result<Bytes> {
        match *handle {}
    }

    pub(super) fn inheritable(handle: &Handle) -> io::Result<Stdio> {
        match *handle {}
    }
}

#[cfg(target_os = "linux")]
#[cfg(test)]
mod tests {
    use std::{fs, io::Write};

    use super::*;

    #[test]
    fn what_is_sealed_can_be_read_and_not_changed() {
        let sealed = SealedBytes::new(b"code").unwrap();
        let path = format!("/proc/self/fd/{}", std::os::fd::AsRawFd::as_raw_fd(&*sealed.handle));
        assert_eq!(sealed.bytes(), &b"code"[..]);
        assert_eq!(fs::read(&path).unwrap(), b"code");
        assert!((&*sealed.handle).write(b"x").is_err());
        let changed = fs::File::options()
            .write(true)
            .open(&path)
            .and_then(|file| (&file).write_all(b"x").and(file.set_len(0)));
        assert!(changed.is_err());
        assert_eq!(fs::read(&path).unwrap(), b"code");
    }

    #[test]
    fn the_bytes_stay_when_their_handle_is_closed() {
        let bytes = SealedBytes::new(&[7; 10_000]).unwrap().bytes().clone();
        assert!(bytes.iter().all(|byte| *byte == 7) && bytes.len() == 10_000);
    }

    #[test]
    fn a_process_without_such_bytes_says_so() {
        assert!(SealedBytes::from_parent().is_err());
    }
}
