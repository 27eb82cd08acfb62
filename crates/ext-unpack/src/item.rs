//! Contents of containers.

use crate::UnpackError;

/// Something that stands in a container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Its name there, as it was written; never a path to open.
    pub name: Option<String>,
    /// Place that it has in what contains it.
    pub role: Role,
    /// Its bytes, or the reason why they were not taken out.
    pub bytes: Result<Vec<u8>, UnpackError>,
}

/// Place of an item in what contains it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// A file of its own.
    File,
    /// The text of the message that the container is.
    Body,
    /// That for which the container is only a wrapping: the signed content, the decoded bytes.
    Content,
}

impl Item {
    pub(crate) fn file(name: Option<String>, bytes: Result<Vec<u8>, UnpackError>) -> Self {
        Self { name, role: Role::File, bytes }
    }

    pub(crate) fn content(bytes: Vec<u8>) -> Self {
        Self { name: None, role: Role::Content, bytes: Ok(bytes) }
    }
}
