//! Builds of extensions in C and C++: without libc by clang or by zig's copy of it, with libc by the latter,
//! which brings one.

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
    messages::Messages,
    stale::files_below,
    zig,
};
use crate::failure::Hinted;

/// The linker that clang calls.
const LINKER: &str = "wasm-ld";
/// Endings of files of C, and of C++.
const C: &[&str] = &["c"];
const CPP: &[&str] = &["cpp", "cc", "cxx"];

/// Options of all compilers.
const COMPILE: &[&str] =
    &["-O2", "-g0", "-Wall", "-ffunction-sections", "-fdata-sections", "-mbulk-memory", "-c"];

/// The arguments of a compiler, each list after its program.
#[derive(Debug, PartialEq, Eq)]
struct Dialect {
    c: &'static [&'static str],
    cpp: &'static [&'static str],
    link: &'static [&'static str],
    /// Folder of the files that were compiled: most of them do not change between builds.
    objects: &'static str,
}

/// The arguments of clang for a wasm without an operating system.
const CLANG: Dialect = Dialect {
    c: &["--target=wasm32"],
    cpp: &[],
    link: &["--target=wasm32", "-nostdlib", "-Wl,--no-entry"],
    objects: "target/c",
};
/// The same of zig's copy of it.
const ZIG: Dialect = Dialect {
    c: &["cc", "--target=wasm32-freestanding"],
    cpp: &[],
    link: &["cc", "--target=wasm32-freestanding", "-nostdlib", "-Wl,--no-entry"],
    objects: "target/c",
};
/// Those for a wasm with libc and libc++. The memory of an extension is too small for zig's stack of 16 MiB.
const ZIG_WITH_LIBC: Dialect = Dialect {
    c: &["cc", "--target=wasm32-wasi"],
    cpp: &["c++", "--target=wasm32-wasi", "-std=c++20", "-fno-exceptions"],
    link: &[
        "c++",
        "--target=wasm32-wasi",
        "-mexec-model=reactor",
        "-s",
        "-Wl,-z,stack-size=262144",
    ],
    objects: "target/wasi",
};

/// A compiler that is installed.
struct Compiler {
    /// The program, with its first arguments.
    program: Vec<String>,
    dialect: Dialect,
}

/// Folder of the SDK in that of an extension.
const SDK: &str = "spacedrive";
/// Lists the files of C and C++ in the folder, in its `src`, and in that of the SDK, by name.
pub(super) fn sources(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for folder in [folder.to_owned(), folder.join("src"), folder.join(SDK)] {
        let found = files_in(&folder)?.into_iter();
        files.extend(found.filter(|path| has_extension(path, C) || has_extension(path, CPP)));
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

fn has_extension(path: &Path, endings: &[&str]) -> bool {
    endings.iter().any(|ending| path.extension() == Some(OsStr::new(ending)))
}

/// Compiles the files that changed, and links all into one wasm: with libc for an extension that has files,
/// or code in C++, whose library needs one.
pub(super) fn build(
    folder: &Path,
    files: &[PathBuf],
    has_files: bool,
    wasm: &Path,
    messages: Messages,
) -> anyhow::Result<()> {
    let uses_libc = has_files || files.iter().any(|file| has_extension(file, CPP));
    let compiler = if uses_libc { with_libc()? } else { without_libc()? };
    let objects = folder.join(compiler.dialect.objects);
    fs::create_dir_all(&objects).with_context(|| format!("{}", objects.display()))?;
    let shared = newest_shared(folder, files);
    let mut link = compiler.command(compiler.dialect.link);
    for file in files {
        let object = objects.join(object_name(folder, file));
        if !is_fresh(&object, file, shared) {
            let mut compile = compiler.command(compiler.dialect.of(file));
            compile.args(COMPILE).arg("-I").arg(folder.join(SDK));
            run(compile.arg("-o").arg(&object).arg(file), FAILURE, messages)?;
        }
        link.arg(object);
    }
    run(link.arg("-o").arg(wasm), FAILURE, messages)
}

impl Dialect {
    fn of(&self, file: &Path) -> &'static [&'static str] {
        if has_extension(file, CPP) { self.cpp } else { self.c }
    }
}

impl Compiler {
    fn command(&self, args: &[&str]) -> Command {
        let mut parts = self.program.iter();
        let mut command = Command::new(parts.next().map_or("clang", String::as_str));
        command.args(parts).args(args);
        command
    }
}

/// Finds a compiler of C.
fn without_libc() -> anyhow::Result<Compiler> {
    let clang = || Compiler { program: vec!["clang".to_owned()], dialect: CLANG };
    let has_clang = is_installed(&["clang"], "--version");
    if has_clang && is_installed(&[LINKER], "--version") {
        return Ok(clang());
    }
    if let Some(program) = zig::find() {
        return Ok(Compiler { program, dialect: ZIG });
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

/// Finds a compiler of C and C++ that brings libc and libc++.
fn with_libc() -> anyhow::Result<Compiler> {
    let missing = || {
        Hinted::error(
            ErrorCode::NotFound,
            "there is no compiler of C and C++ with the libraries for wasm",
            "install zig 0.17, such as by `pip install ziglang==0.17.1`",
        )
    };
    Ok(Compiler { program: zig::find().ok_or_else(missing)?, dialect: ZIG_WITH_LIBC })
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

/// Returns when the last of the files changed that are not compiled by themselves: a file may include any of
/// them, whatever its name, and from any folder.
fn newest_shared(folder: &Path, compiled: &[PathBuf]) -> Option<SystemTime> {
    let shared = files_below(folder).into_iter().filter(|path| !compiled.contains(path));
    shared.filter_map(|path| changed(&path)).max()
}

fn changed(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).and_then(|metadata| metadata.modified()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_c_and_cpp_are_found_beside_the_manifest_in_src_and_in_the_sdk() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::create_dir(path("src")).unwrap();
        fs::create_dir_all(path("spacedrive/yyjson")).unwrap();
        for name in
            ["b.c", "a.h", "src/a.c", "src/d.cpp", "manifest.json", "spacedrive/yyjson/yyjson.c"]
        {
            fs::write(path(name), "").unwrap();
        }
        let own = [path("b.c"), path("src/a.c"), path("src/d.cpp")];
        assert_eq!(sources(folder.path()).unwrap(), own);
        assert_eq!(ZIG_WITH_LIBC.of(&own[2]), ZIG_WITH_LIBC.cpp);
        assert_eq!(ZIG_WITH_LIBC.of(&own[1]), ZIG_WITH_LIBC.c);
        fs::write(path("spacedrive/s.c"), "").unwrap();
        let found = sources(folder.path()).unwrap();
        let all = ["b.c", "spacedrive/s.c", "src/a.c", "src/d.cpp"].map(path);
        assert_eq!(found, all);
        assert_eq!(object_name(folder.path(), &found[2]), "src-a.c.o");
        assert!(sources(&path("none")).unwrap().is_empty());
    }

    #[test]
    fn a_file_is_compiled_again_when_it_or_a_header_changed() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::create_dir_all(path("include/parts")).unwrap();
        fs::create_dir(path("target")).unwrap();
        for name in ["a.c", "a.h", "include/parts/b.inc", "target/a.o"] {
            fs::write(path(name), "").unwrap();
        }
        let at = |name: &str, seconds: u64| {
            let time = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(seconds);
            fs::File::options().write(true).open(path(name)).unwrap().set_modified(time).unwrap();
        };
        for (source, header, part, object, expected) in
            [(1, 1, 1, 2, true), (2, 1, 1, 2, false), (1, 3, 1, 2, false), (1, 1, 3, 2, false)]
        {
            at("a.c", source);
            at("a.h", header);
            at("include/parts/b.inc", part);
            at("target/a.o", object);
            let shared = newest_shared(folder.path(), &[path("a.c")]);
            assert_eq!(is_fresh(&path("target/a.o"), &path("a.c"), shared), expected);
        }
        assert!(!is_fresh(&path("none.o"), &path("a.c"), None));
    }
}
