//! Entries that were imported from files of the user.

use ext_services::library::LibraryError;
use ext_wire::{EntryPath, ops::vdfs::Entry};
use rusqlite::{OptionalExtension, Transaction};
use uuid::Uuid;

use super::entry_row::{COLUMNS, EntryRow};
use crate::{
    fault::{Outcome, no_entry},
    rows::ImportedEntry,
    source_path::SourcePath,
};

/// The entries that a file may have, which would be imported to a path.
#[derive(Debug, Default)]
pub(crate) struct Homes {
    /// Those that were imported to the path, wherever the user moved them.
    pub(crate) entries: Vec<ImportedEntry>,
    /// Likewise, in the bin.
    pub(crate) binned: Vec<ImportedEntry>,
    /// The entry at the path, whatever it is.
    pub(crate) at: Option<ImportedEntry>,
}

/// Finds the entries that a file may have, newest first.
pub(crate) fn homes(db: &Transaction<'_>, path: &EntryPath) -> Outcome<Homes> {
    let home = "e.moved_from = ?1 OR (e.path = ?1 AND e.moved_from IS NULL)";
    let gone = "coalesce(e.file_gone, 0)";
    Ok(Homes {
        entries: select(db, "entries", "0", home, path)?,
        binned: select(db, "bin", gone, home, path)?,
        at: select(db, "entries", "0", "e.path = ?1", path)?.into_iter().next(),
    })
}

fn select(
    db: &Transaction<'_>,
    table: &str,
    file_gone: &str,
    condition: &str,
    path: &EntryPath,
) -> Outcome<Vec<ImportedEntry>> {
    let mut query = db.prepare_cached(&format!(
        "SELECT {COLUMNS}, e.source, e.source_hash, e.moved_from IS NOT NULL, {file_gone} \
         FROM {table} e \
         WHERE {condition} ORDER BY e.seq DESC"
    ))?;
    let mut rows = query.query([path.as_str()])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let EntryRow { entry, .. } = EntryRow::read(row)?;
        let source = row.get::<_, Option<Vec<u8>>>(12)?.map(SourcePath::from_bytes);
        found.push(ImportedEntry {
            entry,
            source,
            source_hash: row.get(13)?,
            is_moved: row.get(14)?,
            file_gone: row.get(15)?,
        });
    }
    Ok(found)
}

/// Finds the file that an entry was imported from; `NotFound` when there is no such entry.
pub(crate) fn source_of(db: &Transaction<'_>, entry: Uuid) -> Outcome<Option<SourcePath>> {
    Ok(find_source(db, entry)?.ok_or_else(|| no_entry(entry))?)
}

/// Finds the file that an entry was imported from, if there is such an entry.
pub(super) fn find_source(
    db: &Transaction<'_>,
    entry: Uuid,
) -> Outcome<Option<Option<SourcePath>>> {
    let mut query = db.prepare_cached("SELECT source FROM entries WHERE id = ?")?;
    let source = query.query_row([entry.as_bytes()], |row| row.get::<_, Option<Vec<u8>>>(0));
    Ok(source.optional()?.map(|source| source.map(SourcePath::from_bytes)))
}

/// The entry type of an imported file.
pub(crate) const FILE: &str = "file";

/// Checks that an entry may get new content from an import: only an imported file may, for the entries
/// of extensions, and those that the user made by hand, are not files.
///
/// # Errors
/// `Denied` for an entry that is not an imported file.
pub(crate) fn may_import_over(entry: &Entry) -> Result<(), LibraryError> {
    if entry.created_by.is_none() && entry.entry_type == FILE {
        return Ok(());
    }
    let maker = entry.created_by.as_deref().unwrap_or("the user");
    let Entry { path, entry_type, .. } = entry;
    Err(LibraryError::Denied(format!(
        "`{path}` is a {entry_type} made by {maker}, not an imported file"
    )))
}
