//! Arguments of `spacedrive event` and `spacedrive job`.

use clap::{Subcommand, ValueEnum};

use super::shared::InLibrary;

#[derive(Debug, Subcommand)]
pub(crate) enum EventCommand {
    /// List events that are not retried without being asked.
    DeadLetters {
        #[command(flatten)]
        library: InLibrary,
    },
    /// Deliver dead letters again: all, or those that you name.
    Replay {
        /// Number of an event, as `dead-letters` shows it [default: all].
        #[arg(value_name = "EVENT")]
        event: Option<u64>,
        /// Only those of this extension.
        #[arg(long, value_name = "ID")]
        extension: Option<String>,
        #[command(flatten)]
        library: InLibrary,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum JobCommand {
    /// Run all jobs that may run now, and read files for search; an import does so as well.
    Run {
        #[command(flatten)]
        library: InLibrary,
    },
    /// List jobs, the newest first.
    List {
        #[command(flatten)]
        library: InLibrary,
        /// Only those in this state.
        #[arg(long, value_enum)]
        state: Option<JobStateArg>,
        /// Largest number of jobs to show.
        #[arg(long, default_value_t = 100)]
        limit: u32,
    },
    /// Show the state of a job.
    Status {
        /// Its id, or how the id begins.
        id: String,
        #[command(flatten)]
        library: InLibrary,
    },
    /// Cancel a job: one that waits at once, one that runs at its next checkpoint.
    Cancel {
        /// Its id, or how the id begins.
        id: String,
        #[command(flatten)]
        library: InLibrary,
    },
}

/// State of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum JobStateArg {
    /// It waits for its turn, or for its time.
    Waiting,
    /// It runs.
    Running,
    /// It may not run now.
    Parked,
    /// It ended well.
    Done,
    /// It ended with an error.
    Failed,
    /// It was cancelled.
    Cancelled,
}
