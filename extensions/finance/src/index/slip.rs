//! A document in the index.

use ext_amounts::Amount;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use spacedrive_sdk::prelude::*;

use super::Place;
use crate::dedupe::Traits;
use crate::ledger::Paper;
use crate::money;
use crate::record::DocumentRef;

/// Days between look-alikes, at most.
const REVIEW_DAYS: i64 = 3;

/// Traits of a document by which it is found and listed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Slip {
    /// Its entry.
    pub(crate) id: Uuid,
    /// Its key.
    pub(crate) key: String,
    /// Key of the document that stands for its purchase.
    pub(crate) booking: String,
    /// Entry of the imported file.
    pub(crate) file: Option<Uuid>,
    /// Key of the import by which it was booked.
    pub(crate) import: Option<String>,
    /// The document as lists have it.
    pub(crate) document: DocumentRef,
    /// Amount, in the form in which amounts are looked up.
    amount: Option<String>,
    /// Day of the document, counted from 1970.
    day: Option<i64>,
    /// Hashes of the email around it and of its text.
    email: Option<String>,
    text: Option<String>,
}

impl Slip {
    pub(super) fn of(paper: &Paper) -> Self {
        let sketch = Self::sketch(&paper.key, &paper.traits);
        Self {
            id: paper.entry.id,
            booking: paper.booking.clone(),
            file: paper.file(),
            import: paper.import().map(str::to_owned),
            document: paper.reference(),
            ..sketch
        }
    }

    /// Makes one of a document that has no entry yet.
    pub(super) fn sketch(key: &str, traits: &Traits) -> Self {
        let document = DocumentRef {
            date: traits.date.clone(),
            source: String::new(),
            document: None,
            kind: None,
            numbers: traits.numbers.all().cloned().collect(),
            entry_id: None,
            receipt_id: Uuid::nil(),
        };
        Self {
            id: Uuid::nil(),
            key: key.to_owned(),
            booking: key.to_owned(),
            file: traits.file(),
            import: None,
            document,
            amount: traits.amount.map(amount_key),
            day: traits.date.as_deref().and_then(day),
            email: traits.email().map(str::to_owned),
            text: traits.text().map(str::to_owned),
        }
    }

    /// Lists what it is found by.
    pub(super) fn places(&self) -> impl Iterator<Item = Place> {
        std::iter::once(Place::booking(&self.booking)).chain(self.places_of_alikes())
    }

    /// Lists where the documents are that it may look like.
    pub(super) fn places_of_alikes(&self) -> impl Iterator<Item = Place> {
        let numbers = self.document.numbers.iter().map(|number| Place::number(number));
        self.amount_place().into_iter().chain(numbers)
    }

    pub(super) fn amount_place(&self) -> Option<Place> {
        self.amount.as_deref().map(Place::amount)
    }

    pub(super) fn is_over_amount(&self, other: &Self) -> bool {
        shared(&self.amount, &other.amount)
    }

    /// Returns whether the rules may join it with another document over its amount: all of them ask for
    /// one of these.
    pub(super) fn may_join(&self, other: &Self) -> bool {
        let come_together = shared(&self.email, &other.email)
            || self.email.is_some() && shared(&self.file, &other.file);
        self.booking == other.booking
            || self.shares_number(other)
            || come_together
            || shared(&self.text, &other.text)
    }

    /// Returns whether the rules may leave it to a person whether both are one purchase.
    pub(super) fn may_look_alike(&self, other: &Self) -> bool {
        let is_near = || match (self.day, other.day) {
            (Some(one), Some(two)) => (one - two).abs() <= REVIEW_DAYS,
            _ => true,
        };
        self.booking != other.booking
            && (self.shares_number(other)
                || self.is_over_amount(other) && (is_near() || self.may_join(other)))
    }

    fn shares_number(&self, other: &Self) -> bool {
        self.document.numbers.iter().any(|number| other.document.numbers.contains(number))
    }
}

fn shared<T: PartialEq>(one: &Option<T>, two: &Option<T>) -> bool {
    one.is_some() && one == two
}

fn amount_key(amount: Amount) -> String {
    money::key(Some(amount))
}

fn day(date: &str) -> Option<i64> {
    let days = date.parse::<Date>().ok()?.since(Date::constant(1970, 1, 1)).ok()?;
    Some(i64::from(days.get_days()))
}
