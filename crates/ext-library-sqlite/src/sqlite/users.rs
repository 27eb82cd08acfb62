//! The rows that name a file.

use rusqlite::Transaction;

use crate::{fault::Outcome, rows::BlobKind};

/// Names the rows that a content belongs to.
const CONTENT: &str = "
SELECT path FROM entries WHERE content_hash = ?1
UNION ALL SELECT e.path || ', version ' || v.number FROM versions v
    JOIN entries e ON e.seq = v.entry WHERE v.content_hash = ?1
UNION ALL SELECT path || ', in the bin' FROM bin WHERE content_hash = ?1
UNION ALL SELECT b.path || ', version ' || v.number || ', in the bin' FROM bin_versions v
    JOIN bin b ON b.seq = v.entry WHERE v.content_hash = ?1";
/// Names the rows that a sidecar belongs to.
const SIDECAR: &str = "
SELECT e.path || ', sidecar ' || s.name FROM sidecars s
    JOIN entries e ON e.seq = s.entry WHERE s.content_hash = ?1
UNION ALL SELECT b.path || ', sidecar ' || s.name || ', in the bin' FROM bin_sidecars s
    JOIN bin b ON b.seq = s.entry WHERE s.content_hash = ?1";

/// Names what a file belongs to: the path of the entry, and the version or sidecar that it is.
pub(crate) fn of(db: &Transaction<'_>, kind: BlobKind, hash: &str) -> Outcome<Vec<String>> {
    let query = match kind {
        BlobKind::Content => CONTENT,
        BlobKind::Sidecar => SIDECAR,
    };
    let mut query = db.prepare_cached(query)?;
    let named = query.query_map([hash], |row| row.get(0))?;
    Ok(named.collect::<Result<_, _>>()?)
}
