//! Arguments of `spacedrive library`.

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
    /// Bring a deleted library back.
    Restore {
        /// The library: its name, its id, or how the id begins.
        library: String,
    },
    /// Look for damage: in the database, and for files that are missing.
    Check {
        /// The library: its name, its id, or how the id begins [default: the only one].
        library: Option<String>,
    },
}
