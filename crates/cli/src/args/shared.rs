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
    /// The library: its id, or its name.
    #[arg(long, short, value_name = "ID", env = "SPACEDRIVE_LIBRARY")]
    pub(crate) library: String,
}
