//! Levels of `spacedrive_log`.

/// How much a log message matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u32)]
pub enum LogLevel {
    /// For the author of the extension.
    Debug = 0,
    /// What happened.
    Info = 1,
    /// Something is off, the work goes on.
    Warn = 2,
    /// Work was not done.
    Error = 3,
}

impl From<u32> for LogLevel {
    /// Numbers above 3 are read as [`LogLevel::Error`]: a message is never lost to a wrong level.
    fn from(number: u32) -> Self {
        match number {
            0 => Self::Debug,
            1 => Self::Info,
            2 => Self::Warn,
            _ => Self::Error,
        }
    }
}
