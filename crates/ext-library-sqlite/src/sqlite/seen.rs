//! Files as they were when they were read.

use rusqlite::{Transaction, params};
use uuid::Uuid;

use super::{FILE, values::unsigned};
use crate::{
    fault::Outcome,
    seen::{KnownFile, LookedAt, SeenFile},
    source_path::SourcePath,
};

/// A table that older programs ignore: it says which content the files of a stamp had, whatever becomes
/// of the entry.
pub(super) const TABLE: &str = "
CREATE TABLE IF NOT EXISTS seen_files (
    entry INTEGER PRIMARY KEY REFERENCES entries (seq) ON DELETE CASCADE,
    hash TEXT NOT NULL,
    stamp TEXT NOT NULL,
    seen_at INTEGER NOT NULL
) STRICT;
";

/// Finds the entry of a file that is imported to a path, and is as it was when it was read last.
pub(crate) fn find(db: &Transaction<'_>, file: &LookedAt, now: i64) -> Outcome<Option<KnownFile>> {
    let mut query = db.prepare_cached(FIND)?;
    let LookedAt { path, source, stamp } = file;
    let values = params![path.as_str(), source.as_bytes(), stamp.as_str(), now, FILE];
    let mut rows = query.query(values)?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let size = row.get::<_, Option<i64>>(1)?.map(unsigned).transpose()?;
    Ok(Some(KnownFile { entry: Uuid::from_bytes(row.get(0)?), size }))
}

/// The query of [`find`]. A cross join keeps the order, since few entries have a path, and all have a
/// row of the other table; the plus keeps SQLite from the index of types.
const FIND: &str = "SELECT e.id, e.size FROM entries e CROSS JOIN seen_files s ON s.entry = e.seq \
    WHERE (e.moved_from = ?1 OR (e.path = ?1 AND e.moved_from IS NULL)) AND e.source = ?2 \
    AND e.source_hash = s.hash AND s.stamp = ?3 AND s.seen_at <= ?4 \
    AND e.created_by IS NULL AND +e.entry_type = ?5 ORDER BY e.seq DESC";

/// Remembers a file that was read, if its entry still has what was read.
pub(crate) fn put(db: &Transaction<'_>, file: &SeenFile) -> Outcome<()> {
    let mut put = db.prepare_cached(
        "INSERT OR REPLACE INTO seen_files \
         SELECT seq, source_hash, ?3, ?4 FROM entries WHERE id = ?1 AND source_hash = ?2",
    )?;
    put.execute(params![file.entry.as_bytes(), file.hash, file.stamp.as_str(), file.at])?;
    Ok(())
}

/// Forgets the files below a folder.
pub(crate) fn forget(db: &Transaction<'_>, folder: &SourcePath) -> Outcome<()> {
    let below = [folder.as_bytes(), b"/"].concat();
    db.prepare_cached(
        "DELETE FROM seen_files WHERE entry IN \
         (SELECT seq FROM entries WHERE substr(source, 1, length(?1)) = ?1)",
    )?
    .execute([below])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::*;
    use crate::{
        library::DATABASE,
        sqlite::{renamed, schema},
    };

    fn plan(db: &Connection, query: &str) -> Vec<String> {
        let mut explain = db.prepare(&format!("EXPLAIN QUERY PLAN {query}")).unwrap();
        let mut rows = explain.raw_query();
        let mut plan = Vec::new();
        while let Some(row) = rows.next().unwrap() {
            plan.push(row.get(3).unwrap());
        }
        plan
    }

    #[test]
    fn a_file_is_looked_up_without_a_look_at_the_entries_of_all_others() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(DATABASE);
        std::fs::write(&path, "").unwrap();
        schema::create(&path, Uuid::nil(), "Papers").unwrap();
        let (db, _) = schema::open(&path).unwrap();
        for query in [FIND, &renamed::with_content_query(), renamed::ENTRIES_OF] {
            let plan = plan(&db, query);
            let is_slow = |step: &String| step.contains("by_type") || step.starts_with("SCAN");
            assert!(!plan.is_empty() && !plan.iter().any(is_slow), "{plan:#?}");
        }
    }
}
