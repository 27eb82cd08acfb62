//! Credit notes, each with the invoice that it takes back.
//!
//! It is the invoice whose number the credit note names, an electronic one as the document that it is about
//! (BT-25). Without one it is the only earlier invoice of the
//! seller over the same amount; where several could be meant, all are listed and none is taken.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use ext_amounts::Amount;
use jiff::civil::Date;
use serde::Serialize;
use spacedrive_sdk::prelude::*;

use crate::dedupe::{normal, seller_words};
use crate::export::{self, Filter, Row};
use crate::fields;
use crate::taxes::stated;

/// Days before a credit note in which its invoice is looked for without a number.
const MAX_DAYS: i32 = 366;

/// A credit note and its invoice.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Credit {
    /// Entry of the credit note.
    pub entry_id: Uuid,
    /// Vendor of the credit note.
    pub vendor: Option<String>,
    /// Day of the credit note, ISO 8601.
    pub date: Option<String>,
    /// Amount that comes back.
    pub amount: Option<Amount>,
    /// ISO 4217.
    pub currency: Option<String>,
    /// The invoice that it takes back, wholly or in part.
    pub invoice: Option<CreditedInvoice>,
    /// Invoices that it may take back.
    pub candidates: Vec<CreditedInvoice>,
    /// Amount of the invoice that stays to be paid, less all credit notes that take it back.
    pub left: Option<Amount>,
    /// Reason for the match, or why there is none.
    pub reason: String,
}

/// An invoice that a credit note takes back.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CreditedInvoice {
    /// Its entry.
    pub entry_id: Uuid,
    /// Its day, ISO 8601.
    pub date: Option<String>,
    /// Its amount.
    pub amount: Option<Amount>,
    /// Numbers of its documents.
    pub numbers: Vec<String>,
}

/// Lists the credit notes that fit, by day.
///
/// # Errors
/// Those of the export.
pub(crate) fn credits(client: &SpacedriveClient, filter: &Filter) -> Result<Vec<Credit>> {
    let fitting = export::glances(client, &Filter { rejected: false, ..filter.clone() })?;
    let rows = export::glances(client, &Filter::default())?;
    let mut credits = all(client, &rows)?;
    take_all_off(&mut credits);
    let asked: BTreeSet<Uuid> = fitting.iter().map(|row| row.entry_id).collect();
    credits.retain(|credit| asked.contains(&credit.entry_id));
    Ok(credits)
}

/// Adds up what credit notes among some receipts take back of the invoices.
///
/// # Errors
/// Those of the `vdfs` operations.
pub(crate) fn taken_back(client: &SpacedriveClient, rows: &[Row]) -> Result<HashMap<Uuid, Amount>> {
    Ok(back(&all(client, rows)?).into_iter().collect())
}

fn all(client: &SpacedriveClient, rows: &[Row]) -> Result<Vec<Credit>> {
    let invoices = Invoices::of(rows.iter().filter(|row| !is_credit(row)));
    let credit =
        |row: &Row| Ok(Credit::of(row, invoices.of_seller(row), &preceding(client, row.entry_id)?));
    rows.iter().filter(|row| is_credit(row)).map(credit).collect()
}

/// Invoices by the words of their seller.
struct Invoices<'r>(HashMap<Vec<String>, Vec<&'r Row>>);

impl<'r> Invoices<'r> {
    fn of(rows: impl Iterator<Item = &'r Row>) -> Self {
        let mut all: HashMap<_, Vec<&Row>> = HashMap::new();
        for row in rows {
            if let Some(vendor) = &row.vendor {
                all.entry(seller_words(vendor)).or_default().push(row);
            }
        }
        Self(all)
    }

    fn of_seller(&self, credit: &Row) -> &[&'r Row] {
        let found = credit.vendor.as_deref().and_then(|vendor| self.0.get(&seller_words(vendor)));
        found.map(Vec::as_slice).unwrap_or_default()
    }
}

/// Adds up by invoice what credit notes in its currency take back.
fn back(credits: &[Credit]) -> BTreeMap<Uuid, Amount> {
    let mut back: BTreeMap<Uuid, Amount> = BTreeMap::new();
    for credit in credits.iter().filter(|credit| credit.left.is_some()) {
        if let (Some(invoice), Some(amount)) = (&credit.invoice, credit.amount) {
            let sum = back.entry(invoice.entry_id).or_default();
            *sum = sum.checked_add(amount).unwrap_or(*sum);
        }
    }
    back
}

/// Returns the numbers of the invoices that an electronic credit note is about.
fn preceding(client: &SpacedriveClient, id: Uuid) -> Result<Vec<String>> {
    let stated = stated(client, id)?.map(|it| it.preceding).unwrap_or_default();
    Ok(stated.iter().filter_map(|it| normal(it)).collect())
}

/// Takes of each invoice all that credit notes take back off what stays to be paid.
fn take_all_off(credits: &mut [Credit]) {
    let back = back(credits);
    for credit in credits.iter_mut().filter(|credit| credit.left.is_some()) {
        let all = credit.invoice.as_ref().and_then(|it| back.get(&it.entry_id)).copied();
        let amount = credit.invoice.as_ref().and_then(|it| it.amount);
        credit.left = amount.zip(all).and_then(|(amount, all)| amount.checked_add(-all));
    }
}

fn is_credit(row: &Row) -> bool {
    fields::is_credit_note(row.kind.as_deref())
}

fn numbers(row: &Row) -> impl Iterator<Item = &String> {
    row.documents.iter().flat_map(|document| &document.numbers)
}

impl Credit {
    fn of(row: &Row, of_seller: &[&Row], preceding: &[String]) -> Self {
        let of_seller = of_seller.iter().copied();
        let named: Vec<&Row> =
            of_seller.clone().filter(|it| is_named(it, row, preceding)).collect();
        let by_amount: Vec<&Row> = of_seller.filter(|it| is_taken_back(it, row)).collect();
        let none: &[&Row] = &[];
        let (found, candidates, reason): (_, &[&Row], _) =
            match (named.as_slice(), by_amount.as_slice()) {
                ([one], _) => (Some(*one), none, "it names the number of the invoice"),
                ([], [one]) => {
                    (Some(*one), none, "the only invoice of the seller over the amount in a year")
                }
                ([], []) => (None, none, "no invoice of the seller fits"),
                ([], several) => (None, several, "several invoices of the seller have the amount"),
                (several, _) => (None, several, "it names the numbers of several invoices"),
            };
        let left = found.filter(|it| it.currency == row.currency);
        let left = left.and_then(|it| it.amount?.checked_add(row.spent()));
        Self {
            entry_id: row.entry_id,
            vendor: row.vendor.clone(),
            date: row.date.clone(),
            amount: row.amount.map(Amount::abs),
            currency: row.currency.clone(),
            invoice: found.map(CreditedInvoice::of),
            candidates: candidates.iter().map(|it| CreditedInvoice::of(it)).collect(),
            left,
            reason: reason.to_owned(),
        }
    }
}

impl CreditedInvoice {
    fn of(row: &Row) -> Self {
        let numbers = numbers(row).cloned().collect();
        Self { entry_id: row.entry_id, date: row.date.clone(), amount: row.amount, numbers }
    }
}

fn is_named(invoice: &Row, credit: &Row, preceding: &[String]) -> bool {
    let is_it = |number: &String| {
        preceding.contains(number) || numbers(credit).any(|other| other == number)
    };
    numbers(invoice).any(is_it)
}

/// Returns whether an invoice of the year before has the amount.
fn is_taken_back(invoice: &Row, credit: &Row) -> bool {
    let day = |row: &Row| row.date.as_ref()?.parse::<Date>().ok();
    let days = day(invoice).zip(day(credit)).and_then(|(one, two)| two.since(one).ok());
    let is_before = days.is_some_and(|days| (0..=MAX_DAYS).contains(&days.get_days()));
    let same =
        invoice.currency == credit.currency && invoice.amount == credit.amount.map(Amount::abs);
    invoice.amount.is_some() && is_before && same
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::test_row;
    use crate::fields::CREDIT_NOTE;
    use crate::record::DocumentRef;

    fn numbered(mut row: Row, numbers: &[&str]) -> Row {
        row.documents = vec![DocumentRef {
            date: None,
            source: String::new(),
            document: None,
            kind: None,
            numbers: numbers.iter().map(|number| (*number).to_owned()).collect(),
            entry_id: None,
            receipt_id: Uuid::nil(),
        }];
        row
    }

    fn credit(date: &str, amount: &str, numbers: &[&str]) -> Row {
        let row = test_row("Lamps GmbH", date, amount);
        numbered(Row { kind: Some(CREDIT_NOTE.to_owned()), ..row }, numbers)
    }

    #[test]
    fn a_credit_note_finds_the_invoice_that_it_names_or_the_only_one_of_the_amount() {
        let one = numbered(test_row("Lamps", "2026-01-05", "100.00"), &["R1"]);
        let two = numbered(test_row("Lamps", "2026-01-09", "50.00"), &["R2"]);
        let three = numbered(test_row("Lamps", "2026-01-12", "50.00"), &["R3"]);
        let other = numbered(test_row("Gas", "2026-01-12", "70.00"), &["R4"]);
        let all = Invoices::of([&one, &two, &three, &other].into_iter());
        let credit_of = |row: Row, preceding: &[&str]| {
            let preceding: Vec<_> = preceding.iter().map(|it| (*it).to_owned()).collect();
            Credit::of(&row, all.of_seller(&row), &preceding)
        };
        let named_of = || credit_of(credit("2026-02-01", "-30.00", &["C1", "R1"]), &[]);
        let named = named_of();
        assert_eq!(
            (named.invoice.unwrap().date.as_deref(), named.left),
            (Some("2026-01-05"), Amount::parse("70.00"))
        );
        let only = credit_of(credit("2026-02-01", "100.00", &["C2"]), &[]);
        assert_eq!(only.left, Amount::parse("0.00"));
        let several = credit_of(credit("2026-02-01", "50.00", &[]), &[]);
        assert_eq!((several.invoice.is_none(), several.candidates.len()), (true, 2));
        let stated = credit_of(credit("2026-02-01", "20.00", &["C3"]), &["R1"]);
        assert_eq!(stated.left, Amount::parse("80.00"));
        let mut both = [named_of(), stated];
        take_all_off(&mut both);
        assert_eq!(both.map(|it| it.left), [Amount::parse("50.00"), Amount::parse("50.00")]);
        for none in [credit("2026-02-01", "70.00", &["R4"]), credit("2025-12-01", "100.00", &[])] {
            let none = credit_of(none, &[]);
            assert!(none.invoice.is_none() && none.candidates.is_empty(), "{none:?}");
        }
    }
}
