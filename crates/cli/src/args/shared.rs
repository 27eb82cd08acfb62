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
