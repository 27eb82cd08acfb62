//! Folders of extensions as people name them in `spacedrive ext install`, and what is said where they
//! name something else.

use std::path::{Component, Path, PathBuf};

use ext_manifest::Manifest;
use ext_wire::ErrorCode;

use super::ext_package;
use crate::{failure::Hinted, installation};

/// Folder below the sources of an extension that `ext build` puts the built one into.
pub(super) const DIST: &str = "dist";

/// Finds the extension that is meant: a package, a folder, the folder `dist` below it, or the id of
/// one that came with the program.
pub(super) fn find(named: &Path) -> anyhow::Result<PathBuf> {
    if ext_package::is_package(named) {
        ext_package::verified(named)?;
        return Ok(named.to_owned());
    }
    let folder = match shipped(named) {
        Some(folder) if !named.exists() => folder,
        _ => named.to_owned(),
    };
    if is_built(&folder) {
        return Ok(folder);
    }
    let dist = folder.join(DIST);
    match dist.join(ext_manifest::MANIFEST_FILE).is_file() {
        true => Ok(dist),
        false => explained(folder),
    }
}

/// Returns whether nothing is missing in a folder: what is wrong with it is for others to say.
fn is_built(folder: &Path) -> bool {
    let Ok(manifest) = Manifest::from_dir(folder) else { return folder.is_dir() };
    manifest.wasi().runtime().is_some() || manifest.wasm_path(folder).exists()
}

/// Returns the folder of an extension that came with the program.
fn shipped(named: &Path) -> Option<PathBuf> {
    let mut parts = named.components();
    let (Some(Component::Normal(id)), None) = (parts.next(), parts.next()) else { return None };
    let folder = installation::shipped_extensions()?.join(id);
    folder.join(ext_manifest::MANIFEST_FILE).is_file().then_some(folder)
}

/// Says what to name instead, where the folder has no extension as it should.
fn explained(named: PathBuf) -> anyhow::Result<PathBuf> {
    let shown = named.display();
    if !named.exists() {
        let missing = format_args!("there is no folder {shown}");
        return Err(Hinted::error(ErrorCode::NotFound, missing, known_ids()));
    }
    if named.is_file() {
        let folder = named.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new(".")).display();
        return Err(Hinted::error(
            ErrorCode::BadInput,
            format_args!("{shown} is a file, and an extension is a folder"),
            format_args!("`spacedrive ext install {folder}` installs the one in its folder"),
        ));
    }
    if named.join("Cargo.toml").is_file() {
        return Err(Hinted::error(
            ErrorCode::NotFound,
            format_args!("{shown} is the source of an extension that is not built"),
            format_args!(
                "`spacedrive ext build {shown} --install` builds and installs it, `spacedrive ext dev \
                 {shown}` does so whenever it changes"
            ),
        ));
    }
    Ok(named)
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
