//! What a manager may use, and how it deals with extensions that fail.

use std::{fmt, path::PathBuf, sync::Arc, time::Duration};

use ext_host::Loader;

use crate::{
    Isolations,
    authorizer::{Authorizer, ManifestAuthorizer},
    clock::{Clock, SystemClock},
};

/// What a manager may use, and how it deals with extensions that fail.
///
/// ```
/// use ext_manager::ManagerConfig;
///
/// let config = ManagerConfig { queued_calls: 16, ..ManagerConfig::default() };
/// assert_eq!(config.call_depth, 8);
/// ```
#[derive(Clone)]
pub struct ManagerConfig {
    /// Where modules come from: the caps of all manifests' limits, the memory of all instances, and
    /// the cache of compiled modules. May be shared by several managers.
    pub loader: Arc<Loader>,
    /// Which extensions get processes of their own; none by default.
    pub isolations: Isolations,
    /// Threads that run guests, of all extensions together: 1 for each live instance.
    pub guest_threads: usize,
    /// Stack of each of these threads, in bytes. Host operations run on it, guest code does not.
    pub stack_bytes: usize,
    /// The most calls and events that wait for one extension, whatever its manifest says; one more is
    /// `E_BUSY`.
    pub queued_calls: usize,
    /// What such a caller is told to wait, in milliseconds.
    pub busy_retry_ms: u64,
    /// How long an instance beyond the first is kept without a call.
    pub idle_timeout: Duration,
    /// How many extensions deep a call may go, when operations call extensions.
    pub call_depth: usize,
    /// The most lines that one extension may log in a second, whatever its manifest says; more are
    /// counted and left out.
    pub log_lines_per_second: u32,
    /// How long `plugin_cleanup` may take, and how long unloading waits for a call to end.
    pub cleanup_timeout: Duration,
    /// How long calls may take that run in the old version at a hot reload.
    pub drain_timeout: Duration,
    /// What happens after faults.
    pub faults: FaultPolicy,
    /// Where the state of extensions is kept over restarts of the program; `None`: not at all.
    pub state_folder: Option<PathBuf>,
    /// Who says what an extension may do.
    pub authorizer: Arc<dyn Authorizer>,
    /// The clock of back-offs and quarantine.
    pub clock: Arc<dyn Clock>,
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

/// What happens after faults: the first costs a fresh instance; from the second in a row on, the
/// extension pauses before it gets one; after too many it is quarantined until the user releases it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaultPolicy {
    /// The first pause; it doubles with each fault in a row.
    pub first_pause: Duration,
    /// The longest pause.
    pub longest_pause: Duration,
    /// Faults without a call that went well in between, after which the extension is quarantined.
    pub in_a_row: u32,
    /// Faults within [`window`](Self::window) after which it is quarantined.
    pub in_window: usize,
    /// The time that [`in_window`](Self::in_window) is about.
    pub window: Duration,
    /// Ends of the program while it loaded the extension, after which it is quarantined.
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
