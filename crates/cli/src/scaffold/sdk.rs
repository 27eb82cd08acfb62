//! The SDK that a new extension in Rust depends on: a folder.

use std::{
    env,
    path::{Path, PathBuf},
};

use anyhow::Context;
use ext_wire::ErrorCode;

use crate::failure::Hinted;

/// Most bytes of a `Cargo.toml` that is looked at.
const MAX_MANIFEST: u64 = 1 << 20;

/// Folder of the SDK in a copy of the repository, and in what is installed with this program.
const IN_REPOSITORY: &str = "sdk/rust";
/// Folder of what is installed with this program, above that of the program.
const INSTALLED: &str = "lib/spacedrive";

/// Returns the value of the dependency in `Cargo.toml`: the folder that was named, else that of the
/// copy of the repository in which the new folder or this program is, else what was installed with this
/// program.
///
/// # Errors
/// When there is none: the crate is in no registry yet.
pub(super) fn dependency(new: &Path, named: Option<&Path>) -> anyhow::Result<String> {
    let folder = match named {
        Some(named) => named_sdk(named)?,
        None => found(new).ok_or_else(|| {
            Hinted::error(
                ErrorCode::NotFound,
                format_args!("the SDK for Rust is not installed with this program"),
                "name the folder `sdk/rust` of the repository, or the repository, with `--sdk FOLDER`",
            )
        })?,
    };
    by_path(&folder)
}

fn by_path(folder: &Path) -> anyhow::Result<String> {
    let folder = folder.canonicalize().with_context(|| folder.display().to_string())?;
    let text = folder.to_str().context("the path of the SDK is not UTF-8")?;
    // A string of JSON is one of TOML.
    Ok(format!("{{ path = {} }}", serde_json::to_string(text)?))
}

/// Takes the folder of the SDK, or of a copy of the repository.
fn named_sdk(named: &Path) -> anyhow::Result<PathBuf> {
    [named.to_owned(), named.join(IN_REPOSITORY)]
        .into_iter()
        .find(|folder| is_sdk(folder))
        .ok_or_else(|| {
            Hinted::error(
                ErrorCode::NotFound,
                format_args!("{} is not a copy of the SDK", named.display()),
                "name the folder `sdk/rust` of the repository, or the repository",
            )
        })
}

fn found(new: &Path) -> Option<PathBuf> {
    let above_new = std::path::absolute(new).ok();
    let program = env::current_exe().ok();
    let starts = [above_new, program].into_iter().flatten();
    let mut copies = starts.flat_map(|start| {
        let copies = start.ancestors().flat_map(|above| {
            [above.join(IN_REPOSITORY), above.join(INSTALLED).join(IN_REPOSITORY)]
        });
        copies.collect::<Vec<_>>()
    });
    copies.find(|folder| is_sdk(folder))
}

fn is_sdk(folder: &Path) -> bool {
    let manifest = ext_fs::read(&folder.join("Cargo.toml"), MAX_MANIFEST).unwrap_or_default();
    String::from_utf8_lossy(&manifest).lines().any(|line| line == "name = \"spacedrive-sdk\"")
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_copy_of_the_repository_is_named_by_its_path() {
        let repository = tempfile::tempdir().unwrap();
        let sdk = repository.path().join(IN_REPOSITORY);
        assert!(dependency(Path::new("a"), Some(repository.path())).is_err());
        fs::create_dir_all(&sdk).unwrap();
        fs::write(sdk.join("Cargo.toml"), "[package]\nname = \"spacedrive-sdk\"\n").unwrap();
        let path = sdk.canonicalize().unwrap();
        let expected = format!("{{ path = \"{}\" }}", path.display());
        for named in [repository.path(), &sdk] {
            assert_eq!(dependency(Path::new("a"), Some(named)).unwrap(), expected);
        }
        let inside = repository.path().join("extensions/a");
        assert_eq!(found(&inside), Some(sdk));

        let prefix = tempfile::tempdir().unwrap();
        let sdk = prefix.path().join("lib/spacedrive/sdk/rust");
        fs::create_dir_all(&sdk).unwrap();
        fs::write(sdk.join("Cargo.toml"), "[package]\nname = \"spacedrive-sdk\"\n").unwrap();
        assert_eq!(found(&prefix.path().join("bin/spacedrive")), Some(sdk));
    }
}
