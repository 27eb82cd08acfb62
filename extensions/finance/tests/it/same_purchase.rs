//! One purchase is one booking, in whatever bytes and order its documents come.

use std::collections::HashMap;

use crate::common::{host, import, pdf, rows};
use crate::papers::{
    EML, File, PDF, files, groups, import_all, letter, plain, reminder, review, sources,
};
use finance::extension::Extension;
use proptest::prelude::*;
use serde_json::{Value, json};

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
    // Each document can be opened by its entry; an attachment has a name of its own.
    let attached: Vec<Value> = rows(&host)[0]["documents"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|document| !document["document"].is_null())
        .map(|document| document["source"].clone())
        .collect();
    assert_eq!(attached, ["c.eml", "d.eml"]);
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
fn an_invoice_with_its_receipt_is_paid() {
    let host = host(HashMap::new());
    let [_, invoice, receipt] = <[File; 3]>::try_from(order()).unwrap();
    import_all(&host, &[invoice]);
    let id = rows(&host)[0]["entry_id"].clone();
    let due = json!({ "entry_id": id, "values": { "due": "2026-02-04" } });
    host.call::<Extension, _, Value>("action:finance.correct.input.v1", &due).unwrap();
    let to_pay = || {
        let rows = host.call::<Extension, _, Vec<Value>>("query:finance.to_pay.v1", &json!({}));
        rows.unwrap().len()
    };
    assert_eq!(to_pay(), 1);
    import_all(&host, &[receipt]);
    assert_eq!(to_pay(), 0);
    let row = &rows(&host)[0];
    assert_eq!((&row["paid"], &row["due"]), (&json!("2026-01-05"), &json!("2026-02-04")), "{row}");
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
