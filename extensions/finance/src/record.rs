//! `receipt.json`: what is known about a purchase, and the documents that say so.

use std::cmp::Reverse;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Value, json};
use spacedrive_sdk::ops::vdfs::Entry;
use spacedrive_sdk::prelude::*;

use crate::dedupe::Traits;
use crate::fields::{self, Answer, Receipt};
use crate::json;
use crate::ledger::Paper;
use crate::purchase::Purchase;

/// The fields that the confidence in a receipt is about.
const COUNTED: [&str; 3] = ["vendor", "date", "amount"];

/// Content of `receipt.json`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Record {
    /// Values of the purchase: those of its best document, filled from the others.
    #[serde(flatten)]
    pub(crate) values: Values,
    #[serde(flatten)]
    more: More,
}

/// What a purchase has besides its values.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct More {
    /// Documents of the purchase.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    documents: Vec<DocumentRef>,
    /// Values of this entry's own document, where they are not those of the purchase.
    #[serde(skip_serializing_if = "Option::is_none")]
    own: Option<Box<Values>>,
}

/// Values of a document, and how they were read.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Values {
    #[serde(flatten)]
    pub(crate) receipt: Receipt,
    #[serde(flatten)]
    pub(crate) reading: ReadingRecord,
}

impl<'de> Deserialize<'de> for Record {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        json::both(deserializer).map(|(values, more)| Self { values, more })
    }
}

impl<'de> Deserialize<'de> for Values {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        json::both(deserializer).map(|(receipt, reading)| Self { receipt, reading })
    }
}

/// How a receipt was read, and where.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct ReadingRecord {
    /// Confidence in vendor, date and amount, 0 to 1.
    pub(crate) confidence: f64,
    pub(crate) source: Source,
    /// Per field: how sure, and the line it was read in.
    #[serde(default)]
    pub(crate) evidence: Value,
    /// The text engine that was asked.
    #[serde(default)]
    engine: Option<String>,
}

impl ReadingRecord {
    /// Lists the fields that a person should look at.
    pub(crate) fn doubtful(&self) -> Vec<String> {
        fields::doubtful(&self.evidence)
    }

    /// Returns the confidence in those of vendor, date and amount that no person said.
    pub(crate) fn confidence_besides(&self, is_said: impl Fn(&str) -> bool) -> f64 {
        let of = |field: &str| self.evidence.get(field)?.get("confidence")?.as_f64();
        let least = |fields: &[&str]| {
            fields.iter().map(|field| of(field).unwrap_or(0.0)).fold(1.0, f64::min)
        };
        let rest: Vec<&str> = COUNTED.into_iter().filter(|field| !is_said(field)).collect();
        match (rest.len(), least(&COUNTED)) {
            (0, _) => 1.0,
            (3, _) => self.confidence,
            // How well the text could be read is in the confidence as a whole.
            (_, all) if all > 0.0 => least(&rest) * (self.confidence / all).min(1.0),
            _ => least(&rest),
        }
    }
}

/// Origin of a receipt.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Source {
    /// Name of the imported file.
    pub(crate) name: String,
    pub(crate) entry_id: Uuid,
    message_id: Option<String>,
    /// Name of the document in the email; `None` for the email's body.
    pub(crate) document: Option<String>,
    /// BLAKE3 of the document, in hex.
    document_hash: Option<String>,
    /// Way in which its text was read: `pdf_text`, `ocr`, `pdf_text_and_ocr`, `html`, `plain_text`.
    text_from: String,
}

/// One document of a purchase.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct DocumentRef {
    /// Date of the document, ISO 8601.
    pub date: Option<String>,
    /// Name of the imported file.
    pub source: String,
    /// Name of the document in the email; `null` for a file, and for the email's body.
    pub document: Option<String>,
    /// Kind of document: `invoice`, `order_confirmation`, …; `null` where that is not known.
    pub kind: Option<String>,
    /// Numbers that it names: letters and digits, upper case.
    pub numbers: Vec<String>,
    /// Entry of the imported file.
    pub entry_id: Option<Uuid>,
    /// Entry that holds its text and what was read in it.
    pub receipt_id: Uuid,
}

impl Record {
    /// Makes the record of one document.
    pub(crate) fn of(purchase: &Purchase<'_>, source: &Entry) -> Self {
        let reading = ReadingRecord {
            confidence: confidence(&purchase.answer, purchase.reading.confidence),
            source: Source {
                name: source.name.clone(),
                entry_id: source.id,
                message_id: purchase.email.and_then(|email| email.message_id.clone()),
                document: purchase.document.map(|document| document.name.clone()),
                document_hash: purchase.document.map(|document| document.hash.clone()),
                text_from: purchase.reading.from.name().to_owned(),
            },
            evidence: json!(purchase.answer.evidence),
            engine: purchase.answer.engine.clone(),
        };
        let receipt = purchase.answer.receipt.clone().in_digits();
        Self { values: Values { receipt, reading }, more: More::default() }
    }

    /// Returns the values of the entry's own document.
    pub(crate) fn into_own(self) -> Values {
        self.more.own.map_or(self.values, |own| *own)
    }

    /// Makes the record of the purchase that `papers` are about, for the entry of the paper `at`.
    pub(crate) fn joined(mut papers: Vec<(&Paper, Values)>, at: Uuid) -> Option<Self> {
        let mut documents: Vec<DocumentRef> =
            papers.iter().map(|(paper, _)| paper.reference()).collect();
        documents.sort_unstable();
        let own =
            papers.iter().find(|(paper, _)| paper.entry.id == at).map(|(_, values)| values.clone());
        papers.sort_by_cached_key(|(paper, values)| rank(paper, values));
        let mut papers = papers.into_iter();
        let (best, mut values) = papers.next()?;
        let stated = best.traits.stated;
        for (_, other) in papers {
            values.receipt = filled(values.receipt, other.receipt, stated);
        }
        let own = own.filter(|own| *own != values).map(Box::new);
        Some(Self { values, more: More { documents, own } })
    }
}

/// Order of the documents of a purchase, the best first: electronic invoices before text layers
/// before scans, invoices before receipts before confirmations.
fn rank(paper: &Paper, values: &Values) -> (bool, bool, bool, u8, Reverse<u64>, String, String) {
    let kind = match paper.traits.kind.as_deref() {
        Some("invoice" | "credit_note") => 0,
        Some("receipt") => 1,
        Some("order_confirmation") => 3,
        _ => 2,
    };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 1")]
    let confidence = (values.reading.confidence.clamp(0.0, 1.0) * 1000.0) as u64;
    let Traits { reminds, stated, misread, .. } = paper.traits;
    let name = values.reading.source.name.clone();
    (reminds, !stated, misread, kind, Reverse(confidence), name, paper.key.clone())
}

/// Fills what the best document leaves open. What an electronic invoice leaves open is meant so, but
/// for what it cannot say.
fn filled(best: Receipt, other: Receipt, stated: bool) -> Receipt {
    if stated {
        let category = best.category.clone().or(other.category);
        let payment_method = best.payment_method.clone().or(other.payment_method);
        return Receipt { category, payment_method, ..best };
    }
    best.or(other)
}

/// Returns the confidence in the least sure of vendor, date and amount, times how well the text could
/// be read; in hundredths.
fn confidence(answer: &Answer, reading: f32) -> f64 {
    let receipt = &answer.receipt;
    let known = [
        ("vendor", receipt.vendor.is_some()),
        ("date", receipt.date.is_some()),
        ("amount", receipt.amount.is_some()),
    ];
    let sure = |(field, known): (&str, bool)| match answer.evidence.get(field) {
        Some(evidence) if known => f64::from(evidence.confidence).clamp(0.0, 1.0),
        // An engine that tells nothing about its answer.
        None if known => 0.5,
        _ => 0.0,
    };
    let least = known.into_iter().map(sure).fold(1.0, f64::min);
    (least * f64::from(reading) * 100.0).round() / 100.0
}
