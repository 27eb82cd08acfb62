//! The bookings of a library, and the rows that are made of them.

use serde_json::Value;
use spacedrive_sdk::ops::vdfs::Entry;
use spacedrive_sdk::prelude::*;

use super::Row;
use crate::corrections;
use crate::fields::Receipt;
use crate::ledger::{Ledger, OWN, Paper};
use crate::lessons::Lessons;
use crate::money;
use crate::person;
use crate::preferences::Preferences;
use crate::record::{Record, Values};
use crate::review::{self, Booking, Pair};

/// The confidence from which a reading is sure.
const SURE: f64 = 0.8;

/// All bookings, with what the user says about them.
pub(crate) struct Books<'c> {
    ledger: Ledger<'c>,
    papers: Vec<Paper>,
    pairs: Vec<Pair>,
    lessons: Lessons,
    preferences: Preferences,
}

impl<'c> Books<'c> {
    /// Opens those that a person rejected, or all others.
    ///
    /// # Errors
    /// Those of the `vdfs` operations.
    pub(crate) fn open(client: &'c SpacedriveClient, rejected: bool) -> Result<Self> {
        let ledger = Ledger::new(client);
        let papers = person::papers(&ledger, rejected)?;
        let pairs = review::pairs(&papers);
        let lessons = Lessons::of(&review::bookings(&papers));
        let preferences = Preferences::load(client)?;
        Ok(Self { ledger, papers, pairs, lessons, preferences })
    }

    /// Lists the bookings.
    pub(crate) fn bookings(&self) -> Vec<Booking<'_>> {
        review::bookings(&self.papers)
    }

    /// Makes the row of a booking.
    ///
    /// # Errors
    /// Those of the `vdfs` operations.
    pub(crate) fn row(&self, booking: &Booking<'_>) -> Result<Row> {
        Ok(self.finished(read(&self.ledger, booking)?, booking))
    }

    /// Makes the row of a booking without its items, of its metadata alone where they say enough: to sort
    /// and to add up very many.
    ///
    /// # Errors
    /// As [`Self::row`].
    pub(crate) fn glance(&self, booking: &Booking<'_>) -> Result<Row> {
        match glance(booking) {
            Some(row) => Ok(self.finished(row, booking)),
            None => self.row(booking),
        }
    }

    fn finished(&self, mut row: Row, booking: &Booking<'_>) -> Row {
        let id = booking.first.entry.id;
        row.documents = booking.papers.iter().map(|paper| paper.reference()).collect();
        row.documents.sort_unstable();
        row.look_alikes = self.pairs.iter().filter_map(|pair| pair.other(id)).collect();
        self.lessons.apply(&mut row);
        self.preferences.apply(&mut row);
        row
    }
}

/// Returns what the metadata of a booking say; `None` where a person corrected it, or an older version
/// made it, so that `receipt.json` is needed.
fn glance(booking: &Booking<'_>) -> Option<Row> {
    let entry = &booking.first.entry;
    let own = entry.metadata.get(OWN)?;
    let doubtful = own.get("doubtful")?.as_array()?;
    let doubtful: Vec<String> = doubtful.iter().filter_map(Value::as_str).map(Into::into).collect();
    let confidence = own.get("confidence")?.as_f64()?;
    let is_corrected = |paper: &&Paper| !corrections::of(&paper.entry, None).is_empty();
    if !corrections::are_told_apart(entry) || booking.papers.iter().any(is_corrected) {
        return None;
    }
    let sure = confidence >= SURE && doubtful.is_empty();
    Some(Row { confidence, sure, doubtful, ..from_metadata(entry) })
}

/// Reads `receipt.json`, or the metadata where somebody removed or damaged it.
fn read(ledger: &Ledger<'_>, booking: &Booking<'_>) -> Result<Row> {
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

fn of_record(booking: &Booking<'_>, record: Record) -> Row {
    let entry = &booking.first.entry;
    let Values { receipt, reading } = record.values;
    let corrected = corrections::of_booking(booking, &receipt);
    let receipt = corrections::apply(&corrected, receipt);
    let mut doubtful = reading.doubtful();
    doubtful.retain(|field| !corrected.contains_key(field));
    let said = corrected;
    let mut corrected: Vec<String> = said.keys().cloned().collect();
    corrected.sort_unstable();
    let is_said = |field: &str| corrected.iter().any(|name| name == field);
    let sure = reading.confidence_besides(is_said) >= SURE && doubtful.is_empty();
    let row = Row::new(entry.id, reading.source.name, receipt, reading.confidence);
    let said = |name: &str| said.get(name)?.as_str().map(str::to_owned);
    let (project, due, paid, note) = (said("project"), said("due"), said("paid"), said("note"));
    Row { doubtful, corrected, sure, project, due, paid, note, ..row }
}

fn from_metadata(entry: &Entry) -> Row {
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
    };
    Row::new(entry.id, text("source").unwrap_or_default(), receipt, 0.0)
}
