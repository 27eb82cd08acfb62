//! `spacedrive event`.

use std::process::ExitCode;

use spacedrive_core::{Core, DeadLetter};

use super::import;
use crate::{
    args::{EventCommand, Output},
    names, output,
    progress::ImportBar,
};

pub(crate) fn run(core: &Core, command: EventCommand, output: Output) -> anyhow::Result<ExitCode> {
    match command {
        EventCommand::DeadLetters { library } => {
            let library = names::library(core, &library.library)?;
            output::print(output, &core.library(library)?.dead_letters()?, |dead| table(dead))?;
            Ok(ExitCode::SUCCESS)
        }
        EventCommand::Replay { event, extension, library } => {
            let library = names::library(core, &library.library)?;
            if let Some(id) = &extension {
                core.extensions().info(id)?;
            }
            let bar = ImportBar::new();
            let library = core.library(library)?;
            let report =
                library.replay(extension.as_deref(), event, &mut |progress| bar.show(progress))?;
            drop(bar);
            import::finish(&report, output)
        }
    }
}

fn table(dead: &[DeadLetter]) -> String {
    let row = |letter: &DeadLetter| {
        vec![
            letter.event_id.to_string(),
            letter.extension.clone(),
            letter.kind.clone(),
            letter.entry_name.clone(),
            letter.attempts.to_string(),
            letter.error.clone(),
        ]
    };
    let header = ["EVENT", "EXTENSION", "KIND", "ENTRY", "TRIES", "WHY"];
    output::table(&header, dead.iter().map(row).collect(), "no dead letter")
}
