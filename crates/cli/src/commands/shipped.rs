//! Folders of extensions as people name them in `spacedrive ext install`, and what is said where they
//! name something else.

use std::{
    io,
    path::{Component, Path, PathBuf},
};

use ext_wire::ErrorCode;
use spacedrive_core::{Candidate, Core, CoreError};

use super::ext_package;
use crate::{failure::Hinted, installation};

/// Folder below the sources of an extension that `ext build` puts the built one into.
pub(super) const DIST: &str = "dist";

/// Copies the extension that is meant: a folder, the folder `dist` below it, or the id of one
/// that came with the program.
pub(super) fn candidate(core: &Core, named: &Path) -> anyhow::Result<Candidate> {
    if ext_package::is_package(named) {
        return ext_package::candidate(core, named);
    }
    let folder = match shipped(named) {
        Some(folder) if !named.exists() => folder,
        _ => named.to_owned(),
    };
    core.extensions().candidate(&folder).or_else(|error| {
        let dist = folder.join(DIST);
        let is_built = is_missing(&error) && dist.join(ext_manifest::MANIFEST_FILE).is_file();
        match is_built {
            true => core.extensions().candidate(&dist).map_err(|error| explain(&dist, error)),
            false => Err(explain(&folder, error)),
        }
    })
}

fn is_missing(error: &CoreError) -> bool {
    matches!(error, CoreError::Io { source, .. } if source.kind() == io::ErrorKind::NotFound)
}

/// Returns the folder of an extension that came with the program.
fn shipped(named: &Path) -> Option<PathBuf> {
    let mut parts = named.components();
    let (Some(Component::Normal(id)), None) = (parts.next(), parts.next()) else { return None };
    let folder = installation::shipped_extensions()?.join(id);
    folder.join(ext_manifest::MANIFEST_FILE).is_file().then_some(folder)
}

/// Says what to name instead, where the folder is none of an extension.
fn explain(named: &Path, error: CoreError) -> anyhow::Error {
    let shown = named.display();
    if !named.exists() {
        return Hinted::error(
            ErrorCode::NotFound,
            format_args!("there is no folder {shown}"),
            known_ids(),
        );
    }
    if named.is_file() {
        let folder = named.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new(".")).display();
        return Hinted::error(
            ErrorCode::BadInput,
            format_args!("{shown} is a file, and an extension is a folder"),
            format_args!("`spacedrive ext install {folder}` installs the one in its folder"),
        );
    }
    if is_missing(&error) && named.join("Cargo.toml").is_file() {
        return Hinted::error(
            error.code(),
            format_args!("{shown} is the source of an extension that is not built: {error}"),
            format_args!(
                "`spacedrive ext build {shown} --install` builds and installs it, `spacedrive ext dev \
                 {shown}` does so whenever it changes"
            ),
        );
    }
    error.into()
}

/// Lists the extensions that came with the program.
fn known_ids() -> String {
    let entries = installation::shipped_extensions().and_then(|folder| folder.read_dir().ok());
    let names = entries.into_iter().flatten().flatten().map(|entry| entry.file_name());
    let mut ids: Vec<String> = names.filter_map(|name| name.into_string().ok()).collect();
    ids.sort();
    match ids.as_slice() {
        [] => "name the folder that holds manifest.json and the .wasm".to_owned(),
        ids => format!(
            "name the folder that holds manifest.json and the .wasm, or one that came with the \
             program: {}",
            ids.join(", ")
        ),
    }
}
