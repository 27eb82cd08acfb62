//! An entry that is fit to be made.

use serde_json::{Map, Value};
use thiserror::Error;

use crate::{
    Blob, EntryPath, ErrorCode,
    names::{self, NameError},
    ops::vdfs::{MAX_METADATA_BYTES, NewEntry},
};

/// Fault of an entry that is to be made.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum VetError {
    /// Its name, path, type or media type breaks a rule.
    #[error(transparent)]
    Name(#[from] NameError),
    /// It has a media type and no content.
    #[error("a media type needs content")]
    NoContent,
    /// Its metadata is too large.
    #[error("metadata of {0} bytes, the limit is {MAX_METADATA_BYTES}")]
    Metadata(usize),
}

impl VetError {
    /// Returns the code that a caller is told.
    #[must_use]
    pub const fn code(&self) -> ErrorCode {
        match self {
            Self::Name(error) => error.code(),
            Self::NoContent => ErrorCode::BadInput,
            Self::Metadata(_) => ErrorCode::AbiTooLarge,
        }
    }
}

/// An entry to be made, whose parts were checked: stores and permissions take this form of it.
///
/// ```
/// use ext_wire::{VettedEntry, ops::vdfs::NewEntry};
///
/// let note = NewEntry {
///     name: "Tea".into(),
///     path: "notes/the\u{301}".into(),
///     entry_type: "note".into(),
///     metadata: Default::default(),
///     content: None,
///     media_type: None,
/// };
/// let vetted = VettedEntry::vet(note.clone())?;
/// assert_eq!(vetted.path.as_str(), "notes/th\u{e9}");
/// assert!(VettedEntry::vet(NewEntry { path: "../tea".into(), ..note }).is_err());
/// # Ok::<(), ext_wire::VetError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct VettedEntry {
    /// Its name, in Unicode normal form C.
    pub name: String,
    /// Its path.
    pub path: EntryPath,
    /// Its type.
    pub entry_type: String,
    /// Its metadata.
    pub metadata: Map<String, Value>,
    /// Its content, if it has any.
    pub content: Option<Blob>,
    /// The media type of the content.
    pub media_type: Option<String>,
}

impl VettedEntry {
    /// Checks the input of [`CreateEntry`](crate::ops::vdfs::CreateEntry).
    ///
    /// # Errors
    /// [`VetError`].
    pub fn vet(input: NewEntry) -> Result<Self, VetError> {
        names::entry_type(&input.entry_type)?;
        input.media_type.as_deref().map_or(Ok(()), names::media_type)?;
        if input.media_type.is_some() && input.content.is_none() {
            return Err(VetError::NoContent);
        }
        check_metadata(&input.metadata)?;
        Ok(Self {
            name: names::entry_name(&input.name)?,
            path: input.path.parse()?,
            entry_type: input.entry_type,
            metadata: input.metadata,
            content: input.content,
            media_type: input.media_type,
        })
    }

    /// Checks the rules for an entry that is not there yet. A store does so before it makes one: an
    /// older entry is found by its path, whatever that holds.
    ///
    /// # Errors
    /// A character of the path or the name does not show.
    pub fn check_new(&self) -> Result<(), NameError> {
        self.path.check_new()?;
        names::new_entry_name(&self.name)
    }
}

fn check_metadata(metadata: &Map<String, Value>) -> Result<(), VetError> {
    let len = serde_json::to_vec(metadata).map_or(usize::MAX, |json| json.len());
    if len > MAX_METADATA_BYTES { Err(VetError::Metadata(len)) } else { Ok(()) }
}
