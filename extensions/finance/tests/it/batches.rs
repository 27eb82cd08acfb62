//! Documents that hold several purchases, and those of several pages that do not.

use std::collections::HashMap;

use serde_json::Value;

use crate::common::{host, import, rows};

/// A page of an invoice.
pub(crate) fn invoice(vendor: &str, number: &str, net: u32, more: &[&str]) -> String {
    let (tax, total) = (net / 5, net + net / 5);
    let lines = [
        vendor,
        "Hafenstrasse 12, 20457 Hamburg",
        "INVOICE",
        &format!("Invoice number: {number}"),
        "Invoice date: 5 January 2026",
        &format!("Cable    {net}.00"),
        &format!("Net amount    {net}.00"),
        &format!("VAT 20 %    {tax}.00"),
        &format!("Total amount due    EUR {total}.00"),
    ];
    [&lines, more].concat().join("\n")
}

/// A slip of a till.
fn slip(vendor: &str, price: &str) -> String {
    format!(
        "{vendor}\nMarktplatz 3\n05.01.2026 12:14\nEspresso  {price}\nSumme EUR  {price}\nKarte EUR  {price}\nMwSt 19 %"
    )
}

/// Returns the sellers and amounts that are booked of a document with these pages, which is imported twice.
fn booked(pages: &[String]) -> Vec<(String, f64)> {
    let picture = b"\x89PNG\r\n\x1a\n of some pages";
    let text = pages.join("\u{c}");
    let host = host(HashMap::from([(blake3::hash(picture).to_hex().to_string(), text)]));
    for name in ["stack.png", "again.png"] {
        import(&host, name, "image/png", picture).unwrap();
    }
    let row = |row: &Value| {
        (row["vendor"].as_str().unwrap_or_default().to_owned(), row["amount"].as_f64().unwrap())
    };
    let mut rows: Vec<(String, f64)> = rows(&host).iter().map(row).collect();
    rows.sort_by(|one, other| one.1.total_cmp(&other.1));
    rows
}

#[test]
fn each_purchase_of_a_stack_is_booked() {
    let (north, south) = ("Nordlicht Strom GmbH", "Blumen Hansen KG");
    let of = |name: &str, amount: f64| (name.to_owned(), amount);
    for (stack, right) in [
        (
            vec![
                invoice(north, "INV-101", 50, &[]),
                invoice(south, "R-2026-77", 100, &[]),
                invoice("Optik Lorenz e.K.", "4711", 200, &["Page 1 of 1"]),
            ],
            vec![of(north, 60.0), of(south, 120.0), of("Optik Lorenz e.K.", 240.0)],
        ),
        (
            vec![invoice(north, "INV-101", 50, &[]), invoice(north, "INV-102", 100, &[])],
            vec![of(north, 60.0), of(north, 120.0)],
        ),
        // The first is by chance the sum of the others, of other sellers.
        (
            vec![
                invoice(north, "INV-101", 150, &[]),
                invoice(south, "R-2026-77", 100, &[]),
                invoice("Optik Lorenz e.K.", "47119", 50, &[]),
            ],
            vec![of("Optik Lorenz e.K.", 60.0), of(south, 120.0), of(north, 180.0)],
        ),
        (
            vec![slip("Cafe Morgenrot", "3.40"), slip("Backhaus Lindner", "5.10")],
            vec![of("Cafe Morgenrot", 3.4), of("Backhaus Lindner", 5.1)],
        ),
        (
            vec![
                invoice(north, "INV-101", 50, &[]),
                "Terms and conditions\nGoods stay ours until they are paid.".to_owned(),
                invoice(south, "R-2026-77", 100, &[]),
            ],
            vec![of(north, 60.0), of(south, 120.0)],
        ),
    ] {
        assert_eq!(booked(&stack), right, "{stack:?}");
    }
}

#[test]
fn the_pages_of_one_purchase_are_one_booking() {
    let north = "Nordlicht Strom GmbH";
    let one = invoice(north, "INV-101", 50, &[]);
    for pages in [
        vec![one.clone(), one.replace("INVOICE", "INVOICE (copy)")],
        vec![one.clone(), "Terms and conditions\nGoods stay ours until they are paid.".to_owned()],
        vec![one.clone(), one.replace("INV-101", "D-88") + "\nPage 2 of 2"],
        vec![one.clone(), "Delivery note 5512 of 4 January 2026\nCable  1".to_owned()],
        vec![one.clone(), format!("{north}\nPayment slip\nInvoice number: INV-101\nEUR 60.00")],
        // A collective invoice names what it is made of, or is their sum.
        vec![
            invoice(north, "INV-101", 50, &["Invoice number INV-7  EUR 24.00"]),
            invoice(north, "INV-7", 20, &[]),
        ],
        vec![one.clone(), invoice(north, "INV-7", 20, &[]), invoice(north, "INV-8", 30, &[])],
        vec![
            invoice(north, "INV-101", 50, &["Blumen Hansen KG  24.00", "Optik Lorenz e.K.  36.00"]),
            invoice("Blumen Hansen KG", "R-2026-77", 20, &[]),
            invoice("Optik Lorenz e.K.", "47119", 30, &[]),
        ],
    ] {
        let booked = booked(&pages);
        assert_eq!(booked, [(north.to_owned(), 60.0)], "{pages:?}");
    }
}

#[test]
fn a_credit_note_behind_its_invoice_is_a_booking_of_its_own() {
    let invoice = invoice("Nordlicht Strom GmbH", "INV-101", 50, &[]);
    let credit = invoice.replace(
        "INVOICE\nInvoice number: INV-101",
        "CREDIT NOTE\nCredit note number: CN-7\nInvoice number: INV-101",
    );
    assert_eq!(booked(&[invoice.clone(), credit]).len(), 2);
    let second = format!("Gutschrift  -5.00\n{}\nPage 2 of 2", invoice.replace("INVOICE\n", ""));
    assert_eq!(booked(&[invoice, second]).len(), 1);
}

#[test]
fn a_stack_of_many_pages_is_booked_whole_or_says_what_is_missing() {
    let stack = |pages: u32| -> Vec<String> {
        let number = |page: u32| format!("INV-{}", 1000 + page);
        (0..pages)
            .map(|page| invoice("Nordlicht Strom GmbH", &number(page), 50 + 5 * page, &[]))
            .collect()
    };
    assert_eq!(booked(&stack(41)).len(), 41);
    let picture = b"\x89PNG\r\n\x1a\n of some pages";
    let text = stack(102).join("\u{c}");
    let host = host(HashMap::from([(blake3::hash(picture).to_hex().to_string(), text)]));
    let error = import(&host, "stack.png", "image/png", picture).unwrap_err();
    assert!(error.message().contains("only the first 100 of 102 pages"), "{error}");
    assert_eq!(rows(&host).len(), 100);
    // An invoice with as many pages is one.
    let mut pages = vec![invoice("Nordlicht Strom GmbH", "INV-101", 50, &[])];
    pages.extend((2..=102).map(|page| format!("Page {page} of 102\nCall  0.10")));
    assert_eq!(booked(&pages).len(), 1);
}
