//! The texts of contents: what was read, and the rows of its passages in the full text.

use ext_services::library::{ContentText, UnreadContent};
use ext_wire::ops::search::TextRange;
use rusqlite::{OptionalExtension, Transaction, params};
use uuid::Uuid;

use super::{passages, texts, values::unsigned};
use ext_wire::ops::work::UnreadableContent;

use crate::{fault::Outcome, text};

/// The most bytes of text of a content that are kept: the text of some thousand pages, or emails.
const MAX_TEXT_BYTES: usize = 16 << 20;

/// The tables. A row of `contents` says that a content was read, by which version of the reader, and why
/// it has no text. Other tables tell everything else of them, so an older program need not know them.
pub(super) const TABLES: &str = "
CREATE TABLE IF NOT EXISTS contents (
    entry INTEGER PRIMARY KEY REFERENCES entries (seq) ON DELETE CASCADE,
    content_hash TEXT NOT NULL,
    reader INTEGER NOT NULL,
    problem TEXT
) STRICT;
CREATE TABLE IF NOT EXISTS passage_vectors (
    passage INTEGER PRIMARY KEY REFERENCES text_rows (id) ON DELETE CASCADE,
    model TEXT NOT NULL,
    vector BLOB NOT NULL
) STRICT;
";

/// Columns that tell whether a database has the tables.
pub(super) const COLUMNS: [(&str, &str, &str); 2] =
    [("contents", "reader", "INTEGER"), ("passage_vectors", "vector", "BLOB")];

/// The condition of an entry whose content is unread; an older program changes contents and leaves the
/// row.
const UNREAD: &str = "e.size > 0 AND NOT EXISTS (SELECT 1 FROM contents c WHERE c.entry = e.seq \
    AND c.content_hash = e.content_hash AND c.reader >= ?)";

/// Lists unread contents, newest first, and counts all of them.
pub(crate) fn unread(
    db: &Transaction<'_>,
    reader: u32,
    after: Option<u64>,
    limit: u32,
) -> Outcome<(Vec<UnreadContent>, u64)> {
    let count = format!("SELECT count(*) FROM entries e WHERE {UNREAD}");
    let count: i64 = db.prepare_cached(&count)?.query_row([reader], |row| row.get(0))?;
    let before = after.and_then(|after| i64::try_from(after).ok()).unwrap_or(i64::MAX);
    let mut query = db.prepare_cached(&format!(
        "SELECT e.seq, e.id, e.path, e.media_type, e.size, e.content_hash FROM entries e \
         WHERE {UNREAD} AND e.seq < ? ORDER BY e.seq DESC LIMIT ?"
    ))?;
    let mut rows = query.query(params![reader, before, limit])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(UnreadContent {
            cursor: unsigned(row.get(0)?)?,
            entry: Uuid::from_bytes(row.get(1)?),
            path: row.get(2)?,
            media_type: row.get(3)?,
            size: unsigned(row.get(4)?)?,
            content_hash: row.get(5)?,
        });
    }
    Ok((found, unsigned(count)?))
}

/// Lists contents that could not be read, or of which only a part could, by path.
pub(crate) fn unreadable(db: &Transaction<'_>) -> Outcome<Vec<UnreadableContent>> {
    let mut query = db.prepare_cached(
        "SELECT e.path, e.media_type, c.problem, EXISTS (SELECT 1 FROM text_rows r \
         WHERE r.entry = e.seq AND r.sidecar >= '/' AND r.sidecar < '0') FROM contents c \
         JOIN entries e ON e.seq = c.entry AND e.content_hash = c.content_hash \
         WHERE c.problem IS NOT NULL ORDER BY e.path",
    )?;
    let found = query.query_map([], |row| {
        let (reason, code) = with_code(row.get(2)?);
        let (path, media_type, is_searched) = (row.get(0)?, row.get(1)?, row.get(3)?);
        Ok(UnreadableContent { path, media_type, reason, code, is_searched })
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// Takes the code off a reason, which has it at its end: `it is damaged [E_DOC_MALFORMED]`.
fn with_code(problem: String) -> (String, Option<String>) {
    let split = problem.strip_suffix(']').and_then(|text| text.rsplit_once(" ["));
    match split.filter(|(_, code)| code.starts_with("E_")) {
        Some((reason, code)) => (reason.to_owned(), Some(code.to_owned())),
        None => (problem, None),
    }
}

/// Keeps what was read of contents that have not changed meanwhile.
pub(crate) fn put(
    db: &Transaction<'_>,
    reader: u32,
    read: &[(UnreadContent, ContentText)],
    replace: bool,
) -> Outcome<()> {
    let mut find =
        db.prepare_cached("SELECT seq FROM entries WHERE id = ? AND content_hash = ?")?;
    let mut put = db.prepare_cached("INSERT INTO contents VALUES (?, ?, ?, ?)")?;
    for (content, read) in read {
        let UnreadContent { entry, content_hash, .. } = content;
        let row = find.query_row(params![entry.as_bytes(), content_hash], |row| row.get(0));
        let Some(seq) = row.optional()? else { continue };
        if !replace && is_kept(db, seq, content_hash, reader)? {
            continue;
        }
        forget(db, seq)?;
        let problem = match read {
            ContentText::Text(text) => put_text(db, seq, text)?,
            ContentText::Partly { text, left_out } => {
                let cut = put_text(db, seq, text)?;
                Some(cut.map_or_else(|| left_out.clone(), |cut| format!("{cut}; {left_out}")))
            }
            ContentText::Unreadable(problem) => Some(problem.clone()),
        };
        put.execute(params![seq, content_hash, reader, problem])?;
    }
    Ok(())
}

/// Returns whether this version of the reader has read a content: its result stays, with the vectors.
fn is_kept(db: &Transaction<'_>, seq: i64, content_hash: &str, reader: u32) -> Outcome<bool> {
    let mut find = db.prepare_cached(
        "SELECT 1 FROM contents WHERE entry = ? AND content_hash = ? AND reader = ?",
    )?;
    Ok(find.exists(params![seq, content_hash, reader])?)
}

/// Writes the passages of a text; says when it is too long to be kept whole.
fn put_text(db: &Transaction<'_>, seq: i64, text: &str) -> Outcome<Option<String>> {
    let kept = text::cut(text, MAX_TEXT_BYTES);
    for (start, passage) in passages::of(kept) {
        if passage.chars().any(char::is_alphanumeric) {
            texts::insert(db, seq, &texts::passage_key(start), passage)?;
        }
    }
    let (kept, all) = (kept.len(), text.len());
    Ok((kept < all).then(|| format!("its first {kept} bytes of text of {all} are searched")))
}

/// Removes what was read of the content of an entry.
pub(super) fn forget(db: &Transaction<'_>, seq: i64) -> Outcome<()> {
    texts::remove_passages(db, seq)?;
    db.prepare_cached("DELETE FROM contents WHERE entry = ?")?.execute([seq])?;
    Ok(())
}

/// Returns the range of a passage in its text, by the key and the size of its row.
pub(super) fn range(key: &str, bytes: i64) -> Outcome<Option<TextRange>> {
    let Some(start) = texts::passage_start(key) else { return Ok(None) };
    let end = start.saturating_add(unsigned(bytes)?);
    Ok(Some(TextRange { start, end }))
}
