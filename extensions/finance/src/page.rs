//! One page of the bookings, sorted, with what they add up to: what a table on a screen asks for.

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashSet};

use ext_amounts::Amount;
use serde::{Deserialize, Serialize};
use spacedrive_sdk::prelude::*;

use crate::export::{self, Books, Filter, Glance, Row, Sum};
use crate::index::{self, Index};
use crate::money;
use crate::shown::{self, ToReview};

/// Most rows of a page.
const MAX_ROWS: usize = 500;

/// A page to be shown: conditions, an order, and a place in it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PageInput {
    /// Only this booking.
    pub entry_id: Option<Uuid>,
    /// First day, ISO 8601.
    pub from: Option<String>,
    /// Last day, ISO 8601.
    pub to: Option<String>,
    /// Only this category; an empty text: those without any.
    pub category: Option<String>,
    /// Only vendors with this in their names, in any case of letters.
    pub vendor: Option<String>,
    /// Only this currency, ISO 4217.
    pub currency: Option<String>,
    /// Only those with this tag.
    pub tag: Option<String>,
    /// Only this project.
    pub project: Option<String>,
    /// Smallest amount.
    pub min: Option<Amount>,
    /// Largest amount.
    pub max: Option<Amount>,
    /// True: only those that are surely read; false: only others.
    pub sure: Option<bool>,
    /// Only those that need a person's eye.
    pub to_review: bool,
    /// Those that a person rejected, instead of all others.
    pub rejected: bool,
    /// The value to sort by.
    pub sort: SortBy,
    /// The largest first.
    pub descending: bool,
    /// Number of rows to leave out.
    pub offset: usize,
    /// Most rows, up to 500.
    pub limit: usize,
}

impl Default for PageInput {
    fn default() -> Self {
        Self {
            entry_id: None,
            from: None,
            to: None,
            category: None,
            vendor: None,
            currency: None,
            tag: None,
            project: None,
            min: None,
            max: None,
            sure: None,
            to_review: false,
            rejected: false,
            sort: SortBy::Date,
            descending: false,
            offset: 0,
            limit: 50,
        }
    }
}

/// The value by which rows are sorted; rows without it stand last.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SortBy {
    /// The date, then the source.
    #[default]
    Date,
    /// The vendor, in any case of letters.
    Vendor,
    /// The currency, then the amount.
    Amount,
    /// The category.
    Category,
    /// The confidence.
    Confidence,
}

impl SortBy {
    /// Returns the name, as inputs have it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Date => "date",
            Self::Vendor => "vendor",
            Self::Amount => "amount",
            Self::Category => "category",
            Self::Confidence => "confidence",
        }
    }
}

/// One page of bookings.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Page {
    /// The rows of this page, each with the reasons to look at it.
    pub rows: Vec<ToReview>,
    /// Number of all rows that fit.
    pub total: usize,
    /// Number of all that fit and need a person's eye.
    pub to_review: usize,
    /// Sums of all that fit, per currency.
    pub totals: Vec<Total>,
    /// The same per month, category and currency.
    pub sums: Vec<Sum>,
    /// Categories of all bookings.
    pub categories: Vec<String>,
    /// Currencies of all bookings.
    pub currencies: Vec<String>,
    /// Documents that are indexed so far, while a job makes the index: the page is of these only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub indexing: Option<usize>,
}

/// Spending in one currency; credit notes are taken off it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Total {
    /// ISO 4217.
    pub currency: Option<String>,
    /// Sum of the amounts.
    pub amount: Amount,
    /// Number of receipts.
    pub receipts: usize,
}

/// Returns a page of bookings.
///
/// # Errors
/// [`ErrorCode::BadInput`] for a limit out of range; those of the export.
pub(crate) fn page(client: &SpacedriveClient, input: &PageInput) -> Result<Page> {
    if !(1..=MAX_ROWS).contains(&input.limit) {
        let message = format!("a page has 1 to {MAX_ROWS} rows, not {}", input.limit);
        return Err(Error::new(ErrorCode::BadInput, message));
    }
    let filter = input.filter().checked()?;
    match input.entry_id {
        // One that is not indexed yet is not missing.
        Some(_) => index::with(client, |index| input.page(client, index, &filter)),
        None => index::with_part(client, |index, indexing| {
            Ok(Page { indexing, ..input.page(client, index, &filter)? })
        }),
    }
}

fn distinct<'b>(
    glances: &[Glance<'b>],
    field: impl Fn(&Glance<'b>) -> Option<&'b str>,
) -> Vec<String> {
    let distinct: HashSet<&str> = glances.iter().filter_map(field).collect();
    let mut distinct: Vec<String> = distinct.into_iter().map(str::to_owned).collect();
    distinct.sort_unstable();
    distinct
}

/// A booking with the name by which it is sorted.
struct Sorted<'g, 'b> {
    name: Option<String>,
    glance: &'g Glance<'b>,
}

impl PageInput {
    fn page(&self, client: &SpacedriveClient, index: &Index, filter: &Filter) -> Result<Page> {
        let books = Books::open(client, index, self.rejected)?;
        let mut glances = books.glances();
        let categories = distinct(&glances, |it| it.category);
        let currencies = distinct(&glances, |it| it.currency);
        glances.retain(|it| it.fits(filter) && self.fits(it));
        glances.retain(|it| !self.to_review || it.needs_eye());
        let sums = export::sums_of(&glances);
        let rows = self.shown(&glances);
        Ok(Page {
            rows: rows.iter().map(|it| books.row(it).map(ToReview::of)).collect::<Result<_>>()?,
            total: glances.len(),
            to_review: glances.iter().filter(|it| it.needs_eye()).count(),
            totals: totals(&sums),
            sums,
            categories,
            currencies,
            indexing: None,
        })
    }

    fn filter(&self) -> Filter {
        Filter {
            from: self.from.clone(),
            to: self.to.clone(),
            category: self.category.clone().filter(|category| !category.is_empty()),
            vendor: self.vendor.clone(),
            currency: self.currency.clone(),
            tag: self.tag.clone(),
            project: self.project.clone(),
            rejected: self.rejected,
            ..Filter::default()
        }
    }

    /// Returns whether a booking fulfils the conditions that [`Filter`] does not have.
    fn fits(&self, it: &Glance<'_>) -> bool {
        let amount = it.amount;
        self.entry_id.is_none_or(|id| it.entry_id == id)
            && self.min.is_none_or(|min| amount.is_some_and(|amount| amount >= min))
            && self.max.is_none_or(|max| amount.is_some_and(|amount| amount <= max))
            && self.sure.is_none_or(|sure| it.sure == sure)
            && (self.category.as_deref() != Some("") || it.category.is_none())
    }

    /// Returns the bookings of the page in their order. Only those are sorted.
    fn shown<'g, 'b>(&self, glances: &'g [Glance<'b>]) -> Vec<&'g Glance<'b>> {
        let by_name = self.sort == SortBy::Vendor;
        let name = |it: &Glance<'_>| it.vendor.filter(|_| by_name).map(str::to_lowercase);
        let mut all: Vec<Sorted<'g, 'b>> =
            glances.iter().map(|glance| Sorted { name: name(glance), glance }).collect();
        let end = self.offset.saturating_add(self.limit);
        if end < all.len() {
            all.select_nth_unstable_by(end, |one, other| self.compare(one, other));
            all.truncate(end);
        }
        all.sort_unstable_by(|one, other| self.compare(one, other));
        all.into_iter().skip(self.offset).map(|it| it.glance).collect()
    }

    fn compare(&self, one: &Sorted<'_, '_>, other: &Sorted<'_, '_>) -> Ordering {
        let first = match self.sort {
            SortBy::Date => self.order(one.glance.date, other.glance.date),
            SortBy::Vendor => self.order(one.name.as_ref(), other.name.as_ref()),
            SortBy::Amount => self.order(one.glance.price(), other.glance.price()),
            SortBy::Category => self.order(one.glance.category, other.glance.category),
            SortBy::Confidence => {
                one.glance.confidence.total_cmp(&other.glance.confidence).reverse_if(self)
            }
        };
        let rest = || one.glance.place().cmp(&other.glance.place()).reverse_if(self);
        first.then_with(rest)
    }

    /// Compares two values; what is missing stands last, whatever the order is.
    fn order<T: Ord>(&self, one: Option<T>, other: Option<T>) -> Ordering {
        match (one, other) {
            (Some(one), Some(other)) => one.cmp(&other).reverse_if(self),
            (one, other) => other.is_some().cmp(&one.is_some()),
        }
    }
}

/// An order that may be turned round.
trait ReverseIf {
    fn reverse_if(self, input: &PageInput) -> Self;
}

impl ReverseIf for Ordering {
    fn reverse_if(self, input: &PageInput) -> Self {
        if input.descending { self.reverse() } else { self }
    }
}

impl ToReview {
    pub(crate) fn of(row: Row) -> Self {
        Self { reasons: shown::reasons(&row), row }
    }
}

fn totals(sums: &[Sum]) -> Vec<Total> {
    let mut totals: BTreeMap<Option<String>, (Amount, usize)> = BTreeMap::new();
    for sum in sums {
        let total = totals.entry(sum.currency.clone()).or_default();
        total.0 = total.0.checked_add(sum.amount).unwrap_or(total.0);
        total.1 += sum.receipts;
    }
    let total = |(currency, (amount, receipts)): (Option<String>, (Amount, usize))| Total {
        amount: money::with_digits(amount, currency.as_deref()),
        currency,
        receipts,
    };
    totals.into_iter().map(total).collect()
}
