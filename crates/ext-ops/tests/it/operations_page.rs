//! The page `docs/operations.md` says what the registry says.
//!
//! The part between two marks is made of the declarations in `ext_wire::ops` and the schemas of
//! their types. `cargo xtask docs` writes it, by running this test with `SPACEDRIVE_WRITE_DOCS=1`.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
    fs,
    path::Path,
};

use ext_registry::{Operation, Registry};
use ext_wire::ops::{FAMILIES, Family};
use serde_json::{Value, json};

const WRITE: &str = "SPACEDRIVE_WRITE_DOCS";
const BEGIN: &str =
    "<!-- Made by `cargo xtask docs` of crates/ext-wire/src/ops, up to the end mark. -->\n";
const END: &str = "<!-- The end mark. -->\n";

/// Types that a page of JSON has a word for.
const WORDS: &[(&str, &str)] = &[("Blob", "bytes"), ("SecretText", "text")];

#[test]
fn the_page_of_operations_is_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/operations.md");
    let found = fs::read_to_string(&path).unwrap();
    let (head, rest) = found.split_once(BEGIN).expect("the page has the first mark");
    let (_, tail) = rest.split_once(END).expect("the page has the end mark");
    let fresh = format!("{head}{BEGIN}\n{}{END}{tail}", Page::new().text());
    if std::env::var_os(WRITE).is_some() {
        fs::write(&path, fresh).unwrap();
    } else {
        assert!(found == fresh, "docs/operations.md is out of date: run `cargo xtask docs`");
    }
}

/// The library of extensions in Python calls an operation by its short name, which says nothing of its kind.
#[test]
fn the_actions_are_known_to_extensions_in_python() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../sdk/python/guest/spacedrive.py");
    let library = fs::read_to_string(path).unwrap();
    let (_, names) = library.split_once("_actions = set(\n    \"\"\"").expect("it has a list");
    let (names, _) = names.split_once("\"\"\"").expect("the list has an end");
    let known: BTreeSet<&str> = names.split_whitespace().collect();
    let methods = Page::new().operations.into_keys();
    let actions =
        methods.filter_map(|method| method.strip_prefix("action:")?.strip_suffix(".input.v1"));
    assert_eq!(known, actions.collect());
}

struct Page {
    operations: BTreeMap<&'static str, Operation>,
    /// The types that several tables refer to, by name.
    types: BTreeMap<String, Value>,
}

impl Page {
    fn new() -> Self {
        ext_ops::link();
        let registry = Registry::collect().unwrap();
        let operations: BTreeMap<_, _> = registry.catalogue().map(|op| (op.method, op)).collect();
        let mut types = BTreeMap::new();
        for operation in operations.values() {
            for schema in [json!(operation.input), json!(operation.output)] {
                for (name, schema) in schema["$defs"].as_object().into_iter().flatten() {
                    let other = types.insert(name.clone(), schema.clone());
                    assert!(other.is_none_or(|other| other == *schema), "two types are `{name}`");
                }
            }
        }
        Self { operations, types }
    }

    fn text(&self) -> String {
        let families: Vec<String> = FAMILIES.iter().map(|family| self.family(family)).collect();
        families.concat() + &self.types()
    }

    fn family(&self, family: &Family) -> String {
        let mut text = format!("## `{}`\n\n{}\n", family.name, family.docs);
        for method in family.methods {
            text += &self.operation(&self.operations[method]);
        }
        text
    }

    fn operation(&self, operation: &Operation) -> String {
        let scope = if operation.needs_library { "Library" } else { "Core" };
        let user = if operation.host_only { ", user only" } else { "" };
        let Operation { method, summary, description, kind, .. } = operation;
        let mut text = format!("### `{method}`\n\n{summary}. *{scope} {kind}{user}.*\n\n");
        text += &paragraphs(description);
        text += &self.fields("input", &json!(operation.input));
        text += &self.fields("output", &json!(operation.output));
        text
    }

    fn types(&self) -> String {
        let mut text = "## Types\n\n".to_owned();
        for (name, schema) in &self.types {
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

    /// A table of the fields of an object.
    fn fields(&self, title: &str, schema: &Value) -> String {
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
            let _ = writeln!(text, "| `{name}`{mark} | {kind} | {what}{} |", default(field));
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
            Some("string") if schema["enum"].is_array() => values(&schema["enum"]),
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
        let schema = &self.types[name];
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

/// The paragraphs of a documentation, each on one line.
fn paragraphs(docs: &str) -> String {
    let mut text = String::new();
    for paragraph in docs.split("\n\n") {
        let line = unlinked(&paragraph.split_whitespace().collect::<Vec<_>>().join(" "));
        if !line.is_empty() {
            let _ = write!(text, "{line}\n\n");
        }
    }
    text
}

fn one_line(docs: &Value) -> String {
    let words: Vec<&str> = docs.as_str().unwrap_or_default().split_whitespace().collect();
    unlinked(&words.join(" ")).replace('|', "\\|")
}

/// A page has no targets for the links of rustdoc.
fn unlinked(text: &str) -> String {
    text.replace("[`", "`").replace("`]", "`")
}
