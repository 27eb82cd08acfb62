//! The rows of sidecars.

use ext_services::library::LibraryError;
use ext_wire::{
    names,
    ops::vdfs::{ListSidecarsOutput, MAX_SIDECAR_PAGE, MAX_SIDECARS, SidecarInfo},
};
use rusqlite::{Row, Transaction, params};
use uuid::Uuid;

use super::{
    entries::seq_of,
    quota, texts,
    values::{now, signed, unsigned},
};
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

/// Finds the sidecar whose name is `name` but for case.
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

/// Lists a page of the sidecars of an entry, by name; `NotFound` when there is no such entry.
pub(crate) fn page(
    db: &Transaction<'_>,
    entry: Uuid,
    after: Option<&str>,
) -> Outcome<ListSidecarsOutput> {
    let sql = format!(
        "SELECT {COLUMNS} FROM sidecars WHERE entry = ? AND name COLLATE BINARY > ? \
         ORDER BY name COLLATE BINARY LIMIT ?"
    );
    let mut query = db.prepare_cached(&sql)?;
    // No name is empty.
    let (seq, after) = (seq_of(db, entry)?, after.unwrap_or_default());
    let mut rows = query.query(params![seq, after, signed(MAX_SIDECAR_PAGE as u64 + 1)?])?;
    let mut sidecars = Vec::new();
    while let Some(row) = rows.next()? {
        sidecars.push(read(row)?);
    }
    let more = sidecars.len() > MAX_SIDECAR_PAGE;
    sidecars.truncate(MAX_SIDECAR_PAGE);
    let last = sidecars.last().filter(|_| more).map(|last| last.name.clone());
    Ok(ListSidecarsOutput { sidecars, next: last })
}

/// Lists all sidecars of an entry; `NotFound` when there is no such entry.
pub(crate) fn all_of(db: &Transaction<'_>, entry: Uuid) -> Outcome<Vec<SidecarInfo>> {
    let sql = format!("SELECT {COLUMNS} FROM sidecars WHERE entry = ?");
    let mut query = db.prepare_cached(&sql)?;
    let mut rows = query.query([seq_of(db, entry)?])?;
    let mut sidecars = Vec::new();
    while let Some(row) = rows.next()? {
        sidecars.push(read(row)?);
    }
    Ok(sidecars)
}

/// Writes a sidecar; `NotFound` without its entry, `Denied` when the older one is not the
/// writer's, `Name` when its name differs from another's by case only, `TooMany` and
/// `Quota` when the writer would have too much, and the error of `check`, which looks at the older one.
pub(crate) fn put(
    db: &Transaction<'_>,
    new: &CheckedSidecar,
    check: &dyn Fn(Option<&SidecarInfo>) -> Result<(), LibraryError>,
    place: Place<'_>,
) -> Outcome<Replaced<SidecarInfo>> {
    let seq = seq_of(db, new.entry)?;
    let old = find(db, seq, &new.name)?;
    match &old {
        Some(old) => may_replace(old, new)?,
        None => ensure_place(db, seq, new.written_by.as_deref())?,
    }
    check(old.as_ref())?;
    upsert(db, seq, new)?;
    quota::check(db, new.written_by.as_deref(), new.quota)?;
    place()?;
    texts::index_sidecar(db, seq, &new.name, new.text.as_deref())?;
    let old = old.map(|old| old.content_hash).filter(|hash| *hash != new.content.hash);
    Ok(Replaced { value: get(db, new.entry, &new.name)?, old: old.into_iter().collect() })
}

/// Checks that a writer has room for one more sidecar at an entry.
fn ensure_place(db: &Transaction<'_>, seq: i64, writer: Option<&str>) -> Outcome<()> {
    let mut query =
        db.prepare_cached("SELECT count(*) FROM sidecars WHERE entry = ? AND written_by IS ?")?;
    let count: u32 = query.query_row(params![seq, writer], |row| row.get(0))?;
    if count < MAX_SIDECARS {
        return Ok(());
    }
    Err(LibraryError::TooMany { what: "sidecars", limit: MAX_SIDECARS.into() }.into())
}

fn may_replace(old: &SidecarInfo, new: &CheckedSidecar) -> Result<(), LibraryError> {
    names::sidecar_beside(&old.name, &new.name)?;
    may_change(old, new.written_by.as_deref())
}

/// Checks that the caller may change a sidecar: the user every one, an extension its own ones.
fn may_change(sidecar: &SidecarInfo, caller: Option<&str>) -> Result<(), LibraryError> {
    if caller.is_none() || sidecar.written_by.as_deref() == caller {
        return Ok(());
    }
    let owner = sidecar.written_by.as_deref().unwrap_or("the user");
    Err(LibraryError::Denied(format!("the sidecar {} belongs to {owner}", sidecar.name)))
}

fn upsert(db: &Transaction<'_>, seq: i64, new: &CheckedSidecar) -> Outcome<()> {
    let mut upsert = db.prepare_cached(
        "INSERT INTO sidecars (entry, name, size, content_hash, written_by, updated_at) \
         VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (entry, name) DO UPDATE SET size = excluded.size, \
         content_hash = excluded.content_hash, written_by = excluded.written_by, \
         updated_at = excluded.updated_at",
    )?;
    let CheckedSidecar { name, content, written_by, .. } = new;
    upsert.execute(params![seq, name, signed(content.size)?, content.hash, written_by, now()])?;
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
    texts::index_sidecar(db, seq, name, None)?;
    Ok(Some(sidecar.content_hash))
}
