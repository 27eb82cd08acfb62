//! Documents about purchases, and what is booked of them.

use crate::common::{import, mail, pdf, rows};
use finance::extension::Extension;
use serde_json::{Value, json};
use spacedrive_sdk::prelude::*;
use spacedrive_sdk::testing::FakeHost;

/// A file: name, media type, bytes.
pub(crate) type File = (&'static str, &'static str, Vec<u8>);

/// Lines of an invoice over one amount.
pub(crate) fn invoice(vendor: &str, number: &str, date: &str) -> Vec<String> {
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
pub(crate) fn file(lines: &[String], note: &str) -> Vec<u8> {
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let mut bytes = pdf(&lines, None);
    bytes.extend(format!("% {note}\n").bytes());
    bytes
}

pub(crate) fn letter(id: &str, from: &str, subject: &str, lines: &[&str]) -> Vec<u8> {
    format!(
        "From: {from}\r\nSubject: {subject}\r\nMessage-ID: <{id}@mail.example>\r\n\
         Date: Mon, 05 Jan 2026 09:00:00 +0000\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{}\r\n",
        lines.join("\r\n")
    )
    .into_bytes()
}

pub(crate) const PDF: &str = "application/pdf";

pub(crate) const EML: &str = "message/rfc822";

pub(crate) fn reminder() -> Vec<u8> {
    let lines = [
        "Nordlicht Strom GmbH",
        "Payment reminder, 20 January 2026",
        "Invoice INV-2026-1801 of 5 January 2026 over EUR 211.10 is still open.",
    ];
    letter("f", "Nordlicht <billing@nordlicht.example>", "Reminder: invoice INV-2026-1801", &lines)
}

/// One invoice in five forms, a reminder of it, and three others over the same amount.
pub(crate) fn files() -> Vec<File> {
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

pub(crate) fn import_all(host: &FakeHost, files: &[File]) {
    for (name, media_type, bytes) in files {
        import(host, name, media_type, bytes).unwrap();
    }
}

/// Returns the rows without their ids, which follow the order of coming.
pub(crate) fn plain(host: &FakeHost) -> Vec<Value> {
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

pub(crate) fn sources(row: &Value) -> Vec<&str> {
    let documents = row["documents"].as_array().unwrap();
    let mut names: Vec<&str> =
        documents.iter().map(|document| document["source"].as_str().unwrap()).collect();
    names.sort_unstable();
    names
}

pub(crate) fn groups(host: &FakeHost) -> Vec<Vec<String>> {
    let mut groups: Vec<Vec<String>> = rows(host)
        .iter()
        .map(|row| sources(row).into_iter().map(str::to_owned).collect())
        .collect();
    groups.sort();
    groups
}

pub(crate) fn call(host: &FakeHost, method: &str, entries: &[&Value]) -> Result<Vec<Value>> {
    host.call::<Extension, _, _>(method, &json!({ "entries": entries }))
}

pub(crate) fn review(host: &FakeHost) -> Vec<Value> {
    host.call::<Extension, _, _>("query:finance.review.v1", &json!({})).unwrap()
}
