//! Publishing, and taking back.

use std::path::Path;

use ext_package::{Package, SigningKey};
use ext_package_oci::{ExtensionName, OciError, Reference, Registry, RevocationChange, Signing};
use ext_wire::ErrorCode;
use jiff::SignedDuration;
use serde_json::json;
use spacedrive_core::{Core, CoreError};

use super::unconfigured;
use crate::{
    args::{Output, SigningArgs},
    commands::{ext_check, ext_package as packages},
    failure::Hinted,
    output::{self, Warnings},
    progress::Spinner,
};

/// Hours of a day.
const DAY: i64 = 24;

/// Most characters of a reason.
const MAX_REASON: usize = 300;

/// The place that a package is published in, as far as it is named.
pub(super) struct Place {
    pub(super) registry: Option<Registry>,
    pub(super) namespace: Option<String>,
}

pub(super) fn publish(
    core: &Core,
    file: &Path,
    signing: &SigningArgs,
    place: &Place,
    output: Output,
) -> anyhow::Result<()> {
    let registry = core.registries().named(place.registry.as_ref()).map_err(unconfigured)?;
    let bytes = packages::read(file)?;
    let package = Package::read(&bytes)?;
    let id = package.manifest().id().to_owned();
    let configured = core.registries().config().namespace;
    let namespace = place.namespace.clone().or(configured).ok_or_else(no_namespace)?;
    let name = ExtensionName::new(&namespace, &id)?;
    let signature = signature(file)?;
    let key = packages::read_key(&signing.key)?;
    let mut warnings = Warnings::new(output);
    let check = ext_check::of_own_package(core, file, &package)?;
    ext_check::ensure_passes(&check, file, &mut warnings)?;
    let spinner = Spinner::new(format!("publishing {name} in {registry} …"));
    let file = (bytes.as_slice(), Some(signature.as_str()));
    let done = core.registries().publish(&registry, &name, file, with(&key, signing));
    drop(spinner);
    let done = done.map_err(advise)?;
    let (version, digest) = (done.version.to_string(), done.digest);
    let answer = json!({ "registry": registry, "name": name, "version": version,
        "digest": digest, "publisher": done.publisher.as_str() });
    warnings.print(&answer, |_| {
        output::lines([
            format!("published {name} {version} in {registry}: {digest}"),
            format!("`spacedrive ext install {registry}/{name}` installs it"),
        ])
    })
}

fn no_namespace() -> anyhow::Error {
    let message = "no namespace is named, and config.toml has none under [registry]";
    let hint = "name one with `--namespace NAME`, such as your name or that of your company";
    Hinted::error(ErrorCode::BadInput, message, hint)
}

fn signature(file: &Path) -> anyhow::Result<String> {
    let beside = packages::signature_of(file);
    if !beside.is_file() {
        let message = format!("{} is not signed", file.display());
        let hint = "`spacedrive ext package PATH --key FILE` writes a package that is";
        return Err(Hinted::error(ErrorCode::PkgSignature, message, hint));
    }
    Ok(ext_fs::read_text(&beside, packages::MAX_TEXT_BYTES)?)
}

pub(super) fn yank(
    core: &Core,
    name: &Reference,
    signing: &SigningArgs,
    reason: Option<&str>,
    output: Output,
) -> anyhow::Result<()> {
    let Some(version) = &name.version else {
        let message = format!("`{name}` names no version");
        let hint = format!("`{name}@1.0.0` names one");
        return Err(Hinted::error(ErrorCode::BadInput, message, hint));
    };
    reason.map_or(Ok(()), check_reason)?;
    let registry = core.registries().named(name.registry.as_ref()).map_err(unconfigured)?;
    let key = packages::read_key(&signing.key)?;
    let meant = (&name.name, version);
    let done = core.registries().yank(&registry, meant, reason, with(&key, signing));
    done.map_err(advise)?;
    let answer = json!({ "registry": registry, "name": name.name, "version": version,
        "yanked": reason });
    output::print(output, &answer, |_| match reason {
        Some(_) => format!("withdrew {} {version}; who has it keeps it", name.name),
        None => format!("{} {version} is offered again", name.name),
    })
}

/// Changes the list of revocations: `None` signs it anew.
pub(super) fn revoke(
    core: &Core,
    change: Option<(Reference, Option<String>)>,
    registry: Option<&Registry>,
    signing: &SigningArgs,
    output: Output,
) -> anyhow::Result<()> {
    let named = change.as_ref().and_then(|(name, _)| name.registry.as_ref());
    let registry = core.registries().named(named.or(registry)).map_err(unconfigured)?;
    let change = change.map(|(Reference { name, version, .. }, reason)| RevocationChange {
        name,
        version,
        reason,
    });
    let reason = change.as_ref().and_then(|change| change.reason.as_deref());
    reason.map_or(Ok(()), check_reason)?;
    let key = packages::read_key(&signing.key)?;
    let done = core.registries().revoke(&registry, change.as_ref(), with(&key, signing));
    done.map_err(advise)?;
    let name = change.as_ref().map(|change| &change.name);
    let version = change.as_ref().and_then(|change| change.version.as_ref());
    let answer = json!({ "registry": registry, "name": name, "version": version,
        "revoked": reason });
    output::print(output, &answer, |_| match &change {
        Some(change) => {
            let version = version.map_or_else(String::new, |version| format!(" {version}"));
            let done = if reason.is_some() { "revoked" } else { "no longer revoked:" };
            format!("{done} {}{version}", change.name)
        }
        None => format!("signed the list of revocations of {registry} anew"),
    })
}

fn with<'a>(key: &'a SigningKey, args: &SigningArgs) -> Signing<'a> {
    let valid = SignedDuration::from_hours(args.valid_days.saturating_mul(DAY));
    let (replaces_key, accepts_stale) = (args.new_key, args.accept_stale);
    // The data folder knows what was seen.
    Signing { key, valid, replaces_key, seen: 0, accepts_stale }
}

fn check_reason(reason: &str) -> anyhow::Result<()> {
    if reason.chars().count() <= MAX_REASON {
        return Ok(());
    }
    let message = format!("the reason has more than {MAX_REASON} characters");
    Err(Hinted::error(ErrorCode::BadInput, message, "say it in fewer words"))
}

/// Names the command that helps a publisher.
fn advise(error: CoreError) -> anyhow::Error {
    let CoreError::Oci(error) = error else { return error.into() };
    let hint = match &error {
        OciError::Publisher { .. } => {
            "sign with the key that was used before; `--new-key` replaces it, and everybody who installed \
             the extension has to accept the new one"
                .to_owned()
        }
        OciError::Published { .. } => {
            "give it another version in manifest.json, and package it again".to_owned()
        }
        OciError::Contended { .. } => "try again: the package is there, and not lost".to_owned(),
        _ => return error.into(),
    };
    Hinted::error(error.code(), error, hint)
}
