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
use crate::review::Booking;

/// Fields that are read, and that a person may correct, as they are called in the metadata.
pub(crate) const FIELDS: [&str; 9] = [
    "vendor",
    "date",
    "amount",
    "currency",
    "tax",
    "category",
    "payment_method",
    "document_type",
    "due",
];

/// Fields that only a person fills in: a project, the day on which it was paid, and a note.
pub(crate) const PERSONS: [&str; 3] = ["project", "paid", "note"];

/// Lists all fields that a person may write.
pub(crate) fn all_fields() -> impl Iterator<Item = &'static str> {
    FIELDS.into_iter().chain(PERSONS)
}

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
        own.insert("payable".to_owned(), json!(values.receipt.payable));
        own.extend(marks(&corrected));
    }
    patch.insert(OWN.to_owned(), own);
    patch
}

/// Returns what is kept about corrections in this extension's own metadata. A patch of metadata cannot
/// say `null`, so the fields that a person emptied are listed.
pub(crate) fn marks(corrected: &Map<String, Value>) -> Map<String, Value> {
    let value = |name: &str| corrected.get(name).cloned().unwrap_or_default();
    let values: Map<String, Value> =
        all_fields().map(|name| (name.to_owned(), value(name))).collect();
    let is_emptied = |name: &&str| corrected.get(*name).is_some_and(Value::is_null);
    let emptied: Vec<&str> = FIELDS.into_iter().filter(is_emptied).collect();
    let marks = [("corrected", json!(values)), ("emptied", json!(emptied))];
    marks.map(|(name, value)| (name.to_owned(), value)).into_iter().collect()
}

/// Returns the values that a person wrote into the metadata of a booking; `null` for one that was
/// removed. `read`: what was read, for entries that do not say it themselves.
pub(crate) fn of(entry: &Entry, read: Option<&Receipt>) -> Map<String, Value> {
    let own = |name: &str| entry.metadata.get(OWN)?.get(name)?.as_object();
    let written = own("values").cloned().or_else(|| read.map(of_receipt));
    let Some(written) = written else { return Map::new() };
    let now = |name: &str| entry.metadata.get(name).cloned().unwrap_or_default();
    let emptied = entry.metadata.get(OWN).and_then(|own| own.get("emptied")?.as_array());
    let is_kept = |name: &str| match now(name) {
        Value::Null => emptied.is_some_and(|names| names.iter().any(|it| it == name)),
        now => own("corrected").and_then(|kept| kept.get(name)).is_some_and(|it| same(it, &now)),
    };
    let is_persons =
        |name: &str| !same(&now(name), written.get(name).unwrap_or(&Value::Null)) || is_kept(name);
    all_fields().filter(|name| is_persons(name)).map(|name| (name.to_owned(), now(name))).collect()
}

/// Returns what was read of a booking, as its entry says.
pub(crate) fn read(entry: &Entry) -> Map<String, Value> {
    let values = entry.metadata.get(OWN).and_then(|own| own.get("values"));
    values.and_then(Value::as_object).cloned().unwrap_or_default()
}

/// Returns what a person corrected in a booking: in the entry that stands for it, else in those of its
/// further documents. `read`: what was read.
pub(crate) fn of_booking(booking: &Booking<'_>, read: &Receipt) -> Map<String, Value> {
    let mut corrected = of(&booking.first.entry, Some(read));
    for paper in booking.others() {
        for (name, value) in of(&paper.entry, None) {
            corrected.entry(name).or_insert(value);
        }
    }
    corrected
}

/// Returns whether an entry says what was read.
pub(crate) fn are_told_apart(entry: &Entry) -> bool {
    entry.metadata.get(OWN).is_some_and(|own| own.get("values").is_some())
}

/// Returns the receipt as a person corrected it; a value of a wrong kind is passed over.
pub(crate) fn apply(corrected: &Map<String, Value>, mut receipt: Receipt) -> Receipt {
    for (name, value) in corrected {
        match name.as_str() {
            "amount" => put(&mut receipt.amount, value, money::of_json(value)),
            "tax" => put(&mut receipt.tax, value, money::of_json(value)),
            "date" => put(&mut receipt.date, value, value.as_str().and_then(fields::date)),
            "due" => put(&mut receipt.due, value, value.as_str().and_then(fields::date)),
            name => {
                let text = value.as_str().and_then(fields::label);
                text_field(&mut receipt, name)
                    .into_iter()
                    .for_each(|place| put(place, value, text.clone()));
            }
        }
    }
    receipt
}

/// Puts a value in its place, or takes it away where the person did.
fn put<T>(place: &mut Option<T>, written: &Value, value: Option<T>) {
    if value.is_some() || written.is_null() {
        *place = value;
    }
}

fn text_field<'r>(receipt: &'r mut Receipt, name: &str) -> Option<&'r mut Option<String>> {
    Some(match name {
        "vendor" => &mut receipt.vendor,
        "currency" => &mut receipt.currency,
        "category" => &mut receipt.category,
        "payment_method" => &mut receipt.payment_method,
        "document_type" => &mut receipt.document_type,
        _ => return None,
    })
}

/// Returns whether a sidecar is gone or damaged, not the host.
pub(crate) fn is_damaged(error: &Error) -> bool {
    matches!(
        error.code(),
        ErrorCode::NotFound | ErrorCode::BadJson | ErrorCode::BadInput | ErrorCode::Corrupt
    )
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
