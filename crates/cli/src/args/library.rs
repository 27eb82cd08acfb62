//! Arguments of `spacedrive library`.

use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub(crate) enum LibraryCommand {
    /// Make a library; prints its id.
    Create {
        /// Its name.
        name: String,
    },
    /// List all libraries.
    List,
}
