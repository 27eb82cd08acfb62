//! Decisions and corrections of a person.

use std::collections::HashMap;

use crate::common::{host, rows};
use crate::papers::{EML, File, call, files, groups, import_all, letter, review};
use serde_json::{Value, json};
use spacedrive_sdk::prelude::*;
use spacedrive_sdk::testing::FakeHost;

/// Two receipts of a café, with nothing to tell them apart.
pub(crate) fn coffees() -> Vec<File> {
    let lines = |day: &str| {
        [
            "Kaffeehaus Sonne",
            "RECEIPT",
            &format!("Date: {day} January 2026"),
            "Coffee    3.50",
            "Total    EUR 3.50",
            "Paid in cash",
        ]
        .map(str::to_owned)
    };
    let of = |id: &str, day: &str| {
        let lines = lines(day);
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        letter(id, "Kaffeehaus Sonne <kasse@sonne.example>", "Your receipt", &lines)
    };
    vec![
        ("one.eml", EML, of("1", "5")),
        ("two.eml", EML, of("2", "5")),
        ("later.eml", EML, of("3", "15")),
    ]
}

#[test]
fn what_cannot_be_told_is_booked_and_proposed() {
    let host = host(HashMap::new());
    import_all(&host, &coffees());
    assert_eq!(groups(&host), [["later.eml"], ["one.eml"], ["two.eml"]]);
    let proposed = review(&host);
    assert_eq!(proposed.len(), 1, "{proposed:#?}");
    assert_eq!(proposed[0]["reasons"], json!(["the same text in two emails"]));
    let bookings = proposed[0]["bookings"].as_array().unwrap();
    let flagged: Vec<Value> =
        rows(&host).into_iter().filter(|row| row["look_alikes"] != json!([])).collect();
    assert_eq!(&flagged, bookings);
}

#[test]
fn a_person_decides_and_it_stays_decided() {
    let host = host(HashMap::new());
    import_all(&host, &coffees());
    let proposed = review(&host);
    let ids: Vec<Value> = proposed[0]["bookings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["entry_id"].clone())
        .collect();
    let (one, two) = (&ids[0], &ids[1]);

    let merged = call(&host, "action:finance.merge.input.v1", &[two, one]).unwrap();
    assert_eq!((merged.len(), &merged[0]["entry_id"]), (1, one), "the older keeps its entry");
    let joined = [vec!["later.eml"], vec!["one.eml", "two.eml"]];
    assert_eq!(groups(&host), joined);
    assert_eq!(review(&host), Vec::<Value>::new());
    import_all(&host, &coffees());
    assert_eq!(groups(&host), joined, "after another import");

    let apart = call(&host, "action:finance.keep_apart.input.v1", &[one, two]).unwrap();
    assert_eq!(apart.len(), 2);
    assert_eq!(groups(&host), [["later.eml"], ["one.eml"], ["two.eml"]]);
    assert_eq!(review(&host), Vec::<Value>::new(), "it is decided");
    import_all(&host, &coffees());
    assert_eq!(groups(&host).len(), 3, "after another import");
}

#[test]
fn a_booking_is_taken_apart_and_stays_so_when_another_form_comes() {
    let host = host(HashMap::new());
    let files = files();
    import_all(&host, &files[..2]);
    let documents = rows(&host)[0]["documents"].clone();
    let ids: Vec<&Value> =
        documents.as_array().unwrap().iter().map(|one| &one["receipt_id"]).collect();
    call(&host, "action:finance.keep_apart.input.v1", &ids).unwrap();
    assert_eq!(groups(&host), [["a.pdf"], ["b.pdf"]]);
    import_all(&host, &files[2..3]);
    let groups = groups(&host);
    assert_eq!((groups.len(), groups.iter().flatten().count()), (2, 3), "{groups:?}");
}

#[test]
fn what_a_person_merged_takes_further_forms_of_both() {
    let host = host(HashMap::new());
    let files = files();
    import_all(&host, &[files[0].clone(), files[6].clone()]);
    let ids: Vec<Value> = rows(&host).iter().map(|row| row["entry_id"].clone()).collect();
    call(&host, "action:finance.merge.input.v1", &[&ids[0], &ids[1]]).unwrap();
    import_all(&host, &files[1..3]);
    assert_eq!(groups(&host), [["a.pdf", "b.pdf", "c.eml", "g.pdf"]]);
}

#[test]
fn what_was_corrected_in_either_booking_stays_when_they_are_merged() {
    let host = host(HashMap::new());
    let files = files();
    import_all(&host, &[files[0].clone(), files[6].clone()]);
    let ids: Vec<Value> = rows(&host).iter().map(|row| row["entry_id"].clone()).collect();
    correct(&host, &ids[0], &json!({ "vendor": "My Power" }));
    correct(
        &host,
        &ids[1],
        &json!({ "vendor": "Not shown", "category": "housing", "date": "soon" }),
    );
    let merged = call(&host, "action:finance.merge.input.v1", &[&ids[0], &ids[1]]).unwrap();
    let (row, first) = (&merged[0], rows(&host)[0]["entry_id"] == ids[0]);
    assert_eq!(row["vendor"], if first { "My Power" } else { "Not shown" });
    assert_eq!((&row["category"], &row["date"]), (&json!("housing"), &json!("2026-01-05")));
}

#[test]
fn decisions_about_nothing_are_refused() {
    let host = host(HashMap::new());
    import_all(&host, &files()[..1]);
    let id = rows(&host)[0]["entry_id"].clone();
    let other = json!(Uuid::from_u128(5));
    for method in ["action:finance.merge.input.v1", "action:finance.keep_apart.input.v1"] {
        assert_eq!(call(&host, method, &[&id]).unwrap_err().code(), ErrorCode::BadInput);
        assert_eq!(call(&host, method, &[&id, &other]).unwrap_err().code(), ErrorCode::NotFound);
    }
}

/// Turns a booking into one of a library of before documents were compared.
fn age(host: &FakeHost, entry_id: Uuid) {
    let client = host.client();
    let record: Value = client.vdfs().read_json_sidecar(entry_id, "receipt.json").unwrap();
    let mut record = record.as_object().unwrap().clone();
    record.remove("documents");
    client.vdfs().write_json_sidecar(entry_id, "receipt.json", &record).unwrap();
    let traits = json!({ "amount": 211.1, "date": "2026-01-05", "currency": "EUR", "numbers": ["2026", "INV-2026-1801"],
        "ids": null, "seller": null, "kind": null, "text": null, "email": null, "from": null, "body": null, "file": null });
    let own = json!({ "traits": traits, "booking": null, "booking_id": null, "documents": null, "document": null,
        "values": null, "corrected": null });
    let patch = json!({ "read_amount": null, "finance": own });
    client.vdfs().update_metadata(entry_id, patch.as_object().unwrap().clone()).unwrap();
}

/// Makes a library that booked one invoice twice before documents were compared.
fn old_library() -> (FakeHost, Vec<Value>) {
    let host = host(HashMap::new());
    let files = files();
    import_all(&host, &[files[0].clone(), files[6].clone()]);
    let ids: Vec<Value> = rows(&host).iter().map(|row| row["entry_id"].clone()).collect();
    for id in &ids {
        age(&host, id.as_str().unwrap().parse().unwrap());
    }
    (host, ids)
}

#[test]
fn bookings_of_before_are_proposed_and_never_merged_without_a_word() {
    let (host, ids) = old_library();
    let before = rows(&host);
    let proposed = review(&host);
    assert_eq!(proposed.len(), 1, "{proposed:#?}");
    // Another form of the invoice joins one of them; the other stays.
    import_all(&host, &files()[1..2]);
    let after = rows(&host);
    let kept: Vec<&Value> = after.iter().map(|row| &row["entry_id"]).collect();
    assert_eq!(kept.len(), 2);
    assert!(ids.iter().all(|id| kept.contains(&id)), "{kept:?}");
    let values = |rows: &[Value]| {
        rows.iter().map(|row| (row["vendor"].clone(), row["amount"].clone())).collect::<Vec<_>>()
    };
    assert_eq!(values(&before), values(&after));
    assert_eq!(review(&host).len(), 1);
    call(&host, "action:finance.merge.input.v1", &[&ids[0], &ids[1]]).unwrap();
    assert_eq!(groups(&host), [["a.pdf", "b.pdf", "g.pdf"]]);
}

fn correct(host: &FakeHost, entry_id: &Value, values: &Value) {
    let id = entry_id.as_str().unwrap().parse().unwrap();
    host.client().vdfs().update_metadata(id, values.as_object().unwrap().clone()).unwrap();
}

#[test]
fn what_a_person_corrected_stays_whatever_comes() {
    let (old, ids) = old_library();
    let new = host(HashMap::new());
    // A forwarded email first: an invoice that comes later knows more.
    import_all(&new, &files()[4..5]);
    let new_id = rows(&new)[0]["entry_id"].clone();
    for (host, id) in [(old, &ids[0]), (new, &new_id)] {
        let corrected =
            json!({ "amount": 99.5, "vendor": "My Power", "currency": null, "note": "mine" });
        correct(&host, id, &corrected);
        let is_kept = |when: &str| {
            let rows = rows(&host);
            let row = rows.iter().find(|row| row["entry_id"] == *id).unwrap();
            assert_eq!(
                (&row["amount"], &row["vendor"]),
                (&json!(99.5), &json!("My Power")),
                "{when}"
            );
            assert_eq!(row["currency"], Value::Null, "{when}");
            assert_eq!(row["corrected"], json!(["amount", "currency", "note", "vendor"]), "{when}");
            assert_eq!(
                row["date"], "2026-01-05",
                "{when}: what was not corrected is as it was read"
            );
        };
        is_kept("at once");
        import_all(&host, &files()[..1]);
        import_all(&host, &files()[2..3]);
        is_kept("after another document");
        correct(&host, id, &json!({ "amount": 211.1 }));
        import_all(&host, &files()[3..4]);
        let rows = rows(&host);
        let row = rows.iter().find(|row| row["entry_id"] == *id).unwrap();
        assert_eq!(
            row["corrected"],
            json!(["currency", "note", "vendor"]),
            "a correction can be taken back"
        );
    }
}
