//! The fiscal code of Portugal, by Portaria 195/2020: fields with a letter, joined by `*`.

use super::{Stated, amount};
use crate::fields;

pub(super) fn parse(text: &str) -> Option<Stated> {
    let field = |name: &str| {
        text.trim().split('*').find_map(|field| field.strip_prefix(name)?.strip_prefix(':'))
    };
    let is_nif = |text: &str| text.len() == 9 && text.bytes().all(|byte| byte.is_ascii_digit());
    // Seller, kind, day, number and the four characters of the hash: all of them are mandatory.
    let (seller, kind, day) = (field("A")?, field("D")?, field("F")?);
    if !is_nif(seller) || field("G").is_none() || field("Q").is_none() {
        return None;
    }
    let [year, month, date] = [day.get(..4)?, day.get(4..6)?, day.get(6..)?];
    Some(Stated {
        kind: "Portugal",
        is_fiscal: true,
        date: fields::date(&format!("{year}-{month}-{date}")),
        amount: field("O").and_then(amount),
        currency: Some("EUR".to_owned()),
        tax: field("N").and_then(amount),
        document_type: document_type(kind),
        ..Stated::default()
    })
}

/// Returns the kind of a document: `FT` is an invoice, `FS` a simplified one, `FR` is paid already.
fn document_type(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "FT" | "ND" => "invoice",
        "FS" | "FR" | "RC" | "RG" => "receipt",
        "NC" => fields::CREDIT_NOTE,
        _ => return None,
    })
}
