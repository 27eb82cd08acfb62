//! Arguments of `spacedrive secret`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use ext_ops_credentials_age::Recipient;

#[derive(Debug, Subcommand)]
pub(crate) enum SecretCommand {
    /// Keep a secret, read from stdin: one line, or all of FILE. An older one is replaced.
    Set {
        #[command(flatten)]
        of: SecretOwner,
        /// Its name, by which the extension or the configuration asks for it.
        name: String,
        /// An origin that it may be sent to, such as https://api.example.com; may be repeated.
        #[arg(long = "host", value_name = "ORIGIN", required = true)]
        hosts: Vec<String>,
        /// A password of this user, for HTTP Basic, instead of a key.
        #[arg(long, value_name = "NAME", conflicts_with_all = ["header", "prefix"])]
        user: Option<String>,
        /// The header that a key goes into.
        #[arg(long, default_value = "authorization")]
        header: String,
        /// Prefix of a key in the header [default: "Bearer " in authorization, none in another].
        #[arg(long)]
        prefix: Option<String>,
        /// Read the secret from this file instead of stdin.
        #[arg(long, value_name = "FILE")]
        file: Option<PathBuf>,
    },
    /// List the secrets of an extension, or of the program; never shows them.
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
    /// Encrypt all secrets with a new key; a new passphrase is read from stdin, or typed at the
    /// terminal.
    RotateKey,
    /// Write all secrets into an encrypted file, for another machine or as a backup.
    Export(ExportArgs),
    /// Take secrets from a file of `secret export`: all of them, or none when one is not valid.
    Import(SecretImportArgs),
}

#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    /// The file to write, or - for stdout.
    #[arg(long, value_name = "FILE|-")]
    pub(crate) to: PathBuf,
    /// Lock it for this public key of age instead of a passphrase; may be repeated.
    #[arg(long = "recipient", short, value_name = "age1…", conflicts_with = "passphrase_file")]
    pub(crate) recipients: Vec<Recipient>,
    #[command(flatten)]
    pub(crate) passphrase: PassphraseArgs,
    /// Write text that can be pasted into an email.
    #[arg(long)]
    pub(crate) armor: bool,
    /// Replace the file when there is one.
    #[arg(long)]
    pub(crate) force: bool,
}

#[derive(Debug, Args)]
pub(crate) struct SecretImportArgs {
    /// The file, or - for stdin.
    #[arg(value_name = "FILE|-")]
    pub(crate) file: PathBuf,
    /// The file of the private key of age that it is locked for, as `age-keygen` writes it.
    #[arg(long, short, value_name = "FILE", conflicts_with = "passphrase_file")]
    pub(crate) identity: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) passphrase: PassphraseArgs,
    /// Replace secrets that are there already by those of the file.
    #[arg(long)]
    pub(crate) replace: bool,
}

#[derive(Debug, Args)]
pub(crate) struct PassphraseArgs {
    /// Read the passphrase from this file [default: the variable SPACEDRIVE_EXPORT_PASSPHRASE, or
    /// the terminal].
    #[arg(long, value_name = "FILE")]
    pub(crate) passphrase_file: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct SecretOwner {
    /// The extension that uses it: its id.
    #[arg(long, short, value_name = "ID", required_unless_present = "program")]
    pub(crate) extension: Option<String>,
    /// The library that it uses it in: its name, its id, or how the id begins
    /// [default: that of `library use`, or the only one].
    #[arg(long, short, value_name = "LIBRARY", env = "SPACEDRIVE_LIBRARY")]
    pub(crate) library: Option<String>,
    /// A secret of the program itself, such as the key that `[ai.text]` in config.toml names.
    #[arg(long, conflicts_with = "extension")]
    pub(crate) program: bool,
}
