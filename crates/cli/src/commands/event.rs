//! `spacedrive event`.

use std::process::ExitCode;

use ext_wire::ErrorCode;
use spacedrive_core::{Core, DeadLetter};

use super::{event_tail, import};
use crate::{
    args::{EventCommand, Output},
    failure::Hinted,
    names,
    output::{self, Column},
    progress::ImportBar,
};

pub(crate) fn run(core: &Core, command: EventCommand, output: Output) -> anyhow::Result<ExitCode> {
    match command {
        EventCommand::Tail(args) => {
            event_tail::run(core, &args, output)?;
            Ok(ExitCode::SUCCESS)
        }
        EventCommand::DeadLetters { library } => {
            let library = names::chosen(core, &library)?;
            output::print(output, &core.library(library)?.dead_letters()?, |dead| table(dead))?;
            Ok(ExitCode::SUCCESS)
        }
        EventCommand::Replay { event, extension, library } => {
            let library = names::chosen(core, &library)?;
            if let Some(id) = &extension {
                core.extensions().info(id)?;
            }
            let bar = ImportBar::new();
            let library = core.library(library)?;
            if let Some(event) = event {
                ensure_dead(&library.dead_letters()?, event, extension.as_deref())?;
            }
            let report =
                library.replay(extension.as_deref(), event, &mut |progress| bar.show(progress))?;
            drop(bar);
            import::finish(&report, output)
        }
    }
}

/// Refuses an event that is not a dead letter (of this extension), which would replay nothing.
fn ensure_dead(dead: &[DeadLetter], event: u64, extension: Option<&str>) -> anyhow::Result<()> {
    let is_meant = |it: &DeadLetter| {
        it.event_id == event && extension.is_none_or(|extension| it.extension == extension)
    };
    if dead.iter().any(is_meant) {
        return Ok(());
    }
    let hint = "`spacedrive event dead-letters` shows those that there are";
    Err(Hinted::error(ErrorCode::NotFound, format_args!("there is no dead letter {event}"), hint))
}

fn table(dead: &[DeadLetter]) -> String {
    let row = |letter: &DeadLetter| {
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
