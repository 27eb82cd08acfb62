//! The fiscal code of Austrian tills, by the RKSV: fields joined by `_`, the sums of five rates among them.

use super::{Stated, sum};
use crate::fields;
use crate::money;
use ext_amounts::Amount;

/// Fields of a code: cipher suite, till, number, time, five sums, turnover, certificate, chain, signature.
const FIELDS: usize = 13;

pub(super) fn parse(text: &str) -> Option<Stated> {
    let fields: Vec<&str> = text.trim().strip_prefix('_')?.split('_').collect();
    let [suite, _till, _number, time, sums @ ..] = fields.as_slice() else { return None };
    let is_suite = suite.starts_with("R1-") && suite.len() <= 8;
    if fields.len() != FIELDS || !is_suite {
        return None;
    }
    let day = time.split_once('T')?.0;
    Some(Stated {
        kind: "Austria",
        is_fiscal: true,
        date: fields::date(day),
        amount: sum(sums.iter().take(5).map(|text| amount(text))),
        currency: Some("EUR".to_owned()),
        document_type: Some("receipt"),
        ..Stated::default()
    })
}

/// Reads an amount with a comma and two digits behind it; negative where something is taken back.
fn amount(text: &str) -> Option<Amount> {
    let (whole, cents) = text.split_once(',')?;
    let digits = whole.strip_prefix('-').unwrap_or(whole);
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !(1..=9).contains(&digits.len())
        || cents.len() != 2
        || !is_number(digits)
        || !is_number(cents)
    {
        return None;
    }
    money::plausible(Amount::parse(&format!("{whole}.{cents}"))?.value())
}
