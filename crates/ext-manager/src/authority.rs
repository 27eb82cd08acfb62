//! The source of the permission engines of extensions.

use ext_manifest::Manifest;
use ext_perm::Engine;

/// The permission engines of extensions, as they are loaded.
///
/// ```
/// use std::sync::Arc;
/// use ext_manager::{Authority, Engine, Manifest};
/// use ext_perm::UserBackend;
///
/// // Allows what the manifest asks for and another backend allows.
/// let authority: Arc<dyn Authority> =
///     Arc::new(|manifest: &Manifest, _: &str| Engine::for_extension(manifest).and(UserBackend));
/// ```
pub trait Authority: Send + Sync {
    /// Makes the engine of an extension with this manifest, whose wasm has this BLAKE3 hash (in hex).
    /// Called once for each load; what the extension calls in `plugin_init` is checked by it too.
    fn engine(&self, manifest: &Manifest, wasm_hash: &str) -> Engine;
}

/// A function that makes the engines: `|manifest: &Manifest, _: &str| Engine::for_extension(manifest).and(…)`.
impl<F: Fn(&Manifest, &str) -> Engine + Send + Sync> Authority for F {
    fn engine(&self, manifest: &Manifest, wasm_hash: &str) -> Engine {
        self(manifest, wasm_hash)
    }
}

/// An authority that grants what the manifest asks for. For tests, and for hosts that ask their users
/// in another way.
///
/// ```
/// use ext_manager::{Authority, Manifest, ManifestAuthority};
///
/// let manifest = Manifest::parse(br#"{
///     "id": "tiny", "name": "Tiny", "version": "0.1.0", "wasm_file": "tiny.wasm"
/// }"#)?;
/// let engine = ManifestAuthority.engine(&manifest, "");
/// # drop(engine);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct ManifestAuthority;

impl Authority for ManifestAuthority {
    fn engine(&self, manifest: &Manifest, _: &str) -> Engine {
        Engine::for_extension(manifest)
    }
}
