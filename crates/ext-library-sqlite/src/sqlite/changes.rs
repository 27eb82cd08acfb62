//! The numbers of changes: each entry stands once, under the number of its last change.
//!
//! Triggers keep them, so that no change is forgotten, whoever makes it, older programs among them.

use ext_services::library::{EntryChanges, LibraryError};
use ext_wire::ops::vdfs::ListChangesInput;
use rusqlite::{Connection, Row, Transaction, params_from_iter, types::Value as Sql};
use uuid::Uuid;

use super::{
    entries::MAX_PAGE_BYTES,
    entry_row::{COLUMNS, EntryRow},
    filter::Filter,
};
use crate::fault::Outcome;

/// A column of the table, by which a database is known to have it.
pub(super) const COLUMN: (&str, &str, &str) = ("entry_changes", "path", "TEXT");

/// The tables and their triggers. A row is removed and written again, because only a new row of a table
/// with `AUTOINCREMENT` has a number that no other had. An entry that moves away leaves a row at its old
/// path, and so does one that is removed.
const TABLES: &str = "
CREATE TABLE IF NOT EXISTS entry_changes (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    entry BLOB NOT NULL,
    path TEXT NOT NULL,
    UNIQUE (entry, path)
) STRICT;
CREATE TABLE IF NOT EXISTS change_numbering (id BLOB NOT NULL) STRICT;

CREATE TRIGGER IF NOT EXISTS change_of_new AFTER INSERT ON entries BEGIN
    DELETE FROM entry_changes WHERE entry = new.id AND path = new.path;
    INSERT INTO entry_changes (entry, path) VALUES (new.id, new.path);
END;
CREATE TRIGGER IF NOT EXISTS change_of_entry
AFTER UPDATE OF name, path, entry_type, media_type, size, content_hash, metadata ON entries BEGIN
    DELETE FROM entry_changes WHERE entry = old.id AND path IN (old.path, new.path);
    INSERT INTO entry_changes (entry, path) SELECT old.id, old.path WHERE old.path <> new.path;
    INSERT INTO entry_changes (entry, path) VALUES (new.id, new.path);
END;
CREATE TRIGGER IF NOT EXISTS change_of_removed AFTER DELETE ON entries BEGIN
    DELETE FROM entry_changes WHERE entry = old.id AND path = old.path;
    INSERT INTO entry_changes (entry, path) VALUES (old.id, old.path);
END;
CREATE TRIGGER IF NOT EXISTS change_of_new_sidecar AFTER INSERT ON sidecars BEGIN
    DELETE FROM entry_changes
        WHERE (entry, path) IN (SELECT id, path FROM entries WHERE seq = new.entry);
    INSERT INTO entry_changes (entry, path) SELECT id, path FROM entries WHERE seq = new.entry;
END;
CREATE TRIGGER IF NOT EXISTS change_of_sidecar AFTER UPDATE OF content_hash ON sidecars BEGIN
    DELETE FROM entry_changes
        WHERE (entry, path) IN (SELECT id, path FROM entries WHERE seq = new.entry);
    INSERT INTO entry_changes (entry, path) SELECT id, path FROM entries WHERE seq = new.entry;
END;
CREATE TRIGGER IF NOT EXISTS change_of_removed_sidecar AFTER DELETE ON sidecars BEGIN
    DELETE FROM entry_changes
        WHERE (entry, path) IN (SELECT id, path FROM entries WHERE seq = old.entry);
    INSERT INTO entry_changes (entry, path) SELECT id, path FROM entries WHERE seq = old.entry;
END;
";

/// Makes the tables where they are missing.
pub(super) fn make_tables(db: &Connection) -> Outcome<()> {
    Ok(db.execute_batch(TABLES)?)
}

/// Numbers the entries that are there, once.
pub(super) fn number_all(db: &Connection) -> Outcome<()> {
    if numbering(db)?.is_none() {
        db.execute(
            "INSERT OR IGNORE INTO entry_changes (entry, path) SELECT id, path FROM entries ORDER BY seq",
            [],
        )?;
        db.execute("INSERT INTO change_numbering VALUES (?)", [new_numbering()])?;
    }
    Ok(())
}

/// Makes all cursors void: the database is a copy of before, and the numbers that it gives from now on
/// stand for other changes than those that were given since.
pub(super) fn number_anew(db: &Transaction<'_>) -> Outcome<()> {
    db.execute("UPDATE change_numbering SET id = ?", [new_numbering()])?;
    Ok(())
}

fn new_numbering() -> [u8; 16] {
    *Uuid::new_v4().as_bytes()
}

fn numbering(db: &Connection) -> Outcome<Option<Uuid>> {
    let mut query = db.prepare_cached("SELECT id FROM change_numbering")?;
    let mut rows = query.query([])?;
    Ok(rows.next()?.map(|row| row.get(0).map(Uuid::from_bytes)).transpose()?)
}

/// A place among the changes, of one numbering.
struct Cursor {
    numbering: Uuid,
    number: i64,
}

impl Cursor {
    fn parse(text: &str) -> Outcome<Self> {
        let parsed = text.split_once('.').and_then(|(numbering, number)| {
            let number = number.parse().ok().filter(|number| *number >= 0)?;
            Some(Self { numbering: numbering.parse().ok()?, number })
        });
        parsed.ok_or_else(|| LibraryError::Invalid(format!("`{text}` is not a cursor")).into())
    }

    fn text(&self) -> String {
        format!("{}.{}", self.numbering.simple(), self.number)
    }
}

/// Lists the changes behind a cursor; all entries where it is of another numbering.
pub(crate) fn list(db: &Transaction<'_>, input: &ListChangesInput) -> Outcome<EntryChanges> {
    let numbering = numbering(db)?.unwrap_or_default();
    let asked = input.after.as_deref().map(Cursor::parse).transpose()?;
    let known = asked.filter(|asked| asked.numbering == numbering);
    let (after, anew) = known.map_or((0, true), |known| (known.number, false));
    let mut page = Page::of(db, input, after)?;
    if !page.changes.more {
        // What is elsewhere is not looked at again.
        page.last = page.last.max(latest(db)?);
    }
    let next = Cursor { numbering, number: page.last }.text();
    Ok(EntryChanges { next, anew, ..page.changes })
}

fn latest(db: &Transaction<'_>) -> Outcome<i64> {
    let mut query = db.prepare_cached("SELECT coalesce(max(number), 0) FROM entry_changes")?;
    Ok(query.query_row([], |row| row.get(0))?)
}

/// Changes, and the number of the last one.
struct Page {
    changes: EntryChanges,
    last: i64,
}

impl Page {
    fn of(db: &Transaction<'_>, input: &ListChangesInput, after: i64) -> Outcome<Self> {
        let prefix = input.path_prefix.as_deref();
        let mut filter = Filter::default();
        filter.add("c.number > ?", [Sql::from(after)]);
        if let Some(prefix) = prefix {
            filter.prefix_of("c.path", prefix);
        }
        let (conditions, mut values) = filter.into_parts();
        values.push(Sql::from(i64::from(input.limit) + 1));
        let mut query = db.prepare_cached(&format!(
            "SELECT {COLUMNS}, c.number, c.entry, c.path FROM entry_changes c \
             LEFT JOIN entries e ON e.id = c.entry {conditions} ORDER BY c.number LIMIT ?"
        ))?;
        let mut rows = query.query(params_from_iter(values))?;
        let mut page = Self { changes: nothing(), last: after };
        let (mut count, mut bytes) = (0, 0);
        while let Some(row) = rows.next()? {
            if count == input.limit || bytes >= MAX_PAGE_BYTES {
                page.changes.more = true;
                break;
            }
            count += 1;
            bytes += page.add(row, prefix)?;
        }
        Ok(page)
    }

    /// Adds a change; returns the bytes that it has.
    fn add(&mut self, row: &Row<'_>, prefix: Option<&str>) -> Outcome<usize> {
        self.last = row.get(12)?;
        let (id, path): ([u8; 16], String) = (row.get(13)?, row.get(14)?);
        let now: Option<String> = row.get(3)?;
        match now {
            Some(now) if now == path => {
                self.changes.entries.push(EntryRow::read(row)?.entry);
                return EntryRow::metadata_bytes(row);
            }
            // It moved, and its change stands under its new path.
            Some(now) if prefix.is_none_or(|prefix| is_below(&now, prefix)) => {}
            _ => self.changes.removed.push((Uuid::from_bytes(id), path)),
        }
        Ok(0)
    }
}

fn nothing() -> EntryChanges {
    EntryChanges {
        entries: Vec::new(),
        removed: Vec::new(),
        next: String::new(),
        more: false,
        anew: false,
    }
}

fn is_below(path: &str, prefix: &str) -> bool {
    path.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
