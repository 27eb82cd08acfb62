//! The error of a load, and bodies of errors that the manager itself answers with.

use std::{
    io,
    path::{Path, PathBuf},
};

use ext_host::Fault;
use ext_manifest::ManifestError;
use ext_wire::{ErrorBody, ErrorCode};
use thiserror::Error;

/// The reason for which an extension is not loaded. Nothing of it is left behind.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum LoadError {
    /// The manifest is missing or wrong.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// The wasm file cannot be read.
    #[error("the wasm file {} cannot be read: {source}", path.display())]
    Wasm {
        /// The path, from the manifest.
        path: PathBuf,
        /// The reason that the system gave.
        source: io::Error,
    },
    /// The wasm is not a module that may run here.
    #[error("{}: {source}", path.display())]
    Module {
        /// The file.
        path: PathBuf,
        /// The reason of the refusal.
        source: ext_host::ModuleError,
    },
    /// Its instances may take more memory than all extensions together have here.
    #[error(
        "the {instances} × {instance_bytes} bytes of memory, tables, stack and files that the manifest asks for are more than the {limit} bytes of all extensions together"
    )]
    TooMuchMemory {
        /// Number of instances.
        instances: u32,
        /// Bytes of each.
        instance_bytes: u64,
        /// Bytes of all extensions together.
        limit: u64,
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
    /// The manifest promises what the wasm says it has no function for.
    #[error(
        "the manifest names {names}, and the wasm has no function for that: add the function, or take the name out of the manifest"
    )]
    NoFunction {
        /// The operations and kinds of events.
        names: String,
    },
    /// The manifest names a script that the package does not have.
    #[error("the manifest starts `{script}`, and the extension has no file `{file}`")]
    NoScript {
        /// The path of the script, as its runtime sees it.
        script: String,
        /// The path in the folder of the extension.
        file: String,
    },
    /// An extension with this id is loaded already.
    #[error("an extension `{id}` is loaded already: unload it first")]
    Loaded {
        /// The id.
        id: String,
    },
    /// Its isolation is a process of its own, and the host has no worker program.
    #[error(
        "the extension `{id}` cannot run in a process of its own: this host has no worker program"
    )]
    NoProgram {
        /// The id.
        id: String,
    },
    /// It needs files, and the host has no program for guests with files.
    #[error(
        "the extension `{id}` needs files: this host has no program `{program}`, which runs such extensions"
    )]
    NoFilesProgram {
        /// The id.
        id: String,
        /// The name of the program, or its path.
        program: String,
    },
    /// The files of its package cannot be read.
    #[error("the file {} of the extension cannot be used: {source}", path.display())]
    Files {
        /// The file or folder.
        path: PathBuf,
        /// The reason.
        source: io::Error,
    },
    /// Starting it failed.
    #[error("the extension `{id}` does not start: {fault}")]
    Start {
        /// The id.
        id: String,
        /// The failure.
        fault: Fault,
    },
    /// It is quarantined.
    #[error("the extension `{id}` is quarantined: {reason}")]
    Quarantined {
        /// The id.
        id: String,
        /// The reason of the quarantine.
        reason: String,
    },
    /// The system gave no thread.
    #[error("there is no thread for the extension: {0}")]
    Thread(io::Error),
}

impl LoadError {
    /// Names the files in the folder `from` as those in `to`, of which they are a copy.
    #[must_use]
    pub fn with_folder(mut self, from: &Path, to: &Path) -> Self {
        if let Self::Wasm { path, .. } | Self::Files { path, .. } | Self::Module { path, .. } =
            &mut self
            && let Ok(name) = path.strip_prefix(from)
        {
            *path = to.join(name);
        }
        self
    }

    /// Returns the stable code.
    #[must_use]
    pub const fn code(&self) -> ErrorCode {
        match self {
            Self::Manifest(error) => error.code(),
            Self::Wasm { .. }
            | Self::Files { .. }
            | Self::NoProgram { .. }
            | Self::NoFilesProgram { .. } => ErrorCode::Io,
            Self::Module { source, .. } => source.code(),
            Self::TooMuchMemory { .. } => ErrorCode::ModuleLimit,
            Self::MissingExport { .. } | Self::NoFunction { .. } | Self::NoScript { .. } => {
                ErrorCode::AbiExport
            }
            Self::Loaded { .. } => ErrorCode::Conflict,
            Self::Start { fault, .. } => fault.code,
            Self::Quarantined { .. } => ErrorCode::Stopped,
            Self::Thread(_) => ErrorCode::Busy,
        }
    }
}

/// Makes the error of a call that nobody waits for any more.
pub(crate) fn caller_gone() -> ErrorBody {
    ErrorBody::new(ErrorCode::Stopped, "the caller is gone, or stopped the call")
}

/// Makes the error of a call whose extension is stopped, or dropped it.
pub(crate) fn stopped(id: &str) -> ErrorBody {
    ErrorBody::new(ErrorCode::Stopped, format_args!("the extension `{id}` is stopped"))
}

/// Makes the error of a call that finds the queue full.
pub(crate) fn busy(id: &str, retry_after_ms: u64) -> ErrorBody {
    let message = format_args!("too many calls wait for the extension `{id}`");
    ErrorBody::new(ErrorCode::Busy, message).with_retry_after_ms(retry_after_ms)
}

/// Makes the error of a call of a quarantined extension.
pub(crate) fn quarantined(id: &str, reason: &str) -> ErrorBody {
    let message = format_args!("the extension `{id}` is quarantined: {reason}");
    ErrorBody::new(ErrorCode::Stopped, message)
}

/// Makes the error of a call of an extension that is not loaded.
pub(crate) fn not_loaded(id: &str) -> ErrorBody {
    let message = format_args!("no extension `{}` is loaded", id.escape_debug());
    ErrorBody::new(ErrorCode::NotFound, message)
}
