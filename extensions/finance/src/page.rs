//! One page of the bookings, sorted, with what they add up to: what a table on a screen asks for.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use ext_amounts::Amount;
use serde::{Deserialize, Serialize};
use spacedrive_sdk::prelude::*;

use crate::export::{self, Books, Filter, Row, Sum};
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
    let books = Books::open(client, input.rejected)?;
    let bookings = books.bookings();
    let rows = bookings.iter().map(|booking| books.glance(booking)).collect::<Result<Vec<_>>>()?;
    let distinct = |field: fn(&Row) -> Option<&String>| {
        rows.iter().filter_map(field).cloned().collect::<BTreeSet<_>>().into_iter().collect()
    };
    let (categories, currencies) =
        (distinct(|row| row.category.as_ref()), distinct(|row| row.currency.as_ref()));
    let filter = input.filter().checked()?;
    let fitting = rows.into_iter().filter(|row| filter.fits(row) && input.fits(row));
    let mut fitting: Vec<ToReview> = fitting.map(ToReview::of).collect();
    fitting.retain(|it| !input.to_review || it.needs_eye());
    let to_review = fitting.iter().filter(|it| it.needs_eye()).count();
    let (total, sums) = (fitting.len(), export::sums(fitting.iter().map(|it| &it.row)));
    fitting.sort_by(|a, b| input.compare(&a.row, &b.row));
    let shown: Vec<Uuid> =
        fitting.iter().skip(input.offset).take(input.limit).map(|it| it.row.entry_id).collect();
    let whole = |id: &Uuid| bookings.iter().find(|booking| booking.first.entry.id == *id);
    let rows = shown.iter().filter_map(whole).map(|booking| books.row(booking).map(ToReview::of));
    let rows = rows.collect::<Result<_>>()?;
    Ok(Page { rows, total, to_review, totals: totals(&sums), sums, categories, currencies })
}

impl PageInput {
    fn filter(&self) -> Filter {
        Filter {
            from: self.from.clone(),
            to: self.to.clone(),
            category: self.category.clone().filter(|category| !category.is_empty()),
            vendor: self.vendor.clone(),
            currency: self.currency.clone(),
            rejected: self.rejected,
            ..Filter::default()
        }
    }

    /// Returns whether a row fulfils the conditions that [`Filter`] does not have.
    fn fits(&self, row: &Row) -> bool {
        let amount = row.amount;
        self.entry_id.is_none_or(|id| row.entry_id == id)
            && self.min.is_none_or(|min| amount.is_some_and(|amount| amount >= min))
            && self.max.is_none_or(|max| amount.is_some_and(|amount| amount <= max))
            && self.sure.is_none_or(|sure| row.sure == sure)
            && (self.category.as_deref() != Some("") || row.category.is_none())
    }

    fn compare(&self, one: &Row, other: &Row) -> Ordering {
        let first = match self.sort {
            SortBy::Date => self.order(one.date.as_ref(), other.date.as_ref()),
            SortBy::Vendor => {
                let name = |row: &Row| row.vendor.as_ref().map(|name| name.to_lowercase());
                self.order(name(one), name(other))
            }
            SortBy::Amount => {
                let key = |row: &Row| Some((row.currency.clone()?, row.amount?));
                self.order(key(one), key(other))
            }
            SortBy::Category => self.order(one.category.as_ref(), other.category.as_ref()),
            SortBy::Confidence => one.confidence.total_cmp(&other.confidence).reverse_if(self),
        };
        let rest = |row: &Row| (row.date.clone(), row.source.clone(), row.entry_id);
        first.then_with(|| rest(one).cmp(&rest(other)).reverse_if(self))
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
    fn of(row: Row) -> Self {
        Self { reasons: shown::reasons(&row), row }
    }

    fn needs_eye(&self) -> bool {
        !self.reasons.is_empty()
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
