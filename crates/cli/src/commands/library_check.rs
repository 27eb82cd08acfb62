//! `spacedrive library check`.

use std::process::ExitCode;

use ext_wire::{
    ops::work::{CheckLibrary, CheckLibraryInput, DamagedFile, LibraryCheck},
    text::counted,
};
use serde::Serialize;
use spacedrive_core::{Core, Progress, Watcher, WorkProgress};
use uuid::Uuid;

use crate::{args::Output, output, progress::Spinner, stop};

/// The damage of a file that is not there.
const MISSING: &str = "missing";

/// The result of a check; `files` is there when they were read.
#[derive(Serialize)]
struct Checked {
    missing: Vec<String>,
    quarantined: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    files: Option<Files>,
    #[serde(skip)]
    damaged: Vec<DamagedFile>,
}

/// The files that were read.
#[derive(Serialize)]
struct Files {
    checked: u64,
    total: u64,
    damaged: Vec<DamagedFile>,
}

impl Files {
    const fn is_stopped(&self) -> bool {
        self.checked < self.total
    }
}

impl Checked {
    fn new(found: LibraryCheck, reads_files: bool) -> Self {
        let LibraryCheck { checked, total, quarantined, files: damaged, .. } = found;
        let missing = damaged.iter().filter(|file| file.damage == MISSING);
        let missing = missing.map(|file| file.hash.clone()).collect();
        let files = reads_files.then(|| Files { checked, total, damaged: damaged.clone() });
        Self { missing, quarantined, files, damaged }
    }

    fn is_sound(&self) -> bool {
        self.damaged.is_empty() && !self.files.as_ref().is_some_and(Files::is_stopped)
    }
}

pub(super) fn run(
    core: &Core,
    library: Uuid,
    files: bool,
    output: Output,
) -> anyhow::Result<ExitCode> {
    let found = check(core, library, &CheckLibraryInput { names_only: !files })?;
    let checked = Checked::new(found, files);
    output::print(output, &checked, describe)?;
    Ok(if checked.is_sound() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn check(core: &Core, library: Uuid, input: &CheckLibraryInput) -> anyhow::Result<LibraryCheck> {
    let stop = Some(stop::on_ctrl_c()?);
    let spinner = Spinner::new("checking …");
    let show = |step: WorkProgress<'_>| {
        if let WorkProgress::Checking { done, total: total @ 1.. } = step {
            spinner.say(&format!("reading {done} of {}", counted(total, "file", "files")));
        }
    };
    let watcher = Watcher { stop, progress: Progress::to(&show) };
    Ok(core.call_watched::<CheckLibrary>(Some(library), input, watcher)?)
}

/// Describes a damaged file by what belongs to it.
pub(super) fn line(DamagedFile { hash, damage, used_by, used_by_more }: &DamagedFile) -> String {
    match (used_by.as_slice(), used_by_more) {
        ([], _) => format!("  {damage}: {hash}"),
        ([first], 0) => format!("  {damage}: {first} ({hash})"),
        ([first, rest @ ..], more) => {
            let more = rest.len() as u64 + more;
            format!("  {damage}: {first} and {more} more ({hash})")
        }
    }
}

fn describe(checked: &Checked) -> String {
    let mut lines = Vec::new();
    match &checked.files {
        _ if !checked.damaged.is_empty() => {
            lines.push(format!("{}:", counts(&checked.damaged)));
            lines.extend(checked.damaged.iter().map(line));
            lines.push("Import the same files again, or put them back from a backup.".to_owned());
        }
        None => lines.push("the database is sound, and no file is missing".to_owned()),
        Some(_) => lines.push("the database is sound, and no file is damaged".to_owned()),
    }
    if let Some(files) = &checked.files {
        let Files { checked, total, .. } = files;
        lines.push(match files.is_stopped() {
            true => format!("stopped after {checked} of {total}: the rest was not read"),
            false => counted(*checked, "file was read", "files were read"),
        });
    }
    if checked.quarantined > 0 {
        let (one, many) = ("file that belongs to nothing is", "files that belong to nothing are");
        let files = counted(checked.quarantined, one, many);
        lines.push(format!("{files} in `quarantine` now"));
    }
    output::lines(lines)
}

fn counts(damaged: &[DamagedFile]) -> String {
    let missing = damaged.iter().filter(|file| file.damage == MISSING).count();
    match (missing, damaged.len() - missing) {
        (missing, 0) => counted(missing, "file is missing", "files are missing"),
        (0, changed) => counted(changed, "file is damaged", "files are damaged"),
        (missing, changed) => {
            let missing = counted(missing, "file is missing", "files are missing");
            format!("{missing}, and {}", counted(changed, "is damaged", "are damaged"))
        }
    }
}
