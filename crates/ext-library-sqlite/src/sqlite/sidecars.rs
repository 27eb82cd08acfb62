//! Rows of sidecars.

use ext_services::library::LibraryError;
use ext_wire::{names, ops::vdfs::SidecarInfo};
use rusqlite::{Connection, Row, Transaction, params};
use uuid::Uuid;

use super::{entries::seq_of, now, search, signed, unsigned};
use crate::{
    fault::{Outcome, no_sidecar},
    rows::{CheckedSidecar, Place, Replaced},
};

const COLUMNS: &str = "name, size, content_hash, written_by, updated_at";

fn read(row: &Row<'_>) -> Outcome<SidecarInfo> {
    Ok(SidecarInfo {
        name: row.get(0)?,
        size: unsigned(row.get(1)?)?,
        content_hash: row.get(2)?,
        written_by: row.get(3)?,
        updated_at: row.get(4)?,
    })
}

/// How many bytes of sidecars each extension has. The triggers keep it true whatever changes a row,
/// also the removal of its entry.
const BYTES: &str = r"
CREATE TABLE sidecar_bytes (
    extension TEXT NOT NULL PRIMARY KEY,
    bytes INTEGER NOT NULL
) STRICT;
INSERT INTO sidecar_bytes SELECT written_by, sum(size) FROM sidecars
    WHERE written_by IS NOT NULL GROUP BY written_by;
CREATE TRIGGER sidecar_bytes_new AFTER INSERT ON sidecars WHEN new.written_by IS NOT NULL BEGIN
    INSERT INTO sidecar_bytes VALUES (new.written_by, new.size)
        ON CONFLICT DO UPDATE SET bytes = bytes + excluded.bytes;
END;
CREATE TRIGGER sidecar_bytes_old AFTER DELETE ON sidecars BEGIN
    UPDATE sidecar_bytes SET bytes = bytes - old.size WHERE extension = old.written_by;
END;
CREATE TRIGGER sidecar_bytes_changed AFTER UPDATE OF size, written_by ON sidecars BEGIN
    UPDATE sidecar_bytes SET bytes = bytes - old.size WHERE extension = old.written_by;
    INSERT INTO sidecar_bytes SELECT new.written_by, new.size WHERE new.written_by IS NOT NULL
        ON CONFLICT DO UPDATE SET bytes = bytes + excluded.bytes;
END;
";

/// Adds the count of bytes to a database that has none.
pub(crate) fn extend(db: &Connection) -> Outcome<()> {
    let mut query =
        db.prepare("SELECT count(*) FROM sqlite_schema WHERE name = 'sidecar_bytes'")?;
    let there: i64 = query.query_row([], |row| row.get(0))?;
    if there == 0 {
        db.execute_batch(BYTES)?;
    }
    Ok(())
}

/// The sidecar whose name is `name` but for case.
fn find(db: &Transaction<'_>, seq: i64, name: &str) -> Outcome<Option<SidecarInfo>> {
    let sql = format!("SELECT {COLUMNS} FROM sidecars WHERE entry = ? AND name = ?");
    let mut query = db.prepare_cached(&sql)?;
    let mut rows = query.query(params![seq, name])?;
    rows.next()?.map(read).transpose()
}

fn find_exact(db: &Transaction<'_>, seq: i64, name: &str) -> Outcome<Option<SidecarInfo>> {
    Ok(find(db, seq, name)?.filter(|found| found.name == name))
}

/// Finds a sidecar; `NotFound` when there is no such entry or sidecar.
pub(crate) fn get(db: &Transaction<'_>, entry: Uuid, name: &str) -> Outcome<SidecarInfo> {
    find_exact(db, seq_of(db, entry)?, name)?.ok_or_else(|| no_sidecar(name).into())
}

/// Lists the sidecars of an entry, by name; `NotFound` when there is no such entry.
pub(crate) fn list(db: &Transaction<'_>, entry: Uuid) -> Outcome<Vec<SidecarInfo>> {
    let seq = seq_of(db, entry)?;
    let sql =
        format!("SELECT {COLUMNS} FROM sidecars WHERE entry = ? ORDER BY name COLLATE BINARY");
    let mut query = db.prepare_cached(&sql)?;
    let mut rows = query.query([seq])?;
    let mut sidecars = Vec::new();
    while let Some(row) = rows.next()? {
        sidecars.push(read(row)?);
    }
    Ok(sidecars)
}

/// Writes a sidecar; `NotFound` without its entry, `Denied` when the older one is not the
/// writer's, `Name` when its name differs from another's by case only, `Quota` when the writer
/// would have too much.
pub(crate) fn put(
    db: &Transaction<'_>,
    new: &CheckedSidecar,
    place: Place<'_>,
) -> Outcome<Replaced<SidecarInfo>> {
    let seq = seq_of(db, new.entry)?;
    let old = find(db, seq, &new.name)?;
    if let Some(old) = &old {
        may_replace(old, new)?;
    }
    upsert(db, seq, new)?;
    has_room(db, new)?;
    place()?;
    search::index(db, seq)?;
    let old = old.map(|old| old.content_hash).filter(|hash| *hash != new.content.hash);
    Ok(Replaced { value: get(db, new.entry, &new.name)?, old })
}

/// Asked after the row is written, so that what it replaces is not counted; the transaction ends with
/// the error.
fn has_room(db: &Transaction<'_>, new: &CheckedSidecar) -> Outcome<()> {
    let Some(extension) = &new.written_by else { return Ok(()) };
    let mut query = db.prepare_cached("SELECT bytes FROM sidecar_bytes WHERE extension = ?")?;
    let bytes: i64 = query.query_row([extension], |row| row.get(0))?;
    let bytes = u64::try_from(bytes).unwrap_or(0);
    if bytes <= new.quota {
        return Ok(());
    }
    let (extension, limit) = (extension.clone(), new.quota);
    Err(LibraryError::Quota { extension, bytes, limit }.into())
}

fn may_replace(old: &SidecarInfo, new: &CheckedSidecar) -> Result<(), LibraryError> {
    names::sidecar_beside(&old.name, &new.name)?;
    may_change(old, new.written_by.as_deref())
}

/// The user may change every sidecar, an extension its own ones.
fn may_change(sidecar: &SidecarInfo, caller: Option<&str>) -> Result<(), LibraryError> {
    if caller.is_none() || sidecar.written_by.as_deref() == caller {
        return Ok(());
    }
    let owner = sidecar.written_by.as_deref().unwrap_or("the user");
    Err(LibraryError::Denied(format!("the sidecar {} belongs to {owner}", sidecar.name)))
}

fn upsert(db: &Transaction<'_>, seq: i64, new: &CheckedSidecar) -> Outcome<()> {
    let mut upsert = db.prepare_cached(
        "INSERT INTO sidecars (entry, name, size, content_hash, written_by, text, updated_at) \
         VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (entry, name) DO UPDATE SET size = excluded.size, \
         content_hash = excluded.content_hash, written_by = excluded.written_by, \
         text = excluded.text, updated_at = excluded.updated_at",
    )?;
    let CheckedSidecar { name, content, written_by, text, .. } = new;
    upsert.execute(params![
        seq,
        name,
        signed(content.size)?,
        content.hash,
        written_by,
        text,
        now()
    ])?;
    Ok(())
}

/// Removes a sidecar and returns its hash; `None` when there is none, `NotFound` without its
/// entry, `Denied` when it is not the caller's.
pub(crate) fn delete(
    db: &Transaction<'_>,
    caller: Option<&str>,
    entry: Uuid,
    name: &str,
) -> Outcome<Option<String>> {
    let seq = seq_of(db, entry)?;
    let Some(sidecar) = find_exact(db, seq, name)? else { return Ok(None) };
    may_change(&sidecar, caller)?;
    db.prepare_cached("DELETE FROM sidecars WHERE entry = ? AND name = ?")?
        .execute(params![seq, name])?;
    search::index(db, seq)?;
    Ok(Some(sidecar.content_hash))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_library_of_an_older_program_is_counted_once() {
        let db = Connection::open_in_memory().unwrap();
        db.execute_batch(
            "CREATE TABLE sidecars (size INTEGER, written_by TEXT); \
             INSERT INTO sidecars VALUES (3, 'a'), (4, 'a'), (5, 'b'), (6, NULL);",
        )
        .unwrap();
        extend(&db).unwrap();
        extend(&db).unwrap();
        let mut query =
            db.prepare("SELECT extension, bytes FROM sidecar_bytes ORDER BY 1").unwrap();
        let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        let rows: Vec<(String, i64)> = rows.collect::<Result<_, _>>().unwrap();
        assert_eq!(rows, [("a".to_owned(), 7), ("b".to_owned(), 5)]);
    }
}
