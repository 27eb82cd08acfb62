//! `spacedrive audit`.

use std::process::ExitCode;

use serde::Serialize;
use spacedrive_core::{
    Core,
    audit::{AuditEvent, AuditRecord, Verification},
};

use crate::{
    args::{AuditCommand, Output},
    output::{self, Column, cells},
};

pub(crate) fn run(core: &Core, command: AuditCommand, output: Output) -> anyhow::Result<ExitCode> {
    match command {
        AuditCommand::Tail { lines, extension } => {
            let records = core.permissions().audit().tail(lines, extension.as_deref())?;
            output::print(output, &records, |records| table(records))?;
            Ok(ExitCode::SUCCESS)
        }
        AuditCommand::Verify => {
            let audit = core.permissions().audit();
            let found = Found { restarts: audit.restarts()?, found: audit.verify()? };
            output::print(output, &found, describe)?;
            let whole = found.found.broken.is_none();
            Ok(if whole { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        }
    }
}

/// The result of a check, and the places where an older version of this program lost the thread.
#[derive(Serialize)]
struct Found {
    #[serde(flatten)]
    found: Verification,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    restarts: Vec<u64>,
}

fn describe(Found { found, restarts }: &Found) -> String {
    let Verification { records, first, torn, broken } = found;
    let mut text = match broken {
        Some(problem) => format!("BROKEN after {records} records: {problem}"),
        None => format!("{records} records, from number {first} on, each linked to the next"),
    };
    if *torn {
        text += "\na record is not whole, as a crash can leave it";
    }
    for seq in restarts {
        text += &format!(
            "\nbehind record {seq}, which is very long, the chain begins anew: an older version wrote \
             it so; what was between cannot be checked"
        );
    }
    text
}

fn table(records: &[AuditRecord]) -> String {
    let row = |record: &AuditRecord| {
        let extension = record.event.extension().unwrap_or_default().to_owned();
        let at = cells::moment(&record.at.to_string());
        vec![record.seq.to_string(), at, extension, words(&record.event)]
    };
    let columns = [
        Column::number("NUMBER"),
        Column::whole("AT"),
        Column::text("EXTENSION"),
        Column::text("WHAT"),
    ];
    output::table(&columns, records.iter().map(row).collect(), "nothing happened yet")
}

fn words(event: &AuditEvent) -> String {
    match event {
        AuditEvent::Installed { version, .. } => format!("installed, version {version}"),
        AuditEvent::Removed { .. } => "removed".to_owned(),
        AuditEvent::Granted { grant, rule, .. } => format!("the user gave grant {grant}: {rule}"),
        AuditEvent::Revoked { grants, .. } => format!("the user took back {grants} grants"),
        AuditEvent::Refused { method, code, backend, rule, count, .. } => {
            format!("{count} × refused {method}: {code} ({backend}: {rule})")
        }
        AuditEvent::RefusedMore { count, .. } => format!("{count} × refused other calls"),
        AuditEvent::Called { method, count, .. } => format!("{count} × called {method}"),
        AuditEvent::Lost { count } => format!("{count} records could not be written"),
        _ => String::new(),
    }
}
