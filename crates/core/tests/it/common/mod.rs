//! A core on a data folder of its own, and extensions in WebAssembly text.
#![allow(dead_code, unreachable_pub, reason = "every test file uses a part of it")]

use std::{fs, path::PathBuf, sync::Arc};

use ext_services::embeddings::{EmbedError, Embedder};
use ext_wire::ops::{libraries, vdfs};
use spacedrive_core::{Core, LibraryHandle, permissions::Consent};
use tempfile::TempDir;
use uuid::Uuid;

/// Answers an operation with its own payload, so that the caller sees what came in.
pub const ECHO: &str = r"
    (i32.store (i32.const 1024) (local.get $len))
    (i32.store (i32.const 1028) (i32.const 0))
    (memory.copy (i32.const 1032) (local.get $ptr) (local.get $len))
    (i32.const 1024)";
/// Answers an operation with what the extension has left.
pub const QUOTA: &str = "
    (call $call (i32.const 128) (i32.const 19) (i32.const 0) (i32.const 160) (i32.const 4))";
/// A body that traps.
pub const TRAP: &str = "unreachable";
/// A body that succeeds.
pub const ZERO: &str = "(i32.const 0)";

/// A core, its folder, and one library.
pub struct World {
    pub core: Core,
    pub library: Uuid,
    pub data: TempDir,
}

/// Gives each text the same vector, so that no test needs a model.
struct SameVector;

impl Embedder for SameVector {
    fn name(&self) -> &str {
        "same"
    }

    fn dimension(&self) -> usize {
        2
    }

    fn embed(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>, EmbedError> {
        Ok(vec![vec![1.0, 0.0]; texts.len()])
    }
}

impl World {
    pub fn new() -> Self {
        let data = tempfile::tempdir().unwrap();
        let core = Core::open(data.path()).unwrap();
        Self::of(core, data)
    }

    /// As [`Self::new`], with vectors of texts, though of no meaning.
    pub fn with_vectors() -> Self {
        let embedder: Arc<dyn Embedder> = Arc::new(SameVector);
        Self::with_service(embedder)
    }

    /// As [`Self::new`], with this service in place of the built-in one.
    pub fn with_service<T: ?Sized + Send + Sync + 'static>(service: Arc<T>) -> Self {
        let data = tempfile::tempdir().unwrap();
        Self::of(Core::builder(data.path()).service(service).build().unwrap(), data)
    }

    fn of(core: Core, data: TempDir) -> Self {
        let input = libraries::CreateLibraryInput { name: "Test".into() };
        let library = core.call_typed::<libraries::Create>(None, &input).unwrap().id;
        Self { core, library, data }
    }

    /// As another program that opens the same folder.
    pub fn reopen(self) -> Self {
        let Self { core, library, data } = self;
        drop(core);
        Self { core: Core::open(data.path()).unwrap(), library, data }
    }

    pub fn install(&self, manifest: &str, call: &str, on_event: &str) {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("manifest.json"), manifest).unwrap();
        fs::write(folder.path().join("guest.wasm"), guest(call, on_event)).unwrap();
        let extensions = self.core.extensions();
        let candidate = extensions.candidate(folder.path()).unwrap();
        extensions.install(candidate, Consent::All).unwrap();
    }

    pub fn library(&self) -> LibraryHandle<'_> {
        self.core.library(self.library).unwrap()
    }

    /// A file to be imported.
    pub fn file(&self, name: &str, text: &str) -> PathBuf {
        let folder = self.data.path().join("files");
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join(name);
        fs::write(&path, text).unwrap();
        path
    }

    pub fn entries(&self) -> Vec<vdfs::Entry> {
        let input = vdfs::ListEntriesInput::default();
        self.core.call_typed::<vdfs::ListEntries>(Some(self.library), &input).unwrap().entries
    }
}

/// A guest with these bodies of `plugin_call` and `plugin_on_event`.
pub fn guest(call: &str, on_event: &str) -> Vec<u8> {
    ext_testing::guest(&format!(
        r#"(data (i32.const 16) "action:vdfs.update_metadata.input.v1")
        (data (i32.const 96) "the reason")
        (data (i32.const 128) "query:core.quota.v1")
        (data (i32.const 160) "null")
        (data (i32.const 200) "query:settings.get.v1")
        (func (export "plugin_call") (param $m i32) (param $ml i32) (param $ptr i32)
            (param $len i32) (result i32) {call})
        (func (export "plugin_on_event") (param $ptr i32) (param $len i32) (result i32) {on_event})"#
    ))
}
