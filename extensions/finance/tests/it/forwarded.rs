//! Emails that somebody forwards: the seller is who wrote the document, not who passed it on.

use std::collections::HashMap;

use crate::common::{host, import, mail, rows};
use crate::papers::{EML, PDF, file, invoice, letter};
use serde_json::Value;

const FORWARDER: &str = "Harbour Bookkeeping Ltd <office@harbour-bookkeeping.example>";

fn booked(from: &str, subject: &str, lines: &[&str]) -> Vec<Value> {
    let host = host(HashMap::new());
    import(&host, "a.eml", EML, &letter("a", from, subject, lines)).unwrap();
    rows(&host)
}

#[test]
fn who_forwards_an_invoice_is_not_its_seller() {
    let invoice = invoice("Nordlicht Strom", "INV-2026-1801", "5 January 2026");
    for (subject, above) in [
        ("Fwd: Your invoice", "Please book this."),
        ("WG: Ihre Rechnung", "Bitte buchen."),
        ("Invoice for you", "Begin forwarded message:"),
        ("Invoice for you", "---------- Forwarded message ---------"),
        ("Rechnung", "-----Ursprüngliche Nachricht-----"),
        ("TR : votre facture", ""),
    ] {
        let mut lines = vec![above];
        lines.extend(invoice.iter().map(String::as_str));
        let rows = booked(FORWARDER, subject, &lines);
        assert_eq!(rows.len(), 1, "{subject} {above}");
        assert_eq!(rows[0]["vendor"], "Nordlicht Strom", "{subject} {above}");
    }
}

const RECEIPT: [&str; 5] =
    ["Receipt No: 90001", "Tea  1.00", "Cake  2.00", "Total  3.00 GBP", "Paid by card"];

/// The headers of the email that is forwarded say who wrote it.
#[test]
fn who_wrote_first_is_the_seller() {
    let mut lines = vec!["Begin forwarded message:", "", "From: Corner Shop <till@corner.example>"];
    lines.extend(["Subject: Your receipt", "Date: Mon, 5 Jan 2026 09:00", ""]);
    lines.extend(RECEIPT);
    let rows = booked("Home <home@home.example>", "Fwd: Your receipt", &lines);
    assert_eq!(
        (&rows[0]["vendor"], &rows[0]["date"]),
        (&"Corner Shop".into(), &"2026-01-05".into())
    );
}

#[test]
fn where_nobody_says_who_wrote_the_seller_is_not_known() {
    let rows = booked("Home <home@home.example>", "Fwd: Your receipt", &RECEIPT);
    assert_eq!((&rows[0]["vendor"], &rows[0]["amount"]), (&Value::Null, &3.0.into()));
    let rows = booked("Corner Shop <till@corner.example>", "Your receipt", &RECEIPT);
    assert_eq!(rows[0]["vendor"], "Corner Shop", "the sender wrote it");
}

/// Without a word of forwarding: the document itself says who issued it.
#[test]
fn who_sends_a_document_is_not_its_seller() {
    let lines = invoice("Nordlicht Strom GmbH", "INV-2026-1801", "5 January 2026");
    let sent = mail("a", PDF, "invoice.pdf", &file(&lines, "a"));
    for from in ["Shop Example <billing@shop.example>", "Harbour Ltd <office@harbour.example>"] {
        let host = host(HashMap::new());
        let sent = String::from_utf8(sent.clone()).unwrap();
        let sent = sent.replace("Office <office@example.org>", from);
        import(&host, "a.eml", EML, sent.as_bytes()).unwrap();
        assert_eq!(rows(&host)[0]["vendor"], "Nordlicht Strom GmbH", "{from}");
    }
}
