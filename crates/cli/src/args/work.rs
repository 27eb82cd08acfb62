//! Arguments of `spacedrive event` and `spacedrive job`.

use clap::{Args, Subcommand, ValueEnum};
use ext_perm::Glob;

use super::shared::InLibrary;

#[derive(Debug, Args)]
pub(crate) struct TailArgs {
    #[command(flatten)]
    pub(crate) library: InLibrary,
    /// Only events of this kind, such as entry.created; may be given several times.
    #[arg(long = "kind", value_name = "KIND")]
    pub(crate) kinds: Vec<String>,
    /// Only events of the entry at this path, and of those below it.
    #[arg(long, value_name = "PATH")]
    pub(crate) under: Option<String>,
    /// Only events of entries whose paths fit this pattern: `mails/**`, `**/*.pdf`.
    #[arg(long, value_name = "GLOB")]
    pub(crate) path: Option<Glob>,
    /// Begin after the event with this number; 0 is before the first [default: what comes now].
    #[arg(long, value_name = "EVENT")]
    pub(crate) since: Option<u64>,
    /// End with the last event that there is, instead of waiting for the next.
    #[arg(long)]
    pub(crate) no_follow: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum EventCommand {
    /// Show the events of a library as they come, until Ctrl-C; as JSON one on each line.
    Tail(TailArgs),
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
    /// Have a long operation run in the background: one of an extension, or of the core, such as
    /// action:search.read_again.input.v1 and query:vdfs.check_contents.v1.
    Start {
        /// The method.
        method: String,
        #[command(flatten)]
        library: InLibrary,
        /// The input: JSON, @FILE, or - for stdin.
        #[arg(long, short, value_name = "JSON|@FILE|-", default_value = "{}")]
        input: String,
        /// Its place among the jobs that wait.
        #[arg(long, value_enum, default_value_t)]
        priority: PriorityArg,
        /// Time from now until it may run: `15m`, `12h`, `1d`.
        #[arg(long, value_name = "TIME", value_parser = super::serve::time_span)]
        after: Option<std::time::Duration>,
        /// Name of the job: while one with it is not over, no second one is made.
        #[arg(long, value_name = "NAME")]
        key: Option<String>,
    },
    /// Call an operation again and again: a daemon does it when it is due, `job run` as well.
    Schedule {
        /// The method: action:finance.scan_mailbox.input.v1, or finance.scan_mailbox.
        method: String,
        /// Time between two calls, at least a minute: `15m`, `12h`, `1d`.
        #[arg(long, value_name = "TIME", value_parser = super::serve::time_span)]
        #[arg(required_unless_present = "cron", conflicts_with = "cron")]
        every: Option<std::time::Duration>,
        /// Times of the calls, as cron writes them: minute, hour, day, month, day of the week, such as
        /// `0 7 * * 1-5` for seven in the morning from Monday to Friday.
        #[arg(long, value_name = "PATTERN")]
        cron: Option<String>,
        /// Time zone of the pattern, such as Europe/Berlin [default: that of this machine].
        #[arg(long, value_name = "ZONE", requires = "cron")]
        time_zone: Option<String>,
        #[command(flatten)]
        library: InLibrary,
        /// The input: JSON, @FILE, or - for stdin; no secret belongs here.
        #[arg(long, short, value_name = "JSON|@FILE|-", default_value = "{}")]
        input: String,
    },
    /// List the schedules.
    Schedules,
    /// Remove a schedule.
    Unschedule {
        /// Its id, how the id begins, or its method.
        schedule: String,
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

/// The priority of a job, as an argument.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum PriorityArg {
    /// When no other waits.
    Low,
    /// When it is its turn.
    #[default]
    Normal,
    /// Before others.
    High,
}
