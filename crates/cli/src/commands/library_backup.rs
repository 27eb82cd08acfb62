//! `spacedrive library backup` and `restore --from`.

use std::{path::Path, process::ExitCode};

use ext_wire::{
    ErrorCode,
    ops::copies::{BackUp, BackUpInput, BackupReport, Restore, RestoreInput},
    text::counted,
};
use spacedrive_core::{Core, Progress, Watcher, WorkProgress};
use uuid::Uuid;

use super::{import::with_bar, library_check};
use crate::{args::Output, failure::Hinted, given_paths, output, progress::ImportBar, stop};

/// The file by which a folder is an export.
const EXPORT: &str = "export.json";

/// Writes a backup; a damaged library is backed up as far as it is there, and that is a failure.
pub(super) fn write(
    core: &Core,
    library: Uuid,
    to: &Path,
    keep: Option<u32>,
    output: Output,
) -> anyhow::Result<ExitCode> {
    let stop = stop::on_ctrl_c()?;
    let input = BackUpInput { to: given_paths::absolute(to)?, keep };
    let backup = with_bar::<BackUp>(core, library, &input, Some(stop))?;
    output::print(output, &backup, describe)?;
    Ok(if backup.lost.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

pub(super) fn restore(core: &Core, from: &Path, output: Output) -> anyhow::Result<()> {
    if from.join(EXPORT).is_file() {
        let message = format_args!("{} is an export, and not a backup", from.display());
        let hint = format!("`spacedrive import {}/files/*` imports its files", from.display());
        return Err(Hinted::error(ErrorCode::BadInput, message, hint));
    }
    let stop = stop::on_ctrl_c()?;
    let input = RestoreInput { from: given_paths::absolute(from)? };
    let bar = ImportBar::new();
    let show = |step: WorkProgress<'_>| bar.show(step);
    let watcher = Watcher { stop: Some(stop), progress: Progress::to(&show) };
    let library = core.call_watched::<Restore>(None, &input, watcher)?;
    drop(bar);
    output::print(output, &library, |it| format!("`{}` is back", it.name.escape_debug()))
}

fn describe(backup: &BackupReport) -> String {
    let mut lines = vec![{
        let files = counted(backup.files, "file", "files");
        format!("{}: {files}, and the database", backup.folder)
    }];
    if backup.removed > 0 {
        let (one, many) = ("older backup was removed", "older backups were removed");
        lines.push(counted(backup.removed, one, many));
    }
    if !backup.lost.is_empty() {
        let count = backup.lost.len();
        let (one, many) = ("file of the library is", "files of the library are");
        lines.push(format!("{} damaged, and not in it:", counted(count, one, many)));
        lines.extend(backup.lost.iter().map(library_check::line));
    }
    output::lines(lines)
}
