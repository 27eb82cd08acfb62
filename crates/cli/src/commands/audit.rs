//! `spacedrive audit`.

use std::process::ExitCode;

use ext_wire::ops::{
    NoInput,
    permissions::{AuditTail, AuditTailInput, AuditVerify, AuditVerifyOutput},
};
use ext_wire::text::counted;
use spacedrive_core::{
    Core,
    audit::{AuditEvent, AuditRecord},
};

use crate::{
    args::{AuditCommand, Output},
    output::{self, Column, cells},
};

pub(crate) fn run(core: &Core, command: AuditCommand, output: Output) -> anyhow::Result<ExitCode> {
    match command {
        AuditCommand::Tail { lines, extension } => {
            let limit = Some(u32::try_from(lines).unwrap_or(u32::MAX));
            let input = AuditTailInput { limit, extension };
            let records = core.call_typed::<AuditTail>(None, &input)?.records;
            let read = |record| serde_json::from_value::<AuditRecord>(record).ok();
            let known: Vec<_> = records.iter().cloned().filter_map(read).collect();
            output::print(output, &records, |_| table(&known))?;
            Ok(ExitCode::SUCCESS)
        }
        AuditCommand::Verify => {
            let found = core.call_typed::<AuditVerify>(None, &NoInput {})?;
            output::print(output, &found, describe)?;
            let whole = found.broken.is_none();
            Ok(if whole { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        }
    }
}

fn describe(found: &AuditVerifyOutput) -> String {
    let AuditVerifyOutput { records, first, torn, broken, restarts } = found;
    let mut text = match broken {
        Some(problem) => {
            format!("BROKEN after {}: {problem}", counted(*records, "record", "records"))
        }
        None => {
            let records = counted(*records, "record", "records");
            format!("{records}, from number {first} on, each linked to the next")
        }
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
        AuditEvent::Revoked { grants, .. } => {
            format!("the user took back {}", counted(*grants, "grant", "grants"))
        }
        AuditEvent::Refused { method, code, backend, rule, count, .. } => {
            format!("{count} × refused {method}: {code} ({backend}: {rule})")
        }
        AuditEvent::RefusedMore { count, .. } => format!("{count} × refused other calls"),
        AuditEvent::Called { method, count, .. } => format!("{count} × called {method}"),
        AuditEvent::CalledMore { count, .. } => format!("{count} × called other methods"),
        AuditEvent::Lost { count } => {
            counted(*count, "record could not be written", "records could not be written")
        }
        _ => String::new(),
    }
}
