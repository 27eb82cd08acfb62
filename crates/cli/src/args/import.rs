//! Arguments of `spacedrive import`.

use std::path::PathBuf;

use clap::Args;

use super::shared::InLibrary;

#[derive(Debug, Args)]
pub(crate) struct ImportArgs {
    /// Files and folders; hidden files in folders are left out.
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// The place of the files in the library, such as `scans/2025` [default: the name of their
    /// folder, with those above it where another folder has that place].
    #[arg(long, value_name = "PLACE")]
    pub(crate) into: Option<String>,
    /// Leave it to `spacedrive job run` to read the files for search.
    #[arg(long)]
    pub(crate) no_index: bool,
    #[command(flatten)]
    pub(crate) library: InLibrary,
}
