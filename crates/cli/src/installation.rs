//! The installation that this program belongs to: `cargo xtask install` or a package of the system.
//!
//! ```text
//! <prefix>/bin/spacedrive
//! <prefix>/lib/spacedrive/installation.json     what was installed, or the command that removes it
//! <prefix>/lib/spacedrive/extensions/<id>/      extensions that came with the program
//! ```

use std::{
    fs, io,
    path::{Component, Path, PathBuf},
};

use anyhow::{Context, ensure};
use serde::Deserialize;

/// Folder of what came with the program, below the prefix.
const OWN_FOLDER: &str = "lib/spacedrive";

/// Name of the file that lists what was installed.
const RECORD: &str = "installation.json";

/// What an installation left on this machine.
#[derive(Debug)]
pub(crate) struct Installation {
    prefix: PathBuf,
    pub(crate) record: Record,
}

/// The file that an installation writes.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Record {
    /// Files below the prefix.
    Files(Vec<PathBuf>),
    /// The command that removes the package that the program is part of.
    RemoveWith(String),
}

/// The longest record, in bytes.
const MAX_RECORD_BYTES: u64 = 1 << 20;

impl Installation {
    /// Finds the installation of this program; `None` when it was built and not installed.
    ///
    /// # Errors
    /// The record cannot be read, or names a file outside of the prefix.
    pub(crate) fn find() -> anyhow::Result<Option<Self>> {
        match prefix() {
            Some(prefix) => Self::at(&prefix),
            None => Ok(None),
        }
    }

    fn at(prefix: &Path) -> anyhow::Result<Option<Self>> {
        let path = prefix.join(OWN_FOLDER).join(RECORD);
        let text = match ext_fs::read(&path, MAX_RECORD_BYTES).map_err(io::Error::from) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error).with_context(|| path.display().to_string()),
        };
        let record = serde_json::from_slice(&text).with_context(|| path.display().to_string())?;
        if let Record::Files(files) = &record {
            for file in files {
                ensure!(is_below(file), "{} lists `{}`", path.display(), file.display());
            }
        }
        Ok(Some(Self { prefix: prefix.to_owned(), record }))
    }

    /// Lists the files that were installed and are still there, the record among them.
    pub(crate) fn files(&self) -> Vec<PathBuf> {
        let Record::Files(files) = &self.record else { return Vec::new() };
        let all = files.iter().map(|file| self.prefix.join(file));
        let record = self.prefix.join(OWN_FOLDER).join(RECORD);
        all.chain([record]).filter(|file| file.symlink_metadata().is_ok()).collect()
    }

    /// Removes the files, and the folders of its own that are empty then; the record goes last, so
    /// that an interrupted removal can be repeated.
    pub(crate) fn remove(&self) -> anyhow::Result<()> {
        for file in self.files() {
            fs::remove_file(&file).with_context(|| file.display().to_string())?;
        }
        remove_empty(&self.prefix.join(OWN_FOLDER));
        Ok(())
    }
}

/// Returns the folder of the extensions that came with the program, if some did.
pub(crate) fn shipped_extensions() -> Option<PathBuf> {
    let folder = prefix()?.join(OWN_FOLDER).join("extensions");
    folder.is_dir().then_some(folder)
}

/// Returns the folder above `bin`, in which this program lies.
fn prefix() -> Option<PathBuf> {
    let program = std::env::current_exe().ok()?;
    let bin = program.parent()?;
    let is_bin = bin.file_name().is_some_and(|name| name == "bin");
    is_bin.then(|| bin.parent().map(Path::to_owned))?
}

fn is_below(file: &Path) -> bool {
    let mut parts = file.components().peekable();
    parts.peek().is_some() && parts.all(|part| matches!(part, Component::Normal(_)))
}

/// Removes a folder and those in it, as far as they hold nothing.
fn remove_empty(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            remove_empty(&entry.path());
        }
    }
    let _ = fs::remove_dir(folder); // fails when something else is in it, which stays
}

#[cfg(test)]
mod tests {
    use super::*;

    fn installed(record: &str) -> (tempfile::TempDir, anyhow::Result<Option<Installation>>) {
        let prefix = tempfile::tempdir().unwrap();
        fs::create_dir_all(prefix.path().join("lib/spacedrive/extensions/hello")).unwrap();
        fs::create_dir_all(prefix.path().join("bin")).unwrap();
        fs::write(prefix.path().join("bin/spacedrive"), "x").unwrap();
        fs::write(prefix.path().join("lib/spacedrive").join(RECORD), record).unwrap();
        let found = Installation::at(prefix.path());
        (prefix, found)
    }

    #[test]
    fn only_what_was_installed_is_removed() {
        let files = r#"{"files": ["bin/spacedrive", "bin/gone"]}"#;
        let (prefix, found) = installed(files);
        fs::write(prefix.path().join("bin/other"), "").unwrap();
        let found = found.unwrap().unwrap();
        assert_eq!(found.files().len(), 2);
        found.remove().unwrap();
        assert!(prefix.path().join("bin/other").is_file());
        assert!(!prefix.path().join("bin/spacedrive").exists());
        assert!(!prefix.path().join("lib/spacedrive").exists());
        assert!(Installation::at(prefix.path()).unwrap().is_none());
    }

    #[test]
    fn what_others_put_into_its_folder_stays() {
        let (prefix, found) = installed(r#"{"files": []}"#);
        let own = prefix.path().join("lib/spacedrive/extensions/hello/notes.txt");
        fs::write(&own, "").unwrap();
        found.unwrap().unwrap().remove().unwrap();
        assert!(own.is_file());
    }

    #[test]
    fn a_record_cannot_name_files_elsewhere() {
        for file in ["/etc/passwd", "../up", "bin/../../up", ""] {
            let (_prefix, found) = installed(&format!(r#"{{"files": ["{file}"]}}"#));
            assert!(found.is_err(), "{file}");
        }
    }

    #[test]
    fn a_package_names_its_command() {
        let (_prefix, found) = installed(r#"{"remove_with": "apt remove spacedrive"}"#);
        let found = found.unwrap().unwrap();
        assert!(found.files().is_empty());
        assert!(matches!(found.record, Record::RemoveWith(command) if command.starts_with("apt ")));
    }
}
