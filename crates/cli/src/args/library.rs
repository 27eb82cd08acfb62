//! Arguments of `spacedrive library`.

use std::path::PathBuf;

use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub(crate) enum LibraryCommand {
    /// Make a library; prints its id.
    Create {
        /// Its name.
        name: String,
    },
    /// List all libraries, and how they are.
    List,
    /// Set the library for commands that name none: `--library` and SPACEDRIVE_LIBRARY win.
    #[command(arg_required_else_help = true)]
    Use {
        /// The library: its name, its id, or how the id begins.
        #[arg(required_unless_present = "none")]
        library: Option<String>,
        /// Have none again.
        #[arg(long, conflicts_with = "library")]
        none: bool,
    },
    /// Give a library another name.
    Rename {
        /// The library: its name, its id, or how the id begins.
        library: String,
        /// The new name.
        name: String,
    },
    /// Delete a library with all that is in it; `library restore` brings it back.
    Delete {
        /// The library: its name, its id, or how the id begins; also one that cannot be read.
        library: String,
        /// Do not ask.
        #[arg(long, short)]
        yes: bool,
    },
    /// List the deleted libraries.
    Bin {
        /// Remove them for good.
        #[arg(long)]
        empty: bool,
        /// Do not ask.
        #[arg(long, short, requires = "empty")]
        yes: bool,
    },
    /// Write a library into a new folder, as it is now; others may work on it meanwhile.
    Backup {
        /// The library: its name, its id, or how the id begins [default: that of `library use`, or the only one].
        library: Option<String>,
        /// The folder, which must not be there; with `--keep` the one that holds the backups.
        #[arg(long, value_name = "FOLDER")]
        to: PathBuf,
        /// Write a further backup into the folder, and remove the oldest until so many are left.
        #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..=1000))]
        keep: Option<u32>,
    },
    /// Write the files of a library into a folder, as files, with all that is known about them
    /// beside: for other programs, and to leave.
    Export {
        /// The folder, which must be empty or not there.
        #[arg(value_name = "FOLDER")]
        to: PathBuf,
        /// The library: its name, its id, or how the id begins [default: that of `library use`,
        /// or the only one].
        #[arg(long, short, value_name = "LIBRARY", env = "SPACEDRIVE_LIBRARY")]
        library: Option<String>,
        /// Only entries below this path.
        #[arg(long, value_name = "PATH")]
        under: Option<String>,
    },
    /// Bring a deleted library back, or one of a backup; nothing is overwritten.
    #[command(arg_required_else_help = true)]
    Restore {
        /// The deleted library: its name, its id, how the id begins, or its folder.
        #[arg(required_unless_present = "from")]
        library: Option<String>,
        /// The folder of a backup.
        #[arg(long, value_name = "FOLDER", conflicts_with = "library")]
        from: Option<PathBuf>,
    },
    /// Look for damage: in the database, and for files that are missing.
    Check {
        /// Read all files, and compare each with its hash; Ctrl-C stops that.
        #[arg(long)]
        files: bool,
        /// The library: its name, its id, or how the id begins [default: that of `library use`, or the only one].
        library: Option<String>,
    },
}
