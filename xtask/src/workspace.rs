//! Workspace as cargo knows it: its packages, their dependencies, where things are built.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::Value;

use crate::steps::{capture, cargo};

/// The workspace that this program belongs to.
#[derive(Debug)]
pub(crate) struct Workspace {
    pub(crate) root: PathBuf,
    pub(crate) target: PathBuf,
    pub(crate) packages: Vec<Package>,
}

/// One member of the workspace.
#[derive(Debug)]
pub(crate) struct Package {
    pub(crate) name: String,
    /// The folder of its `Cargo.toml`.
    pub(crate) folder: PathBuf,
    /// The library's crate name and its root file.
    pub(crate) library: Option<(String, PathBuf)>,
    pub(crate) dependencies: Vec<Dependency>,
}

/// One line of a `[dependencies]` table of any kind.
#[derive(Debug)]
pub(crate) struct Dependency {
    pub(crate) name: String,
    /// True for `[dev-dependencies]`.
    pub(crate) dev: bool,
}

impl Workspace {
    /// Asks `cargo metadata`.
    pub(crate) fn load() -> Result<Self> {
        let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.toml");
        let mut command = cargo();
        command.args(["metadata", "--format-version", "1", "--no-deps", "--manifest-path"]);
        Self::parse(&capture(command.arg(manifest))?)
    }

    /// Reads the answer of `cargo metadata --format-version 1`.
    pub(crate) fn parse(metadata: &[u8]) -> Result<Self> {
        let metadata: Value =
            serde_json::from_slice(metadata).context("cargo metadata is not JSON")?;
        Ok(Self {
            root: text(&metadata, "workspace_root")?.into(),
            target: text(&metadata, "target_directory")?.into(),
            packages: list(&metadata, "packages")?.iter().map(package).collect::<Result<_>>()?,
        })
    }

    /// Returns the package in this folder.
    pub(crate) fn package_in(&self, folder: &Path) -> Option<&Package> {
        self.packages.iter().find(|package| package.folder == folder)
    }
}

fn package(value: &Value) -> Result<Package> {
    let manifest = Path::new(text(value, "manifest_path")?);
    Ok(Package {
        name: text(value, "name")?.to_owned(),
        folder: manifest.parent().unwrap_or(manifest).to_owned(),
        library: library(value)?,
        dependencies: list(value, "dependencies")?.iter().map(dependency).collect::<Result<_>>()?,
    })
}

fn library(package: &Value) -> Result<Option<(String, PathBuf)>> {
    let is_library = |kind: &Value| {
        kind.as_str().is_some_and(|kind| kind.ends_with("lib") || kind == "proc-macro")
    };
    for target in list(package, "targets")? {
        if list(target, "kind")?.iter().any(is_library) {
            return Ok(Some((text(target, "name")?.to_owned(), text(target, "src_path")?.into())));
        }
    }
    Ok(None)
}

fn dependency(value: &Value) -> Result<Dependency> {
    let dev = value["kind"].as_str() == Some("dev");
    Ok(Dependency { name: text(value, "name")?.to_owned(), dev })
}

fn text<'a>(value: &'a Value, key: &str) -> Result<&'a str> {
    value[key].as_str().with_context(|| format!("cargo metadata has no text `{key}`"))
}

fn list<'a>(value: &'a Value, key: &str) -> Result<&'a Vec<Value>> {
    value[key].as_array().with_context(|| format!("cargo metadata has no list `{key}`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const METADATA: &str = r#"{
        "workspace_root": "/p", "target_directory": "/p/target",
        "packages": [{
            "name": "ext-wire", "manifest_path": "/p/crates/ext-wire/Cargo.toml",
            "targets": [
                {"name": "prop_method", "kind": ["test"], "src_path": "/p/t.rs"},
                {"name": "ext_wire", "kind": ["lib"], "src_path": "/p/crates/ext-wire/src/lib.rs"}
            ],
            "dependencies": [
                {"name": "ext-abi", "kind": null}, {"name": "proptest", "kind": "dev"}
            ]
        }]
    }"#;

    #[test]
    fn metadata_is_read() {
        let workspace = Workspace::parse(METADATA.as_bytes()).unwrap();
        let package = workspace.package_in(Path::new("/p/crates/ext-wire")).unwrap();
        assert_eq!(package.name, "ext-wire");
        assert_eq!(package.library.as_ref().unwrap().0, "ext_wire");
        let kinds: Vec<_> = package.dependencies.iter().map(|d| (d.name.as_str(), d.dev)).collect();
        assert_eq!(kinds, [("ext-abi", false), ("proptest", true)]);
    }

    #[test]
    fn what_is_missing_is_named() {
        let error = Workspace::parse(br#"{"workspace_root": "/p"}"#).unwrap_err();
        assert!(format!("{error:#}").contains("target_directory"));
    }
}
