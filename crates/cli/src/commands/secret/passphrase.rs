//! The passphrases of an export and of the vault.

use std::{
    env,
    io::{self, IsTerminal},
    path::Path,
};

use anyhow::{bail, ensure};
use console::Term;
use ext_wire::SecretText;
use spacedrive_core::{Core, VaultKey};
use zeroize::Zeroizing;

use crate::{args::PassphraseArgs, question::hidden};

/// Name of the variable that holds a passphrase where there is no terminal.
const VARIABLE: &str = "SPACEDRIVE_EXPORT_PASSPHRASE";

/// Returns the passphrase of a new file; a person types it twice.
pub(super) fn new(args: &PassphraseArgs) -> anyhow::Result<SecretText> {
    if let Some(given) = given(args)? {
        return Ok(given);
    }
    twice(ask, "Passphrase for the file: ")
}

/// Returns the new passphrase of the vault, where its key is made of one: from stdin, or typed twice.
pub(super) fn of_vault(core: &Core) -> anyhow::Result<Option<SecretText>> {
    let kinds = core.config().vault.unwrap_or_default().key;
    if kinds.first() != Some(&VaultKey::Passphrase) {
        return Ok(None);
    }
    match io::stdin().is_terminal() {
        true => twice(hidden, "New passphrase: ").map(Some),
        false => checked(&super::read(None)?).map(Some),
    }
}

fn twice(
    ask: impl Fn(&str) -> anyhow::Result<Zeroizing<String>>,
    question: &str,
) -> anyhow::Result<SecretText> {
    let typed = ask(question)?;
    ensure!(*ask("The same again: ")? == *typed, "the two are not the same");
    checked(&typed)
}

/// Returns the passphrase of an existing file.
pub(super) fn old(args: &PassphraseArgs) -> anyhow::Result<SecretText> {
    match given(args)? {
        Some(given) => Ok(given),
        None => checked(&ask("Passphrase of the file: ")?),
    }
}

fn given(args: &PassphraseArgs) -> anyhow::Result<Option<SecretText>> {
    if let Some(path) = &args.passphrase_file {
        return from_file(path).map(Some);
    }
    let variable = env::var(VARIABLE).ok().map(Zeroizing::new);
    variable.map(|text| checked(&text)).transpose()
}

fn from_file(path: &Path) -> anyhow::Result<SecretText> {
    checked(&super::read(Some(path))?)
}

fn checked(passphrase: &str) -> anyhow::Result<SecretText> {
    ensure!(!passphrase.is_empty(), "the passphrase is empty");
    Ok(passphrase.into())
}

/// Asks at the terminal; what is typed is not shown.
fn ask(question: &str) -> anyhow::Result<Zeroizing<String>> {
    if !Term::stderr().is_term() {
        bail!(
            "there is no terminal to ask for the passphrase at: use --passphrase-file FILE or the \
             variable {VARIABLE}"
        );
    }
    hidden(question)
}
