//! Electronic invoices: their sums, what is inside of them, and damaged ones.

use std::collections::HashMap;

use crate::common::{host, import, pdf, rows};
use serde_json::{Value, json};
use spacedrive_sdk::testing::FakeHost;
use spacedrive_sdk::wire::parts::{Part, PartsRecord};

/// Makes an invoice in UBL with these elements among the references and the sums.
fn ubl(seller: &str, references: &str, sums: &str) -> String {
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2" xmlns:a="urn:a" xmlns:b="urn:b">
<b:ID>R-17</b:ID><b:IssueDate>2026-01-05</b:IssueDate><b:InvoiceTypeCode>380</b:InvoiceTypeCode>
<b:DocumentCurrencyCode>EUR</b:DocumentCurrencyCode>{references}
<a:AccountingSupplierParty><a:Party><a:PartyLegalEntity><b:RegistrationName>{seller}</b:RegistrationName>
</a:PartyLegalEntity></a:Party></a:AccountingSupplierParty><a:LegalMonetaryTotal>{sums}</a:LegalMonetaryTotal></Invoice>"#
    )
}

fn total(amount: &str) -> String {
    format!("<b:TaxInclusiveAmount currencyID=\"EUR\">{amount}</b:TaxInclusiveAmount>")
}

fn host_with(name: &str, bytes: &[u8]) -> FakeHost {
    let host = host(HashMap::new());
    import(&host, name, "application/octet-stream", bytes).unwrap();
    host
}

fn only(host: &FakeHost) -> Value {
    let mut rows = rows(host);
    assert_eq!(rows.len(), 1, "{rows:?}");
    rows.remove(0)
}

fn parts(host: &FakeHost) -> Vec<Part> {
    let entries = host.entries();
    let mut sidecars =
        entries.iter().filter_map(|entry| host.sidecar(entry.id, "parts.finance.json"));
    let record: PartsRecord = serde_json::from_slice(&sidecars.next().unwrap()).unwrap();
    record.parts
}

#[test]
fn the_total_is_rounded_as_what_is_to_be_paid_is() {
    let rounded = "<b:PayableRoundingAmount>0.02</b:PayableRoundingAmount>\
                   <b:PayableAmount>119.05</b:PayableAmount>";
    let xml = ubl("Acme GmbH", "", &format!("{}{rounded}", total("119.03")));
    assert_eq!(only(&host_with("a.xml", xml.as_bytes()))["amount"], 119.05);
    let prepaid =
        "<b:PrepaidAmount>100.00</b:PrepaidAmount><b:PayableAmount>19.03</b:PayableAmount>";
    let xml = ubl("Acme GmbH", "", &format!("{}{prepaid}", total("119.03")));
    assert_eq!(only(&host_with("a.xml", xml.as_bytes()))["amount"], 119.03);
}

#[test]
fn no_letter_and_no_seller_is_lost_by_its_encoding() {
    let xml = ubl("M#ller GmbH", "", &total("119.00"));
    let latin: Vec<u8> = xml.bytes().map(|byte| if byte == b'#' { 0xfc } else { byte }).collect();
    assert_eq!(only(&host_with("a.xml", &latin))["vendor"], "M\u{fc}ller GmbH");
    for odd in ["Gamma Ltd\u{200e}", "\u{2066}Gamma Ltd\u{2069}", "\u{202e}Gamma Ltd\u{202c}"] {
        let xml = ubl(odd, "", &total("119.00"));
        assert_eq!(only(&host_with("a.xml", xml.as_bytes()))["vendor"], "Gamma Ltd", "{odd:?}");
        let mail = format!(
            "From: {odd} <till@gamma.example>\r\nSubject: Your receipt {odd}\r\nMessage-ID: <1@x>\r\n\
             Content-Type: text/plain; charset=utf-8\r\n\r\n{odd}\r\nReceipt No: 12\r\n\
             Date: 5 January 2026\r\nTotal  4.50 EUR\r\nPaid by card\r\n"
        );
        assert_eq!(only(&host_with("a.eml", mail.as_bytes()))["vendor"], "Gamma Ltd", "{odd:?}");
    }
}

#[test]
fn a_damaged_invoice_is_a_failure_and_other_xml_is_none() {
    let whole = ubl("Acme GmbH", "", &total("119.00"));
    let bomb = whole.replace("?>\n", "?>\n<!DOCTYPE x [<!ENTITY a 'aa'>]>");
    let unreadable = ubl("Acme GmbH", "", &total("119,00 or so"));
    let cut = whole[..whole.len() / 2].to_owned();
    for damaged in [cut, bomb, unreadable] {
        let host = host(HashMap::new());
        let error = import(&host, "a.xml", "application/xml", damaged.as_bytes()).unwrap_err();
        assert_eq!(error.code().name(), "E_DOC_MALFORMED", "{damaged}");
        assert_eq!(parts(&host)[0].reason, "E_DOC_MALFORMED");
    }
    let feed = host_with("a.xml", b"<?xml version='1.0'?><rss><item>1.00</item></rss>");
    assert_eq!(parts(&feed)[0].reason, "not_a_receipt");
}

#[test]
fn files_that_an_invoice_attaches_are_listed() {
    let object = "<a:AdditionalDocumentReference><b:ID>1</b:ID><a:Attachment>\
        <b:EmbeddedDocumentBinaryObject mimeCode='application/pdf' filename='hours.pdf'>\n\
        JVBERi0x\nLjcKJQ==\n</b:EmbeddedDocumentBinaryObject></a:Attachment></a:AdditionalDocumentReference>";
    let host = host_with("a.xml", ubl("Acme GmbH", object, &total("119.00")).as_bytes());
    assert_eq!(only(&host)["amount"], 119.0);
    let inside = parts(&host).remove(0).parts.remove(0);
    assert_eq!(inside.name.as_deref(), Some("hours.pdf"));
    assert_eq!((inside.media_type.as_str(), inside.size), ("application/pdf", 10));
    assert_eq!((inside.reason.as_str(), inside.read), ("kind_not_read", false));
}

#[test]
fn files_in_a_pdf_are_listed() {
    let lines = ["Acme GmbH", "INVOICE", "Invoice number: 17", "Invoice date: 5 January 2026"];
    let lines: Vec<&str> = lines.into_iter().chain(["Total  119.00 EUR"]).collect();
    let host = host_with("a.pdf", &pdf(&lines, Some(("hours.csv", b"day,hours\n1,8\n"))));
    let part = parts(&host).remove(0);
    assert!(part.used, "{part:?}");
    assert_eq!(part.parts[0].name.as_deref(), Some("hours.csv"));
    assert_eq!((part.parts[0].size, part.parts[0].read), (14, false));
    let xml = ubl("Acme GmbH", "", &total("119.00"));
    let host = host_with("a.pdf", &pdf(&lines, Some(("factur-x.xml", xml.as_bytes()))));
    let inside = &parts(&host).remove(0).parts[0];
    assert_eq!((inside.reason.as_str(), inside.used), ("receipt", true));
    assert_eq!(only(&host)["doubtful"], json!([]));
}

#[test]
fn two_invoices_in_a_pdf_that_differ_are_doubtful() {
    let lines = ["Acme GmbH", "INVOICE", "Invoice date: 5 January 2026", "Total  119.00 EUR"];
    for (other, doubtful) in [("238.00", json!(["amount"])), ("119.00", json!([]))] {
        let first = ubl("Acme GmbH", "", &total("119.00"));
        let second = ubl("Acme GmbH ", "", &total(other)).replace("R-17", "R-18");
        let files =
            [("factur-x.xml", first.as_bytes()), ("zugferd-invoice.xml", second.as_bytes())];
        let host = host_with("a.pdf", &crate::common::pdf_with(&lines, &files));
        let row = only(&host);
        assert_eq!((&row["amount"], &row["doubtful"]), (&json!(119.0), &doubtful));
        let listed = parts(&host).remove(0).parts;
        assert_eq!(listed.len(), 2, "{listed:?}");
        assert!(listed[0].used && !listed[1].used, "{listed:?}");
        if other == "238.00" {
            assert!(row["confidence"].as_f64().unwrap() <= 0.5, "{row}");
        }
    }
}
