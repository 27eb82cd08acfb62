//! `spacedrive auth`.

use std::{
    env,
    time::{Duration, Instant},
};

use anyhow::Context;
use ext_ops_credentials_oauth2::{DeviceCode, Login, Provider, revoke};
use ext_services::credentials::{Credential, CredentialError, CredentialVault, Owner, check_name};
use ext_wire::{
    ErrorCode,
    ops::{
        NoInput,
        credentials::{CredentialInfo, OAuth2Tokens, Secret},
        extensions, libraries,
    },
};
use serde::Serialize;
use serde_json::json;
use spacedrive_core::Core;
use uuid::Uuid;

use crate::{
    args::{AuthCommand, LoginArgs, Output},
    failure::Hinted,
    names,
    output::{self, Column, Warnings, cells, printable},
    rolled_back::accepting,
    shown_secret::ShownSecret,
    stop,
};

pub(crate) fn run(core: &Core, command: AuthCommand, output: Output) -> anyhow::Result<()> {
    match command {
        AuthCommand::Login(args) => login(core, &args, output),
        AuthCommand::List { extension, library } => {
            let logins = list(core, extension.as_deref(), library.as_deref())?;
            output::print(output, &logins, |logins| table(logins))
        }
        AuthCommand::Logout { name, extension, library, local } => {
            let owner = owner(core, &extension, library.as_deref())?;
            logout(core, &owner, &name, local, output)
        }
    }
}

fn login(core: &Core, args: &LoginArgs, output: Output) -> anyhow::Result<()> {
    let provider = core.auth().provider(&args.provider)?;
    let name = args.name.as_deref().unwrap_or(&args.provider);
    check_name(name)?;
    let owner = owner(core, &args.extension, args.library.as_deref())?;
    // Fails before the user signs in for nothing.
    match core.vault().list(&owner) {
        Ok(_) | Err(CredentialError::Rollback) => {}
        Err(error) => return Err(error.into()),
    }
    let credential = sign_in(core, args, &provider, output)?;
    let mut warnings = Warnings::new(output);
    let version = accepting(core, &mut warnings, || core.vault().put(&owner, name, &credential))?;
    let kept = Kept::new(credential.info(name, version), &credential, &args.provider);
    if !kept.renewable {
        warnings.add("the provider gave no refresh token: you will have to sign in again soon");
    }
    warnings.print(&kept, |kept| {
        format!(
            "signed in: {} may use `{}` for {}",
            owner.extension,
            name,
            kept.info.hosts.join(" ")
        )
    })
}

fn sign_in(
    core: &Core,
    args: &LoginArgs,
    provider: &Provider,
    output: Output,
) -> anyhow::Result<Credential> {
    let stop = stop::on_ctrl_c()?;
    let until = Instant::now() + Duration::from_secs(args.timeout.into());
    let login = Login { client: core.http_client(), provider, until, stop: &stop };
    let no_screen = !args.no_browser && provider.device_url.is_some() && !has_screen();
    match args.device || no_screen {
        true => Ok(login.with_device(|code| show_code(code, output))?),
        false => Ok(login.with_browser(|url| show_url(url, !args.no_browser, output))?),
    }
}

fn show_url(url: &str, open: bool, output: Output) {
    if output == Output::Json {
        eprintln!("{}", json!({ "open": url }));
    } else {
        eprintln!("Sign in at this address:\n\n    {}\n", printable(url));
        eprintln!("Waiting; Ctrl-C ends.");
    }
    if open && let Err(error) = open::that_detached(url) {
        tracing::warn!(%error, "no browser could be opened");
    }
}

fn show_code(code: &DeviceCode, output: Output) {
    if output == Output::Json {
        let DeviceCode { url, code, url_with_code } = code;
        eprintln!("{}", json!({ "open": url, "code": code, "open_with_code": url_with_code }));
        return;
    }
    let (url, text) = (printable(&code.url), printable(&code.code));
    eprintln!(
        "Open this address on any device:\n\n    {url}\n\nand type this code:\n\n    {text}\n"
    );
    eprintln!("Waiting; Ctrl-C ends.");
}

/// Returns whether a browser that is opened would be seen.
fn has_screen() -> bool {
    let unix = cfg!(unix) && !cfg!(target_os = "macos");
    !unix || ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| env::var_os(name).is_some())
}

/// A login that was kept in the vault.
#[derive(Serialize)]
struct Kept {
    #[serde(flatten)]
    info: CredentialInfo,
    provider: String,
    scopes: Vec<String>,
    renewable: bool,
}

impl Kept {
    fn new(info: CredentialInfo, credential: &Credential, provider: &str) -> Self {
        let tokens = tokens(credential);
        Self {
            info,
            provider: provider.to_owned(),
            scopes: tokens.map(|tokens| tokens.scopes.clone()).unwrap_or_default(),
            renewable: tokens.is_some_and(|tokens| tokens.refresh_token.is_some()),
        }
    }
}

fn tokens(credential: &Credential) -> Option<&OAuth2Tokens> {
    match &credential.secret {
        Secret::OAuth2(tokens) => Some(tokens),
        _ => None,
    }
}

fn owner(core: &Core, extension: &str, library: Option<&str>) -> anyhow::Result<Owner> {
    let extension = core.extensions().info(extension)?.id;
    Ok(Owner { extension, library: names::library_or_only(core, library)? })
}

/// Lists the logins of these extensions for these libraries; `None` means all.
fn list(
    core: &Core,
    extension: Option<&str>,
    library: Option<&str>,
) -> anyhow::Result<Vec<ShownSecret>> {
    let extensions = match extension {
        Some(id) => vec![core.extensions().info(id)?.id],
        None => {
            let all = core.call_typed::<extensions::List>(None, &NoInput {})?.extensions;
            all.into_iter().map(|info| info.id).collect()
        }
    };
    let libraries: Vec<Uuid> = match library {
        Some(text) => vec![names::library(core, text)?],
        None => {
            let all = core.call_typed::<libraries::List>(None, &NoInput {})?.libraries;
            all.into_iter().map(|library| library.id).collect()
        }
    };
    let mut logins = Vec::new();
    for extension in extensions {
        for library in &libraries {
            let owner = Owner { extension: extension.clone(), library: *library };
            let all = ShownSecret::of(core, &owner)?;
            logins.extend(all.into_iter().filter(ShownSecret::is_login));
        }
    }
    Ok(logins)
}

fn table(logins: &[ShownSecret]) -> String {
    let libraries = cells::short_ids(&logins.iter().map(|it| it.library).collect::<Vec<_>>());
    let row = |(login, library): (&ShownSecret, String)| {
        let hosts = login.info.hosts.join(" ");
        vec![login.info.name.clone(), login.extension.clone(), library, hosts, login.advice()]
    };
    let rows = logins.iter().zip(libraries).map(row).collect();
    let none = "no login: `spacedrive auth login --extension ID --provider NAME` makes one";
    let columns = [
        Column::text("NAME"),
        Column::text("EXTENSION"),
        Column::whole("LIBRARY"),
        Column::text("FOR"),
        Column::text("STATE"),
    ];
    output::table(&columns, rows, none)
}

fn logout(
    core: &Core,
    owner: &Owner,
    name: &str,
    local: bool,
    output: Output,
) -> anyhow::Result<()> {
    let mut warnings = Warnings::new(output);
    let (credential, _) = accepting(core, &mut warnings, || core.vault().get(owner, name))?;
    let tokens = tokens(&credential).ok_or_else(|| {
        Hinted::error(
            ErrorCode::NotFound,
            format_args!("`{name}` is not a login"),
            "`spacedrive secret delete` removes other secrets",
        )
    })?;
    let revoked = !local && revoke_at_provider(core, tokens)?;
    core.vault().delete(owner, name)?;
    let done = json!({ "removed": name, "revoked": revoked });
    warnings.print(&done, |_| match revoked {
        true => format!("signed out: {name}"),
        false => format!("removed {name} here; it was not revoked at the provider"),
    })
}

/// Revokes the tokens; returns false when the provider has no URL for that.
fn revoke_at_provider(core: &Core, tokens: &OAuth2Tokens) -> anyhow::Result<bool> {
    let provider = core.auth().provider_of(tokens).map(|(_, provider)| provider);
    let Some(url) = provider.and_then(|provider| provider.revocation_url) else {
        return Ok(false);
    };
    revoke(core.http_client(), &url, tokens)
        .context("the login was not revoked: `--local` removes it here all the same")?;
    Ok(true)
}
