//! Entries whose files are gone from the disk.

use rusqlite::Transaction;
use uuid::Uuid;

use super::{bin, entries, imported};
use crate::{fault::Outcome, limits::Limits, rows::Removed, source_path::SourcePath};

/// Moves entries to the bin, each with a mark that it went with its file; returns what each of those
/// that went left behind.
pub(crate) fn put_all_into_bin(
    db: &Transaction<'_>,
    gone: &[(Uuid, SourcePath)],
    limits: Limits,
) -> Outcome<Vec<Removed>> {
    let mut all = Vec::new();
    for (id, file) in gone {
        if is_of(db, *id, file)?
            && let Some(removed) = entries::delete(db, None, *id, limits)?
        {
            bin::mark_file_gone(db, *id)?;
            all.push(removed);
        }
    }
    Ok(all)
}

/// Returns whether an entry is there and was imported from a file.
pub(crate) fn is_of(db: &Transaction<'_>, id: Uuid, file: &SourcePath) -> Outcome<bool> {
    Ok(imported::find_source(db, id)?.flatten().as_ref() == Some(file))
}

/// Lets an entry have no file.
pub(crate) fn forget(db: &Transaction<'_>, id: Uuid) -> Outcome<()> {
    db.prepare_cached("UPDATE entries SET source = NULL WHERE id = ?")?.execute([id.as_bytes()])?;
    Ok(())
}
