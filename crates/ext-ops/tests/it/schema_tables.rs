//! Tables of JSON Schemas for the pages, and pages that are made of the code in part.

use std::{collections::BTreeMap, env, fmt::Write, fs, path::Path};

use serde_json::{Value, json};

const WRITE: &str = "SPACEDRIVE_WRITE_DOCS";
const BEGIN: &str = "<!-- Made by `cargo xtask docs` of the code, up to the end mark. -->\n";
const END: &str = "<!-- The end mark. -->\n";

/// Compares the part of a page between two marks with what it must be, or writes it.
pub(crate) fn compare(page: &str, part: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(page);
    let found = fs::read_to_string(&path).unwrap();
    let (head, rest) = found.split_once(BEGIN).expect("the page has the first mark");
    let (_, tail) = rest.split_once(END).expect("the page has the end mark");
    let fresh = format!("{head}{BEGIN}\n{part}{END}{tail}");
    if env::var_os(WRITE).is_some() {
        fs::write(&path, fresh).unwrap();
    } else {
        assert!(found == fresh, "docs/{page} is out of date: run `cargo xtask docs`");
    }
}

/// Types that a page of JSON has a word for.
const WORDS: &[(&str, &str)] = &[("Blob", "bytes"), ("SecretText", "text")];

/// The types that several tables refer to.
pub(crate) struct Types {
    pub(crate) by_name: BTreeMap<String, Value>,
    /// True when the tables state what the schemas say of numbers, lengths and patterns.
    pub(crate) has_bounds: bool,
}

impl Types {
    /// Returns a section for each type that has one.
    pub(crate) fn sections(&self) -> String {
        let mut text = String::new();
        for (name, schema) in &self.by_name {
            if is_own(name, schema) {
                let description = one_line(&schema["description"]);
                let _ = write!(text, "### `{name}`\n\n{description}\n\n");
                text += &self.alternatives(schema);
            }
        }
        text
    }

    fn alternatives(&self, schema: &Value) -> String {
        let Some(options) = schema["oneOf"].as_array() else { return self.fields("field", schema) };
        let table = |option: &Value| {
            format!("{}\n\n{}", one_line(&option["description"]), self.fields("field", option))
        };
        options.iter().map(table).collect()
    }

    /// Returns a table of the fields of an object.
    pub(crate) fn fields(&self, title: &str, schema: &Value) -> String {
        let properties: Vec<_> = schema["properties"].as_object().into_iter().flatten().collect();
        if properties.is_empty() {
            return format!("No {title}.\n\n");
        }
        let mut text = format!("| {title} | type | |\n|---|---|---|\n");
        for (name, field) in properties {
            let is_required = |names: &Vec<Value>| names.contains(&json!(name));
            let optional = !schema["required"].as_array().is_some_and(is_required);
            let mark = if optional { "?" } else { "" };
            let (kind, what) = (self.kind(field), one_line(&field["description"]));
            let bounds = if self.has_bounds { bounds(field) } else { String::new() };
            let _ =
                writeln!(text, "| `{name}`{mark} | {kind} | {what}{}{bounds} |", default(field));
        }
        text + "\n"
    }

    fn kind(&self, schema: &Value) -> String {
        if let Some(reference) = schema["$ref"].as_str() {
            return self.named(reference.trim_start_matches("#/$defs/"));
        }
        if let Some(value) = schema.get("const") {
            return format!("`{value}`");
        }
        for key in ["anyOf", "oneOf"] {
            if let Some(options) = schema[key].as_array() {
                let real = options.iter().filter(|option| option["type"] != "null");
                return real.map(|option| self.kind(option)).collect::<Vec<_>>().join(", ");
            }
        }
        let listed = schema["type"].as_array();
        let kind = listed.and_then(|kinds| kinds.first()).unwrap_or(&schema["type"]).as_str();
        match kind {
            Some("string") if schema["format"] == "uuid" => "id".to_owned(),
            Some("string") | None if schema["enum"].is_array() => values(&schema["enum"]),
            Some("string") => "text".to_owned(),
            Some("array") => format!("list of {}", self.kind(&schema["items"])),
            Some("object") if schema["additionalProperties"].is_object() => {
                format!("map to {}", self.kind(&schema["additionalProperties"]))
            }
            Some(kind) => kind.to_owned(),
            None => "anything".to_owned(),
        }
    }

    fn named(&self, name: &str) -> String {
        if let Some((_, word)) = WORDS.iter().find(|(known, _)| *known == name) {
            return (*word).to_owned();
        }
        let schema = &self.by_name[name];
        if is_own(name, schema) {
            return format!("[{name}](#{})", name.to_lowercase());
        }
        self.kind(schema)
    }
}

/// Whether a type has a section; bytes and choices of words stand where they are used.
fn is_own(name: &str, schema: &Value) -> bool {
    let is_object = |schema: &Value| schema["properties"].is_object();
    let options = schema["oneOf"].as_array();
    let objects = is_object(schema) || options.is_some_and(|all| all.iter().all(is_object));
    objects && WORDS.iter().all(|(known, _)| *known != name)
}

fn values(values: &Value) -> String {
    let values = values.as_array().into_iter().flatten().map(|value| format!("`{value}`"));
    values.collect::<Vec<_>>().join(", ")
}

fn default(field: &Value) -> String {
    match &field["default"] {
        Value::Null | Value::Bool(false) => String::new(),
        Value::Array(items) if items.is_empty() => String::new(),
        Value::Object(map) if map.is_empty() => String::new(),
        value => format!(" Left out: `{value}`."),
    }
}

/// States the bounds of a number, the length of a text or list, and its pattern.
fn bounds(field: &Value) -> String {
    let range = |least: &str, most: &str, of: &str| match (&field[least], &field[most]) {
        (Value::Null, Value::Null) => String::new(),
        (least, Value::Null) => format!(" At least {least}{of}."),
        (Value::Null, most) => format!(" At most {most}{of}."),
        (least, most) if *least == json!(0) => format!(" At most {most}{of}."),
        (least, most) => format!(" {least} to {most}{of}."),
    };
    let mut text = range("minimum", "maximum", "");
    text += &range("minLength", "maxLength", " characters");
    text += &range("minItems", "maxItems", " of them");
    if let Some(pattern) = field["pattern"].as_str() {
        let _ = write!(text, " `{}`", pattern.replace('|', "\\|"));
    }
    text
}

pub(crate) fn one_line(docs: &Value) -> String {
    let words: Vec<&str> = docs.as_str().unwrap_or_default().split_whitespace().collect();
    unlinked(&words.join(" ")).replace('|', "\\|")
}

/// A page has no targets for the links of rustdoc.
pub(crate) fn unlinked(text: &str) -> String {
    text.replace("[`", "`").replace("`]", "`")
}
