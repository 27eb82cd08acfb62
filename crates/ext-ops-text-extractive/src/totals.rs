//! The amounts that are total, net and tax.

use rust_decimal::Decimal;

use crate::amounts::Amount;
use crate::lexicon::Concept;
use crate::ranking::total;

/// Amounts of one role that are tried as a part of a sum.
const MAX_PARTS: usize = 24;

/// A value that was picked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Pick {
    pub(crate) value: Decimal,
    /// Row that prints it.
    pub(crate) row: Option<usize>,
    /// 0 to 1.
    pub(crate) confidence: f32,
}

/// The amounts of a document by role.
#[derive(Debug)]
pub(crate) struct Totals<'a> {
    amounts: &'a [Amount],
    total: Option<Pick>,
}

/// Finds the total to pay. `rows`: of the document.
pub(crate) fn find_total(amounts: &[Amount], rows: usize) -> Option<Pick> {
    let candidates = total::candidates(amounts, rows);
    let choice = total::best(&candidates)?;
    let found = candidates.get(choice.index)?;
    Some(Pick { value: found.value, row: Some(found.row), confidence: choice.confidence })
}

impl<'a> Totals<'a> {
    pub(crate) fn new(amounts: &'a [Amount], total: Option<Pick>) -> Self {
        Self { amounts, total }
    }

    /// Returns the total to pay, tax included.
    pub(crate) fn total(&self) -> Option<Pick> {
        self.total
    }

    /// Returns what is left to pay; the total where nothing was paid before.
    pub(crate) fn amount_due(&self) -> Option<Pick> {
        self.labelled(Concept::AmountDue).or(self.total)
    }

    /// Finds the tax in the total: the one that adds up, else the one that is labelled.
    pub(crate) fn tax(&self) -> Option<Pick> {
        let labelled = self.labelled(Concept::Tax);
        let Some(total) = self.total else { return labelled };
        let sum = self.sum_of_taxes();
        let nets =
            self.values(&[Concept::Net, Concept::Total, Concept::UnitPrice, Concept::Amount]);
        let fits = |tax: Decimal| {
            tax != Decimal::ZERO
                && nets.iter().any(|net| is_near(*net + tax, total.value, cents(5)))
        };
        let taxes = self.values(&[Concept::Tax]);
        let fitting =
            taxes.iter().copied().chain(sum).filter(|tax| fits(*tax)).max_by_key(|t| t.abs());
        match fitting {
            Some(value) => Some(Pick { value, row: self.row_of(value), confidence: 0.95 }),
            None => {
                labelled.filter(|tax| tax.value.abs() < total.value.abs() || tax.value.is_zero())
            }
        }
    }

    /// Returns the total without tax.
    pub(crate) fn net(&self) -> Option<Pick> {
        let wanted = self.total.zip(self.tax()).map(|(total, tax)| total.value - tax.value);
        let row = wanted.and_then(|value| self.row_of(value));
        match (wanted, row) {
            (Some(value), Some(row)) => Some(Pick { value, row: Some(row), confidence: 0.95 }),
            _ => self.labelled(Concept::Net),
        }
    }

    /// Returns the best amount whose label says the concept; the later one of equals.
    pub(crate) fn labelled(&self, concept: Concept) -> Option<Pick> {
        let of = self.amounts.iter().filter(|a| a.role == Some(concept) && !a.number.percent);
        let rank = |a: &Amount| a.strength + if a.number.is_money() { 0.5 } else { 0.0 };
        let best = of.max_by(|a, b| rank(a).total_cmp(&rank(b)))?;
        let confidence =
            if best.number.is_money() { best.strength * 0.9 } else { best.strength * 0.5 };
        Some(Pick { value: best.number.value, row: Some(best.number.spot.row), confidence })
    }

    /// Collects distinct amounts with one of the roles.
    fn values(&self, roles: &[Concept]) -> Vec<Decimal> {
        let mut found = Vec::new();
        for amount in self.amounts {
            let wanted =
                amount.role.is_some_and(|role| roles.contains(&role)) && amount.number.is_money();
            if wanted && !found.contains(&amount.number.value) && found.len() < MAX_PARTS {
                found.push(amount.number.value);
            }
        }
        found
    }

    /// Adds up the taxes of several rates.
    fn sum_of_taxes(&self) -> Option<Decimal> {
        let taxes = self.values(&[Concept::Tax]);
        (taxes.len() > 1).then(|| taxes.iter().sum())
    }

    fn row_of(&self, value: Decimal) -> Option<usize> {
        let printed = self.amounts.iter().rev().find(|amount| amount.number.value == value);
        printed.map(|amount| amount.number.spot.row)
    }
}

fn is_near(a: Decimal, b: Decimal, within: Decimal) -> bool {
    (a - b).abs() <= within
}

fn cents(count: i64) -> Decimal {
    Decimal::new(count, 2)
}
