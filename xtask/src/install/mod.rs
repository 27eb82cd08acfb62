//! Installation of the program into a prefix, and its removal.
//!
//! ```text
//! <prefix>/bin/spacedrive
//! <prefix>/bin/spacedrive-wasix                 with `--with-wasix`, for extensions with files
//! <prefix>/lib/spacedrive/extensions/<id>/      for `spacedrive ext install ID`
//! <prefix>/lib/spacedrive/sdk/rust/            and what it depends on, for `spacedrive ext new`
//! <prefix>/lib/spacedrive/installation.json     what was installed, for `spacedrive uninstall`
//! <prefix>/share/bash-completion/completions/   and the folders of zsh and fish
//! <prefix>/share/man/man1/
//! ```

pub(crate) mod deb;
mod layout;
mod record;
mod sdk;

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use crate::cli::Cli;
use crate::steps::{say, step};
use crate::workspace::Workspace;
use crate::{setup, wasix, wasm};
use layout::{Kind, Layout, Target};
use record::Record;

/// The profile of what is installed.
pub(crate) const RELEASE: &str = "release";

/// Options of the chore.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Options {
    pub(crate) prefix: Option<PathBuf>,
    pub(crate) profile: String,
    /// Set when the program of extensions with files is wanted as well.
    pub(crate) with_wasix: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { prefix: None, profile: RELEASE.to_owned(), with_wasix: false }
    }
}

impl Options {
    /// Reads the arguments; `None` when they are wrong.
    pub(crate) fn parse(args: &[&str]) -> Option<Self> {
        let mut options = Self::default();
        let mut args = args.iter();
        while let Some(arg) = args.next() {
            match *arg {
                "--prefix" => options.prefix = Some(PathBuf::from(args.next()?)),
                "--profile" => (*args.next()?).clone_into(&mut options.profile),
                "--with-wasix" => options.with_wasix = true,
                _ => return None,
            }
        }
        Some(options)
    }

    fn prefix(&self) -> Result<PathBuf> {
        if let Some(prefix) = &self.prefix {
            return Ok(std::path::absolute(prefix)?);
        }
        let home = env::var_os("HOME").filter(|home| !home.is_empty());
        let home = home.context("HOME is not set: name the folder with --prefix DIR")?;
        Ok(Path::new(&home).join(".local"))
    }
}

/// Runs the chore `install`. An earlier installation in this prefix is replaced, and what it had and
/// this one has not is removed.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    setup::run()?;
    let prefix = options.prefix()?;
    let before = Record::load(&prefix)?;
    let cli = Cli::build_with(workspace, &options.profile)?;
    // An update does not take it away.
    let has_wasix = options.with_wasix || before.has(&layout::wasix());
    let wasix = has_wasix
        .then(|| step("wasix", || wasix::build_with(workspace, &options.profile)))
        .transpose()?;
    wasm::run(workspace)?;
    step("install", || {
        let target = Target { prefix: &prefix, before: &before };
        let files = Layout { workspace, cli: &cli, wasix, target, kind: Kind::Home }.write()?;
        before.remove_all_but(&prefix, &files)?;
        Record::files(files).save(&prefix)
    })?;
    let installed = Cli::at(prefix.join("bin/spacedrive"));
    if let Err(error) = installed.pull_models() {
        say(&format!("WARNING: {error:#}: pictures are not read before `spacedrive models pull`"));
    }
    println!("\n{}", farewell(&prefix, env::var_os("PATH").unwrap_or_default().as_ref()));
    Ok(())
}

/// Runs the chore `uninstall`: the program knows what was installed with it.
pub(crate) fn undo(options: &Options) -> Result<()> {
    let program = options.prefix()?.join("bin/spacedrive");
    ensure!(program.is_file(), "there is no {}: nothing to remove", program.display());
    Cli::at(program).run(&["uninstall", "--yes"])
}

fn farewell(prefix: &Path, path: &Path) -> String {
    let bin = prefix.join("bin");
    let mut lines = vec![format!("Installed in {}.", prefix.display())];
    if !env::split_paths(path).any(|folder| folder == bin) {
        lines.push(format!(
            "\nPATH lacks {0}. Add this line to ~/.profile, and log in again:\n\n  export PATH=\"{0}:$PATH\"",
            bin.display()
        ));
    }
    let zsh = prefix.join(Kind::Home.zsh_folder());
    lines.push(format!(
        "\nCompletions are there for bash and fish; for zsh, add this line to ~/.zshrc before compinit:\n\
         \n  fpath+=({})\n",
        zsh.display()
    ));
    lines.push(
        "Next:\n\n  spacedrive doctor\n  spacedrive library create Home\n  \
         spacedrive ext install finance\n  spacedrive import YOUR-MAILS\n"
            .to_owned(),
    );
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_that_lacks_the_folder_is_told() {
        let told = farewell(Path::new("/home/ada/.local"), Path::new("/usr/bin:/bin"));
        assert!(told.contains("export PATH=\"/home/ada/.local/bin:$PATH\""), "{told}");
        let there = farewell(Path::new("/home/ada/.local"), Path::new("/bin:/home/ada/.local/bin"));
        assert!(!there.contains("export PATH"), "{there}");
    }
}
