//! `spacedrive ext`.

use std::{
    path::Path,
    sync::{Arc, atomic::AtomicBool},
};

use ext_wire::ops::{
    NoInput,
    extensions::{ExtensionInfo, List},
};
use serde::Serialize;
use serde_json::json;
use signal_hook::{
    consts::{SIGINT, SIGTERM},
    flag::{register, register_conditional_shutdown},
};
use spacedrive_core::{Core, SavedState, library::EventFailure};

use crate::{
    args::{ExtCommand, Output},
    consent,
    dev::Dev,
    names, output,
    progress::Spinner,
};

pub(crate) fn run(core: &Core, command: ExtCommand, output: Output) -> anyhow::Result<()> {
    match command {
        ExtCommand::Install { path, yes } => install(core, &path, yes, output),
        ExtCommand::List => {
            let extensions = core.call_typed::<List>(None, &NoInput {})?.extensions;
            let shown: Vec<Shown> =
                extensions.into_iter().map(|info| Shown::new(core, info)).collect();
            output::print(output, &shown, |shown| table(shown))
        }
        ExtCommand::Info { id } => {
            output::print(output, &Shown::new(core, core.extension(&id)?), describe)
        }
        ExtCommand::Dev { path, library, yes } => develop(core, &path, library.as_deref(), yes),
        ExtCommand::Quarantine { id, reason } => {
            core.quarantine(&id, &reason)?;
            output::print(output, &json!({ "quarantined": id }), |_| format!("stopped {id}"))
        }
        ExtCommand::Release { id } => {
            let was = core.release(&id)?;
            let done = if was { "may run again" } else { "was not stopped" };
            output::print(output, &json!({ "released": was }), |_| format!("{id} {done}"))
        }
        ExtCommand::Remove { id } => {
            core.remove(&id)?;
            output::print(output, &json!({ "removed": id }), |_| format!("removed {id}"))
        }
        ExtCommand::Failures { library } => failures(core, &library.library, output),
    }
}

fn develop(core: &Core, folder: &Path, library: Option<&str>, yes: bool) -> anyhow::Result<()> {
    let library = library.map(|text| names::library(core, text)).transpose()?;
    let stop = Arc::new(AtomicBool::new(false));
    // A second Ctrl-C ends the program at once, should the first one not do.
    for signal in [SIGINT, SIGTERM] {
        register_conditional_shutdown(signal, 1, Arc::clone(&stop))?;
        register(signal, Arc::clone(&stop))?;
    }
    Dev { core, folder, library, yes }.run(&stop)
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

/// An extension, and how it fares.
#[derive(Serialize)]
struct Shown {
    #[serde(flatten)]
    info: ExtensionInfo,
    state: &'static str,
    health: SavedState,
}

impl Shown {
    fn new(core: &Core, info: ExtensionInfo) -> Self {
        let health = core.extension_state(&info.id).unwrap_or_default();
        let state = if health.quarantine.is_some() { "quarantined" } else { "ready" };
        Self { info, state, health }
    }

    /// Why it is stopped, else its last fault.
    fn trouble(&self) -> String {
        let fault = self.health.last_fault.as_ref().map(|fault| {
            let place = fault.backtrace.first().map(|name| format!(" in `{name}`"));
            format!("{}{} [{}]", fault.message, place.unwrap_or_default(), fault.code)
        });
        self.health.quarantine.clone().or(fault).unwrap_or_default()
    }

    fn restarts(&self) -> u64 {
        self.health.faults
    }
}

fn table(extensions: &[Shown]) -> String {
    let row = |shown: &Shown| {
        let Shown { info, state, health } = shown;
        vec![
            info.id.clone(),
            info.version.clone(),
            (*state).to_owned(),
            health.calls.to_string(),
            seconds(health.busy_ms),
            shown.restarts().to_string(),
            shown.trouble(),
        ]
    };
    let none = "no extension: install one with `spacedrive ext install PATH`";
    let header = ["ID", "VERSION", "STATE", "CALLS", "TIME", "RESTARTS", "LAST FAULT"];
    output::table(&header, extensions.iter().map(row).collect(), none)
}

fn seconds(ms: u64) -> String {
    format!("{}.{:01} s", ms / 1000, ms % 1000 / 100)
}

fn describe(shown: &Shown) -> String {
    let info = &shown.info;
    let list = |items: &[String]| if items.is_empty() { "-".to_owned() } else { items.join(", ") };
    let fault = shown.health.last_fault.as_ref();
    let backtrace = fault.map(|fault| fault.backtrace.join(" < ")).unwrap_or_default();
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
        ("state", shown.state.to_owned()),
        ("calls", format!("{} in {}", shown.health.calls, seconds(shown.health.busy_ms))),
        ("restarts", shown.restarts().to_string()),
        ("last fault", shown.trouble()),
        ("backtrace", backtrace),
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
