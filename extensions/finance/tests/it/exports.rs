//! Receipts that the files for other programs leave out.

use crate::common::{rows, shop};
use finance::extension::Extension;
use serde::Deserialize;
use serde_json::{Value, json};
use spacedrive_sdk::prelude::*;
use spacedrive_sdk::testing::FakeHost;

const EXPORT: &str = "query:finance.export_text.v1";

fn export(host: &FakeHost, input: &Value) -> Value {
    host.call::<Extension, _, _>(EXPORT, input).unwrap()
}

/// A file, with what is not in it.
#[derive(Deserialize)]
struct File {
    receipts: usize,
    #[serde(default)]
    left_out: Vec<String>,
    content: Blob,
}

fn file(host: &FakeHost, input: &Value) -> File {
    host.call::<Extension, _, _>(EXPORT, input).unwrap()
}

/// Takes a value of a receipt away.
fn empty(host: &FakeHost, vendor: &str, field: &str) -> String {
    let row = rows(host).into_iter().find(|row| row["vendor"] == vendor).unwrap();
    let input = json!({ "entry_id": row["entry_id"], "values": { field: null } });
    let _: Value = host.call::<Extension, _, _>("action:finance.correct.input.v1", &input).unwrap();
    row["entry_id"].as_str().unwrap().to_owned()
}

fn text(file: &File) -> String {
    String::from_utf8_lossy(file.content.as_bytes()).into_owned()
}

#[test]
fn a_file_for_a_program_says_which_receipts_it_does_not_have_and_why() {
    let host = shop();
    let undated = empty(&host, "Blue Kettle Ltd", "date");
    let unpriced = empty(&host, "Atlas Books Ltd", "amount");
    let left_out = [
        format!("no date: a.eml, Blue Kettle Ltd ({undated})"),
        format!("no amount: b.eml, Atlas Books Ltd ({unpriced})"),
    ];
    for (format, bookings) in [("datev", 1), ("gnucash", 2)] {
        let file = file(&host, &json!({ "format": format }));
        assert_eq!((file.receipts, &file.left_out[..]), (1, &left_out[..]), "{format}");
        let text = text(&file);
        let heads = if format == "datev" { 2 } else { 1 };
        assert_eq!(text.lines().count() - heads, bookings, "{format}: {text}");
    }
    let journal = export(&host, &json!({ "format": "ledger" }));
    assert_eq!(journal.as_str().unwrap().matches("; Left out").count(), 2, "it names them itself");
}

#[test]
fn a_receipt_without_a_currency_is_left_out_of_datev_alone() {
    let host = shop();
    let id = empty(&host, "Corner Bakery Ltd", "currency");
    let file = file(&host, &json!({ "format": "datev" }));
    let left_out = [format!("no currency: c.eml, Corner Bakery Ltd ({id})")];
    assert_eq!((file.receipts, &file.left_out[..]), (2, &left_out[..]));
    assert!(export(&host, &json!({ "format": "gnucash" })).is_string());
}

#[test]
fn a_file_of_some_days_says_which_receipts_have_none() {
    let host = shop();
    let id = empty(&host, "Blue Kettle Ltd", "date");
    let left_out = [format!("no date: a.eml, Blue Kettle Ltd ({id})")];
    for format in ["csv", "json", "xlsx", "datev", "gnucash"] {
        let asked = json!({ "format": format, "from": "2026-02-05" });
        let file = file(&host, &asked);
        assert_eq!((file.receipts, &file.left_out[..]), (1, &left_out[..]), "{format}");
        // One that does not fit otherwise is not missed.
        let other = json!({ "format": format, "to": "2026-02-28", "vendor": "atlas" });
        assert_eq!(export(&host, &other).get("left_out"), None, "{format}");
    }
    let csv = text(&file(&host, &json!({ "format": "csv", "from": "2026-02-05" })));
    assert!(csv.contains("Corner Bakery") && !csv.contains("Blue Kettle"), "{csv}");
    let journal = export(&host, &json!({ "format": "beancount", "from": "2026-02-05" }));
    assert!(journal.as_str().unwrap().contains("; Left out, no date: a.eml"), "{journal}");
}

#[test]
fn a_table_of_all_receipts_has_those_without_a_date() {
    let host = shop();
    empty(&host, "Blue Kettle Ltd", "date");
    let csv = export(&host, &json!({ "format": "csv" }));
    assert!(csv.as_str().unwrap().contains("Blue Kettle"), "{csv}");
    let sheet = export(&host, &json!({ "format": "xlsx" }));
    assert_eq!((&sheet["receipts"], sheet.get("left_out")), (&json!(3), None));
}
