//! The folders of this machine whose files are entries, and where they stand in the library.

use rusqlite::{Transaction, params};

use crate::{fault::Outcome, source_path::SourcePath};

/// A table that older programs ignore.
pub(super) const TABLE: &str = "
CREATE TABLE IF NOT EXISTS import_roots (
    folder BLOB NOT NULL PRIMARY KEY,
    place TEXT NOT NULL
) STRICT;
";

/// Lists folders with their places.
pub(crate) fn all(db: &Transaction<'_>) -> Outcome<Vec<(SourcePath, String)>> {
    let mut query = db.prepare_cached("SELECT folder, place FROM import_roots ORDER BY folder")?;
    let rows = query.query_map([], |row| Ok((SourcePath::from_bytes(row.get(0)?), row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Remembers the place of a folder.
pub(crate) fn put(db: &Transaction<'_>, folder: &SourcePath, place: &str) -> Outcome<()> {
    db.prepare_cached("INSERT OR REPLACE INTO import_roots VALUES (?, ?)")?
        .execute(params![folder.as_bytes(), place])?;
    Ok(())
}
