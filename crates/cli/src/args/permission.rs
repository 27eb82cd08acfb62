//! Arguments of `spacedrive permission`.

use clap::{Args, Subcommand};

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
    /// Deny an extension something, whatever else allows it; in force at once.
    Deny {
        /// Its id.
        id: String,
        #[command(flatten)]
        rule: RuleArgs,
    },
    /// Take back a grant or a denial; in force at once.
    Revoke {
        /// Its id.
        id: String,
        /// Number of the grant or the denial, see `permission list`.
        #[arg(required_unless_present_any = ["all", "rule"])]
        number: Option<u64>,
        /// Take back every grant; denials stay.
        #[arg(long, conflicts_with = "number")]
        all: bool,
        /// The rule that `revoke` denied before there was `deny`.
        #[arg(
            long = "method",
            short = 'l',
            aliases = ["library", "domain", "entries", "sidecar", "for"],
            hide = true
        )]
        rule: Vec<String>,
    },
    /// Forget everything that was granted to an extension and denied it; then it may do nothing.
    Reset {
        /// Its id.
        id: String,
    },
    /// Explain whether an extension may call a method, and which line decides that.
    Explain {
        /// Its id.
        id: String,
        /// The method, such as query:vdfs.read_content.v1.
        method: String,
        /// The library: its name, its id, or how the id begins.
        #[arg(long, short, value_name = "LIBRARY", env = "SPACEDRIVE_LIBRARY")]
        library: Option<String>,
        /// Path of an entry that the call would touch, or with --library its id.
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
    /// Library: its name, its id, or * for all; may be repeated.
    #[arg(long = "library", short, value_name = "LIBRARY")]
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
    /// Validity: once (one call), session, or a time such as 2027-01-31T00:00:00Z
    /// [default: until it is taken back].
    #[arg(long = "for", value_name = "once|session|TIME")]
    pub(crate) until: Option<String>,
}

impl PermissionCommand {
    /// Describes the successor of a former name, when one is used.
    pub(super) fn former_name(&self) -> Option<&'static str> {
        match self {
            Self::Revoke { rule, .. } if !rule.is_empty() => Some(
                "`permission revoke` only takes grants back, by their numbers: to deny something, \
                 use `permission deny` with the same options",
            ),
            _ => None,
        }
    }
}
