//! The room for content and sidecars of extensions: the section `[storage]` of `config.toml`.

use ext_library_sqlite::DEFAULT_EXTENSION_BYTES;
use serde::Deserialize;

/// The section `[storage]` of `config.toml`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StorageConfig {
    /// Bytes of content and sidecars that an extension may have in a library [default: 4 GiB].
    pub extension_bytes: Option<u64>,
}

impl StorageConfig {
    /// Returns the bytes of content and sidecars that an extension may have in a library.
    #[must_use]
    pub fn extension_bytes(self) -> u64 {
        self.extension_bytes.unwrap_or(DEFAULT_EXTENSION_BYTES)
    }
}
