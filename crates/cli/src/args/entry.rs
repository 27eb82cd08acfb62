//! Arguments of `spacedrive entry` and `spacedrive sidecar`.

use std::path::PathBuf;

use clap::Subcommand;

use super::shared::InLibrary;

#[derive(Debug, Subcommand)]
pub(crate) enum EntryCommand {
    /// List entries, the oldest first.
    List {
        #[command(flatten)]
        library: InLibrary,
        /// Only entries of this type.
        #[arg(long = "type", value_name = "TYPE")]
        entry_type: Option<String>,
        /// Only entries below this path.
        #[arg(long, value_name = "PATH")]
        under: Option<String>,
        /// Largest number of entries to show [default: all].
        #[arg(long)]
        limit: Option<usize>,
    },
    /// Write the content of an entry into a file.
    Get {
        /// The entry: its path, its id, or how the id begins.
        entry: String,
        /// The file, or - for stdout [default: its name, in this folder].
        #[arg(long, short, value_name = "FILE|-")]
        to: Option<PathBuf>,
        /// Replace the file when there is one.
        #[arg(long)]
        force: bool,
        #[command(flatten)]
        library: InLibrary,
    },
    /// Open a copy of the content in the program that the system has for it.
    Open {
        /// The entry: its path, its id, or how the id begins.
        entry: String,
        #[command(flatten)]
        library: InLibrary,
    },
    /// Give an entry another name; the file that it was imported from stays as it is.
    Rename {
        /// The entry: its path, its id, or how the id begins.
        entry: String,
        /// The new name.
        name: String,
        #[command(flatten)]
        library: InLibrary,
    },
    /// Give an entry another path; the file that it was imported from stays as it is.
    Move {
        /// The entry: its path, its id, or how the id begins.
        entry: String,
        /// The new path; one that ends with / is a folder.
        to: String,
        #[command(flatten)]
        library: InLibrary,
    },
    /// Add tags to an entry.
    Tag {
        /// The entry: its path, its id, or how the id begins.
        entry: String,
        /// The tags.
        #[arg(required = true, value_name = "TAG")]
        tags: Vec<String>,
        #[command(flatten)]
        library: InLibrary,
    },
    /// Take tags away from an entry.
    Untag {
        /// The entry: its path, its id, or how the id begins.
        entry: String,
        /// The tags.
        #[arg(required = true, value_name = "TAG")]
        tags: Vec<String>,
        #[command(flatten)]
        library: InLibrary,
    },
    /// Move entries to the bin; the files that they were imported from stay as they are.
    #[command(visible_alias = "rm")]
    Delete {
        /// The entries: their paths, their ids, or how the ids begin.
        #[arg(required = true, value_name = "ENTRY")]
        entries: Vec<String>,
        #[command(flatten)]
        library: InLibrary,
    },
    /// List what is in the bin, the last deleted first.
    Bin {
        /// Remove all that is in it for good.
        #[arg(long)]
        empty: bool,
        /// Do not ask.
        #[arg(long, short, requires = "empty")]
        yes: bool,
        #[command(flatten)]
        library: InLibrary,
    },
    /// List the contents that an imported file had before.
    History {
        /// The entry: its path, its id, or how the id begins.
        entry: String,
        #[command(flatten)]
        library: InLibrary,
    },
    /// Bring a deleted entry back; or, with --version, give an imported file a content that it had
    /// before: the present one becomes a version.
    #[command(disable_version_flag = true)]
    Restore {
        /// The entry: its path, its id, or how the id begins.
        entry: String,
        /// Number of the version, as `entry history` shows it.
        #[arg(id = "number", long = "version", value_name = "NUMBER")]
        version: Option<u64>,
        /// Bring it back to this path [default: the one that it had].
        #[arg(long, value_name = "PATH", conflicts_with = "number")]
        to: Option<String>,
        #[command(flatten)]
        library: InLibrary,
    },
    /// List what extensions looked at in an entry: attachments, files in archives, the text of an
    /// email; what they used, and why not the rest.
    Parts {
        /// The entry: its path, its id, or how the id begins.
        entry: String,
        #[command(flatten)]
        library: InLibrary,
    },
    /// Show an entry with its metadata and sidecars.
    Show {
        /// The entry: its path, its id, or how the id begins.
        entry: String,
        #[command(flatten)]
        library: InLibrary,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum SidecarCommand {
    /// List the sidecars of an entry.
    List {
        /// The entry: its path, its id, or how the id begins.
        entry: String,
        #[command(flatten)]
        library: InLibrary,
    },
    /// Write a sidecar to stdout, as it is; with `--output json` its bytes as base64.
    Get {
        /// The entry: its path, its id, or how the id begins.
        entry: String,
        /// Name of the sidecar.
        name: String,
        #[command(flatten)]
        library: InLibrary,
    },
}
