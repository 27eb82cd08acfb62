//! Amounts and dates in the notations of the world, through the whole extension.

use std::collections::HashMap;

use serde_json::{Value, json};

use crate::common::{host, import, rows};

fn letter(media_type: &str, subject: &str, body: &str) -> Vec<u8> {
    format!(
        "From: Shop <billing@shop.example>\r\nTo: Home <home@home.example>\r\nSubject: {subject}\r\n\
         Date: Mon, 05 Jan 2026 09:00:00 +0000\r\nMessage-ID: <1@shop.example>\r\nMIME-Version: 1.0\r\n\
         Content-Type: {media_type}; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{body}"
    )
    .into_bytes()
}

/// Books one email and returns its row.
fn booked(media_type: &str, body: &str) -> Value {
    let host = host(HashMap::new());
    import(&host, "a.eml", "message/rfc822", &letter(media_type, "Invoice 1001", body)).unwrap();
    let mut rows = rows(&host);
    assert_eq!(rows.len(), 1, "{body}");
    rows.remove(0)
}

fn invoice(date: &str, total: &str) -> Value {
    let body = format!(
        "Atelier Beispiel AG\nInvoice no. INV-1001\n{date}\nTotal amount due: {total}\nThank you.\n"
    );
    booked("text/plain", &body)
}

#[test]
fn amounts_are_never_off_by_a_factor() {
    for (total, amount, currency) in [
        ("CHF 1’235.50", 1235.5, "CHF"),
        ("Fr. 45.--", 45.0, "CHF"),
        ("46,- €", 46.0, "EUR"),
        ("1\u{2009}240.50 EUR", 1240.5, "EUR"),
        ("12 500 kr", 12500.0, "SEK"),
        ("₹1,23,456.00", 123_456.0, "INR"),
        ("₩35,000", 35000.0, "KRW"),
        ("KWD 12.500", 12.5, "KWD"),
        ("COP $ 12.100", 12100.0, "COP"),
        ("$ .99", 0.99, "USD"),
        ("SAR ١٬٢٤٦٫٥٠", 1246.5, "SAR"),
        ("(EUR 119.00)", 119.0, "EUR"),
        ("R1,234.50", 1234.5, "ZAR"),
        ("1 234:50 kr", 1234.5, "SEK"),
        ("1.234.000 đồng", 1_234_000.0, "VND"),
        ("1.234.000 đ", 1_234_000.0, "VND"),
        ("99¢", 0.99, "USD"),
        ("85p", 0.85, "GBP"),
        ("RO 1.234,00 lei", 1234.0, "RON"),
    ] {
        let row = invoice("Invoice date: 2026-01-05", total);
        assert_eq!(row["amount"], amount, "{total} {row}");
        assert_eq!(row["currency"], currency, "{total} {row}");
        assert_eq!(row["doubtful"].as_array().map(Vec::len), Some(0), "{total} {row}");
    }
}

#[test]
fn what_an_amount_may_mean_besides_is_marked() {
    let row = invoice("Invoice date: 2026-01-05", "1.234 EUR");
    assert_eq!(row["amount"], 1234.0);
    assert_eq!(row["doubtful"], json!(["amount"]));
    assert!(row["confidence"].as_f64().unwrap() < 0.8, "{row}");
}

#[test]
fn data_and_text_that_differ_are_marked() {
    let page = |price: &str, total: &str| {
        let data = format!(
            r#"{{"@context": "http://schema.org", "@type": "Order", "price": "{price}", "priceCurrency": "EUR",
            "orderNumber": "4711", "merchant": {{"@type": "Organization", "name": "Lamp Shop"}}, "orderDate": "2026-01-05"}}"#
        );
        format!(
            "<html><head><script type=\"application/ld+json\">{data}</script></head><body>\
             <p>Thank you for your order 4711</p><p>Invoice number: 4711</p><p>Total amount: {total} EUR</p></body></html>"
        )
    };
    let row = booked("text/html", &page("59.9900", "59.99"));
    assert_eq!((&row["amount"], &row["doubtful"]), (&json!(59.99), &json!([])));
    let row = booked("text/html", &page("59.9900", "71.39"));
    assert_eq!((&row["amount"], &row["doubtful"]), (&json!(59.99), &json!(["amount"])));
    assert!(row["confidence"].as_f64().unwrap() < 0.9, "{row}");
}

#[test]
fn dates_of_other_calendars_are_not_the_emails() {
    for (line, date) in [
        ("Invoice date: 20251224", "2025-12-24"),
        ("Invoice date: 令和7年12月24日", "2025-12-24"),
        ("Invoice date: 24 ธันวาคม 2568", "2025-12-24"),
        ("Invoice date: 民國114年12月24日", "2025-12-24"),
        ("Invoice date: 24 grudnia 2025", "2025-12-24"),
        ("Invoice date: 24 Dec '25", "2025-12-24"),
        ("Invoice date: 2025. gada 24. decembris", "2025-12-24"),
        ("Invoice date: ۱۴۰۴/۱۰/۰۳", "2025-12-24"),
        ("Invoice date: ۳ دی ۱۴۰۴", "2025-12-24"),
    ] {
        assert_eq!(invoice(line, "EUR 12.50")["date"], date, "{line}");
    }
}

#[test]
fn a_period_of_service_is_not_the_date() {
    let lines = "Service period: 2025-11-01 - 2025-11-30\nInvoice date: 2025-12-24";
    assert_eq!(invoice(lines, "EUR 12.50")["date"], "2025-12-24");
    // The email's date stands in, and the confidence says that it does.
    let row = invoice("Leistungszeitraum: 01.11.2025 - 30.11.2025", "EUR 12.50");
    assert_eq!(row["date"], "2026-01-05");
    assert!(row["confidence"].as_f64().unwrap() < 0.9, "{row}");
}

#[test]
fn a_date_that_may_be_two_is_marked() {
    let row = invoice("Invoice date: 03/04/2025", "12.50 USD");
    assert_eq!((&row["date"], &row["doubtful"]), (&json!("2025-04-03"), &json!(["date"])));
    let row = invoice("Invoice date: 4 رجب 1447", "12.50 EUR");
    assert_eq!((&row["date"], &row["doubtful"]), (&json!("2025-12-23"), &json!(["date"])));
    let row = invoice("Invoice date: 03/04/2025", "12.50 EUR");
    assert_eq!((&row["date"], &row["doubtful"]), (&json!("2025-04-03"), &json!([])));
}
