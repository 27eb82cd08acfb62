//! `spacedrive job schedule`, and the schedules.

use std::time::Duration;

use anyhow::Context;
use ext_wire::ops::{
    NoInput,
    schedules::{Add, AddScheduleInput, List, Remove, Schedule, ScheduleRef},
};
use spacedrive_core::Core;

use super::op;
use crate::{
    args::{InLibrary, Output},
    names,
    output::{self, Column, cells},
};

pub(super) fn add(
    core: &Core,
    method: &str,
    every: Duration,
    library: &InLibrary,
    input: &str,
    output: Output,
) -> anyhow::Result<()> {
    if !core.operations().iter().any(|offered| offered.method == method) {
        return Err(core.unknown_method(method).into());
    }
    let library_id = op::library_of(core, method, library.library.as_deref())?;
    let input = serde_json::from_slice(&op::read_input(input)?).context("the input is not JSON")?;
    let (method, every_s) = (method.to_owned(), every.as_secs());
    let input = AddScheduleInput { method, library_id, input, every_s };
    let added = core.call_typed::<Add>(None, &input)?;
    output::print(output, &added, |added| {
        let (method, every) = (&added.method, span(added.every_s));
        if core.is_remote() {
            return format!("{method} is called now, and every {every}");
        }
        format!(
            "{method} is called every {every} while a daemon runs (`spacedrive serve`), else by \
             `spacedrive job run`"
        )
    })
}

pub(super) fn list(core: &Core, output: Output) -> anyhow::Result<()> {
    let schedules = core.call_typed::<List>(None, &NoInput {})?.schedules;
    output::print(output, &schedules, |all| table(core, all))
}

pub(super) fn remove(core: &Core, text: &str, output: Output) -> anyhow::Result<()> {
    let all = core.call_typed::<List>(None, &NoInput {})?.schedules;
    let named = all.iter().map(|schedule| (schedule.id, schedule.method.as_str()));
    let list = "`spacedrive job schedules` shows those that there are";
    let schedule_id = names::one_of(named, text, "schedule", list)?;
    let removed = core.call_typed::<Remove>(None, &ScheduleRef { schedule_id })?;
    output::print(output, &removed, |it| format!("{} is not called again", it.method))
}

/// Makes the calls that are due, unless a daemon does; returns whether one failed.
pub(super) fn run_due(core: &Core) -> anyhow::Result<bool> {
    if core.is_remote() {
        return Ok(false);
    }
    let made = core.run_due_schedules()?;
    let failed = made.iter().filter_map(|it| Some((&it.method, it.last_error.as_ref()?)));
    let failed: Vec<_> = failed.collect();
    for (method, error) in &failed {
        tracing::warn!(method, "a scheduled call failed: {error}");
    }
    Ok(!failed.is_empty())
}

fn table(core: &Core, schedules: &[Schedule]) -> String {
    let ids = cells::short_ids(&schedules.iter().map(|schedule| schedule.id).collect::<Vec<_>>());
    let libraries = names::LibraryNames::of(core);
    let row = |(schedule, id): (&Schedule, String)| {
        let state = match (&schedule.last_at, &schedule.last_error) {
            (_, Some(_)) => "failed",
            (Some(_), None) => "ok",
            (None, None) => "new",
        };
        let library = schedule.library_id.map(|library| libraries.name(library));
        vec![
            schedule.method.clone(),
            state.to_owned(),
            library.unwrap_or_default(),
            span(schedule.every_s),
            cells::time(&schedule.next_at),
            schedule.last_error.clone().unwrap_or_default(),
            id,
        ]
    };
    let columns = [
        Column::text("OPERATION"),
        Column::state("STATE"),
        Column::text("LIBRARY"),
        Column::number("EVERY"),
        Column::whole("NEXT"),
        Column::text("WHY"),
        Column::whole("ID"),
    ];
    output::table(&columns, schedules.iter().zip(ids).map(row).collect(), "no schedule")
}

/// Writes a time as it is written in arguments.
fn span(seconds: u64) -> String {
    for (unit, name) in [(86_400, "d"), (3600, "h"), (60, "m")] {
        if seconds.is_multiple_of(unit) {
            return format!("{}{name}", seconds / unit);
        }
    }
    format!("{seconds}s")
}
