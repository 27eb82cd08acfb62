//! The total to pay among the amounts of a document.

use std::collections::{BTreeMap, HashSet};
use std::sync::LazyLock;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::forest::Forest;
use super::{Choice, choose, count, flag, ratio};
use crate::amounts::Amount;
use crate::context::Place;
use crate::lexicon::Concept;

/// Different values that are tried.
const MAX_CANDIDATES: usize = 80;
/// Rows above a value whose amounts may add up to it.
const MAX_ITEM_ROWS: usize = 60;

static FOREST: LazyLock<Forest> = LazyLock::new(|| {
    Forest::read(include_str!("../../weights/total.txt")).expect("constant table")
});

/// Roles whose strength is a feature each.
const ROLES: [Concept; 15] = [
    Concept::Total,
    Concept::AmountDue,
    Concept::Net,
    Concept::Tax,
    Concept::Given,
    Concept::Amount,
    Concept::UnitPrice,
    Concept::Change,
    Concept::Discount,
    Concept::Deposit,
    Concept::Rounding,
    Concept::Service,
    Concept::Shipping,
    Concept::Count,
    Concept::Including,
];

/// Names of the features, in their order.
pub(crate) const FEATURES: [&str; 46] = [
    "total",
    "due",
    "net",
    "tax",
    "given",
    "amount",
    "unit",
    "change",
    "discount",
    "deposit",
    "rounding",
    "service",
    "shipping",
    "count",
    "including",
    "unlabelled",
    "times",
    "last_place",
    "first_place",
    "money",
    "marked",
    "usual_decimals",
    "rank",
    "share_of_largest",
    "largest_total",
    "last_total",
    "totals",
    "zero",
    "negative",
    "in_row",
    "percent_in_row",
    "label_above",
    "item_sum",
    "item_sum_tax",
    "net_plus_tax",
    "gross_by_rate",
    "net_by_rate",
    "paid",
    "given_less",
    "part_of_sum",
    "sum_of_two",
    "rounded_away",
    "rounded_to",
    "deposit_left",
    "repeats_below",
    "rows_below",
];

/// Smallest number that nobody prints as an amount without its currency: nine digits.
const LEAST_CODE: u64 = 100_000_000;

/// A value and where it is printed.
#[derive(Debug)]
pub(crate) struct Candidate {
    pub(crate) value: Decimal,
    pub(crate) row: usize,
    pub(crate) features: Vec<f64>,
}

/// Chooses the total among the candidates.
pub(crate) fn best(candidates: &[Candidate]) -> Option<Choice> {
    let features: Vec<Vec<f64>> = candidates.iter().map(|one| one.features.clone()).collect();
    choose(&FOREST, &features)
}

/// Describes each value that may be the total.
pub(crate) fn candidates(amounts: &[Amount], rows: usize) -> Vec<Candidate> {
    let sheet = Sheet::of(amounts, rows);
    let mut by_value: BTreeMap<Decimal, Vec<&Amount>> = BTreeMap::new();
    let counts = |amount: &&Amount| !amount.number.percent && !amount.number.measure;
    for amount in amounts.iter().filter(counts).filter(|amount| !is_code(amount)) {
        by_value.entry(amount.number.value.normalize()).or_default().push(amount);
    }
    let mut found: Vec<(Decimal, Vec<&Amount>)> = by_value.into_iter().collect();
    // Plain integers come last: postcodes and years crowd out nothing.
    found.sort_by_key(|(_, places)| {
        !places.iter().any(|a| a.number.is_money() || a.role == Some(Concept::Total))
    });
    found.truncate(MAX_CANDIDATES);
    found.iter().filter_map(|(value, places)| sheet.candidate(*value, places)).collect()
}

/// Returns whether a number is one of a phone, an account or a customer, as bills list by the hundred:
/// long, printed in no way as money is, and not called a total.
fn is_code(amount: &Amount) -> bool {
    let number = &amount.number;
    !number.is_money()
        && number.decimals == 0
        && number.value.abs() >= Decimal::from(LEAST_CODE)
        && !matches!(amount.role, Some(Concept::Total | Concept::AmountDue))
}

/// The amounts of a document in thousandths, so that sums are quick.
struct Sheet<'a> {
    amounts: &'a [Amount],
    rows: usize,
    money: HashSet<i64>,
    largest: i64,
    descending: Vec<i64>,
    decimals: usize,
    rates: Vec<f64>,
    totals: Vec<i64>,
    by_role: BTreeMap<Concept, Vec<i64>>,
}

fn thousandths(value: Decimal) -> i64 {
    (value * Decimal::ONE_THOUSAND).round().to_i64().unwrap_or(i64::MAX / 1_000_000)
}

impl<'a> Sheet<'a> {
    fn of(amounts: &'a [Amount], rows: usize) -> Self {
        let printed = |amount: &&Amount| !amount.number.percent;
        let decimals = usual_decimals(amounts);
        let like_money = |amount: &&Amount| {
            amount.number.is_money() || amount.number.decimals == decimals && amount.role.is_some()
        };
        let mut by_role: BTreeMap<Concept, Vec<i64>> = BTreeMap::new();
        for amount in amounts.iter().filter(printed).filter(like_money) {
            if let Some(role) = amount.role {
                let values = by_role.entry(role).or_default();
                let value = thousandths(amount.number.value);
                if !values.contains(&value) && values.len() < 24 {
                    values.push(value);
                }
            }
        }
        let money: HashSet<i64> = amounts
            .iter()
            .filter(printed)
            .filter(like_money)
            .map(|amount| thousandths(amount.number.value))
            .take(400)
            .collect();
        let mut descending: Vec<i64> = money.iter().copied().collect();
        descending.sort_unstable_by(|a, b| b.cmp(a));
        let totals = amounts
            .iter()
            .filter(printed)
            .filter(|a| a.role == Some(Concept::Total) && a.strength > 0.3)
            .map(|a| thousandths(a.number.value))
            .collect();
        Self {
            amounts,
            rows,
            largest: descending.first().copied().unwrap_or(0),
            money,
            descending,
            decimals,
            rates: rates(amounts),
            totals,
            by_role,
        }
    }

    fn role(&self, role: Concept) -> &[i64] {
        self.by_role.get(&role).map_or(&[], Vec::as_slice)
    }

    fn candidate(&self, value: Decimal, places: &[&Amount]) -> Option<Candidate> {
        let best = best_place(places)?;
        let first = places.first()?;
        let last = places.last()?;
        let v = thousandths(value);
        let mut features: Vec<f64> = ROLES.iter().map(|role| strength(places, *role)).collect();
        let unlabelled = places.iter().any(|place| place.role.is_none());
        features.extend([
            flag(unlabelled),
            count(places.len().min(6)),
            ratio(last.number.spot.row, self.rows),
            ratio(first.number.spot.row, self.rows),
            flag(places.iter().any(|place| place.number.is_money())),
            flag(places.iter().any(|place| place.number.currency.is_some())),
            flag(best.number.decimals == self.decimals),
        ]);
        features.extend(self.size(v));
        features.extend(self.surroundings(best));
        features.extend(self.arithmetic(v, best));
        features.extend([
            flag(last.number.spot.row > best.number.spot.row),
            count(self.rows.saturating_sub(last.number.spot.row).min(30)),
        ]);
        Some(Candidate { value, row: best.number.spot.row, features })
    }

    fn size(&self, v: i64) -> [f64; 7] {
        let rank = self.descending.partition_point(|other| *other > v);
        let largest_total = self.totals.iter().max().is_some_and(|max| *max == v);
        let last_total = self.totals.last().is_some_and(|last| *last == v);
        [
            count(rank.min(12)),
            if self.largest > 0 { float(v) / float(self.largest) } else { 0.0 },
            flag(largest_total),
            flag(last_total),
            count(self.totals.len().min(8)),
            flag(v == 0),
            flag(v < 0),
        ]
    }

    fn surroundings(&self, best: &Amount) -> [f64; 3] {
        let row = best.number.spot.row;
        let here = self.row(row);
        let percent = here.iter().any(|amount| amount.number.percent);
        let above = best.contexts.iter().find(|context| !context.labels.is_empty());
        let above = above.is_some_and(|context| context.place == Place::Above);
        [count(here.len().min(8)), flag(percent), flag(above)]
    }

    fn row(&self, row: usize) -> &'a [Amount] {
        let from = self.amounts.partition_point(|amount| amount.number.spot.row < row);
        let to = self.amounts.partition_point(|amount| amount.number.spot.row <= row);
        self.amounts.get(from..to).unwrap_or_default()
    }

    /// Describes the sums that the value is the result or a part of.
    fn arithmetic(&self, v: i64, best: &Amount) -> [f64; 12] {
        let row = best.number.spot.row;
        let taxes = self.role(Concept::Tax);
        let tax_sum: i64 = taxes.iter().sum();
        let with_tax = |v: i64| {
            taxes.iter().chain([&tax_sum]).any(|tax| *tax != 0 && self.item_sum(row, v - tax) > 0.0)
        };
        let parts: Vec<i64> =
            self.role(Concept::Net).iter().chain(self.role(Concept::Total)).copied().collect();
        let net_plus_tax = taxes.iter().chain([&tax_sum]).any(|tax| {
            *tax > 0 && (parts.iter().any(|net| near(net + tax, v)) || self.has_near(v - tax))
        });
        let given = self.role(Concept::Given);
        let paid = self
            .role(Concept::Change)
            .iter()
            .any(|change| *change != 0 && given.iter().any(|g| near(g - change.abs(), v)));
        let given_less =
            !paid && given.contains(&v) && self.role(Concept::Change).iter().any(|c| *c != 0);
        let tops: Vec<i64> = self
            .role(Concept::Total)
            .iter()
            .chain(self.role(Concept::AmountDue))
            .copied()
            .collect();
        let part_of_sum = taxes
            .iter()
            .any(|tax| *tax > 0 && tops.iter().any(|top| *top != v && near(v + tax, *top)));
        let (rounded_away, rounded_to) = self.rounded(v);
        let deposits = self.role(Concept::Deposit).iter().chain(given);
        let deposit_left = deposits.into_iter().any(|d| {
            *d != 0
                && d.abs() != v.abs()
                && self.role(Concept::AmountDue).iter().any(|due| near(v - d.abs(), *due))
        });
        [
            self.item_sum(row, v),
            flag(with_tax(v)),
            flag(net_plus_tax),
            flag(self.by_rate(v, true)),
            flag(self.by_rate(v, false)),
            flag(paid),
            flag(given_less),
            flag(part_of_sum),
            flag(self.sum_of_two(v)),
            flag(rounded_away),
            flag(rounded_to),
            flag(deposit_left),
        ]
    }

    /// Returns whether the value stands above a rounding that makes another printed value of it, and
    /// whether it is such another value. The sign is often left out.
    fn rounded(&self, v: i64) -> (bool, bool) {
        let rounding = self.amounts.iter().filter(|a| a.role == Some(Concept::Rounding));
        let printed = |wanted: i64, at: usize, below: bool| {
            let there = |row: usize| if below { row > at } else { row < at };
            self.amounts.iter().any(|amount| {
                there(amount.number.spot.row) && thousandths(amount.number.value) == wanted
            })
        };
        let (mut away, mut to) = (false, false);
        for amount in rounding.take(4) {
            let row = amount.number.spot.row;
            let by = thousandths(amount.number.value);
            for other in [v + by, v - by] {
                let small = by != 0 && by.abs() < 10_000;
                away |= small && printed(v, row, false) && printed(other, row, true);
                to |= small && printed(v, row, true) && printed(other, row, false);
            }
        }
        (away, to)
    }

    /// Returns whether the prices right above add up to the value: 1 for two rows or more, 0.5 for one.
    fn item_sum(&self, row: usize, v: i64) -> f64 {
        if v <= 0 {
            return 0.0;
        }
        let end = self.amounts.partition_point(|amount| amount.number.spot.row < row);
        let mut sum = 0;
        let mut used = 0;
        let mut previous = usize::MAX;
        for amount in self.amounts.get(..end).unwrap_or_default().iter().rev() {
            let number = &amount.number;
            let price = !number.percent && (number.is_money() || number.decimals == self.decimals);
            if !price || number.spot.row == previous {
                continue;
            }
            previous = number.spot.row;
            let item = matches!(
                amount.role,
                None | Some(
                    Concept::Amount
                        | Concept::UnitPrice
                        | Concept::Discount
                        | Concept::Shipping
                        | Concept::Service
                        | Concept::Count
                )
            );
            if !item {
                continue;
            }
            let value = thousandths(number.value);
            sum += if amount.role == Some(Concept::Discount) { -value.abs() } else { value };
            used += 1;
            if sum == v {
                return if used > 1 { 1.0 } else { 0.5 };
            }
            if used > MAX_ITEM_ROWS {
                break;
            }
        }
        0.0
    }

    /// Returns whether a printed rate leads from the value to a printed tax; `gross`: with the tax in it.
    fn by_rate(&self, v: i64, gross: bool) -> bool {
        self.rates.iter().any(|rate| {
            let base = if gross { 100.0 + rate } else { 100.0 };
            let tax = float(v) * rate / base;
            v > 0
                && tax >= 20.0
                && self
                    .descending
                    .iter()
                    .any(|printed| *printed != v && (float(*printed) - tax).abs() <= self.cent())
        })
    }

    /// Half a unit of the last decimal, in thousandths, and something for rounding by rows.
    fn cent(&self) -> f64 {
        if self.decimals == 0 { 1_001.0 } else { 11.0 }
    }

    fn sum_of_two(&self, v: i64) -> bool {
        v > 0
            && self
                .descending
                .iter()
                .any(|a| *a > 0 && *a < v && *a * 2 != v && self.money.contains(&(v - a)))
    }

    fn has_near(&self, v: i64) -> bool {
        v > 0 && (-1..=1).any(|cent| self.money.contains(&(v + cent * 10)))
    }
}

/// Taxes of several rows are rounded one by one.
fn near(a: i64, b: i64) -> bool {
    (a - b).abs() <= 20
}

fn best_place<'a>(places: &[&'a Amount]) -> Option<&'a Amount> {
    let rank = |amount: &Amount| match amount.role {
        Some(Concept::Total) => 2.0 + amount.strength,
        Some(Concept::AmountDue) => 1.0 + amount.strength,
        _ => 0.0,
    };
    places.iter().copied().rev().max_by(|a, b| rank(a).total_cmp(&rank(b)))
}

fn strength(places: &[&Amount], role: Concept) -> f64 {
    let including = |amount: &&&Amount| {
        role == Concept::Including
            && amount
                .contexts
                .iter()
                .any(|context| context.place == Place::Left && context.says(role))
    };
    let of = places.iter().filter(|amount| amount.role == Some(role) || including(amount));
    of.map(|amount| f64::from(amount.strength)).fold(0.0, f64::max)
}

/// Returns the decimals of the document's money: none where hardly any number has two, and labels
/// or currencies mark whole ones.
fn usual_decimals(amounts: &[Amount]) -> usize {
    let whole = |amount: &&Amount| {
        let labelled =
            matches!(amount.role, Some(Concept::Total | Concept::Net | Concept::AmountDue));
        amount.number.decimals == 0 && (amount.number.currency.is_some() || labelled)
    };
    let printed = || amounts.iter().filter(|amount| !amount.number.percent);
    let two = printed().filter(|amount| amount.number.decimals == 2).count();
    if two <= 2 && printed().filter(whole).count() > two { 0 } else { 2 }
}

fn rates(amounts: &[Amount]) -> Vec<f64> {
    let percent = amounts.iter().filter(|amount| amount.number.percent);
    let mut found: Vec<f64> = percent
        .filter_map(|amount| amount.number.value.to_f64())
        .filter(|rate| (2.0..=40.0).contains(rate))
        .take(40)
        .collect();
    found.sort_by(f64::total_cmp);
    found.dedup();
    found
}

#[expect(clippy::cast_precision_loss, reason = "features need no more precision")]
fn float(n: i64) -> f64 {
    n as f64
}
