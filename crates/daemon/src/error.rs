//! Errors of the daemon.

use std::path::PathBuf;

use ext_rpc::ServeError;
use spacedrive_core::CoreError;

/// A daemon that cannot be started.
#[derive(Debug, thiserror::Error)]
pub enum DaemonError {
    /// Another daemon has the data folder.
    #[error("another daemon runs on {}", .data_folder.display())]
    Running {
        /// The data folder.
        data_folder: PathBuf,
    },
    /// The socket or the port cannot be served.
    #[error(transparent)]
    Serve(#[from] ServeError),
    /// The core failed.
    #[error(transparent)]
    Core(#[from] CoreError),
    /// A folder cannot be watched.
    #[error("{} cannot be watched: {source}", .path.display())]
    Watch {
        /// The folder.
        path: PathBuf,
        /// The error of the system.
        source: notify::Error,
    },
    /// A file cannot be used.
    #[error(transparent)]
    Fs(#[from] ext_fs::Error),
    /// A thread cannot be started.
    #[error("a thread cannot be started: {source}")]
    Thread {
        /// The error of the system.
        source: std::io::Error,
    },
}
