//! The side of the server that has files: contents, sidecars, uploads.

use std::{
    io::{self, Read},
    time::SystemTime,
};

use bytes::Bytes;
use ext_wire::ErrorBody;
use uuid::Uuid;

use crate::backend::Caller;

/// A file of a library that a request names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileRef {
    /// The library.
    pub library: Uuid,
    /// The entry.
    pub entry: Uuid,
    /// The part of the entry.
    pub part: FilePart,
}

/// A part of an entry that is a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FilePart {
    /// The content.
    Content,
    /// The content that it had before, by number.
    Version(u64),
    /// The sidecar with this name.
    Sidecar(String),
}

/// Bytes that are read piece by piece.
pub trait ReadAt: Send + Sync {
    /// Reads up to `most` bytes from an offset on; fewer only at the end.
    ///
    /// # Errors
    /// Those of the system, and bytes that are not what was written.
    fn read_at(&self, offset: u64, most: usize) -> io::Result<Bytes>;
}

/// A file that is open for reading, and does not change any more.
pub struct ServedFile {
    /// Its name, for the one who saves it.
    pub name: String,
    /// Its media type, where known.
    pub media_type: Option<String>,
    /// The size in bytes.
    pub size: u64,
    /// A text that another content does not have: a hash.
    pub version: String,
    /// The bytes.
    pub bytes: Box<dyn ReadAt>,
}

/// A sidecar that was written.
#[derive(Debug, Clone)]
pub struct WrittenSidecar {
    /// The answer: JSON.
    pub info: serde_json::Value,
    /// A text that another content does not have: a hash.
    pub version: String,
}

/// An upload that is to begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewUpload {
    /// The library that gets the entry.
    pub library: Uuid,
    /// The path of the entry.
    pub path: String,
    /// Bytes of the file.
    pub length: u64,
}

/// An upload, whole or in part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    /// Its id.
    pub id: Uuid,
    /// Bytes that are kept.
    pub offset: u64,
    /// Bytes of the whole file.
    pub length: u64,
    /// The entry that it became, once it is whole.
    pub entry: Option<Uuid>,
    /// The time at which it is forgotten.
    pub expires: SystemTime,
}

/// The files of a system. The methods are called from many threads, and block.
#[expect(clippy::missing_errors_doc, reason = "each: what the caller may not, and what fails")]
pub trait Files: Send + Sync {
    /// Opens a file for reading.
    fn open(&self, caller: &Caller, file: &FileRef) -> Result<ServedFile, ErrorBody>;

    /// Writes a sidecar, if `only_if` agrees to the version that is there, or to `None`;
    /// [`Conflict`](ext_wire::ErrorCode::Conflict) otherwise. Nothing is written when `source` fails.
    fn write_sidecar(
        &self,
        caller: &Caller,
        file: &FileRef,
        source: &mut dyn Read,
        only_if: &dyn Fn(Option<&str>) -> bool,
    ) -> Result<WrittenSidecar, ErrorBody>;

    /// Begins an upload.
    fn create_upload(&self, caller: &Caller, new: &NewUpload) -> Result<Upload, ErrorBody>;

    /// Finds an upload of the caller.
    fn upload(&self, caller: &Caller, library: Uuid, id: Uuid) -> Result<Upload, ErrorBody>;

    /// Adds bytes behind those that are kept, which are `offset` many;
    /// [`Conflict`](ext_wire::ErrorCode::Conflict) when they are not. What came is kept when `source`
    /// fails. The file becomes an entry with its last byte.
    fn append(
        &self,
        caller: &Caller,
        library: Uuid,
        id: Uuid,
        offset: u64,
        source: &mut dyn Read,
    ) -> Result<Upload, ErrorBody>;

    /// Ends an upload, and forgets what came.
    fn cancel_upload(&self, caller: &Caller, library: Uuid, id: Uuid) -> Result<(), ErrorBody>;
}

/// The longest upload, in bytes.
pub const MAX_UPLOAD_BYTES: u64 = 16 << 30;
