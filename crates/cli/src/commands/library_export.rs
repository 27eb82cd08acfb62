//! `spacedrive library export`.

use std::{path::Path, process::ExitCode};

use ext_wire::{
    ops::copies::{Export, ExportInput, ExportReport, NotExported},
    text::counted,
};
use serde_json::{Value, json};
use spacedrive_core::Core;
use uuid::Uuid;

use super::import::with_bar;
use crate::{args::Output, given_paths, output, stop};

/// Writes the entries of a library into a folder; what cannot be read is told, and is a failure.
pub(super) fn run(
    core: &Core,
    library: Uuid,
    to: &Path,
    under: Option<String>,
    output: Output,
) -> anyhow::Result<ExitCode> {
    let stop = stop::on_ctrl_c()?;
    let input = ExportInput { to: given_paths::absolute(to)?, under };
    let export = with_bar::<Export>(core, library, &input, Some(stop))?;
    output::print(output, &summary(&export, to), |_| describe(&export, to))?;
    Ok(if export.failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Counts what was written, for programs; the manifest has the rest.
fn summary(export: &ExportReport, to: &Path) -> Value {
    let ExportReport { entries, files, sidecars, copied, failures, .. } = export;
    json!({
        "folder": to,
        "entries": entries,
        "files": files,
        "sidecars": sidecars,
        "copied_from": copied.iter().map(|copied| &copied.from).collect::<Vec<_>>(),
        "failures": failures,
    })
}

fn describe(export: &ExportReport, to: &Path) -> String {
    let ExportReport { entries, files, sidecars, copied, failures, .. } = export;
    let counts = [
        counted(*entries, "entry", "entries"),
        counted(*files, "file", "files"),
        counted(*sidecars, "sidecar", "sidecars"),
    ]
    .join(", ");
    let mut lines = vec![format!("{}: {counts}", to.display())];
    lines.extend(copied.iter().map(|copied| {
        format!("  {}: damaged in the library, copied from {}", copied.path, copied.from)
    }));
    if !failures.is_empty() {
        lines.push(format!("{} could not be exported:", failures.len()));
    }
    lines.extend(failures.iter().map(line));
    output::lines(lines)
}

fn line(failure: &NotExported) -> String {
    let NotExported { path, sidecar, code, reason } = failure;
    match sidecar {
        Some(sidecar) => format!("  {path}, sidecar {sidecar}: {reason} [{code}]"),
        None => format!("  {path}: {reason} [{code}]"),
    }
}
