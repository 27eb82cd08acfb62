//! The rows of entries.

use std::collections::HashSet;

use ext_services::library::LibraryError;
use ext_wire::{
    EntryPath,
    event::{ENTRY_CREATED, ENTRY_MOVED, ENTRY_UPDATED},
    merge_patch,
    ops::vdfs::{Entry, ListEntriesInput, ListEntriesOutput, UpdateMetadataInput},
};
use rusqlite::{OptionalExtension, Transaction, params, params_from_iter, types::Value as Sql};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::{
    bin, contents,
    entry_row::{COLUMNS, EntryRow},
    filter::Filter,
    imported::{FILE, may_import_over},
    outbox, quota, removals, texts,
    values::{now, signed, unsigned},
    versions,
};
use crate::{
    fault::{Outcome, no_entry},
    import_outcome::ImportOutcome,
    limits::Limits,
    metadata,
    rows::{BlobKind, BlobRef, CheckedEntry, Place, Removed, Replaced},
    source_path::SourcePath,
};

/// The columns that were added later: the path of an imported file, in bytes, and the hash that it had
/// when it was imported last (the entry has another one when a version was restored), and the path that
/// it was imported to, where the user moved the entry away.
pub(super) const ADDED: [(&str, &str, &str); 3] = [
    ("entries", "source", "BLOB"),
    ("entries", "source_hash", "TEXT"),
    ("entries", "moved_from", "TEXT"),
];

/// The index over a column that was added.
pub(super) const INDEX: &str = "CREATE INDEX IF NOT EXISTS entries_moved ON entries (moved_from) \
    WHERE moved_from IS NOT NULL";

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

/// Finds the entry with an id; `NotFound` when there is none.
pub(crate) fn by_id(db: &Transaction<'_>, id: Uuid) -> Outcome<Entry> {
    let row = find(db, "e.id", id.as_bytes())?;
    row.map(|row| row.entry).ok_or_else(|| no_entry(id).into())
}

/// Finds the entry at a path.
pub(crate) fn by_path(db: &Transaction<'_>, path: &EntryPath) -> Outcome<Option<Entry>> {
    Ok(row_at(db, path)?.map(|row| row.entry))
}

fn row_at(db: &Transaction<'_>, path: &EntryPath) -> Outcome<Option<EntryRow>> {
    find(db, "e.path", path.as_str())
}

/// Gives an entry another path; its file is imported to it all the same. `NotFound` without the entry,
/// `Conflict` when the path is taken.
pub(crate) fn relocate(db: &Transaction<'_>, id: Uuid, path: &EntryPath) -> Outcome<Entry> {
    let EntryRow { seq, entry } = row_of(db, id)?;
    let old = EntryPath::stored(&entry.path);
    if old == *path {
        return Ok(entry);
    }
    bin::ensure_free(db, path)?;
    // The name of a file is that of its path; others have names of their own.
    let is_named_so = entry.name == old.file_name();
    let name = if is_named_so { path.file_name() } else { &entry.name };
    db.prepare_cached("UPDATE entries SET path = ?, name = ?, updated_at = ? WHERE seq = ?")?
        .execute(params![path.as_str(), name, now(), seq])?;
    remember_place(db, seq, &old)?;
    texts::index_entry(db, seq)?;
    outbox::record(db, ENTRY_MOVED, seq, None)?;
    by_id(db, id)
}

/// Remembers the path that a file was imported to, when its entry is no longer there; also of one that an
/// older program imported.
pub(super) fn remember_place(db: &Transaction<'_>, seq: i64, old: &EntryPath) -> Outcome<()> {
    db.prepare_cached(
        "UPDATE entries SET moved_from = nullif(coalesce(moved_from, ?2), path) \
         WHERE seq = ?1 AND created_by IS NULL AND entry_type = ?3",
    )?
    .execute(params![seq, old.as_str(), FILE])?;
    Ok(())
}

/// Returns the file that an entry was imported from, and the hash that it had then.
fn source_of(db: &Transaction<'_>, seq: i64) -> Outcome<(Option<SourcePath>, Option<String>)> {
    let mut query = db.prepare_cached("SELECT source, source_hash FROM entries WHERE seq = ?")?;
    let row = |row: &rusqlite::Row<'_>| Ok((row.get::<_, Option<Vec<u8>>>(0)?, row.get(1)?));
    let (source, hash) = query.query_row([seq], row)?;
    Ok((source.map(SourcePath::from_bytes), hash))
}

/// Remembers the file that an entry was imported from, and the media type that its content shows.
pub(crate) fn set_source(db: &Transaction<'_>, entry: &Entry, source: &SourcePath) -> Outcome<()> {
    let mut update = db.prepare_cached(
        "UPDATE entries SET source = ?, source_hash = content_hash, media_type = ? WHERE id = ?",
    )?;
    update.execute(params![source.as_bytes(), entry.media_type, entry.id.as_bytes()])?;
    Ok(())
}

/// Records that a file was imported again whose content is as it was.
pub(crate) fn announce(db: &Transaction<'_>, id: Uuid, import: Option<Uuid>) -> Outcome<()> {
    outbox::record_import(db, ENTRY_UPDATED, seq_of(db, id)?, import)?;
    Ok(())
}

/// Finds the entry with a number.
pub(super) fn by_seq(db: &Transaction<'_>, seq: i64) -> Outcome<Option<EntryRow>> {
    find(db, "e.seq", seq)
}

/// Finds the row of the entry with an id; `NotFound` when there is none.
pub(super) fn row_of(db: &Transaction<'_>, id: Uuid) -> Outcome<EntryRow> {
    find(db, "e.id", id.as_bytes())?.ok_or_else(|| no_entry(id).into())
}

/// Finds the number of the entry with an id; `NotFound` when there is none.
pub(super) fn seq_of(db: &Transaction<'_>, id: Uuid) -> Outcome<i64> {
    let mut query = db.prepare_cached("SELECT seq FROM entries WHERE id = ?")?;
    let seq = query.query_row([id.as_bytes()], |row| row.get(0)).optional()?;
    seq.ok_or_else(|| no_entry(id).into())
}

/// Creates an entry and its event, or returns the one at its path; `true` when it is new. `Quota` when
/// its maker would have too much.
pub(crate) fn create(
    db: &Transaction<'_>,
    new: &CheckedEntry,
    quota: u64,
    place: Place<'_>,
) -> Outcome<(Entry, bool)> {
    if let Some(existing) = by_path(db, &new.path)? {
        return Ok((existing, false));
    }
    let entry = insert(db, new, &mut || {
        quota::check(db, new.created_by.as_deref(), quota)?;
        place()
    })?;
    Ok((entry, true))
}

/// Creates the entry of an imported file, or gives it new content, and records the event. `Denied`
/// when the entry at its path is not an imported file; the error of `owns`, which is asked with the file
/// of an entry that has other content.
pub(crate) fn put_file(
    db: &Transaction<'_>,
    new: &CheckedEntry,
    owns: &dyn Fn(Option<&SourcePath>) -> Result<(), LibraryError>,
    limits: Limits,
    place: Place<'_>,
) -> Outcome<Replaced<(Entry, ImportOutcome)>> {
    let Some(row) = row_at(db, &new.path)? else {
        let entry = insert(db, new, place)?;
        return Ok(Replaced { value: (entry, ImportOutcome::Created), old: Vec::new() });
    };
    may_import_over(&row.entry)?;
    let hash = new.content.as_ref().map(|content| &content.hash);
    if row.entry.content_hash.as_ref() == hash {
        // The file that is there may be damaged, or be lost.
        place()?;
        return Ok(Replaced { value: (row.entry, ImportOutcome::Unchanged), old: Vec::new() });
    }
    owns(source_of(db, row.seq)?.0.as_ref())?;
    let old = versions::keep(db, &row, limits)?;
    let entry = replace_content(db, &row, new, place)?;
    Ok(Replaced { value: (entry, ImportOutcome::Updated), old })
}

/// Checks that a file of `size` bytes may come to a path, as far as that is known without its content.
pub(crate) fn may_put_file(
    db: &Transaction<'_>,
    path: &EntryPath,
    size: u64,
    owns: &dyn Fn(Option<&SourcePath>) -> Result<(), LibraryError>,
) -> Outcome<()> {
    let Some(row) = row_at(db, path)? else { return Ok(()) };
    may_import_over(&row.entry)?;
    // Of the same size, it may be the content that is there.
    match row.entry.size == Some(size) {
        true => Ok(()),
        false => Ok(owns(source_of(db, row.seq)?.0.as_ref())?),
    }
}

fn insert(db: &Transaction<'_>, new: &CheckedEntry, place: Place<'_>) -> Outcome<Entry> {
    let id = ext_services::new_id();
    let (hash, size) = content_columns(new.content.as_ref())?;
    let at = now();
    let mut insert = db.prepare_cached(
        "INSERT INTO entries (id, name, path, entry_type, media_type, size, content_hash, created_by, \
         metadata, created_at, updated_at, source, source_hash) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?10, ?11, iif(?11 IS NULL, NULL, ?7))",
    )?;
    let CheckedEntry { name, path, entry_type, media_type, created_by, metadata, .. } = new;
    let seq = insert.insert(params![
        id.as_bytes(),
        name,
        path.as_str(),
        entry_type,
        media_type,
        size,
        hash,
        created_by,
        metadata,
        at,
        new.source.as_ref().map(SourcePath::as_bytes)
    ])?;
    place()?;
    texts::index_entry(db, seq)?;
    match &new.created_by {
        None => outbox::record_import(db, ENTRY_CREATED, seq, new.import)?,
        Some(extension) => outbox::record(db, ENTRY_CREATED, seq, Some(extension))?,
    };
    by_id(db, id)
}

fn replace_content(
    db: &Transaction<'_>,
    row: &EntryRow,
    new: &CheckedEntry,
    place: Place<'_>,
) -> Outcome<Entry> {
    place()?;
    set_content(db, row.seq, new.content.as_ref(), new.media_type.as_deref(), new.import)?;
    let source = new.source.as_ref().map(SourcePath::as_bytes);
    db.prepare_cached("UPDATE entries SET source = ?, source_hash = content_hash WHERE seq = ?")?
        .execute(params![source, row.seq])?;
    by_id(db, row.entry.id)
}

/// Gives an entry of the user new content, and records the event; `import`: the one that brings it.
pub(super) fn set_content(
    db: &Transaction<'_>,
    seq: i64,
    content: Option<&BlobRef>,
    media_type: Option<&str>,
    import: Option<Uuid>,
) -> Outcome<()> {
    let (hash, size) = content_columns(content)?;
    let mut update = db.prepare_cached(
        "UPDATE entries SET content_hash = ?, size = ?, media_type = ?, updated_at = ? \
         WHERE seq = ?",
    )?;
    update.execute(params![hash, size, media_type, now(), seq])?;
    contents::forget(db, seq)?;
    outbox::record_import(db, ENTRY_UPDATED, seq, import)?;
    Ok(())
}

fn content_columns(content: Option<&BlobRef>) -> Outcome<(Option<&str>, Option<i64>)> {
    let size = content.map(|content| signed(content.size)).transpose()?;
    Ok((content.map(|content| content.hash.as_str()), size))
}

/// Bytes of metadata after which a page ends early. An extension gets answers of up to a MiB, whatever
/// stands in a thousand entries.
pub(super) const MAX_PAGE_BYTES: usize = 512 << 10;

/// Lists entries in the order of their creation.
pub(crate) fn list(db: &Transaction<'_>, input: &ListEntriesInput) -> Outcome<ListEntriesOutput> {
    let (rows, more) = page(db, list_filter(input)?, input.limit)?;
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

/// Reads a page, and returns whether there are more rows behind it.
fn page(db: &Transaction<'_>, filter: Filter, limit: u32) -> Outcome<(Vec<EntryRow>, bool)> {
    let (conditions, mut values) = filter.into_parts();
    values.push(Sql::from(i64::from(limit) + 1));
    let mut query = db.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM entries e {conditions} ORDER BY e.seq LIMIT ?"
    ))?;
    let mut rows = query.query(params_from_iter(values))?;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let (mut page, mut bytes) = (Vec::new(), 0);
    while let Some(row) = rows.next()? {
        if page.len() == limit || bytes >= MAX_PAGE_BYTES {
            return Ok((page, true));
        }
        bytes += EntryRow::metadata_bytes(row)?;
        page.push(EntryRow::read(row)?);
    }
    Ok((page, false))
}

/// Applies a merge patch; `NotFound` without the entry, `TooLarge` when the result is over the limit,
/// `Conflict` where the values that it depends on are others by now, `Quota` when the extension would
/// have too much.
pub(crate) fn patch_metadata(
    db: &Transaction<'_>,
    caller: Option<&str>,
    input: UpdateMetadataInput,
    quota: u64,
) -> Outcome<Map<String, Value>> {
    let id = input.entry_id;
    let EntryRow { seq, entry, .. } = row_of(db, id)?;
    let mut merged = entry.metadata;
    LibraryError::ensure_unchanged(&input, &merged)?;
    let before = serde_json::to_vec(&merged)?.len();
    merge_patch::apply(&mut merged, input.metadata);
    let text = metadata::to_json(&merged)?;
    let growth = signed(text.len() as u64)? - signed(before as u64)?;
    if let Some(extension) = caller {
        quota::add_metadata(db, seq, extension, growth)?;
    }
    db.prepare_cached("UPDATE entries SET metadata = ?, updated_at = ? WHERE id = ?")?
        .execute(params![text, now(), id.as_bytes()])?;
    if growth > 0 {
        quota::check(db, caller, quota)?;
    }
    texts::index_entry(db, seq)?;
    Ok(merged)
}

/// Removes an entry with its sidecars and events, or moves it to the bin for the user; `None` when
/// there is none, `Denied` when it is not the caller's.
pub(crate) fn delete(
    db: &Transaction<'_>,
    caller: Option<&str>,
    id: Uuid,
    limits: Limits,
) -> Outcome<Option<Removed>> {
    let Some(row) = find(db, "e.id", id.as_bytes())? else { return Ok(None) };
    if caller.is_none() {
        return bin::put(db, &row, limits).map(Some);
    }
    if caller.is_some() && row.entry.created_by.as_deref() != caller {
        let reason =
            format!("the entry {id} was not made by this extension, which may not remove it");
        return Err(LibraryError::Denied(reason).into());
    }
    let mut query = db.prepare_cached("SELECT content_hash FROM sidecars WHERE entry = ?")?;
    let sidecars = query.query_map([row.seq], |row| row.get(0))?.collect::<Result<_, _>>()?;
    let mut contents = versions::hashes(db, row.seq)?;
    removals::record(db, &row, caller)?;
    contents.extend(row.entry.content_hash);
    texts::remove(db, row.seq)?;
    db.prepare_cached("DELETE FROM entries WHERE seq = ?")?.execute([row.seq])?;
    Ok(Some(Removed { contents, sidecars }))
}

/// Lists the blobs in use, by hash.
pub(crate) fn all_references(db: &Transaction<'_>) -> Outcome<Vec<(BlobKind, String)>> {
    let mut all = Vec::new();
    for kind in [BlobKind::Content, BlobKind::Sidecar] {
        all.extend(references(db, kind, "")?.into_iter().map(|hash| (kind, hash)));
    }
    all.sort_by(|a, b| a.1.cmp(&b.1));
    Ok(all)
}

/// Lists the hashes in use that start with `prefix`. `g` comes after every hex digit.
pub(crate) fn references(
    db: &Transaction<'_>,
    kind: BlobKind,
    prefix: &str,
) -> Outcome<HashSet<String>> {
    let tables: &[&str] = match kind {
        BlobKind::Content => &["entries", "versions"],
        BlobKind::Sidecar => &["sidecars"],
    };
    let mut found = HashSet::new();
    for table in tables.iter().chain(bin::blob_tables(kind)) {
        found.extend(hashes_of(db, table, prefix)?);
    }
    Ok(found)
}

fn hashes_of(db: &Transaction<'_>, table: &str, prefix: &str) -> Outcome<Vec<String>> {
    let mut query = db.prepare_cached(&format!(
        "SELECT DISTINCT content_hash FROM {table} WHERE content_hash >= ? AND content_hash < ?"
    ))?;
    let hashes = query.query_map([prefix, &format!("{prefix}g")], |row| row.get(0))?;
    Ok(hashes.collect::<Result<_, _>>()?)
}
