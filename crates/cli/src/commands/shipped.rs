//! Folders of extensions as people name them in `spacedrive ext install`, and what is said where they
//! name something else.

use std::path::{Component, Path, PathBuf};

use ext_manifest::{MANIFEST_FILE, Manifest};
use ext_wire::ErrorCode;

use super::ext_package;
use crate::{
    build::{Source, changed_since_build},
    failure::Hinted,
    installation,
};

/// Folder below the sources of an extension that `ext build` puts the built one into.
pub(super) const DIST: &str = "dist";

/// An extension that was found.
pub(super) struct Found {
    /// The package, or the folder with manifest and wasm.
    pub(super) path: PathBuf,
    pub(super) is_package: bool,
    /// Change of the sources since it was built from them.
    changed: Option<String>,
}

impl Found {
    fn new(path: PathBuf) -> Self {
        Self { path, is_package: false, changed: None }
    }

    /// Returns the message that it is older than its sources, for one that is.
    pub(super) fn stale(&self) -> Option<String> {
        let changed = self.changed.as_ref()?;
        let shown = self.path.display();
        Some(format!("{shown} is older than its sources: {changed} changed since"))
    }

    /// Returns the same with the command that helps.
    pub(super) fn stale_advice(&self, named: &Path) -> Option<String> {
        let stale = self.stale()?;
        Some(format!("{stale}; `spacedrive ext build {}` makes it anew", named.display()))
    }
}

/// Finds the extension that is meant: a package, a folder, the folder `dist` below it, or the id of
/// one that came with the program.
pub(super) fn find(named: &Path) -> anyhow::Result<Found> {
    if ext_package::is_package(named) {
        ext_package::verified(named)?;
        return Ok(Found { is_package: true, ..Found::new(named.to_owned()) });
    }
    let folder = match shipped(named) {
        Some(folder) if !named.exists() => folder,
        _ => named.to_owned(),
    };
    let dist = folder.join(DIST);
    if !is_built(&folder) && dist.join(MANIFEST_FILE).is_file() {
        ensure_wasm(&dist)?;
        let changed = changed_since_build(&folder, &dist);
        return Ok(Found { changed, ..Found::new(dist) });
    }
    explain(&folder)?;
    ensure_wasm(&folder)?;
    Ok(Found::new(folder))
}

/// Returns whether nothing is missing in a folder: what is wrong with it is for others to say. The manifest
/// of a crate may be incomplete, and then one of another folder is meant.
fn is_built(folder: &Path) -> bool {
    let Ok(manifest) = Manifest::from_dir(folder) else {
        return folder.join(MANIFEST_FILE).is_file() && !folder.join("Cargo.toml").is_file();
    };
    manifest.wasi().runtime().is_some() || manifest.wasm_path(folder).exists()
}

/// Refuses a folder that lacks its wasm.
fn ensure_wasm(folder: &Path) -> anyhow::Result<()> {
    let Ok(manifest) = Manifest::from_dir(folder) else { return Ok(()) };
    if is_built(folder) {
        return Ok(());
    }
    let shown = folder.display();
    Err(Hinted::error(
        ErrorCode::NotFound,
        format_args!("{shown} has no {}, which its manifest names", manifest.wasm_file()),
        "`spacedrive ext build FOLDER` builds an extension from its sources; the .wasm of another tool lies \
         beside manifest.json",
    ))
}

/// Returns the folder of an extension that came with the program.
fn shipped(named: &Path) -> Option<PathBuf> {
    let mut parts = named.components();
    let (Some(Component::Normal(id)), None) = (parts.next(), parts.next()) else { return None };
    let folder = installation::shipped_extensions()?.join(id);
    folder.join(MANIFEST_FILE).is_file().then_some(folder)
}

/// Says what to name instead, where the folder has no built extension.
fn explain(named: &Path) -> anyhow::Result<()> {
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
    if is_source(named) {
        return Err(Hinted::error(
            ErrorCode::NotFound,
            format_args!("{shown} is the source of an extension that is not built"),
            format_args!(
                "`spacedrive ext build {shown} --install` builds and installs it, `spacedrive ext dev \
                 {shown}` does so whenever it changes"
            ),
        ));
    }
    Ok(())
}

/// Returns whether a folder holds the sources of an extension, from which its wasm would be built.
fn is_source(folder: &Path) -> bool {
    let is_built_here = || Source::find(folder).is_ok_and(|source| source.is_built_here());
    !is_built(folder) && (folder.join("Cargo.toml").is_file() || is_built_here())
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
