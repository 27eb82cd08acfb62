//! Files as they were when they were read: those that are still so need not be read again.

use std::{
    fs::{self, Metadata},
    os::unix::fs::MetadataExt,
    path::Path,
    time::{Duration, SystemTime},
};

use ext_services::library::LibraryError;
use ext_wire::EntryPath;
use rusqlite::Transaction;
use uuid::Uuid;

use crate::{library::SqliteLibrary, renamed::absolute, source_path::SourcePath, sqlite::seen};

/// Time after a change within which another one may leave no trace, on file systems that keep parts of
/// seconds: a tick of the slowest kernels, and some more.
const FINE: Duration = Duration::from_millis(50);
/// Likewise on those that keep seconds, or pairs of them.
const COARSE: Duration = Duration::from_secs(2);
/// The part of a second of which one that keeps seconds has only multiples.
const TICK_NANOS: i64 = 10_000_000;

/// A file that was read, in [`ImportedFile::seen`](crate::ImportedFile::seen); [`SqliteLibrary::remember_seen`] takes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenFile {
    pub(crate) entry: Uuid,
    pub(crate) hash: String,
    pub(crate) stamp: Stamp,
    /// Time of the read, in milliseconds since 1970.
    pub(crate) at: i64,
}

impl SeenFile {
    /// Describes a file whose content was read, by what the system said of it afterwards; `None` when
    /// it changed so shortly before that another change might not be told from that one.
    pub(crate) fn of(entry: Uuid, hash: String, after: &Metadata, now: SystemTime) -> Option<Self> {
        let is_settled = is_settled(after, now);
        is_settled.then(|| Self { entry, hash, stamp: Stamp::of(after), at: millis(now) })
    }
}

/// A file that need not be read, found by [`SqliteLibrary::known_files`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KnownFile {
    /// Its entry.
    pub entry: Uuid,
    /// The size of the entry's content.
    pub size: Option<u64>,
}

/// A file as it is now, and the path that it is imported to.
pub(crate) struct LookedAt {
    pub(crate) path: EntryPath,
    pub(crate) source: SourcePath,
    pub(crate) stamp: Stamp,
}

impl LookedAt {
    /// Looks at a file; `None` for what cannot be known: it is not there, or cannot have this path.
    fn now(file: &Path, path: &str) -> Option<Self> {
        let found = fs::symlink_metadata(file).ok().filter(Metadata::is_file)?;
        let (path, source) = (path.parse().ok()?, absolute(file).ok()?);
        Some(Self { path, source, stamp: Stamp::of(&found) })
    }
}

/// Parts of a file's metadata of which one changes with its content: no two contents of files have the
/// same stamp. Programs set the time of the last write back (`cp -p`, `tar`, `rsync -t`); the time of
/// the last change is the system's own. The number of a device is not part of it, because it is another
/// one after a restart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stamp(String);

impl Stamp {
    pub(crate) fn of(file: &Metadata) -> Self {
        let (written, changed) = (written(file), changed(file));
        // Another version of the program may find another media type.
        let program = env!("CARGO_PKG_VERSION");
        Self(format!("{} {} {written} {changed} {program}", file.size(), file.ino()))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

fn written(file: &Metadata) -> i128 {
    nanos(file.mtime(), file.mtime_nsec())
}

fn changed(file: &Metadata) -> i128 {
    nanos(file.ctime(), file.ctime_nsec())
}

fn nanos(seconds: i64, nanos: i64) -> i128 {
    i128::from(seconds) * 1_000_000_000 + i128::from(nanos)
}

fn millis(time: SystemTime) -> i64 {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// Returns whether a change from now on gives a file another time than the last one did.
fn is_settled(file: &Metadata, now: SystemTime) -> bool {
    let now = i128::from(millis(now)) * 1_000_000;
    let last = written(file).max(changed(file));
    now - last > i128::try_from(granularity(file.ctime_nsec()).as_nanos()).unwrap_or(i128::MAX)
}

/// Returns how coarse the times of a file system may be, by one that its kernel set.
fn granularity(changed_nanos: i64) -> Duration {
    if changed_nanos % TICK_NANOS == 0 { COARSE } else { FINE }
}

impl SqliteLibrary {
    /// Finds, among files and the paths that they are imported to, those that are as they were when they
    /// were read last: of the same size, inode, and times of the last write and the last change. The
    /// others are to be read by [`Self::import_file`]; so are those that were read when the clock was
    /// ahead of now.
    ///
    /// # Errors
    /// `Busy`, `Corrupt` from the library.
    pub fn known_files(
        &self,
        files: &[(&Path, &str)],
    ) -> Result<Vec<Option<KnownFile>>, LibraryError> {
        let files: Vec<_> = files.iter().map(|(file, path)| LookedAt::now(file, path)).collect();
        let now = millis(SystemTime::now());
        let find = |db: &Transaction<'_>, file: &Option<LookedAt>| match file {
            Some(file) => seen::find(db, file, now),
            None => Ok(None),
        };
        // One transaction for all: its beginning and its end cost more than a search.
        self.store.read(|db| files.iter().map(|file| find(db, file)).collect())
    }

    /// Remembers files that were read, for [`Self::known_files`]. What is not remembered is
    /// read again.
    ///
    /// # Errors
    /// `Busy`, `NoSpace`, `Corrupt`, `ReadOnly` from the library.
    pub fn remember_seen(&self, files: &[SeenFile]) -> Result<(), LibraryError> {
        self.store.write(|db| files.iter().try_for_each(|file| seen::put(db, file)))
    }

    /// Forgets how the files of a folder were when they were read, so that all are read again.
    ///
    /// # Errors
    /// `Io` when the folder has no absolute path; `Busy`, `NoSpace`, `Corrupt`, `ReadOnly` from the
    /// library.
    pub fn forget_seen(&self, folder: &Path) -> Result<(), LibraryError> {
        let folder = absolute(folder)?;
        self.store.write(|db| seen::forget(db, &folder))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_has_just_changed_is_not_settled() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let found = file.as_file().metadata().unwrap();
        let changed =
            SystemTime::UNIX_EPOCH + Duration::from_nanos(u64::try_from(changed(&found)).unwrap());
        let seen = |now| SeenFile::of(Uuid::nil(), String::new(), &found, now).is_some();
        assert!(!seen(changed) && !seen(changed + Duration::from_millis(40)));
        assert!(seen(changed + COARSE + Duration::from_millis(2)));
        assert!(!seen(changed - Duration::from_secs(60)), "the clock was put back");
    }

    #[test]
    fn times_without_parts_of_seconds_are_coarse() {
        for (nanos, expected) in [(0, COARSE), (990_000_000, COARSE), (990_000_001, FINE)] {
            assert_eq!(granularity(nanos), expected, "{nanos}");
        }
    }
}
