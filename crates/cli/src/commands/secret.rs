//! `spacedrive secret`.

mod export;
mod import;
mod passphrase;

use std::{
    fs,
    io::{self, IsTerminal, Read},
    path::Path,
};

use anyhow::{Context, bail, ensure};
use ext_manifest::DomainPattern;
use ext_net::{AddressPolicy, VettedUrl};
use ext_services::credentials::{Credential, CredentialVault, Owner};
use ext_wire::ops::credentials::Secret;
use serde_json::json;
use spacedrive_core::Core;
use zeroize::Zeroizing;

use crate::{
    args::{Output, SecretCommand, SecretOwner},
    names,
    output::{self, Column, Warnings},
    rolled_back::accepting,
    shown_secret::ShownSecret,
};

/// Length of the longest secret, in bytes.
const MAX_BYTES: u64 = 32 << 10;

pub(crate) fn run(core: &Core, command: SecretCommand, output: Output) -> anyhow::Result<()> {
    match command {
        SecretCommand::Set { of, name, hosts, user, header, prefix, file } => {
            check_hosts(&hosts, of.program)?;
            let owner = owner(core, &of)?;
            let text = read_secret(file.as_deref())?;
            let secret = match user {
                Some(username) => Secret::Basic { username, password: text.as_str().into() },
                None => Secret::ApiKey { key: text.as_str().into(), header, prefix },
            };
            let credential = Credential::new(hosts, secret);
            let mut warnings = Warnings::new(output);
            let version =
                accepting(core, &mut warnings, || core.vault().put(&owner, &name, &credential))?;
            let kept = json!({ "name": name, "version": version });
            warnings.print(&kept, |_| format!("kept {name}, version {version}"))
        }
        SecretCommand::List { of } => {
            let secrets = ShownSecret::of(core, &owner(core, &of)?)?;
            output::print(output, &secrets, |secrets| table(secrets))
        }
        SecretCommand::Delete { of, name } => {
            let owner = owner(core, &of)?;
            let mut warnings = Warnings::new(output);
            let deleted = accepting(core, &mut warnings, || core.vault().delete(&owner, &name))?;
            ensure!(deleted, "there is no secret `{name}`");
            warnings.print(&json!({ "deleted": name }), |_| format!("deleted {name}"))
        }
        SecretCommand::RotateKey => {
            let passphrase = if io::stdin().is_terminal() { None } else { Some(read(None)?) };
            core.vault().rotate_key(passphrase.as_ref().map(|text| text.as_str()))?;
            output::print(output, &json!({ "rotated": true }), |_| "there is a new key".to_owned())
        }
        SecretCommand::Export(args) => export::run(core, &args, output),
        SecretCommand::Import(args) => import::run(core, &args, output),
    }
}

fn owner(core: &Core, of: &SecretOwner) -> anyhow::Result<Owner> {
    let Some(extension) = &of.extension else {
        return Ok(spacedrive_core::program_secrets());
    };
    let extension = core.extensions().info(extension)?.id;
    Ok(Owner { extension, library: names::library_or_only(core, of.library.as_deref())? })
}

/// Checks the hosts. A server that the user configured may be an address, or a name of the local
/// network.
fn check_hosts(hosts: &[String], program: bool) -> anyhow::Result<()> {
    let policy = AddressPolicy::for_server_of_the_user();
    let is_origin = |host: &str| {
        let url = VettedUrl::vet(host, &policy, |_, _, _| true);
        url.is_ok_and(|url| url.origin() == host)
    };
    hosts.iter().filter(|host| !(program && is_origin(host))).try_for_each(|host| {
        DomainPattern::parse(host)?;
        Ok(())
    })
}

/// Reads a secret that is to be kept.
fn read_secret(file: Option<&Path>) -> anyhow::Result<Zeroizing<String>> {
    let text = read(file)?;
    ensure!(!text.is_empty(), "the secret is empty: write it to stdin, or name a file with --file");
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
        None if io::stdin().is_terminal() => {
            bail!("the secret is read from stdin or --file FILE, so that nobody sees it typed")
        }
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
