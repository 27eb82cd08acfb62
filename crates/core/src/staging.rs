//! The unfinished parts of the folder of extensions: candidates, and leftovers of programs that were
//! killed.
//!
//! ```text
//! <data folder>/extensions/
//!     .lock           held while a candidate's folder is made, and while leftovers are removed
//!     .<id>.lock      held while an extension is installed, updated or removed
//!     .new-…/         a candidate
//!     .new-….lock     held as long as its program uses it
//! ```

use std::{
    ffi::OsString,
    fs, io,
    path::{Path, PathBuf},
};

use ext_fs::Lock;
use tempfile::TempDir;

use crate::installed::{CURRENT, is_absent};

/// The beginning of a candidate's name.
const NEW: &str = ".new-";

/// The beginning of the names of files that are being written.
const WRITTEN: &str = ".tmp";

/// A folder for a candidate, which is removed with this unless it was moved elsewhere.
#[derive(Debug)]
pub(crate) struct Staging {
    folder: TempDir,
    /// Says that the folder is in use.
    lock: Option<Lock>,
}

impl Staging {
    /// Makes an empty folder beside the installed extensions.
    pub(crate) fn new(extensions: &Path) -> io::Result<Self> {
        let _one_at_a_time = Lock::acquire(&extensions.join(".lock"))?;
        let folder = tempfile::Builder::new().prefix(NEW).tempdir_in(extensions)?;
        let lock = Some(Lock::acquire(&lock_of(folder.path()))?);
        Ok(Self { folder, lock })
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        if self.lock.take().is_some() {
            // It is swept if it stays.
            let _ = fs::remove_file(lock_of(self.path()));
        }
    }
}

fn lock_of(folder: &Path) -> PathBuf {
    let mut name = OsString::from(folder);
    name.push(".lock");
    name.into()
}

/// Waits until no other program installs, updates or removes this extension.
pub(crate) fn lock_extension(extensions: &Path, id: &str) -> io::Result<Lock> {
    Ok(Lock::acquire(&extension_lock(extensions, id))?)
}

/// Ids have no dot at their beginning, so that no extension has a folder of this name.
fn extension_lock(extensions: &Path, id: &str) -> PathBuf {
    extensions.join(format!(".{id}.lock"))
}

/// Removes what programs have left behind that were killed: candidates, half-removed extensions, files
/// that were being written, grants of extensions that are not installed. What is in use stays, and
/// what cannot be removed waits for the next time.
pub(crate) fn sweep(extensions: &Path, grants: &Path) {
    let Ok(Some(_lock)) = Lock::try_acquire(&extensions.join(".lock")) else { return };
    for (name, path) in entries(extensions) {
        if name.starts_with(NEW) && path.is_dir() {
            remove_unused(&lock_of(&path), || fs::remove_dir_all(&path));
        } else if name.starts_with(NEW) && !path.with_extension("").is_dir() {
            let _ = fs::remove_file(&path);
        } else if ext_wire::is_segment(&name) && !may_be_installed(&path) {
            unless_busy(extensions, &name, || fs::remove_dir_all(&path));
        }
    }
    for (name, path) in entries(grants) {
        if name.starts_with(WRITTEN) {
            let _ = fs::remove_file(&path);
        } else if let Some(id) = name.strip_suffix(".json")
            && ext_wire::is_segment(id)
        {
            unless_busy(extensions, id, || fs::remove_file(&path));
        }
    }
}

/// Returns whether an extension is installed in a folder, also where that cannot be found out now: nothing
/// is removed for a disk that fails.
fn may_be_installed(home: &Path) -> bool {
    match fs::metadata(home.join(CURRENT)) {
        Ok(found) => found.is_file(),
        Err(error) => !is_absent(&error),
    }
}

/// Removes something of an extension that is neither installed nor about to be.
fn unless_busy(extensions: &Path, id: &str, remove: impl FnOnce() -> io::Result<()>) {
    if let Ok(Some(_lock)) = Lock::try_acquire(&extension_lock(extensions, id))
        && !may_be_installed(&extensions.join(id))
    {
        let _ = remove();
    }
}

/// Removes a folder whose program is gone, and then its lock.
fn remove_unused(lock: &Path, remove: impl FnOnce() -> io::Result<()>) {
    if let Ok(Some(_held)) = Lock::try_acquire(lock)
        && remove().is_ok()
    {
        let _ = fs::remove_file(lock);
    }
}

fn entries(folder: &Path) -> Vec<(String, PathBuf)> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .filter_map(|entry| Some((entry.file_name().into_string().ok()?, entry.path())))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pkg_25_what_a_killed_program_left_is_swept_and_what_is_in_use_stays() {
        let data = tempfile::tempdir().unwrap();
        let (extensions, grants) = (data.path().join("extensions"), data.path().join("grants"));
        fs::create_dir_all(extensions.join("good/abc")).unwrap();
        fs::write(extensions.join("good").join(CURRENT), "abc").unwrap();
        fs::create_dir_all(extensions.join("half/abc")).unwrap();
        fs::create_dir_all(extensions.join(".new-dead")).unwrap();
        fs::write(extensions.join(".new-gone.lock"), "").unwrap();
        fs::create_dir_all(&grants).unwrap();
        for name in ["good.json", "half.json", "busy.json", ".tmpXYZ", "lock"] {
            fs::write(grants.join(name), "{}").unwrap();
        }
        let used = Staging::new(&extensions).unwrap();
        let busy = lock_extension(&extensions, "busy").unwrap();
        sweep(&extensions, &grants);
        let left = |folder: &Path| {
            let mut names: Vec<String> =
                entries(folder).into_iter().map(|(name, _)| name).collect();
            names.retain(|name| !name.starts_with(NEW) && !name.ends_with("lock"));
            names.sort();
            names
        };
        assert_eq!(left(&extensions), ["good"]);
        assert_eq!(left(&grants), ["busy.json", "good.json"]);
        assert!(used.path().is_dir() && extensions.join("good/abc").is_dir());
        let new = |name: &(String, PathBuf)| name.0.starts_with(NEW);
        assert_eq!(entries(&extensions).iter().filter(|name| new(name)).count(), 2);
        drop((used, busy));
        sweep(&extensions, &grants);
        assert_eq!(entries(&extensions).iter().filter(|name| new(name)).count(), 0);
        assert_eq!(left(&grants), ["good.json"]);
    }
}
