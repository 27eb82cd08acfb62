//! The sessions of a library: the processes that have it open, and those that died with it open.
//!
//! Each process that opens a library makes a folder `sessions/<uuid>` with a locked file in it, and
//! puts files there until they have a row. The system releases the lock when the process ends, however
//! it ends; so a folder whose lock is free belongs to a process that did not close the library.

use std::{
    fs::{self, File},
    io::{ErrorKind, Read, Write},
    path::{Path, PathBuf},
    process,
    sync::atomic::{AtomicBool, Ordering},
};

use ext_fs::{Dir, Lock};
use uuid::Uuid;

use crate::fault::Outcome;

/// The folder of the sessions, in that of the library.
pub(super) const FOLDER: &str = "sessions";
const LOCK: &str = "lock";
/// The most bytes of the number of a process.
const NUMBER_BYTES: u64 = 16;

/// The session of this process, which is closed cleanly on drop.
#[derive(Debug)]
pub(super) struct Session {
    folder: Dir,
    unclean: AtomicBool,
    _lock: Lock,
}

/// A session whose process is gone, locked: no other process recovers it meanwhile.
#[derive(Debug)]
pub(super) struct DeadSession {
    folder: PathBuf,
    _lock: Lock,
}

impl Session {
    /// Begins a session, and returns the dead ones with it.
    ///
    /// One lock for the whole library makes this atomic for others that begin: without it a session
    /// could be found before it has locked its file, and be taken for dead. Those that end do not wait
    /// for it, so a session may go while it is looked at.
    pub(super) fn begin(library: &Dir) -> Outcome<(Self, Vec<DeadSession>)> {
        let sessions = library.make_dir(FOLDER)?;
        let _all = Lock::acquire(&sessions.path().join(LOCK))?;
        let dead = dead_sessions(&sessions)?;
        let folder = sessions.make_dir(&ext_services::new_id().to_string())?;
        let lock = Lock::acquire(&folder.path().join(LOCK))?;
        // For people who look for the process; the lock holds without it.
        let _ = write!(lock.file(), "{}", process::id());
        Ok((Self { folder, unclean: AtomicBool::new(false), _lock: lock }, dead))
    }

    /// Returns its folder.
    pub(super) const fn folder(&self) -> &Dir {
        &self.folder
    }

    /// Creates a file in its folder, with a name that nobody can foresee.
    pub(super) fn create_file(&self) -> Outcome<(String, File)> {
        let name = Uuid::new_v4().to_string();
        let file = self.folder.create_file(&name)?;
        Ok((name, file))
    }

    /// Leaves the clean-up to the next process that opens the library.
    pub(super) fn mark_unclean(&self) {
        self.unclean.store(true, Ordering::Relaxed);
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        if !self.unclean.load(Ordering::Relaxed)
            && let Err(error) = fs::remove_dir_all(self.folder.path())
        {
            tracing::debug!(%error, "a session's folder stays behind");
        }
    }
}

impl DeadSession {
    /// Removes the session, and the files that it never finished, once the library is recovered.
    pub(super) fn remove(self) -> Outcome<()> {
        match fs::remove_dir_all(&self.folder) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }
}

/// Lists the processes that have the library in a folder open, by number as far as they wrote it.
pub(super) fn users(library: &Path) -> Outcome<Vec<String>> {
    let sessions = match fs::read_dir(library.join(FOLDER)) {
        Err(error) if is_gone(error.kind()) => return Ok(Vec::new()),
        sessions => sessions?,
    };
    let mut users = Vec::new();
    for session in sessions {
        let lock = session?.path().join(LOCK);
        match Lock::try_existing(&lock) {
            Ok(None) => users.push(number(&lock).unwrap_or_else(|| "of unknown number".to_owned())),
            Ok(Some(_)) => {}
            Err(error) if is_gone(error.source.kind()) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(users)
}

/// Names the processes that have a library open, as far as they are known.
pub(super) fn describe(users: &[String]) -> String {
    match users {
        [] => "another program".to_owned(),
        users => format!("process {}", users.join(", ")),
    }
}

/// Reads the number of the process from the lock file of a session.
fn number(lock: &Path) -> Option<String> {
    let mut text = String::new();
    ext_fs::open(lock).ok()?.take(NUMBER_BYTES).read_to_string(&mut text).ok()?;
    text.parse::<u32>().ok().map(|number| number.to_string())
}

fn dead_sessions(sessions: &Dir) -> Outcome<Vec<DeadSession>> {
    let mut dead = Vec::new();
    for name in sessions.names()?.iter().filter(|name| *name != LOCK) {
        let folder = sessions.path().join(name);
        let lock = folder.join(LOCK);
        match Lock::try_existing(&lock) {
            // A session that ended meanwhile has no lock file: it was closed.
            Ok(Some(held)) if lock.exists() => dead.push(DeadSession { folder, _lock: held }),
            Ok(_) => {}
            Err(error) if is_gone(error.source.kind()) => remove_leftovers(&folder),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(dead)
}

/// Returns whether a session has no lock file (any more), or what has the place of one is a file.
const fn is_gone(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::NotFound | ErrorKind::NotADirectory)
}

/// Removes what a session left that was cut short while it closed, or is closing right now.
fn remove_leftovers(folder: &Path) {
    if let Err(error) = fs::remove_dir_all(folder)
        && !is_gone(error.kind())
    {
        tracing::debug!(%error, "a session's folder stays behind");
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    fn begin(library: &Path) -> (Session, Vec<DeadSession>) {
        Session::begin(&Dir::open(library).unwrap()).unwrap()
    }

    fn sessions(library: &Path) -> usize {
        let entries = fs::read_dir(library.join(FOLDER)).unwrap();
        entries.filter(|entry| entry.as_ref().unwrap().path().is_dir()).count()
    }

    #[test]
    fn a_live_session_is_left_alone_and_a_clean_end_leaves_nothing() {
        let library = tempfile::tempdir().unwrap();
        let (first, _) = begin(library.path());
        let (second, dead) = begin(library.path());
        assert!(dead.is_empty());
        assert_eq!(sessions(library.path()), 2);
        drop((first, second));
        assert_eq!(sessions(library.path()), 0);
    }

    #[test]
    fn crsh_04_a_dead_session_is_found_until_it_is_recovered() {
        let library = tempfile::tempdir().unwrap();
        let (session, _) = begin(library.path());
        session.mark_unclean();
        drop(session);
        for _ in 0..3 {
            let (_live, dead) = begin(library.path());
            assert_eq!(dead.len(), 1, "a recovery that is cut short is repeated");
        }
        let (_live, dead) = begin(library.path());
        let (_other, of_others) = begin(library.path());
        assert!(of_others.is_empty(), "only one recovers it at a time");
        dead.into_iter().for_each(|dead| dead.remove().unwrap());
        let (_again, dead) = begin(library.path());
        assert!(dead.is_empty());
    }

    #[test]
    fn crsh_04_a_session_may_close_while_another_begins() {
        let library = tempfile::tempdir().unwrap();
        let begin_and_close = || {
            for _ in 0..50 {
                let (_session, dead) = begin(library.path());
                assert!(dead.is_empty(), "it was closed");
            }
        };
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(begin_and_close);
            }
        });
        assert_eq!(sessions(library.path()), 0);
    }
}
