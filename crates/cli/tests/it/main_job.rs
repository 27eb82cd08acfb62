//! The main job: a mailbox of receipts is booked, also when the import is killed on the way.

use std::{
    collections::BTreeMap,
    fs,
    process::Stdio,
    thread,
    time::{Duration, Instant},
};

use crate::common::{Spacedrive, has_models, samples, without_ids};
use serde_json::Value;

/// One booked receipt, without ids.
type Row = BTreeMap<String, Value>;

fn import(spacedrive: &Spacedrive, library: &str) -> Value {
    spacedrive.json(["import", samples().to_str().unwrap(), "--library", library])
}

fn export(spacedrive: &Spacedrive, library: &str) -> Vec<Row> {
    let rows = spacedrive.json(["op", "call", "query:finance.export.v1", "--library", library]);
    let row = |row: &Value| {
        let mut row = row.clone();
        without_ids(&mut row);
        serde_json::from_value(row).unwrap()
    };
    rows.as_array().unwrap().iter().map(row).collect()
}

/// The expectations of `expected.json` for each sample.
fn expected() -> BTreeMap<String, Vec<Row>> {
    serde_json::from_slice(&fs::read(samples().join("expected.json")).unwrap()).unwrap()
}

#[test]
fn the_samples_are_booked_once_and_right() {
    let Some((spacedrive, library)) = Spacedrive::with_extension("finance") else { return };
    if !has_models() {
        return;
    }
    let report = import(&spacedrive, &library);
    assert_eq!(report["failures"], serde_json::json!([]));
    let booked = export(&spacedrive, &library);
    let mut by_source: BTreeMap<String, Vec<&Row>> = BTreeMap::new();
    for row in &booked {
        by_source.entry(row["source"].as_str().unwrap().to_owned()).or_default().push(row);
    }
    for (source, wanted) in &expected() {
        let got = by_source.get(source).cloned().unwrap_or_default();
        assert_eq!(got.len(), wanted.len(), "{source}: {got:?}");
        for (got, wanted) in got.iter().zip(wanted) {
            for (field, value) in wanted {
                assert!(
                    same(&got[field], value),
                    "{source}: {field} is {}, not {value}",
                    got[field]
                );
            }
        }
    }
    let sources: Vec<&String> = by_source.keys().collect();
    assert!(sources.iter().all(|source| expected().contains_key(*source)), "{sources:?}");

    let again = import(&spacedrive, &library);
    assert_eq!(again["created"], 0);
    assert_eq!(export(&spacedrive, &library), booked);
    assert_sidecars(&spacedrive, &library);
}

fn same(got: &Value, wanted: &Value) -> bool {
    match (got.as_f64(), wanted.as_f64()) {
        (Some(got), Some(wanted)) => (got - wanted).abs() < 0.005,
        _ => match (got.as_str(), wanted.as_str()) {
            (Some(got), Some(wanted)) => got.eq_ignore_ascii_case(wanted),
            _ => got == wanted,
        },
    }
}

/// Each receipt has the three files that were promised, and search finds it.
fn assert_sidecars(spacedrive: &Spacedrive, library: &str) {
    let receipts = spacedrive.json(["entry", "list", "--library", library, "--type", "receipt"]);
    let receipts = receipts.as_array().unwrap();
    assert!(receipts.len() >= 12, "{}", receipts.len());
    let entry = receipts[0]["id"].as_str().unwrap();
    let sidecars = spacedrive.json(["sidecar", "list", entry, "--library", library]);
    let names: Vec<&str> =
        sidecars.as_array().unwrap().iter().map(|info| info["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["email.json", "ocr.txt", "receipt.json"]);
    let hits = spacedrive.json(["search", "lindenau", "--library", library]);
    assert_eq!(hits[0]["entry"]["entry_type"], "receipt");
}

#[test]
fn life_an_import_that_is_killed_and_run_again_ends_the_same() {
    let Some((undisturbed, library)) = Spacedrive::with_extension("finance") else { return };
    if !has_models() {
        return;
    }
    let started = Instant::now();
    import(&undisturbed, &library);
    let whole = started.elapsed();
    let wanted = export(&undisturbed, &library);

    let (killed, library) = Spacedrive::with_extension("finance").unwrap();
    // Moments all over the import; the clock makes each run's a little different.
    for part in [0.05, 0.15, 0.3, 0.45, 0.6] {
        let mut child = killed
            .command(["import", samples().to_str().unwrap(), "--library", &library])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        thread::sleep(Duration::from_secs_f64(whole.as_secs_f64() * part));
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let report = import(&killed, &library);
    assert_eq!(report["failures"], serde_json::json!([]));
    assert_eq!(export(&killed, &library), wanted);
    let count = |spacedrive: &Spacedrive, library: &str| {
        spacedrive.json(["entry", "list", "--library", library]).as_array().unwrap().len()
    };
    let others = undisturbed.json(["library", "list"])[0]["id"].as_str().unwrap().to_owned();
    assert_eq!(count(&killed, &library), count(&undisturbed, &others));
}

#[test]
fn hello_counts_words() {
    let Some((spacedrive, library)) = Spacedrive::with_extension("hello") else { return };
    let file = spacedrive.data.path().join("note.txt");
    fs::write(&file, "one two three").unwrap();
    let report = spacedrive.json(["import", file.to_str().unwrap(), "--library", &library]);
    assert_eq!(report["processed"]["hello"], 1);
    let total =
        spacedrive.json(["op", "call", "query:hello.total_words.v1", "--library", &library]);
    assert_eq!(total, serde_json::json!({ "files": 1, "words": 3 }));
}
