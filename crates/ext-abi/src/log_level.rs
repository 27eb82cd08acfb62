//! Levels of `spacedrive_log`.

/// Severity of a log message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u32)]
pub enum LogLevel {
    /// A detail for the author of the extension.
    Debug = 0,
    /// An event of ordinary work.
    Info = 1,
    /// A problem that does not stop the work.
    Warn = 2,
    /// A failure: work was not done.
    Error = 3,
}

impl From<u32> for LogLevel {
    /// Reads numbers above 3 as [`LogLevel::Error`]: a message is never lost to a wrong level.
    fn from(number: u32) -> Self {
        match number {
            0 => Self::Debug,
            1 => Self::Info,
            2 => Self::Warn,
            _ => Self::Error,
        }
    }
}
