//! Words of a person about bookings that became one.

use std::collections::HashMap;

use crate::common::{host, rows};
use crate::papers::{EML, File, call, files, groups, import_all, letter};
use finance::extension::Extension;
use serde_json::{Value, json};
use spacedrive_sdk::prelude::*;
use spacedrive_sdk::testing::FakeHost;

fn correct(host: &FakeHost, id: &Value, values: &Value) {
    let input = json!({ "entry_id": id, "values": values });
    let done: Result<Value> =
        host.call::<Extension, _, _>("action:finance.correct.input.v1", &input);
    done.unwrap();
}

fn undo(host: &FakeHost, id: &Value, fields: &[&str]) {
    let input = json!({ "entry_id": id, "undo": fields });
    let done: Result<Value> =
        host.call::<Extension, _, _>("action:finance.correct.input.v1", &input);
    done.unwrap();
}

pub(crate) fn find(host: &FakeHost, file: &str) -> Value {
    let has =
        |row: &Value| row["documents"].as_array().unwrap().iter().any(|it| it["source"] == file);
    rows(host).into_iter().find(has).unwrap()
}

/// Two invoices, and the bookings of both, the older one first.
fn two() -> (FakeHost, Value, Value) {
    let host = host(HashMap::new());
    let files = files();
    import_all(&host, &[files[0].clone(), files[6].clone()]);
    let id = |file: &str| find(&host, file)["entry_id"].clone();
    let (one, two) = (id("a.pdf"), id("g.pdf"));
    (host, one, two)
}

fn merge(host: &FakeHost, ids: &[&Value]) -> Value {
    call(host, "action:finance.merge.input.v1", ids).unwrap().remove(0)
}

#[test]
fn tags_and_own_fields_of_either_booking_stay_when_they_are_merged() {
    let (host, one, two) = two();
    correct(&host, &one, &json!({ "tags": "car", "my.trip": "Rome" }));
    correct(
        &host,
        &two,
        &json!({ "tags": "house, 2026", "my.cost_center": "42", "my.trip": "Bern" }),
    );
    let merged = merge(&host, &[&one, &two]);
    assert_eq!(merged["entry_id"], one);
    assert_eq!(merged["tags"], json!(["2026", "car", "house"]));
    assert_eq!(merged["fields"], json!({ "cost_center": "42", "trip": "Rome" }));
    let filter = json!({ "tag": "house", "fields": { "cost_center": "42" } });
    let listed: Vec<Value> =
        host.call::<Extension, _, _>("query:finance.export.v1", &filter).unwrap();
    assert_eq!(listed.len(), 1);

    // What is said of the purchase then is said of all of it.
    correct(&host, &one, &json!({ "tags": "garden", "my.trip": "" }));
    let row = find(&host, "a.pdf");
    assert_eq!(
        (&row["tags"], &row["fields"]),
        (&json!(["garden"]), &json!({ "cost_center": "42" }))
    );
    undo(&host, &one, &["tags", "my.cost_center"]);
    let row = find(&host, "a.pdf");
    assert_eq!((row.get("tags"), row.get("fields")), (None, None));
}

#[test]
fn tags_and_own_fields_go_with_their_document_when_bookings_are_taken_apart() {
    let (host, one, two) = two();
    correct(&host, &two, &json!({ "tags": "house", "my.cost_center": "42" }));
    merge(&host, &[&one, &two]);
    call(&host, "action:finance.keep_apart.input.v1", &[&one, &two]).unwrap();
    assert_eq!(find(&host, "a.pdf").get("tags"), None);
    let row = find(&host, "g.pdf");
    assert_eq!(
        (&row["tags"], &row["fields"]),
        (&json!(["house"]), &json!({ "cost_center": "42" }))
    );
}

/// An order, its invoice, and a forwarded one that names both.
pub(crate) fn order_and_invoice() -> Vec<File> {
    let of = |id: &str, from: &str, subject: &str, numbers: &[&str]| {
        let mut lines = vec!["Kiosk Blau GmbH", "Hauptstr. 1, 10115 Berlin", ""];
        lines.extend(numbers);
        lines.extend([
            "",
            "Kaffee 10,00 EUR",
            "",
            "Gesamtbetrag: 10,00 EUR",
            "darin 19% MwSt: 1,60 EUR",
        ]);
        letter(id, from, subject, &lines)
    };
    let shop = "Kiosk Blau <rechnung@kiosk-blau.example>";
    let order = ["Bestellbestätigung", "Bestellnummer: B-88112", "Bestelldatum: 05.01.2026"];
    let invoice = ["Rechnung", "Rechnungsnummer: RE-4711", "Rechnungsdatum: 05.01.2026"];
    let both = [invoice[0], invoice[1], "Bestellnummer: B-88112", invoice[2]];
    vec![
        ("a.eml", EML, of("d1", shop, "Ihre Bestellung B-88112", &order)),
        ("b.eml", EML, of("d2", shop, "Ihre Rechnung RE-4711", &invoice)),
        ("c.eml", EML, of("d3", "Ann <ann@example.com>", "Fwd: Rechnung RE-4711", &both)),
    ]
}

#[test]
fn what_was_said_of_a_booking_stays_when_a_later_document_joins_it_with_another() {
    let host = host(HashMap::new());
    let files = order_and_invoice();
    import_all(&host, &files[..2]);
    assert_eq!(groups(&host), [["a.eml"], ["b.eml"]]);
    let said = json!({ "tags": "house, 2026", "my.cost_center": "42", "project": "House" });
    correct(&host, &find(&host, "b.eml")["entry_id"], &said);
    import_all(&host, &files[2..]);
    assert_eq!(groups(&host), [["a.eml", "b.eml", "c.eml"]]);
    let row = find(&host, "a.eml");
    assert_eq!(row["tags"], json!(["2026", "house"]));
    assert_eq!(
        (&row["fields"], &row["project"]),
        (&json!({ "cost_center": "42" }), &json!("House"))
    );
}

#[test]
fn a_project_or_note_of_either_booking_is_taken_away_from_the_merged_one() {
    let (host, one, two) = two();
    correct(&host, &two, &json!({ "project": "House", "note": "mine", "paid": "2026-01-09" }));
    let merged = merge(&host, &[&one, &two]);
    assert_eq!((&merged["project"], &merged["note"]), (&json!("House"), &json!("mine")));
    correct(&host, &one, &json!({ "project": "", "note": null }));
    let row = find(&host, "a.pdf");
    assert_eq!((row.get("project"), row.get("note")), (None, None));
    assert_eq!((&row["paid"], &row["corrected"]), (&json!("2026-01-09"), &json!(["paid"])));
}

#[test]
fn a_vendor_that_was_named_on_either_booking_still_teaches_its_others() {
    let (host, one, two) = two();
    correct(&host, &two, &json!({ "vendor": "My Power" }));
    import_all(&host, &files()[7..8]);
    assert_eq!(find(&host, "h.pdf")["vendor"], "My Power");
    merge(&host, &[&one, &two]);
    assert_eq!(find(&host, "a.pdf")["vendor"], "My Power");
    assert_eq!(find(&host, "h.pdf")["vendor"], "My Power");
}

pub(crate) fn statement(host: &FakeHost, lines: &[&str]) {
    let bank = json!({ "date": "Day", "amount": "Sum", "name": "Who", "currency": "EUR" });
    host.set_settings(&json!({ "statement_columns": { "bank": bank } }));
    let file = format!("Day;Who;Sum\n{}\n", lines.join("\n"));
    let input = json!({ "file": Blob::from(file.into_bytes()) });
    let done: Result<Value> =
        host.call::<Extension, _, _>("action:finance.import_statement.input.v1", &input);
    done.unwrap();
}

pub(crate) fn lines(host: &FakeHost) -> Vec<Value> {
    let mut all: Vec<Value> =
        host.call::<Extension, _, _>("query:finance.reconcile.v1", &json!({})).unwrap();
    all.retain(|row| !row["line"].is_null());
    all
}

pub(crate) fn pay(host: &FakeHost, line: &Value, receipts: &[&Value]) {
    let input = json!({ "line": line["line"], "receipts": receipts });
    let done: Result<Value> = host.call::<Extension, _, _>("action:finance.match.input.v1", &input);
    done.unwrap();
}

#[test]
fn what_a_person_said_of_a_line_follows_the_booking_into_another() {
    let (host, one, two) = two();
    statement(
        &host,
        &["07.01.2026;Card;-211,10", "08.01.2026;Card;-100,00", "09.01.2026;Card;-111,10"],
    );
    let all = lines(&host);
    pay(&host, &all[0], &[&two]);
    merge(&host, &[&one, &two]);
    let chosen = lines(&host);
    assert_eq!(
        (&chosen[0]["state"], &chosen[0]["reason"]),
        (&json!("chosen"), &json!("you said so"))
    );
    assert_eq!(chosen[0]["receipts"].as_array().unwrap().len(), 1);
    assert_eq!(chosen[0]["receipts"][0]["entry_id"], one);
    assert_eq!(find(&host, "a.pdf")["paid"], "2026-01-07");
    // It is of its own document again once they are apart.
    call(&host, "action:finance.keep_apart.input.v1", &[&one, &two]).unwrap();
    assert_eq!(lines(&host)[0]["receipts"][0]["entry_id"], two);
}

#[test]
fn a_receipt_without_an_amount_is_paid_by_no_line() {
    let (host, one, two) = two();
    correct(&host, &one, &json!({ "amount": null }));
    correct(&host, &two, &json!({ "amount": "0.00" }));
    statement(&host, &["07.01.2026;Nordlicht Strom GmbH;0,00"]);
    let line = lines(&host).remove(0);
    assert_eq!(line["state"], "matched", "{line}");
    assert_eq!(line["receipts"][0]["entry_id"], two, "one that costs nothing may be");
    correct(&host, &two, &json!({ "amount": null }));
    assert_eq!(lines(&host)[0]["state"], "no_receipt");
}

#[test]
fn two_lines_that_paid_two_bookings_pay_the_merged_one_together() {
    let (host, one, two) = two();
    statement(&host, &["08.01.2026;Card;-100,00", "09.01.2026;Card;-111,10"]);
    let all = lines(&host);
    pay(&host, &all[0], &[&one]);
    pay(&host, &all[1], &[&two]);
    merge(&host, &[&one, &two]);
    for line in lines(&host) {
        assert_eq!(line["reason"], "you said so, of 2 lines together", "{line}");
    }
}
