//! Search for a compiler of Rust guests.
//!
//! It looks where the repository's own builds do, and installs nothing: the toolchain in use, then
//! Debian's `rustc-web` with `rust-web-src`, which builds the standard library from source.

use std::{
    env,
    ffi::OsString,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, ensure};
use ext_wire::ErrorCode;

use super::WASI_TARGET;
use crate::failure::Hinted;

/// Path at which Debian puts its compiler.
const DEBIAN_RUSTC: &str = "/usr/bin/rustc";

/// Compiler of guests.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Toolchain {
    /// The toolchain in use, which has the target.
    Own,
    /// Debian's compiler, with the standard library from source.
    Debian,
}

/// Finds a way to compile the crate in a folder for a target.
pub(super) fn find(folder: &Path, target: &str) -> anyhow::Result<Toolchain> {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let own = sysroot(&rustc, folder);
    if own.as_ref().is_ok_and(|sysroot| has_target(sysroot, target)) {
        return Ok(Toolchain::Own);
    }
    // It has no C library of WASI.
    if target != WASI_TARGET && debian_is_installed(folder) {
        return Ok(Toolchain::Debian);
    }
    let message = match own {
        Ok(sysroot) => format!("the Rust toolchain in {} lacks {target}", sysroot.display()),
        Err(error) => format!("there is no Rust toolchain: {error:#}"),
    };
    Err(Hinted::error(
        ErrorCode::NotFound,
        message,
        match target {
            WASI_TARGET => format!("`rustup target add {target}` adds it"),
            _ => format!(
                "`rustup target add {target}` adds it; Debian has the packages rustc-web and rust-web-src"
            ),
        },
    ))
}

fn has_target(sysroot: &Path, target: &str) -> bool {
    sysroot.join("lib/rustlib").join(target).join("lib").is_dir()
}

fn debian_is_installed(folder: &Path) -> bool {
    let library = "lib/rustlib/src/rust/library/std";
    Path::new(DEBIAN_RUSTC).is_file()
        && sysroot(DEBIAN_RUSTC.as_ref(), folder)
            .is_ok_and(|sysroot| sysroot.join(library).is_dir())
}

/// Asks in the folder of the crate, whose `rust-toolchain.toml` counts.
fn sysroot(rustc: &std::ffi::OsStr, folder: &Path) -> anyhow::Result<PathBuf> {
    Ok(ask(rustc, folder, "sysroot")?.into())
}

fn ask(rustc: &std::ffi::OsStr, folder: &Path, what: &str) -> anyhow::Result<String> {
    let mut command = Command::new(rustc);
    let asked = command.args(["--print", what]).current_dir(folder).output();
    let answer = asked.with_context(|| format!("{} cannot be started", rustc.display()))?;
    ensure!(answer.status.success(), "{} --print {what} failed", rustc.display());
    Ok(String::from_utf8(answer.stdout)?.trim().to_owned())
}

impl Toolchain {
    /// Makes a `cargo build` use this toolchain.
    pub(super) fn configure(&self, command: &mut Command) -> anyhow::Result<()> {
        // A program that cargo runs has the paths of another compiler's libraries.
        command.env_remove("LD_LIBRARY_PATH");
        if *self == Self::Debian {
            command.args(["-Z", "build-std=std,panic_abort"]);
            // A stable compiler takes `-Z` only so.
            command.env("RUSTC", DEBIAN_RUSTC).env("RUSTC_BOOTSTRAP", "1");
            command.env("PATH", path_with_linker()?);
        }
        Ok(())
    }
}

/// Puts the `rust-lld` that comes with rustup in front: Debian's compiler has none.
fn path_with_linker() -> anyhow::Result<OsString> {
    let (rustc, here) = (OsString::from("rustc"), Path::new("."));
    let linker = sysroot(&rustc, here).and_then(|sysroot| {
        Ok(sysroot.join("lib/rustlib").join(ask(&rustc, here, "host-tuple")?).join("bin"))
    });
    let path = env::var_os("PATH").unwrap_or_default();
    Ok(env::join_paths(linker.into_iter().chain(env::split_paths(&path)))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debian_builds_the_standard_library() {
        let mut command = Command::new("cargo");
        Toolchain::Debian.configure(&mut command).unwrap();
        let arguments: Vec<_> = command.get_args().collect();
        assert_eq!(arguments, ["-Z", "build-std=std,panic_abort"]);
        assert!(command.get_envs().any(|(name, value)| name == "RUSTC" && value.is_some()));
    }

    #[test]
    fn a_toolchain_without_the_target_is_told_by_its_folder() {
        let sysroot = tempfile::tempdir().unwrap();
        assert!(!has_target(sysroot.path(), WASI_TARGET));
        let target = sysroot.path().join("lib/rustlib").join(WASI_TARGET).join("lib");
        std::fs::create_dir_all(target).unwrap();
        assert!(has_target(sysroot.path(), WASI_TARGET));
        assert!(!has_target(sysroot.path(), "wasm32-unknown-unknown"));
    }
}
