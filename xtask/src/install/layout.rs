//! The files of an installation, and where they go.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use super::{record::Record, sdk};
use crate::cli::Cli;
use crate::wasix;
use crate::wasm::installable;
use crate::workspace::Workspace;

/// Folder of the extensions that come with the program, below the prefix.
const EXTENSIONS: &str = "lib/spacedrive/extensions";
/// Folder of what `spacedrive` finds by its own place, below the prefix.
const LIBRARY: &str = "lib/spacedrive";

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
    /// The program of extensions with files, if it is wanted.
    pub(super) wasix: Option<PathBuf>,
    pub(super) target: Target<'a>,
    pub(super) kind: Kind,
}

/// The folder that an installation is written into.
pub(super) struct Target<'a> {
    pub(super) prefix: &'a Path,
    /// What an earlier installation put there, which is replaced.
    pub(super) before: &'a Record,
}

impl Target<'_> {
    /// Writes a file below the prefix, unless a file of somebody else is in its place.
    fn put(&self, file: PathBuf, bytes: &[u8], mode: u32) -> Result<PathBuf> {
        let path = self.prefix.join(&file);
        let is_other = path.symlink_metadata().is_ok()
            && !self.before.has(&file)
            && !fs::read(&path).is_ok_and(|there| there == bytes);
        ensure!(
            !is_other,
            "{} is in the way: it was not installed by `cargo xtask install`; move it away, or name \
             another folder with --prefix DIR",
            path.display()
        );
        write(&path, bytes, mode)?;
        Ok(file)
    }
}

impl Layout<'_> {
    /// Writes all files and returns their paths below the prefix.
    pub(super) fn write(&self) -> Result<Vec<PathBuf>> {
        let mut files = vec![self.copy(self.cli.program(), Path::new("bin/spacedrive"), 0o755)?];
        if let Some(program) = &self.wasix {
            files.push(self.copy(program, &wasix(), 0o755)?);
        }
        files.extend(self.extensions()?);
        files.extend(self.sdk()?);
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

    fn sdk(&self) -> Result<Vec<PathBuf>> {
        let files = sdk::files(self.workspace)?.into_iter();
        files
            .map(|(path, bytes)| self.target.put(Path::new(LIBRARY).join(path), &bytes, 0o644))
            .collect()
    }

    fn completions(&self) -> Result<Vec<PathBuf>> {
        let zsh = format!("{}/_spacedrive", self.kind.zsh_folder());
        let scripts = [
            ("bash", "share/bash-completion/completions/spacedrive"),
            ("zsh", &zsh),
            ("fish", "share/fish/vendor_completions.d/spacedrive.fish"),
        ];
        let script = |(shell, file): (&str, &str)| {
            // Without data, so that no extension of whoever builds this adds its commands.
            let text = self.cli.output(&["--data-dir", "/dev/null", "completions", shell])?;
            self.target.put(file.into(), &text, 0o644)
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
        self.target.put(to.to_owned(), &bytes, mode)
    }
}

/// Returns the place of the program of extensions with files: `spacedrive` looks for it beside itself.
pub(super) fn wasix() -> PathBuf {
    Path::new("bin").join(wasix::file_name())
}

/// Lists the names in a folder, sorted.
pub(super) fn names(folder: &Path) -> Result<Vec<String>> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_somebody_else_is_never_replaced() {
        let prefix = std::env::temp_dir().join(format!("xtask-put-{}", std::process::id()));
        let file = || PathBuf::from("bin/spacedrive");
        let put = |before: &Record, bytes: &[u8]| {
            Target { prefix: &prefix, before }.put(file(), bytes, 0o755)
        };
        let (nothing, earlier) = (Record::default(), Record::files(vec![file()]));
        put(&nothing, b"one").unwrap();
        // An installation that was interrupted is repeated.
        put(&nothing, b"one").unwrap();
        let error = put(&nothing, b"two").unwrap_err().to_string();
        assert!(error.contains("is in the way"), "{error}");
        put(&earlier, b"two").unwrap();
        assert_eq!(fs::read(prefix.join(file())).unwrap(), b"two");
        fs::remove_dir_all(prefix).unwrap();
    }
}
