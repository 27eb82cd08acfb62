//! The kinds of work that a sandbox is for.

/// The work of a process, which decides about the system calls that it keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// Reading documents: memory, threads, clocks, the open pipes; no memory that may be executed.
    Documents,
    /// Compiling a module: as above, and memory that may be executed, where the engine puts the code.
    Compiling,
    /// Running a guest whose code is loaded: as documents, but no further threads, no more memory that
    /// may be executed, and none that is shared.
    Guest,
}
