//! Arguments of the commands about the daemon.

use std::{net::SocketAddr, path::PathBuf};

use clap::{Args, Subcommand, ValueEnum};

use super::shared::InLibrary;

#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    /// Answer on a port of this machine as well, such as 127.0.0.1:7711; callers there need a token
    /// [default: `listen` in the section `daemon` of config.toml].
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub(crate) listen: Option<SocketAddr>,
    /// Show the console in your browser; on 127.0.0.1:7711, unless `--listen` names another port.
    #[arg(long)]
    pub(crate) open: bool,
    /// Most connections at the same time, over the socket and over the port each.
    #[arg(long, default_value_t = 64, value_name = "NUMBER")]
    pub(crate) connections: usize,
    /// Write the log as JSON, an object a line, or as text [default: text].
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub(crate) log_format: Option<LogFormat>,
    /// Write the log to this file, which is put aside when it gets long.
    #[arg(long, hide = true, value_name = "FILE")]
    pub(crate) log_file: Option<PathBuf>,
    /// Send spans of all calls to a collector of OpenTelemetry on this machine, such as
    /// http://127.0.0.1:4318.
    #[arg(long, value_name = "URL")]
    pub(crate) otlp: Option<String>,
    /// Run in the background, and return as soon as calls are answered.
    #[arg(long)]
    pub(crate) detach: bool,
    /// End the daemon that runs on the data folder, after what it is at.
    #[arg(long, conflicts_with_all = ["detach", "listen", "open", "print_unit"])]
    pub(crate) stop: bool,
    /// Have the daemon that runs on the data folder read `config.toml` again.
    #[arg(long, conflicts_with_all = ["detach", "listen", "open", "print_unit", "stop"])]
    pub(crate) reload: bool,
    /// Print a file that lets the system keep the daemon running, with how to install it.
    #[arg(long, value_enum, value_name = "SYSTEM", conflicts_with = "detach")]
    pub(crate) print_unit: Option<ServiceManager>,
}

#[derive(Debug, Args)]
pub(crate) struct ConsoleArgs {
    /// Print the address instead of opening it; it works once, for two minutes.
    #[arg(long)]
    pub(crate) print: bool,
}

#[derive(Debug, Args)]
pub(crate) struct McpArgs {
    /// A method, or several, that is a tool: `query:finance.*`, `vdfs.*`; actions only when they are
    /// named so [default: all queries]. Secrets and installations are never tools.
    #[arg(long = "method", value_name = "PATTERN")]
    pub(crate) methods: Vec<String>,
    #[command(flatten)]
    pub(crate) library: InLibrary,
}

/// The form of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    /// A JSON object a line.
    Json,
    /// Lines for people.
    Text,
}

/// The program of the system that keeps others running.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ServiceManager {
    /// A user unit of systemd.
    Systemd,
    /// A launch agent of macOS.
    Launchd,
}

#[derive(Debug, Subcommand)]
pub(crate) enum LocationCommand {
    /// Follow a folder: its files become entries, also those that come later.
    Add {
        /// The folder.
        folder: PathBuf,
        /// Place of its entries in the library [default: as `import` chooses it].
        #[arg(long, value_name = "PATH")]
        into: Option<String>,
        /// Leave out files and folders, by a pattern as of a .gitignore: `*.tmp`, `/build/`. The files
        /// .spacedriveignore and, in working trees of git, .gitignore count as well.
        #[arg(long, value_name = "PATTERN")]
        ignore: Vec<String>,
        /// Let entries stay whose files are deleted [default: they go to the bin].
        #[arg(long)]
        keep_deleted: bool,
        #[command(flatten)]
        library: InLibrary,
    },
    /// List the folders that are followed, and how they are.
    List,
    /// Stop following a folder for a while.
    Pause {
        /// The folder, the location's id, or how the id begins.
        location: String,
    },
    /// Follow a folder again that was paused.
    Resume {
        /// The folder, the location's id, or how the id begins.
        location: String,
    },
    /// Look at a whole folder again.
    Rescan {
        /// The folder, the location's id, or how the id begins.
        location: String,
        /// Files that are gone were deleted, however many there are: let their entries go to the bin.
        #[arg(long)]
        accept_deletions: bool,
        /// Read all files, also those whose size and times are as they were.
        #[arg(long)]
        contents: bool,
    },
    /// Stop following a folder; the entries of its files stay.
    Remove {
        /// The folder, the location's id, or how the id begins.
        location: String,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum TokenCommand {
    /// Make a token for a program that calls the daemon; it is shown once.
    Create {
        /// Its name, for you [default: the first method].
        name: Option<String>,
        /// A method, or several, that it may call: `vdfs.*`, `query:finance.*`, `ai.ocr`.
        #[arg(long = "method", required = true, value_name = "PATTERN")]
        methods: Vec<String>,
        /// A library that it may use [default: all].
        #[arg(long = "library", short, value_name = "LIBRARY")]
        libraries: Vec<String>,
        /// Time that it lives: `12h`, `30d` [default: until it is revoked].
        #[arg(long = "for", value_name = "TIME", value_parser = time_span)]
        lifetime: Option<std::time::Duration>,
    },
    /// List the tokens.
    List,
    /// End a token at once.
    Revoke {
        /// Its id, how the id begins, or its name.
        token: String,
    },
}

/// Parses `30d`, `12h`, `15m`.
pub(super) fn time_span(text: &str) -> Result<std::time::Duration, String> {
    let wrong = || "write a whole number of days, hours or minutes: 30d, 12h, 15m".to_owned();
    let unit = text.chars().last().ok_or_else(wrong)?;
    let seconds: u64 = match unit {
        'd' => 24 * 60 * 60,
        'h' => 60 * 60,
        'm' => 60,
        _ => return Err(wrong()),
    };
    let number: u64 = text.strip_suffix(unit).and_then(|it| it.parse().ok()).ok_or_else(wrong)?;
    let seconds = number.checked_mul(seconds).filter(|&seconds| seconds > 0).ok_or_else(wrong)?;
    Ok(std::time::Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_whole_and_not_nothing() {
        let seconds = |text| time_span(text).map(|time| time.as_secs());
        assert_eq!(seconds("30d"), Ok(30 * 86_400));
        assert_eq!(seconds("12h"), Ok(12 * 3600));
        assert_eq!(seconds("15m"), Ok(900));
        for wrong in
            ["", "d", "0d", "-1d", "1.5h", "30", "30 d", "1w", "99999999999999999999d", "1é"]
        {
            assert!(seconds(wrong).is_err(), "{wrong}");
        }
    }
}
