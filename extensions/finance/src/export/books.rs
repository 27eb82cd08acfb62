//! The bookings of a library with what the user says about all of them, and the rows that are made of
//! them.

use std::cell::LazyCell;
use std::collections::HashMap;

use ext_amounts::Amount;
use spacedrive_sdk::prelude::*;

use super::{Glance, Line, Row};
use crate::corrections;
use crate::credits;
use crate::fields::{self, RECEIPT as RECEIPT_KIND};
use crate::index::{Index, Kept};
use crate::ledger::Ledger;
use crate::lessons::Lessons;
use crate::preferences::Preferences;
use crate::record::DocumentRef;
use crate::statement;

/// All bookings, with what the user says about them.
pub(crate) struct Books<'i> {
    ledger: Ledger<'i>,
    index: &'i Index,
    rejected: bool,
    /// Bookings that may be the same purchase as one.
    look_alikes: HashMap<Uuid, Vec<Uuid>>,
    lessons: Lessons,
    preferences: Preferences,
    /// Days on which statements say that bookings were paid.
    payments: HashMap<Uuid, String>,
    /// Amounts of invoices that credit notes take back.
    taken_back: HashMap<Uuid, Amount>,
}

impl<'i> Books<'i> {
    /// Opens those that a person rejected, or all others.
    ///
    /// # Errors
    /// Those of `settings.get`.
    pub(crate) fn open(
        client: &'i SpacedriveClient,
        index: &'i Index,
        rejected: bool,
    ) -> Result<Self> {
        let mut look_alikes: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
        for pair in index.pairs(rejected) {
            let (one, two) = pair.entries;
            for (id, other) in [(one, two), (two, one)] {
                let others = look_alikes.entry(id).or_default();
                if !others.contains(&other) {
                    others.push(other);
                }
            }
        }
        let kept = || index.bookings().map(|(_, kept)| kept);
        let lessons = kept().filter(|kept| kept.rejected == rejected);
        let lessons = Lessons::of(lessons.filter_map(|kept| kept.lesson.as_ref()));
        let preferences = Preferences::load(client)?;
        let ledger = Ledger::new(client);
        let (payments, taken_back) = Default::default();
        Ok(Self {
            ledger,
            index,
            rejected,
            look_alikes,
            lessons,
            preferences,
            payments,
            taken_back,
        })
    }

    /// Reads the statements and the credit notes, and knows which bookings they say are paid or taken back:
    /// all bookings are compared with them for that.
    ///
    /// # Errors
    /// Those of the `vdfs` operations.
    pub(crate) fn with_payments(mut self, client: &SpacedriveClient) -> Result<Self> {
        let rows = LazyCell::new(|| self.rows());
        let payments = statement::payment_days(client, || rows.as_slice())?;
        let mut kept = self.index.bookings().map(|(_, kept)| kept);
        let is_any_due = kept.clone().any(|kept| kept.due.is_some());
        let is_back = |kept: &Kept| fields::is_credit_note(kept.kind.as_deref());
        let taken_back = if is_any_due && kept.any(is_back) {
            credits::taken_back(client, &rows)?
        } else {
            HashMap::new()
        };
        drop(rows);
        (self.payments, self.taken_back) = (payments, taken_back);
        Ok(self)
    }

    /// Looks at all bookings.
    pub(crate) fn glances(&self) -> Vec<Glance<'_>> {
        let mut known = Known::default();
        let bookings = self.index.bookings().filter(|(_, kept)| kept.rejected == self.rejected);
        bookings.map(|(key, kept)| self.glance(key, kept, &mut known)).collect()
    }

    fn glance<'b>(&'b self, key: &'b str, kept: &'b Kept, known: &mut Known<'b>) -> Glance<'b> {
        let mut glance = Glance::of(key, kept);
        glance.paid = glance.paid.or_else(|| self.payments.get(&kept.id).map(String::as_str));
        glance.alike = self.look_alikes.contains_key(&kept.id);
        self.lessons.apply(&mut glance);
        known.prefer(&self.preferences, &mut glance);
        if glance.is_to_pay() {
            self.settle(&mut glance);
        }
        glance
    }

    fn rows(&self) -> Vec<Row> {
        self.glances().iter().map(|glance| self.without_items(glance)).collect()
    }

    /// Takes off what credit notes take back, and looks for a receipt beside the invoice.
    fn settle<'b>(&'b self, glance: &mut Glance<'b>) {
        let documents = || self.index.of_booking(glance.key).map(|slip| &slip.document);
        let is_receipt = |it: &&DocumentRef| it.kind.as_deref() == Some(RECEIPT_KIND);
        if documents().any(|it| !is_receipt(&it)) {
            let receipt = documents().find(is_receipt);
            glance.paid = receipt.and_then(|it| it.date.as_deref().or(glance.date));
        }
        let back = self.taken_back.get(&glance.entry_id).copied();
        if let Some((back, open)) = back.zip(glance.left.or(glance.amount)) {
            glance.left = open.checked_add(-back);
        }
    }

    /// Makes the row of a booking, with its items.
    ///
    /// # Errors
    /// Those of the `vdfs` operations.
    pub(crate) fn row(&self, glance: &Glance<'_>) -> Result<Row> {
        let items = match self.ledger.record(glance.entry_id) {
            Ok(record) => record.values.receipt.in_digits().items,
            Err(error) if corrections::is_damaged(&error) => {
                warn!("receipt {}: {}", glance.entry_id, error.message());
                Vec::new()
            }
            Err(error) => return Err(error),
        };
        let line = |item: crate::fields::Item| Line { name: item.name, price: item.price };
        Ok(Row { items: Some(items.into_iter().map(line).collect()), ..self.without_items(glance) })
    }

    /// Makes the row of a booking without its items, for which no file is read.
    pub(crate) fn without_items(&self, glance: &Glance<'_>) -> Row {
        let slips = self.index.of_booking(glance.key);
        let mut documents: Vec<_> = slips.map(|slip| slip.document.clone()).collect();
        documents.sort_unstable();
        let look_alikes = self.look_alikes.get(&glance.entry_id).cloned().unwrap_or_default();
        Row { documents, look_alikes, ..Row::of(glance) }
    }
}

/// Categories by vendor that were looked up already.
#[derive(Default)]
struct Known<'b>(HashMap<&'b str, Option<&'b str>>);

impl<'b> Known<'b> {
    /// Fills in what the user prefers. What a person said of this booking wins.
    fn prefer(&mut self, preferences: &'b Preferences, glance: &mut Glance<'b>) {
        if glance.currency.is_none() && glance.amount.is_some() {
            glance.currency = preferences.home_currency.as_deref();
        }
        if preferences.names_categories()
            && let Some(vendor) = glance.vendor.filter(|_| !glance.is_said("category"))
        {
            let category = self.0.entry(vendor).or_insert_with(|| preferences.category(vendor));
            glance.category = category.or(glance.category);
        }
    }
}
