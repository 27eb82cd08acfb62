//! The file `config.toml`, and the error that names a line of it.

use std::{
    io::{self, Read},
    path::{Path, PathBuf},
};

use serde::de::DeserializeOwned;
use thiserror::Error;

/// Name of the file.
pub const CONFIG_FILE: &str = "config.toml";

/// Length of the longest file, in bytes.
const MAX_CONFIG_BYTES: u64 = 1 << 20;

/// A failure to read the configuration.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("{} cannot be read: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },
    /// The file is too long.
    #[error("{} is longer than {MAX_CONFIG_BYTES} bytes", .0.display())]
    TooLarge(PathBuf),
    /// The file is not valid TOML, or has a value that it must not have.
    #[error("{}: {problem}", path.display())]
    Wrong {
        /// The file.
        path: PathBuf,
        /// The problem, with line and column where they are known.
        problem: String,
    },
}

/// Reads the file of a data folder; `None` when there is none.
pub(crate) fn load<T: DeserializeOwned>(data_folder: &Path) -> Result<Option<T>, ConfigError> {
    let path = data_folder.join(CONFIG_FILE);
    let Some(text) = text(&path)? else { return Ok(None) };
    let parsed = toml::from_str(&text).map(Some);
    parsed.map_err(|error| ConfigError::Wrong { path, problem: problem(&text, &error) })
}

/// Reads the text of the file; `None` when there is none.
pub(crate) fn text(path: &Path) -> Result<Option<String>, ConfigError> {
    match read_text(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) if error.kind() == io::ErrorKind::FileTooLarge => {
            Err(ConfigError::TooLarge(path.to_owned()))
        }
        Err(source) => Err(ConfigError::Read { path: path.to_owned(), source }),
    }
}

/// Describes a problem and its place, without the line itself: the file may hold client secrets.
pub(crate) fn problem(text: &str, error: &toml::de::Error) -> String {
    let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    format!("line {line}, column {column}: {}", error.message())
}

fn read_text(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    ext_fs::open(path)?.take(MAX_CONFIG_BYTES + 1).read_to_string(&mut text)?;
    let fits = text.len() as u64 <= MAX_CONFIG_BYTES;
    fits.then_some(text).ok_or_else(|| io::ErrorKind::FileTooLarge.into())
}

/// Reads one section of a configuration; its default when it is missing.
#[cfg(test)]
pub(crate) fn section<T>(text: &str, name: &str) -> Result<T, toml::de::Error>
where
    T: DeserializeOwned + Default,
{
    let mut sections: std::collections::BTreeMap<String, T> = toml::from_str(text)?;
    Ok(sections.remove(name).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_file_without_end_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let text = "#".repeat(usize::try_from(MAX_CONFIG_BYTES).unwrap() + 1);
        fs::write(folder.path().join(CONFIG_FILE), text).unwrap();
        let loaded = load::<toml::Table>(folder.path());
        assert!(matches!(loaded, Err(ConfigError::TooLarge(_))));
    }
}
