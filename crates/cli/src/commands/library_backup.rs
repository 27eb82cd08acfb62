//! `spacedrive library backup` and `restore --from`.

use std::{path::Path, process::ExitCode};

use ext_services::library::LibraryError;
use ext_wire::ErrorCode;
use spacedrive_core::{Backup, CallError, Copied, Core, CoreError, DamagedFile};
use uuid::Uuid;

use super::library_check;
use crate::{args::Output, failure::Hinted, output, progress::Spinner, stop};

/// The file by which a folder is an export.
const EXPORT: &str = "export.json";

/// Writes a backup; a damaged library is backed up as far as it is there, and that is a failure.
pub(super) fn write(
    core: &Core,
    library: Uuid,
    to: &Path,
    output: Output,
) -> anyhow::Result<ExitCode> {
    let backup = copying(|copied| core.libraries().back_up(library, to, copied))?;
    let lost = library_check::damaged(core, library, &backup.missing, &backup.damaged)?;
    output::print(output, &backup, |backup| describe(backup, &lost, to))?;
    let whole = lost.is_empty();
    Ok(if whole { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

pub(super) fn restore(core: &Core, from: &Path, output: Output) -> anyhow::Result<()> {
    if from.join(EXPORT).is_file() {
        let message = format_args!("{} is an export, and not a backup", from.display());
        let hint = format!("`spacedrive import {}/files/*` imports its files", from.display());
        return Err(Hinted::error(ErrorCode::BadInput, message, hint));
    }
    let library = copying(|copied| core.libraries().restore_backup(from, copied))?;
    output::print(output, &library, |it| format!("`{}` is back", it.name.escape_debug()))
}

/// Shows how many files are copied; Ctrl-C ends it. An error has its code, as those of operations have.
fn copying<T>(copy: impl FnOnce(Copied<'_>) -> Result<T, LibraryError>) -> anyhow::Result<T> {
    let stop = stop::on_ctrl_c()?;
    let spinner = Spinner::new("copying …");
    let copied = copy(&mut |done, total| {
        spinner.say(&format!("copying {done} of {total}"));
        stop::flow(&stop)
    });
    Ok(copied.map_err(|error| CallError::from(CoreError::from(error)))?)
}

fn describe(backup: &Backup, lost: &[DamagedFile], to: &Path) -> String {
    let mut lines = vec![format!("{}: {} files, and the database", to.display(), backup.files)];
    if !lost.is_empty() {
        lines.push(format!("{} files of the library are damaged, and not in it:", lost.len()));
        lines.extend(lost.iter().map(library_check::line));
    }
    output::lines(lines)
}
