//! Arguments of several commands.

use clap::{Args, ValueEnum};

/// Format of the results.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Output {
    /// For people.
    Table,
    /// For programs: one JSON value; errors are JSON as well, on stderr.
    Json,
}

#[derive(Debug, Args)]
pub(crate) struct InLibrary {
    /// The library: its name, its id, or how the id begins [default: that of `library use`, or the only one].
    #[arg(long, short, value_name = "LIBRARY", env = "SPACEDRIVE_LIBRARY")]
    pub(crate) library: Option<String>,
}

/// A call of an operation.
#[derive(Debug, Args)]
pub(crate) struct CallArgs {
    /// The method: query:core.status.v1, or core.status for its newest version.
    pub(crate) method: String,
    /// The library, for an operation that needs one: its name, its id, or how the id begins
    /// [default: the variable SPACEDRIVE_LIBRARY, that of `library use`, or the only one].
    #[arg(long, short, value_name = "LIBRARY")]
    pub(crate) library: Option<String>,
    /// The input: JSON, @FILE, or - for stdin.
    #[arg(long, short, value_name = "JSON|@FILE|-", default_value = "{}")]
    pub(crate) input: String,
}
