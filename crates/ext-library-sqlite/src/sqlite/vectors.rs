//! The embedding vectors of entries and of passages, and the nearest of them. The search is exhaustive: a
//! vector has some kilobytes, so that ten thousand of them take some ten milliseconds.

use std::collections::HashSet;

use ext_services::library::{IndexedText, Visibility};
use ext_wire::{
    EntryPath,
    ops::search::{SearchHit, SearchInput},
};
use rusqlite::{
    OptionalExtension, Row, Transaction, params, params_from_iter, types::Value as Sql,
};
use uuid::Uuid;

use super::{
    contents,
    entry_row::{COLUMNS, EntryRow},
    filter::Filter,
    texts::{self, MORE_THAN_A_NAME},
    values::{corrupt, unsigned},
};
use crate::fault::Outcome;

/// The characters of a text that a model gets; it reads no more than some two hundred words.
const TEXT_CHARS: u32 = 4000;
/// The characters of a text that are shown.
const SNIPPET_CHARS: u32 = 160;

/// The sidecars whose text counts for a vector, by name.
const SIDECARS: u32 = 16;

/// Returns the SQL of the first characters of name, metadata and sidecars of the entry `e`.
fn text(chars: u32) -> String {
    format!(
        "(SELECT substr(concat_ws(char(10), t.name, t.metadata, (SELECT group_concat(part, char(10)) \
         FROM (SELECT substr(x.sidecar, 1, {chars}) AS part FROM text_rows s \
         JOIN texts x ON x.rowid = s.id WHERE s.entry = e.seq AND s.sidecar <> '' AND substr(s.sidecar, 1, 1) <> '/' \
         ORDER BY s.sidecar LIMIT {SIDECARS}))), 1, {chars}) FROM text_rows r \
         JOIN texts t ON t.rowid = r.id WHERE r.entry = e.seq AND r.sidecar = '')"
    )
}

/// The condition of a passage `r` that gets a vector: one of the first 16 KiB. Those behind count for
/// words alone, since a search compares all vectors.
const PASSAGES: &str =
    "r.sidecar >= '/' AND r.sidecar < '0' AND CAST(substr(r.sidecar, 2) AS INTEGER) < 16384";

/// Lists texts without a vector of `model`, newest first, and counts them.
pub(crate) fn missing(
    db: &Transaction<'_>,
    model: &str,
    limit: u32,
) -> Outcome<(Vec<IndexedText>, u64)> {
    let (mut texts, entries) = missing_entries(db, model, limit)?;
    let left = limit.saturating_sub(u32::try_from(texts.len()).unwrap_or(limit));
    let (passages, count) = missing_passages(db, model, left)?;
    texts.extend(passages);
    Ok((texts, entries + count))
}

/// Lists texts of an entry without a vector of `model`.
pub(crate) fn missing_of(
    db: &Transaction<'_>,
    model: &str,
    entry: Uuid,
    limit: u32,
) -> Outcome<Vec<IndexedText>> {
    let mut query = db.prepare_cached(&format!(
        "SELECT NULL, {} FROM entries e WHERE e.id = ?1 AND {MORE_THAN_A_NAME} \
         AND NOT EXISTS (SELECT 1 FROM vectors v WHERE v.entry = e.seq AND v.model = ?2) \
         UNION ALL SELECT r.sidecar, t.sidecar FROM entries e JOIN text_rows r ON r.entry = e.seq \
         JOIN texts t ON t.rowid = r.id WHERE e.id = ?1 AND {PASSAGES} AND NOT EXISTS \
         (SELECT 1 FROM passage_vectors v WHERE v.passage = r.id AND v.model = ?2) LIMIT ?3",
        text(TEXT_CHARS)
    ))?;
    let rows = query.query_map(params![entry.as_bytes(), model, limit], |row| {
        let key: Option<String> = row.get(0)?;
        let passage = key.and_then(|key| texts::passage_start(&key));
        Ok(IndexedText { entry, passage, text: row.get(1)? })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The vector of an entry, and the text that it is made of.
pub(super) struct Kept {
    text: String,
    vectors: Vec<(String, Vec<u8>)>,
}

/// Returns the vectors of an entry that is about to be indexed anew.
pub(super) fn kept(db: &Transaction<'_>, seq: i64) -> Outcome<Option<Kept>> {
    let Some(text) = text_of(db, seq)? else { return Ok(None) };
    let mut query = db.prepare_cached("SELECT model, vector FROM vectors WHERE entry = ?")?;
    let rows = query.query_map([seq], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(Some(Kept { text, vectors: rows.collect::<Result<_, _>>()? }))
}

/// Puts the vectors of an entry back whose text is as it was.
pub(super) fn put_back(db: &Transaction<'_>, seq: i64, kept: Option<Kept>) -> Outcome<()> {
    let Some(Kept { text, vectors }) = kept else { return Ok(()) };
    if text_of(db, seq)? != Some(text) {
        return Ok(());
    }
    let mut put = db.prepare_cached("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)")?;
    for (model, vector) in vectors {
        put.execute(params![seq, model, vector])?;
    }
    Ok(())
}

fn text_of(db: &Transaction<'_>, seq: i64) -> Outcome<Option<String>> {
    let sql = format!("SELECT {} FROM entries e WHERE e.seq = ?", text(TEXT_CHARS));
    let text: Option<Option<String>> =
        db.prepare_cached(&sql)?.query_row([seq], |row| row.get(0)).optional()?;
    Ok(text.flatten())
}

fn missing_entries(
    db: &Transaction<'_>,
    model: &str,
    limit: u32,
) -> Outcome<(Vec<IndexedText>, u64)> {
    let lacking = format!(
        "NOT EXISTS (SELECT 1 FROM vectors v WHERE v.entry = e.seq AND v.model = ?) \
         AND {MORE_THAN_A_NAME}"
    );
    let count = format!("SELECT count(*) FROM entries e WHERE {lacking}");
    let count: i64 = db.prepare_cached(&count)?.query_row([model], |row| row.get(0))?;
    let mut query = db.prepare_cached(&format!(
        "SELECT e.id, {} FROM entries e WHERE {lacking} ORDER BY e.seq DESC LIMIT ?",
        text(TEXT_CHARS)
    ))?;
    let rows = query.query_map(params![model, limit], |row| {
        let entry = Uuid::from_bytes(row.get(0)?);
        Ok(IndexedText { entry, passage: None, text: row.get(1)? })
    })?;
    Ok((rows.collect::<Result<_, _>>()?, unsigned(count)?))
}

fn missing_passages(
    db: &Transaction<'_>,
    model: &str,
    limit: u32,
) -> Outcome<(Vec<IndexedText>, u64)> {
    let lacking = format!(
        "{PASSAGES} AND NOT EXISTS \
         (SELECT 1 FROM passage_vectors v WHERE v.passage = r.id AND v.model = ?)"
    );
    let count = format!("SELECT count(*) FROM text_rows r WHERE {lacking}");
    let count: i64 = db.prepare_cached(&count)?.query_row([model], |row| row.get(0))?;
    let mut query = db.prepare_cached(&format!(
        "SELECT e.id, r.sidecar, t.sidecar FROM text_rows r JOIN entries e ON e.seq = r.entry \
         JOIN texts t ON t.rowid = r.id WHERE {lacking} ORDER BY r.entry DESC, r.id LIMIT ?"
    ))?;
    let rows = query.query_map(params![model, limit], |row| {
        let passage = texts::passage_start(&row.get::<_, String>(1)?);
        Ok(IndexedText { entry: Uuid::from_bytes(row.get(0)?), passage, text: row.get(2)? })
    })?;
    Ok((rows.collect::<Result<_, _>>()?, unsigned(count)?))
}

/// Stores vectors of texts that have not changed meanwhile.
pub(crate) fn put(
    db: &Transaction<'_>,
    model: &str,
    vectors: &[(IndexedText, Vec<f32>)],
) -> Outcome<()> {
    for (text, vector) in vectors {
        let table = if text.passage.is_some() { "passage_vectors" } else { "vectors" };
        let Some(row) = unchanged(db, text)? else { continue };
        let bytes: Vec<u8> = vector.iter().flat_map(|value| value.to_le_bytes()).collect();
        db.prepare_cached(&format!("INSERT OR REPLACE INTO {table} VALUES (?, ?, ?)"))?
            .execute(params![row, model, bytes])?;
    }
    Ok(())
}

/// Finds the entry or the row of the passage of a text, if it is as it was.
fn unchanged(db: &Transaction<'_>, text: &IndexedText) -> Outcome<Option<i64>> {
    let IndexedText { entry, passage, text } = text;
    let row = match passage {
        None => {
            let sql = format!(
                "SELECT e.seq FROM entries e WHERE e.id = ? AND {} = ?",
                self::text(TEXT_CHARS)
            );
            db.prepare_cached(&sql)?.query_row(params![entry.as_bytes(), text], |row| row.get(0))
        }
        Some(start) => {
            db.prepare_cached(
                "SELECT r.id FROM entries e JOIN text_rows r ON r.entry = e.seq \
                 JOIN texts t ON t.rowid = r.id WHERE e.id = ? AND r.sidecar = ? AND t.sidecar = ?",
            )?
            .query_row(params![entry.as_bytes(), texts::passage_key(start), text], |row| row.get(0))
        }
    };
    Ok(row.optional()?)
}

/// A vector near to the one that is looked for.
struct Near {
    cosine: f32,
    seq: i64,
    /// The row of the passage; `None` for the text of the entry itself.
    passage: Option<i64>,
}

/// Finds the entries with the nearest vectors.
pub(crate) fn nearest(
    db: &Transaction<'_>,
    model: &str,
    vector: &[f32],
    min_score: f32,
    input: &SearchInput,
    visibility: Visibility<'_>,
) -> Outcome<Vec<SearchHit>> {
    let wanted = (model, vector, min_score);
    let mut near =
        near(db, "NULL FROM vectors v JOIN entries e ON e.seq = v.entry", wanted, input)?;
    let passages = "v.passage FROM passage_vectors v JOIN text_rows r ON r.id = v.passage \
        JOIN entries e ON e.seq = r.entry";
    near.extend(self::near(db, passages, wanted, input)?);
    near.sort_by(|a, b| b.cosine.total_cmp(&a.cosine));
    let (mut hits, mut found) = (Vec::new(), HashSet::new());
    for near in near {
        if hits.len() == input.limit as usize {
            break;
        }
        if !found.contains(&near.seq) && is_visible(db, &near, visibility)? {
            found.insert(near.seq);
            hits.push(hit(db, &near)?);
        }
    }
    Ok(hits)
}

/// Compares all vectors of a table, of entries that fulfil the conditions.
fn near(
    db: &Transaction<'_>,
    table: &str,
    (model, vector, min_score): (&str, &[f32], f32),
    input: &SearchInput,
) -> Outcome<Vec<Near>> {
    let mut filter = Filter::of_search(input)?;
    filter.add("v.model = ?", [Sql::from(model.to_owned())]);
    let (conditions, values) = filter.into_parts();
    let sql = format!("SELECT e.seq, v.vector, {table} {conditions}");
    let mut query = db.prepare_cached(&sql)?;
    let (mut rows, mut near) = (query.query(params_from_iter(values))?, Vec::new());
    while let Some(row) = rows.next()? {
        let cosine = product(vector, row.get_ref(1)?.as_blob().map_err(corrupt)?);
        if cosine >= min_score {
            near.push(Near { cosine, seq: row.get(0)?, passage: row.get(2)? });
        }
    }
    Ok(near)
}

/// Returns whether the texts are visible that a vector is made of: a passage, or all others of an entry.
fn is_visible(db: &Transaction<'_>, near: &Near, visibility: Visibility<'_>) -> Outcome<bool> {
    if matches!(visibility, Visibility::All) {
        return Ok(true);
    }
    let mut query = db.prepare_cached(
        "SELECT e.path, r.sidecar FROM entries e JOIN text_rows r ON r.entry = e.seq \
         WHERE e.seq = ?1 AND iif(?2 IS NULL, substr(r.sidecar, 1, 1) <> '/', r.id = ?2)",
    )?;
    let mut rows = query.query(params![near.seq, near.passage])?;
    while let Some(row) = rows.next()? {
        let (path, key): (String, String) = (row.get(0)?, row.get(1)?);
        if !visibility.includes(&EntryPath::stored(&path), texts::part(&key))? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Computes the scalar product with a stored vector; 0 when that has another length.
fn product(vector: &[f32], bytes: &[u8]) -> f32 {
    let (stored, rest) = bytes.as_chunks::<4>();
    if stored.len() != vector.len() || !rest.is_empty() {
        return 0.0;
    }
    vector.iter().zip(stored).map(|(a, b)| a * f32::from_le_bytes(*b)).sum()
}

fn hit(db: &Transaction<'_>, near: &Near) -> Outcome<SearchHit> {
    let mut query = db.prepare_cached(&format!(
        "SELECT {COLUMNS}, coalesce((SELECT substr(t.sidecar, 1, {SNIPPET_CHARS}) FROM texts t \
         WHERE t.rowid = p.id), {}), p.sidecar, p.bytes \
         FROM entries e LEFT JOIN text_rows p ON p.id = ? WHERE e.seq = ?",
        text(SNIPPET_CHARS)
    ))?;
    let mut rows = query.query(params![near.passage, near.seq])?;
    let row: &Row<'_> = rows.next()?.ok_or(rusqlite::Error::QueryReturnedNoRows)?;
    let EntryRow { entry, .. } = EntryRow::read(row)?;
    let passage = match row.get::<_, Option<String>>(13)? {
        Some(key) => contents::range(&key, row.get(14)?)?,
        None => None,
    };
    let (highlights, score) = (Vec::new(), f64::from(near.cosine));
    Ok(SearchHit { entry, snippet: row.get(12)?, highlights, passage, score })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doc_20_vectors_of_another_length_are_near_to_nothing() {
        let bytes: Vec<u8> = [0.6_f32, 0.8].iter().flat_map(|value| value.to_le_bytes()).collect();
        assert!((product(&[0.6, 0.8], &bytes) - 1.0).abs() < 1e-6);
        for (vector, bytes) in [(&[1.0][..], &bytes[..]), (&[0.6, 0.8], &bytes[..7]), (&[1.0], b"")]
        {
            assert_eq!(product(vector, bytes), 0.0);
        }
    }
}
