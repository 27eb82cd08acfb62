//! The room for what extensions store and for the history of files: the section `[storage]` of `config.toml`.

use ext_library_sqlite::Limits;
use serde::Deserialize;

/// The section `[storage]` of `config.toml`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StorageConfig {
    /// Bytes of content and sidecars that an extension may have in a library [default: 4 GiB].
    pub extension_bytes: Option<u64>,
    /// Number of versions that are kept of an imported file [default: 20].
    pub keep_versions: Option<u32>,
    /// Days that a version is kept, but for the newest [default: 365].
    pub keep_days: Option<u32>,
    /// Days that a deleted entry stays in the bin [default: 30].
    pub bin_days: Option<u32>,
}

impl StorageConfig {
    /// Returns what each library keeps at most.
    #[must_use]
    pub fn limits(self) -> Limits {
        let usual = Limits::default();
        Limits {
            extension_bytes: self.extension_bytes.unwrap_or(usual.extension_bytes),
            keep_versions: self.keep_versions.unwrap_or(usual.keep_versions),
            keep_days: self.keep_days.unwrap_or(usual.keep_days),
            bin_days: self.bin_days.unwrap_or(usual.bin_days),
        }
    }
}
