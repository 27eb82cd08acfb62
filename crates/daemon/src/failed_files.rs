//! Files of a followed folder that could not be read for now.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use ext_wire::{ErrorCode, ops::work::Failure};

/// Time after which the files are tried again for the first time; each further time takes twice as long.
const FIRST: Duration = Duration::from_secs(30);
const LONGEST: Duration = Duration::from_secs(3600);

/// The files whose reading failed in a way that may pass: nothing would tell that it has.
#[derive(Debug)]
pub(crate) struct FailedFiles {
    paths: BTreeSet<PathBuf>,
    due: Option<Instant>,
    wait: Duration,
}

impl Default for FailedFiles {
    fn default() -> Self {
        Self { paths: BTreeSet::new(), due: None, wait: FIRST }
    }
}

impl FailedFiles {
    /// Notes what failed. Failures that only a change of the file ends are left out: that one is seen.
    pub(crate) fn note(&mut self, failures: &[Failure], now: Instant) {
        let passing = failures.iter().filter(|failure| may_pass(&failure.code));
        self.paths.extend(passing.map(|failure| PathBuf::from(&failure.path)));
        if self.paths.is_empty() {
            self.wait = FIRST;
        } else if self.due.is_none() {
            self.due = Some(now + self.wait);
            self.wait = LONGEST.min(self.wait * 2);
        }
    }

    /// Takes the files that are to be tried again now, as far as they are still there.
    pub(crate) fn take_due(&mut self, now: Instant) -> Vec<PathBuf> {
        if self.due.is_none_or(|due| now < due) {
            return Vec::new();
        }
        self.due = None;
        let paths = std::mem::take(&mut self.paths).into_iter();
        paths.filter(|path| Path::symlink_metadata(path).is_ok()).collect()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.paths.is_empty()
    }
}

fn may_pass(code: &str) -> bool {
    [ErrorCode::Io, ErrorCode::Busy, ErrorCode::Deadline].iter().any(|it| it.name() == code)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(path: &Path, code: ErrorCode) -> Failure {
        let (path, code) = (path.display().to_string(), code.name().to_owned());
        Failure { path, entry_id: None, extension: None, code, error: "no".to_owned() }
    }

    #[test]
    fn what_may_pass_is_tried_again_after_longer_and_longer_times() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let io = [failure(file.path(), ErrorCode::Io)];
        let (mut failed, mut now) = (FailedFiles::default(), Instant::now());
        for wait in [FIRST, FIRST * 2, FIRST * 4] {
            failed.note(&io, now);
            assert!(!failed.is_empty());
            assert!(failed.take_due(now + wait - Duration::from_millis(1)).is_empty());
            now += wait;
            assert_eq!(failed.take_due(now), [file.path()]);
        }
        failed.note(&[], now);
        failed.note(&io, now);
        assert_eq!(failed.take_due(now + FIRST), [file.path()], "it went well in between");
    }

    #[test]
    fn what_cannot_pass_or_is_gone_is_not_tried_again() {
        let now = Instant::now();
        let mut failed = FailedFiles::default();
        failed.note(&[failure(Path::new("/"), ErrorCode::BadInput)], now);
        assert!(failed.is_empty());
        failed.note(&[failure(Path::new("/nowhere/a.txt"), ErrorCode::Busy)], now);
        assert!(failed.take_due(now + FIRST).is_empty() && failed.is_empty());
    }
}
