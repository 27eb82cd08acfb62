//! Who says what an extension may do.

use ext_manifest::Manifest;
use ext_perm::Engine;

/// Makes the permission engine of each extension that is loaded.
pub trait Authority: Send + Sync {
    /// The engine of an extension with this manifest, whose wasm has this BLAKE3 hash (in hex).
    /// Called once for each load; what the extension calls in `plugin_init` is checked by it too.
    fn engine(&self, manifest: &Manifest, wasm_hash: &str) -> Engine;
}

/// The manifest alone says it. For tests, and for hosts that ask their users in another way.
#[derive(Debug, Clone, Copy, Default)]
pub struct ManifestAuthority;

impl Authority for ManifestAuthority {
    fn engine(&self, manifest: &Manifest, _: &str) -> Engine {
        Engine::for_extension(manifest)
    }
}
