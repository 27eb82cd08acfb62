//! `spacedrive event`.

use std::process::ExitCode;

use ext_wire::{
    ErrorCode,
    ops::{
        NoInput,
        work::{ListFailures, Replay, ReplayInput},
    },
};
use spacedrive_core::{Core, FailedEvent};
use uuid::Uuid;

use super::{event_tail, import};
use crate::{
    args::{EventCommand, Output},
    failure::Hinted,
    names,
    output::{self, Column},
    stop,
};

/// The way to go on with a replay.
const AGAIN: &str = "Replay the events again";

pub(crate) fn run(core: &Core, command: EventCommand, output: Output) -> anyhow::Result<ExitCode> {
    match command {
        EventCommand::Tail(args) => {
            event_tail::run(core, &args, output)?;
            Ok(ExitCode::SUCCESS)
        }
        EventCommand::DeadLetters { library } => {
            let dead = dead_letters(core, names::chosen(core, &library)?)?;
            output::print(output, &dead, |dead| table(dead))?;
            Ok(ExitCode::SUCCESS)
        }
        EventCommand::Replay { event, extension, library } => {
            let library = names::chosen(core, &library)?;
            if let Some(id) = &extension {
                core.extensions().info(id)?;
            }
            if let Some(event) = event {
                ensure_dead(&dead_letters(core, library)?, event, extension.as_deref())?;
            }
            let input = ReplayInput { extension, event_id: event };
            let stop = Some(stop::on_ctrl_c()?);
            let report = import::with_bar::<Replay>(core, library, &input, stop)?;
            output::print(output, &report, |report| import::describe(report, AGAIN))?;
            Ok(import::exit_code(&report))
        }
    }
}

/// Lists the events that are not delivered again without being asked.
fn dead_letters(core: &Core, library: Uuid) -> anyhow::Result<Vec<FailedEvent>> {
    let mut failures = core.call_typed::<ListFailures>(Some(library), &NoInput {})?.failures;
    failures.retain(|failure| failure.retry_at.is_none());
    Ok(failures)
}

/// Refuses an event that is not a dead letter (of this extension), which would replay nothing.
fn ensure_dead(dead: &[FailedEvent], event: u64, extension: Option<&str>) -> anyhow::Result<()> {
    let is_meant = |it: &FailedEvent| {
        it.event_id == event && extension.is_none_or(|extension| it.extension == extension)
    };
    if dead.iter().any(is_meant) {
        return Ok(());
    }
    let hint = "`spacedrive event dead-letters` shows those that there are";
    Err(Hinted::error(ErrorCode::NotFound, format_args!("there is no dead letter {event}"), hint))
}

fn table(dead: &[FailedEvent]) -> String {
    let row = |letter: &FailedEvent| {
        vec![
            letter.entry_name.clone(),
            letter.extension.clone(),
            letter.kind.clone(),
            letter.attempts.to_string(),
            letter.error.clone(),
            letter.event_id.to_string(),
        ]
    };
    let columns = [
        Column::text("ENTRY"),
        Column::text("EXTENSION"),
        Column::text("KIND"),
        Column::number("TRIES"),
        Column::text("WHY"),
        Column::number("EVENT"),
    ];
    output::table(&columns, dead.iter().map(row).collect(), "no dead letter")
}
