//! Search for a compiler of guests, and its installation.
//!
//! Three ways, tried in this order:
//! 1. the toolchain in use has the target already;
//! 2. rustup adds it;
//! 3. Debian's `rustc-web` with `rust-web-src` builds the standard library from source, for machines
//!    that reach a package mirror and no rustup server.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Result, bail, ensure};

use crate::setup;
use crate::steps::{capture_line, run_within, say};

/// The target triple of guests.
pub(super) const TARGET: &str = "wasm32-unknown-unknown";
/// The target triple of guests whose manifest says `"wasi": true`.
pub(super) const WASI_TARGET: &str = "wasm32-wasip1";

/// Names one way instead of trying them in turn.
const CHOICE: &str = "XTASK_WASM_TOOLCHAIN";

/// Path at which Debian puts its compiler.
const DEBIAN_RUSTC: &str = "/usr/bin/rustc";

/// The target is some 20 MB; where no server answers, rustup would wait for many minutes.
const RUSTUP_LIMIT: Duration = Duration::from_secs(180);

/// Compiler of guests.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Toolchain {
    /// By the toolchain in use.
    Own,
    /// By Debian's compiler, with the standard library from source.
    Debian,
}

/// Finds a way to compile guests, installing what it takes.
pub(super) fn find(target: &str) -> Result<Toolchain> {
    match env::var(CHOICE).ok().as_deref() {
        None | Some("") => first_that_works(target),
        Some("target") => own(target),
        Some("rustup") => rustup(target),
        Some("debian") => debian(),
        Some(other) => bail!("{CHOICE} is `{other}`, not one of: target, rustup, debian"),
    }
}

fn first_that_works(target: &str) -> Result<Toolchain> {
    if let Ok(own) = own(target) {
        return Ok(own);
    }
    if target == WASI_TARGET {
        return rustup(target); // Debian has no C library for it to build the standard library on
    }
    // Before rustup, which may take minutes to fail, as it did when Debian's was installed.
    if debian_is_installed() {
        return debian();
    }
    rustup(target).or_else(|reason| {
        say(&format!("{reason:#}"));
        say("rustup cannot add the target, trying Debian's rustc-web");
        debian()
    })
}

fn own(target: &str) -> Result<Toolchain> {
    let sysroot = sysroot("rustc")?;
    let library = sysroot.join("lib/rustlib").join(target).join("lib");
    ensure!(library.is_dir(), "{} has no {target}", sysroot.display());
    Ok(Toolchain::Own)
}

fn rustup(target: &str) -> Result<Toolchain> {
    run_within(RUSTUP_LIMIT, Command::new("rustup").args(["target", "add", target]))?;
    own(target)
}

fn debian() -> Result<Toolchain> {
    if !debian_is_installed() {
        setup::install(&["rustc-web", "rust-web-src"])?;
    }
    ensure!(debian_is_installed(), "{DEBIAN_RUSTC} has no source of the standard library");
    Ok(Toolchain::Debian)
}

fn debian_is_installed() -> bool {
    Path::new(DEBIAN_RUSTC).is_file()
        && sysroot(DEBIAN_RUSTC)
            .is_ok_and(|sysroot| sysroot.join("lib/rustlib/src/rust/library/std").is_dir())
}

fn sysroot(rustc: &str) -> Result<PathBuf> {
    Ok(capture_line(Command::new(rustc).args(["--print", "sysroot"]))?.into())
}

impl Toolchain {
    /// Makes a `cargo build` use this toolchain.
    pub(super) fn configure(&self, command: &mut Command) -> Result<()> {
        if *self == Self::Debian {
            command.args(["-Z", "build-std=std,panic_abort"]);
            // A stable compiler takes `-Z` only so.
            command.env("RUSTC", DEBIAN_RUSTC).env("RUSTC_BOOTSTRAP", "1");
            // `cargo run` points it at the libraries of the other compiler.
            command.env_remove("LD_LIBRARY_PATH");
            command.env("PATH", path_with_linker(&own_linker()?)?);
        }
        Ok(())
    }
}

/// Returns the folder of the `rust-lld` that comes with rustup; Debian's compiler has none.
fn own_linker() -> Result<PathBuf> {
    let host = capture_line(Command::new("rustc").args(["--print", "host-tuple"]))?;
    Ok(sysroot("rustc")?.join("lib/rustlib").join(host).join("bin"))
}

fn path_with_linker(folder: &Path) -> Result<std::ffi::OsString> {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(folder.to_owned()).chain(env::split_paths(&path));
    Ok(env::join_paths(folders)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::steps::command_line;

    #[test]
    fn the_own_toolchain_needs_no_options() {
        let mut command = Command::new("cargo");
        Toolchain::Own.configure(&mut command).unwrap();
        assert_eq!(command_line(&command), "cargo");
    }

    #[test]
    fn debian_builds_the_standard_library() {
        let mut command = Command::new("cargo");
        command.arg("build");
        Toolchain::Debian.configure(&mut command).unwrap();
        let line = command_line(&command);
        assert!(line.contains("RUSTC=/usr/bin/rustc"), "{line}");
        assert!(line.ends_with("cargo build -Z build-std=std,panic_abort"), "{line}");
    }

    #[test]
    fn the_linker_comes_first_on_the_path() {
        let path = path_with_linker(Path::new("/linker/bin")).unwrap();
        assert_eq!(env::split_paths(&path).next().unwrap(), Path::new("/linker/bin"));
    }
}
