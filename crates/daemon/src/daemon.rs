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
use ext_rpc::{Backend, LogTail, Page, Pages, Server, ServerOptions, TlsFiles};
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
    shared::{ContinueTrace, Shared},
    threads::Threads,
    watch::{DataWatch, News},
};

/// Name of the file in the data folder that a daemon holds.
const LOCK: &str = "daemon.lock";
/// Time between two looks at what the watch told.
const TICK: Duration = Duration::from_millis(50);
/// Time between two looks at everything, whatever the watch told.
const LOOK: Duration = Duration::from_secs(30);

/// Time between two looks whether the data folder and the socket are where they were.
const PLACE: Duration = Duration::from_secs(1);

/// Time after the last change of `config.toml` at which it is read: whoever writes it may do so in
/// several steps.
const QUIET: Duration = Duration::from_millis(500);

/// The settings of a daemon.
#[derive(Debug, Clone)]
pub struct DaemonOptions {
    /// The data folder, which the core has open.
    pub data_folder: PathBuf,
    /// A port as well, on loopback unless it has TLS.
    pub port: Option<SocketAddr>,
    /// TLS for the port.
    pub tls: Option<TlsFiles>,
    /// Most connections at the same time, over the socket and over the port each.
    pub connections: usize,
    /// The log of this process, for whoever follows it.
    pub logs: Option<LogTail>,
    /// The function that lets the traces of clients go on; without it they are not looked at.
    pub traces: Option<ContinueTrace>,
    /// A flag that has `config.toml` read again when it is set.
    pub reload: Arc<AtomicBool>,
}

impl DaemonOptions {
    /// Makes the options for a data folder, served by its socket alone.
    #[must_use]
    pub fn new(data_folder: &Path) -> Self {
        let connections = ext_rpc::MAX_CONNECTIONS;
        let (data_folder, reload) = (data_folder.to_owned(), Arc::default());
        let (port, tls, logs, traces) = Default::default();
        Self { data_folder, port, tls, connections, logs, traces, reload }
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
    /// The server; `None` while its socket cannot be made again.
    server: Option<Server>,
    serving: Serving,
    backend: Arc<CoreBackend>,
    _schedules: Threads,
    followers: BTreeMap<Uuid, Follower>,
    work: BTreeMap<Uuid, Threads>,
    watch: DataWatch,
    shared: Arc<Shared>,
    settings: SettingsWatch,
    lock: Lock,
}

/// The way in which a daemon is reached.
struct Serving {
    options: ServerOptions,
    socket: PathBuf,
    port: Option<SocketAddr>,
}

/// The watch over `config.toml`.
struct SettingsWatch {
    /// A flag that has it read at once.
    asked: Arc<AtomicBool>,
    /// The last change that was not read yet.
    changed: Option<Instant>,
    /// The file as it was last read; `None` when it was not valid.
    seen: Option<Config>,
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
            settings: Default::default(),
            changes: Changes::default(),
            stop,
            since: Timestamp::now(),
            logs: options.logs.clone(),
            traces: options.traces,
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
        let DaemonOptions { port, connections, ref reload, .. } = *options;
        let (asked, seen) = (Arc::clone(reload), Some(shared.core.config()));
        let settings = SettingsWatch { asked, changed: None, seen };
        let pages = Some(page as Pages);
        let tls = options.tls.clone();
        let options = ServerOptions { data_folder, port, tls, connections, pages };
        let server = Server::start(&options, Arc::clone(&backend) as Arc<dyn Backend>)?;
        let (socket, port) = (server.socket().to_owned(), server.port());
        // A port that the system chose stays.
        let options = ServerOptions { port, ..options };
        let (server, serving) = (Some(server), Serving { options, socket, port });
        let schedules = scheduler::start(&shared);
        let _schedules = schedules.map_err(|source| DaemonError::Thread { source })?;
        let (followers, work) = (BTreeMap::new(), BTreeMap::new());
        let mut daemon = Self {
            server,
            serving,
            backend,
            _schedules,
            followers,
            work,
            watch,
            shared,
            settings,
            lock,
        };
        daemon.follow(News { libraries: true, locations: true, ..News::default() });
        Ok(daemon)
    }

    /// Returns the path of its socket.
    #[must_use]
    pub fn socket(&self) -> &Path {
        &self.serving.socket
    }

    /// Returns the address of its port, if it has one.
    #[must_use]
    pub const fn port(&self) -> Option<SocketAddr> {
        self.serving.port
    }

    /// Follows the data folder until the flag is set that ends it, then ends all work: what runs is
    /// brought to its next step, and nothing is lost.
    pub fn run(mut self) {
        let (mut last, mut place) = (Instant::now(), Instant::now());
        while !self.shared.stop.load(Ordering::Relaxed) {
            std::thread::sleep(TICK);
            if place.elapsed() >= PLACE {
                if !self.lock.is_at(&self.shared.data_folder.join(LOCK)) {
                    tracing::error!("the data folder was removed or moved: this daemon ends");
                    return;
                }
                self.keep_reachable();
                place = Instant::now();
            }
            let mut news = self.watch.take_news();
            self.watch.take_flushed().into_iter().for_each(|id| self.shared.changes.tell(id));
            if last.elapsed() >= LOOK {
                news = News { libraries: true, locations: true, settings: true, ..news };
                self.backend.uploads.forget_old();
                last = Instant::now();
            }
            self.follow(news);
            self.follow_settings(news.settings);
        }
    }

    /// Serves anew when the socket is gone: nobody could reach this daemon, or begin another one.
    fn keep_reachable(&mut self) {
        if self.server.as_ref().is_some_and(Server::is_reachable) {
            return;
        }
        let is_news = self.server.take().is_some();
        if is_news {
            tracing::warn!(socket = %self.serving.socket.display(), "the socket is gone, and made again");
        }
        let backend = Arc::clone(&self.backend) as Arc<dyn Backend>;
        match Server::start(&self.serving.options, backend) {
            Ok(server) => {
                server.socket().clone_into(&mut self.serving.socket);
                self.serving.port = server.port();
                self.server = Some(server);
            }
            Err(error) if is_news => tracing::error!(%error, "this daemon cannot be reached"),
            Err(_) => {}
        }
    }

    /// Reads the configuration again when that is asked for, or when it says something else.
    fn follow_settings(&mut self, changed: bool) {
        let watch = &mut self.settings;
        if changed {
            watch.changed = Some(Instant::now());
        }
        let is_quiet = watch.changed.is_some_and(|at| at.elapsed() >= QUIET);
        let is_news = is_quiet && settings::is_news(&self.shared, &watch.seen);
        if watch.asked.swap(false, Ordering::Relaxed) || is_news {
            // The log says what came of it.
            let _ = settings::reload(&self.shared);
            watch.seen = Config::load(&self.shared.data_folder).ok();
        }
        if is_quiet {
            watch.changed = None;
        }
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
