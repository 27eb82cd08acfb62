//! The watch over the data folder: what other programs do to it.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{Arc, Weak},
    time::{Duration, Instant},
};

use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher, event::ModifyKind};
use parking_lot::Mutex;
use spacedrive_core::{LOCATIONS_FILE, config::CONFIG_FILE};
use uuid::Uuid;

use crate::{error::DaemonError, shared::Shared};

/// The log into which SQLite writes each transaction, before anybody reads it.
const WAL: &str = "library.db-wal";
const LIBRARIES: &str = "libraries";
/// Time after which a library is looked at again that another program writes to: the system tells of a
/// write before it is flushed to the disk, and only then others see it.
const FLUSHED: Duration = Duration::from_millis(500);

/// Parts of the data folder that changed, other than the content of a library.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct News {
    pub(crate) libraries: bool,
    pub(crate) locations: bool,
    /// What is installed.
    pub(crate) extensions: bool,
    /// The health of extensions.
    pub(crate) health: bool,
    pub(crate) grants: bool,
    /// The configuration.
    pub(crate) settings: bool,
}

/// The events that the system told of, until they are taken.
#[derive(Debug, Default)]
struct Told {
    news: Mutex<News>,
    /// Libraries that are written to, with the time of the last write.
    written: Mutex<BTreeMap<Uuid, Instant>>,
}

/// A watch over a data folder.
pub(crate) struct DataWatch {
    watcher: RecommendedWatcher,
    libraries: PathBuf,
    told: Arc<Told>,
}

impl DataWatch {
    pub(crate) fn start(shared: &Arc<Shared>) -> Result<Self, DaemonError> {
        let told = Arc::<Told>::default();
        let (shared_, told_) = (Arc::downgrade(shared), Arc::clone(&told));
        let folder = shared.data_folder.clone();
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |source| DaemonError::Watch { path, source }
        };
        let take = move |event: Result<notify::Event, notify::Error>| take(&shared_, &told_, event);
        let mut watcher = notify::recommended_watcher(take).map_err(failed(&folder))?;
        for (name, mode) in [
            ("", RecursiveMode::NonRecursive),
            (LIBRARIES, RecursiveMode::NonRecursive),
            ("extensions", RecursiveMode::Recursive),
            ("state", RecursiveMode::NonRecursive),
            ("grants", RecursiveMode::NonRecursive),
            ("settings", RecursiveMode::NonRecursive),
        ] {
            let path = folder.join(name);
            // One that is made later would not be watched.
            ext_fs::create_private_folder(&path)?;
            watcher.watch(&path, mode).map_err(failed(&path))?;
        }
        Ok(Self { watcher, libraries: folder.join(LIBRARIES), told })
    }

    /// Watches a library.
    pub(crate) fn watch_library(&mut self, library: Uuid) -> Result<(), DaemonError> {
        let path = self.libraries.join(library.to_string());
        let watched = self.watcher.watch(&path, RecursiveMode::NonRecursive);
        watched.map_err(|source| DaemonError::Watch { path, source })
    }

    /// Returns what changed since it was last asked.
    pub(crate) fn take_news(&self) -> News {
        std::mem::take(&mut *self.told.news.lock())
    }

    /// Returns the libraries whose last write is on the disk by now.
    pub(crate) fn take_flushed(&self) -> Vec<Uuid> {
        let mut written = self.told.written.lock();
        written
            .extract_if(.., |_, at| at.elapsed() >= FLUSHED)
            .map(|(library, _)| library)
            .collect()
    }
}

fn take(shared: &Weak<Shared>, told: &Told, event: Result<notify::Event, notify::Error>) {
    let Some(shared) = shared.upgrade() else { return };
    match event {
        Ok(event) if event.need_rescan() => all(&shared, &told.news),
        Ok(event) if matches!(event.kind, EventKind::Access(_)) => {}
        Ok(event) => event.paths.iter().for_each(|path| sort(&shared, told, &event.kind, path)),
        Err(error) => {
            tracing::warn!(%error, "changes of the data folder were missed");
            all(&shared, &told.news);
        }
    }
}

fn all(shared: &Shared, news: &Mutex<News>) {
    *news.lock() = News {
        libraries: true,
        locations: true,
        extensions: true,
        health: true,
        grants: true,
        settings: true,
    };
    shared.changes.tell_all();
}

/// Tells those whom a change is about.
fn sort(shared: &Shared, told: &Told, kind: &EventKind, path: &Path) {
    let news = &told.news;
    let Ok(below) = path.strip_prefix(&shared.data_folder) else { return };
    let mut parts = below.iter().filter_map(|part| part.to_str());
    match (parts.next(), parts.next(), parts.next()) {
        (Some(LIBRARIES), Some(library), Some(WAL)) => {
            // A log that is made or removed comes of opening and closing.
            let is_written =
                matches!(kind, EventKind::Modify(ModifyKind::Data(_) | ModifyKind::Any));
            if let Ok(library) = library.parse()
                && is_written
            {
                told.written.lock().insert(library, Instant::now());
                shared.changes.tell(library);
            }
        }
        (Some(LIBRARIES), Some(_), None) => news.lock().libraries = true,
        (Some(LOCATIONS_FILE), None, _) => news.lock().locations = true,
        (Some(CONFIG_FILE), None, _) => news.lock().settings = true,
        (Some("extensions"), ..) => news.lock().extensions = true,
        (Some("state"), ..) => news.lock().health = true,
        (Some("grants"), ..) => news.lock().grants = true,
        // The other files there follow from deliveries, which it would wake for nothing.
        (Some("settings"), Some(file), _) if is_settings(file) => shared.changes.tell_all(),
        _ => {}
    }
}

/// Returns whether a file has the settings of an extension, as `finance.json` has.
fn is_settings(file: &str) -> bool {
    file.strip_suffix(".json").is_some_and(ext_wire::is_segment)
}
