//! `spacedrive audit`.

use std::process::ExitCode;

use spacedrive_core::{
    Core,
    audit::{Entry, Event, Verified},
};

use crate::{
    args::{AuditCommand, Output},
    output,
};

pub(crate) fn run(core: &Core, command: AuditCommand, output: Output) -> anyhow::Result<ExitCode> {
    match command {
        AuditCommand::Tail { lines, extension } => {
            let records = core.audit().tail(lines, extension.as_deref())?;
            output::print(output, &records, |records| table(records))?;
            Ok(ExitCode::SUCCESS)
        }
        AuditCommand::Verify => {
            let found = core.audit().verify()?;
            output::print(output, &found, describe)?;
            let whole = found.broken.is_none();
            Ok(if whole { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        }
    }
}

fn describe(found: &Verified) -> String {
    let Verified { records, first, torn, broken } = found;
    let mut text = match broken {
        Some(problem) => format!("BROKEN after {records} records: {problem}"),
        None => format!("{records} records, from number {first} on, each linked to the next"),
    };
    if *torn {
        text += "\na record is not whole, as a crash can leave it";
    }
    text
}

fn table(records: &[Entry]) -> String {
    let row = |entry: &Entry| {
        let extension = entry.event.extension().unwrap_or_default().to_owned();
        vec![entry.seq.to_string(), entry.at.to_string(), extension, words(&entry.event)]
    };
    let header = ["NUMBER", "AT", "EXTENSION", "WHAT"];
    output::table(&header, records.iter().map(row).collect(), "nothing happened yet")
}

fn words(event: &Event) -> String {
    match event {
        Event::Installed { version, .. } => format!("installed, version {version}"),
        Event::Removed { .. } => "removed".to_owned(),
        Event::Granted { grant, rule, .. } => format!("the user gave grant {grant}: {rule}"),
        Event::Revoked { grants, .. } => format!("the user took back {grants} grants"),
        Event::Refused { method, code, backend, rule, count, .. } => {
            format!("{count} × refused {method}: {code} ({backend}: {rule})")
        }
        Event::RefusedMore { count, .. } => format!("{count} × refused other calls"),
        Event::Called { method, count, .. } => format!("{count} × called {method}"),
        Event::Lost { count } => format!("{count} records could not be written"),
        _ => String::new(),
    }
}
