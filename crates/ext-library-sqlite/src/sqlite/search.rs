//! The full text of entries: one row per entry, of its name, the text values of its metadata and
//! the text of its sidecars, so that words may stand in different ones of them.

use ext_services::library::LibraryError;
use ext_wire::ops::search::{SearchHit, SearchInput, SearchOutput};
use rusqlite::{Row, Transaction, params_from_iter, types::Value as Sql};

use super::{
    entries::{COLUMNS, EntryRow},
    filter::Filter,
};
use crate::fault::Outcome;

/// Longest search text, in bytes.
const MAX_TEXT_BYTES: usize = 4096;
/// Most words of a search: FTS5 nests their conditions, and refuses some hundreds.
const MAX_WORDS: usize = 64;

/// Writes the full text of an entry anew.
pub(crate) fn index(db: &Transaction<'_>, seq: i64) -> Outcome<()> {
    let mut index = db.prepare_cached(
        "INSERT OR REPLACE INTO texts (rowid, name, metadata, sidecars) SELECT seq, name, \
         (SELECT group_concat(atom, char(10)) FROM json_tree(entries.metadata) WHERE type = 'text'), \
         (SELECT group_concat(text, char(10)) FROM sidecars WHERE entry = seq) \
         FROM entries WHERE seq = ?",
    )?;
    index.execute([seq])?;
    db.prepare_cached("DELETE FROM vectors WHERE entry = ?")?.execute([seq])?;
    Ok(())
}

/// Removes the full text of an entry.
pub(crate) fn remove(db: &Transaction<'_>, seq: i64) -> Outcome<()> {
    db.prepare_cached("DELETE FROM texts WHERE rowid = ?")?.execute([seq])?;
    Ok(())
}

/// Full-text search.
pub(crate) fn search(db: &Transaction<'_>, input: &SearchInput) -> Outcome<SearchOutput> {
    let mut filter = Filter::default();
    filter.add("texts MATCH ?", [Sql::from(fts_query(&input.text)?)]);
    filter.entry_type(input.entry_type.as_deref());
    filter.metadata(&input.metadata)?;
    filter.comparisons(&input.filters)?;
    let (conditions, mut values) = filter.into_parts();
    values.push(Sql::from(i64::from(input.limit)));
    let mut query = db.prepare_cached(&format!(
        "SELECT {COLUMNS}, snippet(texts, -1, '[', ']', '…', 16), -texts.rank \
         FROM texts JOIN entries e ON e.seq = texts.rowid {conditions} ORDER BY texts.rank LIMIT ?"
    ))?;
    let mut rows = query.query(params_from_iter(values))?;
    let mut hits = Vec::new();
    while let Some(row) = rows.next()? {
        hits.push(hit(row)?);
    }
    Ok(SearchOutput { hits, words_only: None, pending: 0 })
}

fn hit(row: &Row<'_>) -> Outcome<SearchHit> {
    let EntryRow { entry, .. } = EntryRow::read(row)?;
    Ok(SearchHit { entry, snippet: row.get(12)?, score: row.get(13)? })
}

/// The user's words in the query language of FTS5: each is a quoted string, in which no operator
/// means anything; a `*` at its end stays outside of the quotes.
fn fts_query(text: &str) -> Result<String, LibraryError> {
    if text.len() > MAX_TEXT_BYTES {
        let (got, limit) = (text.len() as u64, MAX_TEXT_BYTES as u64);
        return Err(LibraryError::TooLarge { what: "search text", got, limit });
    }
    let words: Vec<String> = text
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| word.chars().any(char::is_alphanumeric))
        .map(quoted)
        .collect();
    match words.len() {
        0 => Err(LibraryError::Invalid("the search text has no word".into())),
        1..=MAX_WORDS => Ok(words.join(" ")),
        n => Err(LibraryError::Invalid(format!("a search of {n} words, the limit is {MAX_WORDS}"))),
    }
}

fn quoted(word: &str) -> String {
    let star = if word.ends_with('*') { "*" } else { "" };
    format!("\"{}\"{star}", word.trim_end_matches('*').replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn path_17_operators_are_quoted() {
        assert_eq!(fts_query("a OR b").unwrap(), r#""a" "OR" "b""#);
        assert_eq!(fts_query("name:x NEAR(a b)").unwrap(), r#""name:x" "NEAR(a" "b)""#);
        assert_eq!(fts_query(r#"say"hi"* - ^x"#).unwrap(), r#""say""hi"""* "^x""#);
        assert_eq!(fts_query("inv* \0 a\0b").unwrap(), r#""inv"* "a" "b""#);
    }

    #[test]
    fn a_search_needs_a_word() {
        for text in ["", "  ", "*", "- \"", "\0"] {
            assert!(matches!(fts_query(text), Err(LibraryError::Invalid(_))), "{text:?}");
        }
        assert!(fts_query(&"a ".repeat(64)).is_ok());
        assert!(matches!(fts_query(&"a ".repeat(65)), Err(LibraryError::Invalid(_))));
        assert!(matches!(fts_query(&"a".repeat(4097)), Err(LibraryError::TooLarge { .. })));
    }
}
