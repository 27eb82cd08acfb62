//! The word of a person about one booking: corrections, and what is no receipt.

use std::collections::HashMap;

use crate::common::{host, rows, shop};
use crate::decisions::coffees;
use crate::papers::{File, PDF, call, file, files, import_all, invoice, review};
use serde_json::{Value, json};
use spacedrive_sdk::ops::vdfs::{ReadSidecar, ReadSidecarOutput};
use spacedrive_sdk::prelude::*;
use spacedrive_sdk::testing::FakeHost;

fn operation(host: &FakeHost, method: &str, input: &Value) -> Result<Value> {
    host.call::<finance::extension::Extension, _, _>(method, input)
}

const CORRECT: &str = "action:finance.correct.input.v1";
const REJECT: &str = "action:finance.reject.input.v1";

#[test]
fn a_correction_is_data_of_its_own_and_can_be_taken_back() {
    let host = host(HashMap::new());
    import_all(&host, &files()[4..5]);
    let before = rows(&host)[0].clone();
    let id = &before["entry_id"];
    let values =
        json!({ "vendor": " My  Power ", "amount": "99,50", "date": "2026-02-01", "tax": "" });
    let row = operation(&host, CORRECT, &json!({ "entry_id": id, "values": values })).unwrap();
    assert_eq!((&row["vendor"], &row["amount"]), (&json!("My Power"), &json!(99.5)));
    assert_eq!(
        (&row["date"], &row["tax"], &row["sure"]),
        (&json!("2026-02-01"), &Value::Null, &json!(true))
    );
    // What is read again changes nothing.
    import_all(&host, &files()[..1]);
    import_all(&host, &files()[2..3]);
    let after = rows(&host);
    let after = after.iter().find(|row| row["entry_id"] == *id).unwrap();
    assert_eq!((&after["vendor"], &after["amount"]), (&json!("My Power"), &json!(99.5)));
    let entry = id.as_str().unwrap().parse().unwrap();
    let kept: Value = host.client().vdfs().read_json_sidecar(entry, "corrections.json").unwrap();
    assert_eq!(kept["amount"]["corrected"], 99.5);
    assert_eq!(kept["amount"]["read"], before["amount"]);
    let shown = operation(&host, "query:finance.show.v1", &json!({ "entry_id": id })).unwrap();
    let line = |field: &str| {
        shown.as_array().unwrap().iter().find(|line| line["field"] == field).unwrap().clone()
    };
    assert_eq!(
        (&line("amount")["value"], &line("amount")["read"]),
        (&json!(99.5), &before["amount"])
    );
    assert!(line("document")["value"].is_string());
    let undo = json!({ "entry_id": id, "undo": ["vendor", "amount", "date"] });
    let row = operation(&host, CORRECT, &undo).unwrap();
    for field in ["vendor", "amount", "date"] {
        assert_eq!(row[field], before[field], "{field}");
    }
}

#[test]
fn a_confirmed_value_stays_when_another_one_is_read() {
    let host = host(HashMap::new());
    import_all(&host, &files()[4..5]);
    let before = rows(&host)[0].clone();
    let values = json!({ "vendor": before["vendor"] });
    let input = json!({ "entry_id": before["entry_id"], "values": values });
    assert_eq!(operation(&host, CORRECT, &input).unwrap()["corrected"], json!(["vendor"]));
}

#[test]
fn what_is_no_value_of_a_field_is_refused_and_changes_nothing() {
    let host = host(HashMap::new());
    import_all(&host, &files()[4..5]);
    let before = rows(&host);
    for (values, said) in [
        (json!({ "price": 5 }), "is not a field"),
        (json!({ "amount": "much" }), "is not an amount"),
        (json!({ "amount": true }), "is not an amount"),
        (json!({ "date": "tomorrow" }), "is not a day"),
        (json!({ "currency": "ABC" }), "ISO 4217"),
        (json!({ "document_type": "poem" }), "is not a kind"),
        (json!({ "vendor": 5 }), "is a text"),
        (json!({ "vendor": "A", "price": "5" }), "is not a field"),
        (json!({}), "nothing to correct"),
    ] {
        let input = json!({ "entry_id": before[0]["entry_id"], "values": values });
        let error = operation(&host, CORRECT, &input).unwrap_err();
        assert_eq!(error.code(), ErrorCode::BadInput, "{values}");
        assert!(error.message().contains(said), "{values}: {}", error.message());
    }
    let unknown = json!({ "entry_id": Uuid::nil(), "values": { "vendor": "A" } });
    assert_eq!(operation(&host, CORRECT, &unknown).unwrap_err().code(), ErrorCode::NotFound);
    assert_eq!(rows(&host), before);
}

#[test]
fn what_was_rejected_stays_away_until_that_is_taken_back() {
    let host = host(HashMap::new());
    import_all(&host, &coffees());
    let all = rows(&host);
    let input = |undo: bool| json!({ "entry_id": all[0]["entry_id"], "undo": undo });
    operation(&host, REJECT, &input(false)).unwrap();
    let is_away = |when: &str| {
        let left = rows(&host);
        assert_eq!(left.len(), all.len() - 1, "{when}");
        assert!(left.iter().all(|row| row["entry_id"] != all[0]["entry_id"]), "{when}");
    };
    is_away("at once");
    assert!(review(&host).is_empty(), "a rejected one looks like nothing");
    import_all(&host, &coffees());
    is_away("imported again");
    let rejected =
        operation(&host, "query:finance.export.v1", &json!({ "rejected": true })).unwrap();
    assert_eq!(rejected[0]["entry_id"], all[0]["entry_id"]);
    operation(&host, REJECT, &input(true)).unwrap();
    assert_eq!(rows(&host), all);
}

#[test]
fn what_needs_an_eye_is_listed_with_the_reason() {
    let host = host(HashMap::new());
    import_all(&host, &coffees());
    let listed = operation(&host, "query:finance.to_review.v1", &json!({})).unwrap();
    let twice = listed.as_array().unwrap().iter().filter(|row| {
        row["reasons"]
            .as_array()
            .unwrap()
            .iter()
            .any(|it| it.as_str().unwrap().contains("one purchase"))
    });
    assert_eq!(twice.count(), 2);
    let text =
        operation(&host, "query:finance.export_text.v1", &json!({ "format": "json" })).unwrap();
    let exported: Value = serde_json::from_str(text.as_str().unwrap()).unwrap();
    assert_eq!(exported.as_array().unwrap(), &rows(&host));
    let csv =
        operation(&host, "query:finance.export_text.v1", &json!({ "vendor": "SONNE" })).unwrap();
    assert_eq!(csv.as_str().unwrap().lines().count(), 4);
    let typo = operation(&host, "query:finance.export_text.v1", &json!({ "vendr": "SONNE" }));
    assert_eq!(typo.unwrap_err().code(), ErrorCode::BadInput);
}

#[test]
fn what_a_person_emptied_stays_empty_whatever_is_read() {
    let host = host(HashMap::new());
    // A forwarded email first, which does not name a category or a way of payment.
    import_all(&host, &files()[4..5]);
    let before = rows(&host)[0].clone();
    let open: Vec<&str> = ["category", "payment_method", "tax"]
        .into_iter()
        .filter(|field| before[*field].is_null())
        .collect();
    let empty: serde_json::Map<String, Value> =
        open.iter().chain(&["vendor"]).map(|field| ((*field).to_owned(), json!(""))).collect();
    let input = json!({ "entry_id": before["entry_id"], "values": empty });
    let row = operation(&host, CORRECT, &input).unwrap();
    assert_eq!(row["corrected"].as_array().unwrap().len(), empty.len(), "{row}");
    // The metadata are read again as another program left them: empty as read, and empty as said.
    let id: Uuid = before["entry_id"].as_str().unwrap().parse().unwrap();
    let own = json!({ "finance": { "values": { "vendor": null } } });
    host.client().vdfs().update_metadata(id, own.as_object().unwrap().clone()).unwrap();
    import_all(&host, &files()[..1]);
    let after = rows(&host).into_iter().find(|row| row["entry_id"] == before["entry_id"]).unwrap();
    for field in empty.keys() {
        assert_eq!(after[field], Value::Null, "{field}");
    }
    let undo = json!({ "entry_id": id, "undo": ["vendor"] });
    assert!(operation(&host, CORRECT, &undo).unwrap()["vendor"].is_string());
}

#[test]
fn a_correction_ends_wherever_it_was_written_before_bookings_were_merged() {
    let host = host(HashMap::new());
    let files = files();
    import_all(&host, &[files[0].clone(), files[6].clone()]);
    let before = rows(&host);
    let ids: Vec<Value> = before.iter().map(|row| row["entry_id"].clone()).collect();
    for id in &ids {
        let input = json!({ "entry_id": id, "values": { "vendor": "Mine", "category": "mine" } });
        operation(&host, CORRECT, &input).unwrap();
    }
    let merged = call(&host, "action:finance.merge.input.v1", &[&ids[0], &ids[1]]).unwrap();
    assert_eq!(merged[0]["vendor"], "Mine");
    let id = &merged[0]["entry_id"];
    let input = json!({ "entry_id": id, "undo": ["vendor"] });
    let row = operation(&host, CORRECT, &input).unwrap();
    assert_eq!(row["vendor"], before[0]["vendor"], "as it was read");
    assert_eq!((&row["category"], &row["corrected"]), (&json!("mine"), &json!(["category"])));
}

#[test]
fn what_was_rejected_is_not_merged_with_what_was_not() {
    let host = host(HashMap::new());
    import_all(&host, &coffees());
    let ids: Vec<Value> = rows(&host).iter().map(|row| row["entry_id"].clone()).collect();
    let reject = |id: &Value| operation(&host, REJECT, &json!({ "entry_id": id })).unwrap();
    reject(&ids[0]);
    let merge = |ids: &[&Value]| call(&host, "action:finance.merge.input.v1", ids);
    let error = merge(&[&ids[0], &ids[1]]).unwrap_err();
    assert_eq!(error.code(), ErrorCode::BadInput);
    assert!(error.message().contains("was rejected"), "{}", error.message());
    assert_eq!(rows(&host).len(), 2, "nothing went away");
    reject(&ids[1]);
    assert_eq!(merge(&[&ids[0], &ids[1]]).unwrap().len(), 1, "both were rejected");
    assert_eq!(rows(&host).len(), 1);
}

#[test]
fn a_booking_is_found_by_the_file_that_it_came_in() {
    let host = host(HashMap::new());
    import_all(&host, &files()[..2]);
    let row = rows(&host)[0].clone();
    for document in row["documents"].as_array().unwrap() {
        for id in [&document["entry_id"], &document["receipt_id"]] {
            let input = json!({ "entry_id": id, "values": { "vendor": "Mine" } });
            assert_eq!(operation(&host, CORRECT, &input).unwrap()["entry_id"], row["entry_id"]);
        }
    }
}

#[test]
fn what_a_person_said_is_sure_and_what_was_read_beside_it_is_as_sure_as_before() {
    let host = host(HashMap::new());
    import_all(&host, &files()[4..5]);
    let id = rows(&host)[0]["entry_id"].clone();
    let entry: Uuid = id.as_str().unwrap().parse().unwrap();
    let mut record: serde_json::Map<String, Value> =
        host.client().vdfs().read_json_sidecar(entry, "receipt.json").unwrap();
    let shares = |vendor: f64, date: f64, amount: f64| {
        let of = |share| json!({ "confidence": share, "quote": "" });
        json!({ "vendor": of(vendor), "date": of(date), "amount": of(amount) })
    };
    let mut read = |confidence: f64, evidence: Value| {
        record.insert("confidence".into(), json!(confidence));
        record.insert("evidence".into(), evidence);
        host.client().vdfs().write_json_sidecar(entry, "receipt.json", &record).unwrap();
        let own = json!({ "finance": { "confidence": confidence } });
        let own = own.as_object().unwrap().clone();
        host.client().vdfs().update_metadata(entry, own).unwrap();
    };
    let correct = |values: Value| {
        operation(&host, CORRECT, &json!({ "entry_id": id, "values": values })).unwrap()
    };
    read(0.3, shares(0.95, 0.9, 0.3));
    assert_eq!(rows(&host)[0]["sure"], false);
    let row = correct(json!({ "amount": "5" }));
    assert_eq!(row["sure"], true, "the only doubt was about the amount");
    let listed = operation(&host, "query:finance.to_review.v1", &json!({})).unwrap();
    assert_eq!(listed, json!([]));
    read(0.15, shares(0.95, 0.9, 0.3));
    assert_eq!(rows(&host)[0]["sure"], false, "the text could be read to one half");
    read(0.3, shares(0.95, 0.5, 0.3));
    assert_eq!(rows(&host)[0]["sure"], false, "the date is in doubt as well");
    assert_eq!(correct(json!({ "date": "2026-01-05" }))["sure"], true);
    assert_eq!(correct(json!({ "vendor": "" }))["sure"], true);
    let listed = operation(&host, "query:finance.to_review.v1", &json!({})).unwrap();
    assert_eq!(listed, json!([]), "a person said that there is none");
}

#[test]
fn a_correction_that_comes_while_another_document_is_booked_stands() {
    let host = host(HashMap::new());
    import_all(&host, &files()[4..5]);
    let entry: Uuid = rows(&host)[0]["entry_id"].as_str().unwrap().parse().unwrap();
    let (client, record) = (host.client(), host.sidecar(entry, "receipt.json").unwrap());
    let is_corrected = std::cell::Cell::new(false);
    host.on::<ReadSidecar>(move |input| {
        let is_its = input.entry_id == entry && input.name == "receipt.json";
        if is_its && !is_corrected.replace(true) {
            let patch = json!({ "vendor": "Mine" });
            client.vdfs().update_metadata(entry, patch.as_object().unwrap().clone())?;
        }
        Ok(ReadSidecarOutput { data: record.clone().into() })
    });
    import_all(&host, &files()[..1]);
    let found = host.entries().into_iter().find(|it| it.id == entry).unwrap();
    assert_eq!(found.metadata["vendor"], "Mine");
    assert_eq!(found.metadata["finance"]["documents"], 2, "it was booked with the other one");
}

/// A receipt of an order, an invoice without the order, and an invoice that names both.
fn order_and_invoice() -> Vec<File> {
    let invoice = invoice("Nordlicht Strom GmbH", "INV-2026-1801", "5 January 2026");
    let order = "Order number: ORD-99-4711";
    let mut receipt = invoice.clone();
    receipt[2] = "RECEIPT".to_owned();
    receipt[3] = order.to_owned();
    receipt[4] = "Date: 5 January 2026".to_owned();
    let mut both = invoice.clone();
    both.insert(4, order.to_owned());
    [("order.pdf", receipt), ("invoice.pdf", invoice), ("both.pdf", both)]
        .map(|(name, lines)| (name, PDF, file(&lines, name)))
        .to_vec()
}

#[test]
fn a_document_that_joins_two_bookings_leaves_a_rejected_one_and_the_other_where_they_are() {
    let joined = host(HashMap::new());
    import_all(&joined, &order_and_invoice());
    assert_eq!(rows(&joined).len(), 1, "the third joins the others: {:#?}", rows(&joined));
    for rejected in [0, 1] {
        let host = host(HashMap::new());
        let files = order_and_invoice();
        import_all(&host, &files[..2]);
        let all = rows(&host);
        assert_eq!(all.len(), 2, "{all:#?}");
        let away = json!({ "entry_id": all[rejected]["entry_id"] });
        operation(&host, REJECT, &away).unwrap();
        import_all(&host, &files[2..]);
        import_all(&host, &files);
        let ids = |input: Value| {
            let rows = operation(&host, "query:finance.export.v1", &input).unwrap();
            let ids = rows.as_array().unwrap().iter().map(|row| row["entry_id"].clone());
            ids.collect::<Vec<_>>()
        };
        assert_eq!(ids(json!({})), [all[1 - rejected]["entry_id"].clone()]);
        assert_eq!(ids(json!({ "rejected": true })), [all[rejected]["entry_id"].clone()]);
        let row = rows(&host).remove(0);
        assert!(row["documents"].as_array().unwrap().len() <= 2, "{row:#?}");
    }
}

#[test]
fn tags_and_own_fields_are_kept_listed_and_exported() {
    let host = shop();
    let call = |method: &str, input: Value| operation(&host, method, &input);
    let id = rows(&host)[0]["entry_id"].clone();
    let values = json!({ "tags": "house, 2026", "my.cost_center": "42", "project": "Roof" });
    let correct = "action:finance.correct.input.v1";
    let row = call(correct, json!({ "entry_id": id, "values": values })).unwrap();
    assert_eq!(row["tags"], json!(["2026", "house"]), "{row}");
    assert_eq!(row["fields"], json!({ "cost_center": "42" }));
    let listed = |filter: Value| {
        let rows = call("query:finance.export.v1", filter).unwrap();
        rows.as_array().unwrap().len()
    };
    assert_eq!(listed(json!({ "tag": "house" })), 1);
    assert_eq!(listed(json!({ "tag": "hous" })), 0);
    assert_eq!(listed(json!({ "fields": { "cost_center": "42" } })), 1);
    assert_eq!(listed(json!({ "fields": { "cost_center": "43" } })), 0);
    let csv = call("query:finance.export_csv.v1", json!({})).unwrap();
    assert!(
        csv.as_str().unwrap().contains(",Roof,,,,2026; house,cost_center=42,,4.50\r\n"),
        "{csv}"
    );
    let journal = json!({ "format": "beancount", "tag": "house" });
    let journal = call("query:finance.export_text.v1", journal).unwrap();
    assert!(journal.as_str().unwrap().contains("tags: \"2026, house\""), "{journal}");
    let shown = call("query:finance.show.v1", json!({ "entry_id": id })).unwrap();
    let shown = shown.as_array().unwrap().iter().find(|line| line["field"] == "my.cost_center");
    assert_eq!(shown.unwrap()["value"], "42");

    let undo = json!({ "entry_id": id, "undo": ["tags", "my.cost_center"] });
    let row = call(correct, undo).unwrap();
    assert_eq!((row.get("tags"), row.get("fields"), &row["project"]), (None, None, &json!("Roof")));
    let unknown = json!({ "entry_id": id, "values": { "cost_center": "42" } });
    let error = call(correct, unknown).unwrap_err();
    assert!(error.message().contains("my.NAME"), "{}", error.message());
}

#[test]
fn lists_are_as_long_and_as_ordered_as_asked_for() {
    let host = shop();
    let sources = |filter: Value| {
        let rows = operation(&host, "query:finance.export.v1", &filter).unwrap();
        rows.as_array().unwrap().iter().map(|row| row["source"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(sources(json!({ "limit": 2 })), ["a.eml", "b.eml"]);
    assert_eq!(sources(json!({ "newest": true, "limit": 1 })), ["c.eml"]);
    let none = operation(&host, "query:finance.export.v1", &json!({ "limit": 0 })).unwrap_err();
    assert_eq!(none.code(), ErrorCode::BadInput);
}
