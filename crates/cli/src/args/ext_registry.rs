//! Arguments of the commands of `spacedrive ext` that talk to registries.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use ext_package_oci::{Reference, Registry};

use super::ConsentArgs;

#[derive(Debug, Subcommand)]
pub(crate) enum RegistryCommand {
    /// Publish a signed package in a registry; what is published does not change.
    Publish {
        /// The .sdx file; its signature, .sdx.minisig, lies beside it.
        file: PathBuf,
        #[command(flatten)]
        signing: SigningArgs,
        /// Registry, such as registry.example.com [default: that of config.toml].
        #[arg(long, value_name = "REGISTRY", value_parser = Registry::parse)]
        registry: Option<Registry>,
        /// Namespace of its name [default: that of config.toml].
        #[arg(long, value_name = "NAME")]
        namespace: Option<String>,
    },
    /// List the extensions of a registry whose name, title or description has all these words.
    Search {
        /// The words; without any, all extensions.
        words: Vec<String>,
        /// Registry [default: that of config.toml].
        #[arg(long, value_name = "REGISTRY", value_parser = Registry::parse)]
        registry: Option<Registry>,
    },
    /// Install newer versions of extensions that came from a registry; without a name, list them.
    Upgrade {
        /// Its id, or its name in the registry.
        #[arg(conflicts_with = "all")]
        name: Option<String>,
        /// All of them.
        #[arg(long)]
        all: bool,
        #[command(flatten)]
        consent: ConsentArgs,
        #[command(flatten)]
        stale: StaleArgs,
    },
    /// Go back to the version before the installed one, which is kept.
    Rollback {
        /// Its id.
        id: String,
        #[command(flatten)]
        consent: ConsentArgs,
    },
    /// Withdraw a version that you published: nobody installs it any more, and who has it keeps it.
    Yank {
        /// The version: `[REGISTRY/]NAMESPACE/NAME@VERSION`.
        name: Reference,
        #[command(flatten)]
        signing: SigningArgs,
        /// Reason, which others see.
        #[arg(long, default_value = "the publisher withdrew it")]
        reason: String,
        /// Offer it again.
        #[arg(long)]
        undo: bool,
    },
    /// Revoke versions, for who runs a registry: they stop wherever they came from it. Without a name,
    /// sign the list of revocations anew.
    Revoke {
        /// The version, or all: `[REGISTRY/]NAMESPACE/NAME[@VERSION]`.
        name: Option<Reference>,
        #[command(flatten)]
        signing: SigningArgs,
        /// Registry, where no name says it [default: that of config.toml].
        #[arg(long, value_name = "REGISTRY", value_parser = Registry::parse, conflicts_with = "name")]
        registry: Option<Registry>,
        /// Reason, which others see.
        #[arg(long, default_value = "it is harmful")]
        reason: String,
        /// Take the revocation back.
        #[arg(long, requires = "name")]
        undo: bool,
    },
    /// Keep the login of a registry; the password or token is read from stdin.
    Login {
        /// The registry.
        #[arg(value_parser = Registry::parse)]
        registry: Registry,
        /// The user.
        #[arg(long, value_name = "NAME")]
        user: String,
        /// Another server that may get the login, to give tokens for the registry.
        #[arg(long, value_name = "ORIGIN")]
        token_server: Option<String>,
        /// Read the password from this file instead of stdin.
        #[arg(long, value_name = "FILE")]
        file: Option<PathBuf>,
    },
    /// Forget the login of a registry.
    Logout {
        /// The registry.
        #[arg(value_parser = Registry::parse)]
        registry: Registry,
    },
}

/// The key of a publisher or a registry.
#[derive(Debug, Args)]
pub(crate) struct SigningArgs {
    /// Key file to sign with.
    #[arg(long, value_name = "FILE")]
    pub(crate) key: PathBuf,
    /// Number of days after which what is signed is expired, unless something newer is signed.
    #[arg(long, value_name = "DAYS", default_value_t = 365,
        value_parser = clap::value_parser!(i64).range(1..=3650))]
    pub(crate) valid_days: i64,
    /// Replace what another key signed: you have a new one.
    #[arg(long)]
    pub(crate) new_key: bool,
    /// Sign also where the registry shows a list that is older than one that was seen, or none any more.
    #[arg(long)]
    pub(crate) accept_stale: bool,
}

/// Old lists of a registry.
#[derive(Debug, Clone, Copy, Default, Args)]
pub(crate) struct StaleArgs {
    /// Believe the registry also when its index or its list of revocations is expired, or older than one that
    /// was seen.
    #[arg(long)]
    pub(crate) accept_stale: bool,
}
