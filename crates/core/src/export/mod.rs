//! Entries of a library as files of a folder.
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

use std::{io, ops::ControlFlow, path::Path};

use ext_library_sqlite::SqliteLibrary;
use ext_services::library::Entries;
use ext_wire::{
    ErrorBody, ErrorCode,
    ops::{
        copies::ExportReport,
        vdfs::{Entry, ListEntriesInput},
    },
};
use uuid::Uuid;

use self::{
    exporter::Exporter,
    manifest::Manifest,
    target::{Begun, Target},
};
use crate::services::failed;

/// Entries that are listed at once.
const PAGE: u32 = 1000;

/// Where an export goes, and what it has to say meanwhile.
pub(crate) struct Export<'a> {
    pub(crate) library: &'a SqliteLibrary,
    /// The folder: one that is empty, or not there yet.
    pub(crate) to: &'a Path,
    /// The part of the library [default: all].
    pub(crate) under: Option<String>,
    /// The job that writes it. Run again after a kill, it goes on with its own.
    pub(crate) job: Option<Uuid>,
    /// Is told the entries that are done, and all; says whether to go on.
    pub(crate) step: &'a dyn Fn(u64, u64) -> ControlFlow<()>,
}

impl Export<'_> {
    /// Writes everything, or nothing; what cannot be read of single entries is in the report.
    pub(crate) fn run(self) -> Result<ExportReport, ErrorBody> {
        let info = self.library.info().map_err(failed)?;
        let entries = self.entries()?;
        if let (true, Some(under)) = (entries.is_empty(), &self.under) {
            let message = format_args!("there is no entry at or below `{}`", under.escape_debug());
            return Err(ErrorBody::new(ErrorCode::NotFound, message));
        }
        let target = match Target::begin(self.to, Path::new(&info.path), self.job)? {
            Begun::New(target) => target,
            Begun::Complete(manifest) => return Ok(manifest.report(self.to)),
        };
        let mut exporter = Exporter::new(self.library, target.partial());
        for (done, entry) in entries.iter().enumerate() {
            self.step(done, entries.len())?;
            exporter.export(entry.id)?;
        }
        let manifest = Manifest::new(info, self.under, self.job, exporter);
        target.finish(&manifest)?;
        Ok(manifest.report(self.to))
    }

    fn step(&self, done: usize, total: usize) -> Result<(), ErrorBody> {
        if (self.step)(done as u64, total as u64).is_break() {
            let message =
                format_args!("stopped after {done} of {total} entries: nothing was written");
            return Err(ErrorBody::new(ErrorCode::Stopped, message));
        }
        Ok(())
    }

    /// Lists the entries, from all pages.
    fn entries(&self) -> Result<Vec<Entry>, ErrorBody> {
        let mut all = Vec::new();
        let mut input =
            ListEntriesInput { path_prefix: self.under.clone(), limit: PAGE, ..Default::default() };
        loop {
            let page = self.library.list_entries(input.clone()).map_err(failed)?;
            all.extend(page.entries);
            input.after = page.next;
            if input.after.is_none() {
                return Ok(all);
            }
        }
    }
}

/// Says which file could not be written.
fn cannot_write(path: &Path) -> impl FnOnce(io::Error) -> ErrorBody {
    move |error| {
        let code = match error.kind() {
            io::ErrorKind::StorageFull => ErrorCode::NoSpace,
            _ => ErrorCode::Io,
        };
        ErrorBody::new(code, format_args!("{} cannot be written: {error}", path.display()))
    }
}
