//! Why an extension is not loaded, and what a failed call says.

use std::{io, path::PathBuf};

use ext_host::Fault;
use ext_manifest::ManifestError;
use ext_wire::{ErrorBody, ErrorCode};
use thiserror::Error;

/// Why an extension is not loaded. Nothing of it is left behind.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum LoadError {
    /// The manifest is missing or wrong.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// The wasm file cannot be read.
    #[error("the wasm file {} cannot be read: {source}", path.display())]
    Wasm {
        /// Where the manifest says that it is.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The wasm is no module that may run here.
    #[error("{}: {source}", path.display())]
    Module {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: ext_host::ModuleError,
    },
    /// The manifest promises what the wasm does not have.
    #[error(
        "the manifest has {field}, so the wasm must export `{export}`: build it with the SDK's attribute, or take {field} out of the manifest"
    )]
    MissingExport {
        /// Field of the manifest.
        field: &'static str,
        /// The export that it needs.
        export: &'static str,
    },
    /// An extension with this id is loaded already.
    #[error("an extension `{id}` is loaded already: unload it first")]
    Loaded {
        /// The id.
        id: String,
    },
    /// It is to run in a process of its own, and there is no program for that.
    #[error(
        "the extension `{id}` is to run in a process of its own, and this host has no program for such processes"
    )]
    NoProgram {
        /// The id.
        id: String,
    },
    /// Starting it failed.
    #[error("the extension `{id}` does not start: {fault}")]
    Start {
        /// The id.
        id: String,
        /// How it failed.
        fault: Fault,
    },
    /// It is quarantined.
    #[error(
        "the extension `{id}` is quarantined: {reason}; `spacedrive ext release {id}` lets it run again"
    )]
    Quarantined {
        /// The id.
        id: String,
        /// Why.
        reason: String,
    },
    /// The system gave no thread.
    #[error("there is no thread for the extension: {0}")]
    Thread(io::Error),
}

impl LoadError {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> ErrorCode {
        match self {
            Self::Manifest(error) => error.code(),
            Self::Wasm { .. } | Self::NoProgram { .. } => ErrorCode::Io,
            Self::Module { source, .. } => source.code(),
            Self::MissingExport { .. } => ErrorCode::AbiExport,
            Self::Loaded { .. } => ErrorCode::Conflict,
            Self::Start { fault, .. } => fault.code,
            Self::Quarantined { .. } => ErrorCode::Stopped,
            Self::Thread(_) => ErrorCode::Busy,
        }
    }
}

/// The extension's thread is gone, or dropped the call.
pub(crate) fn stopped(id: &str) -> ErrorBody {
    ErrorBody::new(ErrorCode::Stopped, format_args!("the extension `{id}` is stopped"))
}

/// Too many calls wait for it.
pub(crate) fn busy(id: &str, retry_after_ms: u64) -> ErrorBody {
    let message = format_args!("too many calls wait for the extension `{id}`");
    ErrorBody::new(ErrorCode::Busy, message).with_retry_after_ms(retry_after_ms)
}

/// There is no such extension.
pub(crate) fn not_loaded(id: &str) -> ErrorBody {
    let message = format_args!("no extension `{}` is loaded", id.escape_debug());
    ErrorBody::new(ErrorCode::NotFound, message)
}
