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
use serde_json::json;

use crate::schema_tables::{Types, compare, unlinked};

#[test]
fn the_page_of_operations_is_up_to_date() {
    compare("operations.md", &Page::new().text());
}

/// The library of extensions in Python calls an operation by its short name, which says nothing of its kind.
#[test]
fn the_actions_are_known_to_extensions_in_python() {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../sdk/python/guest/src/spacedrive.py");
    let library = fs::read_to_string(path).unwrap();
    let (_, names) = library.split_once("_actions = set(\n    \"\"\"").expect("it has a list");
    let (names, _) = names.split_once("\"\"\"").expect("the list has an end");
    let known: BTreeSet<&str> = names.split_whitespace().collect();
    let operations = Page::new().operations;
    let actions = |may_be: fn(&Operation) -> bool| -> BTreeSet<&str> {
        let methods = operations.values().filter(|it| may_be(it)).map(|it| it.method);
        methods.filter_map(|it| it.strip_prefix("action:")?.strip_suffix(".input.v1")).collect()
    };
    // Those that only the user may call are of no use to it.
    let (all, needed) = (actions(|_| true), actions(|it| !it.host_only));
    assert!(known.is_subset(&all), "no action: {:?}", known.difference(&all));
    assert!(needed.is_subset(&known), "not known: {:?}", needed.difference(&known));
}

struct Page {
    operations: BTreeMap<&'static str, Operation>,
    types: Types,
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
        Self { operations, types: Types { by_name: types, has_bounds: false } }
    }

    fn text(&self) -> String {
        let families: Vec<String> = FAMILIES.iter().map(|family| self.family(family)).collect();
        families.concat() + "## Types\n\n" + &self.types.sections()
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
        text += &self.types.fields("input", &json!(operation.input));
        text += &self.types.fields("output", &json!(operation.output));
        text
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
