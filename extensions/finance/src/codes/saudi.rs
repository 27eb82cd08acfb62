//! The fiscal code of Saudi Arabia, by ZATCA: fields of tag, length and value, in base64.

use base64::{Engine, engine::general_purpose::STANDARD};

use super::{Stated, amount};
use crate::fields;

/// Tags of the fields.
const SELLER: u8 = 1;
const TAX_NUMBER: u8 = 2;
const TIME: u8 = 3;
const TOTAL: u8 = 4;
const TAX: u8 = 5;
/// Longest code, in bytes of base64.
const MAX_BYTES: usize = 2048;

pub(super) fn parse(text: &str) -> Option<Stated> {
    let text = text.trim();
    let bytes = (text.len() <= MAX_BYTES).then(|| STANDARD.decode(text).ok()).flatten()?;
    let value = |tag: u8| std::str::from_utf8(field(&bytes, tag)?).ok();
    let number = value(TAX_NUMBER)?;
    if number.len() != 15 || !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let time = value(TIME)?;
    Some(Stated {
        kind: "Saudi Arabia",
        is_fiscal: true,
        vendor: fields::label(value(SELLER)?),
        date: fields::date(time.get(..10)?),
        amount: value(TOTAL).and_then(amount),
        currency: Some("SAR".to_owned()),
        tax: value(TAX).and_then(amount),
        ..Stated::default()
    })
}

/// Finds the value of a tag.
fn field(mut bytes: &[u8], wanted: u8) -> Option<&[u8]> {
    while let [tag, length, rest @ ..] = bytes {
        let (value, rest) = rest.split_at_checked(usize::from(*length))?;
        if *tag == wanted {
            return Some(value);
        }
        bytes = rest;
    }
    None
}
