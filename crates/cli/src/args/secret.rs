//! Secrets.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::InLibrary;

#[derive(Debug, Subcommand)]
pub(crate) enum SecretCommand {
    /// Keep a secret, read from stdin: one line, or all of FILE. An older one is replaced.
    Set {
        #[command(flatten)]
        of: SecretOwner,
        /// Its name, by which the extension asks for it.
        name: String,
        /// An origin that it may be sent to, such as https://api.example.com; may stand several times.
        #[arg(long = "host", value_name = "ORIGIN", required = true)]
        hosts: Vec<String>,
        /// A password of this user, for HTTP Basic, instead of a key.
        #[arg(long, value_name = "NAME", conflicts_with_all = ["header", "prefix"])]
        user: Option<String>,
        /// The header that a key goes into.
        #[arg(long, default_value = "authorization")]
        header: String,
        /// What stands before a key in the header.
        #[arg(long, default_value = "Bearer ")]
        prefix: String,
        /// Read the secret from this file instead of stdin.
        #[arg(long, value_name = "FILE")]
        file: Option<PathBuf>,
    },
    /// List the secrets of an extension; never shows them.
    List {
        #[command(flatten)]
        of: SecretOwner,
    },
    /// Remove a secret.
    Delete {
        #[command(flatten)]
        of: SecretOwner,
        /// Its name.
        name: String,
    },
    /// Encrypt all secrets with a new key; a new passphrase is read from stdin.
    RotateKey,
}

#[derive(Debug, Args)]
pub(crate) struct SecretOwner {
    /// The extension that uses it: its id.
    #[arg(long, short, value_name = "ID")]
    pub(crate) extension: String,
    #[command(flatten)]
    pub(crate) library: InLibrary,
}
