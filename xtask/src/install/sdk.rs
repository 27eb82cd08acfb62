//! The SDK for Rust in an installation: the crates that extensions are built from, in the places that they
//! have in the repository, below a `Cargo.toml` that names them alone.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::workspace::{Package, Workspace};

/// Name of the crate that extensions depend on.
const SDK: &str = "spacedrive-sdk";
/// Folder of a crate that is no part of it.
const BUILT: &str = "target";

/// Returns the files, by their paths in the repository.
pub(super) fn files(workspace: &Workspace) -> Result<Vec<(PathBuf, Vec<u8>)>> {
    let crates = crates(workspace);
    let mut files = vec![(PathBuf::from("Cargo.toml"), manifest(&workspace.root, &crates)?.into())];
    for folder in crates {
        add_files(&workspace.root, &folder, &mut files)?;
    }
    Ok(files)
}

/// Lists the folders of the SDK and of all crates of this workspace that it depends on.
fn crates(workspace: &Workspace) -> BTreeSet<PathBuf> {
    let find = |name: &str| workspace.packages.iter().find(|package| package.name == name);
    let mut wanted: Vec<&Package> = find(SDK).into_iter().collect();
    let mut found = BTreeSet::new();
    while let Some(package) = wanted.pop() {
        let folder = package.folder.strip_prefix(&workspace.root).unwrap_or(&package.folder);
        if found.insert(folder.to_owned()) {
            let needed = package.dependencies.iter().filter(|dependency| !dependency.dev);
            wanted.extend(needed.filter_map(|dependency| find(&dependency.name)));
        }
    }
    found
}

/// Returns the `Cargo.toml` of the workspace, from which the crates take versions, with them as its members.
fn manifest(root: &Path, crates: &BTreeSet<PathBuf>) -> Result<String> {
    let text = fs::read_to_string(root.join("Cargo.toml"))?;
    let names: Vec<String> = crates.iter().map(|folder| format!("{folder:?}")).collect();
    let mut lines = Vec::new();
    for line in text.lines().filter(|line| !line.starts_with("exclude = ")) {
        lines.push(match line.starts_with("members = ") {
            true => format!("members = [{}]", names.join(", ")),
            false => line.to_owned(),
        });
    }
    Ok(lines.join("\n") + "\n")
}

fn add_files(root: &Path, folder: &Path, files: &mut Vec<(PathBuf, Vec<u8>)>) -> Result<()> {
    for name in super::layout::names(&root.join(folder))? {
        let path = folder.join(&name);
        let from = root.join(&path);
        if from.is_file() {
            let bytes = fs::read(&from).with_context(|| from.display().to_string())?;
            files.push((path, bytes));
        } else if name != BUILT {
            add_files(root, &path, files)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sdk_comes_with_what_it_depends_on_and_nothing_else() {
        let workspace = Workspace::load().unwrap();
        let files = files(&workspace).unwrap();
        let has = |path: &str| files.iter().any(|(file, _)| file == Path::new(path));
        for path in ["sdk/rust/src/lib.rs", "sdk/macros/Cargo.toml", "crates/ext-wire/src/lib.rs"] {
            assert!(has(path), "{path}");
        }
        assert!(!has("crates/core/Cargo.toml") && !has("crates/ext-testing/Cargo.toml"));
        let manifest = String::from_utf8(files[0].1.clone()).unwrap();
        let members = manifest.lines().find(|line| line.starts_with("members")).unwrap();
        assert!(members.contains("\"sdk/rust\"") && !members.contains('*'), "{members}");
    }
}
