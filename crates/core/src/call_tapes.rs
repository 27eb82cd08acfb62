//! Files that what an extension is asked, calls and answers is recorded into, for tests that play it again.

use std::{
    collections::HashMap,
    fs::File,
    io::{self, Write},
    path::{Path, PathBuf},
};

use ext_fs::private_options;
use ext_manager::CallRecorder;
use ext_wire::{ErrorBody, ErrorCode, recording::RecordedRun};
use parking_lot::Mutex;

use crate::CoreError;

/// The beginning of each line of a recording.
const HEAD: &[u8] = br#"{"recording":"#;

/// The extensions that are recorded now, by id.
#[derive(Default)]
pub(crate) struct CallTapes {
    running: Mutex<HashMap<String, Running>>,
}

/// A recording and its file.
struct Running {
    recorded: Recorded,
    out: File,
    /// The first error of a write, after which nothing more is written.
    failed: Option<io::Error>,
}

/// What stands in a recording.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Recorded {
    pub(crate) file: PathBuf,
    pub(crate) runs: u64,
    pub(crate) calls: u64,
    pub(crate) left_out: u64,
}

impl CallTapes {
    /// Starts to record an extension into a file.
    pub(crate) fn start(&self, id: &str, file: &Path) -> Result<(), ErrorBody> {
        let mut running = self.running.lock();
        if running.contains_key(id) {
            let message = format_args!("`{id}` is recorded already");
            return Err(ErrorBody::new(ErrorCode::Conflict, message));
        }
        let out = open(file)?;
        let recorded = Recorded { file: file.to_owned(), ..Recorded::default() };
        running.insert(id.to_owned(), Running { recorded, out, failed: None });
        Ok(())
    }

    /// Stops to record an extension.
    pub(crate) fn stop(&self, id: &str) -> Result<Recorded, ErrorBody> {
        let Some(running) = self.running.lock().remove(id) else {
            let message = format_args!("`{}` is not recorded", id.escape_debug());
            return Err(ErrorBody::new(ErrorCode::NotFound, message));
        };
        let Running { recorded, out, failed } = running;
        match failed.map_or_else(|| out.sync_all(), Err) {
            Ok(()) => Ok(recorded),
            Err(source) => Err(CoreError::Io { path: recorded.file, source }.into()),
        }
    }
}

impl CallRecorder for CallTapes {
    fn wants(&self, extension: &str) -> bool {
        self.running.lock().contains_key(extension)
    }

    fn record(&self, run: &RecordedRun) {
        let mut all = self.running.lock();
        let Some(running) = all.get_mut(&run.extension).filter(|it| it.failed.is_none()) else {
            return;
        };
        let line = serde_json::to_vec(run).map_err(io::Error::from);
        let written = line.and_then(|line| running.out.write_all(&[&line, &b"\n"[..]].concat()));
        running.failed = written.err();
        running.recorded.runs += 1;
        running.recorded.calls += run.calls.len() as u64;
        running.recorded.left_out += u64::from(!run.is_whole);
    }
}

/// Opens a file for a recording: a new one, an empty one, or an older recording, which goes.
fn open(file: &Path) -> Result<File, ErrorBody> {
    let failed = |source| CoreError::Io { path: file.to_owned(), source };
    let start = match ext_fs::open(file) {
        Ok(found) => {
            let mut start = Vec::new();
            let limit = HEAD.len() as u64;
            io::Read::read_to_end(&mut io::Read::take(found, limit), &mut start).map_err(failed)?;
            start
        }
        Err(error) if error.source.kind() == io::ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(failed(error.source).into()),
    };
    if !start.is_empty() && start != HEAD {
        let message = format_args!("{} is there already, and is not a recording", file.display());
        return Err(ErrorBody::new(ErrorCode::Conflict, message));
    }
    let opened = private_options().create(true).write(true).truncate(true).open(file);
    Ok(opened.map_err(failed)?)
}

#[cfg(test)]
mod tests {
    use ext_wire::recording::{self, Asked, RecordedAnswer};

    use super::*;

    fn run(extension: &str) -> RecordedRun {
        let answer = RecordedAnswer { code: "OK".into(), output: Box::default() };
        let (asked, calls) = (Asked::Start, Vec::new());
        let extension = extension.to_owned();
        RecordedRun { recording: 1, extension, asked, calls, answer, is_whole: true }
    }

    #[test]
    fn a_recording_has_what_its_extension_did_until_it_was_stopped() {
        let folder = tempfile::tempdir().unwrap();
        let (tapes, file) = (CallTapes::default(), folder.path().join("a.calls"));
        assert!(!tapes.wants("demo"));
        for _ in 0..2 {
            tapes.start("demo", &file).unwrap();
            assert_eq!(tapes.start("demo", &file).unwrap_err().code, ErrorCode::Conflict);
            assert!(tapes.wants("demo") && !tapes.wants("other"));
            ["demo", "other", "demo"].iter().for_each(|id| tapes.record(&run(id)));
            assert_eq!(tapes.stop("demo").unwrap().runs, 2);
            tapes.record(&run("demo"));
            let text = std::fs::read_to_string(&file).unwrap();
            assert_eq!(recording::read(&text).unwrap().len(), 2, "{text}");
        }
        assert_eq!(tapes.stop("demo").unwrap_err().code, ErrorCode::NotFound);
    }

    #[test]
    fn another_file_stays_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("notes.txt");
        std::fs::write(&file, "mine").unwrap();
        let error = CallTapes::default().start("demo", &file).unwrap_err();
        assert_eq!(error.code, ErrorCode::Conflict);
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "mine");
    }
}
