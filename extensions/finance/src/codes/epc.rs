//! The code for a SEPA credit transfer, EPC069-12: called Girocode, or EPC QR code.

use super::{Stated, amount, is_iban};
use crate::fields;

/// Name of the payment, in the fourth line.
const TRANSFER: &str = "SCT";

pub(super) fn parse(text: &str) -> Option<Stated> {
    let mut lines = text.lines().map(str::trim);
    let [tag, version, set, transfer] =
        [lines.next()?, lines.next()?, lines.next()?, lines.next()?];
    let is_set = matches!(set.parse(), Ok(1..=8_u8));
    if tag != "BCD" || !matches!(version, "001" | "002") || !is_set || transfer != TRANSFER {
        return None;
    }
    let [_bic, name, iban] = [lines.next()?, lines.next()?, lines.next()?];
    if !is_iban(iban) {
        return None;
    }
    // An empty amount is for the payer to fill in.
    let total = lines.next().unwrap_or_default().strip_prefix("EUR").and_then(amount);
    Some(Stated {
        kind: "EPC",
        vendor: fields::label(name),
        amount: total,
        currency: Some("EUR".to_owned()),
        ..Stated::default()
    })
}
