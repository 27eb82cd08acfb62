//! Packages: made, signed, inspected, installed, and attacked.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::common::{Ran, Spacedrive};
use serde_json::{Value, json};

/// A folder of work, and a data folder.
pub(crate) struct World {
    pub(crate) spacedrive: Spacedrive,
    folder: tempfile::TempDir,
}

impl World {
    pub(crate) fn new() -> Self {
        Self { spacedrive: Spacedrive::new(), folder: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn ext(&self, args: &[&str]) -> Ran {
        self.spacedrive.run([&["ext"], args].concat())
    }

    pub(crate) fn key(&self, name: &str) -> String {
        let key = self.path(name).display().to_string();
        assert_eq!(self.ext(&["new-key", &key]).code, Some(0));
        key
    }

    /// Packages a version of `notes` into a folder of its own; returns the file.
    pub(crate) fn package(&self, version: &str, text: &str, key: Option<&str>) -> String {
        self.package_of("notes", version, text, key)
    }

    /// Packs a version of an extension with this id, and returns the path of the file.
    pub(crate) fn package_of(
        &self,
        id: &str,
        version: &str,
        text: &str,
        key: Option<&str>,
    ) -> String {
        let source = self.path("source");
        fs::create_dir_all(source.join("dist")).unwrap();
        let manifest = json!({ "id": id, "name": "Notes", "version": version,
            "wasm_file": "notes.wasm", "description": text });
        fs::write(source.join("dist/manifest.json"), manifest.to_string()).unwrap();
        fs::write(source.join("dist/notes.wasm"), ext_testing::guest("")).unwrap();
        fs::write(source.join("README.md"), text).unwrap();
        let out = tempfile::tempdir_in(self.folder.path()).unwrap().keep().display().to_string();
        let mut args = vec!["package", source.to_str().unwrap(), "--out", &out];
        args.extend(key.iter().flat_map(|key| ["--key", key]));
        let done = self.ext(&args);
        assert_eq!(done.code, Some(0), "{done:?}");
        format!("{out}/{id}-{version}.sdx")
    }

    fn install(&self, package: &str, more: &[&str]) -> Ran {
        self.ext(&[&["install", package, "--yes"], more].concat())
    }

    pub(crate) fn version(&self) -> Value {
        self.spacedrive.json(["ext", "info", "notes"])["version"].clone()
    }
}

pub(crate) fn said(ran: &Ran, code: i32, text: &str) {
    assert_eq!(ran.code, Some(code), "{ran:?}");
    let all = [String::from_utf8_lossy(&ran.stdout).as_ref(), &ran.stderr].concat();
    assert!(all.contains(text), "{text}: {all}");
}

#[test]
fn an_extension_is_packaged_signed_inspected_verified_and_installed() {
    let world = World::new();
    let key = world.key("me.key");
    let package = world.package("1.0.0", "first", Some(&key));
    let again = world.package("1.0.0", "first", Some(&key));
    assert_eq!(fs::read(&package).unwrap(), fs::read(&again).unwrap(), "byte for byte");
    let shown = world.spacedrive.json(["ext", "inspect", &package]);
    assert_eq!((&shown["id"], &shown["signed"]), (&json!("notes"), &json!(true)));
    let names: Vec<&str> =
        shown["files"].as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["README.md", "manifest.json", "notes.wasm", "publisher.pub"]);
    said(&world.ext(&["verify", &package]), 0, "notes 1.0.0 is signed by RW");
    let public = format!("{key}.pub");
    said(&world.ext(&["verify", &package, "--publisher", &public]), 0, "is signed by");
    said(&world.install(&package, &[]), 0, "installed notes 1.0.0");
    fs::remove_file(format!("{package}.minisig")).unwrap();
    said(&world.ext(&["sign", &package, "--key", &key]), 0, "signed");
    said(&world.ext(&["verify", &package]), 0, "is signed by");
    said(&world.ext(&["new-key", &key]), 1, "is there already, and no key is overwritten");
    said(
        &world.ext(&["new-key", &world.path("no/key").display().to_string()]),
        1,
        "make the folder",
    );
    said(&world.ext(&["sign", &package, "--key", &public]), 1, "is the public part of a key");
    said(
        &world.ext(&["verify", &package, "--publisher", "nosuch.pub"]),
        1,
        "there is no file nosuch",
    );
    said(
        &world.ext(&["verify", &package, "--publisher", "nonsense"]),
        1,
        "hint: name the .pub file",
    );
    said(&world.ext(&["package", &package]), 1, "is a package already");
    let unsigned = world.package("1.0.1", "no key", None);
    said(&world.ext(&["verify", &unsigned]), 1, "names no publisher");
    said(&world.ext(&["sign", &unsigned, "--key", &key]), 1, "hint: `spacedrive ext package");
}

#[test]
fn pkg_12_a_changed_publisher_is_refused_with_a_way_out() {
    let world = World::new();
    let (mine, other) = (world.key("mine"), world.key("other"));
    said(&world.install(&world.package("1.0.0", "a", Some(&mine)), &[]), 0, "installed");
    said(
        &world.install(&world.package("1.1.0", "b", Some(&mine)), &[]),
        0,
        "installed notes 1.1.0",
    );
    let foreign = world.package("1.2.0", "c", Some(&other));
    let refused = world.install(&foreign, &[]);
    said(&refused, 1, "`notes` is signed by RW");
    said(&refused, 1, "--accept-publisher");
    let unsigned = world.package("1.3.0", "d", None);
    said(&world.install(&unsigned, &[]), 1, "`notes` is not signed, and its publisher is RW");
    let folder = world.path("source/dist").display().to_string();
    said(&world.install(&folder, &[]), 1, "`notes` is not signed");
    assert_eq!(world.version(), "1.1.0", "what was refused changed nothing");
    // What it made is still there, so that the key is as well.
    assert_eq!(world.ext(&["remove", "notes"]).code, Some(0));
    said(&world.install(&foreign, &[]), 1, "its publisher is");
    said(&world.install(&foreign, &["--accept-publisher"]), 0, "installed notes 1.2.0");
    said(&world.install(&world.package("1.4.0", "e", Some(&mine)), &[]), 1, "its publisher is");
    said(
        &world.install(&world.package("1.4.0", "f", Some(&other)), &[]),
        0,
        "installed notes 1.4.0",
    );
}

#[test]
fn pkg_12_a_deferred_update_keeps_its_publisher() {
    let world = World::new();
    let (mine, other) = (world.key("mine"), world.key("other"));
    said(&world.install(&world.package("1.0.0", "a", Some(&mine)), &[]), 0, "installed");
    let foreign = world.package("1.1.0", "b", Some(&other));
    said(&world.ext(&["install", &foreign, "--defer"]), 1, "its publisher is");
    let update = world.package("1.1.0", "b", Some(&mine));
    said(&world.ext(&["install", &update, "--defer"]), 0, "1.1.0");
}

#[test]
fn pkg_15_an_older_signed_package_is_a_downgrade() {
    let world = World::new();
    let key = world.key("mine");
    let old = world.package("1.0.0", "a", Some(&key));
    said(&world.install(&world.package("2.0.0", "b", Some(&key)), &[]), 0, "installed");
    said(&world.install(&old, &[]), 1, "--allow-downgrade");
    // The signature of one version says nothing of another.
    let new = world.package("3.0.0", "c", Some(&key));
    fs::copy(format!("{old}.minisig"), format!("{new}.minisig")).unwrap();
    said(&world.install(&new, &[]), 1, "the signature is not valid");
    assert_eq!(world.version(), "2.0.0");
}

#[test]
fn pkg_17_a_changed_package_is_refused() {
    let world = World::new();
    let key = world.key("mine");
    let package = world.package("1.0.0", "a", Some(&key));
    let good = fs::read(&package).unwrap();
    let at = good.windows(4).position(|it| it == b"\0asm").unwrap();
    let mut changed = good.clone();
    changed[at + 4] ^= 1;
    fs::write(&package, &changed).unwrap();
    said(&world.install(&package, &[]), 1, "not a package of an extension");
    fs::write(&package, &good).unwrap();
    fs::remove_file(format!("{package}.minisig")).unwrap();
    let unsigned = world.install(&package, &[]);
    said(&unsigned, 1, "the signature is not valid");
    said(&unsigned, 1, "hint: fetch the package");
    said(&world.ext(&["inspect", &package]), 0, "NOT SIGNED");
    for (name, bytes) in [("text.sdx", &b"hello"[..]), ("empty.sdx", b"")] {
        let path = world.path(name);
        fs::write(&path, bytes).unwrap();
        said(&world.install(path.to_str().unwrap(), &[]), 1, "not a package");
    }
    said(&world.install(world.path("none.sdx").to_str().unwrap(), &[]), 1, "cannot be read");
    assert!(!is_installed(world.spacedrive.data.path()));
}

fn is_installed(data: &Path) -> bool {
    data.join("extensions/notes/current").exists()
}
