//! The errors of modules, and the faults of instances.

use std::fmt;

use ext_abi::{AbiError, ErrorCode, names::ABI_SECTION};
use thiserror::Error;

/// The reason for which a module was refused. Nothing of it has run.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ModuleError {
    /// The bytes are not a core wasm module.
    #[error("not a wasm module: {reason}")]
    Invalid {
        /// A description of the bytes, or the place at which they break.
        reason: String,
    },
    /// The module needs a wasm feature that is off here.
    #[error("the module uses a wasm feature that is off: {reason}")]
    Feature {
        /// The feature, and the place of its use.
        reason: String,
    },
    /// Something in the module is too large.
    #[error("the module has {what} of {got}, the limit is {limit}")]
    Limit {
        /// The things that are limited.
        what: &'static str,
        /// Their size or number.
        got: u64,
        /// The most there may be.
        limit: u64,
    },
    /// The module imports something that the ABI does not have.
    #[error(
        "the module imports `{module}.{name}`, but an extension may import only `spacedrive.spacedrive_call` and `spacedrive.spacedrive_log`: {reason}"
    )]
    Import {
        /// The import's module.
        module: String,
        /// The import's name.
        name: String,
        /// The rule that it breaks.
        reason: &'static str,
    },
    /// The module imports something of WASI that it does not get.
    #[error("the module imports `{module}.{name}`: {reason}", module = crate::wasi_names::WASI_MODULE)]
    Wasi {
        /// The import's name.
        name: String,
        /// The reason for which it is not available.
        reason: &'static str,
    },
    /// The module imports something of WASI or WASIX that programs with files do not get.
    #[error("the module imports `{module}.{name}`: {reason}")]
    World {
        /// The import's module.
        module: String,
        /// The import's name.
        name: String,
        /// The reason for which it is not available.
        reason: &'static str,
    },
    /// An export is missing or has the wrong type.
    #[error("the export `{name}` {reason}")]
    Export {
        /// Its name.
        name: &'static str,
        /// The rule that it breaks.
        reason: String,
    },
    /// The module does not say which ABI it was built for.
    #[error(
        "the module has no section `{ABI_SECTION}`, which names the ABI version that it was built for \
         (this host has version {supported})"
    )]
    NoVersion {
        /// The host's version.
        supported: u32,
    },
    /// The module was built for another ABI.
    #[error("the module was built for ABI version {found}, this host has version {supported}")]
    Version {
        /// The module's version.
        found: String,
        /// The host's version.
        supported: u32,
    },
    /// All extensions together have no memory left for it.
    #[error("the memory for all extensions together, {limit} bytes, is used up: unload one")]
    Busy {
        /// The most that they may use together.
        limit: u64,
    },
    /// Compiling it takes more time or memory than it may.
    #[error("the module cannot be compiled within the limits of compiling: {reason}")]
    CompileLimit {
        /// The limit that was met.
        reason: String,
    },
    /// The system does not let it be compiled now; the module is not to blame.
    #[error("the module cannot be compiled now: {reason}")]
    Io {
        /// The reason that the system gave.
        reason: String,
    },
    /// The compiler gave up.
    #[error("the module cannot be compiled: {0}")]
    Compile(String),
}

impl ModuleError {
    /// Returns true if the module is refused for what it is; false if for what the machine has to
    /// offer now.
    #[cfg(feature = "compiler")]
    pub(crate) const fn is_lasting(&self) -> bool {
        !matches!(self, Self::CompileLimit { .. } | Self::Busy { .. } | Self::Io { .. })
    }

    /// Returns the stable code.
    #[must_use]
    pub const fn code(&self) -> ErrorCode {
        match self {
            Self::Invalid { .. } | Self::Compile(_) => ErrorCode::ModuleInvalid,
            Self::Feature { .. } => ErrorCode::ModuleFeature,
            Self::Limit { .. } | Self::CompileLimit { .. } => ErrorCode::ModuleLimit,
            Self::Import { .. } | Self::Wasi { .. } | Self::World { .. } => {
                ErrorCode::ImportUnknown
            }
            Self::Export { .. } => ErrorCode::AbiExport,
            Self::NoVersion { .. } | Self::Version { .. } => ErrorCode::AbiVersion,
            Self::Busy { .. } => ErrorCode::Busy,
            Self::Io { .. } => ErrorCode::Io,
        }
    }
}

/// A malfunction of the guest. The instance that it happened in is not used again.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub struct Fault {
    /// The stable code.
    pub code: ErrorCode,
    /// A description, in lower case and without a full stop.
    pub message: String,
    /// Names of the guest's functions, innermost first, where the module has a name section: demangled,
    /// and repetitions folded (`walk ×4096`).
    pub backtrace: Vec<String>,
}

impl Fault {
    pub(crate) fn new(code: ErrorCode, message: impl fmt::Display) -> Self {
        Self { code, message: message.to_string(), backtrace: Vec::new() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.message)?;
        match self.backtrace.first() {
            Some(function) => write!(f, " (in `{function}`)"),
            None => Ok(()),
        }
    }
}

impl From<AbiError> for Fault {
    fn from(error: AbiError) -> Self {
        Self::new(error.code(), error)
    }
}
