//! Builds of extensions in C, with clang or with zig's copy of it.

use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, bail};
use ext_wire::ErrorCode;

use crate::failure::Hinted;

/// A compiler, and its arguments for a wasm without an operating system.
const COMPILERS: [(&str, &[&str]); 2] =
    [("clang", &["--target=wasm32"]), ("zig", &["cc", "--target=wasm32-freestanding"])];

/// Options of both.
const OPTIONS: [&str; 4] = ["-O2", "-nostdlib", "-Wall", "-Wl,--no-entry"];

/// Lists the files of C in the folder and in its `src`, by name.
pub(super) fn sources(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for folder in [folder.to_owned(), folder.join("src")] {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for entry in entries {
            let path = entry.with_context(|| format!("{}", folder.display()))?.path();
            if path.extension() == Some(OsStr::new("c")) && path.is_file() {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

/// Compiles the files into one wasm.
pub(super) fn build(files: &[PathBuf], wasm: &Path) -> anyhow::Result<()> {
    let Some((compiler, arguments)) = COMPILERS.iter().find(|(name, _)| is_installed(name)) else {
        return Err(Hinted::error(
            ErrorCode::NotFound,
            "there is no compiler of C for wasm: neither clang nor zig",
            "install clang with its linker lld, such as Debian's packages of these names, or zig",
        ));
    };
    let built = Command::new(compiler)
        .args(*arguments)
        .args(OPTIONS)
        .arg("-o")
        .arg(wasm)
        .args(files)
        .stdout(Stdio::null())
        .status();
    match built.with_context(|| format!("{compiler} cannot be started"))?.success() {
        true => Ok(()),
        false => bail!("the extension does not build"),
    }
}

/// Returns whether this machine has a compiler, as `ext new --lang c` and its test ask.
fn is_installed(compiler: &str) -> bool {
    let version = if compiler == "zig" { "version" } else { "--version" };
    let mut asked = Command::new(compiler);
    let asked = asked.arg(version).stdout(Stdio::null()).stderr(Stdio::null()).status();
    asked.is_ok_and(|status| status.success())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_c_are_found_beside_the_manifest_and_in_src() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("src")).unwrap();
        for name in ["b.c", "a.h", "src/a.c", "manifest.json"] {
            fs::write(folder.path().join(name), "").unwrap();
        }
        let found = sources(folder.path()).unwrap();
        assert_eq!(found, [folder.path().join("b.c"), folder.path().join("src/a.c")]);
        assert!(sources(&folder.path().join("none")).unwrap().is_empty());
    }
}
