//! The bin: entries that the user deleted, with all that belongs to them but what is computed.

use std::{
    fmt::{self, Display, Formatter},
    time::Duration,
};

use ext_services::library::LibraryError;
use ext_wire::{
    EntryPath,
    event::{ENTRY_RESTORED, ENTRY_UPDATED},
    ops::vdfs::{BinnedEntry, Entry, ListBinInput, ListBinOutput},
};
use rusqlite::{OptionalExtension, Transaction, params};
use uuid::Uuid;

use super::{
    entries::{self, by_id, by_path},
    entry_row::{COLUMNS, EntryRow},
    outbox, removals, texts,
    values::{before, now, unsigned},
};
use crate::{
    fault::Outcome,
    limits::Limits,
    rows::{BlobKind, BlobRef, Removed},
    source_path::SourcePath,
};

/// The columns of `entries` that the bin has as well.
const KEPT: &str = "seq, id, name, path, entry_type, media_type, size, content_hash, created_by, \
    metadata, created_at, updated_at, source, source_hash, moved_from";

/// Tables that refer to contents and sidecars.
pub(super) const TABLES: &str = "
CREATE TABLE IF NOT EXISTS bin (
    seq INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    name TEXT NOT NULL,
    path TEXT NOT NULL,
    entry_type TEXT NOT NULL,
    media_type TEXT,
    size INTEGER,
    content_hash TEXT,
    created_by TEXT,
    metadata TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    source BLOB,
    source_hash TEXT,
    moved_from TEXT,
    binned_at TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS bin_by_content ON bin (content_hash);
CREATE INDEX IF NOT EXISTS bin_by_path ON bin (path);
CREATE INDEX IF NOT EXISTS bin_by_time ON bin (binned_at);
CREATE INDEX IF NOT EXISTS bin_moved ON bin (moved_from) WHERE moved_from IS NOT NULL;
CREATE TABLE IF NOT EXISTS bin_sidecars (
    entry INTEGER NOT NULL REFERENCES bin (seq) ON DELETE CASCADE,
    name TEXT NOT NULL COLLATE NOCASE,
    size INTEGER NOT NULL,
    content_hash TEXT NOT NULL,
    written_by TEXT,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (entry, name)
) STRICT;
CREATE INDEX IF NOT EXISTS bin_sidecars_by_content ON bin_sidecars (content_hash);
CREATE TABLE IF NOT EXISTS bin_versions (
    entry INTEGER NOT NULL REFERENCES bin (seq) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    size INTEGER NOT NULL,
    content_hash TEXT NOT NULL,
    media_type TEXT,
    replaced_at TEXT NOT NULL,
    PRIMARY KEY (entry, number)
) STRICT;
CREATE INDEX IF NOT EXISTS bin_versions_by_content ON bin_versions (content_hash);
CREATE TABLE IF NOT EXISTS bin_metadata_bytes (
    entry INTEGER NOT NULL REFERENCES bin (seq) ON DELETE CASCADE,
    extension TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    PRIMARY KEY (entry, extension)
) STRICT;
";

/// The column that marks entries that went with their files, and come back with them.
pub(super) const COLUMN: (&str, &str, &str) = ("bin", "file_gone", "INTEGER");

/// A column of the table of the bytes of metadata, by which a database is known to have it.
pub(super) const BYTES_COLUMN: (&str, &str, &str) = ("bin_metadata_bytes", "bytes", "INTEGER");

/// The tables that name blobs of a kind for the bin.
pub(super) const fn blob_tables(kind: BlobKind) -> &'static [&'static str] {
    match kind {
        BlobKind::Content => &["bin", "bin_versions"],
        BlobKind::Sidecar => &["bin_sidecars"],
    }
}

/// Moves an entry to the bin; returns the blobs of those that are in it for too long.
pub(super) fn put(db: &Transaction<'_>, row: &EntryRow, limits: Limits) -> Outcome<Removed> {
    let seq = row.seq;
    // Before the entry gets its time, so that it is never too old itself.
    let old = before(Duration::from_secs(24 * 60 * 60).saturating_mul(limits.bin_days));
    db.prepare_cached(&format!(
        "INSERT INTO bin ({KEPT}, binned_at) SELECT {KEPT}, ? FROM entries WHERE seq = ?"
    ))?
    .execute(params![now(), seq])?;
    db.prepare_cached(
        "INSERT INTO bin_sidecars SELECT entry, name, size, content_hash, written_by, \
        updated_at FROM sidecars WHERE entry = ?",
    )?
    .execute([seq])?;
    db.prepare_cached(
        "INSERT INTO bin_versions SELECT entry, number, size, content_hash, media_type, \
        replaced_at FROM versions WHERE entry = ?",
    )?
    .execute([seq])?;
    db.prepare_cached(
        "INSERT INTO bin_metadata_bytes SELECT * FROM metadata_bytes WHERE entry = ?",
    )?
    .execute([seq])?;
    texts::remove(db, seq)?;
    removals::record(db, row, None)?;
    db.prepare_cached("DELETE FROM entries WHERE seq = ?")?.execute([seq])?;
    remove(db, "binned_at < ?", old).map(|(_, removed)| removed)
}

/// Marks an entry in the bin as one that went with its file.
pub(super) fn mark_file_gone(db: &Transaction<'_>, id: Uuid) -> Outcome<()> {
    db.prepare_cached("UPDATE bin SET file_gone = 1 WHERE id = ?")?.execute([id.as_bytes()])?;
    Ok(())
}

/// Finds the file that an entry in the bin was imported from; `NotFound` when the entry is not in it.
pub(crate) fn source_of(db: &Transaction<'_>, id: Uuid) -> Outcome<Option<SourcePath>> {
    let mut query = db.prepare_cached("SELECT source FROM bin WHERE id = ?")?;
    let source = query.query_row([id.as_bytes()], |row| row.get::<_, Option<Vec<u8>>>(0));
    let source = source.optional()?.ok_or_else(|| not_in_bin(id))?;
    Ok(source.map(SourcePath::from_bytes))
}

/// Lists a page of what is in the bin, the last first; `Invalid` for a cursor that no page had.
pub(crate) fn list(db: &Transaction<'_>, input: &ListBinInput) -> Outcome<ListBinOutput> {
    let after = input.after.as_deref().map(Cursor::read).transpose()?;
    let (at, seq) = after.map(|cursor| (cursor.at, cursor.seq)).unzip();
    let path = input.path.as_deref().map(EntryPath::stored);
    let mut query = db.prepare_cached(&format!(
        "SELECT {COLUMNS}, e.binned_at FROM bin e \
         WHERE (?1 IS NULL OR e.path = ?1) AND (?2 IS NULL OR (e.binned_at, e.seq) < (?2, ?3)) \
         ORDER BY e.binned_at DESC, e.seq DESC LIMIT ?4"
    ))?;
    let path = path.as_ref().map(EntryPath::as_str);
    let mut rows = query.query(params![path, at, seq, i64::from(input.limit) + 1])?;
    let (mut entries, mut last) = (Vec::new(), None);
    let limit = usize::try_from(input.limit).unwrap_or(usize::MAX);
    while let Some(row) = rows.next()? {
        if entries.len() == limit {
            return Ok(ListBinOutput { entries, next: last.map(|last: Cursor| last.to_string()) });
        }
        let (EntryRow { seq, entry }, binned_at) =
            (EntryRow::read(row)?, row.get::<_, String>(12)?);
        last = Some(Cursor { at: binned_at.clone(), seq });
        entries.push(BinnedEntry { entry, binned_at });
    }
    Ok(ListBinOutput { entries, next: None })
}

/// The place of an entry in the bin, which says where the next page begins also when the entry is gone.
#[derive(Debug)]
struct Cursor {
    at: String,
    seq: i64,
}

impl Cursor {
    fn read(text: &str) -> Outcome<Self> {
        let found = text.split_once(' ').and_then(|(at, seq)| {
            let at = at.parse::<jiff::Timestamp>().ok().map(|_| at.to_owned())?;
            Some(Self { at, seq: seq.parse().ok()? })
        });
        let refused = || format!("`{}` is not a cursor of the bin", text.escape_debug());
        found.ok_or_else(|| LibraryError::Invalid(refused()).into())
    }
}

impl Display for Cursor {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.at, self.seq)
    }
}

/// Lists the sidecars of an entry in the bin, so that their texts can be read again; `NotFound` when
/// the entry is not in it.
pub(crate) fn sidecars(db: &Transaction<'_>, id: Uuid) -> Outcome<Vec<(String, BlobRef)>> {
    let seq = seq_of(db, id)?;
    let mut query =
        db.prepare_cached("SELECT name, content_hash, size FROM bin_sidecars WHERE entry = ?")?;
    let mut rows = query.query([seq])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let blob = BlobRef { hash: row.get(1)?, size: unsigned(row.get(2)?)? };
        found.push((row.get(0)?, blob));
    }
    Ok(found)
}

/// Brings an entry back, to its path or another one; `texts` are those of its sidecars. The events of it
/// are gone, so one tells extensions that it is here. `NotFound` when
/// it is not in the bin, `Conflict` when the path is taken.
pub(crate) fn restore(
    db: &Transaction<'_>,
    id: Uuid,
    path: Option<&EntryPath>,
    texts: &[(String, String)],
) -> Outcome<Entry> {
    let (seq, own) = place_of(db, id)?;
    let own = EntryPath::stored(&own);
    let path = path.unwrap_or(&own);
    ensure_free(db, path)?;
    let columns = KEPT.replace("path", "?2");
    db.prepare_cached(&format!(
        "INSERT INTO entries ({KEPT}) SELECT {columns} FROM bin WHERE seq = ?1"
    ))?
    .execute(params![seq, path.as_str()])?;
    entries::remember_place(db, seq, &own)?;
    db.prepare_cached(
        "INSERT INTO sidecars (entry, name, size, content_hash, written_by, updated_at) \
         SELECT * FROM bin_sidecars WHERE entry = ?",
    )?
    .execute([seq])?;
    db.prepare_cached("INSERT INTO versions SELECT * FROM bin_versions WHERE entry = ?")?
        .execute([seq])?;
    // A new entry has its metadata of its maker; this one has them of whoever wrote them.
    db.prepare_cached("DELETE FROM metadata_bytes WHERE entry = ?")?.execute([seq])?;
    db.prepare_cached(
        "INSERT INTO metadata_bytes SELECT * FROM bin_metadata_bytes WHERE entry = ?",
    )?
    .execute([seq])?;
    db.prepare_cached("DELETE FROM bin WHERE seq = ?")?.execute([seq])?;
    texts::index_entry(db, seq)?;
    for (name, text) in texts {
        texts::index_sidecar(db, seq, name, Some(text))?;
    }
    removals::forget(db, id)?;
    outbox::record(db, ENTRY_RESTORED, seq, None)?;
    outbox::record(db, ENTRY_UPDATED, seq, None)?;
    by_id(db, id)
}

/// Refuses a path that an entry has.
pub(super) fn ensure_free(db: &Transaction<'_>, path: &EntryPath) -> Outcome<()> {
    match by_path(db, path)? {
        Some(_) => {
            let message =
                format!("there is an entry at `{}` already", path.as_str().escape_debug());
            Err(LibraryError::Conflict(message).into())
        }
        None => Ok(()),
    }
}

/// Removes entries from the bin for good, those with these ids or all; returns how many, and their blobs.
pub(crate) fn empty(db: &Transaction<'_>, ids: Option<&[Uuid]>) -> Outcome<(u64, Removed)> {
    let Some(ids) = ids else { return remove(db, "?1 IS NULL", None::<String>) };
    let mut all = (0, Removed::default());
    for id in ids {
        let (count, removed) = remove(db, "id = ?1", id.as_bytes())?;
        if count == 0 {
            return Err(not_in_bin(*id).into());
        }
        all.0 += count;
        all.1.contents.extend(removed.contents);
        all.1.sidecars.extend(removed.sidecars);
    }
    Ok(all)
}

fn remove(
    db: &Transaction<'_>,
    condition: &str,
    value: impl rusqlite::ToSql,
) -> Outcome<(u64, Removed)> {
    let of = |table: &str, key: &str| -> Outcome<Vec<String>> {
        let mut query = db.prepare_cached(&format!(
            "SELECT content_hash FROM {table} WHERE content_hash IS NOT NULL \
             AND {key} IN (SELECT seq FROM bin WHERE {condition})"
        ))?;
        let hashes = query.query_map([&value], |row| row.get(0))?;
        Ok(hashes.collect::<Result<_, _>>()?)
    };
    let mut contents = of("bin", "seq")?;
    contents.extend(of("bin_versions", "entry")?);
    let sidecars = of("bin_sidecars", "entry")?;
    let count =
        db.prepare_cached(&format!("DELETE FROM bin WHERE {condition}"))?.execute([&value])?;
    Ok((count as u64, Removed { contents, sidecars }))
}

fn seq_of(db: &Transaction<'_>, id: Uuid) -> Outcome<i64> {
    Ok(place_of(db, id)?.0)
}

fn place_of(db: &Transaction<'_>, id: Uuid) -> Outcome<(i64, String)> {
    let mut query = db.prepare_cached("SELECT seq, path FROM bin WHERE id = ?")?;
    let found = query.query_row([id.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?)));
    found.optional()?.ok_or_else(|| not_in_bin(id).into())
}

fn not_in_bin(id: Uuid) -> LibraryError {
    LibraryError::NotFound { what: "entry in the bin", name: id.to_string() }
}
