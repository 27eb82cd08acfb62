//! Pages of HTML: what a person sees of them is read, and nothing else.

use std::collections::HashMap;

use crate::common::{host, import, rows};
use serde_json::Value;

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
