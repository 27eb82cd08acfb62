//! `spacedrive library backup` and `restore --from`.

use std::{path::Path, process::ExitCode};

use ext_services::library::LibraryError;
use spacedrive_core::{Backup, CallError, Core, CoreError};
use uuid::Uuid;

use crate::{args::Output, output, progress::Spinner};

/// Writes a backup; a damaged library is backed up as far as it is there, and that is a failure.
pub(super) fn write(
    core: &Core,
    library: Uuid,
    to: &Path,
    output: Output,
) -> anyhow::Result<ExitCode> {
    let backup = copying(|copied| core.libraries().back_up(library, to, copied))?;
    output::print(output, &backup, |backup| describe(backup, to))?;
    let whole = backup.missing.is_empty();
    Ok(if whole { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

pub(super) fn restore(core: &Core, from: &Path, output: Output) -> anyhow::Result<()> {
    let library = copying(|copied| core.libraries().restore_backup(from, copied))?;
    output::print(output, &library, |it| format!("`{}` is back", it.name.escape_debug()))
}

/// Shows how many files are copied. An error has its code, as those of operations have.
fn copying<T>(
    copy: impl FnOnce(&mut dyn FnMut(u64, u64)) -> Result<T, LibraryError>,
) -> Result<T, CallError> {
    let spinner = Spinner::new("copying …");
    let copied = copy(&mut |done, total| spinner.say(&format!("copying {done} of {total}")));
    copied.map_err(|error| CoreError::from(error).into())
}

fn describe(backup: &Backup, to: &Path) -> String {
    let mut lines = vec![format!("{}: {} files, and the database", to.display(), backup.files)];
    if !backup.missing.is_empty() {
        lines.push(format!("{} files of the library are missing:", backup.missing.len()));
        lines.extend(backup.missing.iter().map(|hash| format!("  {hash}")));
    }
    output::lines(lines)
}
