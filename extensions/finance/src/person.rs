//! The word of a person about one booking: other values, or that it is no receipt.
//!
//! Corrections are data of their own. They stand in the metadata (`finance.corrected`), where they win
//! over what was read, and in `corrections.json`, beside what was read. Nothing
//! that is read later changes them.

use std::collections::{BTreeSet, HashMap};

use ext_amounts::Currency;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use spacedrive_sdk::ops::vdfs::Entry;
use spacedrive_sdk::prelude::*;
use spacedrive_sdk::wire::ErrorBody;

use crate::booking;
use crate::corrections;
use crate::export::{self, CorrectedRow, Row};
use crate::fields;
use crate::index::{self, Index, Kept};
use crate::ledger::{Ledger, OWN, Paper};
use crate::money;
use crate::own_fields;
use crate::review::Booking;
use crate::teaching;

/// The sidecar of what a person corrected.
const SIDECAR: &str = "corrections.json";

/// Other values for the fields of a booking.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Correction {
    /// Entry of the booking, of one of its documents, or of a file that it came in.
    pub entry_id: Uuid,
    /// Values by field: `vendor`, `date`, `amount`, `currency`, `tax`, `category`, `payment_method`,
    /// `document_type`, `due`, and those that no document says: `project`, `paid`, `note`, `tags` (a list,
    /// or a text with commas), and fields of one's own, as `my.cost_center`. `null` and an empty text
    /// take the value away.
    #[serde(default)]
    pub values: Map<String, Value>,
    /// Fields whose corrections are taken back: they are as they were read.
    #[serde(default)]
    pub undo: Vec<String>,
}

/// The word that a booking is no receipt.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rejection {
    /// Entry of the booking, of one of its documents, or of a file that it came in.
    pub entry_id: Uuid,
    /// Take it back: it is a receipt after all.
    #[serde(default)]
    pub undo: bool,
}

/// What else a correction changes in the metadata.
#[derive(Default)]
struct Change {
    /// Patch of a person's own fields.
    own: Map<String, Value>,
    /// Patch of the places where the values stand.
    places: Map<String, Value>,
}

/// A corrected field in `corrections.json`.
#[derive(Serialize)]
struct Corrected {
    corrected: Value,
    read: Value,
}

/// Corrects the fields of a booking, and returns it, with the number of others that this changed.
///
/// # Errors
/// [`ErrorCode::BadInput`] for an unknown field or a value that is not one of it, with nothing
/// changed; [`ErrorCode::NotFound`] for an entry that is of no booking; those of the `vdfs`
/// operations.
pub(crate) fn correct(client: &SpacedriveClient, input: &Correction) -> Result<CorrectedRow> {
    let taught = export::taught(client)?;
    let id = write_correction(client, input)?;
    let others_changed = changed(taught, export::taught(client)?, id);
    Ok(CorrectedRow { row: row(client, id)?, others_changed })
}

/// Counts the bookings but for one that lessons change otherwise than before.
fn changed(mut before: HashMap<Uuid, Row>, mut after: HashMap<Uuid, Row>, but: Uuid) -> usize {
    before.remove(&but);
    after.remove(&but);
    let differs = |(id, row): &(Uuid, Row)| before.remove(id).as_ref() != Some(row);
    after.into_iter().filter(differs).count() + before.len()
}

fn write_correction(client: &SpacedriveClient, input: &Correction) -> Result<Uuid> {
    let ledger = Ledger::new(client);
    let papers = papers_of(&ledger, input.entry_id)?;
    let booking = booking_of(&papers, input.entry_id)?;
    let values = checked(input, &booking.first.entry)?;
    let is_known = |field: &&String| !own_fields::is_own(field);
    let undo = input.undo.iter().filter(is_known).map(|field| known(field));
    let undo = undo.collect::<Result<Vec<_>>>()?;
    let own = own_fields::patch(
        input.values.iter().filter(|(field, _)| own_fields::is_own(field)),
        input.undo.iter().filter(|field| own_fields::is_own(field)),
    )?;
    let places = teaching::places_of(client, &booking, &values, &undo)?;
    let entry = booking::with_values(&ledger, &booking.first.entry)?;
    // Bookings that were merged may have been corrected each: a correction ends in all of them.
    let taken: Vec<&str> = undo.iter().copied().chain(emptied(&values)).collect();
    for paper in booking.others() {
        let corrected = corrections::of(&paper.entry, None);
        let undo: Vec<_> =
            taken.iter().copied().filter(|field| corrected.contains_key(*field)).collect();
        let own = own_fields::removal(&own, &paper.entry);
        if !undo.is_empty() || !own.is_empty() {
            write(&ledger, paper.entry.clone(), &[], &undo, &Change { own, ..Change::default() })?;
        }
    }
    let teaches = places.values().any(|labels| !labels.is_null());
    write(&ledger, entry, &values, &undo, &Change { own, places })?;
    if teaches {
        teaching::look_at_others(client, booking.first.entry.id)?;
    }
    Ok(booking.first.entry.id)
}

/// Lists the fields that only a person fills in, and that are taken away.
fn emptied(values: &[(String, Value)]) -> impl Iterator<Item = &'static str> {
    let is_emptied = |name: &&str| values.iter().any(|(field, it)| field == name && it.is_null());
    corrections::PERSONS.into_iter().filter(is_emptied)
}

/// Keeps a booking out of all lists and sums, whatever comes in again, or takes that back.
///
/// # Errors
/// [`ErrorCode::NotFound`] for an entry that is of no booking; those of the `vdfs` operations.
pub(crate) fn reject(client: &SpacedriveClient, input: &Rejection) -> Result<Row> {
    let papers = papers_of(&Ledger::new(client), input.entry_id)?;
    let booking = booking_of(&papers, input.entry_id)?;
    let rejected = if input.undo { Value::Null } else { json!(true) };
    for paper in &booking.papers {
        let own = json!({ "rejected": rejected });
        client.vdfs().update_metadata(paper.entry.id, Map::from_iter([(OWN.to_owned(), own)]))?;
    }
    row(client, booking.first.entry.id)
}

/// Returns the keys of the bookings that a person rejected.
pub(crate) fn rejected_bookings(papers: &[Paper]) -> BTreeSet<String> {
    papers.iter().filter(|paper| paper.is_rejected()).map(|paper| paper.booking.clone()).collect()
}

/// Reads the documents of the booking of an entry: of its own, of one of its documents, or of a file that
/// it came in.
///
/// # Errors
/// [`ErrorCode::NotFound`] for an entry that is of no booking; [`ErrorCode::BadInput`] for a file with
/// several; those of the `vdfs` operations.
pub(crate) fn papers_of(ledger: &Ledger<'_>, entry: Uuid) -> Result<Vec<Paper>> {
    let keys = index::with(ledger.client, |index| {
        let (key, _) = found(index, entry)?;
        Ok(index.of_booking(key).map(|slip| slip.key.clone()).collect())
    })?;
    ledger.papers(&keys)
}

/// Finds the booking of an entry, as [`papers_of`] does.
fn found(index: &Index, entry: Uuid) -> Result<(&str, &Kept)> {
    let keys = index.bookings_of(entry);
    let all = keys.into_iter().filter_map(|key| Some((key, index.booking(key)?)));
    match all.collect::<Vec<_>>().as_slice() {
        [one] => Ok(*one),
        [] => Err(not_booked(entry)),
        several => {
            let ids: Vec<String> = several.iter().map(|(_, kept)| kept.id.to_string()).collect();
            Err(Error::bad_input(format!(
                "file {entry} holds several bookings: name one, {}",
                ids.join(", ")
            )))
        }
    }
}

/// Makes the booking of its documents.
///
/// # Errors
/// [`ErrorCode::NotFound`] where they were removed meanwhile.
pub(crate) fn booking_of(papers: &[Paper], entry: Uuid) -> Result<Booking<'_>> {
    let key = papers.first().map(|paper| paper.booking.clone()).unwrap_or_default();
    Booking::of(&key, papers.iter().collect()).ok_or_else(|| not_booked(entry))
}

/// Finds the entry of the booking that an entry is of.
///
/// # Errors
/// As [`papers_of`].
pub(crate) fn entry_of(client: &SpacedriveClient, entry: Uuid) -> Result<Uuid> {
    index::with(client, |index| Ok(found(index, entry)?.1.id))
}

/// Returns the row of a booking, also of a rejected one.
///
/// # Errors
/// [`ErrorCode::NotFound`] for an entry that is not a booking; those of the `vdfs` operations.
pub(crate) fn row(client: &SpacedriveClient, id: Uuid) -> Result<Row> {
    export::rows_of(client, &[id])?.pop().ok_or_else(|| not_booked(id))
}

fn not_booked(entry: Uuid) -> Error {
    Error::new(ErrorCode::NotFound, format!("entry {entry} is not a booking"))
}

/// Writes corrections, ends others, and changes what else there is, in the metadata of a document and
/// beside what was read.
fn write(
    ledger: &Ledger<'_>,
    entry: Entry,
    values: &[(String, Value)],
    undo: &[&str],
    change: &Change,
) -> Result<()> {
    let patch = |entry: &Entry| {
        let mut patch = patch(entry, values, undo);
        patch.extend(change.own.clone());
        if let Some(own) = patch.get_mut(OWN).and_then(Value::as_object_mut) {
            own.insert("places".to_owned(), json!(change.places));
        }
        patch
    };
    let mut entry = ledger.change(entry, patch)?;
    loop {
        let beside = beside(&entry);
        ledger.client.vdfs().write_json_sidecar(entry.id, SIDECAR, &beside)?;
        // Whoever corrected it meanwhile may have written the sidecar first: the last one to write it
        // writes all.
        match ledger.again(&entry)? {
            Some(now) if self::beside(&now) != beside => entry = now,
            _ => return Ok(()),
        }
    }
}

fn patch(entry: &Entry, values: &[(String, Value)], undo: &[&str]) -> Map<String, Value> {
    let read = corrections::read(entry);
    let mut corrected = corrections::of(entry, None);
    let mut patch = Map::new();
    for field in undo {
        corrected.remove(*field);
        patch.insert((*field).to_owned(), read.get(*field).cloned().unwrap_or_default());
    }
    for (field, value) in values {
        corrected.insert(field.clone(), value.clone());
        patch.insert(field.clone(), value.clone());
    }
    patch.insert(OWN.to_owned(), Value::Object(corrections::marks(&corrected)));
    patch
}

/// Returns what stands in `corrections.json`.
fn beside(entry: &Entry) -> Map<String, Value> {
    let read = corrections::read(entry);
    let beside = |(field, corrected): (String, Value)| {
        let read = read.get(&field).cloned().unwrap_or_default();
        (field, json!(Corrected { corrected, read }))
    };
    corrections::of(entry, None).into_iter().map(beside).collect()
}

/// Checks the values, each as its field has it.
fn checked(input: &Correction, entry: &Entry) -> Result<Vec<(String, Value)>> {
    if input.values.is_empty() && input.undo.is_empty() {
        let fields = names();
        return Err(Error::bad_input(format!("nothing to correct: name a field, one of {fields}")));
    }
    if let Some(field) = input.undo.iter().find(|field| input.values.contains_key(*field)) {
        return Err(Error::bad_input(format!("`{field}` is corrected and taken back at once")));
    }
    let named = input.values.get("currency").or_else(|| entry.metadata.get("currency"));
    let currency = named.and_then(Value::as_str).map(str::to_ascii_uppercase);
    let currency = currency.as_deref().and_then(Currency::of);
    let check = |(field, value): (&String, &Value)| {
        let known = known(field)?;
        let value = value_of(known, value, currency).map_err(|error| of_field(known, &error))?;
        Ok((known.to_owned(), value))
    };
    input.values.iter().filter(|(field, _)| !own_fields::is_own(field)).map(check).collect()
}

/// Returns a field under its own name.
fn known(field: &str) -> Result<&'static str> {
    let found = corrections::all_fields().find(|known| *known == field);
    found.ok_or_else(|| Error::bad_input(format!("`{field}` is not a field: they are {}", names())))
}

fn names() -> String {
    let known = corrections::all_fields().collect::<Vec<_>>().join(", ");
    format!("{known}, tags, and my.NAME for one of your own")
}

fn value_of(field: &str, value: &Value, currency: Option<Currency>) -> Result<Value> {
    if value.is_null() || value.as_str().is_some_and(|text| text.trim().is_empty()) {
        return Ok(Value::Null);
    }
    match field {
        "amount" | "tax" => amount(field, value, currency),
        _ => {
            let text =
                value.as_str().ok_or_else(|| Error::bad_input(format!("`{field}` is a text")))?;
            label(field, text).map(Value::String)
        }
    }
}

fn amount(field: &str, value: &Value, currency: Option<Currency>) -> Result<Value> {
    let read = match value.as_str() {
        Some(text) => money::of_text(text, currency),
        None => money::of_json(value).map(|amount| money::Price { amount, other: None }),
    };
    match read {
        Some(money::Price { amount, other: None }) => Ok(json!(amount)),
        Some(money::Price { amount, other: Some(other) }) => Err(Error::bad_input(format!(
            "{field}: {value} may be {amount} or {other}: write it with a point, such as 1234.50"
        ))),
        None => Err(Error::bad_input(format!("{field}: {value} is not an amount, such as 12.50"))),
    }
}

fn label(field: &str, text: &str) -> Result<String> {
    let kinds = || fields::DOCUMENT_TYPES.iter().map(|(name, _)| *name);
    match field {
        "date" | "due" | "paid" => fields::date(text).ok_or_else(|| {
            Error::bad_input(format!("{field}: `{text}` is not a day, such as 2026-01-31"))
        }),
        "currency" => Currency::of(&text.trim().to_ascii_uppercase())
            .map(|currency| currency.code().to_owned())
            .ok_or_else(|| {
                Error::bad_input(format!(
                    "currency: `{text}` is not a code of ISO 4217, such as EUR"
                ))
            }),
        "document_type" => {
            kinds().find(|kind| *kind == text.trim()).map(str::to_owned).ok_or_else(|| {
                Error::bad_input(format!(
                    "document_type: `{text}` is not a kind, they are {}",
                    kinds().collect::<Vec<_>>().join(", ")
                ))
            })
        }
        _ => fields::label(text)
            .ok_or_else(|| Error::bad_input(format!("{field}: `{text}` says nothing"))),
    }
}

/// Says which field of the input an error is about, so that a form shows it there.
fn of_field(field: &str, error: &Error) -> Error {
    let body = ErrorBody::new(error.code(), error.message());
    body.with_details(json!({ "field": format!("values.{field}") })).into()
}
