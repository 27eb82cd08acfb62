//! Receipts of several rates, split by what their documents print or state.
//!
//! A split counts only where its parts come to the total of the receipt, to the cent, each tax is that of
//! its rate, and no other split does so: a table that was read half is none.

use std::collections::{BTreeMap, BTreeSet};

use ext_amounts::{Found, Spaces, scan};
use rust_decimal::{Decimal, RoundingStrategy};

use crate::en16931::StatedTax;
use crate::money;

/// Most rates of one receipt.
const MAX_RATES: usize = 6;
/// Most readings of a rate that are tried.
const MAX_READINGS: usize = 10;
/// Most numbers of a line of a table of taxes.
const MAX_NUMBERS: usize = 8;
/// Lines below the head of a table that may leave the per cent sign out.
const LINES_OF_A_TABLE: usize = 8;

/// A part of a receipt, with one rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Part {
    /// Rate in percent.
    pub(super) rate: Decimal,
    pub(super) net: Decimal,
    pub(super) tax: Decimal,
}

/// The total of a receipt and its tax, both without a sign.
#[derive(Debug, Clone, Copy)]
pub(super) struct Totals {
    pub(super) amount: Decimal,
    /// The tax that was read.
    pub(super) tax: Option<Decimal>,
    /// A person said what the tax is.
    pub(super) is_said: bool,
}

/// Reading of what is printed beside a rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reading {
    Whole(Part),
    /// The tax of a rate alone: what was taxed follows from the rest.
    Tax(Decimal),
}

impl Reading {
    /// Returns what it takes of the total at least.
    fn least(self) -> Decimal {
        match self {
            Self::Whole(part) => part.net + part.tax,
            Self::Tax(tax) => tax,
        }
    }
}

/// Takes the breakdown of an electronic invoice.
pub(super) fn of_invoice(stated: &[StatedTax], totals: Totals) -> Option<Vec<Part>> {
    let mut parts: BTreeMap<Decimal, Part> = BTreeMap::new();
    for it in stated {
        let (rate, net, tax) =
            (it.rate.value().normalize(), it.net.value().abs(), it.tax.value().abs());
        let part =
            parts.entry(rate).or_insert(Part { rate, net: Decimal::ZERO, tax: Decimal::ZERO });
        (part.net, part.tax) = (part.net.checked_add(net)?, part.tax.checked_add(tax)?);
    }
    let parts: Vec<Part> = parts.into_values().collect();
    totals.fit(&parts).then_some(parts)
}

/// Finds the breakdown that a text prints; `rates` are those that there may be.
pub(super) fn of_text(text: &str, totals: Totals, rates: &[Decimal]) -> Option<Vec<Part>> {
    let found = |spaces| {
        let printed = printed(text, spaces, rates);
        (2..=MAX_RATES).contains(&printed.len()).then(|| only_split(&printed, totals)).flatten()
    };
    found(Spaces::Part).or_else(|| found(Spaces::Join))
}

impl Totals {
    /// Returns whether the parts of several rates are all of the receipt.
    fn fit(self, parts: &[Part]) -> bool {
        let sum = |of: fn(&Part) -> Decimal| {
            parts.iter().try_fold(Decimal::ZERO, |sum, part| sum.checked_add(of(part)))
        };
        let (Some(net), Some(tax)) = (sum(|part| part.net), sum(|part| part.tax)) else {
            return false;
        };
        // Of several taxes, the one of a single rate may have been taken for all of them.
        let is_a_part = |read: Decimal| parts.iter().any(|part| part.tax == read);
        let is_read_so =
            self.tax.is_none_or(|read| read == tax || !self.is_said && is_a_part(read));
        parts.len() > 1 && net.checked_add(tax) == Some(self.amount) && is_read_so
    }
}

/// Collects what is printed beside each rate.
fn printed(text: &str, spaces: Spaces, rates: &[Decimal]) -> BTreeMap<Decimal, Vec<Reading>> {
    let mut lines: BTreeMap<Decimal, Vec<Vec<Decimal>>> = BTreeMap::new();
    let mut left_of_table = 0_usize;
    for line in text.lines() {
        let found = scan(line, spaces);
        let stated: BTreeSet<Decimal> = found.iter().filter(|it| it.percent).map(value).collect();
        left_of_table = match line.contains('%') && stated.is_empty() {
            true => LINES_OF_A_TABLE,
            false => left_of_table.saturating_sub(1),
        };
        let is_bare = stated.is_empty() && left_of_table > 0;
        let bare = found.first().filter(|_| is_bare && found.len() > 2).map(value);
        let Some(rate) = only(stated).or(bare).filter(|rate| rates.contains(rate)) else {
            continue;
        };
        let numbers = found.iter().skip(usize::from(bare.is_some())).filter(|it| !it.percent);
        lines.entry(rate).or_default().push(numbers.map(value).take(MAX_NUMBERS).collect());
    }
    lines.into_iter().map(|(rate, lines)| (rate, readings(rate, &lines))).collect()
}

/// Returns the value of a number; 0 for one that is no plausible amount.
fn value(found: &Found) -> Decimal {
    let amount = money::plausible(found.reading.best().value);
    amount.map_or(Decimal::ZERO, |amount| amount.value().normalize())
}

fn only(values: BTreeSet<Decimal>) -> Option<Decimal> {
    (values.len() == 1).then(|| values.first().copied()).flatten()
}

/// Lists what the lines of a rate may mean.
fn readings(rate: Decimal, lines: &[Vec<Decimal>]) -> Vec<Reading> {
    // `Net 19 %: 100.00` and `VAT 19 %: 19.00` may stand in lines of their own.
    let alone: Vec<Decimal> = lines
        .iter()
        .filter_map(|line| <[Decimal; 1]>::try_from(line.as_slice()).ok())
        .map(|[it]| it)
        .collect();
    let mut readings = Vec::new();
    for line in lines.iter().chain(std::iter::once(&alone)) {
        for part in parts(rate, line).map(Reading::Whole) {
            if !readings.contains(&part) {
                readings.push(part);
            }
        }
    }
    if rate > Decimal::ZERO {
        for tax in alone.into_iter().map(Reading::Tax) {
            if !readings.contains(&tax) {
                readings.push(tax);
            }
        }
    }
    readings.truncate(MAX_READINGS);
    readings
}

/// Lists the pairs of numbers of which one is the tax of the other.
fn parts(rate: Decimal, numbers: &[Decimal]) -> impl Iterator<Item = Part> {
    let pairs = numbers.iter().enumerate().flat_map(move |(at, base)| {
        let others = numbers.iter().enumerate().filter(move |(other, _)| *other != at);
        others.filter_map(move |(_, tax)| part(rate, *base, *tax))
    });
    let free = numbers.iter().filter(move |net| rate.is_zero() && !net.is_zero());
    pairs.chain(free.map(move |net| Part { rate, net: *net, tax: Decimal::ZERO }))
}

/// Makes a part of a tax and what it is the tax of, without it or with it.
fn part(rate: Decimal, base: Decimal, tax: Decimal) -> Option<Part> {
    if rate.is_zero() || tax.is_zero() {
        return None;
    }
    let with_tax = Decimal::ONE_HUNDRED.checked_add(rate)?;
    if is_near(base.checked_mul(rate)?.checked_div(Decimal::ONE_HUNDRED)?, tax) {
        return Some(Part { rate, net: base, tax });
    }
    let is_of_gross = is_near(base.checked_mul(rate)?.checked_div(with_tax)?, tax);
    is_of_gross.then_some(Part { rate, net: base.checked_sub(tax)?, tax })
}

/// Returns whether two taxes are the same but for a rounding to two digits.
fn is_near(one: Decimal, two: Decimal) -> bool {
    (one - two).abs() <= Decimal::new(11, 3)
}

/// Returns the only split that fits: by whole readings, else by taxes alone.
fn only_split(printed: &BTreeMap<Decimal, Vec<Reading>>, totals: Totals) -> Option<Vec<Part>> {
    let mut splits = Splits { totals, whole: BTreeSet::new(), derived: BTreeSet::new() };
    splits.search(&printed.iter().collect::<Vec<_>>(), totals.amount, &mut Vec::new());
    let of = if splits.whole.is_empty() { splits.derived } else { splits.whole };
    (of.len() == 1).then(|| of.into_iter().next()).flatten()
}

/// Splits that fit.
struct Splits {
    totals: Totals,
    whole: BTreeSet<Vec<Part>>,
    derived: BTreeSet<Vec<Part>>,
}

impl Splits {
    /// Tries each reading of each rate, and that a rate is none of a tax; `left` is what of the total no
    /// reading has taken.
    fn search(
        &mut self,
        rates: &[(&Decimal, &Vec<Reading>)],
        left: Decimal,
        taken: &mut Vec<(Decimal, Reading)>,
    ) {
        let Some(((rate, readings), rest)) = rates.split_first() else {
            return self.keep(taken);
        };
        self.search(rest, left, taken);
        for reading in *readings {
            let Some(left) =
                left.checked_sub(reading.least()).filter(|left| *left >= Decimal::ZERO)
            else {
                continue;
            };
            taken.push((**rate, *reading));
            self.search(rest, left, taken);
            taken.pop();
        }
    }

    fn keep(&mut self, taken: &[(Decimal, Reading)]) {
        let is_whole = taken.iter().all(|(_, reading)| matches!(reading, Reading::Whole(_)));
        if !is_whole && !self.whole.is_empty() {
            return;
        }
        let Some(parts) = completed(taken, self.totals.amount) else { return };
        if self.totals.fit(&parts) {
            if is_whole { &mut self.whole } else { &mut self.derived }.insert(parts);
        }
    }
}

/// Computes what was taxed where only the taxes are printed: the lowest of these rates has what the others
/// leave of the total, if its tax is that of it.
fn completed(taken: &[(Decimal, Reading)], amount: Decimal) -> Option<Vec<Part>> {
    let mut left = amount;
    let mut parts = Vec::new();
    let mut taxes = Vec::new();
    for (rate, reading) in taken {
        match reading {
            Reading::Whole(part) => {
                left = left.checked_sub(part.net)?.checked_sub(part.tax)?;
                parts.push(*part);
            }
            Reading::Tax(tax) => {
                left = left.checked_sub(*tax)?;
                taxes.push((*rate, *tax));
            }
        }
    }
    // Rates come in order, the lowest first.
    let mut taxes = taxes.into_iter();
    let lowest = taxes.next();
    for (rate, tax) in taxes {
        let net = tax.checked_mul(Decimal::ONE_HUNDRED)?.checked_div(rate)?;
        let net = net.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
        left = left.checked_sub(net)?;
        parts.push(Part { rate, net, tax });
    }
    if let Some((rate, tax)) = lowest {
        let rest = part(rate, left, tax).filter(|part| part.net == left)?;
        parts.push(rest);
    }
    parts.sort_unstable();
    Some(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    fn split(amount: &str, tax: Option<&str>, text: &str) -> Option<String> {
        let totals = Totals { amount: number(amount), tax: tax.map(number), is_said: false };
        let rates = ["0", "2.5", "5", "7", "10", "19", "20", "21"].map(number);
        let parts = of_text(text, totals, &rates)?;
        let said = parts.iter().map(|part| {
            format!("{} %: {} + {}", part.rate, part.net.normalize(), part.tax.normalize())
        });
        Some(said.collect::<Vec<_>>().join(", "))
    }

    const BOTH: Option<&str> = Some("19.70");
    const WANTED: Option<&str> = Some("7 %: 10 + 0.7, 19 %: 100 + 19");

    #[test]
    fn tables_lists_and_slips_are_split() {
        for text in [
            "MwSt 19 % auf 100,00 EUR   19,00 EUR\nMwSt 7 % auf 10,00 EUR   0,70 EUR",
            "A 19,00% MwSt   100,00   19,00   119,00\nB  7,00% MwSt    10,00    0,70    10,70",
            "A=19,0%  119,00  19,00  100,00\nB= 7,0%  10,70  0,70  10,00",
            "Net 19%: 100.00\nVAT 19%: 19.00\nNet 7%: 10.00\nVAT 7%: 0.70\nTotal 129.70",
            "Code  %  Net  VAT  Gross\nA 19 100.00 19.00 119.00\nB 7 10.00 0.70 10.70",
            "Anvil  19%  50,00  100,00\nBook  7%  10,00  10,00\n19% 100,00 19,00\n7% 10,00 0,70",
            "incl. 19 % of 119.00: 19.00\nincl. 7 % of 10.70: 0.70\n10 % discount next time",
        ] {
            assert_eq!(split("129.70", BOTH, text).as_deref(), WANTED, "{text}");
        }
    }

    #[test]
    fn taxes_alone_are_enough_where_they_come_to_the_total() {
        let text =
            "Summe netto 110,00\nzzgl. 19 % MwSt. 19,00\nzzgl. 7 % MwSt. 0,70\nGesamt 129,70";
        assert_eq!(split("129.70", BOTH, text).as_deref(), WANTED);
        assert_eq!(split("139.70", BOTH, text), None, "ten are taxed at no rate that is printed");
    }

    #[test]
    fn a_part_without_a_tax_counts_where_it_is_printed() {
        let text = "19 % 100,00 19,00\n0 % 5,00 0,00";
        let wanted = Some("0 %: 5 + 0, 19 %: 100 + 19");
        assert_eq!(split("124.00", Some("19.00"), text).as_deref(), wanted);
        assert_eq!(split("125.00", Some("19.00"), text), None);
    }

    #[test]
    fn numbers_that_do_not_come_to_the_total_are_no_split() {
        let text = "A 19% 100,00 19,00\nB 7% 10,00 0,70";
        assert_eq!(split("129.70", None, text).as_deref(), WANTED, "no tax was read");
        assert_eq!(split("129.70", Some("0.70"), text).as_deref(), WANTED, "one of them was read");
        for (amount, tax, text) in [
            ("129.71", None, text),
            ("129.70", Some("19.71"), text),
            ("129.70", BOTH, "A 19% 100,00 18,00\nB 7% 10,00 0,70"),
            ("129.70", BOTH, "A 19% 100,00 19,00"),
            ("129.70", BOTH, ""),
        ] {
            assert_eq!(split(amount, tax, text), None, "{amount} {tax:?} {text}");
        }
        let totals = Totals { amount: number("129.70"), tax: Some(number("19.00")), is_said: true };
        assert_eq!(
            of_text(text, totals, &[number("7"), number("19")]),
            None,
            "a person said 19.00"
        );
    }

    #[test]
    fn digits_may_be_grouped_in_any_way() {
        let wanted = Some("7 %: 10 + 0.7, 19 %: 1000 + 190");
        for text in [
            "19 % 1.000,00 190,00\n7 % 10,00 0,70",
            "19 % 1,000.00 190.00\n7 % 10.00 0.70",
            "19 %: 1 000,00 + 190,00\n7 %: 10,00 + 0,70",
        ] {
            assert_eq!(split("1200.70", Some("190.70"), text).as_deref(), wanted, "{text}");
        }
    }
}
