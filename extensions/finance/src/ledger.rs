//! The booked receipts in a library: one entry each, under a path that follows from the email and
//! the document, so that booking is idempotent however often an email comes.
//!
//! An entry counts only once its metadata say `finance.complete`: they are written last, so that a
//! crash in between leaves something that the next delivery of the event finishes.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};
use spacedrive_sdk::ops::vdfs::{CreateEntryInput, Entry, ListEntriesInput, MAX_PAGE};
use spacedrive_sdk::prelude::*;

use crate::dedupe::{self, Traits};
use crate::fields::{self, Answer, Receipt};
use crate::json;
use crate::mail::Email;
use crate::purchase::Purchase;

/// Folder of the receipts' paths.
const FOLDER: &str = "receipts";
/// Type of the entries.
const ENTRY_TYPE: &str = "receipt";
/// Hex digits of a key: 128 bits.
const KEY_DIGITS: usize = 32;
/// The name under which this extension keeps its own metadata.
pub(crate) const OWN: &str = "finance";

/// The receipts of the library that the client is bound to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ledger<'a> {
    pub(crate) client: &'a SpacedriveClient,
}

/// A receipt in the ledger.
#[derive(Debug, Clone)]
pub(crate) struct Booked {
    pub(crate) key: String,
    pub(crate) id: Uuid,
    pub(crate) traits: Traits,
}

/// Content of `receipt.json`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Record {
    #[serde(flatten)]
    pub(crate) receipt: Receipt,
    #[serde(flatten)]
    pub(crate) reading: ReadingRecord,
}

impl<'de> Deserialize<'de> for Record {
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
    evidence: Value,
    /// The text engine that was asked.
    #[serde(default)]
    engine: Option<String>,
}

impl ReadingRecord {
    /// Lists the fields that a person should look at.
    pub(crate) fn doubtful(&self) -> Vec<String> {
        fields::doubtful(&self.evidence)
    }
}

/// Origin of a receipt.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Source {
    /// Name of the imported file.
    pub(crate) name: String,
    entry_id: Uuid,
    message_id: Option<String>,
    /// Name of the document in the email; `None` for the email's body.
    document: Option<String>,
    /// BLAKE3 of the document, in hex.
    document_hash: Option<String>,
    /// Way in which its text was read: `pdf_text`, `ocr`, `pdf_text_and_ocr`, `html`, `plain_text`.
    text_from: String,
}

impl<'a> Ledger<'a> {
    pub(crate) const fn new(client: &'a SpacedriveClient) -> Self {
        Self { client }
    }

    /// Returns the key of a purchase: of the email, if it came in one, and what in it.
    pub(crate) fn key(&self, email: Option<&Email>, part: &str) -> String {
        let mail = email.map(Email::identity).unwrap_or_default();
        let hash = blake3::hash(format!("{mail}\0{part}").as_bytes()).to_hex();
        hash.chars().take(KEY_DIGITS).collect()
    }

    /// Returns the receipt with this key, if it is complete.
    ///
    /// # Errors
    /// Those of `vdfs.list_entries`.
    pub(crate) fn booked(&self, key: &str) -> Result<Option<Booked>> {
        let input =
            ListEntriesInput { path_prefix: Some(path(key)), ..ListEntriesInput::default() };
        let found = self.client.list_entries(input)?;
        Ok(found
            .iter()
            .filter(|entry| is_complete(entry))
            .map(|entry| Booked::read(key, entry))
            .next())
    }

    /// Lists all complete receipts, in the order of their booking.
    ///
    /// # Errors
    /// Those of `vdfs.list_entries`.
    pub(crate) fn all(&self) -> Result<Vec<Entry>> {
        let input = ListEntriesInput {
            entry_type: Some(ENTRY_TYPE.to_owned()),
            path_prefix: Some(FOLDER.to_owned()),
            limit: MAX_PAGE,
            ..ListEntriesInput::default()
        };
        let mut entries = self.client.list_entries(input)?;
        entries.retain(is_complete);
        Ok(entries)
    }

    /// Books a purchase found in the file `source`; mends one that was left half-booked.
    ///
    /// # Errors
    /// Those of the `vdfs` operations; it can be called again then.
    pub(crate) fn book(&self, purchase: &Purchase<'_>, source: &Entry) -> Result<Booked> {
        let record = record(purchase, source);
        let input = CreateEntryInput {
            name: record.receipt.title(),
            path: path(&purchase.key),
            entry_type: ENTRY_TYPE.to_owned(),
            metadata: Map::new(),
            content: None,
            media_type: None,
        };
        let id = self.client.create_entry(input)?.entry.id;
        if let Some(email) = purchase.email {
            self.client.write_json_sidecar(id, "email.json", email)?;
        }
        self.client.write_sidecar(id, "ocr.txt", purchase.reading.text.as_str())?;
        self.client.write_json_sidecar(id, "receipt.json", &record)?;
        let traits = dedupe::traits(purchase);
        self.client.update_metadata(id, metadata(&record, &purchase.key, &traits))?;
        Ok(Booked { key: purchase.key.clone(), id, traits })
    }

    /// Reads `receipt.json` of a booked receipt.
    ///
    /// # Errors
    /// It is gone or damaged.
    pub(crate) fn record(&self, id: Uuid) -> Result<Record> {
        self.client.read_json_sidecar(id, "receipt.json")
    }
}

impl Booked {
    fn read(key: &str, entry: &Entry) -> Self {
        let traits = entry.metadata.get(OWN).and_then(|own| own.get("traits"));
        let traits = traits.and_then(|traits| Traits::deserialize(traits).ok()).unwrap_or_default();
        Self { key: key.to_owned(), id: entry.id, traits }
    }
}

fn path(key: &str) -> String {
    format!("{FOLDER}/{key}")
}

fn is_complete(entry: &Entry) -> bool {
    entry.entry_type == ENTRY_TYPE
        && entry.metadata.get(OWN).and_then(|own| own.get("complete")) == Some(&Value::Bool(true))
}

fn record(purchase: &Purchase<'_>, source: &Entry) -> Record {
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
        evidence: serde_json::json!(purchase.answer.evidence),
        engine: purchase.answer.engine.clone(),
    };
    Record { receipt: purchase.answer.receipt.clone().in_digits(), reading }
}

/// Returns the mean over vendor, date and amount, times how well the text could be read; in
/// hundredths.
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
    let mean = known.into_iter().map(sure).sum::<f64>() / 3.0;
    (mean * f64::from(reading) * 100.0).round() / 100.0
}

/// Makes what search and lists show, and the mark that the receipt is complete.
fn metadata(record: &Record, key: &str, traits: &Traits) -> Map<String, Value> {
    let Record { receipt, reading } = record;
    let metadata = serde_json::json!({
        "vendor": receipt.vendor,
        "date": receipt.date,
        "amount": receipt.amount,
        "currency": receipt.currency,
        "tax": receipt.tax,
        "category": receipt.category,
        "payment_method": receipt.payment_method,
        "document_type": receipt.document_type,
        "source": reading.source.name,
        "source_entry": reading.source.entry_id,
        OWN: {
            "complete": true,
            "key": key,
            "confidence": reading.confidence,
            "doubtful": reading.doubtful(),
            "traits": traits,
        },
    });
    metadata.as_object().cloned().unwrap_or_default()
}
