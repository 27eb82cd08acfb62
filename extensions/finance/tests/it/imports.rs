//! Imports, and taking them back.

use std::collections::HashMap;

use crate::common::{host, import, pdf, rows};
use crate::joined::{find, lines, order_and_invoice, pay, statement};
use crate::papers::{EML, PDF, file, invoice};
use finance::extension::Extension;
use serde_json::{Value, json};
use spacedrive_sdk::ops::vdfs::Entry;
use spacedrive_sdk::prelude::*;
use spacedrive_sdk::testing::FakeHost;
use spacedrive_sdk::wire::event::wants_import_again;

const UNDO: &str = "action:finance.undo_import.input.v1";

/// Imports files in one import with this number.
fn import_as(host: &FakeHost, number: u128, files: &[(&str, &str, Vec<u8>)]) {
    for (name, media_type, bytes) in files {
        let entry = host.add_file(name, &format!("in/{name}"), media_type, bytes);
        event(host, number, &entry).unwrap();
    }
}

/// Tells of a file that an import brought.
fn event(host: &FakeHost, number: u128, entry: &Entry) -> Result<()> {
    let mut event = host.event_created(entry);
    event.data = Some(json!({ "import": Uuid::from_u128(number) }));
    host.deliver::<Extension>(&event)
}

fn receipt(name: &str, vendor: &str, day: &str, total: &str) -> Vec<u8> {
    format!(
        "From: {vendor} <till@{name}.example>\r\nSubject: Your receipt\r\nMessage-ID: <{name}@x>\r\n\r\n\
         {vendor}\nReceipt No: {name}\nDate: {day}\nTotal  {total}\nPaid by card\n"
    )
    .into_bytes()
}

/// A host with two imports: of two shops, and of one.
fn two_imports() -> FakeHost {
    let host = host(HashMap::new());
    let kettle = receipt("k1", "Blue Kettle Ltd", "5 January 2026", "4.50 GBP");
    let atlas = receipt("a1", "Atlas Books Ltd", "3 February 2026", "20.00 GBP");
    import_as(&host, 1, &[("k1.eml", EML, kettle), ("a1.eml", EML, atlas)]);
    let bakery = receipt("b1", "Corner Bakery Ltd", "9 February 2026", "7.25 EUR");
    import_as(&host, 2, &[("b1.eml", EML, bakery)]);
    host
}

fn imports(host: &FakeHost) -> Vec<Value> {
    host.call::<Extension, _, Vec<Value>>("query:finance.imports.v1", &json!({})).unwrap()
}

/// Returns the id of the import that has the file, or had it.
fn id_of(host: &FakeHost, number: u128) -> Uuid {
    let path = format!("finance/imports/{}", Uuid::from_u128(number).simple());
    host.entries().iter().find(|entry| entry.path == path).unwrap().id
}

fn undo(host: &FakeHost, number: u128) -> Result<Vec<Value>> {
    host.call::<Extension, _, _>(UNDO, &json!({ "import": id_of(host, number) }))
}

fn vendors(host: &FakeHost) -> Vec<String> {
    rows(host).iter().map(|row| row["vendor"].as_str().unwrap_or_default().to_owned()).collect()
}

fn entry(host: &FakeHost, path: &str) -> Entry {
    host.entries().into_iter().find(|entry| entry.path == path).unwrap()
}

#[test]
fn an_import_is_listed_and_taken_back_and_its_files_book_again() {
    let host = two_imports();
    let listed = imports(&host);
    assert_eq!(listed.len(), 2, "{listed:#?}");
    let shown = |it: &Value| {
        [&it["source"], &it["receipts"], &it["documents"], &it["state"]].map(Clone::clone)
    };
    let first = listed.iter().find(|it| it["receipts"] == 2).unwrap();
    assert_eq!(shown(first), [json!("in"), json!(2), json!(2), json!("booked")]);

    let done = undo(&host, 1).unwrap();
    assert_eq!(done.len(), 2);
    assert!(
        done.iter().all(|it| it["outcome"] == "removed" && it["reason"].is_null()),
        "{done:#?}"
    );
    assert_eq!(done[0]["vendor"], "Blue Kettle Ltd");
    assert_eq!(vendors(&host), ["Corner Bakery Ltd"]);
    assert!(!host.entries().iter().any(|entry| entry.name.contains("Blue Kettle")));
    let states: Vec<Value> = imports(&host).iter().map(|it| it["state"].clone()).collect();
    assert!(states.contains(&json!("undone")) && states.contains(&json!("booked")), "{states:?}");
    assert_eq!(undo(&host, 1).unwrap(), Vec::<Value>::new(), "there is nothing left");

    // The event of that import counts no longer, wherever it comes from; another import does.
    let kettle = entry(&host, "in/k1.eml");
    assert!(wants_import_again(&kettle.metadata));
    assert_eq!(kettle.metadata["finance"]["reason"], "the import was taken back");
    event(&host, 1, &kettle).unwrap();
    assert_eq!(vendors(&host).len(), 1);
    event(&host, 3, &kettle).unwrap();
    assert_eq!(vendors(&host), ["Blue Kettle Ltd", "Corner Bakery Ltd"]);
    let kettle = entry(&host, "in/k1.eml");
    assert!(!wants_import_again(&kettle.metadata), "{:?}", kettle.metadata);
    assert_eq!(kettle.metadata["finance"]["receipt"], true);
    assert_eq!(imports(&host).len(), 3);
}

#[test]
fn what_a_person_had_a_hand_in_is_kept_and_named() {
    for (method, more) in [
        ("action:finance.correct.input.v1", json!({ "values": { "vendor": "My Kettle" } })),
        ("action:finance.correct.input.v1", json!({ "values": { "tags": "house" } })),
        ("action:finance.correct.input.v1", json!({ "values": { "my.cost": "42" } })),
        ("action:finance.correct.input.v1", json!({ "values": { "project": "House" } })),
        ("action:finance.reject.input.v1", json!({})),
    ] {
        let host = two_imports();
        let row = rows(&host).into_iter().find(|row| row["vendor"] == "Blue Kettle Ltd").unwrap();
        let mut input = json!({ "entry_id": row["entry_id"] });
        input.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap());
        host.call::<Extension, _, Value>(method, &input).unwrap();
        let done = undo(&host, 1).unwrap();
        let kept: Vec<&Value> = done.iter().filter(|it| it["outcome"] == "kept").collect();
        assert_eq!(kept.len(), 1, "{more}: {done:#?}");
        assert_eq!(kept[0]["entry_id"], row["entry_id"]);
        let reason = kept[0]["reason"].as_str().unwrap();
        let words = if method.contains("reject") { "you rejected it" } else { "you corrected it" };
        assert_eq!(reason, words);
        assert!(host.entries().iter().any(|it| json!(it.id) == row["entry_id"]));
        assert!(!vendors(&host).contains(&"Atlas Books Ltd".to_owned()));
        let state = imports(&host).iter().any(|it| it["state"] == "partly_undone");
        assert!(state, "{:#?}", imports(&host));
    }
}

#[test]
fn what_a_bank_statement_paid_is_kept() {
    let host = two_imports();
    let bank = json!({ "date": "Date", "amount": "Amount", "name": "Name", "purpose": "Text",
                       "currency": "Currency", "date_format": "yyyy-mm-dd", "decimal": "." });
    host.set_settings(&json!({ "statement_columns": { "bank": bank } }));
    let csv = "Date,Amount,Currency,Name,Text\n2026-01-06,-4.50,GBP,Blue Kettle Ltd,k1\n";
    let input = json!({ "file": base64(csv.as_bytes()) });
    host.call::<Extension, _, Value>("action:finance.import_statement.input.v1", &input).unwrap();
    let done = undo(&host, 1).unwrap();
    let reasons: Vec<&Value> = done.iter().map(|it| &it["reason"]).collect();
    assert_eq!(reasons, [&Value::Null, &json!("a line of a bank statement paid it")]);
    assert_eq!(vendors(&host), ["Blue Kettle Ltd", "Corner Bakery Ltd"]);
}

fn base64(bytes: &[u8]) -> String {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

#[test]
fn documents_of_two_imports_keep_the_booking_of_the_first() {
    let lines = invoice("Nordlicht Strom GmbH", "INV-2026-1801", "5 January 2026");
    let host = host(HashMap::new());
    import_as(&host, 1, &[("a.pdf", PDF, file(&lines, "one"))]);
    import_as(&host, 2, &[("b.pdf", PDF, file(&lines, "two"))]);
    assert_eq!(rows(&host)[0]["documents"].as_array().unwrap().len(), 2);

    // The first is kept for the second's sake; the second only takes its document away.
    let kept = undo(&host, 1).unwrap();
    assert_eq!(kept[0]["reason"], "it has documents of another import");
    assert_eq!(rows(&host)[0]["documents"].as_array().unwrap().len(), 2);
    let before = rows(&host)[0]["entry_id"].clone();
    let done = undo(&host, 2).unwrap();
    assert_eq!(done[0]["outcome"], "documents_removed");
    let left = rows(&host);
    assert_eq!((left.len(), &left[0]["entry_id"]), (1, &before));
    assert_eq!(left[0]["documents"].as_array().unwrap().len(), 1, "{left:#?}");
    // Nothing of another import is left in it now.
    assert_eq!(undo(&host, 1).unwrap()[0]["outcome"], "removed");
    assert_eq!(rows(&host), Vec::<Value>::new());
}

#[test]
fn an_undo_that_was_interrupted_anywhere_goes_on() {
    let whole = two_imports();
    let before = whole.calls().len();
    undo(&whole, 1).unwrap();
    let calls = whole.calls().len() - before;
    assert!(calls > 8, "{calls}");
    for stop in 0..calls {
        let host = two_imports();
        host.stop_after(stop);
        let stopped = undo(&host, 1);
        host.stop_after(None);
        assert!(stopped.is_err(), "after {stop} calls");
        undo(&host, 1).unwrap();
        assert_eq!(vendors(&host), ["Corner Bakery Ltd"], "after {stop} calls");
        for path in ["in/k1.eml", "in/a1.eml"] {
            event(&host, 3, &entry(&host, path)).unwrap();
        }
        assert_eq!(vendors(&host).len(), 3, "after {stop} calls");
        let paths: Vec<String> = host.entries().into_iter().map(|entry| entry.path).collect();
        let booked = paths.iter().filter(|path| path.starts_with("receipts/")).count();
        assert_eq!(booked, 3, "after {stop} calls: {paths:#?}");
    }
}

#[test]
fn files_that_no_import_names_are_imports_of_their_own() {
    let host = host(HashMap::new());
    let lines = ["Quill Ltd", "RECEIPT", "Date: 5 January 2026", "Total  9.00 GBP", "Paid in cash"];
    import(&host, "a.pdf", PDF, &pdf(&lines, None)).unwrap();
    let listed = imports(&host);
    assert_eq!((listed.len(), &listed[0]["source"]), (1, &json!("in/a.pdf")));
    let input = json!({ "import": listed[0]["entry_id"] });
    let done: Vec<Value> = host.call::<Extension, _, _>(UNDO, &input).unwrap();
    assert_eq!(done[0]["outcome"], "removed");
}

#[test]
fn an_entry_that_is_not_an_import_is_refused() {
    let host = two_imports();
    let receipt = rows(&host)[0]["entry_id"].clone();
    let error = host.call::<Extension, _, Value>(UNDO, &json!({ "import": receipt })).unwrap_err();
    assert_eq!(error.code(), ErrorCode::NotFound);
    assert!(error.message().contains("is not an import"), "{}", error.message());
    let error = host
        .call::<Extension, _, Value>("query:finance.imports.v1", &json!({ "limit": 0 }))
        .unwrap_err();
    assert_eq!(error.code(), ErrorCode::BadInput);
}

#[test]
fn the_view_has_a_button_for_each_import_that_is_not_taken_back() {
    let host = two_imports();
    undo(&host, 2).unwrap();
    let view: Value =
        host.call::<Extension, _, _>("query:finance.imports_view.v1", &json!({})).unwrap();
    let text = view.to_string();
    assert_eq!(text.matches(UNDO).count(), 1, "{text}");
    assert!(text.contains("taken back") && text.contains("Delete the 2 receipts"), "{text}");
}

#[test]
fn a_document_that_a_person_named_for_a_bank_line_is_kept_also_as_a_further_one() {
    let host = host(HashMap::new());
    let [a, b, c] = &order_and_invoice()[..] else { panic!("three documents") };
    import_as(&host, 1, std::slice::from_ref(a));
    import_as(&host, 2, std::slice::from_ref(b));
    statement(&host, &["07.01.2026;Card;-10,00"]);
    pay(&host, &lines(&host)[0], &[&find(&host, "b.eml")["entry_id"]]);
    import_as(&host, 3, std::slice::from_ref(c));
    assert_eq!(rows(&host).len(), 1);
    let (named, other) = (undo(&host, 2).unwrap(), undo(&host, 3).unwrap());
    assert_eq!(
        (&named[0]["outcome"], &other[0]["outcome"]),
        (&json!("kept"), &json!("documents_removed"))
    );
    assert_eq!(named[0]["reason"], "a line of a bank statement paid it");
    assert_eq!(lines(&host)[0]["state"], "chosen");
}
