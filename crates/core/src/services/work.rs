//! The service behind the operations `work.*`.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use ext_services::work::{LibraryWork, WorkRun};
use ext_wire::{
    ErrorBody, ErrorCode,
    ops::work::{
        CheckLibraryInput, CountWaitingOutput, DeliverAgainInput, DeliverAgainOutput, ImportInput,
        IndexReport, LibraryCheck, ListFailuresOutput, ListUnreadableInput, ListUnreadableOutput,
        ReplayInput, ScanLocationsInput, ScanLocationsOutput, WorkReport,
    },
};

use super::{SystemRef, check, failed, scan};
use crate::{error::CoreError, library::LibraryHandle};

/// Runs work on a library.
fn run_on<T>(
    system: &SystemRef,
    run: &WorkRun<'_>,
    work: impl FnOnce(&LibraryHandle<'_>) -> Result<T, CoreError>,
) -> Result<T, ErrorBody> {
    let system = system.get()?;
    let library = LibraryHandle::open(&system, run.library)?;
    let library = match &run.stop {
        Some(stop) => library.with_stop(Arc::clone(stop)),
        None => library,
    };
    Ok(work(&library)?)
}

impl LibraryWork for SystemRef {
    fn import(&self, run: &WorkRun<'_>, input: ImportInput) -> Result<WorkReport, ErrorBody> {
        let ImportInput { paths, into } = input;
        let paths = paths.iter().map(|path| absolute(path)).collect::<Result<Vec<_>, _>>()?;
        run_on(self, run, |library| match &into {
            Some(place) => library.import_into(place, &paths, &mut |step| (run.progress)(step)),
            None => library.import(&paths, &mut |step| (run.progress)(step)),
        })
    }

    fn deliver(&self, run: &WorkRun<'_>) -> Result<WorkReport, ErrorBody> {
        run_on(self, run, |library| library.import(&[], &mut |step| (run.progress)(step)))
    }

    fn deliver_again(
        &self,
        run: &WorkRun<'_>,
        input: DeliverAgainInput,
    ) -> Result<DeliverAgainOutput, ErrorBody> {
        let DeliverAgainInput { extension, under } = input;
        run_on(self, run, |library| {
            let events = library.deliver_again(&extension, under.as_deref())?;
            Ok(DeliverAgainOutput { events })
        })
    }

    fn replay(&self, run: &WorkRun<'_>, input: ReplayInput) -> Result<WorkReport, ErrorBody> {
        let ReplayInput { extension, event_id } = input;
        run_on(self, run, |library| {
            library.replay(extension.as_deref(), event_id, &mut |step| (run.progress)(step))
        })
    }

    fn failures(&self, run: &WorkRun<'_>) -> Result<ListFailuresOutput, ErrorBody> {
        run_on(self, run, |library| Ok(ListFailuresOutput { failures: library.failures()? }))
    }

    fn count_waiting(
        &self,
        run: &WorkRun<'_>,
        extension: &str,
    ) -> Result<CountWaitingOutput, ErrorBody> {
        run_on(self, run, |library| {
            Ok(CountWaitingOutput { events: library.waiting_events(extension)? })
        })
    }

    fn unreadable(
        &self,
        run: &WorkRun<'_>,
        input: ListUnreadableInput,
    ) -> Result<ListUnreadableOutput, ErrorBody> {
        let limit = input.limit.unwrap_or(ListUnreadableInput::DEFAULT_LIMIT);
        let limit = limit.min(ListUnreadableInput::MAX_LIMIT) as usize;
        let system = self.get()?;
        let library = system.libraries.open(run.library).map_err(failed)?;
        let mut contents = library.unreadable_contents().map_err(failed)?;
        let total = contents.len() as u64;
        contents.truncate(limit);
        Ok(ListUnreadableOutput { contents, total })
    }

    fn run_jobs(&self, run: &WorkRun<'_>) -> Result<WorkReport, ErrorBody> {
        run_on(self, run, |library| library.run_jobs(&mut |step| (run.progress)(step)))
    }

    fn index(&self, run: &WorkRun<'_>) -> Result<IndexReport, ErrorBody> {
        run_on(self, run, |library| library.index(&mut |step| (run.progress)(step)))
    }

    fn check_library(
        &self,
        run: &WorkRun<'_>,
        input: CheckLibraryInput,
    ) -> Result<LibraryCheck, ErrorBody> {
        check::run(&*self.get()?, run, &input)
    }

    fn scan_locations(
        &self,
        run: &WorkRun<'_>,
        input: ScanLocationsInput,
    ) -> Result<ScanLocationsOutput, ErrorBody> {
        scan::run(&*self.get()?, run, input.location_id)
    }
}

/// Reads an absolute path, or the `file:` URL of one.
pub(super) fn absolute(text: &str) -> Result<PathBuf, ErrorBody> {
    let wrong = || {
        let message = format!("`{}` is not an absolute path", text.escape_debug());
        ErrorBody::new(ErrorCode::Path, message)
    };
    if Path::new(text).is_absolute() {
        return Ok(text.into());
    }
    let url = url::Url::parse(text).map_err(|_| wrong())?;
    if url.scheme() == "file" { url.to_file_path().map_err(|()| wrong()) } else { Err(wrong()) }
}

#[cfg(test)]
mod tests {
    use std::os::unix::ffi::OsStrExt;

    use super::*;

    #[test]
    fn paths_are_absolute_and_urls_carry_any_name() {
        assert_eq!(absolute("/a/b c").unwrap(), Path::new("/a/b c"));
        assert_eq!(absolute("file:///a/%E9").unwrap().as_os_str().as_bytes(), b"/a/\xe9");
        for wrong in ["a.txt", "./a", "", "http://h/a", "file://host/a"] {
            assert_eq!(absolute(wrong).unwrap_err().code, ErrorCode::Path, "{wrong}");
        }
    }
}
