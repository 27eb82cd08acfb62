//! A booking in the index: its values as documents and corrections have them, before lessons and
//! settings, which hold for all bookings at once.

use std::collections::BTreeMap;

use ext_amounts::Amount;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use spacedrive_sdk::ops::vdfs::Entry;
use spacedrive_sdk::prelude::*;

use crate::corrections;
use crate::fields::Receipt;
use crate::ledger::{Ledger, OWN, Paper};
use crate::money;
use crate::own_fields;
use crate::places::{Places, Values as PlacedValues};
use crate::record::{Record, Values};
use crate::review::Booking;

/// The confidence from which a reading is sure.
const SURE: f64 = 0.8;

/// Values of a booking.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Kept {
    /// Entry that stands for it.
    pub(crate) id: Uuid,
    /// True when a person said that it is no receipt.
    pub(crate) rejected: bool,
    /// File name of the imported document.
    pub(crate) source: String,
    pub(crate) vendor: Option<String>,
    pub(crate) date: Option<String>,
    #[serde(with = "digits")]
    pub(crate) amount: Option<Amount>,
    pub(crate) currency: Option<String>,
    #[serde(with = "digits")]
    pub(crate) tax: Option<Amount>,
    pub(crate) category: Option<String>,
    pub(crate) payment_method: Option<String>,
    pub(crate) kind: Option<String>,
    pub(crate) confidence: f64,
    pub(crate) sure: bool,
    pub(crate) doubtful: Vec<String>,
    pub(crate) corrected: Vec<String>,
    pub(crate) project: Option<String>,
    pub(crate) due: Option<String>,
    #[serde(with = "digits")]
    pub(crate) payable: Option<Amount>,
    pub(crate) paid: Option<String>,
    pub(crate) note: Option<String>,
    pub(crate) tags: Vec<String>,
    pub(crate) fields: BTreeMap<String, String>,
    pub(crate) lesson: Option<Lesson>,
    /// One document makes it, and no electronic invoice.
    pub(crate) is_read_alone: bool,
    /// What stands on it at the labels that were known of its seller.
    pub(crate) at: PlacedValues,
}

/// Words of a person about a vendor.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Lesson {
    /// Name that was read.
    pub(crate) read: Option<String>,
    /// Name that the person gave.
    pub(crate) vendor: Option<String>,
    /// Category that the person gave.
    pub(crate) category: Option<String>,
    /// Labels of the values that the person gave.
    pub(crate) places: Places,
}

/// Amounts as texts: they keep their digits in any format.
mod digits {
    use ext_amounts::Amount;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(super) fn serialize<S: Serializer>(
        amount: &Option<Amount>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        amount.map(|amount| amount.to_string()).serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Amount>, D::Error> {
        let text = Option::<String>::deserialize(deserializer)?;
        Ok(text.as_deref().and_then(Amount::parse))
    }
}

impl Kept {
    /// Reads a booking: of its metadata alone where they say enough, else also of `receipt.json`.
    ///
    /// # Errors
    /// Those of the `vdfs` operations.
    pub(super) fn of(ledger: &Ledger<'_>, booking: &Booking<'_>) -> Result<Self> {
        let entry = &booking.first.entry;
        let values = match glance(booking) {
            Some(values) => values,
            None => read(ledger, booking)?,
        };
        Ok(Self {
            rejected: booking.papers.iter().any(|paper| paper.is_rejected()),
            tags: own_fields::tags_of(booking),
            fields: own_fields::fields_of(booking),
            lesson: Lesson::of_booking(booking),
            is_read_alone: booking.papers.len() == 1 && !booking.first.traits.stated,
            at: own(entry, "at").unwrap_or_default(),
            ..values
        })
    }

    /// Returns the name of the vendor as it was read.
    pub(crate) fn read_vendor(&self) -> Option<&str> {
        let read = self.lesson.as_ref().and_then(|lesson| lesson.read.as_deref());
        read.or(self.vendor.as_deref())
    }

    fn new(id: Uuid, source: String, receipt: Receipt) -> Self {
        let receipt = receipt.in_digits();
        Self {
            id,
            source,
            vendor: receipt.vendor,
            date: receipt.date,
            amount: receipt.amount,
            currency: receipt.currency,
            tax: receipt.tax,
            category: receipt.category,
            payment_method: receipt.payment_method,
            kind: receipt.document_type,
            due: receipt.due,
            payable: receipt.payable,
            ..Self::default()
        }
    }
}

impl Lesson {
    /// Returns what a person said about the vendor in any of the documents, the first word about each.
    fn of_booking(booking: &Booking<'_>) -> Option<Self> {
        let all: Vec<Self> = booking.by_word().filter_map(|paper| Self::of(&paper.entry)).collect();
        // The name that was read is that of the document on which it was corrected.
        let named = all.iter().find(|lesson| lesson.vendor.is_some()).or(all.first())?.clone();
        let category = all.into_iter().find_map(|lesson| lesson.category);
        Some(Self { category, ..named })
    }

    fn of(entry: &Entry) -> Option<Self> {
        let corrected = corrections::of(entry, None);
        let said = |field: &str| corrected.get(field)?.as_str().map(str::to_owned);
        let (vendor, category) = (said("vendor"), said("category"));
        let read = corrections::read(entry).get("vendor").and_then(Value::as_str).map(Into::into);
        let mut places: Places = own(entry, "places").unwrap_or_default();
        places.retain(|field, _| corrected.contains_key(field));
        let says = vendor.is_some() || category.is_some() || !places.is_empty();
        says.then_some(Self { read, vendor, category, places })
    }
}

/// Reads a value of this extension's own metadata; fields that are `null` in it are left out.
fn own<T: DeserializeOwned>(entry: &Entry, name: &str) -> Option<T> {
    let mut own = entry.metadata.get(OWN)?.get(name)?.as_object()?.clone();
    own.retain(|_, value| !value.is_null());
    T::deserialize(Value::Object(own)).ok()
}

/// Returns what the metadata of a booking say; `None` where several documents make it, a person corrected
/// it, or an older version made it, so that `receipt.json` is needed.
fn glance(booking: &Booking<'_>) -> Option<Kept> {
    let entry = &booking.first.entry;
    let [_] = booking.papers.as_slice() else { return None };
    let own = entry.metadata.get(OWN)?;
    let doubtful = own.get("doubtful")?.as_array()?;
    let doubtful: Vec<String> = doubtful.iter().filter_map(Value::as_str).map(Into::into).collect();
    let confidence = own.get("confidence")?.as_f64()?;
    let is_corrected = |paper: &&Paper| !corrections::of(&paper.entry, None).is_empty();
    if !corrections::are_told_apart(entry) || booking.papers.iter().any(is_corrected) {
        return None;
    }
    let sure = confidence >= SURE && doubtful.is_empty();
    Some(Kept { confidence, sure, doubtful, ..from_metadata(entry) })
}

/// Reads `receipt.json`, or the metadata where somebody removed or damaged it.
fn read(ledger: &Ledger<'_>, booking: &Booking<'_>) -> Result<Kept> {
    let entry = &booking.first.entry;
    match ledger.record(entry.id) {
        Ok(record) => Ok(of_record(booking, record)),
        Err(error) if corrections::is_damaged(&error) => {
            warn!("receipt {}: {}", entry.id, error.message());
            Ok(from_metadata(entry))
        }
        Err(error) => Err(error),
    }
}

fn of_record(booking: &Booking<'_>, record: Record) -> Kept {
    let entry = &booking.first.entry;
    let Values { receipt, reading } = record.values;
    let said = corrections::of_booking(booking, &receipt);
    let receipt = corrections::apply(&said, receipt);
    let mut doubtful = reading.doubtful();
    doubtful.retain(|field| !said.contains_key(field));
    let mut corrected: Vec<String> = said.keys().cloned().collect();
    corrected.sort_unstable();
    let is_said = |field: &str| said.contains_key(field);
    let sure = reading.confidence_besides(is_said) >= SURE && doubtful.is_empty();
    let text = |name: &str| said.get(name)?.as_str().map(str::to_owned);
    let (project, paid, note) = (text("project"), text("paid"), text("note"));
    let confidence = reading.confidence;
    let mut values = Kept::new(entry.id, reading.source.name, receipt);
    // What was left of another amount says nothing of this one.
    values.payable = values.payable.filter(|_| !is_said("amount"));
    Kept { doubtful, corrected, confidence, sure, project, paid, note, ..values }
}

fn from_metadata(entry: &Entry) -> Kept {
    let text = |key: &str| entry.metadata.get(key)?.as_str().map(str::to_owned);
    let number = |key: &str| money::of_json(entry.metadata.get(key)?);
    let receipt = Receipt {
        vendor: text("vendor"),
        date: text("date"),
        amount: number("amount"),
        currency: text("currency"),
        tax: number("tax"),
        category: text("category"),
        items: Vec::new(),
        payment_method: text("payment_method"),
        document_type: text("document_type"),
        due: text("due"),
        payable: entry.metadata.get(OWN).and_then(|own| money::of_json(own.get("payable")?)),
    };
    Kept::new(entry.id, text("source").unwrap_or_default(), receipt)
}
