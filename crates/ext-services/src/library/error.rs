//! Failures of a library.

use ext_wire::{
    ErrorCode, VetError,
    names::NameError,
    ops::vdfs::{MAX_METADATA_BYTES, SidecarInfo, UpdateMetadataInput, WriteSidecarInput},
};
use serde_json::{Map, Value};
use thiserror::Error;

/// Failure of a library.
#[derive(Debug, Error)]
pub enum LibraryError {
    /// There is no such library, entry or sidecar.
    #[error("there is no {what} {name}")]
    NotFound {
        /// Kind of the thing: `"library"`, `"entry"`, `"sidecar"`.
        what: &'static str,
        /// Its id or name.
        name: String,
    },
    /// A name, path or type is not legal.
    #[error(transparent)]
    Name(#[from] NameError),
    /// The caller may not touch this.
    #[error("{0}")]
    Denied(String),
    /// The input contradicts itself or the library.
    #[error("{0}")]
    Invalid(String),
    /// Another thing has this place already.
    #[error("{0}")]
    Conflict(String),
    /// A reader of events knows one that this log never had, and would miss those to come.
    #[error(
        "the newest event is {newest}, and not {asked} or later: the log is that of an older backup, so \
         what was read of it has to be read again"
    )]
    OlderLog {
        /// The event that the reader knows.
        asked: u64,
        /// The newest event there ever was.
        newest: u64,
    },
    /// A value is over a limit.
    #[error("{what} of {got} bytes, the limit is {limit}")]
    TooLarge {
        /// The thing that is too large.
        what: &'static str,
        /// Its size.
        got: u64,
        /// The limit.
        limit: u64,
    },
    /// An extension would have more content and sidecars than it may.
    #[error("{extension} would have {bytes} bytes in this library, the limit is {limit}")]
    Quota {
        /// The extension.
        extension: String,
        /// Bytes that it would have.
        bytes: u64,
        /// Bytes that it may have.
        limit: u64,
    },
    /// There are as many of a thing as there may be.
    #[error("there are {limit} {what} already, which is the limit")]
    TooMany {
        /// The things.
        what: &'static str,
        /// Their limit.
        limit: u64,
    },
    /// The caller's time is up.
    #[error("the call ran out of time in the library")]
    Deadline,
    /// The one who asked ended the work; nothing was changed.
    #[error("it was stopped, and nothing was changed")]
    Stopped,
    /// Another process holds the library for too long.
    #[error("the library is busy: another process is writing to it")]
    Busy,
    /// Other programs, or other parts of this one, have the library open.
    #[error("the library is in use by {0}")]
    InUse(String),
    /// The disk is full.
    #[error("there is no space left on the disk")]
    NoSpace,
    /// The thing that is to be changed is on a medium that is read-only, or belongs to another user.
    #[error("{0} is read-only here: nothing in it can be changed")]
    ReadOnly(&'static str),
    /// A symbolic link stands in the place of a file or folder of the library.
    #[error("`{0}` is a symbolic link, and none is followed inside a library")]
    Link(String),
    /// The library's files are damaged.
    #[error("the library is damaged: {0}")]
    Corrupt(String),
    /// A backup is not what was written.
    #[error("the backup {0}")]
    DamagedBackup(String),
    /// The library was made by another version.
    #[error("the library has schema version {found}, this program reads {supported}")]
    Schema {
        /// Version on disk.
        found: i64,
        /// Version of this program.
        supported: i64,
    },
    /// Reading or writing failed.
    #[error("{0}")]
    Io(String),
    /// No decision on the caller's permission was possible.
    #[error("{0}")]
    Undecided(String),
    /// The library's store does not have this role.
    #[error("this library has no {0}")]
    Unsupported(&'static str),
}

impl From<VetError> for LibraryError {
    fn from(error: VetError) -> Self {
        match error {
            VetError::Name(error) => Self::Name(error),
            VetError::NoContent => Self::Invalid(error.to_string()),
            VetError::Metadata(got) => {
                let (got, limit) = (got as u64, MAX_METADATA_BYTES as u64);
                Self::TooLarge { what: "metadata", got, limit }
            }
        }
    }
}

impl LibraryError {
    /// Refuses a change of metadata that was made of other values than they have now.
    ///
    /// # Errors
    /// [`Self::Conflict`].
    pub fn ensure_unchanged(
        input: &UpdateMetadataInput,
        metadata: &Map<String, Value>,
    ) -> Result<(), Self> {
        let Some(key) = input.changed_key(metadata) else { return Ok(()) };
        let key = key.escape_debug();
        Err(Self::Conflict(format!("the metadata `{key}` have another value by now")))
    }

    /// Refuses to write a sidecar that was made of another one than is there now.
    ///
    /// # Errors
    /// [`Self::Conflict`].
    pub fn ensure_same_sidecar(
        input: &WriteSidecarInput,
        now: Option<&SidecarInfo>,
    ) -> Result<(), Self> {
        if input.holds(now) {
            return Ok(());
        }
        let name = input.name.escape_debug();
        Err(Self::Conflict(format!("the sidecar `{name}` is another one by now")))
    }

    /// Returns the code that a caller is told.
    #[must_use]
    pub const fn code(&self) -> ErrorCode {
        match self {
            Self::NotFound { .. } => ErrorCode::NotFound,
            Self::Name(error) => error.code(),
            Self::Denied(_) => ErrorCode::DeniedArg,
            Self::Invalid(_) => ErrorCode::BadInput,
            Self::Conflict(_) | Self::OlderLog { .. } => ErrorCode::Conflict,
            Self::TooLarge { .. } => ErrorCode::AbiTooLarge,
            Self::Busy | Self::InUse(_) => ErrorCode::Busy,
            Self::NoSpace | Self::Quota { .. } | Self::TooMany { .. } => ErrorCode::NoSpace,
            Self::ReadOnly(_) => ErrorCode::ReadOnly,
            Self::Deadline => ErrorCode::Deadline,
            Self::Stopped => ErrorCode::Stopped,
            Self::Link(_) => ErrorCode::Path,
            Self::Corrupt(_) | Self::DamagedBackup(_) => ErrorCode::Corrupt,
            Self::Schema { .. } => ErrorCode::Schema,
            Self::Io(_) => ErrorCode::Io,
            Self::Undecided(_) => ErrorCode::Internal,
            Self::Unsupported(_) => ErrorCode::UnknownMethod,
        }
    }

    /// Returns whether the message may cross to an extension; the others can name host paths.
    #[must_use]
    pub const fn is_public(&self) -> bool {
        !matches!(
            self,
            Self::Link(_)
                | Self::Corrupt(_)
                | Self::DamagedBackup(_)
                | Self::Conflict(_)
                | Self::Io(_)
                | Self::Undecided(_)
        )
    }
}
