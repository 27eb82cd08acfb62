//! Builds of an extension: from the sources to a folder with the manifest and the wasm.

mod abi;
mod assemblyscript;
mod c;
mod command;
mod go;
mod messages;
pub(crate) mod python;
mod stale;
mod test_runner;
mod toolchain;
mod zig;

use std::{
    env, fs, io,
    path::{Path, PathBuf},
    process::Command,
    thread,
    time::Duration,
};

use anyhow::{Context, bail};
use ext_abi::names::ABI_SECTION;
use ext_declared::{Declared, DeclaredError, custom_section};
use ext_manifest::{MANIFEST_FILE, Manifest};
use ext_wire::ErrorCode;
use serde_json::Value;
use spacedrive_core::{LoadError, PackageFiles, compare_functions};
use tempfile::TempDir;

pub(crate) use messages::Messages;
use messages::failed;
use python::Syntax;
pub(crate) use stale::changed_since_build;

use crate::failure::Hinted;

/// Name of the target of guests.
const TARGET: &str = "wasm32-unknown-unknown";
/// Name of the target of guests whose manifest asks for WASI.
const WASI_TARGET: &str = "wasm32-wasip1";
/// Message when a compiler fails, which said why.
const FAILURE: &str = "the extension does not build";
/// Pause between two reads of a file, which is complete when both are the same.
const READ_INTERVAL: Duration = Duration::from_millis(100);
/// Number of reads of a file that changes all the time.
const MAX_READS: u32 = 100;

/// The sources of an extension.
pub(crate) struct Source {
    folder: PathBuf,
    kind: Kind,
}

/// An extension that was built.
pub(crate) struct Built {
    /// The folder with its manifest, wasm and files.
    pub(crate) folder: TempDir,
    /// Doubts about it, which are said.
    pub(crate) warnings: Vec<String>,
}

/// Kind of the sources, from which the wasm is made.
enum Kind {
    Cargo,
    /// Files of C and C++.
    C(Vec<PathBuf>),
    /// The main file of Zig.
    Zig(PathBuf),
    /// A module of Go.
    Go,
    /// A package of AssemblyScript.
    AssemblyScript,
    /// Scripts, which the manifest names a runtime for: nothing is compiled.
    Scripts,
    /// None: another tool puts the wasm beside the manifest.
    Built,
}

impl Source {
    pub(crate) fn find(folder: &Path) -> anyhow::Result<Self> {
        if !folder.join(MANIFEST_FILE).is_file() {
            return Err(Hinted::error(
                ErrorCode::NotFound,
                format_args!("{}: there is no {MANIFEST_FILE}", folder.display()),
                "name the folder of an extension, or make one: `spacedrive ext new NAME`",
            ));
        }
        let kind = if folder.join("Cargo.toml").is_file() {
            Kind::Cargo
        } else if folder.join(go::MODULE).is_file() {
            Kind::Go
        } else if folder.join(assemblyscript::SETTINGS).is_file() {
            Kind::AssemblyScript
        } else if let Some(main) = zig::main_file(folder) {
            Kind::Zig(main)
        } else {
            match c::sources(folder)? {
                // Nothing but the manifest tells, so that a fault in it is said.
                files if files.is_empty() => match Manifest::from_dir(folder)?.wasi().runtime() {
                    Some(_) => Kind::Scripts,
                    None => Kind::Built,
                },
                files => Kind::C(files),
            }
        };
        Ok(Self { folder: folder.to_owned(), kind })
    }

    /// Returns whether there is something to build: else another tool makes the wasm.
    pub(crate) const fn is_built_here(&self) -> bool {
        !matches!(self.kind, Kind::Built)
    }

    /// Builds the extension, and copies manifest and wasm into a new folder. The manifest is completed by
    /// what the code declares, and compared with what the code has functions for.
    pub(crate) fn build(&self, messages: Messages) -> anyhow::Result<Built> {
        let source = read_stable(&self.folder.join(MANIFEST_FILE))?;
        Manifest::check_source(&source)?;
        // The code may declare what the manifest refers to, so it is built before that is read as a whole.
        let compiled = match &self.kind {
            Kind::Cargo => Some(read_stable(&self.cargo_build(target_of(&source), messages)?)?),
            _ => None,
        };
        let json = completed(source, compiled.as_deref())?;
        let manifest = Manifest::parse(&json)?;
        let staged = tempfile::tempdir()?;
        copy_files(&manifest, &self.folder, staged.path())?;
        fs::write(staged.path().join(MANIFEST_FILE), &json)?;
        if let Some(wasm) = self.wasm(&manifest, compiled, staged.path(), messages)? {
            fs::write(manifest.wasm_path(staged.path()), wasm)?;
        }
        let mut warnings = compare_functions(&manifest, staged.path()).map_err(|error| {
            self.misfit(&error.with_folder(staged.path(), &self.folder.join("dist")))
        })?;
        warnings.extend(self.check_syntax(&manifest)?);
        Ok(Built { folder: staged, warnings })
    }

    fn misfit(&self, error: &LoadError) -> anyhow::Error {
        let hint = match &self.kind {
            Kind::Scripts => {
                "`wasi.args` in manifest.json begins with the script, such as `/app/main.py` for files/main.py"
            }
            Kind::Built => "build the .wasm anew by the tool that made it, or mend manifest.json",
            _ => "name the same operations and events in manifest.json and in the code",
        };
        Hinted::error(error.code(), error, hint)
    }

    /// Refuses scripts that do not compile, and warns where nobody knows.
    fn check_syntax(&self, manifest: &Manifest) -> anyhow::Result<Option<String>> {
        if manifest.wasi().runtime() != Some(python::RUNTIME) {
            return Ok(None);
        }
        match python::syntax_of(&PackageFiles::read(manifest, &self.folder)?) {
            Syntax::Sound => Ok(None),
            Syntax::Unknown(reason) => Ok(Some(python::unchecked(&reason))),
            Syntax::Fault(fault) => Err(Hinted::error(
                ErrorCode::BadInput,
                fault,
                "a script that Python does not compile cannot be started",
            )),
        }
    }

    /// Returns the wasm; `None` where that is a runtime's.
    fn wasm(
        &self,
        manifest: &Manifest,
        compiled: Option<Vec<u8>>,
        staged: &Path,
        messages: Messages,
    ) -> anyhow::Result<Option<Vec<u8>>> {
        let target = manifest.wasm_path(staged);
        match &self.kind {
            Kind::Cargo => return Ok(compiled),
            Kind::Scripts => return Ok(None),
            Kind::Built => return read_stable(&manifest.wasm_path(&self.folder)).map(Some),
            Kind::C(files) => {
                let has_files = manifest.wasi().has_files();
                c::build(&self.folder, files, has_files, &target, messages)?;
            }
            Kind::Zig(main) => zig::build(&self.folder, main, &target, messages)?,
            Kind::Go => go::build(&self.folder, &target, messages)?,
            Kind::AssemblyScript => assemblyscript::build(&self.folder, &target, messages)?,
        }
        read_stable(&target).map(Some)
    }

    /// Builds with cargo, and reads the path of the wasm from its output.
    fn cargo_build(&self, target: &str, messages: Messages) -> anyhow::Result<PathBuf> {
        let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let toolchain = toolchain::find(&self.folder, target)?;
        let mut command = Command::new(cargo);
        command
            .args(["build", "--lib", "--release", "--target", target])
            .args(["--message-format", "json-render-diagnostics"])
            .current_dir(&self.folder)
            .stderr(messages.stderr());
        toolchain.configure(&mut command)?;
        let built = command.output().context("cargo cannot be started")?;
        if !built.status.success() {
            return Err(failed(FAILURE, &built.stderr));
        }
        artifact(&built.stdout).context("cargo made no .wasm: crate-type needs `cdylib`")
    }
}

/// Returns the target that a crate with this manifest is built for.
fn target_of(manifest: &[u8]) -> &'static str {
    let manifest: Value = serde_json::from_slice(manifest).unwrap_or_default();
    let has_wasi = manifest.get("wasi").is_some_and(|wasi| !wasi.is_null() && *wasi != false);
    if has_wasi { WASI_TARGET } else { TARGET }
}

/// Completes a manifest by what the wasm declares.
fn completed(source: Vec<u8>, wasm: Option<&[u8]>) -> anyhow::Result<Vec<u8>> {
    let Some(wasm) = wasm else { return Ok(source) };
    let declared = Declared::of_wasm(wasm).map_err(misfit)?;
    let Some(declared) = declared else { return Ok(source) };
    // The exports bring the section with the version of the ABI.
    if custom_section(wasm, ABI_SECTION).is_none() {
        return Err(Hinted::error(
            ErrorCode::AbiExport,
            "functions of the code are marked, and the wasm does not export them",
            "write `spacedrive_sdk::export!();` into src/lib.rs",
        ));
    }
    declared.complete(&source).map_err(misfit)
}

fn misfit(error: DeclaredError) -> anyhow::Error {
    let hint = "manifest.json needs no `events`, `operations` and `views` that the code has: leave them out";
    Hinted::error(ErrorCode::Manifest, error, hint)
}

/// Returns the runtime that the manifest in a folder names; `None` as well where there is no manifest
/// that could be read.
pub(crate) fn runtime_of(folder: &Path) -> Option<String> {
    Manifest::from_dir(folder).ok()?.wasi().runtime().map(str::to_owned)
}

/// Copies the files that the guests of an extension read.
fn copy_files(manifest: &Manifest, from: &Path, to: &Path) -> anyhow::Result<()> {
    PackageFiles::read(manifest, from)?.write(to)?;
    Ok(())
}

/// Finds the last wasm file among cargo's messages: dependencies come first.
fn artifact(messages: &[u8]) -> Option<PathBuf> {
    let messages = messages.split(|byte| *byte == b'\n');
    let mut files = messages.filter_map(|line| {
        let message: Value = serde_json::from_slice(line).ok()?;
        let files = message["filenames"].as_array()?.clone();
        files
            .iter()
            .find_map(|file| file.as_str().filter(|f| f.ends_with(".wasm")).map(PathBuf::from))
    });
    files.next_back()
}

/// Reads a file that nobody writes any more, so that half of a file is never taken for all of it.
fn read_stable(path: &Path) -> anyhow::Result<Vec<u8>> {
    let mut before = read(path)?;
    for _ in 0..MAX_READS {
        thread::sleep(READ_INTERVAL);
        let now = read(path)?;
        if now == before {
            return Ok(now);
        }
        before = now;
    }
    bail!("{} changes all the time", path.display())
}

/// The most bytes of a file that is watched or copied; larger modules are refused.
pub(crate) const MAX_WASM_BYTES: u64 = 256 << 20;

fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    let bytes = ext_fs::read(path, MAX_WASM_BYTES);
    bytes.map_err(io::Error::from).with_context(|| format!("{}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rel_02_a_file_is_read_when_it_is_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.wasm");
        fs::write(&path, b"1").unwrap();
        let writer = path.clone();
        let writing = thread::spawn(move || {
            for part in 2..=10_usize {
                thread::sleep(READ_INTERVAL / 4);
                fs::write(&writer, vec![b'x'; part]).unwrap();
            }
        });
        assert_eq!(read_stable(&path).unwrap().len(), 10);
        writing.join().unwrap();
    }

    #[test]
    fn a_manifest_that_asks_for_wasi_decides_the_target() {
        for wasi in ["true", r#""files""#, r#"{ "world": "files", "scratch_mib": 8 }"#] {
            let manifest = format!(r#"{{ "wasi": {wasi} }}"#);
            assert_eq!(target_of(manifest.as_bytes()), WASI_TARGET, "{wasi}");
        }
        for manifest in ["{}", r#"{ "wasi": false }"#, r#"{ "wasi": null }"#] {
            assert_eq!(target_of(manifest.as_bytes()), TARGET, "{manifest}");
        }
    }

    #[test]
    fn the_wasm_is_found_among_the_messages_of_cargo() {
        let messages = br#"{"reason":"compiler-artifact","filenames":["/t/libserde.rlib"]}
{"reason":"compiler-artifact","filenames":["/t/hello.wasm","/t/libhello.rlib"]}
{"reason":"build-finished","success":true}
"#;
        assert_eq!(artifact(messages), Some("/t/hello.wasm".into()));
        assert_eq!(artifact(b"no json"), None);
    }
}
