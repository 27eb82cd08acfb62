//! The daemon: what it holds, and its one thread that follows the data folder.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use ext_fs::Lock;
use ext_rpc::{Page, Pages, Server, ServerOptions};
use ext_wire::ops::{NoInput, libraries, locations};
use jiff::Timestamp;
use spacedrive_core::{Core, config::Config};
use uuid::Uuid;

use crate::{
    backend::CoreBackend,
    changes::Changes,
    error::DaemonError,
    library_work,
    locations::Follower,
    scheduler, settings,
    shared::Shared,
    threads::Threads,
    watch::{DataWatch, News},
};

/// Name of the file in the data folder that a daemon holds.
const LOCK: &str = "daemon.lock";
/// Time between two looks at what the watch told.
const TICK: Duration = Duration::from_millis(50);
/// Time between two looks at everything, whatever the watch told.
const LOOK: Duration = Duration::from_secs(30);

/// The settings of a daemon.
#[derive(Debug, Clone)]
pub struct DaemonOptions {
    /// The data folder, which the core has open.
    pub data_folder: PathBuf,
    /// A port on loopback as well.
    pub port: Option<SocketAddr>,
    /// Most connections at the same time.
    pub connections: usize,
}

impl DaemonOptions {
    /// Makes the options for a data folder, served by its socket alone.
    #[must_use]
    pub fn new(data_folder: &Path) -> Self {
        let connections = ext_rpc::MAX_CONNECTIONS;
        Self { data_folder: data_folder.to_owned(), port: None, connections }
    }
}

/// Tells whether a daemon has a data folder, also one that is about to begin or to end.
///
/// # Errors
/// [`DaemonError::Fs`] when its lock cannot be looked at.
pub fn is_running(data_folder: &Path) -> Result<bool, DaemonError> {
    Ok(Lock::try_acquire(&data_folder.join(LOCK))?.is_none())
}

/// Finds a file of the console.
fn page(name: &str) -> Option<Page> {
    let found = spacedrive_console::file(name);
    found.map(|(media_type, content)| Page { media_type, content })
}

/// A daemon that runs.
pub struct Daemon {
    // Ended in this order: no new call, then no new file, then no more work.
    server: Server,
    _schedules: Threads,
    followers: BTreeMap<Uuid, Follower>,
    work: BTreeMap<Uuid, Threads>,
    watch: DataWatch,
    shared: Arc<Shared>,
    _lock: Lock,
}

impl Daemon {
    /// Begins to serve a data folder and to work on it. `stop` ends it.
    ///
    /// # Errors
    /// [`DaemonError`]: the step that failed.
    pub fn start(
        core: Core,
        options: &DaemonOptions,
        stop: Arc<AtomicBool>,
    ) -> Result<Self, DaemonError> {
        let data_folder = options.data_folder.clone();
        let lock = Lock::try_acquire(&data_folder.join(LOCK))?;
        let running = || DaemonError::Running { data_folder: data_folder.clone() };
        let lock = lock.ok_or_else(running)?;
        let shared = Arc::new(Shared {
            core,
            data_folder: data_folder.clone(),
            config: Config::load(&data_folder).unwrap_or_default(),
            changes: Changes::default(),
            stop,
            since: Timestamp::now(),
            work: Default::default(),
            locations: Default::default(),
            parked_jobs: Default::default(),
        });
        // What this program writes is told when it can be seen; the watch is for other programs.
        let commits = Arc::downgrade(&shared);
        shared.core.libraries().observe_commits(Box::new(move |library| {
            if let Some(shared) = commits.upgrade() {
                shared.changes.tell(library);
            }
        }));
        let watch = DataWatch::start(&shared)?;
        let backend = Arc::new(CoreBackend::new(Arc::clone(&shared)));
        let DaemonOptions { port, connections, .. } = *options;
        let pages = Some(page as Pages);
        let options = ServerOptions { data_folder, port, connections, pages };
        let server = Server::start(&options, backend)?;
        let schedules = scheduler::start(&shared);
        let _schedules = schedules.map_err(|source| DaemonError::Thread { source })?;
        let (followers, work) = (BTreeMap::new(), BTreeMap::new());
        let mut daemon = Self { server, _schedules, followers, work, watch, shared, _lock: lock };
        daemon.follow(News { libraries: true, locations: true, ..News::default() });
        Ok(daemon)
    }

    /// Returns the path of its socket.
    #[must_use]
    pub fn socket(&self) -> &Path {
        self.server.socket()
    }

    /// Returns the address of its port, if it has one.
    #[must_use]
    pub const fn port(&self) -> Option<SocketAddr> {
        self.server.port()
    }

    /// Follows the data folder until the flag is set that ends it, then ends all work: what runs is
    /// brought to its next step, and nothing is lost.
    pub fn run(mut self) {
        let (mut last, mut told) = (Instant::now(), None);
        while !self.shared.stop.load(Ordering::Relaxed) {
            std::thread::sleep(TICK);
            let mut news = self.watch.take_news();
            self.watch.take_flushed().into_iter().for_each(|id| self.shared.changes.tell(id));
            if last.elapsed() >= LOOK {
                self.tell_settings(&mut told);
                news = News { libraries: true, locations: true, ..news };
                last = Instant::now();
            }
            self.follow(news);
        }
    }

    /// Logs that the configuration changed, once for each change.
    fn tell_settings(&self, told: &mut Option<String>) {
        let news = settings::news(&self.shared.data_folder, &self.shared.config);
        if let Some(news) = news.as_ref().filter(|news| told.as_ref() != Some(news)) {
            tracing::warn!("{news}");
        }
        *told = news;
    }

    fn follow(&mut self, news: News) {
        if news.extensions {
            self.shared.core.refresh_extensions();
        }
        if news.health {
            self.shared.core.refresh_health();
        }
        if news.extensions || news.health || news.grants {
            self.shared.changes.tell_all();
        }
        if news.libraries {
            self.follow_libraries();
        }
        if news.locations || news.libraries {
            self.follow_locations();
        }
    }

    /// Begins to work on libraries that are new, and lets go of those that are gone.
    fn follow_libraries(&mut self) {
        let listed = self.shared.core.call_typed::<libraries::List>(None, &NoInput {});
        let ids: Vec<Uuid> = match listed {
            Ok(listed) => listed.libraries.into_iter().map(|library| library.id).collect(),
            Err(error) => return tracing::warn!(%error, "the libraries cannot be listed"),
        };
        self.work.retain(|id, work| ids.contains(id) && !work.are_over());
        for id in ids {
            if !self.work.contains_key(&id) {
                self.begin_work(id);
            }
        }
    }

    fn begin_work(&mut self, library: Uuid) {
        if let Err(error) = self.watch.watch_library(library) {
            // Then it is looked at from time to time.
            tracing::warn!(%error, "changes are seen late");
        }
        match library_work::start(&self.shared, library) {
            Ok(work) => drop(self.work.insert(library, work)),
            Err(error) => tracing::warn!(%error, %library, "nothing is done for it"),
        }
    }

    /// Begins to follow locations that are new, and those that changed anew.
    fn follow_locations(&mut self) {
        let listed = self.shared.core.call_typed::<locations::List>(None, &NoInput {});
        let locations = match listed {
            Ok(listed) => listed.locations,
            Err(error) => return tracing::warn!(%error, "the locations cannot be listed"),
        };
        let active = |location: &&locations::Location| {
            !location.paused && self.work.contains_key(&location.library_id)
        };
        let active: Vec<_> = locations.iter().filter(active).cloned().collect();
        self.followers.retain(|_, follower| active.iter().any(|it| follower.follows(it)));
        let known: Vec<Uuid> = locations.iter().map(|location| location.id).collect();
        self.shared.locations.lock().retain(|id, _| known.contains(id));
        for location in active {
            let id = location.id;
            if self.followers.contains_key(&id) {
                continue;
            }
            match Follower::start(&self.shared, location) {
                Ok(follower) => drop(self.followers.insert(id, follower)),
                Err(error) => tracing::warn!(%error, "a location is not followed"),
            }
        }
    }
}
