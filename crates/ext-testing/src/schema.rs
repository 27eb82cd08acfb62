//! Instances of JSON Schemas, as far as those of inputs and outputs go.

use serde_json::{Map, Value, json};

/// The field that stands in an instance and in no schema.
const UNKNOWN: &str = "a_field_of_a_later_version";

/// Instances of a schema.
///
/// ```
/// use ext_testing::Instances;
/// use serde_json::json;
///
/// let schema = json!({ "type": "object", "required": ["name"], "additionalProperties": false,
///     "properties": { "name": { "type": "string" }, "size": { "type": "integer" } } });
/// let instances = Instances::of(&schema);
/// assert_eq!(instances.minimal(), json!({ "name": "text" }));
/// assert_eq!(instances.full(0), json!({ "name": "text", "size": 1 }));
/// assert_eq!(instances.with_unknown_field(0).len(), 1);
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Instances<'a> {
    root: &'a Value,
}

impl<'a> Instances<'a> {
    /// Makes the instances of this schema.
    #[must_use]
    pub const fn of(root: &'a Value) -> Self {
        Self { root }
    }

    /// Returns the instance with required fields only.
    #[must_use]
    pub fn minimal(self) -> Value {
        Builder { root: self.root, all: false, variant: 0, unknown_at: None, objects: 0 }
            .build(self.root)
    }

    /// Returns the instance with all fields. Of alternatives it has the one with this number, counted
    /// round.
    #[must_use]
    pub fn full(self, variant: usize) -> Value {
        self.builder(variant, None).build(self.root)
    }

    /// Returns variants of [`Self::full`], one for each object in it that has fields of its own: with an
    /// unknown one there.
    #[must_use]
    pub fn with_unknown_field(self, variant: usize) -> Vec<Value> {
        let mut counting = self.builder(variant, None);
        counting.build(self.root);
        let one = |at| self.builder(variant, Some(at)).build(self.root);
        (0..counting.objects).map(one).collect()
    }

    const fn builder(self, variant: usize, unknown_at: Option<usize>) -> Builder<'a> {
        Builder { root: self.root, all: true, variant, unknown_at, objects: 0 }
    }
}

/// Lists the schemas of objects with fields of their own in a schema; maps with free keys are none.
#[must_use]
pub fn objects(schema: &Value) -> Vec<&Value> {
    let below: Vec<&Value> = match schema {
        Value::Object(map) => map.values().collect(),
        Value::Array(items) => items.iter().collect(),
        _ => Vec::new(),
    };
    let own = is_object(schema).then_some(schema);
    own.into_iter().chain(below.into_iter().flat_map(objects)).collect()
}

/// Returns true if a schema of an object refuses unknown fields.
#[must_use]
pub fn is_closed(object: &Value) -> bool {
    object["additionalProperties"] == false
}

/// Returns true for an object with fields of its own. `{"$blob": index}` is a form of bytes, which does
/// not grow.
fn is_object(schema: &Value) -> bool {
    let free = !matches!(schema.get("additionalProperties"), None | Some(Value::Bool(false)));
    schema["type"] == "object" && !free && !is_blob(schema)
}

fn is_blob(schema: &Value) -> bool {
    schema["properties"].get("$blob").is_some()
}

struct Builder<'a> {
    root: &'a Value,
    all: bool,
    variant: usize,
    unknown_at: Option<usize>,
    objects: usize,
}

impl Builder<'_> {
    fn build(&mut self, schema: &Value) -> Value {
        if let Some(reference) = schema["$ref"].as_str() {
            let root = self.root;
            let target = root.pointer(reference.trim_start_matches('#'));
            return self.build(target.unwrap_or_else(|| panic!("{reference} leads nowhere")));
        }
        if let Some(value) = schema.get("const") {
            return value.clone();
        }
        for key in ["oneOf", "anyOf", "enum"] {
            if let Some(options) = schema[key].as_array() {
                return self.choose(options, key == "enum");
            }
        }
        let types =
            [&schema["type"]].into_iter().chain(schema["type"].as_array().into_iter().flatten());
        match types.filter_map(Value::as_str).find(|kind| *kind != "null") {
            Some("object") => self.object(schema),
            Some("array") => self.array(schema),
            Some("string") => string(schema),
            Some("integer") => json!(1),
            Some("number") => json!(0.5),
            Some("boolean") => json!(true),
            _ => json!("anything"),
        }
    }

    fn choose(&mut self, options: &[Value], are_values: bool) -> Value {
        let is_real = |option: &&Value| option["type"] != "null" && !is_blob(option);
        let real: Vec<&Value> = options.iter().filter(is_real).collect();
        let chosen = real[self.variant % real.len()];
        if are_values { chosen.clone() } else { self.build(chosen) }
    }

    fn object(&mut self, schema: &Value) -> Value {
        let mut map = Map::new();
        if is_object(schema) {
            if self.unknown_at == Some(self.objects) {
                map.insert(UNKNOWN.to_owned(), json!({ "a": 1 }));
            }
            self.objects += 1;
        } else if schema["additionalProperties"].is_object() {
            map.insert("key".to_owned(), self.build(&schema["additionalProperties"]));
        }
        let required = |name: &String| {
            schema["required"].as_array().is_some_and(|names| names.contains(&json!(name)))
        };
        for (name, field) in schema["properties"].as_object().into_iter().flatten() {
            if self.all || required(name) {
                map.insert(name.clone(), self.build(field));
            }
        }
        Value::Object(map)
    }

    fn array(&mut self, schema: &Value) -> Value {
        let count = schema["minItems"].as_u64().unwrap_or(0).max(u64::from(self.all));
        (0..count).map(|_| self.build(&schema["items"])).collect()
    }
}

fn string(schema: &Value) -> Value {
    match schema["format"].as_str() {
        Some("uuid") => json!("00000000-0000-4000-8000-000000000007"),
        _ if schema["maxLength"] == 1 => json!("x"),
        _ => json!("text"),
    }
}
