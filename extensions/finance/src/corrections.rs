//! Values that a person corrected: they stand in the metadata of a booking, win over what was read,
//! and are never written over.
//!
//! What this extension wrote last is kept beside them (`finance.values`), so a value that differs is
//! the person's; it is then kept as such (`finance.corrected`).

use serde_json::{Map, Value, json};
use spacedrive_sdk::ops::vdfs::Entry;
use spacedrive_sdk::prelude::*;

use crate::fields::{self, Receipt};
use crate::ledger::OWN;
use crate::money;
use crate::record::Values;

/// Fields that a person may correct, as they are called in the metadata.
const FIELDS: [&str; 8] =
    ["vendor", "date", "amount", "currency", "tax", "category", "payment_method", "document_type"];

/// Returns the patch that writes the values of a purchase into the metadata of its entry, but over
/// those of a person; `own` is what else this extension keeps.
pub(crate) fn patch(entry: &Entry, values: &Values, own: Value) -> Map<String, Value> {
    let fields = of_receipt(&values.receipt);
    let corrected = of(entry, None);
    let mut patch = Map::new();
    for (name, value) in &fields {
        if !corrected.contains_key(name) {
            patch.insert(name.clone(), value.clone());
        }
    }
    let mut own = own;
    if let Some(own) = own.as_object_mut() {
        own.insert("values".to_owned(), json!(fields));
        own.insert("confidence".to_owned(), json!(values.reading.confidence));
        own.insert("doubtful".to_owned(), json!(values.reading.doubtful()));
        own.insert("corrected".to_owned(), json!(corrected));
    }
    patch.insert(OWN.to_owned(), own);
    patch
}

/// Returns the values that a person wrote into the metadata of a booking; `null` for one that was
/// removed. `read`: what was read, for entries that do not say it themselves.
pub(crate) fn of(entry: &Entry, read: Option<&Receipt>) -> Map<String, Value> {
    let own = |name: &str| entry.metadata.get(OWN)?.get(name)?.as_object();
    let written = own("values").cloned().or_else(|| read.map(of_receipt));
    let Some(written) = written else { return Map::new() };
    let now = |name: &str| entry.metadata.get(name).cloned().unwrap_or_default();
    let is_persons = |name: &str| {
        let kept = own("corrected").and_then(|kept| kept.get(name));
        !same(&now(name), written.get(name).unwrap_or(&Value::Null))
            || kept.is_some_and(|kept| same(kept, &now(name)))
    };
    FIELDS
        .iter()
        .filter(|name| is_persons(name))
        .map(|name| ((*name).to_owned(), now(name)))
        .collect()
}

/// Returns whether an entry says what was read.
pub(crate) fn are_told_apart(entry: &Entry) -> bool {
    entry.metadata.get(OWN).is_some_and(|own| own.get("values").is_some())
}

/// Returns the receipt as the person corrected it; a value of a wrong kind is passed over.
pub(crate) fn apply(entry: &Entry, mut receipt: Receipt) -> Receipt {
    for (name, value) in of(entry, Some(&receipt)) {
        let text = value.as_str().and_then(fields::label);
        let amount = money::of_json(&value);
        let place = match name.as_str() {
            "amount" | "tax" if amount.is_none() && !value.is_null() => continue,
            "amount" => {
                receipt.amount = amount;
                continue;
            }
            "tax" => {
                receipt.tax = amount;
                continue;
            }
            "vendor" => &mut receipt.vendor,
            "date" => &mut receipt.date,
            "currency" => &mut receipt.currency,
            "category" => &mut receipt.category,
            "payment_method" => &mut receipt.payment_method,
            _ => &mut receipt.document_type,
        };
        if text.is_some() || value.is_null() {
            *place = text;
        }
    }
    receipt
}

/// Returns whether a sidecar is gone or damaged, not the host.
pub(crate) fn is_damaged(error: &Error) -> bool {
    matches!(error.code(), ErrorCode::NotFound | ErrorCode::BadJson | ErrorCode::BadInput)
}

/// Returns the fields of a receipt that a person may correct.
pub(crate) fn of_receipt(receipt: &Receipt) -> Map<String, Value> {
    let all = serde_json::to_value(receipt).unwrap_or_default();
    FIELDS
        .iter()
        .map(|name| ((*name).to_owned(), all.get(name).cloned().unwrap_or_default()))
        .collect()
}

/// Compares two values; numbers by what they are worth.
fn same(one: &Value, two: &Value) -> bool {
    one == two || one.as_f64().zip(two.as_f64()).is_some_and(|(one, two)| one == two)
}
