//! The columns of an entry.

use ext_wire::ops::vdfs::Entry;
use rusqlite::Row;
use uuid::Uuid;

use super::values::unsigned;
use crate::fault::Outcome;

/// The columns of `entries AS e` in the order that [`EntryRow::read`] expects.
pub(super) const COLUMNS: &str = "e.seq, e.id, e.name, e.path, e.entry_type, e.media_type, e.size, \
    e.content_hash, e.created_by, e.metadata, e.created_at, e.updated_at";

/// An entry with its number.
#[derive(Debug)]
pub(super) struct EntryRow {
    /// The number.
    pub(super) seq: i64,
    /// The entry.
    pub(super) entry: Entry,
}

impl EntryRow {
    /// Reads the [`COLUMNS`].
    pub(super) fn read(row: &Row<'_>) -> Outcome<Self> {
        let metadata: String = row.get(9)?;
        let entry = Entry {
            id: Uuid::from_bytes(row.get(1)?),
            name: row.get(2)?,
            path: row.get(3)?,
            entry_type: row.get(4)?,
            media_type: row.get(5)?,
            size: row.get::<_, Option<i64>>(6)?.map(unsigned).transpose()?,
            content_hash: row.get(7)?,
            created_by: row.get(8)?,
            metadata: serde_json::from_str(&metadata)?,
            created_at: row.get(10)?,
            updated_at: row.get(11)?,
        };
        Ok(Self { seq: row.get(0)?, entry })
    }

    /// Returns the size of the metadata in the [`COLUMNS`], in bytes of JSON.
    pub(super) fn metadata_bytes(row: &Row<'_>) -> Outcome<usize> {
        Ok(row.get_ref(9)?.as_bytes().map_or(0, <[u8]>::len))
    }
}
