//! Search of the fake host: whole words, and beginnings of words with a trailing `*`.

use std::cmp::Ordering;

use ext_wire::ops::{
    search::{Comparison, Filter, SearchHit, SearchInput, SearchOutput},
    vdfs::Entry,
};
use serde_json::Value;

use super::{
    checks::{check_limit, has_metadata, has_type},
    library::{Library, Stored},
};
use crate::Result;

/// Words around the first match in a snippet.
const CONTEXT: usize = 5;

pub(super) fn search(library: &Library, input: &SearchInput) -> Result<SearchOutput> {
    let limit = check_limit(input.limit)?;
    let wanted: Vec<String> = input.text.split_whitespace().map(str::to_lowercase).collect();
    let has_conditions =
        input.entry_type.is_some() || !input.metadata.is_empty() || !input.filters.is_empty();
    let mut hits: Vec<SearchHit> = library
        .stored()
        .iter()
        .filter(|stored| has_type(&stored.entry, input.entry_type.as_deref()))
        .filter(|stored| has_metadata(&stored.entry, &input.metadata))
        .filter(|stored| input.filters.iter().all(|filter| fulfils(&stored.entry, filter)))
        .filter_map(|stored| hit(stored, &wanted, has_conditions))
        .collect();
    hits.sort_by(|a, b| b.score.total_cmp(&a.score));
    hits.truncate(limit);
    let words_only = Some("the fake host searches by words alone".to_owned());
    Ok(SearchOutput { hits, words_only, pending: 0, unread: 0 })
}

fn fulfils(entry: &Entry, filter: &Filter) -> bool {
    let value = entry.metadata.get(&filter.key);
    if let (Comparison::Contains, Some(value)) = (filter.op, value) {
        return contains(value, &filter.value);
    }
    let order = value.and_then(|value| compare(value, &filter.value));
    order.is_some_and(|order| filter.op.holds(order))
}

fn contains(value: &Value, wanted: &Value) -> bool {
    let texts = value.as_str().zip(wanted.as_str());
    texts.is_some_and(|(value, wanted)| {
        value.to_ascii_lowercase().contains(&wanted.to_ascii_lowercase())
    })
}

/// Compares a value of the metadata with that of a filter; `None` when they are of other kinds.
fn compare(value: &Value, wanted: &Value) -> Option<Ordering> {
    match (value, wanted) {
        (Value::String(value), Value::String(wanted)) => Some(value.cmp(wanted)),
        (Value::String(value), Value::Number(wanted)) => {
            value.parse::<f64>().ok()?.partial_cmp(&wanted.as_f64()?)
        }
        (Value::Number(value), Value::Number(wanted)) => {
            value.as_f64()?.partial_cmp(&wanted.as_f64()?)
        }
        _ => None,
    }
}

fn hit(stored: &Stored, wanted: &[String], has_conditions: bool) -> Option<SearchHit> {
    let text = searchable(stored);
    let words: Vec<&str> = words(&text).collect();
    let count = |term: &String| words.iter().filter(|word| is_match(word, term)).count();
    let counts: Vec<usize> = wanted.iter().map(count).collect();
    if (counts.is_empty() && !has_conditions) || counts.contains(&0) {
        return None;
    }
    let score =
        counts.iter().map(|count| f64::from(u32::try_from(*count).unwrap_or(u32::MAX))).sum();
    let (entry, snippet) = (stored.entry.clone(), snippet(&words, wanted));
    Some(SearchHit { entry, snippet, highlights: Vec::new(), passage: None, score })
}

/// Name, metadata and text sidecars of an entry.
fn searchable(stored: &Stored) -> String {
    let metadata = serde_json::Value::Object(stored.entry.metadata.clone()).to_string();
    let texts = stored.texts().collect::<Vec<_>>().join("\n");
    [&stored.entry.name, &metadata, &texts].map(String::as_str).join("\n")
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
}

fn is_match(word: &str, term: &str) -> bool {
    let word = word.to_lowercase();
    term.strip_suffix('*').map_or(word == term, |beginning| word.starts_with(beginning))
}

/// The words around the first match, matches between brackets.
fn snippet(words: &[&str], wanted: &[String]) -> String {
    let matches = |word: &&str| wanted.iter().any(|term| is_match(word, term));
    let first = words.iter().position(matches).unwrap_or_default();
    let shown = words.iter().skip(first.saturating_sub(CONTEXT)).take(2 * CONTEXT + 1);
    let marked =
        shown.map(|word| if matches(word) { format!("[{word}]") } else { (*word).to_owned() });
    marked.collect::<Vec<_>>().join(" ")
}
