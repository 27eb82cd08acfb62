//! `spacedrive secret`.

mod export;
mod import;
mod passphrase;

use std::{
    fs,
    io::{self, IsTerminal, Read},
    path::Path,
};

use anyhow::{Context, ensure};
use ext_wire::{
    ErrorCode,
    ops::{
        credentials::Secret,
        secret_store::{
            Delete, List, ListSecretsInput, Put, PutSecretInput, RotateKey, RotateKeyInput,
            SecretRef,
        },
    },
};
use serde_json::json;
use spacedrive_core::Core;
use zeroize::Zeroizing;

use crate::{
    args::{Output, SecretCommand, SecretOwner},
    failure::Hinted,
    names,
    output::{self, Column, Warnings},
    question::hidden,
    rolled_back,
    shown_secret::ShownSecret,
};

/// Length of the longest secret, in bytes.
const MAX_BYTES: u64 = 32 << 10;

pub(crate) fn run(core: &Core, command: SecretCommand, output: Output) -> anyhow::Result<()> {
    match command {
        SecretCommand::Set { of, name, hosts, user, header, prefix, file } => {
            let at = place(core, &of, name)?;
            let text = read_secret(file.as_deref())?;
            let secret = match user {
                Some(username) => Secret::Basic { username, password: text.as_str().into() },
                None => {
                    let prefix = prefix.unwrap_or_else(|| usual_prefix(&header).to_owned());
                    Secret::ApiKey { key: text.as_str().into(), header, prefix }
                }
            };
            let name = at.name.clone();
            let kept = core.call_typed::<Put>(None, &PutSecretInput::new(at, hosts, secret))?;
            let mut warnings = Warnings::new(output);
            rolled_back::warn(&mut warnings, kept.accepted);
            let shown = json!({ "name": name, "version": kept.version });
            warnings.print(&shown, |_| format!("kept {name}, version {}", kept.version))
        }
        SecretCommand::List { of } => {
            let SecretRef { extension, library_id, .. } = place(core, &of, String::new())?;
            let extension = Some(extension.unwrap_or_default());
            let filter = ListSecretsInput { extension, library_id };
            let secrets = core.call_typed::<List>(None, &filter)?.secrets;
            let secrets: Vec<_> = secrets.into_iter().map(ShownSecret::from).collect();
            output::print(output, &secrets, |secrets| table(secrets))
        }
        SecretCommand::Delete { of, name } => {
            let at = place(core, &of, name)?;
            let deleted = core.call_typed::<Delete>(None, &at)?;
            let mut warnings = Warnings::new(output);
            rolled_back::warn(&mut warnings, deleted.accepted);
            if !deleted.deleted {
                let hint = "`spacedrive secret list` shows those that are there";
                let message = format_args!("there is no secret `{}`", at.name);
                return Err(Hinted::error(ErrorCode::CredNotFound, message, hint));
            }
            warnings.print(&json!({ "deleted": at.name }), |_| format!("deleted {}", at.name))
        }
        SecretCommand::RotateKey => {
            let passphrase = passphrase::of_vault(core)?;
            let rotated = core.call_typed::<RotateKey>(None, &RotateKeyInput { passphrase })?;
            output::print(output, &rotated, |_| "there is a new key".to_owned())
        }
        SecretCommand::Export(args) => export::run(core, &args, output),
        SecretCommand::Import(args) => import::run(core, &args, output),
    }
}

/// Returns the prefix that keys have in a header: servers with one of their own want the key alone.
fn usual_prefix(header: &str) -> &'static str {
    if header.eq_ignore_ascii_case("authorization") { "Bearer " } else { "" }
}

/// Names the place of a secret.
fn place(core: &Core, of: &SecretOwner, name: String) -> anyhow::Result<SecretRef> {
    let extension = of.extension.clone();
    let library_id = match extension {
        Some(_) => Some(names::library_or_only(core, of.library.as_deref())?),
        None => None,
    };
    Ok(SecretRef { extension, library_id, name })
}

/// Reads a secret that is to be kept.
pub(super) fn read_secret(file: Option<&Path>) -> anyhow::Result<Zeroizing<String>> {
    let text = read(file)?;
    if text.is_empty() {
        let hint = "write it to stdin, name a file with --file, or type it at a terminal";
        return Err(Hinted::error(ErrorCode::BadInput, "the secret is empty", hint));
    }
    Ok(text)
}

/// Reads a text, without the line feed at its end. It is never an argument: others see those.
fn read(file: Option<&Path>) -> anyhow::Result<Zeroizing<String>> {
    let mut text = Zeroizing::new(String::new());
    match file {
        Some(path) => {
            let file = fs::File::open(path);
            let file = file.with_context(|| format!("{} cannot be read", path.display()))?;
            file.take(MAX_BYTES + 1).read_to_string(&mut text)?;
        }
        None if io::stdin().is_terminal() => text = hidden("The secret: ")?,
        None => drop(io::stdin().lock().take(MAX_BYTES + 1).read_to_string(&mut text)?),
    }
    ensure!(text.len() as u64 <= MAX_BYTES, "a secret has at most {MAX_BYTES} bytes");
    let end = text.trim_end_matches(['\r', '\n']).len();
    text.truncate(end);
    Ok(text)
}

fn table(secrets: &[ShownSecret]) -> String {
    let row = |secret: &ShownSecret| {
        let info = &secret.info;
        let hosts = info.hosts.join(" ");
        let version = info.version.to_string();
        vec![info.name.clone(), info.kind.clone(), version, hosts, secret.advice()]
    };
    let rows = secrets.iter().map(row).collect();
    let columns = [
        Column::text("NAME"),
        Column::text("KIND"),
        Column::number("VERSION"),
        Column::text("FOR"),
        Column::text("STATE"),
    ];
    output::table(&columns, rows, "no secret")
}
