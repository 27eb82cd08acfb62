//! The limits of what a library keeps.

use std::sync::Arc;

use parking_lot::Mutex;

/// The limits of each library of a data folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of content, sidecars and metadata that an extension may have: 4 GiB by default.
    pub extension_bytes: u64,
    /// Number of versions that are kept of an imported file: 20 by default.
    pub keep_versions: u32,
    /// Days that a version is kept, but for the newest: 365 by default.
    pub keep_days: u32,
    /// Days that a deleted entry stays in the bin: 30 by default.
    pub bin_days: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { extension_bytes: 4 << 30, keep_versions: 20, keep_days: 365, bin_days: 30 }
    }
}

/// Limits that may change while libraries are open; all clones have the same.
#[derive(Debug, Clone, Default)]
pub(crate) struct LiveLimits(Arc<Mutex<Limits>>);

impl LiveLimits {
    pub(crate) fn new(limits: Limits) -> Self {
        Self(Arc::new(Mutex::new(limits)))
    }

    pub(crate) fn get(&self) -> Limits {
        *self.0.lock()
    }

    pub(crate) fn set(&self, limits: Limits) {
        *self.0.lock() = limits;
    }
}
