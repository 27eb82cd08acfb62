//! What a worker gives up before it reads its first document.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "linux")]
mod syscalls;

use std::path::Path;

use serde::{Deserialize, Serialize};

/// What is in force in a worker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lockdown {
    /// Files are out of reach by landlock.
    pub files: bool,
    /// System calls other than those of computing are refused by seccomp: no files, no network, no
    /// processes.
    pub calls: bool,
    /// There is a limit of memory.
    pub memory: bool,
}

impl Lockdown {
    /// Says once for each worker when less is in force than could be.
    pub(crate) fn log(self) {
        let Self { files, calls, memory } = self;
        if !(calls && memory) {
            tracing::warn!(files, calls, memory, "a worker runs with less isolation than usual");
        } else {
            tracing::debug!(files, calls, memory, "a worker is ready");
        }
    }
}

/// Leaves this process no files but those below `readable`, for reading, and no network. Call it
/// first of all, while the process has one thread: later threads inherit it.
///
/// Returns whether the system knows how to; where it does not, the later steps have to do.
#[must_use]
pub fn restrict_files(readable: &[&Path]) -> bool {
    #[cfg(target_os = "linux")]
    return linux::restrict_files(readable);
    #[cfg(not(target_os = "linux"))]
    return {
        let _ = readable;
        false
    };
}

/// The last step: limits of memory, no core file, and no system calls but those of computing.
pub(crate) fn lock_in(memory: u64) -> Lockdown {
    let memory = limit_memory(memory);
    #[cfg(target_os = "linux")]
    return Lockdown {
        files: linux::files_are_restricted(),
        calls: linux::restrict_calls(),
        memory,
    };
    #[cfg(not(target_os = "linux"))]
    return Lockdown { files: false, calls: false, memory };
}

#[cfg(unix)]
fn limit_memory(more: u64) -> bool {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let most = |amount| Rlimit { current: Some(amount), maximum: Some(amount) };
    for resource in [Resource::Core, Resource::Fsize] {
        let _ = setrlimit(resource, most(0));
    }
    setrlimit(Resource::As, most(address_space().saturating_add(more))).is_ok()
}

#[cfg(not(unix))]
fn limit_memory(_: u64) -> bool {
    false
}

/// Bytes of address space in use now, where the system says so; else a guess that is large enough
/// for the program and its models.
#[cfg(unix)]
fn address_space() -> u64 {
    const GUESS: u64 = 2 << 30;
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let size = status.lines().find_map(|line| line.strip_prefix("VmSize:"));
    let kilobytes = size.and_then(|size| size.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    kilobytes.map_or(GUESS, |kilobytes| kilobytes.saturating_mul(1024))
}
