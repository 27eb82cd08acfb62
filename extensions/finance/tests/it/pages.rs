//! Pages of HTML: what a person sees of them is read, and nothing else.

use std::collections::HashMap;

use crate::common::{host, import, rows};
use serde_json::{Value, json};

/// Returns what is booked of an email with this page.
fn booked(head: &str, total: &str) -> Value {
    let host = host(HashMap::new());
    let mail = format!(
        "From: Blue Kettle <till@kettle.example>\r\nSubject: Invoice 17\r\nMessage-ID: <17@x>\r\n\
         Content-Type: text/html; charset=utf-8\r\n\r\n<html><head>{head}</head><body>\
         <p>Blue Kettle Ltd</p><p>Invoice number: 17</p><p>Invoice date: 5 January 2026</p>\
         {total}<p>Thank you</p></body></html>"
    );
    import(&host, "a.eml", "message/rfc822", mail.as_bytes()).unwrap();
    let mut rows = rows(&host);
    assert_eq!(rows.len(), 1, "{rows:?}");
    rows.remove(0)
}

const TOTAL: &str = "<table><tr><td>Total amount due</td><td>&euro; 71.40</td></tr></table>";

#[test]
fn a_hidden_total_is_not_read() {
    for (head, hidden) in [
        ("", "<div style='display:none'>Total amount due: &euro; 999.99</div>"),
        (
            "",
            "<div style='font-size:0;max-height:0;overflow:hidden'>Amount due: &euro; 999.99</div>",
        ),
        ("<style>.x{display:none}</style>", "<p class=x>Total amount due: &euro; 999.99</p>"),
        ("", "<p hidden>Total amount due: &euro; 999.99</p>"),
    ] {
        assert_eq!(booked(head, &format!("{hidden}{TOTAL}"))["amount"], 71.4, "{hidden}");
    }
}

#[test]
fn a_price_that_is_struck_out_is_not_the_total() {
    for old in [
        "<del>&euro; 99.00</del>",
        "<strike>&euro; 99.00</strike>",
        "<span style='text-decoration:line-through'>&euro; 99.00</span>",
    ] {
        let total = TOTAL.replace("&euro; 71.40", &format!("{old} <ins>&euro; 71.53</ins>"));
        assert_eq!(booked("", &total)["amount"], 71.53, "{old}");
    }
    assert_eq!(booked("", TOTAL)["amount"], 71.4);
}

/// Returns what is booked of an email that says the same as text and as HTML.
fn of_two_forms(plain: &str, html: &str) -> Value {
    let host = host(HashMap::new());
    let mail = format!(
        "From: Blue Kettle <till@kettle.example>\r\nSubject: Invoice 17\r\nMessage-ID: <17@x>\r\n\
         MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\n\
         Content-Type: text/plain; charset=utf-8\r\n\r\n{plain}\r\n--b\r\n\
         Content-Type: text/html; charset=utf-8\r\n\r\n{html}\r\n--b--\r\n"
    );
    import(&host, "a.eml", "message/rfc822", mail.as_bytes()).unwrap();
    let mut rows = rows(&host);
    assert_eq!(rows.len(), 1, "{plain} {html} {rows:?}");
    rows.remove(0)
}

const PLAIN: &str = "Blue Kettle Ltd\r\nInvoice number: 17\r\nInvoice date: 5 January 2026\r\n\
                     Total amount due: EUR 81.43\r\nPaid by card. Thank you.";

fn page_with(total: &str) -> String {
    format!(
        "<html><body><p>Blue Kettle Ltd</p><p>Invoice number: 17</p>\
         <p>Invoice date: 5 January 2026</p><p>Total amount due: EUR {total}</p>\
         <p>Paid by card. Thank you.</p></body></html>"
    )
}

#[test]
fn a_page_without_a_text_does_not_hide_the_text() {
    for html in [
        "<html><body></body></html>",
        "<html><body><img src=cid:x></body></html>",
        "<html><body><img src=cid:x alt='Blue Kettle'><p>&copy; 2026 Blue Kettle</p></body></html>",
    ] {
        let row = of_two_forms(PLAIN, html);
        assert_eq!((&row["amount"], &row["vendor"]), (&81.43.into(), &"Blue Kettle Ltd".into()));
    }
    let row = of_two_forms("This email is best seen as a page.", &page_with("99.99"));
    assert_eq!(row["amount"], 99.99);
}

#[test]
fn forms_that_state_two_totals_are_doubtful() {
    let row = of_two_forms(PLAIN, &page_with("99.99"));
    assert_eq!(row["amount"], 99.99);
    assert_eq!(row["doubtful"], json!(["amount"]));
    assert!(row["confidence"].as_f64().unwrap() <= 0.5, "{row}");
    for (plain, html) in [
        (PLAIN.to_owned(), page_with("81.43")),
        (format!("{PLAIN}\r\nBefore the discount: EUR 99.99"), page_with("99.99")),
        (PLAIN.to_owned(), page_with("99.99").replace("Paid", "Credit EUR 18.56, paid EUR 81.43")),
    ] {
        assert_eq!(of_two_forms(&plain, &html)["doubtful"], json!([]), "{plain} {html}");
    }
}
