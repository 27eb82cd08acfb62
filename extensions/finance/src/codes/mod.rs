//! QR codes on documents: what payment codes and the fiscal codes of some countries state.
//!
//! A code is written by the program that made the document, so it is believed before the text beside it. Where
//! both state an amount or a day and differ, the code's value stands, is doubted, and has the text's beside it,
//! so that a person looks at it.

mod austria;
mod epc;
mod portugal;
mod saudi;
mod spain;
mod swiss;

use std::collections::BTreeMap;

use ext_amounts::Amount;
use serde::Serialize;
use serde_json::json;
use spacedrive_sdk::ops::ai::Evidence;
use spacedrive_sdk::ops::media::{Codes, CodesInput};
use spacedrive_sdk::prelude::*;

use crate::documents::{Document, Kind};
use crate::fields::{self, Answer, DISPUTED};
use crate::iban;
use crate::money;
use crate::reading::{PASSWORDS, Reading};

/// Confidence in what a code states and the text confirms.
const CONFIRMED: f32 = 0.99;
/// Confidence in what only the code states.
const STATED: f32 = 0.95;
/// The text's value counts against that of a code from this confidence on.
const COUNTS: f32 = 0.6;
/// Pages of a PDF on which codes are looked for: they stand on the first, or on a slip at the end.
const PAGES: u32 = 3;

/// Words beside codes, by which a PDF with a text layer is known to have one.
const MARKS: [&str; 12] = [
    "atcud",
    "girocode",
    "qr code",
    "qr-code",
    "qr-rechnung",
    "empfangsschein",
    "récépissé",
    "ricevuta",
    "zahlen mit code",
    "veri*factu",
    "verifactu",
    "rksv",
];

/// What a code states.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Stated {
    /// Name of the kind of code, for evidence.
    pub(crate) kind: &'static str,
    /// True for the code of a tax authority, which only invoices and receipts have.
    pub(crate) is_fiscal: bool,
    pub(crate) vendor: Option<String>,
    pub(crate) date: Option<String>,
    pub(crate) amount: Option<Amount>,
    pub(crate) currency: Option<String>,
    pub(crate) tax: Option<Amount>,
    pub(crate) document_type: Option<&'static str>,
}

/// Reads the codes on a document, where there may be any. They are more than the text alone, so that a host
/// that cannot read them is no failure.
///
/// # Errors
/// Those of `media.codes` that pass.
pub(crate) fn read(
    client: &SpacedriveClient,
    document: &Document,
    reading: &Reading,
) -> Result<Vec<String>> {
    let pages = match document.kind {
        Kind::Picture => None,
        Kind::Pdf if may_have(reading) => Some((1..=PAGES).collect()),
        _ => return Ok(Vec::new()),
    };
    let input = CodesInput {
        data: Some(document.data.clone()),
        passwords: pages.is_some().then(|| PASSWORDS.to_owned()),
        pages,
        ..CodesInput::default()
    };
    match client.call_op::<Codes>(&input) {
        Ok(found) => Ok(found.codes.into_iter().map(|code| code.text).collect()),
        Err(error) if passes(error.code()) => Err(error),
        Err(error) => {
            debug!("no codes are read: {}", error.message());
            Ok(Vec::new())
        }
    }
}

/// Returns whether a PDF may have a code: a scan may, and a text that speaks of one.
fn may_have(reading: &Reading) -> bool {
    if reading.invoice.is_some() {
        return false;
    }
    let text = reading.text.to_lowercase();
    reading.from.is_scan() || MARKS.iter().any(|mark| text.contains(mark))
}

const fn passes(code: ErrorCode) -> bool {
    matches!(code, ErrorCode::Busy | ErrorCode::Deadline | ErrorCode::Stopped | ErrorCode::Rate)
}

/// Returns what a code states; `None` for one of another kind, such as a link to a page.
pub(crate) fn parse(text: &str) -> Option<Stated> {
    epc::parse(text)
        .or_else(|| swiss::parse(text))
        .or_else(|| portugal::parse(text))
        .or_else(|| austria::parse(text))
        .or_else(|| spain::parse(text))
        .or_else(|| saudi::parse(text))
}

/// Returns whether a document with these codes is an invoice or a receipt, whatever its text says.
pub(crate) fn prove(codes: &[String]) -> bool {
    stated(codes).is_some_and(|stated| stated.is_fiscal && stated.amount.is_some())
}

/// Takes what the codes of a document state before what was found in its text. Codes that state different
/// amounts are of several purchases, and count for none.
pub(crate) fn preferring(codes: &[String], from_engine: Answer) -> Answer {
    let Some(stated) = stated(codes) else { return from_engine };
    let Answer { mut receipt, evidence, engine } = from_engine;
    let mut merged = Merged { kind: stated.kind, evidence };
    let equal = |one: &Amount, two: &Amount| one == two;
    let alike = |one: &String, two: &String| same(one, two);
    merged.put("amount", stated.amount, &mut receipt.amount, equal);
    merged.put("tax", stated.tax, &mut receipt.tax, equal);
    merged.put("vendor", stated.vendor, &mut receipt.vendor, alike);
    merged.put("date", stated.date, &mut receipt.date, alike);
    merged.put("currency", stated.currency, &mut receipt.currency, alike);
    let kind = stated.document_type.map(str::to_owned);
    // The text says it in words of its own, which may be of another kind.
    merged.put("document_type", kind, &mut receipt.document_type, |_, _| true);
    Answer { receipt, evidence: merged.evidence, engine }
}

/// Evidence of a document, as the values of its codes come to it.
struct Merged {
    kind: &'static str,
    evidence: BTreeMap<String, Evidence>,
}

impl Merged {
    /// Puts the value of a code in the place of the text's; `same` compares them.
    fn put<T: Serialize>(
        &mut self,
        field: &str,
        value: Option<T>,
        place: &mut Option<T>,
        same: impl Fn(&T, &T) -> bool,
    ) {
        let Some(value) = value else { return };
        let counts = self.evidence.get(field).is_some_and(|found| found.confidence >= COUNTS);
        let (confidence, alternatives) = match place.as_ref() {
            Some(said) if same(said, &value) => (CONFIRMED, Vec::new()),
            Some(said) if counts => (DISPUTED, vec![json!(said)]),
            _ => (STATED, Vec::new()),
        };
        let found = fields::evidence(confidence, format!("QR code ({})", self.kind));
        self.evidence.insert(field.to_owned(), Evidence { alternatives, ..found });
        *place = Some(value);
    }
}

/// Joins what the codes of a document state; `None` where they state nothing, or two amounts.
fn stated(codes: &[String]) -> Option<Stated> {
    let mut all = codes.iter().filter_map(|code| parse(code));
    let first = all.next()?;
    let joined = all.try_fold(first, |one, two| {
        let agree = one.amount.is_none() || two.amount.is_none() || one.amount == two.amount;
        // The code of a tax authority says more than one for a payment.
        let (one, two) = if two.is_fiscal && !one.is_fiscal { (two, one) } else { (one, two) };
        agree.then(|| one.or(two))
    })?;
    (joined.amount.is_some() || joined.vendor.is_some()).then_some(joined)
}

impl Stated {
    fn or(self, other: Self) -> Self {
        Self {
            vendor: self.vendor.or(other.vendor),
            date: self.date.or(other.date),
            amount: self.amount.or(other.amount),
            currency: self.currency.or(other.currency),
            tax: self.tax.or(other.tax),
            ..self
        }
    }
}

/// Returns whether two names or days are the same but for their spelling, or one says more than the other.
fn same(one: &str, two: &str) -> bool {
    let plain = |text: &str| -> String {
        text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    let (one, two) = (plain(one), plain(two));
    !one.is_empty() && (one.contains(&two) || two.contains(&one))
}

/// Reads an amount with a point, up to two digits behind it, such as `12.50`.
fn amount(text: &str) -> Option<Amount> {
    let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let fits = (1..=9).contains(&whole.len()) && rest.len() <= 2;
    let number = is_number(whole) && is_number(rest) && !text.ends_with('.');
    let amount = Amount::parse(text).filter(|_| fits && number)?;
    money::plausible(amount.value())
}

/// Adds amounts up; `None` where one is missing or the sum is too large.
fn sum(amounts: impl IntoIterator<Item = Option<Amount>>) -> Option<Amount> {
    amounts.into_iter().try_fold(Amount::default(), |sum, amount| sum.checked_add(amount?))
}

/// Returns whether a text is an IBAN by its form and its check digits.
fn is_iban(text: &str) -> bool {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let plain = (15..=34).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric());
    plain && iban::has_right_check_digits(&text)
}

#[cfg(test)]
mod tests;
