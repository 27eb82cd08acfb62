//! Secrets in the schemas of inputs: the mark `writeOnly` of JSON Schema.
//!
//! A value that is marked so may come in and is never told again: an operation that takes one is not
//! run as a job or by a schedule, whose inputs and outputs are kept, and is not offered to assistants.
//! [`Secrets`] are the marked values of one input, which its errors and log lines are rid of.

use std::{collections::BTreeSet, fmt};

use serde_json::{Map, Value};

/// The keyword of JSON Schema.
const WRITE_ONLY: &str = "writeOnly";
/// The keyword for the properties of an object.
const PROPERTIES: &str = "properties";
/// Text in place of a secret.
const MARK: &str = "[redacted]";
/// Least bytes of a secret that is blanked: shorter ones would be found everywhere.
const MIN_BYTES: usize = 4;
/// Most parts of a schema that are looked at for one input: references may lead in circles.
const MAX_STEPS: u32 = 10_000;
/// Most parts of a schema that are looked at within each other.
const MAX_DEPTH: u32 = 64;

/// Returns whether a schema marks a value as secret, anywhere in it.
///
/// ```
/// use serde_json::json;
///
/// let login = json!({ "properties": { "password": { "type": "string", "writeOnly": true } } });
/// assert!(ext_wire::write_only::takes_secrets(&login));
/// assert!(!ext_wire::write_only::takes_secrets(&json!({ "type": "object" })));
/// ```
#[must_use]
pub fn takes_secrets(schema: &Value) -> bool {
    match schema {
        Value::Object(fields) => is_marked(fields) || fields.values().any(takes_secrets),
        Value::Array(items) => items.iter().any(takes_secrets),
        _ => false,
    }
}

/// Returns whether a field of the input, at its top, is a secret or holds one.
#[must_use]
pub fn is_secret(schema: &Value, field: &str) -> bool {
    let property = schema.get(PROPERTIES).and_then(|properties| properties.get(field));
    property.is_some_and(takes_secrets)
}

/// Finds a field of an input that is a secret or holds one.
///
/// ```
/// use serde_json::json;
///
/// let schema = json!({ "properties": { "pin": { "writeOnly": true }, "name": {} } });
/// let input = json!({ "name": "a", "pin": "1234" });
/// assert_eq!(ext_wire::write_only::secret_in(&schema, &input), Some("pin"));
/// ```
#[must_use]
pub fn secret_in<'i>(schema: &Value, input: &'i Value) -> Option<&'i str> {
    let fields = input.as_object()?.keys();
    fields.map(String::as_str).find(|field| is_secret(schema, field))
}

/// The values of an input that its schema marks as secret. They are not shown by `Debug`.
#[derive(Clone, Default)]
pub struct Secrets {
    /// Those that are found in any text, the longest first.
    long: Vec<String>,
    /// Those that are too short for that: they are blanked where they are all of a value.
    short: Vec<String>,
}

impl Secrets {
    /// Finds the marked values of an input. Where the schema is too large to be followed, all values
    /// count as marked.
    ///
    /// ```
    /// use ext_wire::write_only::Secrets;
    /// use serde_json::json;
    ///
    /// let schema = json!({ "properties": { "password": { "writeOnly": true } } });
    /// let secrets = Secrets::of(&schema, &json!({ "user": "ada", "password": "Zebra99" }));
    /// assert_eq!(secrets.blank("ada cannot log in with Zebra99"), "ada cannot log in with [redacted]");
    /// ```
    #[must_use]
    pub fn of(schema: &Value, input: &Value) -> Self {
        let (depth, found) = (0, BTreeSet::new());
        let mut search = Search { root: schema, left: MAX_STEPS, depth, is_cut: false, found };
        search.look(schema, input);
        if search.is_cut {
            search.keep(input);
        }
        let forms = search.found.iter().flat_map(|text| forms(text));
        let (long, short) =
            forms.filter(|form| !form.is_empty()).partition(|it| it.len() >= MIN_BYTES);
        let mut secrets = Self { long, short };
        secrets.sort();
        secrets
    }

    /// Adds those of another value.
    pub fn extend(&mut self, others: Self) {
        self.long.extend(others.long);
        self.short.extend(others.short);
        self.sort();
    }

    /// The longest first: one secret may begin with another.
    fn sort(&mut self) {
        for forms in [&mut self.long, &mut self.short] {
            forms.sort_unstable_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
            forms.dedup();
        }
    }

    /// Returns true if there is nothing to blank.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.long.is_empty() && self.short.is_empty()
    }

    /// Returns a text with a mark in place of each secret.
    #[must_use]
    pub fn blank(&self, text: &str) -> String {
        self.long.iter().fold(text.to_owned(), |text, secret| text.replace(secret, MARK))
    }

    fn has(&self, number: &String) -> bool {
        self.long.contains(number) || self.short.contains(number)
    }

    /// Puts a mark in place of each secret in the texts and numbers of a JSON value, keys included.
    pub fn blank_value(&self, value: &mut Value) {
        match value {
            Value::String(text) if self.short.contains(text) => *value = MARK.into(),
            Value::String(text) => *text = self.blank(text),
            Value::Number(number) if self.has(&number.to_string()) => *value = MARK.into(),
            Value::Array(items) => items.iter_mut().for_each(|item| self.blank_value(item)),
            Value::Object(fields) => {
                let entries = std::mem::take(fields).into_iter().map(|(key, mut value)| {
                    self.blank_value(&mut value);
                    (self.blank(&key), value)
                });
                *fields = entries.collect();
            }
            _ => {}
        }
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secrets({})", self.long.len() + self.short.len())
    }
}

/// Returns a secret as it is, and as it stands in JSON and in escaped texts.
fn forms(secret: &str) -> [String; 3] {
    let json = Value::from(secret).to_string();
    let inner = json.get(1..json.len().saturating_sub(1)).unwrap_or_default();
    [secret.to_owned(), inner.to_owned(), secret.escape_debug().to_string()]
}

/// A walk over a schema and an input side by side.
struct Search<'a> {
    root: &'a Value,
    left: u32,
    depth: u32,
    /// True when a limit has ended the walk early.
    is_cut: bool,
    found: BTreeSet<String>,
}

impl<'a> Search<'a> {
    fn look(&mut self, schema: &'a Value, input: &Value) {
        let Some(fields) = schema.as_object() else { return };
        if is_marked(fields) {
            return self.keep(input);
        }
        if self.left == 0 || self.depth == MAX_DEPTH {
            self.is_cut = true;
            return;
        }
        self.left -= 1;
        self.depth += 1;
        self.look_at_choices(fields, input);
        match input {
            Value::Array(items) => self.look_at_items(fields, items),
            Value::Object(values) => self.look_at_properties(fields, values),
            _ => {}
        }
        self.depth -= 1;
    }

    fn look_at_choices(&mut self, fields: &'a Map<String, Value>, input: &Value) {
        let target = fields.get("$ref").and_then(Value::as_str);
        let target = target.and_then(|target| self.root.pointer(target.strip_prefix('#')?));
        let choices = ["anyOf", "oneOf", "allOf"].into_iter().filter_map(|key| fields.get(key));
        let choices = choices.filter_map(Value::as_array).flatten();
        target.into_iter().chain(choices).for_each(|schema| self.look(schema, input));
    }

    fn look_at_items(&mut self, schema: &'a Map<String, Value>, items: &[Value]) {
        let first = schema.get("prefixItems").and_then(Value::as_array);
        let first = first.map(Vec::as_slice).unwrap_or_default();
        first.iter().zip(items).for_each(|(schema, item)| self.look(schema, item));
        let Some(rest) = schema.get("items") else { return };
        items.iter().skip(first.len()).for_each(|item| self.look(rest, item));
    }

    fn look_at_properties(&mut self, schema: &'a Map<String, Value>, values: &Map<String, Value>) {
        let properties = schema.get(PROPERTIES);
        for (name, value) in values {
            let property = properties.and_then(|properties| properties.get(name));
            let property = property.or_else(|| schema.get("additionalProperties"));
            property.into_iter().for_each(|property| self.look(property, value));
        }
    }

    /// Keeps all texts and numbers in a value.
    fn keep(&mut self, value: &Value) {
        match value {
            Value::String(text) => drop(self.found.insert(text.clone())),
            Value::Number(number) => drop(self.found.insert(number.to_string())),
            Value::Array(items) => items.iter().for_each(|item| self.keep(item)),
            Value::Object(fields) => fields.values().for_each(|value| self.keep(value)),
            _ => {}
        }
    }
}

fn is_marked(fields: &Map<String, Value>) -> bool {
    fields.get(WRITE_ONLY).is_some_and(|marked| *marked == true)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_mark_is_found_wherever_it_stands() {
        for schema in [
            json!({ "writeOnly": true }),
            json!({ "properties": { "a": { "items": { "writeOnly": true } } } }),
            json!({ "anyOf": [{ "type": "null" }, { "$defs": { "a": { "writeOnly": true } } }] }),
        ] {
            assert!(takes_secrets(&schema), "{schema}");
        }
        for schema in [json!({ "writeOnly": false }), json!("writeOnly"), json!(null)] {
            assert!(!takes_secrets(&schema), "{schema}");
        }
    }

    #[test]
    fn marked_values_are_blanked_wherever_the_schema_has_them() {
        let pin = json!({ "writeOnly": true });
        for (schema, input) in [
            (json!({ "properties": { "a": pin } }), json!({ "a": "Zebra99" })),
            (json!({ "properties": { "a": { "items": pin } } }), json!({ "a": ["Zebra99"] })),
            (json!({ "prefixItems": [{}, pin] }), json!(["harmless", "Zebra99"])),
            (json!({ "additionalProperties": pin }), json!({ "any": "Zebra99" })),
            (json!({ "anyOf": [{ "type": "null" }, pin] }), json!("Zebra99")),
            (json!({ "$ref": "#/$defs/p", "$defs": { "p": pin } }), json!({ "x": "Zebra99" })),
            (json!({ "oneOf": [{ "$ref": "#" }, { "$ref": "#" }] }), json!("Zebra99")),
        ] {
            let secrets = Secrets::of(&schema, &input);
            assert_eq!(secrets.blank("bad Zebra99: harmless"), "bad [redacted]: harmless");
            assert_eq!(format!("{secrets:?}").find("Zebra"), None);
        }
        let open = json!({ "properties": { "a": pin, "b": {} } });
        assert!(Secrets::of(&open, &json!({ "b": "harmless" })).is_empty());

        let short = Secrets::of(&open, &json!({ "a": "abc" }));
        assert_eq!(short.blank("abcd"), "abcd", "too short to be found in a text");
        let mut value = json!(["abc", "abcd"]);
        short.blank_value(&mut value);
        assert_eq!(value, json!(["[redacted]", "abcd"]));
    }

    #[test]
    fn escaped_secrets_numbers_and_details_are_blanked() {
        let schema = json!({ "properties": { "a": { "writeOnly": true } } });
        let quoted = Secrets::of(&schema, &json!({ "a": "say \"hi\"\n" }));
        assert_eq!(quoted.blank(r#"{"a":"say \"hi\"\n"}"#), r#"{"a":"[redacted]"}"#);
        let pin = Secrets::of(&schema, &json!({ "a": 123_456 }));
        let mut details = json!({ "a": [123_456, "123456"], "x 123456": 7 });
        pin.blank_value(&mut details);
        assert_eq!(details, json!({ "a": ["[redacted]", "[redacted]"], "x [redacted]": 7 }));
        let two = Secrets::of(&schema, &json!({ "a": ["Zebra", "Zebra99"] }));
        assert_eq!(two.blank("Zebra99 Zebra"), "[redacted] [redacted]");
    }

    #[test]
    fn only_fields_that_are_given_are_secrets_in_an_input() {
        let schema = json!({ "properties": { "a": { "items": { "writeOnly": true } }, "b": {} } });
        assert_eq!(secret_in(&schema, &json!({ "a": ["x"] })), Some("a"));
        assert_eq!(secret_in(&schema, &json!({ "b": "x" })), None);
        assert_eq!(secret_in(&schema, &json!("a")), None);
    }
}
