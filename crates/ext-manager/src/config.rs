//! The configuration of a manager: resources, and the policy for extensions that fail.

use std::{fmt, path::PathBuf, sync::Arc, time::Duration};

use ext_host::Loader;

use crate::{
    Isolations,
    authorizer::{Authorizer, ManifestAuthorizer},
    call_observer::CallObserver,
    clock::{Clock, SystemClock},
    recorder::CallRecorder,
};

/// The resources of a manager, and its policy for extensions that fail.
///
/// ```
/// use ext_manager::ManagerConfig;
///
/// let config = ManagerConfig { queued_calls: 16, ..ManagerConfig::default() };
/// assert_eq!(config.call_depth, 8);
/// ```
#[derive(Clone)]
pub struct ManagerConfig {
    /// The source of modules: the caps of all manifests' limits, the memory of all instances, and the
    /// cache of compiled modules. May be shared by several managers.
    pub loader: Arc<Loader>,
    /// The extensions that get processes of their own; none by default.
    pub isolations: Isolations,
    /// Threads that run guests, of all extensions together: 1 for each live instance.
    pub guest_threads: usize,
    /// Stack of each of these threads, in bytes. Host operations run on it, guest code does not.
    pub stack_bytes: usize,
    /// The most calls and events that wait for one extension, whatever its manifest says; one more is
    /// `E_BUSY`.
    pub queued_calls: usize,
    /// The time after which such a caller is told to retry, in milliseconds.
    pub busy_retry_ms: u64,
    /// The time for which an instance beyond the first is kept without a call.
    pub idle_timeout: Duration,
    /// The most extensions that a call may go through, when operations call extensions.
    pub call_depth: usize,
    /// The most lines that one extension may log in a second, whatever its manifest says; more are
    /// counted and left out.
    pub log_lines_per_second: u32,
    /// The time limit of `plugin_cleanup`, and of a call that ends when its extension is unloaded.
    pub cleanup_timeout: Duration,
    /// The time limit of calls that still run in the old version at a hot reload.
    pub drain_timeout: Duration,
    /// The policy for faults.
    pub faults: FaultPolicy,
    /// The folder that keeps the state of extensions over restarts of the program; `None`: it is lost.
    pub state_folder: Option<PathBuf>,
    /// The source of the permission engines of extensions.
    pub authorizer: Arc<dyn Authorizer>,
    /// The clock of back-offs and quarantine.
    pub clock: Arc<dyn Clock>,
    /// The observer of calls; `None`: nobody observes them.
    pub calls: Option<Arc<dyn CallObserver>>,
    /// The recorder of what is in calls; `None`: nobody records them.
    pub recorder: Option<Arc<dyn CallRecorder>>,
}

impl Default for ManagerConfig {
    fn default() -> Self {
        Self {
            loader: Arc::default(),
            isolations: Isolations::default(),
            guest_threads: 1024,
            stack_bytes: 1 << 20,
            queued_calls: 10_000,
            busy_retry_ms: 100,
            idle_timeout: Duration::from_secs(30),
            call_depth: 8,
            log_lines_per_second: 1000,
            cleanup_timeout: Duration::from_secs(1),
            drain_timeout: Duration::from_secs(10),
            faults: FaultPolicy::default(),
            state_folder: None,
            authorizer: Arc::new(ManifestAuthorizer),
            clock: Arc::new(SystemClock::default()),
            calls: None,
            recorder: None,
        }
    }
}

impl fmt::Debug for ManagerConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ManagerConfig")
            .field("isolations", &self.isolations)
            .field("guest_threads", &self.guest_threads)
            .field("queued_calls", &self.queued_calls)
            .field("state_folder", &self.state_folder)
            .finish_non_exhaustive()
    }
}

/// The policy for faults: the first costs a fresh instance; from the second in a row on there is a
/// back-off before the next instance; after too many the extension is quarantined until the user
/// releases it.
///
/// ```
/// use ext_manager::{FaultPolicy, ManagerConfig};
///
/// let faults = FaultPolicy { in_a_row: 3, ..FaultPolicy::default() };
/// let config = ManagerConfig { faults, ..ManagerConfig::default() };
/// assert_eq!(config.faults.in_window, 20);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaultPolicy {
    /// The first back-off; it doubles with each fault in a row.
    pub first_pause: Duration,
    /// The longest back-off.
    pub longest_pause: Duration,
    /// Faults without a call that went well in between, after which the extension is quarantined.
    pub in_a_row: u32,
    /// Faults within [`window`](Self::window) after which it is quarantined.
    pub in_window: usize,
    /// The time that [`in_window`](Self::in_window) is about.
    pub window: Duration,
    /// Crashes of the program during the load of an extension after which it is quarantined.
    pub crashes_during_load: u32,
}

impl Default for FaultPolicy {
    fn default() -> Self {
        Self {
            first_pause: Duration::from_secs(1),
            longest_pause: Duration::from_secs(300),
            in_a_row: 5,
            in_window: 20,
            window: Duration::from_secs(600),
            crashes_during_load: 3,
        }
    }
}
