//! Electronic invoices, checked by the business rules of EN 16931 about totals, taxes and dates.
//!
//! The rules have the ids of the norm, so that a finding can be looked up and told to the seller. They are
//! computed on the values of the XML, in both of its syntaxes (UN/CEFACT CII and OASIS UBL). Code lists and
//! the rules of countries (`BR-DE-…`, Peppol) are not checked.

mod cii;
mod model;
mod rules;
mod ubl;

use ext_amounts::Amount;
use serde::{Deserialize, Serialize};
use spacedrive_sdk::ops::ai::EmbeddedFile;
use spacedrive_sdk::prelude::*;

use crate::corrections;
use crate::person;
use crate::shown::BookingRef;
use crate::xml;

/// Sidecar of a booked document that has what was found in its electronic invoice.
pub(crate) const SIDECAR: &str = "einvoice.json";
/// Most numbers of other invoices that are kept of one.
const MAX_PRECEDING: usize = 20;
/// Bytes of an XML that is checked.
const MAX_BYTES: usize = 16 << 20;

/// A rule that an electronic invoice breaks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Id of the rule, such as `BR-CO-15`.
    pub rule: String,
    /// Problem, with the values.
    pub problem: String,
}

/// The electronic invoice of a receipt, checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checked {
    /// Syntax of the XML: `cii` or `ubl`.
    pub syntax: String,
    /// The guideline that it says to follow.
    pub guideline: Option<String>,
    /// Reason why it was not checked, where it was not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unchecked: Option<String>,
    /// Rules that it breaks.
    pub findings: Vec<Finding>,
    /// Breakdown of its VAT, BG-23.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub taxes: Vec<StatedTax>,
    /// Numbers of the invoices that it is about, BT-25: those that a credit note takes back.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub preceding: Vec<String>,
    /// Country of the seller, BT-40.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
}

/// A line of the breakdown of VAT.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatedTax {
    /// Rate in percent, BT-119; 0 where it has none, such as for what is exempt.
    pub rate: Amount,
    /// Amount that is taxed, BT-116.
    pub net: Amount,
    /// Amount of the tax, BT-117.
    pub tax: Amount,
}

/// A line about a checked invoice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CheckLine {
    /// Id of the rule; `null` where all hold, or nothing was checked.
    pub rule: Option<String>,
    /// Problem, or that there is none.
    pub problem: String,
    /// Entry of the document.
    pub entry_id: Uuid,
}

/// Checks a file that is an electronic invoice; `None` for others.
pub(crate) fn check(file: &[u8]) -> Option<Checked> {
    let text = xml::decode(Some(file).filter(|file| file.len() <= MAX_BYTES)?);
    let tree = xml::parse(&text).ok()?;
    if let Some(root) = tree.at("CrossIndustryInvoice") {
        return Some(checked("cii", cii::invoice(root)));
    }
    if tree.at("CrossIndustryDocument").is_some() {
        let reason = "ZUGFeRD 1 is older than EN 16931".to_owned();
        return Some(Checked {
            syntax: "cii".to_owned(),
            guideline: None,
            unchecked: Some(reason),
            findings: Vec::new(),
            taxes: Vec::new(),
            preceding: Vec::new(),
            country: None,
        });
    }
    let invoice = tree.at("Invoice|CreditNote");
    invoice
        .or_else(|| tree.at("StandardBusinessDocument/Invoice|CreditNote"))
        .filter(|root| root.at("LegalMonetaryTotal").is_some())
        .map(|root| checked("ubl", ubl::invoice(root)))
}

fn checked(syntax: &str, invoice: model::Invoice) -> Checked {
    let guideline = invoice.guideline.clone();
    let profile = guideline.as_deref().unwrap_or_default().to_lowercase();
    let is_part = ["minimum", "basicwl"].iter().any(|name| profile.contains(name));
    let unchecked = is_part
        .then(|| "its profile has no lines, and so it is not an invoice of EN 16931".to_owned());
    let findings = if is_part { Vec::new() } else { rules::check(&invoice) };
    // A breakdown with a hole in it is none.
    let taxes = invoice.taxes.iter().map(StatedTax::of).collect::<Option<_>>().unwrap_or_default();
    let (syntax, country) = (syntax.to_owned(), invoice.seller.country);
    let mut preceding = invoice.preceding;
    preceding.truncate(MAX_PRECEDING);
    Checked { syntax, guideline, unchecked, findings, taxes, preceding, country }
}

impl StatedTax {
    fn of(tax: &model::Tax) -> Option<Self> {
        Some(Self {
            rate: Amount::new(tax.category.rate.unwrap_or_default())?,
            net: Amount::new(tax.base?)?,
            tax: Amount::new(tax.amount?)?,
        })
    }
}

/// Checks the first electronic invoice inside of a document.
pub(crate) fn check_embedded(files: &[EmbeddedFile]) -> Option<Checked> {
    files.iter().find_map(|file| check(file.data.as_bytes()))
}

/// Tells of the electronic invoices of a booking.
///
/// # Errors
/// [`ErrorCode::NotFound`] for an entry that is of no booking, and where no document of it has an
/// electronic invoice; those of the `vdfs` operations.
pub(crate) fn told(client: &SpacedriveClient, input: BookingRef) -> Result<Vec<CheckLine>> {
    let papers = person::papers_of(&crate::ledger::Ledger::new(client), input.entry_id)?;
    let booking = person::booking_of(&papers, input.entry_id)?;
    let mut lines = Vec::new();
    for paper in &booking.papers {
        match client.vdfs().read_json_sidecar::<Checked>(paper.entry.id, SIDECAR) {
            Ok(checked) => lines.extend(checked.lines(paper.entry.id)),
            Err(error) if corrections::is_damaged(&error) => {}
            Err(error) => return Err(error),
        }
    }
    if lines.is_empty() {
        let message = "no document of this receipt is an electronic invoice that was checked; one \
                       that was booked before is checked when its file is imported again";
        return Err(Error::new(ErrorCode::NotFound, message));
    }
    Ok(lines)
}

impl Checked {
    fn lines(self, entry_id: Uuid) -> Vec<CheckLine> {
        let Self { unchecked, findings, .. } = self;
        let alone = |problem: String| vec![CheckLine { rule: None, problem, entry_id }];
        match (unchecked, findings.is_empty()) {
            (Some(reason), _) => alone(format!("not checked: {reason}")),
            (None, true) => alone("no rule is broken".to_owned()),
            (None, false) => {
                let line =
                    |it: Finding| CheckLine { rule: Some(it.rule), problem: it.problem, entry_id };
                findings.into_iter().map(line).collect()
            }
        }
    }
}

#[cfg(test)]
mod tests;
