//! The page `docs/permission-reference.md` says in which words and with which risks an extension asks for
//! each operation.

use std::collections::BTreeMap;
use std::fmt::Write;

use ext_grants::PermissionRequest;
use ext_manifest::Manifest;
use ext_registry::{Operation, Registry};
use serde_json::json;

use crate::schema_tables::compare;

#[test]
fn the_page_of_permissions_is_up_to_date() {
    ext_ops::link();
    let registry = Registry::collect().unwrap();
    let operations: Vec<Operation> = registry.catalogue().filter(|it| !it.host_only).collect();
    compare("permission-reference.md", &groups(&operations));
}

/// Returns a section for each description of permissions, in the order in which the user reads them.
fn groups(operations: &[Operation]) -> String {
    let methods: Vec<&str> = operations.iter().map(|operation| operation.method).collect();
    let all = PermissionRequest::all(&asking_for(&methods)).describe();
    let mut groups: BTreeMap<usize, Vec<&Operation>> = BTreeMap::new();
    for operation in operations {
        let words = words(operation.method);
        let place = all.iter().position(|line| *line == words).expect("a line of its own");
        groups.entry(place).or_default().push(operation);
    }
    groups.into_iter().map(|(place, operations)| group(&all[place], &operations)).collect()
}

fn group(words: &str, operations: &[&Operation]) -> String {
    let mut text = format!("## To {words}\n\n| in `permissions.methods` | allows |\n|---|---|\n");
    for Operation { method, summary, .. } in operations {
        let short = method.strip_suffix(".v1").unwrap_or(method);
        let short = short.strip_suffix(".input").unwrap_or(short);
        let anchor: String = method.chars().filter(|c| c.is_alphanumeric() || *c == '_').collect();
        let _ = writeln!(text, "| [`{short}`](operations.md#{anchor}) | {summary} |");
    }
    let risks = operations.iter().flat_map(|operation| risks(operation.method));
    let mut risks: Vec<String> = risks.collect();
    risks.dedup();
    for risk in risks {
        let _ = write!(text, "\nRisk: {risk}.\n");
    }
    text + "\n"
}

/// Returns the description of a permission for one method, which is the first line.
fn words(method: &str) -> String {
    PermissionRequest::all(&asking_for(&[method])).describe().swap_remove(0)
}

/// Returns the risks of a method by itself.
fn risks(method: &str) -> Vec<String> {
    let manifest = asking_for(&[method]);
    PermissionRequest::all(&manifest).risks(&manifest)
}

fn asking_for(methods: &[&str]) -> Manifest {
    let json = json!({
        "id": "demo", "name": "Demo", "version": "1.0.0", "wasm_file": "demo.wasm",
        "permissions": { "methods": methods },
    });
    Manifest::parse(json.to_string().as_bytes()).unwrap()
}
