//! The rows of the full text: one of each entry, with its name and the text values of its metadata,
//! one of each sidecar that is a text, and one of each passage of a content. So a write costs what it
//! writes, and not what others wrote.

use ext_services::library::TextPart;
use rusqlite::{OptionalExtension, Transaction, params};
use uuid::Uuid;

use super::{
    entries::seq_of,
    values::{signed, unsigned},
    vectors,
};
use crate::{fault::Outcome, rows::SidecarText, text};

/// The most bytes of text that one writer has in the full text of an entry. What is beyond is kept, but
/// not found.
const MAX_WRITER_BYTES: u64 = 8 << 20;

/// The beginning of the key of a passage, which no name of a sidecar has; then comes the byte where it
/// begins.
const PASSAGE: char = '/';

/// The tables. `text_rows` says what a row of the full text is about by a key in the column `sidecar`,
/// which is empty for the entry itself, `/` with a number for a passage, and else the name of a sidecar.
pub(super) const TABLES: &str = r#"
CREATE TABLE text_rows (
    id INTEGER PRIMARY KEY,
    entry INTEGER NOT NULL REFERENCES entries (seq) ON DELETE CASCADE,
    sidecar TEXT NOT NULL COLLATE NOCASE,
    bytes INTEGER NOT NULL,
    UNIQUE (entry, sidecar)
) STRICT;
CREATE VIRTUAL TABLE texts USING fts5 (
    name, metadata, sidecar,
    tokenize = "unicode61 remove_diacritics 2"
);
-- A word in the name weighs more than one in the metadata, and that more than one in a text.
INSERT INTO texts (texts, rank) VALUES ('rank', 'bm25(4.0, 2.0, 1.0)');
"#;

/// The SQL that makes the rows of all entries. Ids and hashes in hex are for programs: nobody searches
/// for their words, and a snippet is no place for them.
const OF_ENTRIES: &str = "SELECT r.id, e.name, \
    (SELECT group_concat(atom, char(10)) FROM json_tree(e.metadata) WHERE type = 'text' \
        AND NOT (length(atom) >= 16 AND atom GLOB '*[a-f]*' AND atom NOT GLOB '*[^0-9a-f-]*')) \
    FROM text_rows r JOIN entries e ON e.seq = r.entry WHERE r.sidecar = ''";

/// Makes the rows of a library of version 1, in which one row had the texts of all sidecars.
pub(super) fn migrate(db: &Transaction<'_>) -> Outcome<()> {
    db.execute_batch("DROP TABLE texts")?;
    db.execute_batch(TABLES)?;
    db.execute("INSERT INTO text_rows (entry, sidecar, bytes) SELECT seq, '', 0 FROM entries", [])?;
    db.execute(&format!("INSERT INTO texts (rowid, name, metadata) {OF_ENTRIES}"), [])?;
    db.execute(
        "INSERT INTO text_rows (entry, sidecar, bytes) SELECT entry, name, bytes FROM (\
         SELECT entry, name, octet_length(text) AS bytes, sum(octet_length(text)) \
         OVER (PARTITION BY entry, written_by ORDER BY name) AS sum FROM sidecars \
         WHERE text IS NOT NULL) WHERE sum <= ?",
        [signed(MAX_WRITER_BYTES)?],
    )?;
    db.execute_batch(
        "INSERT INTO texts (rowid, sidecar) SELECT r.id, s.text FROM text_rows r \
         JOIN sidecars s ON s.entry = r.entry AND s.name = r.sidecar WHERE r.sidecar <> ''; \
         ALTER TABLE sidecars DROP COLUMN text",
    )?;
    Ok(())
}

/// Returns the part of an entry that the row with a key is about.
pub(super) fn part(key: &str) -> TextPart<'_> {
    match key {
        "" => TextPart::Entry,
        passage if passage.starts_with(PASSAGE) => TextPart::Content,
        name => TextPart::Sidecar(name),
    }
}

/// Returns the key of the passage that begins at a byte.
pub(super) fn passage_key(start: impl std::fmt::Display) -> String {
    format!("{PASSAGE}{start}")
}

/// Returns where a passage begins, by its key.
pub(super) fn passage_start(key: &str) -> Option<u64> {
    key.strip_prefix(PASSAGE)?.parse().ok()
}

/// Writes the row of an entry anew.
pub(super) fn index_entry(db: &Transaction<'_>, seq: i64) -> Outcome<()> {
    db.prepare_cached("INSERT OR IGNORE INTO text_rows (entry, sidecar, bytes) VALUES (?, '', 0)")?
        .execute([seq])?;
    let sql =
        format!("INSERT OR REPLACE INTO texts (rowid, name, metadata) {OF_ENTRIES} AND e.seq = ?");
    db.prepare_cached(&sql)?.execute([seq])?;
    forget_vector(db, seq)
}

/// Writes the row of a sidecar anew, or removes it when the sidecar has no text (any more).
pub(super) fn index_sidecar(
    db: &Transaction<'_>,
    seq: i64,
    name: &str,
    new: Option<&str>,
) -> Outcome<()> {
    let old = remove_row(db, seq, name)?;
    let Some(new) = new else {
        return if old { forget_vector(db, seq) } else { Ok(()) };
    };
    let room = MAX_WRITER_BYTES.saturating_sub(writers_bytes(db, seq, name)?);
    let new = text::cut(new, usize::try_from(room).unwrap_or(usize::MAX));
    insert(db, seq, name, new)?;
    forget_vector(db, seq)
}

/// Adds a row.
pub(super) fn insert(db: &Transaction<'_>, seq: i64, key: &str, text: &str) -> Outcome<()> {
    db.prepare_cached("INSERT INTO text_rows (entry, sidecar, bytes) VALUES (?, ?, ?)")?
        .execute(params![seq, key, signed(text.len() as u64)?])?;
    db.prepare_cached("INSERT INTO texts (rowid, sidecar) VALUES (?, ?)")?
        .execute(params![db.last_insert_rowid(), text::searchable(text)])?;
    Ok(())
}

/// Removes the rows of the passages of an entry.
pub(super) fn remove_passages(db: &Transaction<'_>, seq: i64) -> Outcome<()> {
    let passages = "entry = ? AND sidecar >= '/' AND sidecar < '0'";
    let sql =
        format!("DELETE FROM texts WHERE rowid IN (SELECT id FROM text_rows WHERE {passages})");
    db.prepare_cached(&sql)?.execute([seq])?;
    db.prepare_cached(&format!("DELETE FROM text_rows WHERE {passages}"))?.execute([seq])?;
    Ok(())
}

/// Returns the bytes of text that the writer of a sidecar has at its entry.
fn writers_bytes(db: &Transaction<'_>, seq: i64, name: &str) -> Outcome<u64> {
    let mut query = db.prepare_cached(
        "SELECT coalesce(sum(r.bytes), 0) FROM text_rows r \
         JOIN sidecars s ON s.entry = r.entry AND s.name = r.sidecar WHERE r.entry = ?1 \
         AND s.written_by IS (SELECT written_by FROM sidecars WHERE entry = ?1 AND name = ?2)",
    )?;
    unsigned(query.query_row(params![seq, name], |row| row.get(0))?)
}

fn remove_row(db: &Transaction<'_>, seq: i64, name: &str) -> Outcome<bool> {
    let mut delete =
        db.prepare_cached("DELETE FROM text_rows WHERE entry = ? AND sidecar = ? RETURNING id")?;
    let id: Option<i64> = delete.query_row(params![seq, name], |row| row.get(0)).optional()?;
    let Some(id) = id else { return Ok(false) };
    db.prepare_cached("DELETE FROM texts WHERE rowid = ?")?.execute([id])?;
    Ok(true)
}

/// Removes all rows of an entry.
pub(super) fn remove(db: &Transaction<'_>, seq: i64) -> Outcome<()> {
    db.prepare_cached(
        "DELETE FROM texts WHERE rowid IN (SELECT id FROM text_rows WHERE entry = ?)",
    )?
    .execute([seq])?;
    db.prepare_cached("DELETE FROM text_rows WHERE entry = ?")?.execute([seq])?;
    Ok(())
}

/// The condition of an entry `e` that has more than a name: texts in its metadata, or a text sidecar. The
/// keys of passages lie between those of sidecars, and are not walked through.
pub(super) const MORE_THAN_A_NAME: &str = "((e.metadata <> '{}' AND EXISTS \
    (SELECT 1 FROM json_tree(e.metadata) WHERE type = 'text')) \
    OR EXISTS (SELECT 1 FROM text_rows s WHERE s.entry = e.seq AND s.sidecar > '' AND s.sidecar < '/') \
    OR EXISTS (SELECT 1 FROM text_rows s WHERE s.entry = e.seq AND s.sidecar >= '0'))";

/// Removes the vectors that older programs made of names alone.
pub(super) fn forget_bare_names(db: &Transaction<'_>) -> Outcome<()> {
    db.execute_batch(&format!(
        "DELETE FROM vectors WHERE NOT EXISTS \
         (SELECT 1 FROM entries e WHERE e.seq = vectors.entry AND {MORE_THAN_A_NAME})"
    ))?;
    Ok(())
}

/// Builds the index anew of the rows of the full text.
pub(crate) fn rebuild_index(db: &Transaction<'_>) -> Outcome<()> {
    db.execute_batch("INSERT INTO texts (texts) VALUES ('rebuild')")?;
    Ok(())
}

/// Writes the rows of an entry and of its sidecars anew. A sidecar that was written meanwhile has its
/// row already. Vectors that are made of the same text stay.
pub(crate) fn index_anew(
    db: &Transaction<'_>,
    entry: Uuid,
    sidecars: &[SidecarText],
) -> Outcome<()> {
    let seq = seq_of(db, entry)?;
    let kept = vectors::kept(db, seq)?;
    remove_lost_sidecars(db, seq)?;
    let mut is_same = db.prepare_cached(
        "SELECT 1 FROM sidecars WHERE entry = ? AND name = ? AND content_hash = ?",
    )?;
    for SidecarText { name, content_hash, text } in sidecars {
        if is_same.exists(params![seq, name, content_hash])? {
            index_sidecar(db, seq, name, text.as_deref())?;
        }
    }
    index_entry(db, seq)?;
    vectors::put_back(db, seq, kept)
}

/// Removes the rows of sidecars that are gone.
fn remove_lost_sidecars(db: &Transaction<'_>, seq: i64) -> Outcome<()> {
    let mut lost = db.prepare_cached(
        "SELECT r.sidecar FROM text_rows r WHERE r.entry = ? AND r.sidecar <> '' \
         AND substr(r.sidecar, 1, 1) <> '/' AND NOT EXISTS \
         (SELECT 1 FROM sidecars s WHERE s.entry = r.entry AND s.name = r.sidecar)",
    )?;
    let names: Vec<String> = lost.query_map([seq], |row| row.get(0))?.collect::<Result<_, _>>()?;
    for name in names {
        remove_row(db, seq, &name)?;
    }
    Ok(())
}

/// Removes the vector of an entry whose text has changed.
fn forget_vector(db: &Transaction<'_>, seq: i64) -> Outcome<()> {
    db.prepare_cached("DELETE FROM vectors WHERE entry = ?")?.execute([seq])?;
    Ok(())
}
