//! Parts of files: whatever wraps a receipt it is booked, and what is not used is recorded.

use std::collections::HashMap;

use crate::common::{host, import, long_pdf, mail, pdf, rows};
use ext_testing::archive;
use serde_json::Value;
use spacedrive_sdk::testing::FakeHost;
use spacedrive_sdk::wire::parts::{Part, PartsRecord};

const INVOICE: [&str; 5] = [
    "Quill & Paper GmbH",
    "INVOICE",
    "Invoice number: 4711",
    "Invoice date: 5 January 2026",
    "Total  84.30 EUR",
];

fn invoice() -> Vec<u8> {
    pdf(&INVOICE, None)
}

fn record(host: &FakeHost, name: &str) -> PartsRecord {
    let entry = host.entries().into_iter().find(|entry| entry.name == name).unwrap();
    serde_json::from_slice(&host.sidecar(entry.id, "parts.finance.json").unwrap()).unwrap()
}

fn find<'a>(parts: &'a [Part], name: &str) -> Option<&'a Part> {
    parts.iter().find_map(|part| {
        let here = part.name.as_deref() == Some(name);
        if here { Some(part) } else { find(&part.parts, name) }
    })
}

#[track_caller]
fn assert_booked(host: &FakeHost) {
    let rows = rows(host);
    assert_eq!(rows.len(), 1, "{rows:?}");
    assert_eq!(rows[0]["amount"], 84.3);
    assert_eq!(rows[0]["date"], "2026-01-05");
}

#[test]
fn a_pdf_is_a_pdf_under_every_label() {
    for label in
        ["text/plain; charset=utf-8", "text/html", "application/octet-stream", "pdf", "image/png"]
    {
        let host = host(HashMap::new());
        let sent = mail("1", label, "invoice", &invoice());
        import(&host, "a.eml", "message/rfc822", &sent).unwrap();
        assert_booked(&host);
        let record = record(&host, "a.eml");
        let part = find(&record.parts, "invoice").unwrap();
        assert_eq!((part.media_type.as_str(), part.used), ("application/pdf", true), "{label}");
    }
    let host = host(HashMap::new());
    import(&host, "notes.txt", "text/plain", &invoice()).unwrap();
    assert_booked(&host);
}

/// A page in Latin-2 that says so itself, or is said to be in that charset by what it came with.
fn page(meta: &str) -> Vec<u8> {
    let rows: Vec<String> =
        INVOICE[1..].iter().map(|row| format!("<tr><td>{row}</td></tr>")).collect();
    let head = format!("<!DOCTYPE html><html><head>{meta}</head><body><table><tr><td>");
    let name = b"\xa3\xf3d\xbc Paper GmbH";
    [head.as_bytes(), name, b"</td></tr>", rows.concat().as_bytes(), b"</table></body></html>"]
        .concat()
}

#[test]
fn an_attached_or_saved_page_is_booked_in_its_own_charset() {
    let assert_read = |host: &FakeHost| {
        assert_booked(host);
        assert_eq!(rows(host)[0]["vendor"], "\u{141}\u{f3}d\u{17a} Paper GmbH");
    };
    for label in ["text/html; charset=iso-8859-2", "application/octet-stream"] {
        let host = host(HashMap::new());
        let meta = if label.contains("charset") { "" } else { "<meta charset=iso-8859-2>" };
        import(&host, "a.eml", "message/rfc822", &mail("1", label, "invoice.html", &page(meta)))
            .unwrap();
        assert_read(&host);
        let record = record(&host, "a.eml");
        assert!(find(&record.parts, "invoice.html").unwrap().used, "{label}");
    }
    let host = host(HashMap::new());
    import(&host, "order.html", "text/html", &page("<meta charset=iso-8859-2>")).unwrap();
    assert_read(&host);
}

#[test]
fn of_a_pdf_that_is_too_long_for_one_answer_the_first_pages_are_read_and_that_is_told() {
    let host = host(HashMap::new());
    let lines = ["The terms of the contract hold for all that is listed on these pages"; 50];
    import(&host, "bill.pdf", "application/pdf", &long_pdf(&INVOICE, 400, &lines)).unwrap();
    assert_booked(&host);
    let part = record(&host, "bill.pdf").parts.remove(0);
    assert_eq!(part.detail.as_deref(), Some("only the first 20 pages were read"));
}

#[test]
fn numbers_of_phones_are_not_the_amount_of_a_bill() {
    let host = host(HashMap::new());
    let calls: Vec<String> =
        (0..40).map(|call| format!("Call to 98765{:05} at the flat rate", call * 1234)).collect();
    let calls: Vec<&str> = calls.iter().map(String::as_str).collect();
    import(&host, "bill.pdf", "application/pdf", &long_pdf(&INVOICE, 1, &calls)).unwrap();
    assert_booked(&host);
}

#[test]
fn a_page_that_is_not_a_receipt_is_not_booked() {
    let host = host(HashMap::new());
    let page =
        b"<html><body><h1>How to write an invoice</h1><p>Put your total below.</p></body></html>";
    import(&host, "howto.html", "text/html", page).unwrap();
    assert!(rows(&host).is_empty());
    assert_eq!(record(&host, "howto.html").parts[0].reason, "not_a_receipt");
}

#[test]
fn an_archive_is_opened_and_what_is_not_used_of_it_is_recorded() {
    let host = host(HashMap::new());
    let inner =
        archive(&[("invoice.pdf", &invoice()), ("clip.mp4", b"\0\0\0\x18ftypmp42\0\0\0\0")]);
    let outer = archive(&[("inner.zip", &inner), ("readme.txt", b"Read me.")]);
    import(&host, "a.eml", "message/rfc822", &mail("1", "application/zip", "a.zip", &outer))
        .unwrap();
    assert_booked(&host);
    let record = record(&host, "a.eml");
    assert_eq!(record.outcome, "booked");
    let clip = find(&record.parts, "clip.mp4").unwrap();
    assert_eq!((clip.reason.as_str(), clip.read, clip.used), ("kind_not_read", false, false));
    assert_eq!(clip.media_type, "video/mp4");
    assert_eq!(record.count(Part::is_unread), 2, "{record:?}");
    assert_eq!(find(&record.parts, "inner.zip").unwrap().parts.len(), 2);
}

#[test]
fn doc_09_a_bomb_in_a_mail_is_told_and_the_rest_is_booked() {
    let host = host(HashMap::new());
    let bomb = archive(&[("bomb", &vec![0; 8 << 20]), ("invoice.pdf", &invoice())]);
    let error =
        import(&host, "a.eml", "message/rfc822", &mail("1", "application/zip", "a.zip", &bomb));
    assert!(error.unwrap_err().to_string().contains("bomb: over the limit"));
    assert_booked(&host);
    let record = record(&host, "a.eml");
    assert_eq!(find(&record.parts, "bomb").unwrap().reason, "E_DOC_LIMIT");
}

#[test]
fn a_mailbox_file_books_each_message() {
    let host = host(HashMap::new());
    let message = |total: &str| {
        format!(
            "From a Mon Jan  5 09:00:00 2026\nFrom: Shop <bill@shop.example>\nSubject: Your receipt\n\
            Message-ID: <{total}@shop.example>\nDate: Mon, 05 Jan 2026 09:00:00 +0100\n\n\
            Receipt No: 1234\nTea  2.00 EUR\nTotal  {total} EUR\nPaid by card\n\n"
        )
    };
    let mailbox = message("5.10") + &message("6.20");
    import(&host, "takeout.mbox", "text/plain", mailbox.as_bytes()).unwrap();
    let amounts: Vec<Value> = rows(&host).iter().map(|row| row["amount"].clone()).collect();
    assert_eq!(amounts, [5.1, 6.2]);
    assert_eq!(record(&host, "takeout.mbox").parts.len(), 2);
}

#[test]
fn what_is_encrypted_or_not_opened_is_a_failure_and_recorded() {
    let enveloped =
        b"\x30\x82\x10\0\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03\xa0\x80".as_slice();
    let cases = [
        ("smime.p7m", enveloped, "E_DOC_ENCRYPTED"),
        ("a.rar", b"Rar!\x1a\x07\x01\0".as_slice(), "E_NEEDS_PROVIDER"),
        ("a.zip", b"PK\x03\x04 damaged".as_slice(), "E_DOC_MALFORMED"),
    ];
    for (name, bytes, code) in cases {
        let host = host(HashMap::new());
        let sent = mail("1", "application/octet-stream", name, bytes);
        let error = import(&host, "a.eml", "message/rfc822", &sent).unwrap_err();
        assert_eq!(error.code().name(), code);
        assert!(error.to_string().contains(name), "{error}");
        let record = record(&host, "a.eml");
        assert_eq!(record.outcome, "not_readable");
        let part = find(&record.parts, name).unwrap();
        assert_eq!((part.reason.as_str(), part.read), (code, false));
    }
}

#[test]
fn an_email_is_booked_in_whatever_form_it_was_saved() {
    let sent = mail("1", "application/pdf", "invoice.pdf", &invoice());
    let text = String::from_utf8(sent.clone()).unwrap();
    let unix = text.replace("\r\n", "\n");
    let wide = format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let forms: [(&str, Vec<u8>); 5] = [
        ("wide.eml", wide),
        ("old.eml", unix.replace('\n', "\r").into()),
        ("late.eml", format!("\r\n\r\n{text}").into()),
        ("apple.emlx", format!("{}  \n{unix}<plist/>", unix.len()).into()),
        ("marked.mbox", format!("\u{feff}From a Mon Jan  5 09:00:00 2026\n{unix}").into()),
    ];
    for (name, bytes) in forms {
        let host = host(HashMap::new());
        import(&host, name, "application/octet-stream", &bytes).unwrap();
        assert_booked(&host);
    }
}

#[test]
fn what_is_called_an_email_and_is_none_is_a_failure() {
    let host = host(HashMap::new());
    let error = import(&host, "a.eml", "message/rfc822", b"\xff\xfe\0\xd8 \0").unwrap_err();
    assert_eq!(error.code().name(), "E_DOC_MALFORMED");
    let record = record(&host, "a.eml");
    assert_eq!((record.outcome.as_str(), record.parts[0].size), ("not_readable", 6));
}

#[test]
fn a_file_that_no_receipt_comes_in_is_recorded() {
    let host = host(HashMap::new());
    import(&host, "notes.txt", "text/plain", b"Some notes.").unwrap();
    let record = record(&host, "notes.txt");
    assert_eq!((record.outcome.as_str(), record.is_used()), ("not_looked_at", false));
    assert_eq!(record.parts[0].media_type, "text/plain");
}

#[test]
fn the_only_pdf_inside_of_a_cover_is_booked() {
    let cover = ["This portfolio is opened best with another program."];
    let host_of = |document: &[u8]| {
        let host = host(HashMap::new());
        import(&host, "a.pdf", "application/pdf", document).unwrap();
        host
    };
    let host = host_of(&pdf(&cover, Some(("invoice.pdf", &invoice()))));
    assert_booked(&host);
    let record = record(&host, "a.pdf");
    assert!(find(&record.parts, "invoice.pdf").is_some_and(|part| part.used), "{record:?}");
    // A receipt is not replaced by what it has inside, and nothing comes of a cover around other things.
    let terms = pdf(&["General terms and conditions"], None);
    assert_booked(&host_of(&pdf(&INVOICE, Some(("terms.pdf", &terms)))));
    assert!(rows(&host_of(&pdf(&cover, Some(("terms.pdf", &terms))))).is_empty());
}
