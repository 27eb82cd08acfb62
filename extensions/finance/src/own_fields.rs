//! Tags and fields of a person's own: they say what no document can, and are never read.
//!
//! They stand in the metadata of the booking, the tags under `tags`, where every entry has them, the
//! fields under `fields`.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use spacedrive_sdk::ops::vdfs::Entry;
use spacedrive_sdk::prelude::*;

use crate::fields;
use crate::review::Booking;

/// Key of the metadata that holds the tags.
const TAGS: &str = "tags";
/// Key of the metadata that holds the fields.
const FIELDS: &str = "fields";
/// The beginning of a field's name where it stands beside those of Finance.
pub(crate) const PREFIX: &str = "my.";
/// Longest name of a field, in bytes.
const MAX_NAME_BYTES: usize = 64;
/// Most tags of a booking.
const MAX_TAGS: usize = 50;

/// Returns the tags of an entry.
pub(crate) fn tags(entry: &Entry) -> Vec<String> {
    let tags = entry.metadata.get(TAGS).and_then(Value::as_array);
    tags.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// Returns the fields of an entry.
pub(crate) fn fields(entry: &Entry) -> BTreeMap<String, String> {
    let fields = entry.metadata.get(FIELDS).and_then(Value::as_object);
    let text = |(name, value): (&String, &Value)| Some((name.clone(), value.as_str()?.to_owned()));
    fields.into_iter().flatten().filter_map(text).collect()
}

/// Returns the tags of all documents of a booking.
pub(crate) fn tags_of(booking: &Booking<'_>) -> Vec<String> {
    let mut tags: Vec<String> = booking.by_word().flat_map(|paper| tags(&paper.entry)).collect();
    if booking.papers.len() > 1 {
        tags.sort_unstable();
        tags.dedup();
    }
    tags
}

/// Returns the fields of all documents of a booking, of each the first value.
pub(crate) fn fields_of(booking: &Booking<'_>) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    for (name, value) in booking.by_word().flat_map(|paper| fields(&paper.entry)) {
        all.entry(name).or_insert(value);
    }
    all
}

/// Returns the part of a patch that takes values away from a further document of a booking, so that those
/// of the patch are the only ones.
pub(crate) fn removal(patch: &Map<String, Value>, entry: &Entry) -> Map<String, Value> {
    let mut removal = Map::new();
    if patch.contains_key(TAGS) && !tags(entry).is_empty() {
        removal.insert(TAGS.to_owned(), Value::Null);
    }
    let named = patch.get(FIELDS).and_then(Value::as_object);
    let there = fields(entry);
    let named: Map<String, Value> = named
        .into_iter()
        .flat_map(Map::keys)
        .filter(|name| there.contains_key(*name))
        .map(|name| (name.clone(), Value::Null))
        .collect();
    if !named.is_empty() {
        removal.insert(FIELDS.to_owned(), Value::Object(named));
    }
    removal
}

/// Returns whether a name is one of theirs: `tags`, or `my.` and a name.
pub(crate) fn is_own(name: &str) -> bool {
    name == TAGS || name.starts_with(PREFIX)
}

/// Makes the patch of the metadata that writes some values, and takes others away.
///
/// # Errors
/// [`ErrorCode::BadInput`] for a name or a value that cannot be one.
pub(crate) fn patch<'v>(
    values: impl Iterator<Item = (&'v String, &'v Value)>,
    undo: impl Iterator<Item = &'v String>,
) -> Result<Map<String, Value>> {
    let mut patch = Map::new();
    let mut named = Map::new();
    let removed = undo.map(|name| (name, &Value::Null));
    for (name, value) in values.chain(removed) {
        match name.strip_prefix(PREFIX) {
            Some(own) => drop(named.insert(checked_name(own)?, text(name, value)?)),
            None => drop(patch.insert(TAGS.to_owned(), checked_tags(value)?)),
        }
    }
    if !named.is_empty() {
        patch.insert(FIELDS.to_owned(), Value::Object(named));
    }
    Ok(patch)
}

fn checked_name(name: &str) -> Result<String> {
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    if (1..=MAX_NAME_BYTES).contains(&name.len()) && name.chars().all(is_plain) {
        return Ok(name.to_owned());
    }
    Err(Error::bad_input(format!(
        "`{PREFIX}{name}` is not a name of a field: letters, digits, `_` and `-` behind `{PREFIX}`, up to \
         {MAX_NAME_BYTES} bytes"
    )))
}

fn text(name: &str, value: &Value) -> Result<Value> {
    match value {
        Value::Null => Ok(Value::Null),
        Value::String(text) => Ok(json!(fields::label(text))),
        _ => Err(Error::bad_input(format!("`{name}` is a text"))),
    }
}

/// Returns the tags of a text, `house, 2026`, or of a list.
fn checked_tags(value: &Value) -> Result<Value> {
    let texts: Option<Vec<&str>> = match value {
        Value::Null => Some(Vec::new()),
        Value::String(text) => Some(text.split(',').collect()),
        Value::Array(list) => list.iter().map(Value::as_str).collect(),
        _ => None,
    };
    let texts =
        texts.ok_or_else(|| Error::bad_input("`tags` are texts, such as \"house, 2026\""))?;
    let mut tags: Vec<String> = texts.into_iter().filter_map(fields::label).collect();
    tags.sort_unstable();
    tags.dedup();
    match tags.len() {
        0 => Ok(Value::Null),
        1..=MAX_TAGS => Ok(json!(tags)),
        many => Err(Error::bad_input(format!("{many} tags, the limit is {MAX_TAGS}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patched(values: Value, undo: &[&str]) -> Result<Value> {
        let undo: Vec<String> = undo.iter().map(|name| (*name).to_owned()).collect();
        patch(values.as_object().unwrap().iter(), undo.iter()).map(Value::Object)
    }

    #[test]
    fn tags_and_fields_become_a_patch() {
        let patch =
            patched(json!({ "tags": "house, 2026,house", "my.cost_center": " 42 " }), &["my.old"]);
        let expected =
            json!({ "tags": ["2026", "house"], "fields": { "cost_center": "42", "old": null } });
        assert_eq!(patch.unwrap(), expected);
        assert_eq!(patched(json!({ "tags": "" }), &[]).unwrap(), json!({ "tags": null }));
        assert_eq!(
            patched(json!({ "my.a": "" }), &[]).unwrap(),
            json!({ "fields": { "a": null } })
        );
    }

    #[test]
    fn names_and_values_that_cannot_be_are_refused() {
        let many: Vec<String> = (0..=MAX_TAGS).map(|number| number.to_string()).collect();
        for values in [
            json!({ "my.": "x" }),
            json!({ "my.a b": "x" }),
            json!({ "my.a": 1 }),
            json!({ "tags": 1 }),
            json!({ "tags": [1] }),
            json!({ "tags": many }),
        ] {
            assert_eq!(
                patched(values.clone(), &[]).unwrap_err().code(),
                ErrorCode::BadInput,
                "{values}"
            );
        }
    }
}
