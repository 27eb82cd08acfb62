//! `spacedrive auth`.

use std::{
    env,
    time::{Duration, Instant},
};

use ext_ops_credentials_oauth2::{DeviceCode, Login, Provider};
use ext_services::credentials::{Credential, check_name};
use ext_wire::{
    ErrorCode,
    ops::{
        credentials::{CredentialInfo, OAuth2Tokens, Secret},
        secret_store::{
            List, ListSecretsInput, Put, PutSecretInput, SecretRef, SignOut, SignOutInput,
        },
    },
};
use serde::Serialize;
use serde_json::json;
use spacedrive_core::Core;

use crate::{
    args::{AuthCommand, LoginArgs, Output},
    names,
    output::{self, Column, Warnings, cells, printable},
    rolled_back,
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
            let login = place(core, &extension, library.as_deref(), &name)?;
            logout(core, SignOutInput { login, local }, output)
        }
    }
}

fn login(core: &Core, args: &LoginArgs, output: Output) -> anyhow::Result<()> {
    let provider = core.auth().provider(&args.provider)?;
    let name = args.name.as_deref().unwrap_or(&args.provider);
    check_name(name)?;
    let at = place(core, &args.extension, args.library.as_deref(), name)?;
    // Fails before the user signs in for nothing.
    let filter = ListSecretsInput { extension: at.extension.clone(), library_id: at.library_id };
    match core.call_typed::<List>(None, &filter) {
        Err(error) if error.code() != ErrorCode::CredRollback => return Err(error.into()),
        _ => {}
    }
    let credential = sign_in(core, args, &provider, output)?;
    let input = PutSecretInput::new(at, credential.hosts.clone(), credential.secret.clone());
    let put = core.call_typed::<Put>(None, &input)?;
    let mut warnings = Warnings::new(output);
    rolled_back::warn(&mut warnings, put.accepted);
    let kept = Kept::new(credential.info(name, put.version), &credential, &args.provider);
    if !kept.renewable {
        warnings.add("the provider gave no refresh token: you will have to sign in again soon");
    }
    warnings.print(&kept, |kept| {
        format!(
            "signed in: {} may use `{}` for {}",
            args.extension,
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
        output::tell_json(&json!({ "open": url }));
    } else {
        tell!("Sign in at this address:\n\n    {}\n", printable(url));
        tell!("Waiting; Ctrl-C ends.");
    }
    if open && let Err(error) = open::that_detached(url) {
        tracing::warn!(%error, "no browser could be opened");
    }
}

fn show_code(code: &DeviceCode, output: Output) {
    if output == Output::Json {
        let DeviceCode { url, code, url_with_code } = code;
        output::tell_json(&json!({ "open": url, "code": code, "open_with_code": url_with_code }));
        return;
    }
    let (url, text) = (printable(&code.url), printable(&code.code));
    tell!("Open this address on any device:\n\n    {url}\n\nand type this code:\n\n    {text}\n");
    tell!("Waiting; Ctrl-C ends.");
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

/// Names the place of a login; its extension is there.
fn place(
    core: &Core,
    extension: &str,
    library: Option<&str>,
    name: &str,
) -> anyhow::Result<SecretRef> {
    let extension = core.extensions().info(extension)?.id;
    let library_id = Some(names::library_or_only(core, library)?);
    Ok(SecretRef { extension: Some(extension), library_id, name: name.to_owned() })
}

/// Lists the logins of these extensions for these libraries; `None` means all.
fn list(
    core: &Core,
    extension: Option<&str>,
    library: Option<&str>,
) -> anyhow::Result<Vec<ShownSecret>> {
    let library_id = library.map(|text| names::library(core, text)).transpose()?;
    let filter = ListSecretsInput { extension: extension.map(str::to_owned), library_id };
    let secrets = core.call_typed::<List>(None, &filter)?.secrets;
    Ok(secrets.into_iter().map(ShownSecret::from).filter(ShownSecret::is_login).collect())
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

fn logout(core: &Core, input: SignOutInput, output: Output) -> anyhow::Result<()> {
    let done = core.call_typed::<SignOut>(None, &input)?;
    let name = input.login.name;
    let mut warnings = Warnings::new(output);
    rolled_back::warn(&mut warnings, done.accepted);
    let shown = json!({ "removed": name, "revoked": done.revoked });
    warnings.print(&shown, |_| match done.revoked {
        true => format!("signed out: {name}"),
        false => format!("removed {name} here; it was not revoked at the provider"),
    })
}
