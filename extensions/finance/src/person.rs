//! The word of a person about one booking: other values, or that it is no receipt.
//!
//! Corrections are data of their own. They stand in the metadata (`finance.corrected`), where they win
//! over what was read, and in `corrections.json`, beside what was read. Nothing
//! that is read later changes them.

use std::collections::BTreeSet;

use ext_amounts::Currency;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use spacedrive_sdk::ops::vdfs::Entry;
use spacedrive_sdk::prelude::*;
use spacedrive_sdk::wire::ErrorBody;

use crate::booking;
use crate::corrections;
use crate::export::{self, Row};
use crate::fields;
use crate::ledger::{Ledger, OWN, Paper};
use crate::money;
use crate::review::{self, Booking};

/// The sidecar of what a person corrected.
const SIDECAR: &str = "corrections.json";

/// Other values for the fields of a booking.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Correction {
    /// Entry of the booking, of one of its documents, or of a file that it came in.
    pub entry_id: Uuid,
    /// Values by field: `vendor`, `date`, `amount`, `currency`, `tax`, `category`, `payment_method`,
    /// `document_type`, and those that no document says: `project`, `due`, `paid`, `note`. `null` and an
    /// empty text take the value away.
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

/// A corrected field in `corrections.json`.
#[derive(Serialize)]
struct Corrected {
    corrected: Value,
    read: Value,
}

/// Corrects the fields of a booking, and returns it.
///
/// # Errors
/// [`ErrorCode::BadInput`] for an unknown field or a value that is not one of it, with nothing
/// changed; [`ErrorCode::NotFound`] for an entry that is of no booking; those of the `vdfs`
/// operations.
pub(crate) fn correct(client: &SpacedriveClient, input: &Correction) -> Result<Row> {
    let ledger = Ledger::new(client);
    let papers = ledger.papers()?;
    let booking = booking_of(&papers, input.entry_id)?;
    let values = checked(input, &booking.first.entry)?;
    let undo = input.undo.iter().map(|field| known(field)).collect::<Result<Vec<_>>>()?;
    let entry = booking::with_values(&ledger, &booking.first.entry)?;
    // Bookings that were merged may have been corrected each: a correction ends in all of them.
    for paper in booking.papers.iter().filter(|paper| paper.key != booking.first.key) {
        let corrected = corrections::of(&paper.entry, None);
        let undo: Vec<_> =
            undo.iter().copied().filter(|field| corrected.contains_key(*field)).collect();
        if !undo.is_empty() {
            write(&ledger, paper.entry.clone(), &[], &undo)?;
        }
    }
    write(&ledger, entry, &values, &undo)?;
    row(client, booking.first.entry.id)
}

/// Keeps a booking out of all lists and sums, whatever comes in again, or takes that back.
///
/// # Errors
/// [`ErrorCode::NotFound`] for an entry that is of no booking; those of the `vdfs` operations.
pub(crate) fn reject(client: &SpacedriveClient, input: &Rejection) -> Result<Row> {
    let ledger = Ledger::new(client);
    let papers = ledger.papers()?;
    let booking = booking_of(&papers, input.entry_id)?;
    let rejected = if input.undo { Value::Null } else { json!(true) };
    for paper in &booking.papers {
        let own = json!({ "rejected": rejected });
        client.vdfs().update_metadata(paper.entry.id, Map::from_iter([(OWN.to_owned(), own)]))?;
    }
    row(client, booking.first.entry.id)
}

/// Lists the documents of the bookings that a person rejected, or of all others. A document that comes
/// later shares the fate of its booking.
///
/// # Errors
/// Those of `vdfs.list_entries`.
pub(crate) fn papers(ledger: &Ledger<'_>, rejected: bool) -> Result<Vec<Paper>> {
    let mut papers = ledger.papers()?;
    let away = rejected_bookings(&papers);
    papers.retain(|paper| away.contains(&paper.booking) == rejected);
    Ok(papers)
}

/// Returns the keys of the bookings that a person rejected.
pub(crate) fn rejected_bookings(papers: &[Paper]) -> BTreeSet<String> {
    papers.iter().filter(|paper| paper.is_rejected()).map(|paper| paper.booking.clone()).collect()
}

/// Finds the booking of an entry: of its own, of one of its documents, or of a file that it came in.
///
/// # Errors
/// [`ErrorCode::NotFound`] for an entry that is of no booking; [`ErrorCode::BadInput`] for a file with
/// several.
pub(crate) fn booking_of(papers: &[Paper], entry: Uuid) -> Result<Booking<'_>> {
    let all = review::bookings(papers);
    let having = |is_it: &dyn Fn(&Paper) -> bool| {
        let has_it = |booking: &&Booking<'_>| booking.papers.iter().any(|paper| is_it(paper));
        all.iter().filter(has_it).cloned().collect::<Vec<_>>()
    };
    let own = having(&|paper| paper.entry.id == entry);
    let found = if own.is_empty() { having(&|paper| paper.file() == Some(entry)) } else { own };
    match found.as_slice() {
        [booking] => Ok(booking.clone()),
        [] => Err(not_booked(entry)),
        several => {
            let id = |booking: &Booking<'_>| booking.first.entry.id.to_string();
            let ids: Vec<String> = several.iter().map(id).collect();
            Err(Error::bad_input(format!(
                "file {entry} holds several bookings: name one, {}",
                ids.join(", ")
            )))
        }
    }
}

/// Finds the entry of the booking that an entry is of.
///
/// # Errors
/// As [`booking_of`]; those of `vdfs.list_entries`.
pub(crate) fn entry_of(client: &SpacedriveClient, entry: Uuid) -> Result<Uuid> {
    let papers = Ledger::new(client).papers()?;
    Ok(booking_of(&papers, entry)?.first.entry.id)
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

/// Writes corrections, and ends others, in the metadata of a document and beside what was read.
fn write(
    ledger: &Ledger<'_>,
    entry: Entry,
    values: &[(String, Value)],
    undo: &[&str],
) -> Result<()> {
    let mut entry = ledger.change(entry, |entry| patch(entry, values, undo))?;
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
    input.values.iter().map(check).collect()
}

/// Returns a field under its own name.
fn known(field: &str) -> Result<&'static str> {
    let found = corrections::all_fields().find(|known| *known == field);
    found.ok_or_else(|| Error::bad_input(format!("`{field}` is not a field: they are {}", names())))
}

fn names() -> String {
    corrections::all_fields().collect::<Vec<_>>().join(", ")
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
