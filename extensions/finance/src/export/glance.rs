//! A booking as lists and sums look at it: borrowed from the index, so that very many can be looked at.

use std::collections::HashMap;

use ext_amounts::Amount;
use jiff::civil::Date;
use rust_decimal::Decimal;
use spacedrive_sdk::prelude::*;

use super::{Filter, Row, Sum};
use crate::fields;
use crate::index::Kept;
use crate::money;
use crate::places;

/// Most days between the day that was read and the one at the place of another.
const MAX_DAYS: i32 = 400;
/// Part of an amount that its tax is at most: a quarter.
const MOST_TAX: u32 = 4;

/// A booking at a glance.
#[derive(Debug, Clone)]
pub(crate) struct Glance<'b> {
    pub(crate) kept: &'b Kept,
    pub(super) key: &'b str,
    pub(crate) entry_id: Uuid,
    pub(crate) source: &'b str,
    pub(crate) vendor: Option<&'b str>,
    pub(crate) date: Option<&'b str>,
    pub(crate) amount: Option<Amount>,
    pub(crate) tax: Option<Amount>,
    pub(crate) currency: Option<&'b str>,
    pub(crate) category: Option<&'b str>,
    pub(crate) confidence: f64,
    pub(crate) sure: bool,
    /// Day by which it is to be paid, unless the money is taken or comes back.
    pub(crate) due: Option<&'b str>,
    /// Day on which it was paid.
    pub(crate) paid: Option<&'b str>,
    /// Part of the amount that is left to pay, where that is not all of it.
    pub(crate) left: Option<Amount>,
    /// Fields that are as a person corrected them in another booking.
    pub(crate) taught: Vec<&'static str>,
    /// Some other booking may be the same purchase.
    pub(crate) alike: bool,
}

impl<'b> Glance<'b> {
    pub(super) fn of(key: &'b str, kept: &'b Kept) -> Self {
        Self {
            kept,
            key,
            entry_id: kept.id,
            source: &kept.source,
            vendor: kept.vendor.as_deref(),
            date: kept.date.as_deref(),
            amount: kept.amount,
            tax: kept.tax,
            currency: kept.currency.as_deref(),
            category: kept.category.as_deref(),
            confidence: kept.confidence,
            sure: kept.sure,
            due: due(kept),
            paid: kept.paid.as_deref(),
            left: kept.payable,
            taught: Vec::new(),
            alike: false,
        }
    }

    /// Returns whether a person corrected a field.
    pub(crate) fn is_said(&self, field: &str) -> bool {
        self.kept.corrected.iter().any(|name| name == field)
    }

    /// Takes a value from the place where a person found it on another document of the vendor.
    pub(crate) fn take(&mut self, field: &'static str, value: &'b str) {
        let is_new = match field {
            "date" => {
                self.date.is_none_or(|read| is_near(read, value))
                    && self.date.replace(value) != Some(value)
            }
            field => {
                let amount = places::amount(value, self.currency);
                let place = if field == "tax" { &mut self.tax } else { &mut self.amount };
                amount.is_some_and(|amount| place.replace(amount) != Some(amount))
            }
        };
        if is_new {
            self.taught.push(field);
            // The tax that was read may be of the amount that was.
            let amount = self.amount.unwrap_or_default();
            self.tax = self.tax.filter(|tax| field != "amount" || is_tax_of(*tax, amount));
        }
    }

    /// Returns whether a person should look at it, as [`crate::shown::reasons`] of its row say.
    pub(crate) fn needs_eye(&self) -> bool {
        let missing = [
            ("vendor", self.vendor.is_none()),
            ("date", self.date.is_none()),
            ("amount", self.amount.is_none()),
        ];
        let is_open = |(field, missing): (&str, bool)| missing && !self.is_said(field);
        !self.kept.doubtful.is_empty()
            || !self.sure
            || self.alike
            || missing.into_iter().any(is_open)
    }

    /// Returns whether it is to be paid by some day, and nothing says that it was.
    pub(crate) fn is_to_pay(&self) -> bool {
        let is_left = self.left.is_none_or(|left| left > Amount::default());
        self.due.is_some() && self.paid.is_none() && is_left
    }

    /// Returns its place among bookings: the day, the source, the entry.
    pub(crate) const fn place(&self) -> (Option<&'b str>, &'b str, Uuid) {
        (self.date, self.source, self.entry_id)
    }

    /// Returns its currency and amount, where both are known.
    pub(crate) fn price(&self) -> Option<(&'b str, Amount)> {
        self.currency.zip(self.amount)
    }

    /// Returns the month of its day, such as 2026-01.
    pub(crate) fn month(&self) -> Option<&'b str> {
        self.date?.get(..7)
    }

    /// Returns what was spent. The amount of a credit note comes back, whichever sign it is written
    /// with.
    pub(crate) fn spent(&self) -> Amount {
        spent(self.amount, self.kept.kind.as_deref())
    }

    /// Returns whether it fulfils the conditions; ISO dates compare as texts.
    pub(crate) fn fits(&self, filter: &Filter) -> bool {
        let (date, kept) = (self.date, self.kept);
        let field = |(name, value): (&String, &String)| kept.fields.get(name) == Some(value);
        filter.from.as_deref().is_none_or(|from| date.is_some_and(|date| date >= from))
            && filter.to.as_deref().is_none_or(|to| date.is_some_and(|date| date <= to))
            && filter.category.as_deref().is_none_or(|it| self.category.unwrap_or_default() == it)
            && filter.vendor.as_deref().is_none_or(|vendor| self.is_of(vendor))
            && filter.currency.as_deref().is_none_or(|code| self.is_in(code))
            && filter.min.is_none_or(|min| self.amount.is_some_and(|amount| amount >= min))
            && filter.max.is_none_or(|max| self.amount.is_some_and(|amount| amount <= max))
            && filter.project.as_ref().is_none_or(|project| kept.project.as_ref() == Some(project))
            && filter.tag.as_ref().is_none_or(|tag| kept.tags.contains(tag))
            && filter.fields.iter().all(field)
            && (!filter.unpaid || self.is_to_pay())
            && !(filter.unsure && self.sure)
            && filter.sure.is_none_or(|sure| self.sure == sure)
    }

    fn is_of(&self, vendor: &str) -> bool {
        let vendor = vendor.to_lowercase();
        self.vendor.is_some_and(|name| name.to_lowercase().contains(&vendor))
    }

    fn is_in(&self, code: &str) -> bool {
        self.currency.is_some_and(|currency| currency.eq_ignore_ascii_case(code))
    }
}

fn is_near(one: &str, two: &str) -> bool {
    let days = one.parse::<Date>().ok().zip(two.parse::<Date>().ok());
    let days = days.and_then(|(one, two)| two.since(one).ok());
    days.is_some_and(|days| days.get_days().abs() <= MAX_DAYS)
}

/// Returns whether an amount may have a tax: no rate of the world takes more of it.
fn is_tax_of(tax: Amount, amount: Amount) -> bool {
    tax.value().abs() * Decimal::from(MOST_TAX) <= amount.value().abs()
}

fn due(kept: &Kept) -> Option<&str> {
    let is_said = kept.corrected.iter().any(|field| field == "due");
    let is_taken = kept.payment_method.as_deref().is_some_and(fields::is_taken);
    let is_back = fields::is_credit_note(kept.kind.as_deref());
    kept.due.as_deref().filter(|_| !is_back && (is_said || !is_taken))
}

/// Returns what was spent by a document of a kind.
pub(super) fn spent(amount: Option<Amount>, kind: Option<&str>) -> Amount {
    let amount = amount.unwrap_or_default();
    if fields::is_credit_note(kind) { -amount.abs() } else { amount }
}

impl Row {
    /// Makes the row of a booking but for its items, documents and look-alikes.
    pub(super) fn of(glance: &Glance<'_>) -> Self {
        let text = |value: Option<&str>| value.map(str::to_owned);
        let kept = glance.kept.clone();
        let read = kept.lesson.and_then(|lesson| lesson.read).or(kept.vendor);
        Self {
            read_vendor: read.filter(|read| Some(read.as_str()) != glance.vendor),
            source: kept.source,
            entry_id: kept.id,
            vendor: text(glance.vendor),
            date: text(glance.date),
            amount: glance.amount,
            spent: glance.amount.map(|_| glance.spent()),
            currency: text(glance.currency),
            tax: glance.tax,
            category: text(glance.category),
            items: None,
            payment_method: kept.payment_method,
            confidence: kept.confidence,
            sure: kept.sure,
            kind: kept.kind,
            doubtful: kept.doubtful,
            corrected: kept.corrected,
            taught: glance.taught.iter().map(|name| (*name).to_owned()).collect(),
            project: kept.project,
            due: text(glance.due),
            left: glance.left,
            paid: text(glance.paid),
            note: kept.note,
            tags: kept.tags,
            fields: kept.fields,
            documents: Vec::new(),
            look_alikes: Vec::new(),
        }
    }
}

/// Sums per month, category and currency.
#[derive(Debug, Default)]
pub(crate) struct Sums<'b>(HashMap<Group<'b>, (Amount, usize)>);

/// A month, a category, a currency.
type Group<'b> = (Option<&'b str>, Option<&'b str>, Option<&'b str>);

impl<'b> Sums<'b> {
    /// Adds a booking; a sum that is too large to be stated stays what it is.
    pub(super) fn add(&mut self, group: Group<'b>, spent: Amount) {
        let sum = self.0.entry(group).or_default();
        sum.0 = sum.0.checked_add(spent).unwrap_or(sum.0);
        sum.1 += 1;
    }

    /// Lists the sums in their order.
    pub(super) fn list(self) -> Vec<Sum> {
        let sum =
            |((month, category, currency), (amount, receipts)): (Group<'_>, (Amount, usize))| Sum {
                month: month.map(str::to_owned),
                category: category.map(str::to_owned),
                currency: currency.map(str::to_owned),
                amount: money::with_digits(amount, currency),
                receipts,
            };
        let mut sums: Vec<_> = self.0.into_iter().collect();
        sums.sort_unstable_by_key(|(group, _)| *group);
        sums.into_iter().map(sum).collect()
    }
}
