//! One page of the bookings, sorted, with what they add up to: what a table on a screen asks for.
//!
//! It comes of the index alone, so that no file is read for a row.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

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
    /// The same per month; those without a date are not among them.
    pub per_month: Vec<MonthTotal>,
    /// The same per category.
    pub per_category: Vec<CategoryTotal>,
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

/// Spending of one month in one currency.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MonthTotal {
    /// Month, such as 2026-01.
    pub month: String,
    /// Sum in the currency.
    #[serde(flatten)]
    pub total: Total,
}

/// Spending of one category in one currency.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CategoryTotal {
    /// Category; `null` for what has none.
    pub category: Option<String>,
    /// Sum in the currency.
    #[serde(flatten)]
    pub total: Total,
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
    // One by one: collecting would sort them all first, of which most are the same.
    let mut distinct = BTreeSet::new();
    for value in glances.iter().filter_map(field) {
        distinct.insert(value);
    }
    distinct.into_iter().map(str::to_owned).collect()
}

/// A booking with the text by which it is sorted.
struct Sorted<'g, 'b> {
    text: Option<Cow<'b, str>>,
    /// First bytes of the text, which nearly always tell two apart without a look at them.
    prefix: u128,
    glance: &'g Glance<'b>,
}

impl<'g, 'b> Sorted<'g, 'b> {
    fn new(glance: &'g Glance<'b>, sort: SortBy) -> Self {
        let text = match sort {
            SortBy::Date => glance.date.map(Cow::Borrowed),
            SortBy::Vendor => glance.vendor.map(|name| Cow::Owned(name.to_lowercase())),
            SortBy::Category => glance.category.map(Cow::Borrowed),
            SortBy::Amount | SortBy::Confidence => None,
        };
        let mut prefix = [0; size_of::<u128>()];
        for (to, from) in prefix.iter_mut().zip(text.as_deref().unwrap_or_default().bytes()) {
            *to = from;
        }
        Self { prefix: u128::from_be_bytes(prefix), text, glance }
    }

    /// Returns what its text compares by.
    fn key(&self) -> Option<(u128, &str)> {
        Some((self.prefix, self.text.as_deref()?))
    }
}

impl PageInput {
    fn page(&self, client: &SpacedriveClient, index: &Index, filter: &Filter) -> Result<Page> {
        let books = Books::open(client, index, self.rejected)?;
        let mut glances = books.glances();
        let categories = distinct(&glances, |it| it.category);
        let currencies = distinct(&glances, |it| it.currency);
        glances.retain(|it| it.fits(filter) && self.fits(it));
        let sums = export::sums_of(&glances);
        let rows = self.shown(&glances);
        Ok(Page {
            rows: rows.iter().map(|it| ToReview::of(books.without_items(it))).collect(),
            total: glances.len(),
            to_review: glances.iter().filter(|it| it.needs_eye()).count(),
            totals: totals(&sums),
            per_month: per_month(&sums),
            per_category: per_category(&sums),
            categories,
            currencies,
            indexing: None,
        })
    }

    fn filter(&self) -> Filter {
        Filter {
            from: self.from.clone(),
            to: self.to.clone(),
            category: self.category.clone(),
            vendor: self.vendor.clone(),
            currency: self.currency.clone(),
            min: self.min,
            max: self.max,
            sure: self.sure,
            tag: self.tag.clone(),
            project: self.project.clone(),
            rejected: self.rejected,
            ..Filter::default()
        }
    }

    /// Returns whether a booking fulfils the conditions that [`Filter`] does not have.
    fn fits(&self, it: &Glance<'_>) -> bool {
        self.entry_id.is_none_or(|id| it.entry_id == id) && (!self.to_review || it.needs_eye())
    }

    /// Returns the bookings of the page in their order. Only those are sorted.
    fn shown<'g, 'b>(&self, glances: &'g [Glance<'b>]) -> Vec<&'g Glance<'b>> {
        let mut all: Vec<Sorted<'g, 'b>> =
            glances.iter().map(|glance| Sorted::new(glance, self.sort)).collect();
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
            SortBy::Date | SortBy::Vendor | SortBy::Category => self.order(one.key(), other.key()),
            SortBy::Amount => self.order(one.glance.price(), other.glance.price()),
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
    let totals = grouped(sums, |sum| Some(sum.currency.as_deref()));
    totals.into_iter().map(|(currency, sum)| Total::of(currency, sum)).collect()
}

fn per_month(sums: &[Sum]) -> Vec<MonthTotal> {
    let months = grouped(sums, |sum| Some((sum.month.as_deref()?, sum.currency.as_deref())));
    let total = |((month, currency), sum): ((&str, _), _)| MonthTotal {
        month: month.to_owned(),
        total: Total::of(currency, sum),
    };
    months.into_iter().map(total).collect()
}

fn per_category(sums: &[Sum]) -> Vec<CategoryTotal> {
    let categories = grouped(sums, |sum| Some((sum.category.as_deref(), sum.currency.as_deref())));
    let total = |((category, currency), sum): ((Option<&str>, _), _)| CategoryTotal {
        category: category.map(str::to_owned),
        total: Total::of(currency, sum),
    };
    categories.into_iter().map(total).collect()
}

/// Adds up the sums that have a key, by their keys.
fn grouped<'s, K: Ord>(
    sums: &'s [Sum],
    key: impl Fn(&'s Sum) -> Option<K>,
) -> BTreeMap<K, (Amount, usize)> {
    let mut groups: BTreeMap<K, (Amount, usize)> = BTreeMap::new();
    for (key, sum) in sums.iter().filter_map(|sum| Some((key(sum)?, sum))) {
        let group = groups.entry(key).or_default();
        group.0 = group.0.checked_add(sum.amount).unwrap_or(group.0);
        group.1 += sum.receipts;
    }
    groups
}

impl Total {
    /// Returns whether it is in a currency.
    pub(crate) fn is_in(&self, currency: &str) -> bool {
        self.currency.as_deref() == Some(currency)
    }

    fn of(currency: Option<&str>, (amount, receipts): (Amount, usize)) -> Self {
        let amount = money::with_digits(amount, currency);
        Self { currency: currency.map(str::to_owned), amount, receipts }
    }
}
