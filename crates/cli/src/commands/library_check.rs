//! `spacedrive library check`.

use std::process::ExitCode;

use ext_services::work::flow;
use ext_wire::ops::libraries::{Check, CheckLibraryOutput, LibraryRef};
use ext_wire::text::counted;
use serde::Serialize;
use spacedrive_core::{Core, CoreError, Damage, DamagedFile, FilesReport};
use uuid::Uuid;

use crate::{args::Output, output, progress::Spinner, stop};

/// The result of a check; `files` is there when they were read.
#[derive(Serialize)]
struct Checked {
    #[serde(flatten)]
    found: CheckLibraryOutput,
    #[serde(skip_serializing_if = "Option::is_none")]
    files: Option<FilesReport>,
}

pub(super) fn run(
    core: &Core,
    library_id: Uuid,
    files: bool,
    output: Output,
) -> anyhow::Result<ExitCode> {
    let spinner = Spinner::new("checking …");
    let found = core.call_typed::<Check>(None, &LibraryRef { library_id })?;
    let files = if files { Some(check_files(core, library_id, &spinner)?) } else { None };
    drop(spinner);
    let damaged = match &files {
        Some(files) => files.damaged.clone(),
        None => damaged(core, library_id, &found.missing, &[])?,
    };
    let checked = Checked { found, files };
    output::print(output, &checked, |checked| describe(checked, &damaged))?;
    let is_stopped = checked.files.as_ref().is_some_and(FilesReport::is_stopped);
    let whole = damaged.is_empty() && checked.found.missing.is_empty() && !is_stopped;
    Ok(if whole { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn check_files(core: &Core, library: Uuid, spinner: &Spinner) -> anyhow::Result<FilesReport> {
    let stop = stop::on_ctrl_c()?;
    let library = core.libraries().open(library).map_err(CoreError::from)?;
    let report = library.check_files(&mut |done, total| {
        spinner.say(&format!("reading {done} of {}", counted(total, "file", "files")));
        flow(Some(&stop))
    });
    Ok(report.map_err(CoreError::from)?)
}

/// Names what belongs to damaged files.
fn damaged(
    core: &Core,
    library: Uuid,
    missing: &[String],
    changed: &[String],
) -> anyhow::Result<Vec<DamagedFile>> {
    let library = core.libraries().open(library).map_err(CoreError::from)?;
    let missing = missing.iter().map(|hash| (hash, Damage::Missing));
    let all = missing.chain(changed.iter().map(|hash| (hash, Damage::Changed)));
    let named = all.map(|(hash, damage)| {
        let used_by = library.users_of(hash).map_err(CoreError::from)?;
        Ok(DamagedFile { hash: hash.clone(), damage, used_by })
    });
    named.collect()
}

/// Describes a damaged file by what belongs to it.
fn line(file: &DamagedFile) -> String {
    let DamagedFile { hash, damage, used_by } = file;
    let damage = match damage {
        Damage::Missing => "missing",
        Damage::Changed => "changed",
        _ => "unreadable",
    };
    match used_by.as_slice() {
        [] => format!("  {damage}: {hash}"),
        [first] => format!("  {damage}: {first} ({hash})"),
        [first, rest @ ..] => format!("  {damage}: {first} and {} more ({hash})", rest.len()),
    }
}

fn describe(checked: &Checked, damaged: &[DamagedFile]) -> String {
    let mut lines = Vec::new();
    match &checked.files {
        _ if !damaged.is_empty() => {
            lines.push(format!("{}: put them back from a backup", counts(damaged)));
            lines.extend(damaged.iter().map(line));
        }
        None => lines.push("the database is sound, and no file is missing".to_owned()),
        Some(_) => lines.push("the database is sound, and no file is damaged".to_owned()),
    }
    if let Some(files) = &checked.files {
        let FilesReport { checked, total, .. } = files;
        lines.push(match files.is_stopped() {
            true => format!("stopped after {checked} of {total}: the rest was not read"),
            false => counted(*checked, "file was read", "files were read"),
        });
    }
    if checked.found.quarantined > 0 {
        let (one, many) = ("file that belongs to nothing is", "files that belong to nothing are");
        let files = counted(checked.found.quarantined, one, many);
        lines.push(format!("{files} in `quarantine` now"));
    }
    output::lines(lines)
}

fn counts(damaged: &[DamagedFile]) -> String {
    let missing = damaged.iter().filter(|file| file.damage == Damage::Missing).count();
    match (missing, damaged.len() - missing) {
        (missing, 0) => counted(missing, "file is missing", "files are missing"),
        (0, changed) => counted(changed, "file is damaged", "files are damaged"),
        (missing, changed) => {
            let missing = counted(missing, "file is missing", "files are missing");
            format!("{missing}, and {}", counted(changed, "is damaged", "are damaged"))
        }
    }
}
