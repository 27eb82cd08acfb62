//! Rows of entries.

use std::collections::HashSet;

use ext_services::library::LibraryError;
use ext_wire::{
    event::{ENTRY_CREATED, ENTRY_UPDATED},
    merge_patch,
    ops::vdfs::{Entry, ListEntriesInput, ListEntriesOutput},
};
use rusqlite::{
    OptionalExtension, Row, Transaction, params, params_from_iter, types::Value as Sql,
};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::{events, filter::Filter, now, search, signed, unsigned};
use crate::{
    fault::{Outcome, no_entry},
    import::ImportOutcome,
    metadata,
    rows::{BlobKind, BlobRef, CheckedEntry, Place, Removed, Replaced},
};

/// Columns of `entries AS e` in the order that [`EntryRow::read`] expects.
pub(super) const COLUMNS: &str = "e.seq, e.id, e.name, e.path, e.entry_type, e.media_type, e.size, \
    e.content_hash, e.created_by, e.metadata, e.created_at, e.updated_at";

/// An entry with its number.
#[derive(Debug)]
pub(crate) struct EntryRow {
    /// The number.
    pub(crate) seq: i64,
    /// The entry.
    pub(crate) entry: Entry,
}

/// The entry type of an imported file.
pub(crate) const FILE: &str = "file";

impl EntryRow {
    /// Reads the [`COLUMNS`].
    pub(super) fn read(row: &Row<'_>) -> Outcome<Self> {
        let metadata: String = row.get(9)?;
        let entry = Entry {
            id: Uuid::from_bytes(row.get(1)?),
            name: row.get(2)?,
            path: row.get(3)?,
            entry_type: row.get(4)?,
            media_type: row.get(5)?,
            size: row.get::<_, Option<i64>>(6)?.map(unsigned).transpose()?,
            content_hash: row.get(7)?,
            created_by: row.get(8)?,
            metadata: serde_json::from_str(&metadata)?,
            created_at: row.get(10)?,
            updated_at: row.get(11)?,
        };
        Ok(Self { seq: row.get(0)?, entry })
    }
}

fn find(
    db: &Transaction<'_>,
    condition: &str,
    value: impl rusqlite::ToSql,
) -> Outcome<Option<EntryRow>> {
    let mut query =
        db.prepare_cached(&format!("SELECT {COLUMNS} FROM entries e WHERE {condition} = ?"))?;
    let mut rows = query.query([value])?;
    rows.next()?.map(EntryRow::read).transpose()
}

/// The entry with this id.
pub(crate) fn by_id(db: &Transaction<'_>, id: Uuid) -> Outcome<Entry> {
    let row = find(db, "e.id", id.as_bytes())?;
    row.map(|row| row.entry).ok_or_else(|| no_entry(id).into())
}

/// The entry at this path.
pub(crate) fn by_path(db: &Transaction<'_>, path: &str) -> Outcome<Option<EntryRow>> {
    find(db, "e.path", path)
}

/// The entry with this number.
pub(crate) fn by_seq(db: &Transaction<'_>, seq: i64) -> Outcome<Option<EntryRow>> {
    find(db, "e.seq", seq)
}

/// The number of the entry with this id.
pub(crate) fn seq_of(db: &Transaction<'_>, id: Uuid) -> Outcome<i64> {
    let mut query = db.prepare_cached("SELECT seq FROM entries WHERE id = ?")?;
    let seq = query.query_row([id.as_bytes()], |row| row.get(0)).optional()?;
    seq.ok_or_else(|| no_entry(id).into())
}

/// Makes an entry and its event, or returns the one at this path; `true` when it is new.
pub(crate) fn create(
    db: &Transaction<'_>,
    new: &CheckedEntry,
    place: Place<'_>,
) -> Outcome<(Entry, bool)> {
    if let Some(existing) = by_path(db, &new.path)? {
        return Ok((existing.entry, false));
    }
    Ok((insert(db, new, place)?, true))
}

/// Makes the entry of a file of the user, or gives it new content, and the event of that.
/// `Denied` when the entry at this path is not an imported file.
pub(crate) fn put_file(
    db: &Transaction<'_>,
    new: &CheckedEntry,
    place: Place<'_>,
) -> Outcome<Replaced<(Entry, ImportOutcome)>> {
    let Some(row) = by_path(db, &new.path)? else {
        let entry = insert(db, new, place)?;
        return Ok(Replaced { value: (entry, ImportOutcome::Created), old: None });
    };
    may_import_over(&row.entry)?;
    let hash = new.content.as_ref().map(|content| &content.hash);
    if row.entry.content_hash.as_ref() == hash {
        return Ok(Replaced { value: (row.entry, ImportOutcome::Unchanged), old: None });
    }
    let entry = replace_content(db, &row, new, place)?;
    Ok(Replaced { value: (entry, ImportOutcome::Updated), old: row.entry.content_hash })
}

/// Only an imported file gets new content from an import: the entries of extensions, and those
/// that the user made by hand, are not files.
pub(crate) fn may_import_over(entry: &Entry) -> Result<(), LibraryError> {
    if entry.created_by.is_none() && entry.entry_type == FILE {
        return Ok(());
    }
    let maker = entry.created_by.as_deref().unwrap_or("the user");
    let Entry { path, entry_type, .. } = entry;
    Err(LibraryError::Denied(format!(
        "`{path}` is a {entry_type} made by {maker}, not an imported file"
    )))
}

fn insert(db: &Transaction<'_>, new: &CheckedEntry, place: Place<'_>) -> Outcome<Entry> {
    place()?;
    let id = Uuid::now_v7();
    let (hash, size) = content_columns(new.content.as_ref())?;
    let at = now();
    let mut insert = db.prepare_cached(
        "INSERT INTO entries (id, name, path, entry_type, media_type, size, content_hash, created_by, \
         metadata, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?10)",
    )?;
    let CheckedEntry { name, path, entry_type, media_type, created_by, metadata, .. } = new;
    let seq = insert.insert(params![
        id.as_bytes(),
        name,
        path,
        entry_type,
        media_type,
        size,
        hash,
        created_by,
        metadata,
        at
    ])?;
    search::index(db, seq)?;
    events::record(db, ENTRY_CREATED, seq, new.created_by.as_deref())?;
    by_id(db, id)
}

fn replace_content(
    db: &Transaction<'_>,
    row: &EntryRow,
    new: &CheckedEntry,
    place: Place<'_>,
) -> Outcome<Entry> {
    place()?;
    let (hash, size) = content_columns(new.content.as_ref())?;
    let mut update = db.prepare_cached(
        "UPDATE entries SET content_hash = ?, size = ?, media_type = ?, updated_at = ? WHERE seq = ?",
    )?;
    update.execute(params![hash, size, new.media_type, now(), row.seq])?;
    events::record(db, ENTRY_UPDATED, row.seq, new.created_by.as_deref())?;
    by_id(db, row.entry.id)
}

fn content_columns(content: Option<&BlobRef>) -> Outcome<(Option<&str>, Option<i64>)> {
    let size = content.map(|content| signed(content.size)).transpose()?;
    Ok((content.map(|content| content.hash.as_str()), size))
}

/// Lists entries in the order of their making.
pub(crate) fn list(db: &Transaction<'_>, input: &ListEntriesInput) -> Outcome<ListEntriesOutput> {
    let limit = usize::try_from(input.limit).unwrap_or(usize::MAX);
    let mut rows = page(db, list_filter(input)?, i64::from(input.limit) + 1)?;
    let more = rows.len() > limit;
    rows.truncate(limit);
    let last = rows.last().filter(|_| more).map(|row| unsigned(row.seq));
    Ok(ListEntriesOutput {
        next: last.transpose()?,
        entries: rows.into_iter().map(|row| row.entry).collect(),
    })
}

fn list_filter(input: &ListEntriesInput) -> Outcome<Filter> {
    let mut filter = Filter::default();
    if let Some(after) = input.after {
        filter.add("e.seq > ?", [Sql::from(i64::try_from(after).unwrap_or(i64::MAX))]);
    }
    filter.entry_type(input.entry_type.as_deref());
    if let Some(prefix) = &input.path_prefix {
        filter.path_prefix(prefix);
    }
    filter.metadata(&input.metadata)?;
    Ok(filter)
}

fn page(db: &Transaction<'_>, filter: Filter, limit: i64) -> Outcome<Vec<EntryRow>> {
    let (conditions, mut values) = filter.into_parts();
    values.push(Sql::from(limit));
    let mut query = db.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM entries e {conditions} ORDER BY e.seq LIMIT ?"
    ))?;
    let mut rows = query.query(params_from_iter(values))?;
    let mut page = Vec::new();
    while let Some(row) = rows.next()? {
        page.push(EntryRow::read(row)?);
    }
    Ok(page)
}

/// Applies a merge patch; `NotFound`, or `TooLarge` when the result is over the limit.
pub(crate) fn patch_metadata(
    db: &Transaction<'_>,
    id: Uuid,
    patch: Map<String, Value>,
) -> Outcome<Map<String, Value>> {
    let mut merged = by_id(db, id)?.metadata;
    merge_patch::apply(&mut merged, patch);
    let text = metadata::to_json(&merged)?;
    db.prepare_cached("UPDATE entries SET metadata = ?, updated_at = ? WHERE id = ?")?
        .execute(params![text, now(), id.as_bytes()])?;
    search::index(db, seq_of(db, id)?)?;
    Ok(merged)
}

/// Removes an entry with its sidecars and events; `None` when there is none, `Denied` when it is
/// not the caller's.
pub(crate) fn delete(
    db: &Transaction<'_>,
    caller: Option<&str>,
    id: Uuid,
) -> Outcome<Option<Removed>> {
    let Some(row) = find(db, "e.id", id.as_bytes())? else { return Ok(None) };
    if caller.is_some() && row.entry.created_by.as_deref() != caller {
        let reason =
            format!("the entry {id} was not made by this extension, which may not remove it");
        return Err(LibraryError::Denied(reason).into());
    }
    let mut query = db.prepare_cached("SELECT content_hash FROM sidecars WHERE entry = ?")?;
    let sidecars = query.query_map([row.seq], |row| row.get(0))?.collect::<Result<_, _>>()?;
    search::remove(db, row.seq)?;
    db.prepare_cached("DELETE FROM entries WHERE seq = ?")?.execute([row.seq])?;
    Ok(Some(Removed { content: row.entry.content_hash, sidecars }))
}

/// The hashes in use that start with `prefix`. `g` comes after every hex digit.
pub(crate) fn references(
    db: &Transaction<'_>,
    kind: BlobKind,
    prefix: &str,
) -> Outcome<HashSet<String>> {
    let table = match kind {
        BlobKind::Content => "entries",
        BlobKind::Sidecar => "sidecars",
    };
    let mut query = db.prepare_cached(&format!(
        "SELECT DISTINCT content_hash FROM {table} WHERE content_hash >= ? AND content_hash < ?"
    ))?;
    let hashes = query.query_map([prefix, &format!("{prefix}g")], |row| row.get(0))?;
    Ok(hashes.collect::<Result<_, _>>()?)
}
