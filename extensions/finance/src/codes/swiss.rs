//! The Swiss QR code, on QR-bills: version 2 of the Swiss Implementation Guidelines.

use super::{Stated, amount, is_iban};
use crate::fields;

/// Numbers of the lines, from 0.
const IBAN: usize = 3;
const CREDITOR: usize = 5;
const AMOUNT: usize = 18;
const CURRENCY: usize = 19;
const TRAILER: usize = 30;
const BILLING: usize = 31;

pub(super) fn parse(text: &str) -> Option<Stated> {
    let lines: Vec<&str> = text.split('\n').map(str::trim).collect();
    let line = |at: usize| lines.get(at).copied().unwrap_or_default();
    let is_ours = line(0) == "SPC" && line(1).starts_with("02") && line(TRAILER) == "EPD";
    let currency = line(CURRENCY);
    if !is_ours || !is_iban(line(IBAN)) || !matches!(currency, "CHF" | "EUR") {
        return None;
    }
    Some(Stated {
        kind: "Swiss QR-bill",
        vendor: fields::label(line(CREDITOR)),
        date: billing_date(line(BILLING)),
        amount: amount(line(AMOUNT)),
        currency: Some(currency.to_owned()),
        ..Stated::default()
    })
}

/// Returns the day of the document in billing information by the syntax of Swico: tag 11, `YYMMDD`.
fn billing_date(billing: &str) -> Option<String> {
    let mut parts = billing.strip_prefix("//S1/")?.split('/');
    while let (Some(tag), Some(value)) = (parts.next(), parts.next()) {
        if tag == "11" {
            let [year, month, day] = [value.get(..2)?, value.get(2..4)?, value.get(4..6)?];
            return fields::date(&format!("20{year}-{month}-{day}"));
        }
    }
    None
}
