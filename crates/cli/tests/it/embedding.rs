//! Search by meaning, from the outside: an import makes the vectors.

use std::fs;

use crate::common::{Spacedrive, has_models};
use serde_json::{Value, json};

const SEARCH: &str = "query:search.entries.v1";

/// The report of an import of notes, and what a search for `text` found.
fn searched(spacedrive: &Spacedrive, text: &str) -> (Value, Value) {
    let library = spacedrive.library();
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in [
        ("a.txt", "Espresso and cappuccino at the station"),
        ("b.txt", "Diesel for the van, pump 4"),
        ("c.txt", "Two nights in a hotel in Lisbon"),
    ] {
        fs::write(folder.path().join(name), content).unwrap();
    }
    let report =
        spacedrive.json(["import", folder.path().to_str().unwrap(), "--library", &library]);
    let input = json!({ "text": text }).to_string();
    (report, spacedrive.json(["op", "call", SEARCH, "--library", &library, "--input", &input]))
}

#[test]
fn an_import_makes_vectors_so_that_a_search_has_nothing_to_do() {
    if !has_models() {
        return;
    }
    let spacedrive = Spacedrive::new();
    let (report, found) = searched(&spacedrive, "espresso*");
    assert_eq!(report["embedded"], 3, "{report}");
    assert_eq!(found["pending"], 0, "{found}");
    assert_eq!(found.get("words_only"), None, "{found}");
}

#[test]
fn a_missing_float32_model_is_told_with_its_command() {
    let spacedrive = Spacedrive::new();
    let config = "[ai.embed]\nprecision = \"float32\"\n";
    fs::write(spacedrive.data.path().join("config.toml"), config).unwrap();
    let models = tempfile::tempdir().unwrap();
    let library = spacedrive.library();
    let mut command = spacedrive.command(["--output", "json", "--models-dir"]);
    command.arg(models.path()).args(["op", "call", SEARCH, "--library", &library]);
    command.args(["--input", r#"{"text": "x"}"#]);
    let answer = command.output().unwrap();
    let found: Value = serde_json::from_slice(&answer.stdout).unwrap();
    let reason = found["words_only"].as_str().unwrap();
    assert!(reason.contains("is missing"), "{reason}");
    let advice = String::from_utf8(answer.stderr).unwrap();
    assert!(advice.contains("models pull minilm-l6-v2-float32"), "{advice}");
}

#[test]
fn optional_models_may_be_missing() {
    let spacedrive = Spacedrive::new();
    let models = spacedrive.json(["models", "list"]);
    let float32 = models.as_array().unwrap().iter().find(|model| model["optional"] == true);
    assert_eq!(float32.unwrap()["id"], "minilm-l6-v2-float32");
    let unknown = spacedrive.run(["models", "pull", "no-such-model"]);
    assert_eq!(unknown.code, Some(1));
    assert!(unknown.stderr.contains("no-such-model"), "{unknown:?}");
}
