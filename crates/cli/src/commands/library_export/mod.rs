//! `spacedrive library export`.
//!
//! ```text
//! <folder>/export.json                      the manifest, written last
//! <folder>/files/<path>                     contents, as files
//! <folder>/about/<path>/entry.json          an entry, with its metadata and tags
//! <folder>/about/<path>/sidecars/<name>     its sidecars
//! ```

mod exporter;
mod manifest;
mod names;
mod target;

use std::{path::Path, process::ExitCode};

use anyhow::bail;
use ext_wire::{
    ErrorCode,
    ops::vdfs::{Entry, ListEntriesInput},
};
use spacedrive_core::{Core, CoreError};
use uuid::Uuid;

use self::{exporter::Exporter, manifest::Export, target::Target};
use super::entry;
use crate::{args::Output, failure::Hinted, output, progress::Spinner, stop};

/// Writes the entries of a library into a folder; what cannot be read is told, and is a failure.
pub(super) fn run(
    core: &Core,
    library: Uuid,
    to: &Path,
    under: Option<String>,
    output: Output,
) -> anyhow::Result<ExitCode> {
    let info = core.libraries().open(library).and_then(|it| it.info()).map_err(CoreError::from)?;
    let filter = ListEntriesInput { path_prefix: under.clone(), ..Default::default() };
    let entries = entry::list(core, library, filter, usize::MAX)?;
    if let (true, Some(under)) = (entries.is_empty(), &under) {
        let message = format_args!("there is no entry at or below `{}`", under.escape_debug());
        let hint = "`spacedrive entry list` shows those that there are";
        return Err(Hinted::error(ErrorCode::NotFound, message, hint));
    }
    let target = Target::begin(to, Path::new(&info.path))?;
    let exporter = export_all(core, library, &entries, target.partial())?;
    let export = Export::new(info, under, exporter);
    target.finish(&export)?;
    output::print(output, &export.summary(to), |_| export.describe(to))?;
    Ok(if export.failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn export_all<'a>(
    core: &'a Core,
    library: Uuid,
    entries: &[Entry],
    folder: &'a Path,
) -> anyhow::Result<Exporter<'a>> {
    let stop = stop::on_ctrl_c()?;
    let spinner = Spinner::new("exporting …");
    let mut exporter = Exporter::new(core, library, folder);
    for (done, entry) in entries.iter().enumerate() {
        if stop::flow(&stop).is_break() {
            bail!("stopped after {done} of {} entries: nothing was written", entries.len());
        }
        spinner.say(&format!("exporting {done} of {}", entries.len()));
        exporter.export(entry.id)?;
    }
    Ok(exporter)
}
