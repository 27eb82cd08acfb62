//! Builds of extensions in C, with clang or with zig's copy of it.

use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::SystemTime,
};

use anyhow::Context;
use ext_wire::ErrorCode;

use super::{
    FAILURE,
    command::{is_installed, run},
    zig,
};
use crate::failure::Hinted;

/// The arguments of clang for a wasm without an operating system.
const CLANG: [&str; 2] = ["clang", "--target=wasm32"];
/// The same of zig's copy of it.
const ZIG: [&str; 2] = ["cc", "--target=wasm32-freestanding"];
/// The linker that clang calls.
const LINKER: &str = "wasm-ld";

/// Options of both, when a file is compiled.
const COMPILE: &[&str] =
    &["-O2", "-g0", "-Wall", "-ffunction-sections", "-fdata-sections", "-mbulk-memory", "-c"];
/// Options of both, when files are linked.
const LINK: &[&str] = &["-nostdlib", "-Wl,--no-entry"];

/// Folder of the SDK in that of an extension.
const SDK: &str = "spacedrive";
/// Folder of the files that were compiled: most of them do not change between builds.
const OBJECTS: &str = "target/c";

/// Lists the files of C in the folder, in its `src`, and in that of the SDK, by name.
pub(super) fn sources(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for folder in [folder.to_owned(), folder.join("src"), folder.join(SDK)] {
        files.extend(files_in(&folder)?.into_iter().filter(|path| has_extension(path, "c")));
    }
    files.sort();
    Ok(files)
}

fn files_in(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let Ok(entries) = fs::read_dir(folder) else { return Ok(Vec::new()) };
    let paths = entries.map(|entry| Ok(entry?.path()));
    let paths: std::io::Result<Vec<_>> = paths.collect();
    let paths = paths.with_context(|| format!("{}", folder.display()))?;
    Ok(paths.into_iter().filter(|path| path.is_file()).collect())
}

fn has_extension(path: &Path, extension: &str) -> bool {
    path.extension() == Some(OsStr::new(extension))
}

/// Compiles the files that changed, and links all into one wasm.
pub(super) fn build(folder: &Path, files: &[PathBuf], wasm: &Path) -> anyhow::Result<()> {
    let compiler = find()?;
    let objects = folder.join(OBJECTS);
    fs::create_dir_all(&objects).with_context(|| format!("{}", objects.display()))?;
    let shared = newest_shared(folder)?;
    let mut link = command(&compiler);
    for file in files {
        let object = objects.join(object_name(folder, file));
        if !is_fresh(&object, file, shared) {
            let mut compile = command(&compiler);
            compile.args(COMPILE).arg("-I").arg(folder.join(SDK));
            run(compile.arg("-o").arg(&object).arg(file), FAILURE)?;
        }
        link.arg(object);
    }
    run(link.args(LINK).arg("-o").arg(wasm), FAILURE)
}

/// Finds a compiler; returns the program with its first arguments.
fn find() -> anyhow::Result<Vec<String>> {
    let clang = || CLANG.map(str::to_owned).to_vec();
    let has_clang = is_installed(&CLANG[..1], "--version");
    if has_clang && is_installed(&[LINKER], "--version") {
        return Ok(clang());
    }
    if let Some(zig) = zig::find() {
        return Ok(zig.into_iter().chain(ZIG.map(str::to_owned)).collect());
    }
    // It may have a linker at another place, and else says that there is none.
    if has_clang {
        return Ok(clang());
    }
    Err(Hinted::error(
        ErrorCode::NotFound,
        "there is no compiler of C for wasm: neither clang nor zig",
        "install clang with its linker lld, such as Debian's packages of these names, or zig",
    ))
}

fn command(compiler: &[String]) -> Command {
    let mut parts = compiler.iter();
    let mut command = Command::new(parts.next().map_or("clang", String::as_str));
    command.args(parts);
    command
}

/// Returns a name that no other file of the extension has.
fn object_name(folder: &Path, file: &Path) -> String {
    let inside = file.strip_prefix(folder).unwrap_or(file);
    format!("{}.o", inside.display().to_string().replace(['/', '\\'], "-"))
}

/// Returns whether a file that was compiled is newer than all that it was made of.
fn is_fresh(object: &Path, source: &Path, shared: Option<SystemTime>) -> bool {
    let Some(made) = changed(object) else { return false };
    changed(source).is_some_and(|source| source < made) && shared.is_none_or(|it| it < made)
}

/// Returns when the last of the files changed that others include.
fn newest_shared(folder: &Path) -> anyhow::Result<Option<SystemTime>> {
    let mut newest = None;
    for folder in [folder.to_owned(), folder.join("src"), folder.join(SDK)] {
        let headers = files_in(&folder)?.into_iter().filter(|path| has_extension(path, "h"));
        newest = headers.filter_map(|path| changed(&path)).chain(newest).max();
    }
    Ok(newest)
}

fn changed(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).and_then(|metadata| metadata.modified()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_c_are_found_beside_the_manifest_in_src_and_in_the_sdk() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::create_dir(path("src")).unwrap();
        fs::create_dir_all(path("spacedrive/yyjson")).unwrap();
        for name in ["b.c", "a.h", "src/a.c", "manifest.json", "spacedrive/yyjson/yyjson.c"] {
            fs::write(path(name), "").unwrap();
        }
        assert_eq!(sources(folder.path()).unwrap(), [path("b.c"), path("src/a.c")]);
        fs::write(path("spacedrive/s.c"), "").unwrap();
        let found = sources(folder.path()).unwrap();
        assert_eq!(found, [path("b.c"), path("spacedrive/s.c"), path("src/a.c")]);
        assert_eq!(object_name(folder.path(), &found[2]), "src-a.c.o");
        assert!(sources(&path("none")).unwrap().is_empty());
    }

    #[test]
    fn a_file_is_compiled_again_when_it_or_a_header_changed() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        for name in ["a.c", "a.h", "a.o"] {
            fs::write(path(name), "").unwrap();
        }
        let at = |name: &str, seconds: u64| {
            let time = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(seconds);
            fs::File::options().write(true).open(path(name)).unwrap().set_modified(time).unwrap();
        };
        for (source, header, object, expected) in
            [(1, 1, 2, true), (2, 1, 2, false), (1, 3, 2, false)]
        {
            at("a.c", source);
            at("a.h", header);
            at("a.o", object);
            let shared = newest_shared(folder.path()).unwrap();
            assert_eq!(is_fresh(&path("a.o"), &path("a.c"), shared), expected);
        }
        assert!(!is_fresh(&path("none.o"), &path("a.c"), None));
    }
}
