//! `spacedrive job schedule`, and the schedules.

use std::sync::atomic::AtomicBool;

use ext_wire::{
    ErrorCode, Method,
    ops::{
        NoInput,
        schedules::{Add, AddScheduleInput, List, Remove, Schedule, ScheduleRef},
    },
};
use spacedrive_core::Core;
use uuid::Uuid;

use super::op;
use crate::{
    args::{InLibrary, Output},
    failure::Hinted,
    names,
    output::{self, Column, cells},
};

/// Advice on a schedule that was not found.
const SCHEDULES: &str = "`spacedrive job schedules` shows those that there are";

/// The times of a schedule, as the user gave them.
pub(super) struct Times {
    pub(super) every_s: Option<u64>,
    pub(super) cron: Option<String>,
    pub(super) time_zone: Option<String>,
}

pub(super) fn add(
    core: &Core,
    method: &str,
    times: Times,
    library: &InLibrary,
    input: &str,
    output: Output,
) -> anyhow::Result<()> {
    let method = names::method(core, method)?;
    if !core.operations().iter().any(|offered| offered.method == method) {
        return Err(core.unknown_method(&method).into());
    }
    let library_id = op::library_of(core, &method, library.library.as_deref())?;
    let input = op::read_json(input)?;
    let Times { every_s, cron, time_zone } = times;
    let input = AddScheduleInput { method, library_id, input, every_s, cron, time_zone };
    let added = core.call_typed::<Add>(None, &input)?;
    output::print(output, &added, |added| {
        let (method, next) = (&added.method, cells::time(&added.next_at));
        let times = match (added.every_s, &added.cron) {
            (Some(every), _) if core.is_remote() => format!("now, and every {}", span(every)),
            (Some(every), _) => format!("every {}", span(every)),
            (None, pattern) => {
                let zone = added.time_zone.as_deref().unwrap_or("the time zone of the host");
                let pattern = pattern.as_deref().unwrap_or_default();
                format!("at `{pattern}` ({zone}), next at {next}")
            }
        };
        if core.is_remote() {
            return format!("{method} is called {times}");
        }
        format!(
            "{method} is called {times}, while a daemon runs (`spacedrive serve`), else by \
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
    let schedule_id = find(&all, text)?;
    let removed = core.call_typed::<Remove>(None, &ScheduleRef { schedule_id })?;
    output::print(output, &removed, |it| format!("{} is not called again", it.method))
}

/// Finds the schedule that a text means. The methods of the schedules are looked at and not those that
/// are offered, since an extension may be gone whose operation is still scheduled.
fn find(all: &[Schedule], text: &str) -> anyhow::Result<Uuid> {
    let has_name = |schedule: &&Schedule| {
        let method = Method::parse(&schedule.method);
        schedule.method == text || method.is_ok_and(|method| method.name() == text)
    };
    let named: Vec<_> = all.iter().filter(has_name).collect();
    match named.as_slice() {
        [only] => Ok(only.id),
        [] => {
            let all = all.iter().map(|schedule| (schedule.id, schedule.method.as_str()));
            names::one_of(all, text, "schedule", SCHEDULES)
        }
        several => Err(Hinted::error(
            ErrorCode::BadInput,
            format_args!("{} schedules call `{}`: use an id", several.len(), text.escape_debug()),
            SCHEDULES,
        )),
    }
}

/// Makes the calls that are due, until `stop` is set, unless a daemon does; returns whether one failed.
pub(super) fn run_due(core: &Core, stop: &AtomicBool) -> anyhow::Result<bool> {
    if core.is_remote() {
        return Ok(false);
    }
    let made = core.run_due_schedules(stop)?;
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
            schedule.every_s.map(span).or_else(|| schedule.cron.clone()).unwrap_or_default(),
            cells::time(&schedule.next_at),
            schedule.last_error.clone().unwrap_or_default(),
            id,
        ]
    };
    let columns = [
        Column::text("OPERATION"),
        Column::state("STATE"),
        Column::text("LIBRARY"),
        Column::text("TIMES"),
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
