//! Teaching: what a correction says about the documents of a seller is looked for on its others.
//!
//! A booking keeps what stands at the labels that are known of its seller (`finance.at`). Which of it
//! counts follows from the corrections whenever bookings are shown, as all lessons do.

use std::collections::BTreeMap;

use ext_amounts::Currency;
use serde_json::{Map, Value, json};
use spacedrive_sdk::prelude::*;

use crate::index::{self, Index};
use crate::ledger::{Ledger, OWN};
use crate::lessons::key;
use crate::places::{self, Places, Values};
use crate::purchase::Purchase;
use crate::review::Booking;
use crate::taxes;

/// Most bookings of a seller, the latest, on which a correction is looked for at once.
const MAX_OTHERS: usize = 200;

/// Finds the places of corrected values, as the patch of a booking's metadata; `null` for a field that has
/// none.
///
/// # Errors
/// Those of the `vdfs` operations and of `ai.classify_text`.
pub(crate) fn places_of(
    client: &SpacedriveClient,
    booking: &Booking<'_>,
    values: &[(String, Value)],
    undo: &[&str],
) -> Result<Map<String, Value>> {
    let undone = undo.iter().map(|field| ((*field).to_owned(), Value::Null));
    let mut patch: Map<String, Value> = undone.collect();
    // Of several documents nobody knows which one was meant, and an electronic invoice states its values.
    let is_read = booking.papers.len() == 1 && !booking.first.traits.stated;
    let said = values.iter().find(|(field, _)| field == "currency").map(|(_, value)| value);
    let currency = said.or_else(|| booking.first.entry.metadata.get("currency"));
    let currency = currency.and_then(Value::as_str).and_then(Currency::of);
    let mut text = None;
    for (field, value) in values.iter().filter(|(field, _)| is_placed(field)) {
        patch.insert(field.clone(), Value::Null);
        if !is_read || value.is_null() {
            continue;
        }
        let text = match &mut text {
            Some(text) => text,
            None => text.insert(taxes::text(client, booking.first.entry.id)?.unwrap_or_default()),
        };
        let labels = places::labels(client, text, currency, field, value)?;
        if !labels.is_empty() {
            patch.insert(field.clone(), json!(labels));
        }
    }
    patch.retain(|field, _| is_placed(field));
    Ok(patch)
}

fn is_placed(field: &str) -> bool {
    places::FIELDS.contains(&field)
}

/// Looks for places on the other bookings of a seller.
///
/// # Errors
/// Those of the `vdfs` operations and of `ai.classify_text`.
pub(crate) fn look_at_others(client: &SpacedriveClient, id: Uuid) -> Result<()> {
    let (places, others) = index::with(client, |index| {
        let bookings = || index.bookings().map(|(_, kept)| kept);
        let Some(read) = bookings().find(|kept| kept.id == id).and_then(|kept| kept.read_vendor())
        else {
            return Ok((Places::new(), Vec::new()));
        };
        let mut others: Vec<_> = bookings()
            .filter(|kept| kept.id != id && kept.is_read_alone)
            .filter(|kept| kept.read_vendor().is_some_and(|other| key(other) == key(read)))
            .map(|kept| (kept.date.clone(), kept.id, kept.currency.clone()))
            .collect();
        others.sort_unstable();
        Ok((known_of(index, read), others))
    })?;
    if places.is_empty() {
        return Ok(());
    }
    for (_, other, currency) in others.iter().rev().take(MAX_OTHERS) {
        let currency = currency.as_deref().and_then(Currency::of);
        let Some(text) = taxes::text(client, *other)? else { continue };
        let values = places::values(client, &text, currency, &places)?;
        let own = json!({ "at": values });
        client.vdfs().update_metadata(*other, Map::from_iter([(OWN.to_owned(), own)]))?;
    }
    Ok(())
}

/// Reads what stands at the known places of a document that is being booked.
///
/// # Errors
/// Those of the `vdfs` operations and of `ai.classify_text`.
pub(crate) fn at(ledger: &Ledger<'_>, purchase: &Purchase<'_>) -> Result<Values> {
    let Some(vendor) = purchase.answer.receipt.vendor.as_deref() else { return Ok(Values::new()) };
    if purchase.reading.invoice.is_some() || purchase.among_others {
        return Ok(Values::new());
    }
    let places = index::with(ledger.client, |index| Ok(known_of(index, vendor)))?;
    let currency = purchase.answer.receipt.currency.as_deref().and_then(Currency::of);
    places::values(ledger.client, &purchase.reading.text, currency, &places)
}

/// Collects the places that are known of a seller, by the name that is read.
fn known_of(index: &Index, vendor: &str) -> Places {
    let vendor = key(vendor);
    let mut known: Places = BTreeMap::new();
    let lessons = index.bookings().filter_map(|(_, kept)| kept.lesson.as_ref());
    let of_vendor = |read: &Option<String>| read.as_deref().is_some_and(|it| key(it) == vendor);
    for lesson in lessons.filter(|it| !it.places.is_empty() && of_vendor(&it.read)) {
        for (field, labels) in &lesson.places {
            known.entry(field.clone()).or_default().extend(labels.iter().cloned());
        }
    }
    known
}
