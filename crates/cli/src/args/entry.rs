//! Arguments of `spacedrive entry` and `spacedrive sidecar`.

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
    /// List the contents that an imported file had before.
    History {
        /// The entry: its id, or its path.
        entry: String,
        #[command(flatten)]
        library: InLibrary,
    },
    /// Give an imported file a content that it had before; the present one becomes a version.
    #[command(disable_version_flag = true)]
    Restore {
        /// The entry: its id, or its path.
        entry: String,
        /// Number of the version, as `entry history` shows it.
        #[arg(id = "number", long = "version", value_name = "NUMBER")]
        version: u64,
        #[command(flatten)]
        library: InLibrary,
    },
    /// List what extensions looked at in an entry: attachments, files in archives, the text of an
    /// email; what they used, and why not the rest.
    Parts {
        /// The entry: its id, or its path.
        entry: String,
        #[command(flatten)]
        library: InLibrary,
    },
    /// Show an entry with its metadata and sidecars.
    Show {
        /// The entry: its id, or its path.
        entry: String,
        #[command(flatten)]
        library: InLibrary,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum SidecarCommand {
    /// List the sidecars of an entry.
    List {
        /// The entry: its id, or its path.
        entry: String,
        #[command(flatten)]
        library: InLibrary,
    },
    /// Write a sidecar to stdout, as it is; with `--output json` its bytes as base64.
    Get {
        /// The entry: its id, or its path.
        entry: String,
        /// Name of the sidecar.
        name: String,
        #[command(flatten)]
        library: InLibrary,
    },
}
