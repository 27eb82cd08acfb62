//! The files of an installation, and where they go.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::cli::Cli;
use crate::wasm::installable;
use crate::workspace::Workspace;

/// Folder of the extensions that come with the program, below the prefix.
const EXTENSIONS: &str = "lib/spacedrive/extensions";

/// What an installation is for: shells look in different folders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// The home of a user, or `/usr/local`.
    Home,
    /// A package of Debian.
    Package,
}

impl Kind {
    pub(super) const fn zsh_folder(self) -> &'static str {
        match self {
            Self::Home => "share/zsh/site-functions",
            Self::Package => "share/zsh/vendor-completions",
        }
    }
}

/// An installation that is about to be written.
pub(super) struct Layout<'a> {
    pub(super) workspace: &'a Workspace,
    /// The program that was built.
    pub(super) cli: &'a Cli,
    pub(super) prefix: &'a Path,
    pub(super) kind: Kind,
}

impl Layout<'_> {
    /// Writes all files and returns their paths below the prefix.
    pub(super) fn write(&self) -> Result<Vec<PathBuf>> {
        let mut files = vec![self.copy(self.cli.program(), Path::new("bin/spacedrive"), 0o755)?];
        files.extend(self.extensions()?);
        files.extend(self.completions()?);
        files.extend(self.manual()?);
        Ok(files)
    }

    fn extensions(&self) -> Result<Vec<PathBuf>> {
        let mut files = Vec::new();
        for id in names(&installable(self.workspace))? {
            let folder = installable(self.workspace).join(&id);
            for name in ["manifest.json".to_owned(), format!("{id}.wasm")] {
                let to = Path::new(EXTENSIONS).join(&id).join(&name);
                files.push(self.copy(&folder.join(&name), &to, 0o644)?);
            }
        }
        Ok(files)
    }

    fn completions(&self) -> Result<Vec<PathBuf>> {
        let zsh = format!("{}/_spacedrive", self.kind.zsh_folder());
        let scripts = [
            ("bash", "share/bash-completion/completions/spacedrive"),
            ("zsh", &zsh),
            ("fish", "share/fish/vendor_completions.d/spacedrive.fish"),
        ];
        let script = |(shell, file): (&str, &str)| {
            let text = self.cli.output(&["completions", shell])?;
            write(&self.prefix.join(file), &text, 0o644)?;
            Ok(PathBuf::from(file))
        };
        scripts.into_iter().map(script).collect()
    }

    fn manual(&self) -> Result<Vec<PathBuf>> {
        let made = self.workspace.target.join("man");
        let _ = fs::remove_dir_all(&made); // pages of commands that are no more
        let folder = made.to_str().context("the target folder is not UTF-8")?;
        self.cli.run(&["man-pages", folder])?;
        let page = |name: String| {
            let to = Path::new("share/man/man1").join(&name);
            self.copy(&made.join(&name), &to, 0o644)
        };
        names(&made)?.into_iter().map(page).collect()
    }

    fn copy(&self, from: &Path, to: &Path, mode: u32) -> Result<PathBuf> {
        let bytes = fs::read(from).with_context(|| from.display().to_string())?;
        write(&self.prefix.join(to), &bytes, mode)?;
        Ok(to.to_owned())
    }
}

/// Lists the names in a folder, sorted.
fn names(folder: &Path) -> Result<Vec<String>> {
    let entries = fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    let mut names = Vec::new();
    for entry in entries {
        names.extend(entry?.file_name().into_string());
    }
    names.sort();
    Ok(names)
}

/// Writes a file and the folders above it. It is written beside and renamed, because a program that
/// runs cannot be overwritten.
pub(super) fn write(path: &Path, bytes: &[u8], mode: u32) -> Result<()> {
    let part = path.with_added_extension("part");
    let written = path.parent().map_or(Ok(()), fs::create_dir_all);
    written
        .and_then(|()| fs::write(&part, bytes))
        .and_then(|()| fs::set_permissions(&part, fs::Permissions::from_mode(mode)))
        .and_then(|()| fs::rename(&part, path))
        .with_context(|| path.display().to_string())
}
