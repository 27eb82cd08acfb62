//! Build of the extensions, each laid out as `spacedrive ext install` takes it.

mod toolchain;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use ext_declared::Declared;
use serde_json::Value;
use toolchain::{TARGET, WASI_TARGET};

use crate::steps::{self, cargo, say, step};
use crate::workspace::Workspace;

/// The cargo profile of guests, in the workspace's `Cargo.toml`.
const PROFILE: &str = "wasm";

/// An extension in the workspace.
#[derive(Debug, PartialEq, Eq)]
struct Guest {
    id: String,
    manifest: PathBuf,
    package: String,
    crate_name: String,
    target: &'static str,
}

/// Runs the chore `wasm`.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    step("wasm", || {
        let guests = guests(workspace)?;
        for target in [TARGET, WASI_TARGET] {
            let guests: Vec<_> = guests.iter().filter(|guest| guest.target == target).collect();
            if guests.is_empty() {
                continue;
            }
            // Only rustup has it: without, the others are built, and tests of these say what is missing.
            if let (WASI_TARGET, Err(reason)) = (target, toolchain::find(target)) {
                let ids: Vec<&str> = guests.iter().map(|guest| guest.id.as_str()).collect();
                say(&format!("WARNING: {} IS NOT BUILT: {reason:#}", ids.join(", ")));
                continue;
            }
            let packages = guests.iter().flat_map(|guest| ["--package", &guest.package]);
            let built = build(workspace, target, packages)?;
            guests.iter().try_for_each(|guest| lay_out(guest, &built, &installable(workspace)))?;
        }
        Ok(())
    })
}

/// Builds a guest that is not an extension, and returns the path of its wasm.
pub(crate) fn bare(workspace: &Workspace, package: &str) -> Result<PathBuf> {
    step("wasm", || {
        let built = build(workspace, TARGET, ["--package", package])?;
        Ok(built.join(package.replace('-', "_")).with_extension("wasm"))
    })
}

/// Returns the folder with one installable extension in each of its folders.
pub(crate) fn installable(workspace: &Workspace) -> PathBuf {
    workspace.target.join("extensions")
}

fn guests(workspace: &Workspace) -> Result<Vec<Guest>> {
    let folder = workspace.root.join("extensions");
    let entries = fs::read_dir(&folder).with_context(|| format!("{}", folder.display()))?;
    let mut folders: Vec<PathBuf> =
        entries.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
    folders.retain(|folder| folder.join("manifest.json").is_file());
    folders.sort();
    ensure!(!folders.is_empty(), "no extensions/*/manifest.json");
    folders.iter().map(|folder| guest(workspace, folder)).collect()
}

fn guest(workspace: &Workspace, folder: &Path) -> Result<Guest> {
    let package = workspace.package_in(folder);
    let package = package.with_context(|| format!("{} is not a package", folder.display()))?;
    let library = package.library.as_ref();
    let (crate_name, _) =
        library.with_context(|| format!("{} has no library", package.name))?.clone();
    let manifest = folder.join("manifest.json");
    let read = || -> Result<_> {
        let json: Value = serde_json::from_slice(&fs::read(&manifest)?)?;
        let needs_none = json["wasi"].is_null() || json["wasi"] == false;
        let target = if needs_none { TARGET } else { WASI_TARGET };
        Ok((read_id(&json)?, target))
    };
    let (id, target) = read().with_context(|| format!("{}", manifest.display()))?;
    Ok(Guest { id, manifest, package: package.name.clone(), crate_name, target })
}

fn read_id(manifest: &Value) -> Result<String> {
    let id = manifest["id"].as_str().context("no text `id`")?;
    // The id becomes a folder and a file name below.
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    ensure!(!id.is_empty() && id.chars().all(plain), "`{id}` is not a valid id of an extension");
    Ok(id.to_owned())
}

/// Compiles what `selection` selects, and says in which folder it is.
fn build<'a>(
    workspace: &Workspace,
    target: &str,
    selection: impl IntoIterator<Item = &'a str>,
) -> Result<PathBuf> {
    // Apart from the host's build, so that neither waits for or undoes the other.
    let folder = workspace.target.join("guests");
    let toolchain = toolchain::find(target)?;
    let mut command = cargo();
    command.args(["build", "--target", target, "--profile", PROFILE]);
    command.arg("--target-dir").arg(&folder).args(selection);
    toolchain.configure(&mut command)?;
    steps::run(&mut command)?;
    Ok(folder.join(target).join(PROFILE))
}

fn lay_out(guest: &Guest, built: &Path, installable: &Path) -> Result<()> {
    let folder = installable.join(&guest.id);
    fs::create_dir_all(&folder)?;
    let wasm = built.join(&guest.crate_name).with_extension("wasm");
    let wasm = read(&wasm)?;
    let manifest = completed(&guest.manifest, &wasm)?;
    let changed = write_if_changed(&wasm, &folder.join(&guest.id).with_extension("wasm"))?
        | write_if_changed(&manifest, &folder.join("manifest.json"))?;
    say(&format!("{}: {}", folder.display(), if changed { "written" } else { "unchanged" }));
    Ok(())
}

/// Reads a manifest, and completes it by what the wasm declares.
fn completed(manifest: &Path, wasm: &[u8]) -> Result<Vec<u8>> {
    let source = read(manifest)?;
    match Declared::of_wasm(wasm)? {
        Some(declared) => {
            declared.complete(&source).with_context(|| format!("{}", manifest.display()))
        }
        None => Ok(source),
    }
}

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("{}", path.display()))
}

/// Leaves an equal file alone, so that its time stamp tells when it last changed.
fn write_if_changed(bytes: &[u8], to: &Path) -> Result<bool> {
    if fs::read(to).is_ok_and(|old| old == bytes) {
        return Ok(false);
    }
    // Written beside and renamed: an app that watches the folder sees the old file or the new one.
    let part = to.with_extension("part");
    fs::write(&part, bytes).with_context(|| format!("{}", part.display()))?;
    fs::rename(&part, to).with_context(|| format!("{}", to.display()))?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder under the target directory that goes away with the test.
    struct Scratch(PathBuf);

    impl Scratch {
        fn new(name: &str) -> Self {
            let folder = format!("xtask-{name}-{}", std::process::id());
            let folder = std::env::temp_dir().join(folder);
            fs::create_dir_all(&folder).unwrap();
            Self(folder)
        }
    }

    impl Drop for Scratch {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn the_page_on_installing_names_each_extension() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let page = fs::read_to_string(root.join("docs/install.md")).unwrap();
        let row = page.lines().find(|line| line.contains("`lib/spacedrive/extensions/`")).unwrap();
        for folder in fs::read_dir(root.join("extensions")).unwrap() {
            let manifest = folder.unwrap().path().join("manifest.json");
            let Ok(manifest) = fs::read(manifest) else { continue };
            let manifest: serde_json::Value = serde_json::from_slice(&manifest).unwrap();
            let name = manifest["name"].as_str().unwrap();
            assert!(row.contains(name), "{name} is installed as well: {row}");
        }
    }

    #[test]
    fn an_equal_file_is_left_alone() {
        let scratch = Scratch::new("copy");
        let to = scratch.0.join("to.wasm");
        assert!(write_if_changed(b"one", &to).unwrap());
        let written = fs::metadata(&to).unwrap().modified().unwrap();
        assert!(!write_if_changed(b"one", &to).unwrap());
        assert_eq!(fs::metadata(&to).unwrap().modified().unwrap(), written);
        assert!(write_if_changed(b"two", &to).unwrap());
        assert_eq!(fs::read(&to).unwrap(), b"two");
    }

    #[test]
    fn a_manifest_is_completed_by_what_its_wasm_declares() {
        let scratch = Scratch::new("manifest");
        let manifest = scratch.0.join("manifest.json");
        fs::write(&manifest, r#"{"id": "notes"}"#).unwrap();
        let plain = completed(&manifest, b"\0asm\x01\0\0\0").unwrap();
        assert_eq!(plain, br#"{"id": "notes"}"#);
        let content =
            [b"\x13spacedrive.manifest".as_slice(), b"{\"event\":\"entry.created\"}\n"].concat();
        let length = u8::try_from(content.len()).unwrap();
        let wasm = [b"\0asm\x01\0\0\0\0".as_slice(), &[length], &content].concat();
        let complete: Value =
            serde_json::from_slice(&completed(&manifest, &wasm).unwrap()).unwrap();
        assert_eq!(complete["events"][0], "entry.created");
        fs::write(&manifest, r#"{"events": ["entry.deleted"]}"#).unwrap();
        let error = completed(&manifest, &wasm).unwrap_err();
        assert!(format!("{error:#}").contains("`events[0]`"), "{error:#}");
    }

    #[test]
    fn an_id_is_a_plain_name() {
        let read = |text: &str| read_id(&serde_json::from_str(text).unwrap());
        assert_eq!(read(r#"{"id": "finance"}"#).unwrap(), "finance");
        for bad in [r#"{"id": "../up"}"#, r#"{"id": ""}"#, r#"{"name": "x"}"#, "[]"] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_package_with_a_manifest_is_a_guest() {
        let scratch = Scratch::new("guests");
        let folder = scratch.0.join("extensions/my-notes");
        fs::create_dir_all(&folder).unwrap();
        fs::create_dir_all(scratch.0.join("extensions/no-manifest")).unwrap();
        fs::write(folder.join("manifest.json"), r#"{"id": "notes", "wasi": true}"#).unwrap();
        let package = crate::workspace::Package {
            name: "my-notes".into(),
            folder: folder.clone(),
            library: Some(("my_notes".into(), folder.join("src/lib.rs"))),
            dependencies: Vec::new(),
        };
        let workspace = Workspace {
            root: scratch.0.clone(),
            target: scratch.0.join("target"),
            packages: vec![package],
        };
        let expected = Guest {
            id: "notes".into(),
            manifest: folder.join("manifest.json"),
            package: "my-notes".into(),
            crate_name: "my_notes".into(),
            target: WASI_TARGET,
        };
        assert_eq!(guests(&workspace).unwrap(), [expected]);
    }
}
