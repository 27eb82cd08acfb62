//! Arguments of the commands about the program itself.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use clap_complete::Shell;

#[derive(Debug, Subcommand)]
pub(crate) enum SystemCommand {
    /// Check what the program needs, with the command that mends each fault.
    ///
    /// Ends with exit code 1 when something that is needed does not work.
    Doctor,
    /// Show the folders and files that the program uses.
    Paths,
    /// Print the completions for a shell.
    Completions {
        /// The shell.
        shell: Shell,
    },
    /// Remove the program, after showing what goes and what stays: your data stays.
    Uninstall(UninstallArgs),
    /// Write the manual pages into a folder.
    #[command(hide = true)]
    ManPages {
        /// The folder, which is made when it is missing.
        folder: PathBuf,
    },
}

#[derive(Debug, Args)]
pub(crate) struct UninstallArgs {
    /// Remove the program without asking; what is asked about your data is asked all the same.
    #[arg(long, short)]
    pub(crate) yes: bool,
    /// Delete your data as well: libraries, extensions, secrets, models. This is always asked.
    #[arg(long)]
    pub(crate) data: bool,
}
