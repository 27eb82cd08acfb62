//! The bytes that each extension has in a library: the content of its entries, its sidecars and what it
//! wrote into metadata, together, whichever way they came in.

use ext_services::library::LibraryError;
use rusqlite::{Connection, Transaction, params};

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

/// A column of the table of bytes of metadata, by which a database is known to have it.
pub(super) const METADATA_COLUMN: (&str, &str, &str) = ("metadata_bytes", "bytes", "INTEGER");

/// The bytes of metadata that each extension wrote into an entry: those of a new entry, and those by
/// which its patches made the metadata longer.
pub(super) const METADATA_TABLE: &str = "
CREATE TABLE IF NOT EXISTS metadata_bytes (
    entry INTEGER NOT NULL REFERENCES entries (seq) ON DELETE CASCADE,
    extension TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    PRIMARY KEY (entry, extension)
) STRICT;
";

/// The triggers that keep it and add it to the other bytes, and the count of what is there. Nobody has
/// more bytes in an entry than its metadata have, without the braces.
const METADATA: &str = "
CREATE TRIGGER metadata_bytes_new AFTER INSERT ON metadata_bytes BEGIN
    INSERT INTO extension_bytes VALUES (new.extension, new.bytes)
        ON CONFLICT DO UPDATE SET bytes = bytes + excluded.bytes;
END;
CREATE TRIGGER metadata_bytes_old AFTER DELETE ON metadata_bytes BEGIN
    UPDATE extension_bytes SET bytes = bytes - old.bytes WHERE extension = old.extension;
END;
CREATE TRIGGER metadata_bytes_changed AFTER UPDATE OF bytes ON metadata_bytes BEGIN
    UPDATE extension_bytes SET bytes = bytes - old.bytes + new.bytes WHERE extension = new.extension;
END;
CREATE TRIGGER metadata_of_new AFTER INSERT ON entries
WHEN new.created_by IS NOT NULL AND new.metadata <> '{}' BEGIN
    INSERT INTO metadata_bytes
        VALUES (new.seq, new.created_by, length(CAST(new.metadata AS BLOB)) - 2);
END;
CREATE TRIGGER metadata_of_changed AFTER UPDATE OF metadata ON entries BEGIN
    UPDATE metadata_bytes SET bytes = min(bytes, length(CAST(new.metadata AS BLOB)) - 2)
        WHERE entry = new.seq;
END;
INSERT INTO metadata_bytes SELECT seq, created_by, length(CAST(metadata AS BLOB)) - 2
    FROM entries WHERE created_by IS NOT NULL AND metadata <> '{}';
";

/// Counts the bytes of metadata from now on, if they are not counted yet.
pub(super) fn count_metadata(db: &Connection) -> Outcome<()> {
    let mut query = db.prepare(
        "SELECT count(*) FROM sqlite_schema WHERE type = 'trigger' AND name = 'metadata_bytes_new'",
    )?;
    let counted: i64 = query.query_row([], |row| row.get(0))?;
    if counted == 0 {
        db.execute_batch(METADATA)?;
    }
    Ok(())
}

/// Adds the bytes by which an extension makes the metadata of an entry longer, or shorter. To be done
/// before they are written.
pub(super) fn add_metadata(
    db: &Transaction<'_>,
    seq: i64,
    extension: &str,
    growth: i64,
) -> Outcome<()> {
    db.prepare_cached(
        "INSERT INTO metadata_bytes VALUES (?1, ?2, max(0, ?3)) \
         ON CONFLICT DO UPDATE SET bytes = max(0, bytes + ?3)",
    )?
    .execute(params![seq, extension, growth])?;
    Ok(())
}

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
