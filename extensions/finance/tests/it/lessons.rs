//! Lessons of a correction for other bookings.

use std::collections::HashMap;

use crate::common::{host, import, rows};
use serde_json::{Value, json};
use spacedrive_sdk::testing::FakeHost;

fn receipt(host: &FakeHost, name: &str, vendor: &str, total: &str) {
    let mail = format!(
        "From: {vendor} <till@{name}.example>\r\nSubject: Your receipt\r\n\
         Message-ID: <{name}@x>\r\n\r\n{vendor}\nReceipt No: {name}\nDate: 5 January 2026\n\
         Total  {total}\nPaid by card\n"
    );
    import(host, &format!("{name}.eml"), "message/rfc822", mail.as_bytes()).unwrap();
}

fn row(host: &FakeHost, source: &str) -> Value {
    let rows = rows(host);
    rows.iter().find(|row| row["source"] == source).unwrap().clone()
}

/// Corrects a receipt, and returns how many others that changed.
fn correct(host: &FakeHost, source: &str, change: Value) -> u64 {
    let mut input = json!({ "entry_id": row(host, source)["entry_id"] });
    input.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    let method = "action:finance.correct.input.v1";
    let answer: Value = host.call::<finance::extension::Extension, _, _>(method, &input).unwrap();
    answer["others_changed"].as_u64().unwrap()
}

#[test]
fn the_next_receipt_of_a_vendor_has_the_name_and_category_that_the_person_gave() {
    let host = host(HashMap::new());
    receipt(&host, "a", "Blue Kettle Ltd", "4.50 GBP");
    receipt(&host, "b", "Corner Bakery Ltd", "3.00 GBP");
    correct(&host, "a.eml", json!({ "values": { "vendor": "Kettle", "category": "restaurant" } }));
    receipt(&host, "c", "Blue Kettle Ltd", "6.20 GBP");
    let taught = row(&host, "c.eml");
    assert_eq!((&taught["vendor"], &taught["category"]), (&json!("Kettle"), &json!("restaurant")));
    assert_eq!(taught["taught"], json!(["vendor", "category"]));
    assert_eq!(taught["corrected"], json!([]));
    assert_eq!(row(&host, "b.eml")["vendor"], "Corner Bakery Ltd");
    let input = json!({ "entry_id": taught["entry_id"] });
    let show = "query:finance.show.v1";
    let shown: Value = host.call::<finance::extension::Extension, _, _>(show, &input).unwrap();
    let vendor = shown.as_array().unwrap().iter().find(|it| it["field"] == "vendor").unwrap();
    assert_eq!((&vendor["value"], &vendor["read"]), (&json!("Kettle"), &json!("Blue Kettle Ltd")));
    assert_eq!(vendor["taught"], true);

    // One's own word wins, and what is taken back is forgotten for all.
    correct(&host, "c.eml", json!({ "values": { "category": "office" } }));
    assert_eq!(row(&host, "c.eml")["category"], "office");
    correct(&host, "c.eml", json!({ "undo": ["category"] }));
    correct(&host, "a.eml", json!({ "undo": ["vendor", "category"] }));
    let forgotten = row(&host, "c.eml");
    assert_eq!(forgotten["vendor"], "Blue Kettle Ltd");
    assert_eq!(forgotten["taught"], Value::Null);
}

#[test]
fn a_correction_says_how_many_other_receipts_it_changes() {
    let host = host(HashMap::new());
    for (name, total) in [("a", "4.50 GBP"), ("b", "6.20 GBP"), ("c", "7.10 GBP")] {
        receipt(&host, name, "Blue Kettle Ltd", total);
    }
    receipt(&host, "o", "Corner Bakery Ltd", "3.00 GBP");
    let category = |name: &str| json!({ "values": { "category": name } });
    assert_eq!(correct(&host, "a.eml", category("office")), 2);
    assert_eq!(correct(&host, "a.eml", category("office")), 0, "nothing is new");
    assert_eq!(correct(&host, "o.eml", category("office")), 0, "the vendor has no others");
    // Two that contradict each other: `c` has the category that was read again.
    assert_eq!(correct(&host, "b.eml", category("travel")), 1);
    assert_eq!(correct(&host, "b.eml", json!({ "undo": ["category"] })), 1);
    assert_eq!(correct(&host, "a.eml", json!({ "undo": ["category"] })), 2);
}

#[test]
fn corrections_that_contradict_each_other_teach_nothing() {
    let host = host(HashMap::new());
    for name in ["a", "b", "c"] {
        receipt(
            &host,
            name,
            "Blue Kettle Ltd",
            &format!("{}.50 GBP", name.len() + name.as_bytes()[0] as usize),
        );
    }
    correct(&host, "a.eml", json!({ "values": { "vendor": "Kettle North" } }));
    correct(&host, "b.eml", json!({ "values": { "vendor": "Kettle South" } }));
    assert_eq!(row(&host, "c.eml")["vendor"], "Blue Kettle Ltd");
    // An emptied name teaches nothing either.
    correct(&host, "b.eml", json!({ "values": { "vendor": "" } }));
    assert_eq!(row(&host, "c.eml")["vendor"], "Kettle North");
}

/// A slip whose total is not what was paid.
fn slip(host: &FakeHost, name: &str, vendor: &str, total: &str, charged: &str, day: &str) {
    let mail = format!(
        "From: {vendor} <till@{name}.example>\r\nSubject: Your receipt\r\n\
         Message-ID: <{name}@x>\r\n\r\n{vendor}\nReceipt No: {name}\nDate: 5 January 2026\n\
         Served on: {day}\nTotal  {total} GBP\nPaid by card\nYour share of it: {charged} GBP\n"
    );
    import(host, &format!("{name}.eml"), "message/rfc822", mail.as_bytes()).unwrap();
}

fn amount(host: &FakeHost, source: &str) -> Value {
    row(host, source)["amount"].clone()
}

#[test]
fn a_corrected_amount_or_day_is_found_at_its_place_on_the_vendors_other_receipts() {
    let host = host(HashMap::new());
    slip(&host, "a", "Blue Kettle Ltd", "8.00", "3.00", "7 January 2026");
    slip(&host, "b", "Blue Kettle Ltd", "9.00", "4.00", "8 January 2026");
    slip(&host, "o", "Corner Bakery Ltd", "9.50", "4.50", "8 January 2026");
    assert_eq!(amount(&host, "a.eml"), json!(8.0));
    correct(&host, "a.eml", json!({ "values": { "amount": 3, "date": "2026-01-07" } }));
    slip(&host, "c", "Blue Kettle Ltd", "10.00", "5.00", "9 January 2026");

    // One that is there already, and one that comes later; not those of other vendors.
    let (before, after) = (row(&host, "b.eml"), row(&host, "c.eml"));
    assert_eq!((&before["amount"], &before["date"]), (&json!(4.0), &json!("2026-01-08")));
    assert_eq!((&after["amount"], &after["date"]), (&json!(5.0), &json!("2026-01-09")));
    assert_eq!((&after["taught"], &after["spent"]), (&json!(["amount", "date"]), &json!(5.0)));
    assert_eq!(amount(&host, "o.eml"), json!(9.5));
    let show = "query:finance.show.v1";
    let input = json!({ "entry_id": after["entry_id"] });
    let shown: Value = host.call::<finance::extension::Extension, _, _>(show, &input).unwrap();
    let shown = shown.as_array().unwrap().iter().find(|it| it["field"] == "amount").unwrap();
    assert_eq!((&shown["value"], &shown["read"]), (&json!(5.0), &json!(10.0)), "{shown}");

    // One's own word wins, and what is taken back is forgotten for all.
    correct(&host, "b.eml", json!({ "values": { "amount": 7.5 } }));
    assert_eq!(amount(&host, "b.eml"), json!(7.5));
    correct(&host, "b.eml", json!({ "undo": ["amount"] }));
    assert_eq!(amount(&host, "b.eml"), json!(4.0));
    correct(&host, "a.eml", json!({ "undo": ["amount"] }));
    assert_eq!((amount(&host, "b.eml"), amount(&host, "c.eml")), (json!(9.0), json!(10.0)));
    assert_eq!(row(&host, "c.eml")["taught"], json!(["date"]));
}

#[test]
fn a_day_far_away_is_not_taken_from_its_place() {
    let host = host(HashMap::new());
    slip(&host, "a", "Blue Kettle Ltd", "8.00", "3.00", "7 January 2026");
    slip(&host, "b", "Blue Kettle Ltd", "9.00", "4.00", "8 January 2099");
    correct(&host, "a.eml", json!({ "values": { "date": "2026-01-07" } }));
    assert_eq!(row(&host, "b.eml")["date"], "2026-01-05");
}

#[test]
fn an_amount_that_stands_nowhere_teaches_nothing() {
    let host = host(HashMap::new());
    slip(&host, "a", "Blue Kettle Ltd", "8.00", "3.00", "7 January 2026");
    correct(&host, "a.eml", json!({ "values": { "amount": 123.45 } }));
    slip(&host, "b", "Blue Kettle Ltd", "9.00", "4.00", "8 January 2026");
    assert_eq!(
        (amount(&host, "b.eml"), &row(&host, "b.eml")["taught"]),
        (json!(9.0), &Value::Null)
    );
}

#[test]
fn places_that_contradict_each_other_teach_nothing() {
    let host = host(HashMap::new());
    for (name, total) in [("a", "8.00"), ("b", "9.00"), ("c", "10.00")] {
        slip(&host, name, "Blue Kettle Ltd", total, "3.00", "7 January 2026");
    }
    correct(&host, "a.eml", json!({ "values": { "amount": 3 } }));
    assert_eq!(amount(&host, "c.eml"), json!(3.0));
    // It is the total after all.
    correct(&host, "b.eml", json!({ "values": { "amount": 9 } }));
    assert_eq!(amount(&host, "c.eml"), json!(10.0));
}
