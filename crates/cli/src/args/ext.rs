//! Arguments of `spacedrive ext`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::{
    ext_config::ConfigArgs,
    ext_registry::{RegistryCommand, StaleArgs},
    shared::{CallArgs, InLibrary},
};

#[derive(Debug, Subcommand)]
pub(crate) enum ExtCommand {
    /// Make the folder of a new extension, which builds and works as it is.
    New {
        /// Folder to make; its name, such as my-notes, becomes the id of the extension.
        folder: PathBuf,
        /// Language of the code.
        #[arg(long, value_enum, default_value_t = Language::Rust)]
        lang: Language,
        /// Copy of the SDK, or of the repository that it is in, for an extension in Rust [default: the
        /// copy around the new folder or this program, else this program's version].
        #[arg(long, value_name = "PATH")]
        sdk: Option<PathBuf>,
    },
    /// Build an extension into its folder `dist`.
    Build {
        /// Folder with manifest.json, and Cargo.toml, go.mod, asconfig.json, files of C or Zig, or scripts
        /// of a runtime.
        #[arg(default_value = ".")]
        path: PathBuf,
        /// Install it as well, after showing what it asks for.
        #[arg(long)]
        install: bool,
        /// Agree to all that it asks for, without a question.
        #[arg(long, short, requires = "install")]
        yes: bool,
    },
    /// Run the tests of an extension by the tools of its language, and end with their exit code.
    Test {
        /// Folder with manifest.json and the sources.
        #[arg(default_value = ".")]
        path: PathBuf,
    },
    /// Check an extension that is built: whether it loads, what it is made of, and whether its code and
    /// its manifest fit.
    Check {
        /// Folder with manifest.json and the .wasm, or one whose folder `dist` has them.
        #[arg(default_value = ".")]
        path: PathBuf,
    },
    /// Print the JSON Schema of manifest.json, or of a view, for editors.
    Schema {
        /// The format.
        #[arg(value_enum, default_value_t = Format::Manifest)]
        of: Format,
    },
    /// Write a built extension as one file, NAME-VERSION.sdx, for others to install.
    Package {
        /// Folder with manifest.json and the .wasm, or one whose folder `dist` has them.
        #[arg(default_value = ".")]
        path: PathBuf,
        /// Sign it with this key file, which names you as its publisher.
        #[arg(long, value_name = "FILE")]
        key: Option<PathBuf>,
        /// Folder to write it into.
        #[arg(long, value_name = "FOLDER", default_value = ".")]
        out: PathBuf,
    },
    /// Show what is in a package, and who signed it.
    Inspect {
        /// The .sdx file; its signature, .sdx.minisig, lies beside it.
        file: PathBuf,
    },
    /// Make a key to sign packages with: FILE, and FILE.pub for others. It is in the format of minisign.
    NewKey {
        /// File to write.
        file: PathBuf,
    },
    /// Sign a package, which names the key's owner as its publisher.
    Sign {
        /// The .sdx file.
        file: PathBuf,
        /// The key file.
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
    /// Check the signature of a package.
    Verify {
        /// The .sdx file.
        file: PathBuf,
        /// The publisher that it should be by: a key, or a .pub file.
        #[arg(long, value_name = "KEY|FILE")]
        publisher: Option<String>,
    },
    /// Install an extension, after showing what it asks for.
    Install {
        /// Folder with manifest.json and the .wasm, a package (.sdx), the id of one that came with the
        /// program, or a name in a registry: `[REGISTRY/]NAMESPACE/NAME[@VERSION]`.
        path: PathBuf,
        #[command(flatten)]
        consent: ConsentArgs,
        #[command(flatten)]
        stale: StaleArgs,
        /// Defer an update that asks for more until `ext update`; the installed version goes on.
        #[arg(long, conflicts_with_all = ["yes", "grant", "keep_permissions"])]
        defer: bool,
        /// The former name of `--defer`.
        #[arg(long, hide = true)]
        wait: bool,
    },
    /// Install the pending update, after showing what it asks for.
    Update {
        /// Its id.
        id: String,
        #[command(flatten)]
        consent: ConsentArgs,
    },
    #[command(flatten)]
    Registry(RegistryCommand),
    /// Let an extension work on what waits for it in a library, or call one of its operations.
    Run {
        /// Its id.
        id: String,
        #[command(flatten)]
        library: InLibrary,
        /// An operation that it offers: query:finance.export.v1, or finance.export for its newest version
        /// [default: none].
        #[arg(long, value_name = "METHOD")]
        call: Option<String>,
        /// The input of the operation: JSON, @FILE, or - for stdin.
        #[arg(long, short, value_name = "JSON|@FILE|-", default_value = "{}")]
        input: String,
        /// Deliver again the events of entries that it has worked on, as to a new version of it.
        #[arg(long, conflicts_with = "call")]
        again: bool,
        /// Only those of this entry, or of the entries in this folder of the library.
        #[arg(long, value_name = "PATH", requires = "again")]
        under: Option<String>,
        /// Record what it does, for `ext least-privilege`. It gets no more rights than it has.
        #[arg(long)]
        record: bool,
        /// Write what it is asked, calls and answers into this file, for a test that plays it again:
        /// `FakeHost::replay` of the SDK for Rust. Values that are marked as secret are left out.
        #[arg(long, value_name = "FILE")]
        record_calls: Option<PathBuf>,
    },
    /// Call an operation of an extension and print its answer, as `op call` does for all operations.
    Call(CallArgs),
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
    /// List, set and take back the settings of an extension.
    #[command(alias = "settings")]
    Config(ConfigArgs),
    /// Remove an extension; what it wrote into libraries stays.
    #[command(visible_alias = "uninstall", alias = "rm")]
    Remove {
        /// Its id.
        id: String,
    },
    /// Build an extension whenever its sources change, and use the new version at once; shows what
    /// it logs and how long its calls take. Ctrl-C ends.
    Dev {
        /// Folder with manifest.json, and Cargo.toml or the .wasm.
        path: PathBuf,
        /// Deliver the events of this library: its name, its id, or how the id begins.
        #[arg(long, short, value_name = "ID")]
        library: Option<String>,
        /// Deliver the events of all entries again to each new version.
        #[arg(long, requires = "library")]
        replay: bool,
        /// Agree to what it asks for, now and when that changes.
        #[arg(long, short)]
        yes: bool,
    },
    /// Stop an extension until it is released, also over restarts.
    Quarantine {
        /// Its id.
        id: String,
        /// Reason, which `ext list` shows.
        #[arg(long, default_value = "the user stopped it")]
        reason: String,
    },
    /// Let a quarantined extension run again.
    Release {
        /// Its id.
        id: String,
    },
    /// List what extensions could not work on; importing the files again retries them.
    Failures {
        #[command(flatten)]
        library: InLibrary,
    },
}

/// A format that has a JSON Schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// The file manifest.json.
    Manifest,
    /// The answer of a view.
    View,
}

/// Language of a new extension.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Language {
    /// Rust, with the SDK.
    Rust,
    /// C, with the SDK, without libc.
    C,
    /// C++, with the SDK of C, libc and files.
    Cpp,
    /// Zig, with the SDK.
    Zig,
    /// Go, with the SDK, for WASI.
    Go,
    /// AssemblyScript, with the SDK.
    #[value(name = "assemblyscript")]
    AssemblyScript,
    /// Python, run by an interpreter that is installed once.
    Python,
}

#[derive(Debug, Default, Args)]
pub(crate) struct ConsentArgs {
    /// Agree to all that it asks for, without a question.
    #[arg(long, short)]
    pub(crate) yes: bool,
    /// Agree to the rules in this file and to no others: JSON, {"grants": [{"effect": "allow", …}]}.
    #[arg(long, value_name = "FILE", conflicts_with = "yes")]
    pub(crate) grant: Option<PathBuf>,
    /// Agree to nothing new: an update runs with the permissions of the installed version.
    #[arg(long, conflicts_with_all = ["yes", "grant"])]
    pub(crate) keep_permissions: bool,
    /// Install it also when a newer version is installed.
    #[arg(long)]
    pub(crate) allow_downgrade: bool,
    /// Install it also when another publisher than that of the installed version signed it, or nobody.
    #[arg(long)]
    pub(crate) accept_publisher: bool,
    /// The former name of `--keep-permissions`.
    #[arg(long, hide = true)]
    old_rights: bool,
}

impl ConsentArgs {
    /// Returns the arguments of a command that has `--yes` alone.
    pub(crate) fn with_yes(yes: bool) -> Self {
        Self { yes, ..Self::default() }
    }
}

impl ExtCommand {
    /// Describes the successor of a former name, when one is used.
    pub(super) fn former_name(&self) -> Option<&'static str> {
        match self {
            Self::Install { wait: true, .. } => Some("`--wait` is now `--defer`"),
            Self::Install { consent, .. } | Self::Update { consent, .. } if consent.old_rights => {
                Some("`--old-rights` is now `--keep-permissions`")
            }
            _ => None,
        }
    }
}
