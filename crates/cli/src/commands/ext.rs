//! `spacedrive ext`.

use std::path::Path;

use ext_wire::ops::{
    NoInput,
    extensions::{ExtensionInfo, List},
};
use serde_json::json;
use spacedrive_core::{Core, library::EventFailure};

use crate::{
    args::{ExtCommand, Output},
    consent, names, output,
    progress::Spinner,
};

pub(crate) fn run(core: &Core, command: ExtCommand, output: Output) -> anyhow::Result<()> {
    match command {
        ExtCommand::Install { path, yes } => install(core, &path, yes, output),
        ExtCommand::List => {
            let extensions = core.call_typed::<List>(None, &NoInput {})?.extensions;
            output::print(output, &extensions, |extensions| table(extensions))
        }
        ExtCommand::Info { id } => output::print(output, &core.extension(&id)?, describe),
        ExtCommand::Remove { id } => {
            core.remove(&id)?;
            output::print(output, &json!({ "removed": id }), |_| format!("removed {id}"))
        }
        ExtCommand::Failures { library } => failures(core, &library.library, output),
    }
}

fn install(core: &Core, path: &Path, yes: bool, output: Output) -> anyhow::Result<()> {
    let candidate = core.candidate(path)?;
    consent::ask(candidate.manifest(), yes)?;
    let spinner = Spinner::new("compiling and checking …");
    let info = core.install(candidate)?;
    drop(spinner);
    let done = |info: &ExtensionInfo| format!("installed {} {}", info.id, info.version);
    output::print(output, &info, done)
}

fn table(extensions: &[ExtensionInfo]) -> String {
    let row = |info: &ExtensionInfo| {
        vec![info.id.clone(), info.version.clone(), info.name.clone(), info.description.clone()]
    };
    let none = "no extension: install one with `spacedrive ext install PATH`";
    output::table(&["ID", "VERSION", "NAME", "DOES"], extensions.iter().map(row).collect(), none)
}

fn describe(info: &ExtensionInfo) -> String {
    let list = |items: &[String]| if items.is_empty() { "-".to_owned() } else { items.join(", ") };
    output::fields(&[
        ("id", info.id.clone()),
        ("name", info.name.clone()),
        ("version", info.version.clone()),
        ("does", info.description.clone()),
        ("may call", list(&info.methods)),
        ("may use", list(&info.libraries)),
        ("hears of", list(&info.events)),
        ("offers", list(&info.operations)),
        ("wasm", info.wasm_hash.clone()),
    ])
}

fn failures(core: &Core, library: &str, output: Output) -> anyhow::Result<()> {
    let failures = core.failures(names::library(core, library)?)?;
    let json: Vec<_> = failures.iter().map(|(id, failure)| to_json(id, failure)).collect();
    output::print(output, &json, |_| {
        let row = |(id, failure): &(String, EventFailure)| {
            let tries = failure.attempts.to_string();
            vec![id.clone(), failure.entry_name.clone(), tries, failure.message.clone()]
        };
        let rows = failures.iter().map(row).collect();
        output::table(&["EXTENSION", "ENTRY", "TRIES", "WHY"], rows, "nothing failed")
    })
}

fn to_json(id: &str, failure: &EventFailure) -> serde_json::Value {
    json!({
        "extension": id,
        "entry_id": failure.entry_id,
        "entry_name": failure.entry_name,
        "code": failure.code.name(),
        "error": failure.message,
        "attempts": failure.attempts,
        "at": failure.at,
    })
}
