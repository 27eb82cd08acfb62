//! The functions of this WASI, and their types.

/// The module that guests import them from.
pub const MODULE: &str = "wasi_snapshot_preview1";

/// Type of a parameter or result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// 32 bits.
    I32,
    /// 64 bits.
    I64,
}

/// A function of preview 1 that this WASI has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is named after the function that it is")]
pub enum Function {
    ArgsGet,
    ArgsSizesGet,
    ClockResGet,
    ClockTimeGet,
    EnvironGet,
    EnvironSizesGet,
    FdClose,
    FdFdstatGet,
    FdFdstatSetFlags,
    FdPrestatDirName,
    FdPrestatGet,
    FdRead,
    FdSeek,
    FdWrite,
    PollOneoff,
    ProcExit,
    RandomGet,
    SchedYield,
}

use Type::{I32, I64};

impl Function {
    /// All of them.
    pub const ALL: &[Self] = &[
        Self::ArgsGet,
        Self::ArgsSizesGet,
        Self::ClockResGet,
        Self::ClockTimeGet,
        Self::EnvironGet,
        Self::EnvironSizesGet,
        Self::FdClose,
        Self::FdFdstatGet,
        Self::FdFdstatSetFlags,
        Self::FdPrestatDirName,
        Self::FdPrestatGet,
        Self::FdRead,
        Self::FdSeek,
        Self::FdWrite,
        Self::PollOneoff,
        Self::ProcExit,
        Self::RandomGet,
        Self::SchedYield,
    ];

    /// Finds the function of that name.
    #[must_use]
    pub fn find(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|function| function.name() == name)
    }

    /// Returns the name that guests import it by.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ArgsGet => "args_get",
            Self::ArgsSizesGet => "args_sizes_get",
            Self::ClockResGet => "clock_res_get",
            Self::ClockTimeGet => "clock_time_get",
            Self::EnvironGet => "environ_get",
            Self::EnvironSizesGet => "environ_sizes_get",
            Self::FdClose => "fd_close",
            Self::FdFdstatGet => "fd_fdstat_get",
            Self::FdFdstatSetFlags => "fd_fdstat_set_flags",
            Self::FdPrestatDirName => "fd_prestat_dir_name",
            Self::FdPrestatGet => "fd_prestat_get",
            Self::FdRead => "fd_read",
            Self::FdSeek => "fd_seek",
            Self::FdWrite => "fd_write",
            Self::PollOneoff => "poll_oneoff",
            Self::ProcExit => "proc_exit",
            Self::RandomGet => "random_get",
            Self::SchedYield => "sched_yield",
        }
    }

    /// Returns the types of its parameters.
    #[must_use]
    pub const fn params(self) -> &'static [Type] {
        match self {
            Self::SchedYield => &[],
            Self::FdClose | Self::ProcExit => &[I32],
            Self::ArgsGet
            | Self::ArgsSizesGet
            | Self::ClockResGet
            | Self::EnvironGet
            | Self::EnvironSizesGet
            | Self::FdFdstatGet
            | Self::FdFdstatSetFlags
            | Self::FdPrestatGet
            | Self::RandomGet => &[I32, I32],
            Self::ClockTimeGet => &[I32, I64, I32],
            Self::FdPrestatDirName => &[I32, I32, I32],
            Self::FdRead | Self::FdWrite | Self::PollOneoff => &[I32, I32, I32, I32],
            Self::FdSeek => &[I32, I64, I32, I32],
        }
    }

    /// Returns the types of its results: an error number, but for `proc_exit`, which does not return.
    #[must_use]
    pub const fn results(self) -> &'static [Type] {
        match self {
            Self::ProcExit => &[],
            _ => &[I32],
        }
    }
}
