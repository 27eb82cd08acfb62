//! The contents that imported files had before.

use std::time::Duration;

use ext_services::library::LibraryError;
use ext_wire::ops::vdfs::{Entry, EntryVersion};
use rusqlite::{Transaction, params};
use uuid::Uuid;

use super::{
    entries::{by_id, row_of, seq_of, set_content},
    entry_row::EntryRow,
    imported::may_import_over,
    values::{before, now, signed, unsigned},
};
use crate::{
    fault::Outcome,
    limits::Limits,
    rows::{BlobRef, Replaced},
};

/// A table that refers to contents. The number of a version is unique in its entry.
pub(super) const TABLE: &str = "
CREATE TABLE IF NOT EXISTS versions (
    entry INTEGER NOT NULL REFERENCES entries (seq) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    size INTEGER NOT NULL,
    content_hash TEXT NOT NULL,
    media_type TEXT,
    replaced_at TEXT NOT NULL,
    PRIMARY KEY (entry, number)
) STRICT;
CREATE INDEX IF NOT EXISTS versions_by_content ON versions (content_hash);
";

/// Keeps the present content of an entry as a version; returns the hashes of those that are too many
/// or too old, which are kept no longer.
pub(super) fn keep(db: &Transaction<'_>, row: &EntryRow, limits: Limits) -> Outcome<Vec<String>> {
    let (Some(hash), Some(size)) = (&row.entry.content_hash, row.entry.size) else {
        return Ok(Vec::new());
    };
    let mut last =
        db.prepare_cached("SELECT coalesce(max(number), 0) FROM versions WHERE entry = ?")?;
    let number = last.query_row([row.seq], |row| row.get::<_, i64>(0))?.saturating_add(1);
    db.prepare_cached("INSERT INTO versions VALUES (?, ?, ?, ?, ?, ?)")?.execute(params![
        row.seq,
        number,
        signed(size)?,
        hash,
        row.entry.media_type,
        now()
    ])?;
    prune(db, row.seq, number, limits)
}

fn prune(db: &Transaction<'_>, entry: i64, newest: i64, limits: Limits) -> Outcome<Vec<String>> {
    let oldest = newest.saturating_sub(i64::from(limits.keep_versions));
    let day = Duration::from_secs(24 * 60 * 60);
    let mut pruned = db.prepare_cached(
        "DELETE FROM versions WHERE entry = ? AND number < ? AND (number <= ? OR replaced_at < ?) \
         RETURNING content_hash",
    )?;
    let hashes = pruned.query_map(
        params![entry, newest, oldest, before(day.saturating_mul(limits.keep_days))],
        |row| row.get(0),
    )?;
    Ok(hashes.collect::<Result<_, _>>()?)
}

/// Lists the versions of an entry, the newest first.
pub(crate) fn list(db: &Transaction<'_>, entry: Uuid) -> Outcome<Vec<EntryVersion>> {
    let mut query = db.prepare_cached(
        "SELECT number, size, content_hash, media_type, replaced_at FROM versions \
         WHERE entry = ? ORDER BY number DESC",
    )?;
    let mut rows = query.query([seq_of(db, entry)?])?;
    let mut versions = Vec::new();
    while let Some(row) = rows.next()? {
        versions.push(EntryVersion {
            version: unsigned(row.get(0)?)?,
            size: unsigned(row.get(1)?)?,
            content_hash: row.get(2)?,
            media_type: row.get(3)?,
            replaced_at: row.get(4)?,
        });
    }
    Ok(versions)
}

/// Lists the hashes of all versions of an entry.
pub(super) fn hashes(db: &Transaction<'_>, entry: i64) -> Outcome<Vec<String>> {
    let mut query = db.prepare_cached("SELECT content_hash FROM versions WHERE entry = ?")?;
    let hashes = query.query_map([entry], |row| row.get(0))?;
    Ok(hashes.collect::<Result<_, _>>()?)
}

/// Gives an imported file the content of a version, and keeps its present one; `NotFound` without the
/// entry or the version, `Denied` when it is no imported file.
pub(crate) fn restore(
    db: &Transaction<'_>,
    id: Uuid,
    number: u64,
    limits: Limits,
) -> Outcome<Replaced<Entry>> {
    let row = row_of(db, id)?;
    may_import_over(&row.entry)?;
    let (content, media_type) = find(db, row.seq, number)?.ok_or_else(|| no_version(number))?;
    if row.entry.content_hash.as_ref() == Some(&content.hash) {
        return Ok(Replaced { value: row.entry, old: Vec::new() });
    }
    let old = keep(db, &row, limits)?;
    set_content(db, row.seq, Some(&content), media_type.as_deref(), None)?;
    Ok(Replaced { value: by_id(db, id)?, old })
}

/// Finds the content and the media type of a version; `NotFound` without the entry or the version.
pub(crate) fn content(
    db: &Transaction<'_>,
    entry: Uuid,
    number: u64,
) -> Outcome<(BlobRef, Option<String>)> {
    let seq = seq_of(db, entry)?;
    find(db, seq, number)?.ok_or_else(|| no_version(number).into())
}

fn no_version(number: u64) -> LibraryError {
    LibraryError::NotFound { what: "version", name: number.to_string() }
}

fn find(
    db: &Transaction<'_>,
    entry: i64,
    number: u64,
) -> Outcome<Option<(BlobRef, Option<String>)>> {
    let mut query = db.prepare_cached(
        "SELECT content_hash, size, media_type FROM versions WHERE entry = ? AND number = ?",
    )?;
    let mut rows = query.query(params![entry, i64::try_from(number).unwrap_or(i64::MAX)])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    Ok(Some((BlobRef { hash: row.get(0)?, size: unsigned(row.get(1)?)? }, row.get(2)?)))
}
