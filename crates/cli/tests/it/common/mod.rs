//! The program, run as a user would run it, on a data folder of its own.
#![allow(dead_code, unreachable_pub, reason = "every test file uses a part of it")]

pub mod host;
mod proxy;

use std::{
    collections::BTreeSet,
    env,
    ffi::OsStr,
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::Mutex,
};

use serde_json::Value;
use tempfile::TempDir;

/// A data folder, and the program that works on it.
pub struct Spacedrive {
    pub data: TempDir,
}

/// The end of a run.
#[derive(Debug)]
pub struct Ran {
    pub code: Option<i32>,
    pub stdout: Vec<u8>,
    pub stderr: String,
}

impl Spacedrive {
    pub fn new() -> Self {
        let data = tempfile::tempdir().unwrap();
        share_compiled_modules(data.path());
        Self { data }
    }

    /// Takes the compiled modules of others away, for a test that wants an empty folder or damages it.
    pub fn unshare_modules(&self) {
        // Where there are no links to folders, nothing is shared.
        let _ = fs::remove_file(self.data.path().join("modules"));
    }

    pub fn command<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_spacedrive"));
        command.arg("--data-dir").arg(self.data.path()).args(args).stdin(Stdio::null());
        command.env_remove("SPACEDRIVE_LIBRARY").env_remove("SPACEDRIVE_LOG");
        command
    }

    pub fn run<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Ran {
        ran(self.command(args).output().unwrap())
    }

    /// Runs with `--output json`, which must succeed, and reads the answer.
    pub fn json<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Value {
        let ran = ran(self.command(["--output", "json"]).args(args).output().unwrap());
        assert_eq!(ran.code, Some(0), "{ran:?}");
        serde_json::from_slice(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {ran:?}"))
    }

    /// Reads the content of an entry from the file that the only library keeps it in.
    pub fn content(&self, library: &str, path: &str) -> Vec<u8> {
        let shown = self.json(["entry", "show", path, "--library", library]);
        let hash = shown["entry"]["content_hash"].as_str().unwrap().to_owned();
        let info = self.json(["library", "list"]);
        let folder = Path::new(info[0]["path"].as_str().unwrap());
        fs::read(folder.join("content").join(&hash[..2]).join(hash)).unwrap()
    }

    /// Makes a library; returns its id.
    pub fn library(&self) -> String {
        self.json(["library", "create", "Test"])["id"].as_str().unwrap().to_owned()
    }

    /// A library, and an extension of this repository installed.
    pub fn with_extension(id: &str) -> Option<(Self, String)> {
        let folder = extension(id)?;
        let this = Self::new();
        let ran = this.run(["ext", "install", folder.to_str().unwrap(), "--yes"]);
        assert_eq!(ran.code, Some(0), "{ran:?}");
        let library = this.library();
        Some((this, library))
    }
}

/// Returns the first block of code in a language on a page.
pub fn first_block<'p>(page: &'p str, language: &str) -> &'p str {
    let (_, code) = page.split_once(&format!("```{language}\n")).unwrap();
    code.split("```").next().unwrap()
}

/// Lets a data folder use the modules that were compiled for others: Finance takes seconds.
fn share_compiled_modules(data: &Path) {
    let shared = Path::new(env!("CARGO_TARGET_TMPDIR")).join("modules");
    fs::create_dir_all(&shared).unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink(shared, data.join("modules")).unwrap();
}

pub fn ran(output: Output) -> Ran {
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    Ran { code: output.status.code(), stdout: output.stdout, stderr }
}

/// The folder of a built extension; `None`, loudly, when it was not built.
pub fn extension(id: &str) -> Option<PathBuf> {
    let named = env::var_os("SPACEDRIVE_TEST_EXTENSIONS").map(PathBuf::from);
    let usual = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/extensions");
    let must_be_there = named.is_some();
    let folder = named.unwrap_or(usual).join(id);
    if folder.join("manifest.json").is_file() {
        return Some(folder);
    }
    assert!(!must_be_there, "{} has no extension", folder.display());
    skip(&format!("{} has no extension: run `cargo xtask wasm`", folder.display()));
    None
}

/// Says once why tests are skipped, past the test harness, which shows what a test prints only when
/// it fails.
pub fn skip(why: &str) {
    static SAID: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
    if SAID.lock().unwrap().insert(why.to_owned()) {
        let _ = writeln!(std::io::stderr(), "SKIPPED: {why}");
    }
}

/// Copies an extension, and adds servers on loopback that it may reach to its manifest.
pub fn with_server(extension: &Path, servers: &[&str]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let manifest = fs::read_to_string(extension.join("manifest.json")).unwrap();
    let mut manifest: Value = serde_json::from_str(&manifest).unwrap();
    let wasm = manifest["wasm_file"].as_str().unwrap().to_owned();
    fs::copy(extension.join(&wasm), folder.path().join(wasm)).unwrap();
    let domains = manifest["permissions"]["allowed_domains"].as_array_mut().unwrap();
    domains.extend(servers.iter().map(|server| Value::from(*server)));
    fs::write(folder.path().join("manifest.json"), manifest.to_string()).unwrap();
    folder
}

/// Returns whether the models are there; loudly when they are not.
pub fn has_models() -> bool {
    let missing = Spacedrive::new().run(["models", "verify"]).code != Some(0);
    if missing {
        let required = env::var_os("SPACEDRIVE_REQUIRE_MODELS").is_some();
        assert!(!required, "the models are not there");
        skip("the models are not there: run `spacedrive models pull`");
    }
    !missing
}

/// The sample mails of Finance.
pub fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../extensions/finance/samples")
}

/// Removes the ids of entries at any depth: they are other ones in each library.
pub fn without_ids(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|name, _| !name.ends_with("_id"));
            fields.values_mut().for_each(without_ids);
        }
        Value::Array(values) => values.iter_mut().for_each(without_ids),
        _ => {}
    }
}
