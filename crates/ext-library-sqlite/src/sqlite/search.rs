//! The search in the full text. The words may stand in different rows of an entry: its own, those of
//! its sidecars, and those of passages of its content.

use ext_services::library::{LibraryError, TextPart, Visibility};
use ext_wire::{
    EntryPath,
    ops::search::{SearchHit, SearchInput, SearchOutput, TextRange},
};
use rusqlite::{Row, Transaction, params, params_from_iter, types::Value as Sql};

use super::{
    contents,
    entry_row::{COLUMNS, EntryRow},
    filter::Filter,
    spellings, texts,
};
use crate::{fault::Outcome, text};

/// The longest search text, in bytes.
const MAX_TEXT_BYTES: usize = 4096;
/// The most words of a search: FTS5 nests their conditions, and refuses some hundreds.
const MAX_WORDS: usize = 64;

/// The mark before a match in a snippet, until it is made a bracket: no text of the table has it.
const OPEN: char = '\u{1}';
/// The mark behind a match.
const CLOSE: char = '\u{2}';

/// Searches the full text; without words it lists what fulfils the conditions.
pub(crate) fn search(
    db: &Transaction<'_>,
    input: &SearchInput,
    visibility: Visibility<'_>,
) -> Outcome<SearchOutput> {
    let conditions = Filter::of_search(input)?;
    let hits = if has_word(&input.text) || conditions.is_empty() {
        by_words(db, input, conditions, visibility)?
    } else {
        by_conditions(db, input.limit, conditions, visibility)?
    };
    Ok(SearchOutput { hits, words_only: None, pending: 0, unread: 0 })
}

fn by_words(
    db: &Transaction<'_>,
    input: &SearchInput,
    mut filter: Filter,
    visibility: Visibility<'_>,
) -> Outcome<Vec<SearchHit>> {
    let words = words(&input.text)?;
    let any = words.join(" OR ");
    let rows = Rows::matching(db, &any, visibility)?;
    if words.len() > 1 {
        let has_word = format!("e.seq IN (SELECT r.entry {})", rows.sql());
        words.iter().for_each(|word| filter.add(&has_word, rows.values(word)));
    }
    let (conditions, values) = filter.into_parts();
    let values = rows.values(&any).chain(values).chain([Sql::from(i64::from(input.limit))]);
    // The rank of an entry is that of its best row: a long content has many passages.
    let mut query = db.prepare_cached(&format!(
        "SELECT {COLUMNS}, f.best, -f.rank, f.key, f.bytes FROM (SELECT r.entry, \
         r.sidecar AS key, r.bytes, t.rowid AS best, min(t.rank) AS rank {} GROUP BY r.entry) f \
         JOIN entries e ON e.seq = f.entry {conditions} ORDER BY f.rank LIMIT ?",
        rows.sql()
    ))?;
    let mut found = query.query(params_from_iter(values))?;
    let mut hits = Vec::new();
    while let Some(row) = found.next()? {
        hits.push(hit(db, row, &any)?);
    }
    Ok(hits)
}

/// Lists the visible entries that fulfil conditions, newest first.
fn by_conditions(
    db: &Transaction<'_>,
    limit: u32,
    filter: Filter,
    visibility: Visibility<'_>,
) -> Outcome<Vec<SearchHit>> {
    let (conditions, values) = filter.into_parts();
    let sql = format!("SELECT {COLUMNS} FROM entries e {conditions} ORDER BY e.seq DESC");
    let mut query = db.prepare_cached(&sql)?;
    let (mut rows, mut hits) = (query.query(params_from_iter(values))?, Vec::new());
    while let Some(row) = rows.next()?.filter(|_| hits.len() < limit as usize) {
        let EntryRow { entry, .. } = EntryRow::read(row)?;
        if visibility.includes(&EntryPath::stored(&entry.path), TextPart::Entry)? {
            let (snippet, highlights) = (String::new(), Vec::new());
            hits.push(SearchHit { entry, snippet, highlights, passage: None, score: 0.0 });
        }
    }
    Ok(hits)
}

/// The rows of the full text that a search may use.
struct Rows {
    /// Their ids as a JSON array; `None` for all.
    visible: Option<String>,
}

impl Rows {
    /// Finds the visible ones among the rows with any of the words.
    fn matching(db: &Transaction<'_>, any: &str, visibility: Visibility<'_>) -> Outcome<Self> {
        if matches!(visibility, Visibility::All) {
            return Ok(Self { visible: None });
        }
        let mut query = db.prepare_cached(
            "SELECT r.id, e.path, r.sidecar FROM texts t JOIN text_rows r ON r.id = t.rowid \
             JOIN entries e ON e.seq = r.entry WHERE t.texts MATCH ?",
        )?;
        let (mut rows, mut visible) = (query.query([any])?, Vec::new());
        while let Some(row) = rows.next()? {
            let (id, path, key): (i64, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
            if visibility.includes(&EntryPath::stored(&path), texts::part(&key))? {
                visible.push(id);
            }
        }
        Ok(Self { visible: Some(serde_json::to_string(&visible)?) })
    }

    /// Returns the SQL of those that have a word.
    fn sql(&self) -> &'static str {
        match self.visible {
            None => "FROM texts t JOIN text_rows r ON r.id = t.rowid WHERE t.texts MATCH ?",
            Some(_) => {
                "FROM texts t JOIN text_rows r ON r.id = t.rowid WHERE t.texts MATCH ? \
                 AND r.id IN (SELECT value FROM json_each(?))"
            }
        }
    }

    /// Returns the values of that SQL.
    fn values(&self, word: &str) -> impl Iterator<Item = Sql> + use<> {
        let visible = self.visible.clone();
        std::iter::once(Sql::from(word.to_owned())).chain(visible.map(Sql::from))
    }
}

fn hit(db: &Transaction<'_>, row: &Row<'_>, any: &str) -> Outcome<SearchHit> {
    let EntryRow { entry, .. } = EntryRow::read(row)?;
    let best: i64 = row.get(12)?;
    let mut query = db.prepare_cached(
        "SELECT snippet(texts, -1, ?, ?, '…', 24) FROM texts WHERE texts MATCH ? AND rowid = ?",
    )?;
    let marks = [OPEN, CLOSE].map(String::from);
    let marked = query.query_row(params![marks[0], marks[1], any, best], |row| row.get(0))?;
    let (snippet, highlights) = bracketed(marked);
    let passage = contents::range(&row.get::<_, String>(14)?, row.get(15)?)?;
    Ok(SearchHit { entry, snippet, highlights, passage, score: row.get(13)? })
}

/// Puts brackets in the place of marks; returns the ranges between them as well.
fn bracketed(marked: String) -> (String, Vec<TextRange>) {
    let (mut text, mut ranges, mut start) = (String::with_capacity(marked.len()), Vec::new(), None);
    for char in marked.chars() {
        match char {
            OPEN => {
                text.push('[');
                start = Some(text.len() as u64);
            }
            CLOSE => {
                let end = text.len() as u64;
                ranges.extend(start.take().map(|start| TextRange { start, end }));
                text.push(']');
            }
            other => text.push(other),
        }
    }
    (text, ranges)
}

fn has_word(text: &str) -> bool {
    text.chars().any(char::is_alphanumeric)
}

/// Translates the user's words into the query language of FTS5: each is a quoted string, in which
/// operators have no meaning; a `*` at its end stays outside the quotes.
fn words(text: &str) -> Result<Vec<String>, LibraryError> {
    if text.len() > MAX_TEXT_BYTES {
        let (got, limit) = (text.len() as u64, MAX_TEXT_BYTES as u64);
        return Err(LibraryError::TooLarge { what: "search text", got, limit });
    }
    let words: Vec<String> = text::searchable(text)
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| word.chars().any(char::is_alphanumeric))
        .map(quoted)
        .collect();
    match words.len() {
        0 => Err(LibraryError::Invalid("the search text has no word".into())),
        1..=MAX_WORDS => Ok(words),
        n => Err(LibraryError::Invalid(format!("a search of {n} words, the limit is {MAX_WORDS}"))),
    }
}

fn quoted(word: &str) -> String {
    let star = if word.ends_with('*') { "*" } else { "" };
    let quoted = |word: &str| format!("\"{}\"{star}", word.replace('"', "\"\""));
    let word = word.trim_end_matches('*');
    let others = spellings::others(word);
    if others.is_empty() {
        return quoted(word);
    }
    let all: Vec<String> =
        std::iter::once(word).chain(others.iter().map(String::as_str)).map(quoted).collect();
    format!("({})", all.join(" OR "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn path_17_operators_are_quoted() {
        assert_eq!(words("a OR b").unwrap(), [r#""a""#, r#""OR""#, r#""b""#]);
        assert_eq!(words("name:x NEAR(a b)").unwrap(), [r#""name:x""#, r#""NEAR(a""#, r#""b)""#]);
        assert_eq!(words(r#"say"hi"* - ^x"#).unwrap(), [r#""say""hi"""*"#, r#""^x""#]);
        assert_eq!(words("inv* \0 a\0b").unwrap(), [r#""inv"*"#, r#""a""#, r#""b""#]);
    }

    #[test]
    fn a_word_is_found_in_either_spelling_and_without_what_is_invisible() {
        assert_eq!(words("Straße").unwrap(), [r#"("Straße" OR "strasse")"#]);
        assert_eq!(words("STRASSE*").unwrap(), [r#"("STRASSE"* OR "straße"*)"#]);
        assert_eq!(words("Rech\u{ad}nung \u{fb01}nal").unwrap(), [r#""Rechnung""#, r#""final""#]);
    }

    #[test]
    fn brackets_of_the_text_are_no_highlights() {
        let (text, ranges) = bracketed("é [x] \u{1}tea\u{2} \u{1}b\u{2}".into());
        assert_eq!(text, "é [x] [tea] [b]");
        let shown: Vec<&str> =
            ranges.iter().map(|range| &text[range.start as usize..range.end as usize]).collect();
        assert_eq!(shown, ["tea", "b"]);
    }

    #[test]
    fn a_search_needs_a_word() {
        for text in ["", "  ", "*", "- \"", "\0"] {
            assert!(matches!(words(text), Err(LibraryError::Invalid(_))), "{text:?}");
        }
        assert!(words(&"a ".repeat(64)).is_ok());
        assert!(matches!(words(&"a ".repeat(65)), Err(LibraryError::Invalid(_))));
        assert!(matches!(words(&"a".repeat(4097)), Err(LibraryError::TooLarge { .. })));
    }
}
