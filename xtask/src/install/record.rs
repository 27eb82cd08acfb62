//! The list of installed files, which `spacedrive uninstall` reads.

use std::fs;
use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

/// The file, below the prefix.
pub(super) const FILE: &str = "lib/spacedrive/installation.json";

/// What an installation put below a prefix, or the command that removes it.
#[derive(Debug, Default)]
pub(super) struct Record {
    files: Vec<PathBuf>,
    remove_with: Option<String>,
}

impl Record {
    pub(super) fn files(files: Vec<PathBuf>) -> Self {
        Self { files, remove_with: None }
    }

    /// Makes the record of a package of the system, which removes its files itself.
    pub(super) fn remove_with(command: &str) -> Self {
        Self { files: Vec::new(), remove_with: Some(command.to_owned()) }
    }

    /// Reads the record of an earlier installation; an empty one when there is none.
    pub(super) fn load(prefix: &Path) -> Result<Self> {
        let path = prefix.join(FILE);
        let text = match fs::read(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(error).with_context(|| path.display().to_string()),
        };
        let value: Value =
            serde_json::from_slice(&text).with_context(|| path.display().to_string())?;
        ensure!(
            value.get("remove_with").is_none(),
            "{} belongs to a package of the system: use another prefix",
            prefix.display()
        );
        let files = value["files"].as_array().into_iter().flatten();
        Ok(Self::files(files.filter_map(Value::as_str).map(PathBuf::from).collect()))
    }

    pub(super) fn save(&self, prefix: &Path) -> Result<()> {
        let text = match &self.remove_with {
            Some(command) => json!({ "remove_with": command }),
            None => json!({ "files": self.files }),
        };
        super::layout::write(&prefix.join(FILE), text.to_string().as_bytes(), 0o644)
    }

    /// Returns whether this file was installed.
    pub(super) fn has(&self, file: &Path) -> bool {
        self.files.iter().any(|it| it == file)
    }

    /// Removes the files of this record that are not among `kept`.
    pub(super) fn remove_all_but(&self, prefix: &Path, kept: &[PathBuf]) -> Result<()> {
        let is_below = |file: &Path| file.components().all(|it| matches!(it, Component::Normal(_)));
        let gone = self.files.iter().filter(|file| is_below(file) && !kept.contains(file));
        for file in gone.map(|file| prefix.join(file)) {
            match fs::remove_file(&file) {
                Err(error) if error.kind() != ErrorKind::NotFound => {
                    return Err(error).with_context(|| file.display().to_string());
                }
                _ => {}
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prefix(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("xtask-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    #[test]
    fn an_update_removes_what_is_installed_no_more_and_nothing_else() {
        let prefix = prefix("record");
        for name in ["old", "kept", "other"] {
            fs::write(prefix.join(name), "").unwrap();
        }
        let outside = PathBuf::from("../outside");
        Record::files(vec!["old".into(), "kept".into(), outside]).save(&prefix).unwrap();
        let before = Record::load(&prefix).unwrap();
        before.remove_all_but(&prefix, &["kept".into()]).unwrap();
        let there = |name: &str| prefix.join(name).exists();
        assert_eq!((there("old"), there("kept"), there("other")), (false, true, true));
        fs::remove_dir_all(prefix).unwrap();
    }

    #[test]
    fn what_a_package_installed_is_left_to_it() {
        let prefix = prefix("package");
        Record::remove_with("apt remove spacedrive").save(&prefix).unwrap();
        let error = Record::load(&prefix).unwrap_err().to_string();
        assert!(error.contains("belongs to a package"), "{error}");
        fs::remove_dir_all(prefix).unwrap();
    }
}
