//! Emails that tell of several payments.

use std::collections::HashMap;

use crate::common::{host, import, rows};
use crate::papers::{EML, review};
use serde_json::{Value, json};

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
    let american = page.replace("5 January 2026", "01/05/26").replace("7 January 2026", "01/07/26");
    let told = "Hello Ada,\r\n\r\nYou paid 3.50 EUR to Kaffeehaus Sonne.\r\nYou paid 12.00 EUR to Radhaus Lindenau GmbH.\r\n";
    for (content_type, body, wanted) in [
        (
            "text/html",
            page.as_str(),
            vec![("2026-01-05", "3.50"), ("2026-01-05", "3.50"), ("2026-01-07", "84.00")],
        ),
        // Of the days that they may be, those near that of the email.
        (
            "text/html",
            american.as_str(),
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
