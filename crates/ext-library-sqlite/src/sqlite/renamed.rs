//! Files of the user that got another name.

use ext_wire::EntryPath;
use rusqlite::{Transaction, params};
use uuid::Uuid;

use super::entries;
use crate::{fault::Outcome, source_path::SourcePath};

/// Finds the entries that were imported from a file, or from the files below a folder.
pub(crate) fn entries_of(
    db: &Transaction<'_>,
    from: &SourcePath,
) -> Outcome<Vec<(Uuid, SourcePath)>> {
    let below = [from.as_bytes(), b"/"].concat();
    let mut query = db.prepare_cached(
        "SELECT id, source FROM entries WHERE source = ?1 OR substr(source, 1, length(?2)) = ?2",
    )?;
    let row = |row: &rusqlite::Row<'_>| {
        let (id, source): ([u8; 16], Vec<u8>) = (row.get(0)?, row.get(1)?);
        Ok((Uuid::from_bytes(id), SourcePath::from_bytes(source)))
    };
    let found = query.query_map(params![from.as_bytes(), below], row)?;
    Ok(found.collect::<Result<_, _>>()?)
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
