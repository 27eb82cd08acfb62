//! Who has a library open, and whether someone died with it open.
//!
//! Each process that opens a library makes a folder `sessions/<uuid>` with a locked file in it, and
//! puts files there until they have a row. The system drops the lock when the process ends, however
//! it ends; a folder whose lock is free therefore tells of a process that did not close the library.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, Ordering},
};

use ext_fs::Lock;
use uuid::Uuid;

use super::fault::Outcome;

/// The folder of the sessions, in the library's.
pub(super) const FOLDER: &str = "sessions";
const LOCK: &str = "lock";

/// This process's session. Dropping it closes it cleanly.
#[derive(Debug)]
pub(super) struct Session {
    id: Uuid,
    folder: PathBuf,
    unclean: AtomicBool,
    _lock: Lock,
}

/// A session whose process is gone, taken over: nobody else recovers it meanwhile.
#[derive(Debug)]
pub(super) struct DeadSession {
    folder: PathBuf,
    _lock: Lock,
}

impl Session {
    /// Begins a session, and returns the dead ones with it.
    ///
    /// One lock for the whole library makes this one step for others: without it a session could be
    /// seen before it has locked its file, and be taken for dead.
    pub(super) fn begin(library: &Path) -> Outcome<(Self, Vec<DeadSession>)> {
        let folder = library.join(FOLDER);
        fs::create_dir_all(&folder)?;
        let _all = Lock::acquire(&folder.join(LOCK))?;
        let dead = dead_sessions(&folder)?;
        let id = Uuid::now_v7();
        let folder = folder.join(id.to_string());
        fs::create_dir(&folder)?;
        let lock = Lock::acquire(&folder.join(LOCK))?;
        Ok((Self { id, folder, unclean: AtomicBool::new(false), _lock: lock }, dead))
    }

    /// Where this session puts a new file, below the library's folder.
    pub(super) fn new_path(&self) -> object_store::path::Path {
        object_store::path::Path::from_iter([
            FOLDER,
            &self.id.to_string(),
            &Uuid::now_v7().to_string(),
        ])
    }

    /// Something could not be tidied up: let the next one that opens the library do it.
    pub(super) fn mark_unclean(&self) {
        self.unclean.store(true, Ordering::Relaxed);
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        if !self.unclean.load(Ordering::Relaxed)
            && let Err(error) = fs::remove_dir_all(&self.folder)
        {
            tracing::debug!(%error, "a session's folder stays behind");
        }
    }
}

impl DeadSession {
    /// The library is in order again: forget the session, and the files that it never finished.
    pub(super) fn remove(self) -> Outcome<()> {
        Ok(fs::remove_dir_all(&self.folder)?)
    }
}

fn dead_sessions(sessions: &Path) -> Outcome<Vec<DeadSession>> {
    let mut dead = Vec::new();
    for entry in fs::read_dir(sessions)? {
        let entry = entry?;
        if !entry.file_type()?.is_dir() {
            continue;
        }
        let folder = entry.path();
        if let Some(lock) = Lock::try_acquire(&folder.join(LOCK))? {
            dead.push(DeadSession { folder, _lock: lock });
        }
    }
    Ok(dead)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sessions(library: &Path) -> usize {
        let entries = fs::read_dir(library.join(FOLDER)).unwrap();
        entries.filter(|entry| entry.as_ref().unwrap().path().is_dir()).count()
    }

    #[test]
    fn a_live_session_is_left_alone_and_a_clean_end_leaves_nothing() {
        let library = tempfile::tempdir().unwrap();
        let (first, _) = Session::begin(library.path()).unwrap();
        let (second, dead) = Session::begin(library.path()).unwrap();
        assert!(dead.is_empty());
        assert_eq!(sessions(library.path()), 2);
        drop((first, second));
        assert_eq!(sessions(library.path()), 0);
    }

    #[test]
    fn crsh_04_a_dead_session_is_found_until_it_is_recovered() {
        let library = tempfile::tempdir().unwrap();
        let (session, _) = Session::begin(library.path()).unwrap();
        session.mark_unclean();
        drop(session);
        for _ in 0..3 {
            let (_live, dead) = Session::begin(library.path()).unwrap();
            assert_eq!(dead.len(), 1, "a recovery that is cut short is repeated");
        }
        let (_live, dead) = Session::begin(library.path()).unwrap();
        let (_other, of_others) = Session::begin(library.path()).unwrap();
        assert!(of_others.is_empty(), "only one recovers it at a time");
        dead.into_iter().for_each(|dead| dead.remove().unwrap());
        let (_again, dead) = Session::begin(library.path()).unwrap();
        assert!(dead.is_empty());
    }
}
