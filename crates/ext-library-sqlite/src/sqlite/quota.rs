//! The bytes that each extension has in a library: the content of its entries and its sidecars
//! together, whichever way they came in.

use ext_services::library::LibraryError;
use rusqlite::Transaction;

use crate::fault::Outcome;

/// The table with the bytes of each extension. The triggers keep it correct for every change of a row,
/// also the removal of the entry of a sidecar.
pub(super) const TABLE: &str = r"
CREATE TABLE extension_bytes (
    extension TEXT NOT NULL PRIMARY KEY,
    bytes INTEGER NOT NULL
) STRICT;
INSERT INTO extension_bytes SELECT extension, sum(size) FROM (
    SELECT written_by AS extension, size FROM sidecars
    UNION ALL SELECT created_by, size FROM entries WHERE size IS NOT NULL
) WHERE extension IS NOT NULL GROUP BY extension;

CREATE TRIGGER sidecar_bytes_new AFTER INSERT ON sidecars WHEN new.written_by IS NOT NULL BEGIN
    INSERT INTO extension_bytes VALUES (new.written_by, new.size)
        ON CONFLICT DO UPDATE SET bytes = bytes + excluded.bytes;
END;
CREATE TRIGGER sidecar_bytes_old AFTER DELETE ON sidecars BEGIN
    UPDATE extension_bytes SET bytes = bytes - old.size WHERE extension = old.written_by;
END;
CREATE TRIGGER sidecar_bytes_changed AFTER UPDATE OF size, written_by ON sidecars BEGIN
    UPDATE extension_bytes SET bytes = bytes - old.size WHERE extension = old.written_by;
    INSERT INTO extension_bytes SELECT new.written_by, new.size WHERE new.written_by IS NOT NULL
        ON CONFLICT DO UPDATE SET bytes = bytes + excluded.bytes;
END;

CREATE TRIGGER content_bytes_new AFTER INSERT ON entries
WHEN new.created_by IS NOT NULL AND new.size IS NOT NULL BEGIN
    INSERT INTO extension_bytes VALUES (new.created_by, new.size)
        ON CONFLICT DO UPDATE SET bytes = bytes + excluded.bytes;
END;
CREATE TRIGGER content_bytes_old AFTER DELETE ON entries WHEN old.size IS NOT NULL BEGIN
    UPDATE extension_bytes SET bytes = bytes - old.size WHERE extension = old.created_by;
END;
CREATE TRIGGER content_bytes_changed AFTER UPDATE OF size, created_by ON entries BEGIN
    UPDATE extension_bytes SET bytes = bytes - coalesce(old.size, 0) WHERE extension = old.created_by;
    INSERT INTO extension_bytes SELECT new.created_by, new.size
        WHERE new.created_by IS NOT NULL AND new.size IS NOT NULL
        ON CONFLICT DO UPDATE SET bytes = bytes + excluded.bytes;
END;
";

/// Checks that an extension has no more bytes than it may, after a row is written, so that what it
/// replaces is not counted; an error ends the transaction. The user may have any.
pub(super) fn check(db: &Transaction<'_>, extension: Option<&str>, limit: u64) -> Outcome<()> {
    let Some(extension) = extension else { return Ok(()) };
    let mut query = db.prepare_cached(
        "SELECT coalesce(max(bytes), 0) FROM extension_bytes WHERE extension = ?",
    )?;
    let bytes: i64 = query.query_row([extension], |row| row.get(0))?;
    let bytes = u64::try_from(bytes).unwrap_or(0);
    if bytes <= limit {
        return Ok(());
    }
    Err(LibraryError::Quota { extension: extension.to_owned(), bytes, limit }.into())
}
