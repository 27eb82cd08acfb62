//! The embedding vectors of entries, and the nearest of them. The search is exhaustive: a vector has
//! some kilobytes, so that ten thousand entries take some ten milliseconds.

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
    entry_row::{COLUMNS, EntryRow},
    filter::Filter,
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
         JOIN texts x ON x.rowid = s.id WHERE s.entry = e.seq AND s.sidecar <> '' \
         ORDER BY s.sidecar LIMIT {SIDECARS}))), 1, {chars}) FROM text_rows r \
         JOIN texts t ON t.rowid = r.id WHERE r.entry = e.seq AND r.sidecar = '')"
    )
}

/// Lists entries without a vector of `model`, newest first, and counts them.
pub(crate) fn missing(
    db: &Transaction<'_>,
    model: &str,
    limit: u32,
) -> Outcome<(Vec<IndexedText>, u64)> {
    let lacking = "NOT EXISTS (SELECT 1 FROM vectors v WHERE v.entry = e.seq AND v.model = ?)";
    let count = format!("SELECT count(*) FROM entries e WHERE {lacking}");
    let count: i64 = db.prepare_cached(&count)?.query_row([model], |row| row.get(0))?;
    let mut query = db.prepare_cached(&format!(
        "SELECT e.id, {} FROM entries e WHERE {lacking} ORDER BY e.seq DESC LIMIT ?",
        text(TEXT_CHARS)
    ))?;
    let rows = query.query_map(params![model, limit], |row| {
        Ok(IndexedText { entry: Uuid::from_bytes(row.get(0)?), text: row.get(1)? })
    })?;
    Ok((rows.collect::<Result<_, _>>()?, unsigned(count)?))
}

/// Stores vectors of texts that have not changed meanwhile.
pub(crate) fn put(
    db: &Transaction<'_>,
    model: &str,
    vectors: &[(IndexedText, Vec<f32>)],
) -> Outcome<()> {
    let mut find = db.prepare_cached(&format!(
        "SELECT e.seq FROM entries e WHERE e.id = ? AND {} = ?",
        text(TEXT_CHARS)
    ))?;
    let mut put = db.prepare_cached("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)")?;
    for (IndexedText { entry, text }, vector) in vectors {
        let row = find.query_row(params![entry.as_bytes(), text], |row| row.get::<_, i64>(0));
        if let Some(seq) = row.optional()? {
            let bytes: Vec<u8> = vector.iter().flat_map(|value| value.to_le_bytes()).collect();
            put.execute(params![seq, model, bytes])?;
        }
    }
    Ok(())
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
    let mut near = Vec::new();
    let mut filter = Filter::default();
    filter.add("v.model = ?", [Sql::from(model.to_owned())]);
    filter.entry_type(input.entry_type.as_deref());
    filter.metadata(&input.metadata)?;
    filter.comparisons(&input.filters)?;
    let (conditions, values) = filter.into_parts();
    let mut query = db.prepare_cached(&format!(
        "SELECT e.seq, v.vector FROM vectors v JOIN entries e ON e.seq = v.entry {conditions}"
    ))?;
    let mut rows = query.query(params_from_iter(values))?;
    while let Some(row) = rows.next()? {
        let cosine = product(vector, row.get_ref(1)?.as_blob().map_err(corrupt)?);
        if cosine >= min_score {
            near.push((cosine, row.get::<_, i64>(0)?));
        }
    }
    near.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut hits = Vec::new();
    for (cosine, seq) in near {
        if hits.len() == input.limit as usize {
            break;
        }
        if is_visible(db, seq, visibility)? {
            hits.push(hit(db, cosine, seq)?);
        }
    }
    Ok(hits)
}

/// Returns whether all texts of an entry are visible, of which its vector is made.
fn is_visible(db: &Transaction<'_>, seq: i64, visibility: Visibility<'_>) -> Outcome<bool> {
    if matches!(visibility, Visibility::All) {
        return Ok(true);
    }
    let mut query = db.prepare_cached(
        "SELECT e.path, r.sidecar FROM entries e JOIN text_rows r ON r.entry = e.seq \
         WHERE e.seq = ?",
    )?;
    let mut rows = query.query([seq])?;
    while let Some(row) = rows.next()? {
        let (path, sidecar): (String, String) = (row.get(0)?, row.get(1)?);
        let sidecar = Some(sidecar.as_str()).filter(|name| !name.is_empty());
        if !visibility.includes(&EntryPath::stored(&path), sidecar)? {
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

fn hit(db: &Transaction<'_>, cosine: f32, seq: i64) -> Outcome<SearchHit> {
    let mut query = db.prepare_cached(&format!(
        "SELECT {COLUMNS}, {} FROM entries e WHERE e.seq = ?",
        text(SNIPPET_CHARS)
    ))?;
    let mut rows = query.query([seq])?;
    let row: &Row<'_> = rows.next()?.ok_or(rusqlite::Error::QueryReturnedNoRows)?;
    let EntryRow { entry, .. } = EntryRow::read(row)?;
    Ok(SearchHit { entry, snippet: row.get(12)?, score: f64::from(cosine) })
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
