//! Files of the user that got another name.

use ext_wire::{EntryPath, ops::vdfs::Entry};
use rusqlite::{Transaction, params};
use uuid::Uuid;

use super::{
    FILE, entries,
    entry_row::{COLUMNS, EntryRow},
    imported,
    values::signed,
};
use crate::{fault::Outcome, source_path::SourcePath};

/// Indexes that older programs keep up to date and do not use.
pub(super) const INDEX: &str = "CREATE INDEX IF NOT EXISTS entries_of_files_by_size \
    ON entries (size) WHERE source IS NOT NULL; \
    CREATE INDEX IF NOT EXISTS entries_of_files ON entries (source) WHERE source IS NOT NULL; \
    CREATE INDEX IF NOT EXISTS versions_by_size ON versions (size)";

/// The entries that were imported from files which are known. The plus keeps SQLite from the index of
/// types, in which nearly all entries are alike: each import would look at all that were imported before.
const OF_FILES: &str = "source IS NOT NULL AND created_by IS NULL AND +entry_type = ?2";

/// An entry that has or had the content of a file.
pub(crate) struct SameContent {
    pub(crate) entry: Entry,
    /// The file that it was imported from.
    pub(crate) file: SourcePath,
    /// True when it has the content, or had it when its file was imported last; else it is one of the
    /// versions that are kept.
    pub(crate) is_last: bool,
}

/// Returns whether an entry was imported from a file of this size, now or before.
pub(crate) fn has_size(db: &Transaction<'_>, size: u64) -> Outcome<bool> {
    let query = format!(
        "SELECT 1 FROM entries WHERE size = ?1 AND {OF_FILES} \
         UNION ALL SELECT 1 FROM versions WHERE size = ?1"
    );
    Ok(db.prepare_cached(&query)?.exists(params![signed(size)?, FILE])?)
}

/// Finds the entries that have this content, or of which it is a version.
pub(crate) fn with_content(db: &Transaction<'_>, hash: &str) -> Outcome<Vec<SameContent>> {
    let mut query = db.prepare_cached(&with_content_query())?;
    let mut rows = query.query(params![hash, FILE])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let (file, is_last) = (SourcePath::from_bytes(row.get(12)?), row.get(13)?);
        found.push(SameContent { entry: EntryRow::read(row)?.entry, file, is_last });
    }
    Ok(found)
}

pub(super) fn with_content_query() -> String {
    format!(
        "SELECT {COLUMNS}, e.source, coalesce(e.content_hash, '') = ?1 OR coalesce(e.source_hash, '') = ?1 \
         FROM entries e \
         WHERE (e.content_hash = ?1 \
             OR e.seq IN (SELECT entry FROM versions WHERE content_hash = ?1)) \
         AND {OF_FILES} ORDER BY e.seq"
    )
}

/// The query of [`entries_of`].
pub(super) const ENTRIES_OF: &str = "SELECT id, source FROM entries WHERE source = ?1 \
    UNION ALL SELECT id, source FROM entries WHERE source >= ?2 AND source < ?3";

/// Finds the entries that were imported from a file, or from the files below a folder.
pub(crate) fn entries_of(
    db: &Transaction<'_>,
    from: &SourcePath,
) -> Outcome<Vec<(Uuid, SourcePath)>> {
    // What begins with the path and a slash lies before the path and the character behind it.
    let [below, behind] = [b"/", b"0"].map(|end| [from.as_bytes(), end].concat());
    let mut query = db.prepare_cached(ENTRIES_OF)?;
    let row = |row: &rusqlite::Row<'_>| {
        let (id, source): ([u8; 16], Vec<u8>) = (row.get(0)?, row.get(1)?);
        Ok((Uuid::from_bytes(id), SourcePath::from_bytes(source)))
    };
    let found = query.query_map(params![from.as_bytes(), below, behind], row)?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// Returns whether a file, which is imported to `path`, is that of another entry. The path finds it, as
/// it does for an import.
pub(crate) fn is_of_another(
    db: &Transaction<'_>,
    id: Uuid,
    file: &SourcePath,
    path: &EntryPath,
) -> Outcome<bool> {
    let homes = imported::homes(db, path)?.entries;
    Ok(homes.iter().any(|other| other.entry.id != id && other.source.as_ref() == Some(file)))
}

/// Lets an entry follow its file, which is imported to `path` from now on: to that path, unless the
/// user chose another one, or it is taken. Returns whether it has another path now.
pub(crate) fn follow(
    db: &Transaction<'_>,
    id: Uuid,
    file: &SourcePath,
    path: &EntryPath,
) -> Outcome<bool> {
    let moved = "SELECT moved_from IS NOT NULL FROM entries WHERE id = ?";
    let moved: bool = db.prepare_cached(moved)?.query_row([id.as_bytes()], |row| row.get(0))?;
    let follows = !moved && entries::by_path(db, path)?.is_none();
    if follows {
        entries::relocate(db, id, path)?;
    }
    // Where it is elsewhere, it is found there when its file is imported.
    db.prepare_cached(
        "UPDATE entries SET source = ?1, moved_from = nullif(?2, path) WHERE id = ?3",
    )?
    .execute(params![file.as_bytes(), path.as_str(), id.as_bytes()])?;
    Ok(follows)
}
