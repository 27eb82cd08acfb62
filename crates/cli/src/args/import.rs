//! Arguments of `spacedrive import`.

use std::path::PathBuf;

use clap::Args;

use super::shared::InLibrary;

#[derive(Debug, Args)]
pub(crate) struct ImportArgs {
    /// Files and folders; hidden files in folders are left out.
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) library: InLibrary,
}
