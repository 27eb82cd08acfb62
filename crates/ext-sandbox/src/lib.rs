//! The sandbox that a worker process enters before it touches untrusted data.
//!
//! A process calls [`restrict_files`] first of all, loads what it needs, and then [`enter_sandbox`]: from
//! there on it has no files, no network, no other processes, and only so much memory.
//!
//! ```no_run
//! use ext_sandbox::{Memory, Work, enter_sandbox, restrict_files};
//!
//! let _ = restrict_files(&["/usr/share/models".as_ref()]);
//! // Load the models here.
//! let sandbox = enter_sandbox(Work::Documents, Memory::address_space(1 << 30));
//! sandbox.log("reader of documents");
//! assert!(std::fs::File::open("/etc/passwd").is_err());
//! ```
//!
//! On Linux, landlock takes files and network away, seccomp system calls, and limits of the process
//! memory. On other systems of the Unix family there are the limits of memory, elsewhere nothing is
//! enforced. [`SandboxStatus`] says what is in force.
//!
//! # Not in this crate
//!
//! Starting, talking to and ending workers (`ext-process`).
#![forbid(unsafe_code)]

#[cfg(target_os = "linux")]
mod linux;
mod memory;
#[cfg(target_os = "linux")]
mod syscalls;
mod work;

use std::{fmt, path::Path, sync::Once};

pub use memory::{Memory, limit_cpu, limit_memory};
use serde::{Deserialize, Serialize};
pub use work::Work;

/// The parts of the sandbox that are in force in a worker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SandboxStatus {
    /// Files are out of reach by landlock.
    pub files: bool,
    /// System calls other than those of its work are refused by seccomp: no files, no network, no
    /// processes.
    pub calls: bool,
    /// There is a limit of memory.
    pub memory: bool,
}

impl SandboxStatus {
    /// Returns true if untrusted data is confined: system calls and memory are. Without landlock the
    /// filter of system calls still keeps files and network away from the moment that a worker serves.
    #[must_use]
    pub const fn confines(self) -> bool {
        self.calls && self.memory
    }

    /// Logs the status of a worker, as a warning when less is in force than could be; that files are
    /// kept away by one mechanism of two is said once.
    pub fn log(self, worker: &str) {
        static ONCE: Once = Once::new();
        let Self { files, calls, memory } = self;
        if !self.confines() {
            tracing::warn!(worker, files, calls, memory, "a worker's sandbox is incomplete");
            return;
        }
        tracing::debug!(worker, files, calls, memory, "a worker is ready");
        if !files {
            ONCE.call_once(|| {
                tracing::warn!(
                    "landlock is off: workers reach files until their sandbox is closed"
                );
            });
        }
    }
}

impl fmt::Display for SandboxStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = |is_on: bool| if is_on { "on" } else { "off" };
        let Self { files, calls, memory } = self;
        let [files, calls, memory] = [files, calls, memory].map(|part| word(*part));
        write!(f, "landlock {files}, filter of system calls {calls}, limit of memory {memory}")
    }
}

/// Takes all files from this process but those below `readable`, for reading, and the network. Call it
/// first of all, while the process has one thread: later threads inherit it.
///
/// Returns false when the system cannot; then the later steps have to do.
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

/// Enters the sandbox, the last step: a limit of memory, no core file, no file that grows, and no
/// system calls but those of its work.
#[must_use]
pub fn enter_sandbox(work: Work, memory: Memory) -> SandboxStatus {
    let memory = limit_memory(memory).is_ok() && memory::forbid_files_to_grow().is_ok();
    #[cfg(target_os = "linux")]
    return SandboxStatus {
        files: linux::files_are_restricted(),
        calls: linux::restrict_calls(work),
        memory,
    };
    #[cfg(not(target_os = "linux"))]
    return {
        let _ = work;
        SandboxStatus { files: false, calls: false, memory }
    };
}

/// Asks the system to end this process when the thread that started it ends, with its process or
/// without. Returns false when the system cannot; then the end of stdin has to do.
#[must_use]
pub fn die_with_parent() -> bool {
    #[cfg(target_os = "linux")]
    return linux::die_with_parent();
    #[cfg(not(target_os = "linux"))]
    return false;
}
