//! The booked receipts as JSON, as CSV, for other programs, and summed up.

mod books;
mod comma;
mod datev;
mod format;
mod glance;
mod gnucash;
mod journal;
mod sheet;

use std::collections::{BTreeMap, HashMap};

use ext_amounts::Amount;
use serde::{Deserialize, Serialize};
use spacedrive_sdk::prelude::*;

use crate::fields;
use crate::index::{self, Index};
use crate::record::DocumentRef;

pub(crate) use books::Books;
pub(crate) use comma::csv;
pub(crate) use format::export;
pub use format::{ExportInput, Exported, File, Format};
pub(crate) use glance::{Glance, Sums};

/// Most receipts of a list.
pub(crate) const MAX_LISTED: usize = 10_000;

/// Conditions for receipts; without any, all receipts fit.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    /// First day, ISO 8601.
    #[serde(default)]
    pub from: Option<String>,
    /// Last day, ISO 8601.
    #[serde(default)]
    pub to: Option<String>,
    /// Only this category; an empty text: those without any.
    #[serde(default)]
    pub category: Option<String>,
    /// Only vendors with this in their names, in any case of letters.
    #[serde(default)]
    pub vendor: Option<String>,
    /// Only this currency, ISO 4217.
    #[serde(default)]
    pub currency: Option<String>,
    /// Smallest amount.
    #[serde(default)]
    pub min: Option<Amount>,
    /// Largest amount.
    #[serde(default)]
    pub max: Option<Amount>,
    /// Only this project.
    #[serde(default)]
    pub project: Option<String>,
    /// Only those with this tag.
    #[serde(default)]
    pub tag: Option<String>,
    /// Only those whose own fields have these values.
    #[serde(default)]
    pub fields: BTreeMap<String, String>,
    /// Only receipts that have a day by which they are to be paid, and were not paid, as far as a person or
    /// a bank statement says.
    #[serde(default)]
    pub unpaid: bool,
    /// Only receipts that are not surely read.
    #[serde(default)]
    pub unsure: bool,
    /// True: only those that are surely read; false: only others.
    #[serde(default)]
    pub sure: Option<bool>,
    /// Those that a person rejected, instead of all others.
    #[serde(default)]
    pub rejected: bool,
    /// The latest first.
    #[serde(default)]
    pub newest: bool,
    /// Most receipts; all where it is left out.
    #[serde(default)]
    pub limit: Option<usize>,
}

/// One booked receipt.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// File name of the imported mail or document.
    pub source: String,
    /// The receipt's entry.
    pub entry_id: Uuid,
    /// Seller or issuer that was or is to be paid.
    pub vendor: Option<String>,
    /// Its name in the documents, where a person gave it another.
    #[serde(skip)]
    pub(crate) read_vendor: Option<String>,
    /// ISO 8601.
    pub date: Option<String>,
    /// Total to pay, tax included.
    pub amount: Option<Amount>,
    /// The amount as it was spent: that of a credit note comes back, so it is negative.
    pub spent: Option<Amount>,
    /// ISO 4217.
    pub currency: Option<String>,
    /// Tax in the amount.
    pub tax: Option<Amount>,
    /// Category of the spending.
    pub category: Option<String>,
    /// Purchased items; `None` where they are not read, as in pages.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub items: Option<Vec<Line>>,
    /// Way of payment.
    pub payment_method: Option<String>,
    /// Confidence in vendor, date and amount, 0 to 1.
    pub confidence: f64,
    /// True when each of vendor, date and amount was surely read, or a person said it.
    pub sure: bool,
    /// Kind of document: `invoice`, `receipt`, `credit_note`, …; `null` where that is not known.
    pub kind: Option<String>,
    /// Fields that may have another value as well, which `receipt.json` names: a person should look
    /// at them.
    pub doubtful: Vec<String>,
    /// Fields that a person corrected.
    pub corrected: Vec<String>,
    /// Fields that are as a person corrected them in another booking of this vendor.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub taught: Vec<String>,
    /// Project that a person named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub project: Option<String>,
    /// Day by which it is to be paid, ISO 8601.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due: Option<String>,
    /// Part of the amount that is left to pay, where a part was paid before or is credited.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub left: Option<Amount>,
    /// Day on which it was paid, as a person said, or else a receipt beside its invoice, or the lines of
    /// bank statements, of which pages know nothing. ISO 8601.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paid: Option<String>,
    /// Note of a person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Tags that a person gave it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Fields of the person's own, with their values.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<String, String>,
    /// Documents of the purchase, by date.
    pub documents: Vec<DocumentRef>,
    /// Bookings that may be the same purchase: `query:finance.review.v1` says why.
    pub look_alikes: Vec<Uuid>,
}

/// A receipt that a person corrected.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CorrectedRow {
    /// The receipt.
    #[serde(flatten)]
    pub row: Row,
    /// Number of other receipts of the vendor whose values changed, because a correction teaches them:
    /// `taught` of each names the fields.
    pub others_changed: usize,
}

/// A receipt that is to be paid.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ToPay {
    /// The receipt.
    #[serde(flatten)]
    pub row: Row,
    /// Amount that is to be paid.
    pub to_pay: Option<Amount>,
}

/// One item of a receipt.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Line {
    /// Name of the item.
    pub name: String,
    /// Of the whole line.
    pub price: Option<Amount>,
}

/// Spending of one month, category and currency; credit notes are taken off it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Sum {
    /// `2026-01`; `null` for receipts without a date.
    pub month: Option<String>,
    /// Category of the spending.
    pub category: Option<String>,
    /// ISO 4217.
    pub currency: Option<String>,
    /// Sum of the amounts.
    pub amount: Amount,
    /// Number of receipts.
    pub receipts: usize,
}

/// Returns the receipts that fit, by date, then source.
///
/// # Errors
/// [`ErrorCode::BadInput`] for a date that is not valid; those of the `vdfs` operations.
pub(crate) fn rows(client: &SpacedriveClient, filter: &Filter) -> Result<Vec<Row>> {
    rows_up_to(client, filter, usize::MAX)
}

/// Returns the receipts of a list, which fits into an answer.
///
/// # Errors
/// [`ErrorCode::BadInput`] for more than [`MAX_LISTED`]; as [`rows`].
pub(crate) fn listed(client: &SpacedriveClient, filter: &Filter) -> Result<Vec<Row>> {
    rows_up_to(client, filter, MAX_LISTED)
}

/// Returns the receipts that are to be paid, those that are due first first.
///
/// # Errors
/// As [`listed`].
pub(crate) fn to_pay(client: &SpacedriveClient) -> Result<Vec<ToPay>> {
    let mut rows = listed(client, &Filter { unpaid: true, ..Filter::default() })?;
    rows.sort_by(|one, two| one.due.cmp(&two.due));
    Ok(rows.into_iter().map(|row| ToPay { to_pay: row.left.or(row.amount), row }).collect())
}

fn rows_up_to(client: &SpacedriveClient, filter: &Filter, most: usize) -> Result<Vec<Row>> {
    let filter = filter.checked()?;
    index::with(client, |index| {
        let books = Books::open(client, index, filter.rejected)?.with_payments(client)?;
        let mut glances = fitting(&books, &filter);
        if filter.newest {
            glances.reverse();
        }
        glances.truncate(filter.limit.unwrap_or(usize::MAX));
        if glances.len() > most {
            return Err(Error::bad_input(format!(
                "{} receipts fit, and a list has at most {most}: give a `limit` or more conditions, or \
                 export them",
                glances.len()
            )));
        }
        glances.iter().map(|glance| books.row(glance)).collect()
    })
}

/// Returns the receipts that fit as [`rows`] does, without their items: to compare and add up very many.
///
/// # Errors
/// As [`rows`].
pub(crate) fn glances(client: &SpacedriveClient, filter: &Filter) -> Result<Vec<Row>> {
    let filter = filter.checked()?;
    index::with(client, |index| {
        let books = opened(client, index, &filter)?;
        Ok(fitting(&books, &filter).iter().map(|glance| books.without_items(glance)).collect())
    })
}

/// Adds up the receipts that fit per month, category and currency.
///
/// # Errors
/// As [`rows`].
pub(crate) fn summary(client: &SpacedriveClient, filter: &Filter) -> Result<Vec<Sum>> {
    let filter = filter.checked()?;
    index::with(client, |index| {
        let books = opened(client, index, &filter)?;
        Ok(sums_of(&fitting(&books, &filter)))
    })
}

/// Returns the bookings that lessons change, as they are with them.
///
/// # Errors
/// Those of `settings.get`.
pub(crate) fn taught(client: &SpacedriveClient) -> Result<HashMap<Uuid, Row>> {
    index::with(client, |index| {
        let books = Books::open(client, index, false)?;
        let glances = books.glances();
        let taught = glances.iter().filter(|glance| !glance.taught.is_empty());
        Ok(taught.map(|glance| (glance.entry_id, Row::of(glance))).collect())
    })
}

/// Opens the bookings, with what statements say of them where that is asked for.
fn opened<'i>(
    client: &'i SpacedriveClient,
    index: &'i Index,
    filter: &Filter,
) -> Result<Books<'i>> {
    let books = Books::open(client, index, filter.rejected)?;
    if filter.unpaid { books.with_payments(client) } else { Ok(books) }
}

/// Lists the bookings that fit, by date, then source.
pub(crate) fn fitting<'b>(books: &'b Books<'_>, filter: &Filter) -> Vec<Glance<'b>> {
    let mut glances = books.glances();
    glances.retain(|glance| glance.fits(filter));
    glances.sort_by_key(Glance::place);
    glances
}

/// Returns the rows of some bookings, also of rejected ones, and reads no others.
///
/// # Errors
/// Those of the `vdfs` operations.
pub(crate) fn rows_of(client: &SpacedriveClient, ids: &[Uuid]) -> Result<Vec<Row>> {
    let mut rows: Vec<Row> = index::with(client, |index| {
        let mut rows = Vec::new();
        for rejected in [false, true] {
            let books = Books::open(client, index, rejected)?;
            for glance in books.glances().iter().filter(|it| ids.contains(&it.entry_id)) {
                rows.push(books.row(glance)?);
            }
        }
        Ok(rows)
    })?;
    rows.sort_by(|a, b| (&a.date, &a.source, a.entry_id).cmp(&(&b.date, &b.source, b.entry_id)));
    Ok(rows)
}

impl Filter {
    pub(crate) fn checked(&self) -> Result<Self> {
        let day = |text: &Option<String>| {
            let Some(text) = text else { return Ok(None) };
            let day = fields::date(text);
            let bad = || {
                Error::new(
                    ErrorCode::BadInput,
                    format!("`{text}` is not a valid date, such as 2026-01-31"),
                )
            };
            day.map(Some).ok_or_else(bad)
        };
        if self.limit == Some(0) {
            return Err(Error::bad_input("`limit` is 0, and has to be 1 at least"));
        }
        Ok(Self { from: day(&self.from)?, to: day(&self.to)?, ..self.clone() })
    }
}

impl Row {
    /// Returns the month of its day, such as 2026-01.
    pub(crate) fn month(&self) -> Option<&str> {
        self.date.as_ref()?.get(..7)
    }

    /// Returns what was spent. The amount of a credit note comes back, whichever sign it is written
    /// with.
    pub(crate) fn spent(&self) -> Amount {
        glance::spent(self.amount, self.kind.as_deref())
    }
}

/// Writes records as CSV (RFC 4180).
fn csv_text<const CELLS: usize>(
    records: impl IntoIterator<Item = [String; CELLS]>,
) -> Result<String> {
    let mut writer =
        csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    for record in records {
        writer.write_record(record).map_err(Error::failed)?;
    }
    let bytes = writer.into_inner().map_err(Error::failed)?;
    String::from_utf8(bytes).map_err(Error::failed)
}

/// Writes a text on one line.
fn plain_line(text: &str) -> String {
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Writes the fields of a person's own: `cost_center=42; trip=Rome`.
fn own_fields(row: &Row) -> String {
    let each = row.fields.iter().map(|(name, value)| format!("{name}={value}"));
    each.collect::<Vec<_>>().join("; ")
}

/// Names a document and the entry that opens it: `mail.eml: invoice.pdf (ENTRY)`.
pub(crate) fn document(document: &DocumentRef) -> String {
    let attached = document.document.as_ref().map(|name| format!(": {name}")).unwrap_or_default();
    let entry = document.entry_id.map(|id| format!(" ({id})")).unwrap_or_default();
    format!("{}{attached}{entry}", document.source)
}

/// Escapes a cell so that no spreadsheet takes it for a formula: texts come from strangers' emails.
fn harmless(cell: &str) -> String {
    let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']);
    if formula { format!("'{cell}") } else { cell.to_owned() }
}

/// Adds up the rows per month, category and currency, in this order.
pub(crate) fn sums<'r>(rows: impl IntoIterator<Item = &'r Row>) -> Vec<Sum> {
    let mut sums = Sums::default();
    for row in rows {
        let group = (row.month(), row.category.as_deref(), row.currency.as_deref());
        sums.add(group, row.spent());
    }
    sums.list()
}

/// Adds up bookings likewise.
pub(crate) fn sums_of(glances: &[Glance<'_>]) -> Vec<Sum> {
    let mut sums = Sums::default();
    for glance in glances {
        sums.add((glance.month(), glance.category, glance.currency), glance.spent());
    }
    sums.list()
}

#[cfg(test)]
pub(crate) use tests::row as test_row;

#[cfg(test)]
mod tests;
