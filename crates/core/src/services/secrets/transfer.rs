//! Secrets in a file, for another machine.

use std::str::FromStr;

use ext_ops_credentials_age::{
    Export, ExportError, Form, Identities, Protection, Recipient, Unlock, export as write,
};
use ext_ops_credentials_file::{FileVault, SecretImport};
use ext_services::credentials::KeptCredential;
use ext_wire::{
    ErrorBody, ErrorCode,
    ops::secret_store::{
        ExportSecretsInput, ExportSecretsOutput, ImportSecretsInput, ImportSecretsOutput,
        ImportedSecret, SecretOutcome,
    },
};
use uuid::Uuid;

use super::{UserSecrets, checks, failed};
use crate::ai::program_secrets;

pub(super) fn export(
    vault: &FileVault,
    input: ExportSecretsInput,
) -> Result<ExportSecretsOutput, ErrorBody> {
    let form = if input.armor { Form::Armored } else { Form::Binary };
    let protection = protection(input)?;
    let secrets = vault.export().map_err(failed)?;
    if secrets.is_empty() {
        let message = "there are no secrets to export";
        return Err(ErrorBody::new(ErrorCode::CredNotFound, message));
    }
    let file = write(&secrets, &protection, form).map_err(unreadable)?;
    Ok(ExportSecretsOutput { file: file.into(), secrets: secrets.len() as u64 })
}

fn protection(input: ExportSecretsInput) -> Result<Protection, ErrorBody> {
    let recipients = input.recipients.iter().map(|text| Recipient::from_str(text));
    let recipients: Vec<Recipient> = recipients.collect::<Result<_, _>>().map_err(unreadable)?;
    match input.passphrase {
        Some(_) if !recipients.is_empty() => Err(ErrorBody::new(
            ErrorCode::BadInput,
            "a file is locked with a passphrase or for recipients, and not with both",
        )),
        Some(passphrase) => Ok(Protection::Passphrase(passphrase)),
        None => Ok(Protection::Recipients(recipients)),
    }
}

pub(super) fn import(
    to: &UserSecrets,
    input: &ImportSecretsInput,
) -> Result<ImportSecretsOutput, ErrorBody> {
    let secrets = open(input)?;
    secrets.iter().try_for_each(check)?;
    let (wanted, left_out): (Vec<_>, Vec<_>) =
        secrets.into_iter().partition(|kept| has_owner(to, kept));
    let imported = to.vault.import(&wanted, input.replace).map_err(failed)?;
    let here = to.library_ids()?;
    let done = wanted.iter().zip(imported.into_iter().map(outcome));
    let lines = done.chain(left_out.iter().map(|kept| (kept, SecretOutcome::NotInstalled)));
    let secrets = lines.map(|(kept, outcome)| line(kept, outcome, &here)).collect();
    Ok(ImportSecretsOutput { secrets })
}

/// Opens the file whole, before anything is changed.
fn open(input: &ImportSecretsInput) -> Result<Vec<KeptCredential>, ErrorBody> {
    let file = Export::read(input.file.as_bytes()).map_err(unreadable)?;
    let unlock = match (&input.identities, &input.passphrase) {
        (Some(keys), _) => {
            Unlock::Identities(Identities::parse(keys.expose()).map_err(unreadable)?)
        }
        (None, Some(passphrase)) => Unlock::Passphrase(passphrase.clone()),
        (None, None) => {
            let message = "the file needs a passphrase, or the private key that it is locked for";
            return Err(ErrorBody::new(ErrorCode::BadInput, message));
        }
    };
    file.open(&unlock).map_err(unreadable)
}

fn check(kept: &KeptCredential) -> Result<(), ErrorBody> {
    let checked = checks::secret(&kept.name, &kept.credential.secret)
        .and_then(|()| checks::hosts(&kept.credential.hosts, kept.owner.extension.is_empty()));
    checked.map_err(|error| {
        let name = kept.name.escape_debug();
        let message =
            format_args!("the secret `{name}` of the file cannot be kept: {}", error.error);
        ErrorBody::new(error.code, message)
    })
}

/// Returns whether the owner is here: an installed extension, or the program itself.
fn has_owner(to: &UserSecrets, kept: &KeptCredential) -> bool {
    kept.owner == program_secrets() || to.installed.dir(&kept.owner.extension).is_ok()
}

fn line(kept: &KeptCredential, outcome: SecretOutcome, here: &[Uuid]) -> ImportedSecret {
    let KeptCredential { owner, name, credential } = kept;
    ImportedSecret {
        extension: owner.extension.clone(),
        library_id: owner.library,
        name: name.clone(),
        kind: credential.secret.kind().to_owned(),
        outcome,
        library_is_here: owner.extension.is_empty() || here.contains(&owner.library),
    }
}

const fn outcome(imported: SecretImport) -> SecretOutcome {
    match imported {
        SecretImport::Added => SecretOutcome::Added,
        SecretImport::Replaced => SecretOutcome::Replaced,
        SecretImport::Unchanged => SecretOutcome::Unchanged,
        SecretImport::Kept => SecretOutcome::Kept,
    }
}

fn unreadable(error: ExportError) -> ErrorBody {
    ErrorBody::new(error.code(), error)
}
