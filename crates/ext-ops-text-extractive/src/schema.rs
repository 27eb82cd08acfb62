//! Reader of JSON Schemas.

use std::cell::Cell;

use serde_json::{Map, Value};

use crate::choices::{Choice, MAX_CHOICES};

/// Objects in objects, the answer itself included.
const MAX_DEPTH: usize = 4;
/// Properties of one object.
const MAX_PROPERTIES: usize = 100;
/// Properties of all objects together.
const MAX_ALL_PROPERTIES: usize = 1_000;
/// `$ref`s that lead to one another.
const MAX_REFERENCES: usize = 8;

/// A property that is asked for.
#[derive(Debug, Clone)]
pub(crate) struct Property {
    pub(crate) name: String,
    /// Title and description.
    pub(crate) description: String,
    pub(crate) kind: Kind,
}

/// Kind of value that a property takes.
#[derive(Debug, Clone)]
pub(crate) enum Kind {
    Text {
        format: Option<String>,
        pattern: Option<String>,
    },
    Number,
    Integer,
    Boolean,
    Choice(Vec<Choice>),
    Object(Vec<Property>),
    List(Box<Kind>),
    /// A schema without a type, or one that no recogniser fills.
    Unknown,
}

/// Reads the properties of an object schema.
///
/// # Errors
/// The property that cannot be answered, and the reason.
pub(crate) fn read(schema: &Map<String, Value>) -> Result<Vec<Property>, String> {
    let reader = Reader { root: schema, left: Cell::new(MAX_ALL_PROPERTIES) };
    let root = reader.resolve(schema)?;
    let is_object = types(root).contains(&"object") || root.contains_key("properties");
    if !is_object {
        return Err("the answer must be an object (`\"type\": \"object\"`)".to_owned());
    }
    reader.properties(root, "the answer", 1)
}

struct Reader<'a> {
    root: &'a Map<String, Value>,
    /// Properties that may still be read.
    left: Cell<usize>,
}

impl<'a> Reader<'a> {
    fn properties(
        &self,
        schema: &'a Map<String, Value>,
        path: &str,
        depth: usize,
    ) -> Result<Vec<Property>, String> {
        if depth > MAX_DEPTH {
            return Err(format!("`{path}`: objects are nested more than {MAX_DEPTH} deep"));
        }
        let Some(properties) = schema.get("properties") else { return Ok(Vec::new()) };
        let Some(properties) = properties.as_object() else {
            return Err(format!("`{path}`: `properties` is not an object"));
        };
        let left = self.left.get().checked_sub(properties.len());
        let Some(left) = left.filter(|_| properties.len() <= MAX_PROPERTIES) else {
            return Err(format!(
                "`{path}`: more than {MAX_PROPERTIES} properties, or too many in all"
            ));
        };
        self.left.set(left);
        properties.iter().map(|(name, schema)| self.property(name, schema, depth)).collect()
    }

    fn property(&self, name: &str, schema: &'a Value, depth: usize) -> Result<Property, String> {
        let Some(own) = schema.as_object() else {
            let kind = Kind::Unknown;
            return Ok(Property { name: name.to_owned(), description: String::new(), kind });
        };
        let resolved = self.resolve(own)?;
        let said =
            |key| own.get(key).or_else(|| resolved.get(key)).and_then(Value::as_str).unwrap_or("");
        let description = format!("{} {}", said("title"), said("description")).trim().to_owned();
        let kind = self.kind(resolved, name, depth)?;
        Ok(Property { name: name.to_owned(), description, kind })
    }

    fn kind(
        &self,
        schema: &'a Map<String, Value>,
        path: &str,
        depth: usize,
    ) -> Result<Kind, String> {
        if let Some(choices) = self.choices(schema) {
            return Ok(Kind::Choice(choices));
        }
        let text = |key| schema.get(key).and_then(Value::as_str).map(str::to_owned);
        let names = types(schema);
        Ok(match names.first().copied() {
            Some("string") => Kind::Text { format: text("format"), pattern: text("pattern") },
            Some("number") => Kind::Number,
            Some("integer") => Kind::Integer,
            Some("boolean") => Kind::Boolean,
            Some("object") => Kind::Object(self.properties(schema, path, depth + 1)?),
            Some("array") => self.list(schema, path, depth)?,
            _ if schema.contains_key("properties") => {
                Kind::Object(self.properties(schema, path, depth + 1)?)
            }
            _ => Kind::Unknown,
        })
    }

    fn list(
        &self,
        schema: &'a Map<String, Value>,
        path: &str,
        depth: usize,
    ) -> Result<Kind, String> {
        let Some(items) = schema.get("items").and_then(Value::as_object) else {
            return Ok(Kind::Unknown);
        };
        if depth >= MAX_DEPTH {
            return Err(format!("`{path}`: objects are nested more than {MAX_DEPTH} deep"));
        }
        let inner = self.kind(self.resolve(items)?, path, depth + 1)?;
        let nested = matches!(inner, Kind::List(_) | Kind::Unknown);
        Ok(if nested { Kind::Unknown } else { Kind::List(Box::new(inner)) })
    }

    /// Follows `$ref` inside the schema, and the one alternative to `null` of `anyOf` and `oneOf`.
    fn resolve(
        &self,
        mut schema: &'a Map<String, Value>,
    ) -> Result<&'a Map<String, Value>, String> {
        for _ in 0..MAX_REFERENCES {
            schema = match (schema.get("$ref").and_then(Value::as_str), only_alternative(schema)) {
                (Some(reference), _) => self.lookup(reference)?,
                (None, Some(inner)) => inner,
                (None, None) => return Ok(schema),
            };
        }
        Err("circular `$ref`".to_owned())
    }

    fn lookup(&self, reference: &str) -> Result<&'a Map<String, Value>, String> {
        let missing = || format!("`$ref` `{reference}` is not in the schema");
        let path = reference.strip_prefix("#/").ok_or_else(missing)?;
        let mut place = self.root;
        for key in path.split('/').take(MAX_REFERENCES) {
            place = place.get(key).and_then(Value::as_object).ok_or_else(missing)?;
        }
        Ok(place)
    }

    /// Returns the values of `enum`, of `const`, or of a `oneOf` or `anyOf` of `const`s.
    fn choices(&self, schema: &'a Map<String, Value>) -> Option<Vec<Choice>> {
        let plain = |value: &Value| {
            value.as_str().map(|name| Choice { name: name.to_owned(), description: String::new() })
        };
        if let Some(values) = schema.get("enum").and_then(Value::as_array) {
            let choices: Vec<Choice> = values.iter().filter_map(plain).take(MAX_CHOICES).collect();
            return (!choices.is_empty()).then(|| described(choices, schema));
        }
        let variants = ["oneOf", "anyOf"].iter().find_map(|key| schema.get(*key)?.as_array())?;
        let described = |variant: &Value| {
            let name = variant.get("const")?.as_str()?.to_owned();
            let said = |key| variant.get(key).and_then(Value::as_str).unwrap_or("");
            Some(Choice { name, description: format!("{} {}", said("title"), said("description")) })
        };
        let choices: Vec<Choice> =
            variants.iter().filter_map(described).take(MAX_CHOICES).collect();
        (!choices.is_empty()).then_some(choices)
    }
}

/// Gives each choice what the property's description says after its name:
/// `groceries: food and drink; travel: trains`.
fn described(mut choices: Vec<Choice>, schema: &Map<String, Value>) -> Vec<Choice> {
    let text = schema.get("description").and_then(Value::as_str).unwrap_or("");
    for part in text.split([';', '\n']) {
        let Some((name, said)) = part.split_once([':', '=']) else { continue };
        let wanted = crate::fold::words(name);
        let choice = choices.iter_mut().find(|c| wanted.ends_with(&crate::fold::words(&c.name)));
        if let Some(choice) = choice {
            choice.description = said.trim().to_owned();
        }
    }
    choices
}

/// Returns the types a schema allows, `null` left out.
fn types(schema: &Map<String, Value>) -> Vec<&str> {
    let names = match schema.get("type") {
        Some(Value::String(name)) => vec![name.as_str()],
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    names.into_iter().filter(|name| *name != "null").collect()
}

/// Returns the alternative that is not `null`, where there is only one.
fn only_alternative(schema: &Map<String, Value>) -> Option<&Map<String, Value>> {
    let variants =
        ["anyOf", "oneOf", "allOf"].iter().find_map(|key| schema.get(*key)?.as_array())?;
    let is_null = |v: &&Value| v.get("type").and_then(Value::as_str) == Some("null");
    let mut real = variants.iter().filter(|variant| !is_null(variant));
    let only = real.next()?.as_object()?;
    (real.next().is_none() && !only.contains_key("const")).then_some(only)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn kinds(schema: &Value) -> Result<Vec<String>, String> {
        let properties = read(schema.as_object().unwrap())?;
        let kind =
            |p: &Property| format!("{:?}", p.kind).split([' ', '(']).next().unwrap().to_owned();
        Ok(properties.iter().map(kind).collect())
    }

    #[test]
    fn properties_are_read() {
        let schema = json!({"type": "object", "$defs": {"D": {"type": ["string", "null"], "format": "date"}},
        "properties": {
            "a": {"$ref": "#/$defs/D"}, "b": {"anyOf": [{"type": "number"}, {"type": "null"}]},
            "c": {"enum": ["x", "y"]}, "d": {"oneOf": [{"const": "x", "description": "d"}]},
            "e": {"type": "array", "items": {"type": "object", "properties": {"name": {"type": "string"}}}},
            "f": true,
        }});
        assert_eq!(
            kinds(&schema).unwrap(),
            ["Text", "Number", "Choice", "Choice", "List", "Unknown"]
        );
    }

    #[test]
    fn what_cannot_be_answered_is_named() {
        let circle = json!({"type": "object", "$defs": {"A": {"$ref": "#/$defs/A"}}, "properties": {"a": {"$ref": "#/$defs/A"}}});
        assert!(kinds(&circle).unwrap_err().contains("circular"));
        assert!(kinds(&json!({"type": "string"})).unwrap_err().contains("object"));
        let mut deep = json!({"type": "string"});
        for _ in 0..10 {
            deep = json!({"type": "object", "properties": {"x": deep}});
        }
        assert!(kinds(&deep).unwrap_err().contains("nested"));
    }
}
