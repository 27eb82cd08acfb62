//! `spacedrive ext`.

use std::path::Path;

use anyhow::Context;
use ext_wire::text::counted;
use ext_wire::{
    ErrorCode,
    ops::{
        NoInput,
        extensions::{
            ExtensionHealth, ExtensionInfo, ExtensionRef, ExtensionState, Get, List, Quarantine,
            QuarantineInput, RecordCalls, RecordCallsInput, RecordedCallsOutput, Release, Remove,
            StopRecordingCalls,
        },
        permissions::{RecordedOutput, StartRecording, StopRecording},
        work::{DeliverAgain, DeliverAgainInput, ListFailures},
    },
};
use serde::Serialize;
use serde_json::json;
use spacedrive_core::{Core, FailedEvent};
use uuid::Uuid;

use super::{ext_config, ext_install::Installation, ext_registry, import, op};
use crate::{
    args::{ConsentArgs, ExtCommand, InLibrary, Output},
    dev::Dev,
    failure::Hinted,
    names,
    output::{self, Column, Warnings, cells},
    stop,
};

pub(crate) fn run(
    core: &Core,
    data_folder: &Path,
    command: ExtCommand,
    output: Output,
) -> anyhow::Result<()> {
    match command {
        ExtCommand::Install { path, consent: args, defer, stale, .. } => {
            let mut warnings = Warnings::new(output);
            let path = ext_registry::local(core, path, &args, stale, &mut warnings)?;
            Installation { core, args: &args, output }.of_path(&path, defer, warnings)
        }
        ExtCommand::Build { path, yes, .. } => {
            let args = ConsentArgs::with_yes(yes);
            Installation { core, args: &args, output }.of_sources(&path)
        }
        ExtCommand::Update { id, consent: args } => {
            Installation { core, args: &args, output }.of_pending(&id)
        }
        ExtCommand::Registry(command) => ext_registry::run(core, command, output),
        ExtCommand::Run { id, library, call, input, again, under, record, record_calls } => {
            let library = names::chosen(core, &library)?;
            if again {
                deliver_again(core, library, &id, under.as_deref())?;
            }
            let run = Run { id: &id, library, call: call.as_deref(), input: &input };
            let run = || if record { recorded(core, &run, output) } else { run.run(core, output) };
            match record_calls {
                Some(file) => calls_recorded(core, &id, &file, output, run),
                None => run(),
            }
        }
        ExtCommand::Call(args) => op::call(core, &args, output),
        ExtCommand::LeastPrivilege { id, any_library } => {
            let manifest = core.permissions().least_privilege(&id, any_library)?;
            output::json(&serde_json::to_string_pretty(&manifest)?)
        }
        ExtCommand::List => {
            let extensions = core.call_typed::<List>(None, &NoInput {})?.extensions;
            let state = |info: ExtensionInfo| state(core, &info.id).map(Shown);
            let shown = extensions.into_iter().map(state).collect::<anyhow::Result<Vec<_>>>()?;
            output::print(output, &shown, |shown| table(shown))
        }
        ExtCommand::Info { id } => output::print(output, &Shown(state(core, &id)?), describe),
        ExtCommand::Dev { path, library, replay, yes } => {
            let library = library.map(|text| names::library(core, &text)).transpose()?;
            let dev = Dev { core, data_folder, folder: &path, library, replay, yes };
            dev.run(&stop::on_ctrl_c()?)
        }
        ExtCommand::Quarantine { id, reason } => {
            let input = QuarantineInput { extension: id.clone(), reason };
            core.call_typed::<Quarantine>(None, &input)?;
            output::print(output, &json!({ "quarantined": id }), |_| format!("stopped {id}"))
        }
        ExtCommand::Release { id } => {
            let input = ExtensionRef { extension: id.clone() };
            let was = core.call_typed::<Release>(None, &input)?.released;
            let done = if was { "may run again" } else { "was not stopped" };
            output::print(output, &json!({ "released": was }), |_| format!("{id} {done}"))
        }
        ExtCommand::Config(args) => ext_config::run(core, args, output),
        ExtCommand::Remove { id } => {
            let removed = core.call_typed::<Remove>(None, &ExtensionRef { extension: id })?;
            output::print(output, &removed, |it| format!("removed {}", it.removed))
        }
        ExtCommand::Failures { library } => failures(core, &library, output),
        // They end before a data folder is opened, or with a code of their own.
        ExtCommand::New { .. }
        | ExtCommand::Test { .. }
        | ExtCommand::Check { .. }
        | ExtCommand::Schema { .. }
        | ExtCommand::Package { .. }
        | ExtCommand::Inspect { .. }
        | ExtCommand::NewKey { .. }
        | ExtCommand::Sign { .. }
        | ExtCommand::Verify { .. } => Ok(()),
    }
}

fn deliver_again(core: &Core, library: Uuid, id: &str, under: Option<&str>) -> anyhow::Result<()> {
    let under = under.map(|path| path.trim_end_matches('/'));
    let input = DeliverAgainInput { extension: id.to_owned(), under: under.map(str::to_owned) };
    if core.call_typed::<DeliverAgain>(Some(library), &input)?.events > 0 {
        return Ok(());
    }
    let place = under.map(|path| format!(" at `{path}` or below")).unwrap_or_default();
    Err(Hinted::error(
        ErrorCode::NotFound,
        format_args!("{id} has worked on no entry{place}"),
        "`spacedrive entry list` shows the paths, and `spacedrive ext run` without --again delivers \
         what waits",
    ))
}

/// The arguments of `ext run`.
struct Run<'a> {
    id: &'a str,
    library: Uuid,
    call: Option<&'a str>,
    input: &'a str,
}

impl Run<'_> {
    fn run(&self, core: &Core, output: Output) -> anyhow::Result<()> {
        let Some(named) = self.call else {
            core.extensions().info(self.id)?;
            return import::deliver(core, self.library, self.id, output);
        };
        let method = names::method(core, named)?;
        if !method.contains(&format!(":{}.", self.id)) {
            return Err(Hinted::error(
                ErrorCode::UnknownMethod,
                format_args!("`{method}` is not an operation of {}", self.id),
                format_args!("`spacedrive ext info {}` lists them", self.id),
            ));
        }
        op::ensure_unseen(core, &method, self.input)?;
        let input = op::read_input(self.input)?;
        op::print_reply(&core.call(&method, Some(self.library), input.into())?, output)
    }
}

fn recorded(core: &Core, run: &Run<'_>, output: Output) -> anyhow::Result<()> {
    let extension = ExtensionRef { extension: run.id.to_owned() };
    core.call_typed::<StartRecording>(None, &extension)?;
    let ran = run.run(core, output);
    let RecordedOutput { called, refused } = core.call_typed::<StopRecording>(None, &extension)?;
    let told = format!(
        "recorded: {} called, {refused} refused; `spacedrive ext least-privilege {}` prints the \
         smallest manifest",
        counted(called, "method", "methods"),
        run.id
    );
    output::note(output, &told);
    ran
}

/// Records the calls of a run into a file, also those of a run that fails.
fn calls_recorded(
    core: &Core,
    id: &str,
    file: &Path,
    output: Output,
    run: impl FnOnce() -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let file = std::path::absolute(file).with_context(|| file.display().to_string())?;
    let file = file.to_str().context("the path of the recording is not UTF-8")?.to_owned();
    core.call_typed::<RecordCalls>(None, &RecordCallsInput { extension: id.to_owned(), file })?;
    let ran = run();
    let extension = ExtensionRef { extension: id.to_owned() };
    let recorded = core.call_typed::<StopRecordingCalls>(None, &extension)?;
    let RecordedCallsOutput { file, runs, calls, left_out } = recorded;
    let told = match runs {
        0 => format!("{id} was asked nothing, so nothing was recorded into {file}"),
        _ => format!(
            "recorded into {file}: {} and {}; `FakeHost::replay` of the SDK plays them again",
            counted(runs, "run", "runs"),
            counted(calls, "call", "calls"),
        ),
    };
    output::note(output, &told);
    if left_out > 0 {
        let runs = counted(left_out, "run", "runs");
        output::note(output, &format!("the calls of {runs} were left out: they are too large"));
    }
    ran
}

fn state(core: &Core, id: &str) -> anyhow::Result<ExtensionState> {
    Ok(core.call_typed::<Get>(None, &ExtensionRef { extension: id.to_owned() })?)
}

/// An extension and its health.
struct Shown(ExtensionState);

impl Serialize for Shown {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Flat<'a> {
            #[serde(flatten)]
            info: &'a ExtensionInfo,
            isolation: &'a str,
            state: &'a str,
            #[serde(skip_serializing_if = "Option::is_none")]
            changed: Option<&'a str>,
            health: &'a ExtensionHealth,
        }
        let ExtensionState { info, isolation, state, changed, health, .. } = &self.0;
        Flat { info, isolation, state, changed: changed.as_deref(), health }.serialize(serializer)
    }
}

impl Shown {
    /// Returns the reason that it is stopped for, else its last fault.
    fn trouble(&self) -> String {
        let ExtensionState { changed, health, .. } = &self.0;
        if let Some(file) = changed {
            return format!("`{file}` was changed since it was installed [E_PKG_HASH]");
        }
        let fault = health.last_fault.as_ref().map(|fault| {
            let place = fault.backtrace.first().map(|name| format!(" in `{name}`"));
            format!("{}{} [{}]", fault.message, place.unwrap_or_default(), fault.code)
        });
        health.quarantine.clone().or(fault).unwrap_or_default()
    }
}

fn table(extensions: &[Shown]) -> String {
    let row = |shown: &Shown| {
        let ExtensionState { info, state, health, .. } = &shown.0;
        vec![
            info.id.clone(),
            info.version.clone(),
            state.clone(),
            health.calls.to_string(),
            cells::millis(health.busy_ms),
            health.faults.to_string(),
            shown.trouble(),
        ]
    };
    let none = "no extension: install one with `spacedrive ext install PATH`";
    let columns = [
        Column::text("ID"),
        Column::whole("VERSION"),
        Column::state("STATE"),
        Column::number("CALLS"),
        Column::number("TIME"),
        Column::number("RESTARTS"),
        Column::text("LAST FAULT"),
    ];
    output::table(&columns, extensions.iter().map(row).collect(), none)
}

fn describe(shown: &Shown) -> String {
    let ExtensionState { info, isolation, state, health, .. } = &shown.0;
    let list = |items: &[String]| if items.is_empty() { "-".to_owned() } else { items.join(", ") };
    let fault = health.last_fault.as_ref();
    let backtrace = fault.map(|fault| fault.backtrace.join(" < ")).unwrap_or_default();
    output::fields(&[
        ("id", info.id.clone()),
        ("name", info.name.clone()),
        ("version", info.version.clone()),
        ("does", info.description.clone()),
        ("may call", list(&info.methods)),
        ("may use", list(&info.libraries)),
        ("receives", list(&info.events)),
        ("offers", list(&info.operations)),
        ("wasm", info.wasm_hash.clone()),
        ("isolation", isolation.clone()),
        ("state", state.clone()),
        ("calls", format!("{} in {}", health.calls, cells::millis(health.busy_ms))),
        ("memory", cells::bytes(health.memory_bytes)),
        ("restarts", health.faults.to_string()),
        ("last fault", shown.trouble()),
        ("backtrace", backtrace),
    ])
}

fn failures(core: &Core, library: &InLibrary, output: Output) -> anyhow::Result<()> {
    let library = names::chosen(core, library)?;
    let failures = core.call_typed::<ListFailures>(Some(library), &NoInput {})?.failures;
    output::print(output, &failures, |failures| {
        let row = |failure: &FailedEvent| {
            let tries = failure.attempts.to_string();
            let FailedEvent { extension, entry_name, error, .. } = failure;
            vec![extension.clone(), entry_name.clone(), tries, error.clone()]
        };
        let none =
            "no failed entries; `spacedrive entry parts ENTRY` lists what was not used of one";
        let columns = [
            Column::text("EXTENSION"),
            Column::text("ENTRY"),
            Column::number("TRIES"),
            Column::text("WHY"),
        ];
        output::table(&columns, failures.iter().map(row).collect(), none)
    })
}
