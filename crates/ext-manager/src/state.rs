//! The state of extensions over restarts of the program: a small JSON file for each.
//!
//! Several programs may use one folder: a file is changed under a lock, and counts are added to it.

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::{SystemTime, UNIX_EPOCH},
};

use ext_fs::{Lock, create_private_folder, is_read_only, replace};
use ext_host::Fault;
use serde::{Deserialize, Serialize};

/// The longest file, in bytes; messages of faults are bounded.
const MAX_BYTES: u64 = 1 << 20;

/// The part of an extension's state that survives restarts of the program.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SavedState {
    /// The reason of the quarantine, if the extension is quarantined.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quarantine: Option<String>,
    /// True if the quarantine is for what the version did that is installed now, and ends with it. In a
    /// file of an older program, which does not say so, it lasts until the user ends it.
    #[serde(skip_serializing_if = "is_false")]
    pub ends_with_version: bool,
    /// The last fault.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_fault: Option<SavedFault>,
    /// The number of starts of an instance.
    pub starts: u64,
    /// The number of faults.
    pub faults: u64,
    /// The number of calls and events.
    pub calls: u64,
    /// The milliseconds that they took.
    pub busy_ms: u64,
    /// The most linear memory that an instance had after a call, in bytes.
    pub memory_bytes: u64,
    /// The crashes in a row of the program during the load of the extension.
    #[serde(rename = "deaths_while_loading")]
    pub crashes_during_load: u32,
    /// The starts in a row that failed, over all programs.
    #[serde(skip_serializing_if = "is_zero")]
    pub failed_starts: u32,
}

/// A fault, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedFault {
    /// Name of the error code.
    pub code: String,
    /// The message of the fault.
    pub message: String,
    /// Names of the guest's functions, innermost first.
    #[serde(default)]
    pub backtrace: Vec<String>,
    /// Seconds since 1970.
    pub at: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
const fn is_zero(number: &u32) -> bool {
    *number == 0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
const fn is_false(value: &bool) -> bool {
    !*value
}

impl SavedState {
    /// Quarantines the extension until the user releases it.
    pub(crate) fn quarantine(&mut self, reason: &str) {
        (self.quarantine, self.ends_with_version) = (Some(reason.to_owned()), false);
    }

    /// Quarantines the extension for what its version did, unless the user did so already.
    pub(crate) fn quarantine_version(&mut self, reason: &str) {
        if self.quarantine.is_none() || self.ends_with_version {
            (self.quarantine, self.ends_with_version) = (Some(reason.to_owned()), true);
        }
    }

    /// Ends the quarantine and forgets the faults that led to it; returns false when there was none.
    pub(crate) fn release(&mut self) -> bool {
        (self.crashes_during_load, self.failed_starts) = (0, 0);
        self.ends_with_version = false;
        self.quarantine.take().is_some()
    }
}

impl SavedFault {
    pub(crate) fn now(fault: &Fault) -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self {
            code: fault.code.name().to_owned(),
            message: fault.message.clone(),
            backtrace: fault.backtrace.clone(),
            at: since.as_secs(),
        }
    }
}

/// The folder of these files; without one, nothing is saved.
#[derive(Debug, Clone)]
pub(crate) struct StateFolder {
    folder: Option<PathBuf>,
}

impl StateFolder {
    pub(crate) const fn new(folder: Option<PathBuf>) -> Self {
        Self { folder }
    }

    /// Reads the state of an extension. A file that cannot be read is as good as none: the extension
    /// works without it.
    pub(crate) fn read(&self, id: &str) -> SavedState {
        let Some(folder) = &self.folder else { return SavedState::default() };
        read(&file(folder, id))
    }

    /// Changes the state. A failure is logged: the extension works without it.
    pub(crate) fn change(&self, id: &str, change: impl FnOnce(&mut SavedState)) {
        let Some(folder) = self.folder.as_ref().filter(|folder| !is_read_only(folder)) else {
            return;
        };
        if let Err(error) = try_change(folder, id, change) {
            tracing::warn!(extension = id, %error, "the extension's state cannot be saved");
        }
    }

    /// Changes the state as the user wants it, which has to be kept. Without a folder nothing is.
    ///
    /// # Errors
    /// The state cannot be written.
    pub(crate) fn change_or_fail(
        &self,
        id: &str,
        change: impl FnOnce(&mut SavedState),
    ) -> io::Result<()> {
        match &self.folder {
            Some(folder) => try_change(folder, id, change),
            None => {
                change(&mut SavedState::default());
                Ok(())
            }
        }
    }

    /// Forgets an extension.
    pub(crate) fn forget(&self, id: &str) {
        for end in self.folder.iter().flat_map(|_| ["json", "lock", "loading"]) {
            // Without it there is nothing to forget.
            let file = self.folder.as_ref().map(|folder| folder.join(format!("{id}.{end}")));
            let _ = file.map(fs::remove_file);
        }
    }

    /// Notes that the program loads an extension, until the note is dropped. Of two programs one
    /// waits for the other, so that a note that is left behind always means a crash.
    pub(crate) fn loading(&self, id: &str) -> Loading<'_> {
        let lock = self.folder.as_deref().and_then(|folder| lock(folder, id, "loading").ok());
        let noted = lock.is_some();
        let before = self.read(id).crashes_during_load;
        if noted {
            self.change(id, |state| state.crashes_during_load += 1);
        }
        Loading { folder: self, id: id.to_owned(), before, _lock: lock }
    }
}

/// The note that an extension is being loaded; see [`StateFolder::loading`].
pub(crate) struct Loading<'a> {
    folder: &'a StateFolder,
    id: String,
    before: u32,
    _lock: Option<Lock>,
}

impl Loading<'_> {
    /// Returns the crashes in a row at this point before.
    pub(crate) const fn crashes(&self) -> u32 {
        self.before
    }
}

impl Drop for Loading<'_> {
    fn drop(&mut self) {
        self.folder.change(&self.id, |state| state.crashes_during_load = 0);
    }
}

fn try_change(folder: &Path, id: &str, change: impl FnOnce(&mut SavedState)) -> io::Result<()> {
    let _lock = lock(folder, id, "lock")?;
    let path = file(folder, id);
    let before = read(&path);
    let mut state = before.clone();
    change(&mut state);
    if state == before {
        return Ok(());
    }
    Ok(replace(&path, &serde_json::to_vec(&state)?)?)
}

fn read(path: &Path) -> SavedState {
    ext_fs::read(path, MAX_BYTES)
        .ok()
        .and_then(|json| serde_json::from_slice(&json).ok())
        .unwrap_or_default()
}

/// Returns the path of a state file. Ids are checked names (`ext-manifest`), never paths.
fn file(folder: &Path, id: &str) -> PathBuf {
    folder.join(format!("{id}.json"))
}

fn lock(folder: &Path, id: &str, what: &str) -> io::Result<Lock> {
    create_private_folder(folder)?;
    Ok(Lock::acquire(&folder.join(format!("{id}.{what}")))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_read_again_and_damage_is_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let states = StateFolder::new(Some(folder.path().join("state")));
        assert_eq!(states.read("a"), SavedState::default());
        states.change("a", |state| state.quarantine = Some("too loud".into()));
        states.change("a", |state| state.calls += 2);
        let again = StateFolder::new(Some(folder.path().join("state")));
        assert_eq!(again.read("a").quarantine.as_deref(), Some("too loud"));
        assert_eq!(again.read("a").calls, 2);
        fs::write(folder.path().join("state/a.json"), b"{\"calls\": \"many\"").unwrap();
        assert_eq!(again.read("a"), SavedState::default());
    }

    #[test]
    fn rel_21_a_load_that_did_not_end_is_counted() {
        let folder = tempfile::tempdir().unwrap();
        let states = StateFolder::new(Some(folder.path().to_owned()));
        drop(states.loading("a"));
        assert_eq!(states.loading("a").crashes(), 0, "that one ended");
        // What a program leaves behind that is killed here.
        states.change("a", |state| state.crashes_during_load += 1);
        assert_eq!(states.loading("a").crashes(), 1);
        assert_eq!(states.loading("a").crashes(), 0);
    }
}
