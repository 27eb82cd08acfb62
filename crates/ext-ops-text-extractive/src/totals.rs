//! Search for the amounts that are total, net and tax: the ones that add up.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use crate::amounts::Amount;
use crate::lexicon::Concept;

/// Amounts of one role that are tried as a part of a sum.
const MAX_PARTS: usize = 24;

/// Different values that are tried as the total.
const MAX_CANDIDATES: usize = 80;

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
    currency: Option<&'static str>,
    rows: usize,
    total: Option<Pick>,
}

/// Below this score nothing is the total.
const THRESHOLD: f32 = 0.5;
/// A score that leaves no doubt.
const CERTAIN: f32 = 1.6;

impl<'a> Totals<'a> {
    /// Solves for the total. `rows`: of the document; `currency`: the document's.
    pub(crate) fn solve(
        amounts: &'a [Amount],
        rows: usize,
        currency: Option<&'static str>,
    ) -> Self {
        let mut totals = Self { amounts, currency, rows, total: None };
        totals.total = totals.find_total();
        totals
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

    fn find_total(&self) -> Option<Pick> {
        let mut candidates: Vec<(Decimal, Candidate)> = self.candidates().into_iter().collect();
        candidates.sort_by(|(_, a), (_, b)| b.score.total_cmp(&a.score));
        candidates.truncate(MAX_CANDIDATES);
        let sums = self.sums();
        let paid = self.paid();
        for (value, candidate) in &mut candidates {
            candidate.score += sums_score(*value, &sums) + paid_score(*value, &paid);
            candidate.score += self.part_score(*value);
            if value.is_zero() {
                candidate.score -= 0.8;
            }
        }
        let best = candidates
            .into_iter()
            .max_by(|(va, a), (vb, b)| a.score.total_cmp(&b.score).then(va.abs().cmp(&vb.abs())));
        let (value, candidate) = best.filter(|(_, candidate)| candidate.score >= THRESHOLD)?;
        let confidence = (candidate.score / CERTAIN).clamp(0.1, 0.99);
        Some(Pick { value, row: Some(candidate.row), confidence })
    }

    fn candidates(&self) -> BTreeMap<Decimal, Candidate> {
        let mut by_value: BTreeMap<Decimal, Candidate> = BTreeMap::new();
        for amount in self.amounts.iter().filter(|amount| !amount.number.percent) {
            let Some(score) = self.base_score(amount) else { continue };
            let row = amount.number.spot.row;
            let fresh = Candidate { score, row, times: 0 };
            let candidate = by_value.entry(amount.number.value.normalize()).or_insert(fresh);
            if score > candidate.score {
                (candidate.score, candidate.row) = (score, row);
            }
            candidate.times = candidate.times.saturating_add(1);
        }
        for candidate in by_value.values_mut() {
            candidate.score += 0.06 * f32::from(candidate.times.min(4) - 1);
        }
        by_value
    }

    /// Scores what an amount's label and print say about its being the total; `None`: it is not.
    fn base_score(&self, amount: &Amount) -> Option<f32> {
        let number = &amount.number;
        let label = match amount.role {
            Some(Concept::Total) => amount.strength,
            Some(Concept::AmountDue) => 0.85 * amount.strength,
            Some(Concept::Net) => 0.35 * amount.strength,
            Some(Concept::Given) => 0.3 * amount.strength,
            Some(Concept::Amount) => 0.3 * amount.strength,
            Some(Concept::UnitPrice) | None => 0.05,
            Some(_) => return None,
        };
        let print = match (number.decimals, number.currency) {
            (2, Some(_)) => 0.15,
            (2, None) => 0.1,
            (_, Some(_)) => 0.05,
            _ => -0.35,
        };
        let foreign = number.currency.is_some() && number.currency != self.currency;
        let place = ratio(number.spot.row, self.rows) * 0.1;
        Some(label + print + place - if foreign { 0.5 } else { 0.0 })
    }

    /// Collects what the total may be: net and taxes, with and without charges, discounts and
    /// rounding.
    fn sums(&self) -> Vec<Decimal> {
        let nets = self.values(&[Concept::Net, Concept::Total]);
        let mut taxes = self.values(&[Concept::Tax]);
        taxes.extend(self.sum_of_taxes());
        taxes.push(Decimal::ZERO);
        let extras = self.extras();
        let mut sums = Vec::new();
        for net in &nets {
            for tax in &taxes {
                let changed = extras.iter().filter(|e| !e.is_zero() || !tax.is_zero());
                sums.extend(changed.map(|extra| net + tax + extra));
            }
        }
        sums
    }

    fn extras(&self) -> Vec<Decimal> {
        let sum = |concepts: &[Concept]| self.values(concepts).iter().sum::<Decimal>();
        let charges = sum(&[Concept::Service, Concept::Shipping]);
        let discount: Decimal = self.values(&[Concept::Discount]).iter().map(Decimal::abs).sum();
        let rounding = sum(&[Concept::Rounding]);
        let mut extras = vec![Decimal::ZERO];
        for part in [charges, -discount, rounding] {
            if !part.is_zero() {
                extras.extend(extras.clone().iter().map(|extra| extra + part));
            }
        }
        extras
    }

    /// Collects what was paid: given minus change, with whether there was change.
    fn paid(&self) -> Vec<(Decimal, bool)> {
        let given = self.values(&[Concept::Given]);
        let changes = self.values(&[Concept::Change]);
        let mut paid: Vec<(Decimal, bool)> = given.iter().map(|g| (*g, false)).collect();
        for change in changes.iter().filter(|change| !change.is_zero()) {
            let less = given.iter().map(|g| (*g - change.abs(), true));
            paid.extend(less.filter(|(value, _)| value.is_sign_positive()));
        }
        paid
    }

    /// Scores whether the value is itself a part of the total: of a rounded one, or of one with
    /// tax. A total from which a deposit is taken off counts, although less is left to pay.
    fn part_score(&self, value: Decimal) -> f32 {
        let has = |wanted: Decimal, roles: &[Concept]| {
            self.amounts.iter().any(|a| {
                a.number.value == wanted && a.role.is_some_and(|role| roles.contains(&role))
            })
        };
        let totals = [Concept::Total, Concept::AmountDue];
        let any = |parts: Vec<Decimal>, roles: &[Concept]| {
            parts.iter().any(|part| !part.is_zero() && has(value + part, roles))
        };
        let mut score = 0.0;
        let rounded = self
            .values(&[Concept::Rounding])
            .into_iter()
            .filter(|r| r.abs() < Decimal::ONE)
            .collect();
        if any(rounded, &[Concept::Total, Concept::AmountDue, Concept::Given]) {
            score -= 0.5;
        }
        let is_net = has(value, &[Concept::Net, Concept::Total]);
        if is_net && any(self.values(&[Concept::Tax]), &totals) {
            score -= 0.4;
        }
        let deposits = self.values(&[Concept::Deposit, Concept::Given]);
        if any(deposits.iter().map(|d| -d.abs()).collect(), &[Concept::AmountDue]) {
            score += 0.6;
        }
        score
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

#[derive(Debug)]
struct Candidate {
    score: f32,
    row: usize,
    times: u8,
}

fn sums_score(value: Decimal, sums: &[Decimal]) -> f32 {
    if sums.contains(&value) {
        0.5
    } else if sums.iter().any(|sum| is_near(*sum, value, cents(5))) {
        0.2
    } else {
        0.0
    }
}

/// Scores a value by what was paid: with change it proves, exactly it supports, less than was given
/// with change is not the total.
fn paid_score(value: Decimal, paid: &[(Decimal, bool)]) -> f32 {
    let changed = paid.iter().any(|(_, change)| *change);
    if paid.contains(&(value, true)) {
        0.6
    } else if paid.contains(&(value, false)) {
        if changed { -0.5 } else { 0.35 }
    } else {
        0.0
    }
}

fn is_near(a: Decimal, b: Decimal, within: Decimal) -> bool {
    (a - b).abs() <= within
}

fn cents(count: i64) -> Decimal {
    Decimal::new(count, 2)
}

#[expect(clippy::cast_precision_loss, reason = "at most MAX_ROWS")]
fn ratio(part: usize, whole: usize) -> f32 {
    part as f32 / whole.max(1) as f32
}
