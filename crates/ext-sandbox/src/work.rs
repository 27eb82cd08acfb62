//! The kinds of work that a sandbox is for.

/// The work of a process, which decides about the system calls that it keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// Reading documents: memory, threads, clocks, the open pipes.
    Documents,
    /// Running a guest whose code is loaded: as above, but no further threads, no more memory that
    /// may be executed, and none that is shared.
    Guest,
}
