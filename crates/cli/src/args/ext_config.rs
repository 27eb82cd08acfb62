//! Arguments of `spacedrive ext config`.

use clap::{Args, Subcommand};

#[derive(Debug, Args)]
pub(crate) struct ConfigArgs {
    /// Id of the extension.
    pub(crate) id: String,
    /// The library that the settings are meant for: its name, its id, or how the id begins [default: all
    /// libraries].
    #[arg(long, short, value_name = "LIBRARY", global = true)]
    pub(crate) library: Option<String>,
    #[command(subcommand)]
    pub(crate) command: Option<ConfigCommand>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// List the settings with their values (also without a command).
    #[command(alias = "show")]
    List,
    /// Print the value of a setting.
    Get {
        /// Its name.
        name: String,
    },
    /// Set settings.
    Set {
        /// NAME=VALUE, where the value of a list, a number or an object is JSON; NAME alone reads it from
        /// stdin, or asks for a secret, which is never an argument.
        #[arg(required = true, value_name = "NAME[=VALUE]")]
        settings: Vec<String>,
    },
    /// Edit the settings, except secrets, as JSON in the editor that VISUAL or EDITOR names.
    Edit,
    /// Take back what was set; the default holds again.
    #[command(alias = "unset")]
    Reset {
        /// Names of settings.
        #[arg(required = true, value_name = "NAME")]
        names: Vec<String>,
    },
}
