//! An extension that calls one method, and the place where it is installed.

use std::fs;

use ext_testing::guest;
use ext_wire::{ErrorCode, ops::libraries};
use serde_json::{Value, json};
use spacedrive_core::{Core, permissions::Consent};
use tempfile::TempDir;
use uuid::Uuid;

pub(crate) const LIST: &str = "query:vdfs.list_entries.v1";
pub(crate) const RUN: &str = "query:demo.run.v1";

/// A wasm whose operation calls `method` on `library` and answers what that answers.
pub(crate) fn wasm(method: &str, library: Uuid, mark: &str) -> Vec<u8> {
    let library: String = library.as_bytes().iter().map(|byte| format!("\\{byte:02x}")).collect();
    let length = method.len();
    guest(&format!(
        r#"(data (i32.const 16) "{method}")
        (data (i32.const 512) "{library}")
        (data (i32.const 544) "{{}}")
        (data (i32.const 560) "{mark}")
        (func (export "plugin_call") (param i32 i32 i32 i32) (result i32)
            (call $call (i32.const 16) (i32.const {length}) (i32.const 512) (i32.const 544)
                (i32.const 2)))
        (func (export "plugin_on_event") (param i32 i32) (result i32) i32.const 0)"#
    ))
}

pub(crate) fn manifest(version: &str, methods: &[&str]) -> Value {
    json!({
        "id": "demo", "name": "Demo", "version": version, "wasm_file": "demo.wasm",
        "permissions": { "methods": methods, "libraries": ["*"] },
        "events": ["entry.created"],
        "operations": [{ "method": RUN }],
    })
}

/// A data folder with a library, and a folder for the extension.
pub(crate) struct Place {
    // Dropped first: it saves its state.
    pub(crate) core: Core,
    pub(crate) library: Uuid,
    pub(crate) data: TempDir,
    pub(crate) source: TempDir,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self::with_config("")
    }

    pub(crate) fn with_config(config: &str) -> Self {
        let (data, source) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        fs::write(data.path().join("config.toml"), config).unwrap();
        let core = Core::open(data.path()).unwrap();
        let input = libraries::CreateLibraryInput { name: "Test".into() };
        let library = core.call_typed::<libraries::Create>(None, &input).unwrap().id;
        Self { data, source, core, library }
    }

    pub(crate) fn write(&self, version: &str, methods: &[&str], method: &str) {
        let wasm = wasm(method, self.library, version);
        fs::write(self.source.path().join("demo.wasm"), wasm).unwrap();
        let json = manifest(version, methods).to_string();
        fs::write(self.source.path().join("manifest.json"), json).unwrap();
    }

    pub(crate) fn install(&self, consent: Consent) {
        let extensions = self.core.extensions();
        let candidate = extensions.candidate(self.source.path()).unwrap();
        extensions.install(candidate, consent).unwrap();
    }

    pub(crate) fn installed(consent: Consent) -> Self {
        let place = Self::new();
        place.write("1.0.0", &["query:vdfs.list_entries"], LIST);
        place.install(consent);
        place
    }

    pub(crate) fn run(&self) -> ErrorCode {
        let reply = self.core.call(RUN, Some(self.library), b"null".as_slice().into());
        reply.map_or_else(|error| error.code(), |_| ErrorCode::OK)
    }

    pub(crate) fn paths(&self) -> Vec<String> {
        let reply = self.core.call(RUN, Some(self.library), b"null".as_slice().into()).unwrap();
        let reply: Value = serde_json::from_slice(&reply).unwrap();
        let entries = reply["entries"].as_array().unwrap();
        entries.iter().map(|entry| entry["path"].as_str().unwrap().to_owned()).collect()
    }

    pub(crate) fn import(&self, folder: &str, file: &str) -> u64 {
        let folder = self.source.path().join(folder);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(file), file).unwrap();
        let library = self.core.library(self.library).unwrap();
        let report = library.import(&[folder], &mut |_| {}).unwrap();
        assert_eq!(report.failures.len(), 0, "{:?}", report.failures);
        report.processed.get("demo").copied().unwrap_or_default()
    }
}
