//! The project's own chores, run as `cargo xtask COMMAND`.
//!
//! A chore is a list of steps; each step says what it runs and how long it took, and the first
//! failure ends the chore with the step's name and the command that failed.
//! Chores do their own set-up, so that a machine with a Rust toolchain needs nothing else.

mod bench;
mod book;
mod ci;
mod cli;
mod clients;
mod console;
mod demo;
mod docs;
mod fuzz;
mod install;
mod pages;
mod sdks;
mod setup;
mod steps;
mod table;
mod test;
mod tidy;
mod tools;
mod wasix;
mod wasm;
mod workspace;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;

use crate::install::deb;
use crate::workspace::Workspace;

const USAGE: &str = "\
usage: cargo xtask COMMAND

  setup                  install what is missing: a C compiler, pip (models come as Python wheels)
  wasm                   build the extensions into target/extensions/<id>/
  demo [--data-dir DIR]  book the sample mailbox with the finance extension (default: target/demo)
  install [--prefix DIR] [--profile NAME] [--with-wasix]
                         build and install the program, its extensions, completions and manual
                         pages (default: ~/.local, release); again: update; --with-wasix adds the
                         program that runs extensions with files, which updates keep
  uninstall [--prefix DIR]
                         remove what install put there; your data stays
  deb [--profile NAME] [--try]
                         build the Debian package into target/debian; --try installs it into a
                         minimal system and works with it there (root only)
  console [--check]      build the web console into crates/console/dist (needs Node.js); --check
                         fails when that was another, and tries it in Chromium;
                         --pictures also makes the pictures of docs/console.md
  wasix [--check]        build the program that runs extensions with files (crates/ext-host-wasix),
                         beside `spacedrive`; --check lints and tests it, with Python
  test                   run every test, from nothing
  bench [FILTER]         measure the boundary, optimised (docs/performance.md explains the numbers);
                         bench peers: beside extism and wasmtime; bench memory: of instances
                         that wait; bench permissions: decisions; bench processes: of
                         extensions in processes of their own; bench daemon: calls over
                         its socket
  bench ocr [DIR] [--python PROGRAM]
                         compare engines that read pictures (docs/performance-ocr.md)
  fuzz [TARGET]... [--seconds N] [--keep]
                         fuzz what reads foreign bytes, each target for a minute (fuzz/README.md)
  tidy                   check docs and messages against the guide, dependency edges, lints,
                         file lengths, and that what pages show is compiled
  docs                   write docs/manifest.md, and what docs/operations.md says of each operation
  book                   make a book of the pages in target/book (docs/SUMMARY.md lists them)
  bindgen                write the typed clients in sdk/typescript and sdk/python, and the
                         operations in sdk/c, sdk/zig, sdk/go and sdk/assemblyscript
  clients                drive a daemon with them and with clients of others (needs node, python3)
  sdks                   build and run extensions in C, Zig, Go and AssemblyScript, with
                         compilers that it fetches (needs clang, lld, python3, node)
  threats                write the crates with tests of each threat into docs/threats.md
  ci [--full]            fmt, tidy, clippy, doc, deny, test; --full adds long tests, clients, SDKs,
                         the book, the console in a browser, benches/peers, extensions with files, the Debian
                         package in a clean root, and fuzzing
  help                   print this

environment:
  XTASK_WASM_TOOLCHAIN   target | rustup | debian: how guests are compiled (default: first that works)
";

/// Chore that the command line asks for.
#[derive(Debug, PartialEq, Eq)]
enum Chore {
    Setup,
    Wasm,
    Demo { data_dir: Option<PathBuf> },
    Install(install::Options),
    Uninstall(install::Options),
    Deb(deb::Options),
    Console(console::Use),
    Wasix { checks: bool },
    Test,
    Bench { filter: Option<String> },
    BenchOcr { images: Option<PathBuf>, python: String },
    Fuzz(fuzz::Options),
    Tidy,
    Docs,
    Book,
    Bindgen,
    Clients,
    Sdks,
    Threats,
    Ci { full: bool },
    Help,
}

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match parse(&args) {
        Some(chore) => report(perform(chore)),
        None => {
            let asked = if args.is_empty() { "no command" } else { "unknown command: " };
            eprint!("{asked}{}\n\n{USAGE}", args.join(" "));
            ExitCode::from(2)
        }
    }
}

fn parse(args: &[&str]) -> Option<Chore> {
    Some(match args {
        ["setup"] => Chore::Setup,
        ["wasm"] => Chore::Wasm,
        ["demo"] => Chore::Demo { data_dir: None },
        ["demo", "--data-dir", dir] => Chore::Demo { data_dir: Some(dir.into()) },
        ["install", rest @ ..] => Chore::Install(install::Options::parse(rest)?),
        ["uninstall"] => Chore::Uninstall(install::Options::default()),
        ["uninstall", "--prefix", _] => Chore::Uninstall(install::Options::parse(&args[1..])?),
        ["deb", rest @ ..] => Chore::Deb(deb::Options::parse(rest)?),
        ["console", rest @ ..] => Chore::Console(console::Use::parse(rest)?),
        ["wasix"] => Chore::Wasix { checks: false },
        ["wasix", "--check"] => Chore::Wasix { checks: true },
        ["test"] => Chore::Test,
        ["bench"] => Chore::Bench { filter: None },
        ["bench", "ocr", rest @ ..] => bench_ocr(rest)?,
        ["bench", filter] => Chore::Bench { filter: Some((*filter).to_owned()) },
        ["fuzz", rest @ ..] => Chore::Fuzz(fuzz::Options::parse(rest)?),
        ["tidy"] => Chore::Tidy,
        ["docs"] => Chore::Docs,
        ["book"] => Chore::Book,
        ["bindgen"] => Chore::Bindgen,
        ["clients"] => Chore::Clients,
        ["sdks"] => Chore::Sdks,
        ["threats"] => Chore::Threats,
        ["ci"] => Chore::Ci { full: false },
        ["ci", "--full"] => Chore::Ci { full: true },
        ["help" | "--help" | "-h"] => Chore::Help,
        _ => return None,
    })
}

fn bench_ocr(args: &[&str]) -> Option<Chore> {
    let (images, python) = match args {
        [] => (None, "python3"),
        ["--python", python] => (None, *python),
        [dir] => (Some(dir), "python3"),
        [dir, "--python", python] => (Some(dir), *python),
        _ => return None,
    };
    Some(Chore::BenchOcr { images: images.map(PathBuf::from), python: python.to_owned() })
}

fn perform(chore: Chore) -> Result<()> {
    match chore {
        Chore::Setup => setup::run(),
        Chore::Wasm => wasm::run(&Workspace::load()?),
        Chore::Demo { data_dir } => demo::run(&Workspace::load()?, data_dir),
        Chore::Install(options) => install::run(&Workspace::load()?, &options),
        Chore::Uninstall(options) => install::undo(&options),
        Chore::Deb(options) => deb::run(&Workspace::load()?, &options),
        Chore::Console(usage) => console::run(&Workspace::load()?, usage),
        Chore::Wasix { checks } => wasix::run(&Workspace::load()?, checks),
        Chore::Test => test::run(&Workspace::load()?),
        Chore::Bench { filter } => bench::run(&Workspace::load()?, filter),
        Chore::BenchOcr { images, python } => {
            bench::ocr(&Workspace::load()?, images.as_deref(), &python)
        }
        Chore::Fuzz(options) => fuzz::run(&Workspace::load()?, &options),
        Chore::Tidy => tidy::run(&Workspace::load()?),
        Chore::Docs => docs::run(&Workspace::load()?),
        Chore::Book => book::run(&Workspace::load()?),
        Chore::Bindgen => clients::generate(&Workspace::load()?),
        Chore::Clients => clients::drive(&Workspace::load()?),
        Chore::Sdks => sdks::run(&Workspace::load()?),
        Chore::Threats => tidy::write_threats(&Workspace::load()?),
        Chore::Ci { full } => ci::run(&Workspace::load()?, full),
        Chore::Help => {
            print!("{USAGE}");
            Ok(())
        }
    }
}

fn report(result: Result<()>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_recognised() {
        assert_eq!(parse(&["test"]), Some(Chore::Test));
        assert_eq!(parse(&["demo"]), Some(Chore::Demo { data_dir: None }));
        let ocr = Chore::BenchOcr { images: Some("pages".into()), python: "python3".into() };
        assert_eq!(parse(&["bench", "ocr", "pages"]), Some(ocr));
        let options = install::Options { prefix: Some("/p".into()), ..Default::default() };
        assert_eq!(parse(&["install", "--prefix", "/p"]), Some(Chore::Install(options)));
        let options = install::Options { with_wasix: true, ..Default::default() };
        assert_eq!(parse(&["install", "--with-wasix"]), Some(Chore::Install(options)));
        let tried = deb::Options { profile: "dev".into(), tries: true };
        assert_eq!(parse(&["deb", "--profile", "dev", "--try"]), Some(Chore::Deb(tried)));
        let elsewhere = Chore::Demo { data_dir: Some("here".into()) };
        assert_eq!(parse(&["demo", "--data-dir", "here"]), Some(elsewhere));
    }

    #[test]
    fn anything_else_asks_for_the_usage() {
        assert_eq!(parse(&[]), None);
        assert_eq!(parse(&["tset"]), None);
        assert_eq!(parse(&["test", "--fast"]), None);
        assert_eq!(parse(&["demo", "--data-dir"]), None);
        assert_eq!(parse(&["bench", "ocr", "a", "b"]), None);
        assert_eq!(parse(&["install", "--prefix"]), None);
        assert_eq!(parse(&["uninstall", "--profile", "dev"]), None);
        assert_eq!(parse(&["console", "--open"]), None);
    }

    #[test]
    fn usage_names_every_command() {
        for command in [
            "setup",
            "wasm",
            "demo",
            "install",
            "uninstall",
            "deb",
            "console",
            "test",
            "bench",
            "docs",
            "book",
            "bindgen",
            "clients",
            "sdks",
            "tidy",
            "ci",
            "help",
        ] {
            assert!(parse(&[command]).is_some(), "{command} is in the usage but not understood");
            assert!(USAGE.contains(&format!("\n  {command} ")), "{command} is not in the usage");
        }
    }
}
