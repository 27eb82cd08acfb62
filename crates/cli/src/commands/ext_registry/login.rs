//! Logins of registries.

use std::path::PathBuf;

use ext_package_oci::Registry;
use ext_services::credentials::Credential;
use ext_wire::{
    ErrorCode,
    ops::{
        credentials::Secret,
        secret_store::{Delete, Put, PutSecretInput, SecretRef},
    },
};
use serde_json::json;
use spacedrive_core::{Core, Registries};

use crate::{args::Output, commands::secret, failure::Hinted, output::Warnings, rolled_back};

/// The login that is to be kept.
pub(super) struct Wanted {
    pub(super) user: String,
    pub(super) token_server: Option<String>,
    pub(super) file: Option<PathBuf>,
}

/// Keeps a login that the registry accepts, or asks nobody for.
pub(super) fn login(
    core: &Core,
    registry: &Registry,
    wanted: Wanted,
    output: Output,
) -> anyhow::Result<()> {
    let registries = core.registries();
    let server = registries.client_with(registry, None)?.token_server()?;
    let hosts = hosts(registry, server, wanted.token_server)?;
    let password = secret::read_secret(wanted.file.as_deref())?;
    let user = wanted.user;
    let secret = Secret::Basic { username: user.clone(), password: password.as_str().into() };
    let login = Credential::new(hosts.clone(), secret.clone());
    let was_tried = registries.client_with(registry, Some(login))?.check()?;
    let input = PutSecretInput::new(place(registry), hosts.clone(), secret);
    let kept = core.call_typed::<Put>(None, &input)?;
    let mut warnings = Warnings::new(output);
    rolled_back::warn(&mut warnings, kept.accepted);
    let answer = json!({ "registry": registry, "user": user, "hosts": hosts, "tried": was_tried });
    warnings.print(&answer, |_| match was_tried {
        true => format!("{registry} accepts the login of {user}, which is kept"),
        false => format!(
            "kept the login of {user}; {registry} asks for none here, so that it was not tried"
        ),
    })
}

/// Returns the origins that the login may be sent to.
fn hosts(
    registry: &Registry,
    server: Option<String>,
    named: Option<String>,
) -> anyhow::Result<Vec<String>> {
    let own = registry.origin();
    let named = named.map(|named| named.trim_end_matches('/').to_owned());
    match server.filter(|server| *server != own) {
        Some(server) if named.as_ref() != Some(&server) => Err(Hinted::error(
            ErrorCode::DeniedNet,
            format_args!("{registry} takes tokens of {server}, which would get the password"),
            format_args!("`--token-server {server}` agrees to that"),
        )),
        Some(server) => Ok(vec![own, server]),
        None => Ok(vec![own]),
    }
}

pub(super) fn logout(core: &Core, registry: &Registry, output: Output) -> anyhow::Result<()> {
    let deleted = core.call_typed::<Delete>(None, &place(registry))?;
    let mut warnings = Warnings::new(output);
    rolled_back::warn(&mut warnings, deleted.accepted);
    if !deleted.deleted {
        let message = format!("there is no login of {registry}");
        let hint = format!("`spacedrive ext login {registry} --user NAME` keeps one");
        return Err(Hinted::error(ErrorCode::CredNotFound, message, hint));
    }
    let answer = json!({ "registry": registry });
    warnings.print(&answer, |_| format!("forgot the login of {registry}"))
}

fn place(registry: &Registry) -> SecretRef {
    SecretRef { extension: None, library_id: None, name: Registries::login_name(registry) }
}
