//! Limits of memory, of time, and of files.

use std::{io, time::Duration};

/// A limit of memory of a process, in bytes beyond what it has already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Memory {
    /// Memory that can be written and is the process's own. Kept by Linux only.
    pub data: u64,
    /// Addresses, whether there is memory behind them or not.
    pub address_space: u64,
}

impl Memory {
    /// Makes a limit of addresses alone: for a process that reserves none that it does not use.
    #[must_use]
    pub const fn address_space(bytes: u64) -> Self {
        Self { data: u64::MAX, address_space: bytes }
    }
}

/// Limits the memory of this process, for good. It writes no core file from then on.
///
/// # Errors
/// [`io::ErrorKind::Unsupported`] on systems without such limits; when the system refuses.
pub fn limit_memory(more: Memory) -> io::Result<()> {
    #[cfg(unix)]
    return unix::limit_memory(more);
    #[cfg(not(unix))]
    return {
        let _ = more;
        Err(io::ErrorKind::Unsupported.into())
    };
}

/// Limits the time that the processors may spend on all threads of this process together, counted from
/// its start, for good; then the system ends it.
///
/// # Errors
/// As [`limit_memory`].
pub fn limit_cpu(time: Duration) -> io::Result<()> {
    #[cfg(unix)]
    return unix::set(rustix::process::Resource::Cpu, time.as_secs().max(1));
    #[cfg(not(unix))]
    return {
        let _ = time;
        Err(io::ErrorKind::Unsupported.into())
    };
}

/// Forbids this process to make a file grow, for good; pipes are not files.
pub(crate) fn forbid_files_to_grow() -> io::Result<()> {
    #[cfg(unix)]
    return unix::set(rustix::process::Resource::Fsize, 0);
    #[cfg(not(unix))]
    return Err(io::ErrorKind::Unsupported.into());
}

#[cfg(unix)]
mod unix {
    use std::io;

    use rustix::process::{Resource, Rlimit, setrlimit};

    use super::Memory;

    pub(super) fn limit_memory(more: Memory) -> io::Result<()> {
        /// The guess where the system does not say what is in use: a program and its models.
        const GUESS: u64 = 2 << 30;
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let most = |field, more: u64| in_use(&status, field).unwrap_or(GUESS).saturating_add(more);
        set(Resource::Core, 0)?;
        set(Resource::Data, most("VmData:", more.data))?;
        set(Resource::As, most("VmSize:", more.address_space))
    }

    pub(super) fn set(resource: Resource, most: u64) -> io::Result<()> {
        // The largest number means that there is no limit.
        let most = (most != u64::MAX).then_some(most);
        if most.is_some() {
            setrlimit(resource, Rlimit { current: most, maximum: most })?;
        }
        Ok(())
    }

    /// Bytes of a field of `/proc/self/status`.
    fn in_use(status: &str, field: &str) -> Option<u64> {
        let kilobytes = status.lines().find_map(|line| line.strip_prefix(field))?;
        let kilobytes: u64 = kilobytes.trim().strip_suffix(" kB")?.parse().ok()?;
        kilobytes.checked_mul(1024)
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn figures_of_the_system_are_read() {
            let status = "Name:\tx\nVmSize:\t    2048 kB\nVmData:\t 1 kB\nVmOdd: 7 pages\n";
            assert_eq!(in_use(status, "VmSize:"), Some(2 << 20));
            assert_eq!(in_use(status, "VmData:"), Some(1024));
            for nothing in ["VmOdd:", "VmPeak:", "Name:"] {
                assert_eq!(in_use(status, nothing), None, "{nothing}");
            }
        }
    }
}
