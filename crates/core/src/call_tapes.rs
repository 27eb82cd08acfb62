//! Files that what an extension is asked, calls and answers is recorded into, for tests that play it again.

use std::{
    collections::HashMap,
    fs::{self, File},
    io::{self, Read, Write},
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
        ensure_no_other(file)?;
        let part = part(file);
        let options = &mut private_options();
        let out = options.create(true).write(true).truncate(true).open(&part);
        let out = out.map_err(|source| CoreError::Io { path: part, source })?;
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
        let part = part(&recorded.file);
        let ended = failed.map_or_else(|| out.sync_all(), Err).and_then(|()| match recorded.runs {
            0 => fs::remove_file(&part),
            _ => Ok(ext_fs::rename(&part, &recorded.file)?),
        });
        match ended {
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

/// Returns the file that is written until the recording ends: an older one stays until there is another.
fn part(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".part");
    name.into()
}

/// Refuses to replace a file that is no recording.
fn ensure_no_other(file: &Path) -> Result<(), ErrorBody> {
    let failed = |source| CoreError::Io { path: file.to_owned(), source };
    let mut start = Vec::new();
    match ext_fs::open(file) {
        Ok(found) => {
            found.take(HEAD.len() as u64).read_to_end(&mut start).map_err(failed)?;
        }
        Err(error) if error.source.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(failed(error.source).into()),
    }
    if start.is_empty() || start == HEAD {
        return Ok(());
    }
    let message = format_args!("{} is there already, and is not a recording", file.display());
    Err(ErrorBody::new(ErrorCode::Conflict, message))
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
            let text = fs::read_to_string(&file).unwrap();
            assert_eq!(recording::read(&text).unwrap().len(), 2, "{text}");
        }
        assert_eq!(tapes.stop("demo").unwrap_err().code, ErrorCode::NotFound);

        tapes.start("demo", &file).unwrap();
        assert_eq!(tapes.stop("demo").unwrap().runs, 0);
        let kept = fs::read_dir(folder.path()).unwrap().count();
        let text = fs::read_to_string(&file).unwrap();
        assert_eq!((kept, text.lines().count()), (1, 2), "nothing was recorded, so the file stays");
    }

    #[test]
    fn another_file_stays_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("notes.txt");
        fs::write(&file, "mine").unwrap();
        let error = CallTapes::default().start("demo", &file).unwrap_err();
        assert_eq!(error.code, ErrorCode::Conflict);
        assert_eq!(fs::read_to_string(&file).unwrap(), "mine");
    }
}
