//! Changes of the sources.

use std::{
    path::{Component, Path, PathBuf},
    sync::mpsc::{Receiver, RecvTimeoutError, channel},
    time::Duration,
};

use anyhow::Context;
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};

/// Time without changes after which a save is complete: one save of an editor is several changes.
const QUIET: Duration = Duration::from_millis(150);

/// The changes of a folder, but for those that a build makes.
pub(super) struct Changes {
    /// The folder, as events name it.
    root: PathBuf,
    changes: Receiver<notify::Result<Event>>,
    /// Watches until it is dropped.
    _watcher: RecommendedWatcher,
}

impl Changes {
    pub(super) fn watch(folder: &Path) -> anyhow::Result<Self> {
        let (changed, changes) = channel();
        let cannot = || format!("{} cannot be watched", folder.display());
        let root = folder.canonicalize().with_context(cannot)?;
        let mut watcher = notify::recommended_watcher(changed).with_context(cannot)?;
        watcher.watch(&root, RecursiveMode::Recursive).with_context(cannot)?;
        Ok(Self { root, changes, _watcher: watcher })
    }

    /// Waits for a change, at most for `limit`, then until nothing changes any more. Returns whether
    /// there was one.
    pub(super) fn settled(&self, limit: Duration) -> bool {
        let mut changed = self.next(limit);
        if changed != Some(true) {
            return false;
        }
        while changed.is_some() {
            changed = self.next(QUIET);
        }
        true
    }

    /// Returns whether the next event is a change of the sources; `None` when there is none in time.
    fn next(&self, limit: Duration) -> Option<bool> {
        match self.changes.recv_timeout(limit) {
            Ok(Ok(event)) => Some(is_change(&self.root, &event)),
            Ok(Err(_)) => Some(true),
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => None,
        }
    }
}

fn is_change(root: &Path, event: &Event) -> bool {
    let writes = matches!(
        event.kind,
        EventKind::Create(_) | EventKind::Modify(_) | EventKind::Remove(_) | EventKind::Any
    );
    writes && event.paths.iter().any(|path| is_source(path.strip_prefix(root).unwrap_or(path)))
}

/// Returns whether a file, by its path in the folder, is a source: not in cargo's own folder, and not hidden.
fn is_source(path: &Path) -> bool {
    path.components().all(|part| match part {
        Component::Normal(name) => {
            name != "target" && name.as_encoded_bytes().first() != Some(&b'.')
        }
        _ => true,
    }) && path.file_name().is_some_and(|name| name != "Cargo.lock")
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn what_a_build_writes_is_no_change() {
        for source in ["src/lib.rs", "manifest.json", "a.wasm"] {
            assert!(is_source(Path::new(source)), "{source}");
        }
        for other in ["target/x.wasm", "src/.lib.rs.swp", ".git/HEAD", "Cargo.lock"] {
            assert!(!is_source(Path::new(other)), "{other}");
        }
    }

    #[test]
    fn rel_02_many_writes_are_one_change() {
        // The folder may lie in a hidden one, or in one of cargo.
        let hidden = tempfile::Builder::new().prefix(".dev").tempdir().unwrap();
        let folder = hidden.path().join("target");
        fs::create_dir(&folder).unwrap();
        let changes = Changes::watch(&folder).unwrap();
        assert!(!changes.settled(Duration::from_millis(50)));
        for part in 0..10 {
            fs::write(folder.join("lib.rs"), "x".repeat(part)).unwrap();
        }
        assert!(changes.settled(Duration::from_secs(10)));
        assert!(!changes.settled(Duration::from_millis(300)), "they came as one");
    }
}
