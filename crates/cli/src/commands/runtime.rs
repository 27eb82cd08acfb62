//! `spacedrive runtime`.

use std::{collections::BTreeSet, path::Path, process::ExitCode};

use ext_models::{FetchProgress, ModelError, ModelFile, ModelStore, runtimes};
use ext_wire::ErrorCode;
use serde::Serialize;
use spacedrive_core::{RUNTIMES, installed_manifests};

use crate::{
    args::{Output, RuntimeCommand},
    build,
    failure::Hinted,
    output::{self, Column, cells},
    progress::Spinner,
};

/// An interpreter that runs extensions.
#[derive(Serialize)]
struct Runtime {
    id: &'static str,
    state: String,
    bytes: u64,
    licence: &'static str,
    package: String,
    sha256: &'static str,
    /// Ids of installed extensions that it runs.
    extensions: BTreeSet<String>,
}

pub(crate) fn run(
    data_folder: &Path,
    command: RuntimeCommand,
    output: Output,
) -> anyhow::Result<ExitCode> {
    let store = ModelStore::of_runtimes(data_folder.join(RUNTIMES));
    match command {
        RuntimeCommand::List => {}
        RuntimeCommand::Install { id, .. } | RuntimeCommand::Remove { id }
            if !runtimes().iter().any(|it| it.id == id) =>
        {
            return Err(Hinted::error(
                ErrorCode::NotFound,
                format_args!("there is no runtime `{}`", id.escape_debug()),
                "`spacedrive runtime list` shows those that there are",
            ));
        }
        RuntimeCommand::Install { id, from: Some(wheel) } => store.install_from(&id, &wheel)?,
        RuntimeCommand::Install { id, from: None } => fetch(&store, id)?,
        RuntimeCommand::Remove { id } => remove(&store, &id, data_folder)?,
    }
    let found = |file: &'static ModelFile| runtime(file, store.path(file.id), data_folder);
    let runtimes: Vec<Runtime> = runtimes().iter().map(found).collect();
    output::print(output, &runtimes, |runtimes| table(runtimes))?;
    Ok(ExitCode::SUCCESS)
}

fn fetch(store: &ModelStore, id: String) -> anyhow::Result<()> {
    let mut spinner = None;
    store.pull_named(&[id], |progress| {
        if let FetchProgress::Downloading(package) = progress {
            spinner = Some(Spinner::new(format!("fetching {package} …")));
        }
    })?;
    Ok(())
}

/// Fetches the runtime of the extension in a folder, unless it is there or the extension has none.
pub(super) fn ensure_for(extension: &Path, data_folder: &Path) -> anyhow::Result<()> {
    let Some(id) = build::runtime_of(extension) else { return Ok(()) };
    let store = ModelStore::of_runtimes(data_folder.join(RUNTIMES));
    match store.path(&id) {
        Err(ModelError::Missing { .. }) => {}
        _ => return Ok(()),
    }
    tell!("fetching the runtime {id}, once for all extensions");
    fetch(&store, id.clone()).map_err(|error| {
        Hinted::error(
            ErrorCode::ModelMissing,
            format_args!("the runtime `{id}` cannot be fetched: {error:#}"),
            format_args!(
                "`spacedrive runtime install {id} --from FILE` takes a package that was fetched elsewhere"
            ),
        )
    })
}

/// Extensions keep a copy of the runtime that they were installed with, so that none stops working.
fn remove(store: &ModelStore, id: &str, data_folder: &Path) -> anyhow::Result<()> {
    if !store.remove(id)? {
        return Err(Hinted::error(
            ErrorCode::NotFound,
            format_args!("the runtime `{id}` is not installed"),
            format_args!("`spacedrive runtime install {id}` installs it"),
        ));
    }
    let kept = used_by(id, data_folder);
    if !kept.is_empty() {
        let names = kept.into_iter().collect::<Vec<_>>().join(", ");
        tell!("these extensions keep the copy that they were installed with: {names}");
    }
    Ok(())
}

fn used_by(id: &str, data_folder: &Path) -> BTreeSet<String> {
    let manifests = installed_manifests(data_folder).into_iter();
    let uses = manifests.filter(|manifest| manifest.wasi().runtime() == Some(id));
    uses.map(|manifest| manifest.id().to_owned()).collect()
}

fn runtime(
    file: &'static ModelFile,
    found: Result<std::path::PathBuf, ModelError>,
    data_folder: &Path,
) -> Runtime {
    let state = match found {
        Ok(_) => "installed".to_owned(),
        Err(ModelError::Missing { .. }) => "not installed".to_owned(),
        Err(error) => error.to_string(),
    };
    Runtime {
        id: file.id,
        state,
        bytes: file.bytes,
        licence: file.licence,
        package: format!("{}=={}", file.package, file.version),
        sha256: file.sha256,
        extensions: used_by(file.id, data_folder),
    }
}

fn table(runtimes: &[Runtime]) -> String {
    let row = |runtime: &Runtime| {
        let extensions = runtime.extensions.iter().cloned().collect::<Vec<_>>().join(", ");
        vec![
            runtime.id.into(),
            cells::bytes(runtime.bytes),
            runtime.licence.into(),
            extensions,
            runtime.state.clone(),
        ]
    };
    let columns = [
        Column::whole("ID"),
        Column::number("SIZE"),
        Column::text("LICENCE"),
        Column::text("EXTENSIONS"),
        Column::state("STATE"),
    ];
    output::table(&columns, runtimes.iter().map(row).collect(), "no runtimes")
}
