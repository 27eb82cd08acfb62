//! `spacedrive ext publish`, `search`, `upgrade`, `rollback`, `yank`, `revoke`, `login` and `logout`:
//! extensions in registries.

mod login;
mod publish;

use std::path::{Path, PathBuf};

use ext_package_oci::Reference;
use ext_wire::ErrorCode;
use serde_json::json;
use spacedrive_core::{Accepted, Available, Core, CoreError, Found, FoundExtension, Update};

use super::ext_install::{Installation, Outcome};
use crate::{
    args::{ConsentArgs, Output, RegistryCommand, StaleArgs},
    failure::Hinted,
    output::{self, Column, Warnings},
    progress::{DownloadBar, Spinner},
};

pub(super) fn run(core: &Core, command: RegistryCommand, output: Output) -> anyhow::Result<()> {
    match command {
        RegistryCommand::Publish { file, signing, registry, namespace } => {
            let place = publish::Place { registry, namespace };
            publish::publish(core, &file, &signing, &place, output)
        }
        RegistryCommand::Search { words, registry } => {
            let spinner = Spinner::new("asking the registry …");
            let found = core.registries().search(registry.as_ref(), &words);
            drop(spinner);
            show(&found.map_err(unconfigured)?, output)
        }
        RegistryCommand::Upgrade { name, all, consent, stale } => {
            upgrade(core, name.as_deref(), all, &consent, stale, output)
        }
        RegistryCommand::Rollback { id, consent } => {
            Installation { core, args: &consent, output }.of_previous(&id)
        }
        RegistryCommand::Yank { name, signing, reason, undo } => {
            publish::yank(core, &name, &signing, (!undo).then_some(reason.as_str()), output)
        }
        RegistryCommand::Revoke { name, signing, registry, reason, undo } => {
            let change = name.map(|name| (name, (!undo).then_some(reason)));
            publish::revoke(core, change, registry.as_ref(), &signing, output)
        }
        RegistryCommand::Login { registry, user, token_server, file } => {
            let wanted = login::Wanted { user, token_server, file };
            login::login(core, &registry, wanted, output)
        }
        RegistryCommand::Logout { registry } => login::logout(core, &registry, output),
    }
}

/// Returns the path of what is to be installed: a name in a registry is fetched, and a path stays what it
/// is.
pub(super) fn local(
    core: &Core,
    path: PathBuf,
    consent: &ConsentArgs,
    stale: StaleArgs,
    warnings: &mut Warnings,
) -> anyhow::Result<PathBuf> {
    let Some(name) = named(&path)? else { return Ok(path) };
    let accepted = accepted(consent, stale);
    let spinner = Spinner::new("asking the registry …");
    let found = core.registries().find(&name, accepted);
    drop(spinner);
    fetch(core, &found.map_err(|error| unfound(&path, error))?, warnings)
}

/// Reads a name, where there is no file that is meant. What has a version can only be a name.
fn named(path: &Path) -> anyhow::Result<Option<Reference>> {
    let Some(text) = path.to_str().filter(|_| !path.exists()) else { return Ok(None) };
    match text.parse::<Reference>() {
        Ok(name) => Ok(Some(name)),
        Err(error) if text.contains('@') => Err(error.into()),
        Err(_) => Ok(None),
    }
}

fn accepted(consent: &ConsentArgs, stale: StaleArgs) -> Accepted {
    Accepted { stale: stale.accept_stale, publisher: consent.accept_publisher }
}

/// Fetches a version, after saying where it comes from and who signed it.
fn fetch(core: &Core, found: &Available, warnings: &mut Warnings) -> anyhow::Result<PathBuf> {
    let Available { registry, name, release, publisher, .. } = found;
    warnings.extend(found.warnings.iter().cloned());
    let text = format!("{name} {} of {registry}, signed by {publisher}", release.version);
    warnings.tell(&text);
    let bar = DownloadBar::new(format!("fetching {name} {}", release.version));
    Ok(core.registries().fetch(found, &mut |done, total| bar.show(done, total))?)
}

/// Says what to do where a name was not found because there is no registry: it may have been meant as a
/// folder.
fn unfound(path: &Path, error: CoreError) -> anyhow::Error {
    let shown = path.display();
    match error {
        CoreError::NoRegistry => Hinted::error(
            ErrorCode::NotFound,
            format_args!("there is no folder {shown}, and no registry to look for it in"),
            format_args!(
                "name the registry, as in `registry.example.com/{shown}`, or set `default` under \
                 [registry] in config.toml"
            ),
        ),
        error => error.into(),
    }
}

/// Says where a registry can be named.
fn unconfigured(error: CoreError) -> anyhow::Error {
    match error {
        CoreError::NoRegistry => Hinted::error(
            error.code(),
            &error,
            "name one with `--registry REGISTRY`, or set `default` under [registry] in config.toml",
        ),
        error => error.into(),
    }
}

fn show(found: &Found, output: Output) -> anyhow::Result<()> {
    let mut warnings = Warnings::new(output);
    warnings.extend(found.warnings.iter().cloned());
    warnings.print(found, |found| {
        let row = |it: &FoundExtension| {
            let state = it
                .problem
                .clone()
                .or_else(|| Some(format!("installed: {}", it.installed.as_ref()?)));
            let version = it.version.clone().unwrap_or_default();
            let does = if it.description.is_empty() { &it.title } else { &it.description };
            vec![it.name.to_string(), version, does.clone(), state.unwrap_or_default()]
        };
        let columns = [
            Column::whole("NAME"),
            Column::whole("VERSION"),
            Column::text("DOES"),
            Column::text("STATE"),
        ];
        let none = format!("no extension of {} has these words", found.registry);
        output::table(&columns, found.extensions.iter().map(row).collect(), &none)
    })
}

fn upgrade(
    core: &Core,
    name: Option<&str>,
    all: bool,
    consent: &ConsentArgs,
    stale: StaleArgs,
    output: Output,
) -> anyhow::Result<()> {
    let spinner = Spinner::new("asking the registries …");
    let looked = core.registries().updates(name, accepted(consent, stale));
    drop(spinner);
    let (updates, stopped) = looked?;
    let mut warnings = Warnings::new(output);
    warnings.extend(stopped);
    warnings.extend(updates.iter().filter_map(withdrawn));
    if name.is_none() && !all {
        return warnings.print(&json!({ "extensions": updates }), |_| table(&updates));
    }
    let newer: Vec<&Available> =
        updates.iter().filter_map(|update| update.found.as_ref()).collect();
    let failed: Vec<&Update> = updates.iter().filter(|update| update.problem.is_some()).collect();
    let installation = Installation { core, args: consent, output };
    match newer.as_slice() {
        newer if all => install_all(&installation, newer, failed.is_empty())?,
        [] if failed.is_empty() => warnings.print(&json!({ "extensions": updates }), nothing)?,
        newer => newer.iter().try_for_each(|found| install(&installation, found)?.print())?,
    }
    refuse(&failed)
}

/// Tells of an installed version that its publisher withdrew.
fn withdrawn(update: &Update) -> Option<String> {
    let (Update { id, installed, .. }, reason) = (update, update.withdrawn.as_ref()?);
    Some(format!(
        "`{id}` {installed}, which is installed, was withdrawn by its publisher: {reason}"
    ))
}

fn nothing<T>(_: &T) -> String {
    "nothing is newer".to_owned()
}

/// Installs all that is newer. People see each outcome when it is there; programs get one list of those
/// that there are, also when one fails.
fn install_all(
    installation: &Installation<'_>,
    newer: &[&Available],
    is_complete: bool,
) -> anyhow::Result<()> {
    let mut done = Vec::new();
    let mut install_one = |found: &&Available| {
        let outcome = install(installation, found)?;
        match installation.output {
            Output::Table => outcome.print()?,
            Output::Json => done.push(outcome.to_value()?),
        }
        anyhow::Ok(())
    };
    let installed = newer.iter().try_for_each(&mut install_one);
    if installation.output == Output::Json || (newer.is_empty() && is_complete) {
        output::print(installation.output, &done, nothing)?;
    }
    installed
}

fn install(installation: &Installation<'_>, found: &Available) -> anyhow::Result<Outcome> {
    let mut warnings = Warnings::new(installation.output);
    let file = fetch(installation.core, found, &mut warnings)?;
    installation.outcome_of_path(&file, false, warnings)
}

/// Ends with an error when it is not known of some whether there is something newer.
fn refuse(failed: &[&Update]) -> anyhow::Result<()> {
    let problem = |update: &&Update| {
        format!("{}: {}", update.id, update.problem.as_deref().unwrap_or_default())
    };
    let problems: Vec<String> = failed.iter().map(problem).collect();
    match problems.is_empty() {
        true => Ok(()),
        false => Err(Hinted::error(
            ErrorCode::Net,
            problems.join("; "),
            "`spacedrive ext upgrade` lists what is installed and what is newer",
        )),
    }
}

fn table(updates: &[Update]) -> String {
    let row = |update: &Update| {
        let newer = update.available.clone().or_else(|| update.problem.clone());
        let from = format!("{}/{}", update.registry, update.name);
        vec![update.id.clone(), update.installed.clone(), newer.unwrap_or_default(), from]
    };
    let columns = [
        Column::text("ID"),
        Column::whole("INSTALLED"),
        Column::text("NEWER"),
        Column::text("FROM"),
    ];
    let none = "no installed extension came from a registry";
    output::table(&columns, updates.iter().map(row).collect(), none)
}
