//! The error of this crate.

use std::{
    io,
    path::{Path, PathBuf},
};

/// A failure of the file system, with the action and the place.
///
/// Callers that name the place themselves take the [`io::Error`] out of it by `?`.
#[derive(Debug, thiserror::Error)]
#[error("`{}` cannot be {action}: {source}", path.display())]
pub struct Error {
    /// The action that failed, as a participle: "created", "replaced", "locked".
    pub action: &'static str,
    /// The file or folder.
    pub path: PathBuf,
    /// The reason that the system gave.
    pub source: io::Error,
}

impl Error {
    /// Makes a conversion of the system's errors, for `map_err`.
    pub(crate) fn of(action: &'static str, path: &Path) -> impl Fn(io::Error) -> Self {
        move |source| Self { action, path: path.to_owned(), source }
    }
}

impl Error {
    /// Returns whether a symbolic link was in the way, where none is followed.
    #[must_use]
    pub fn is_link(&self) -> bool {
        is_link(&self.source)
    }
}

#[cfg(unix)]
fn is_link(error: &io::Error) -> bool {
    error.raw_os_error() == Some(rustix::io::Errno::LOOP.raw_os_error())
}

#[cfg(not(unix))]
fn is_link(_: &io::Error) -> bool {
    false
}

impl From<Error> for io::Error {
    fn from(error: Error) -> Self {
        error.source
    }
}
