//! One purchase is one booking, in whatever bytes and order its documents come.

use std::collections::HashMap;

use crate::common::{host, import, mail, pdf, rows};
use finance::extension::Extension;
use proptest::prelude::*;
use serde_json::{Value, json};
use spacedrive_sdk::prelude::*;
use spacedrive_sdk::testing::FakeHost;

/// A file: name, media type, bytes.
type File = (&'static str, &'static str, Vec<u8>);

/// Lines of an invoice over one amount.
fn invoice(vendor: &str, number: &str, date: &str) -> Vec<String> {
    [
        vendor,
        "Hafenstrasse 12, 20457 Hamburg",
        "INVOICE",
        &format!("Invoice number: {number}"),
        &format!("Invoice date: {date}"),
        "Cable    177.39",
        "Net amount    177.39",
        "VAT 19 %    33.71",
        "Total amount due    EUR 211.10",
        "Paid by card. Thank you.",
    ]
    .map(str::to_owned)
    .to_vec()
}

/// Makes a PDF that differs in its bytes by `note`, which no reader shows.
fn file(lines: &[String], note: &str) -> Vec<u8> {
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let mut bytes = pdf(&lines, None);
    bytes.extend(format!("% {note}\n").bytes());
    bytes
}

fn letter(id: &str, from: &str, subject: &str, lines: &[&str]) -> Vec<u8> {
    format!(
        "From: {from}\r\nSubject: {subject}\r\nMessage-ID: <{id}@mail.example>\r\n\
         Date: Mon, 05 Jan 2026 09:00:00 +0000\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{}\r\n",
        lines.join("\r\n")
    )
    .into_bytes()
}

const PDF: &str = "application/pdf";
const EML: &str = "message/rfc822";

fn reminder() -> Vec<u8> {
    let lines = [
        "Nordlicht Strom GmbH",
        "Payment reminder, 20 January 2026",
        "Invoice INV-2026-1801 of 5 January 2026 over EUR 211.10 is still open.",
    ];
    letter("f", "Nordlicht <billing@nordlicht.example>", "Reminder: invoice INV-2026-1801", &lines)
}

/// One invoice in five forms, a reminder of it, and three others over the same amount.
fn files() -> Vec<File> {
    let strom = |number, date| invoice("Nordlicht Strom GmbH", number, date);
    let same = strom("INV-2026-1801", "5 January 2026");
    vec![
        ("a.pdf", PDF, file(&same, "a")),
        ("b.pdf", PDF, file(&same, "b")),
        ("c.eml", EML, mail("c", PDF, "invoice.pdf", &file(&same, "c"))),
        ("d.eml", EML, mail("d", PDF, "Fwd invoice.pdf", &file(&same, "d"))),
        (
            "e.eml",
            EML,
            letter("e", "Home <home@home.example>", "Fwd: Your invoice", &{
                let mut lines: Vec<&str> = vec!["Begin forwarded message:"];
                lines.extend(same.iter().map(String::as_str));
                lines
            }),
        ),
        ("f.eml", EML, reminder()),
        ("g.pdf", PDF, file(&strom("INV-2026-1802", "5 January 2026"), "g")),
        ("h.pdf", PDF, file(&strom("INV-2026-1803", "5 February 2026"), "h")),
        ("i.pdf", PDF, file(&invoice("Suedlicht Gas AG", "INV-2026-1801", "5 January 2026"), "i")),
    ]
}

fn import_all(host: &FakeHost, files: &[File]) {
    for (name, media_type, bytes) in files {
        import(host, name, media_type, bytes).unwrap();
    }
}

/// Returns the rows without their ids, which follow the order of coming.
fn plain(host: &FakeHost) -> Vec<Value> {
    let mut rows = rows(host);
    for row in &mut rows {
        let row = row.as_object_mut().unwrap();
        row.remove("entry_id");
        let look_alikes = row["look_alikes"].as_array().unwrap().len();
        row.insert("look_alikes".into(), json!(look_alikes));
        for document in row["documents"].as_array_mut().unwrap() {
            document.as_object_mut().unwrap().retain(|key, _| !key.ends_with("_id"));
        }
    }
    rows.sort_by_key(Value::to_string);
    rows
}

fn sources(row: &Value) -> Vec<&str> {
    let documents = row["documents"].as_array().unwrap();
    let mut names: Vec<&str> =
        documents.iter().map(|document| document["source"].as_str().unwrap()).collect();
    names.sort_unstable();
    names
}

fn groups(host: &FakeHost) -> Vec<Vec<String>> {
    let mut groups: Vec<Vec<String>> = rows(host)
        .iter()
        .map(|row| sources(row).into_iter().map(str::to_owned).collect())
        .collect();
    groups.sort();
    groups
}

fn call(host: &FakeHost, method: &str, entries: &[&Value]) -> Result<Vec<Value>> {
    host.call::<Extension, _, _>(method, &json!({ "entries": entries }))
}

fn review(host: &FakeHost) -> Vec<Value> {
    host.call::<Extension, _, _>("query:finance.review.v1", &json!({})).unwrap()
}

#[test]
fn one_invoice_in_other_bytes_is_one_booking_and_look_alikes_are_others() {
    let host = host(HashMap::new());
    import_all(&host, &files());
    let wanted = [
        vec!["a.pdf", "b.pdf", "c.eml", "d.eml", "e.eml", "f.eml"],
        vec!["g.pdf"],
        vec!["h.pdf"],
        vec!["i.pdf"],
    ];
    assert_eq!(groups(&host), wanted);
    assert_eq!(review(&host), Vec::<Value>::new());
    // Each document can be opened by its entry.
    for row in rows(&host) {
        for document in row["documents"].as_array().unwrap() {
            let entry =
                host.entries().into_iter().find(|entry| json!(entry.id) == document["entry_id"]);
            assert_eq!(json!(entry.unwrap().name), document["source"]);
        }
    }
    // The files tell their booking.
    let of =
        |name: &str| host.entries().into_iter().find(|entry| entry.name == name).unwrap().metadata;
    assert_eq!(of("a.pdf")["finance"]["receipts"], of("e.eml")["finance"]["receipts"]);
    let before = plain(&host);
    import_all(&host, &files());
    assert_eq!(plain(&host), before, "after another import");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_coming_counts_for_nothing(order in Just((0..9).collect::<Vec<usize>>()).prop_shuffle()) {
        let all = files();
        let in_order = host(HashMap::new());
        import_all(&in_order, &all);
        let shuffled = host(HashMap::new());
        let files: Vec<File> = order.iter().map(|at| all[*at].clone()).collect();
        import_all(&shuffled, &files);
        prop_assert_eq!(plain(&shuffled), plain(&in_order));
    }
}

#[test]
fn a_reminder_alone_is_no_purchase() {
    let host = host(HashMap::new());
    import(&host, "f.eml", EML, &reminder()).unwrap();
    assert_eq!(rows(&host), Vec::<Value>::new());
    let file = host.entries().into_iter().find(|entry| entry.name == "f.eml").unwrap();
    assert_eq!(file.metadata["finance"]["receipt"], false, "{:?}", file.metadata);
    import_all(&host, &files()[..1]);
    let rows = rows(&host);
    assert_eq!((rows.len(), sources(&rows[0])), (1, vec!["a.pdf", "f.eml"]));
    assert_eq!(rows[0]["source"], "a.pdf");
    let kinds: Vec<&Value> =
        rows[0]["documents"].as_array().unwrap().iter().map(|one| &one["kind"]).collect();
    assert!(kinds.contains(&&json!("reminder")), "{kinds:?}");
}

/// An order, its invoice, and the receipt that names both.
fn order() -> Vec<File> {
    let confirmation = [
        "Thank you for your order",
        "Fenwick Lamps Ltd",
        "Order number: 55-10077",
        "Order date: 5 January 2026",
        "Desk lamp    84.00",
        "Order total: GBP 84.00",
        "Payment method: card",
    ];
    let invoice = [
        "Fenwick Lamps Ltd",
        "INVOICE",
        "Invoice number: FL-3001",
        "Invoice date: 5 January 2026",
        "Desk lamp    84.00",
        "Total    GBP 84.00",
    ];
    let receipt = [
        "Fenwick Lamps Ltd",
        "RECEIPT",
        "Receipt number: 90001",
        "Invoice number: FL-3001",
        "Order number: 55-10077",
        "Date: 5 January 2026",
        "Desk lamp    84.00",
        "Amount paid    GBP 84.00",
        "Paid by card",
    ];
    vec![
        (
            "order.eml",
            EML,
            letter(
                "o",
                "Fenwick Lamps <orders@fenwick-lamps.example>",
                "Order confirmation",
                &confirmation,
            ),
        ),
        ("invoice.pdf", PDF, pdf(&invoice, None)),
        ("receipt.pdf", PDF, pdf(&receipt, None)),
    ]
}

#[test]
fn a_document_that_names_two_others_makes_one_booking_of_all() {
    let files = order();
    let mut seen = Vec::new();
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        let host = host(HashMap::new());
        for at in order {
            let (name, media_type, bytes) = &files[at];
            import(&host, name, media_type, bytes).unwrap();
        }
        assert_eq!(groups(&host), [["invoice.pdf", "order.eml", "receipt.pdf"]], "{order:?}");
        seen.push(plain(&host));
    }
    assert!(seen.windows(2).all(|pair| pair[0] == pair[1]), "{seen:#?}");
    assert_eq!(seen[0][0]["source"], "invoice.pdf");
}

/// Two receipts of a café, with nothing to tell them apart.
fn coffees() -> Vec<File> {
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
    let record: Value = client.read_json_sidecar(entry_id, "receipt.json").unwrap();
    let mut record = record.as_object().unwrap().clone();
    record.remove("documents");
    client.write_json_sidecar(entry_id, "receipt.json", &record).unwrap();
    let traits = json!({ "amount": 211.1, "date": "2026-01-05", "currency": "EUR", "numbers": ["2026", "INV-2026-1801"],
        "ids": null, "seller": null, "kind": null, "text": null, "email": null, "from": null, "body": null, "file": null });
    let own = json!({ "traits": traits, "booking": null, "booking_id": null, "documents": null, "document": null,
        "values": null, "corrected": null });
    let patch = json!({ "read_amount": null, "finance": own });
    client.update_metadata(entry_id, patch.as_object().unwrap().clone()).unwrap();
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

/// Makes an email of a payment service.
fn service(id: &str, subject: &str, content_type: &str, body: &str) -> Vec<u8> {
    format!(
        "From: PayWell <service@paywell.example>\r\nSubject: {subject}\r\nMessage-ID: <{id}@paywell.example>\r\n\
         Date: Sun, 11 Jan 2026 09:00:00 +0000\r\nContent-Type: {content_type}; charset=utf-8\r\n\r\n{body}\r\n"
    )
    .into_bytes()
}

#[test]
fn an_email_with_several_payments_gives_several_bookings() {
    let row = |date: &str, name: &str, amount: &str| {
        format!("<tr><td>{date}</td><td>{name}</td><td>{amount}</td></tr>")
    };
    let rows_of = [
        row("Date", "Merchant", "Amount"),
        row("5 January 2026", "Kaffeehaus Sonne", "3.50 EUR"),
        row("5 January 2026", "Kaffeehaus Sonne", "3.50 EUR"),
        row("7 January 2026", "Fenwick Lamps Ltd", "84.00 GBP"),
    ];
    let page = format!(
        "<p>Your payments this week</p><table>{}</table><p>Thank you</p>",
        rows_of.concat()
    );
    let told = "Hello Ada,\r\n\r\nYou paid 3.50 EUR to Kaffeehaus Sonne.\r\nYou paid 12.00 EUR to Radhaus Lindenau GmbH.\r\n";
    for (content_type, body, wanted) in [
        (
            "text/html",
            page.as_str(),
            vec![("2026-01-05", "3.50"), ("2026-01-05", "3.50"), ("2026-01-07", "84.00")],
        ),
        ("text/plain", told, vec![("2026-01-11", "12.00"), ("2026-01-11", "3.50")]),
    ] {
        let host = host(HashMap::new());
        for _ in 0..2 {
            import(&host, "week.eml", EML, &service("w", "Your payments", content_type, body))
                .unwrap();
            let mut rows: Vec<(String, String)> = rows(&host)
                .iter()
                .map(|row| {
                    (
                        row["date"].as_str().unwrap().to_owned(),
                        format!("{:.2}", row["amount"].as_f64().unwrap()),
                    )
                })
                .collect();
            rows.sort();
            let wanted: Vec<(String, String)> =
                wanted.iter().map(|(day, sum)| ((*day).into(), (*sum).into())).collect();
            assert_eq!(rows, wanted);
            assert_eq!(review(&host), Vec::<Value>::new());
        }
    }
}

#[test]
fn data_that_describe_one_purchase_twice_are_one_booking() {
    let order = r#"{"@type": "Order", "merchant": {"name": "Fenwick Lamps"}, "price": "84.00", "priceCurrency": "GBP"}"#;
    let invoice = r#"{"@type": "Invoice", "provider": {"name": "Fenwick Lamps"}, "totalPaymentDue": {"price": "84.00", "priceCurrency": "GBP"}}"#;
    let other = r#"{"@type": "Order", "merchant": {"name": "Fenwick Lamps"}, "price": "12.00", "priceCurrency": "GBP"}"#;
    let page = format!(
        r#"<script type="application/ld+json">{{"@context": "http://schema.org", "@graph": [{order}, {invoice}, {other}]}}</script><p>Thank you for your orders</p>"#
    );
    let host = host(HashMap::new());
    import(&host, "o.eml", EML, &service("o", "Your orders", "text/html", &page)).unwrap();
    let mut amounts: Vec<f64> =
        rows(&host).iter().map(|row| row["amount"].as_f64().unwrap()).collect();
    amounts.sort_by(f64::total_cmp);
    assert_eq!(amounts, [12.0, 84.0]);
}

#[test]
fn a_payment_service_is_not_the_seller() {
    let host = host(HashMap::new());
    let body = "Hello Ada,\r\n\r\nYou paid 12.00 EUR to Radhaus Lindenau GmbH\r\n\r\nTransaction ID: 8XB77342\r\nTotal: 12.00 EUR\r\n";
    import(
        &host,
        "paid.eml",
        EML,
        &service("p", "You paid Radhaus Lindenau GmbH", "text/plain", body),
    )
    .unwrap();
    let rows = rows(&host);
    assert_eq!((rows.len(), &rows[0]["vendor"]), (1, &json!("Radhaus Lindenau GmbH")), "{rows:?}");
}

fn correct(host: &FakeHost, entry_id: &Value, values: &Value) {
    let id = entry_id.as_str().unwrap().parse().unwrap();
    host.client().update_metadata(id, values.as_object().unwrap().clone()).unwrap();
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
            assert_eq!(row["corrected"], json!(["amount", "currency", "vendor"]), "{when}");
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
            json!(["currency", "vendor"]),
            "a correction can be taken back"
        );
    }
}

#[test]
fn evt_11_a_crash_at_any_call_leaves_one_complete_booking() {
    let files = files();
    let wanted = {
        let host = host(HashMap::new());
        import_all(&host, &files[..3]);
        plain(&host)
    };
    for calls in 0.. {
        let host = host(HashMap::new());
        import_all(&host, &files[..1]);
        let mut stopped = false;
        for (name, media_type, bytes) in &files[1..3] {
            let entry = host.add_file(name, &format!("in/{name}"), media_type, bytes);
            let event = host.event_created(&entry);
            host.stop_after((!stopped).then_some(calls));
            if host.deliver::<Extension>(&event).is_err() {
                stopped = true;
                host.stop_after(None);
                // What is half done does not count.
                assert!(rows(&host).iter().all(|row| row["vendor"] == "Nordlicht Strom GmbH"));
                assert_eq!(rows(&host).len(), 1, "stopped after {calls} calls");
                host.deliver::<Extension>(&event).unwrap();
            }
        }
        host.stop_after(None);
        assert_eq!(plain(&host), wanted, "stopped after {calls} calls");
        if !stopped {
            assert!(calls > 10, "{calls}");
            return;
        }
    }
}
