//! Comparison of a built extension with its sources.

use std::{
    fs,
    path::{Path, PathBuf},
    time::SystemTime,
};

use ext_manifest::{MANIFEST_FILE, MAX_MANIFEST_BYTES, Manifest};
use serde_json::Value;
use spacedrive_core::PackageFiles;

use super::{MAX_WASM_BYTES, completed};

/// Endings of files that are compiled.
const SOURCES: &[&str] = &[
    "rs", "toml", "c", "h", "cc", "cpp", "cxx", "hpp", "hh", "hxx", "inc", "zig", "go", "mod", "ts",
];
/// Folders in that of an extension whose files are not compiled into it.
const OTHER_FOLDERS: &[&str] = &["dist", "target", "node_modules", "tests", "benches", "examples"];
/// Most folders inside of each other that are looked into.
const MAX_DEPTH: usize = 16;

/// Names what changed in the folder of an extension since it was built into `dist`; `None` when nothing did,
/// as far as can be told. Manifests and files are compared by their contents, sources by their times.
pub(crate) fn changed_since_build(folder: &Path, dist: &Path) -> Option<String> {
    // Without sources there is nothing that could be newer, and what cannot be read is told by others.
    let source = ext_fs::read(&folder.join(MANIFEST_FILE), MAX_MANIFEST_BYTES as u64).ok()?;
    let built = ext_fs::read(&dist.join(MANIFEST_FILE), MAX_MANIFEST_BYTES as u64).ok()?;
    let manifest = Manifest::parse(&built).ok()?;
    changed_manifest(folder, source, &built, &manifest.wasm_path(dist))
        .or_else(|| changed_files(folder, dist, &manifest))
        .or_else(|| newer_source(folder, &manifest.wasm_path(dist)))
}

/// Compares what a build would make of the manifest with what one made.
fn changed_manifest(folder: &Path, source: Vec<u8>, built: &[u8], wasm: &Path) -> Option<String> {
    let is_crate = folder.join("Cargo.toml").is_file();
    let wasm = is_crate.then(|| ext_fs::read(wasm, MAX_WASM_BYTES).ok()).flatten();
    let Ok(complete) = completed(source, wasm.as_deref()) else {
        return Some(MANIFEST_FILE.to_owned());
    };
    let value = |json: &[u8]| serde_json::from_slice::<Value>(json).unwrap_or_default();
    let (now, built) = (value(&complete), value(built));
    if now == built {
        return None;
    }
    let (Some(now), Some(built)) = (now.as_object(), built.as_object()) else {
        return Some(MANIFEST_FILE.to_owned());
    };
    let mut fields = now.keys().chain(built.keys());
    let field = fields.find(|field| now.get(*field) != built.get(*field));
    field.map(|field| format!("`{field}` in {MANIFEST_FILE}"))
}

/// Compares the files that go along.
fn changed_files(folder: &Path, dist: &Path, manifest: &Manifest) -> Option<String> {
    let read = |folder: &Path| PackageFiles::read(manifest, folder).ok();
    let (now, built) = (read(folder)?, read(dist)?);
    let of_one = |one: &PackageFiles, other: &PackageFiles| {
        let mut files = one.iter();
        let missing = files.find(|file| other.iter().all(|it| it != *file));
        missing.map(|(path, _)| format!("files/{path}"))
    };
    of_one(&now, &built).or_else(|| of_one(&built, &now))
}

/// Finds a source that was saved after the build.
fn newer_source(folder: &Path, wasm: &Path) -> Option<String> {
    let built = fs::metadata(wasm).and_then(|it| it.modified()).ok()?;
    let is_source =
        |path: &Path| path.extension().is_some_and(|it| SOURCES.iter().any(|one| it == *one));
    let is_newer = |path: &PathBuf| is_source(path) && changed(path).is_some_and(|it| it > built);
    let mut files = files_below(folder);
    files.sort();
    let newer = files.into_iter().find(is_newer)?;
    Some(newer.strip_prefix(folder).unwrap_or(&newer).display().to_string())
}

/// Lists the files in the folder of an extension and those in it, but for what builds and tests have there.
pub(super) fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    list(folder, MAX_DEPTH, &mut files);
    files
}

fn list(folder: &Path, depth: usize, files: &mut Vec<PathBuf>) {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().filter(is_looked_at);
    for entry in entries {
        match entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            true if depth > 0 => list(&entry.path(), depth - 1, files),
            true => {}
            false => files.push(entry.path()),
        }
    }
}

/// Returns when a file was last changed; of a link, the link itself.
fn changed(path: &Path) -> Option<SystemTime> {
    fs::symlink_metadata(path).and_then(|metadata| metadata.modified()).ok()
}

fn is_looked_at(entry: &fs::DirEntry) -> bool {
    let name = entry.file_name();
    let name = name.to_string_lossy();
    !name.starts_with('.') && !OTHER_FOLDERS.contains(&name.as_ref())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const MANIFEST: &str = r#"{ "id": "notes", "name": "Notes", "version": "0.1.0",
        "wasm_file": "notes.wasm", "wasi": "files" }"#;

    /// Makes an extension in C that was built an hour ago.
    fn built() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        for at in ["", "dist/"] {
            write(&format!("{at}manifest.json"), MANIFEST);
            write(&format!("{at}files/a.txt"), "a");
        }
        write("src/main.c", "");
        write("dist/notes.wasm", "");
        folder
    }

    fn changed(folder: &Path) -> Option<String> {
        changed_since_build(folder, &folder.join("dist"))
    }

    fn touch(path: &Path) {
        let file = fs::File::options().write(true).open(path).unwrap();
        file.set_modified(SystemTime::now() + Duration::from_secs(60)).unwrap();
    }

    #[test]
    fn what_changed_after_the_build_is_named() {
        let folder = built();
        let path = |name: &str| folder.path().join(name);
        assert_eq!(changed(folder.path()), None);
        for name in ["README.md", "tests/a.c", "target/a.c", ".cache/a.c"] {
            fs::create_dir_all(path(name).parent().unwrap()).unwrap();
            fs::write(path(name), "").unwrap();
            touch(&path(name));
        }
        // The form of the manifest is nobody's business.
        fs::write(path("manifest.json"), MANIFEST.replace(' ', "\n")).unwrap();
        assert_eq!(changed(folder.path()), None);
        touch(&path("src/main.c"));
        assert_eq!(changed(folder.path()).as_deref(), Some("src/main.c"));
        fs::write(path("files/a.txt"), "b").unwrap();
        assert_eq!(changed(folder.path()).as_deref(), Some("files/a.txt"));
        fs::remove_file(path("files/a.txt")).unwrap();
        assert_eq!(changed(folder.path()).as_deref(), Some("files/a.txt"));
        fs::write(path("manifest.json"), MANIFEST.replace("0.1.0", "0.2.0")).unwrap();
        assert_eq!(changed(folder.path()).as_deref(), Some("`version` in manifest.json"));
    }
}
