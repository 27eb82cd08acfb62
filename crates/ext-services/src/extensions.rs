//! The installed extensions.

use ext_wire::ops::extensions::ExtensionInfo;

/// Knows what is installed.
pub trait ExtensionDirectory: Send + Sync {
    /// All installed extensions, by id. One that cannot be read is left out.
    fn list(&self) -> Vec<ExtensionInfo>;
}
