//! An extension that sends the requests that it is asked to send.

use std::fs;

use serde_json::{Value, json};
use uuid::Uuid;

use super::{Ran, Spacedrive, ran};

/// The envelope around the input of `plugin_call`: `{"library_id":"…","input":…}`.
const BEFORE_INPUT: usize =
    r#"{"library_id":"00000000-0000-0000-0000-000000000000","input":"#.len();

impl Spacedrive {
    /// A library, and the extension `proxy`, which may reach `domains`: its operation
    /// `query:proxy.fetch.v1` hands its input to `query:http.request.v1`.
    pub fn with_proxy(domains: &[&str]) -> (Self, String) {
        let this = Self::new();
        let library = this.library();
        this.install_proxy(&library, domains);
        (this, library)
    }

    pub fn install_proxy(&self, library: &str, domains: &[&str]) {
        let folder = tempfile::tempdir().unwrap();
        let manifest = json!({
            "id": "proxy", "name": "Proxy", "version": "1.0.0", "wasm_file": "proxy.wasm",
            "permissions": {
                "methods": ["query:http.request"], "libraries": ["*"], "allowed_domains": domains,
            },
            "operations": [{ "method": "query:proxy.fetch.v1", "description": "Sends a request" }],
        });
        fs::write(folder.path().join("manifest.json"), manifest.to_string()).unwrap();
        fs::write(folder.path().join("proxy.wasm"), module(library)).unwrap();
        let installed = self.run(["ext", "install", folder.path().to_str().unwrap(), "--yes"]);
        assert_eq!(installed.code, Some(0), "{installed:?}");
    }

    /// Returns the answer of `proxy` when it sends this request.
    pub fn fetch(&self, library: &str, request: &Value) -> Ran {
        self.fetch_logging(library, request, "debug")
    }

    /// As [`Self::fetch`], with a log of this level on stderr.
    pub fn fetch_logging(&self, library: &str, request: &Value, level: &str) -> Ran {
        let input = request.to_string();
        let args = ["--output", "json", "ext", "run", "proxy", "--library", library];
        let call = ["--call", "query:proxy.fetch.v1", "--input", &input];
        let mut command = self.command([args.as_slice(), &call].concat());
        ran(command.env("SPACEDRIVE_LOG", level).output().unwrap())
    }
}

fn module(library: &str) -> Vec<u8> {
    let id: String = Uuid::parse_str(library).unwrap().as_bytes().iter().map(hex).collect();
    let after = BEFORE_INPUT + 1;
    ext_testing::guest(&format!(
        r#"(data (i32.const 16) "query:http.request.v1")
        (data (i32.const 64) "{id}")
        (func (export "plugin_call") (param $m i32) (param $ml i32) (param $ptr i32)
            (param $len i32) (result i32)
            (call $call (i32.const 16) (i32.const 21) (i32.const 64)
                (i32.add (local.get $ptr) (i32.const {BEFORE_INPUT}))
                (i32.sub (local.get $len) (i32.const {after}))))"#
    ))
}

fn hex(byte: &u8) -> String {
    format!("\\{byte:02x}")
}
