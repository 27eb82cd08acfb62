//! Lines of statements and the receipts that they paid.
//!
//! A line paid a receipt when amount and currency are the same to the cent and, in this order,
//!
//! 1. its purpose names a number of the receipt, from 30 days before to 180 days after its date;
//! 2. it names the seller, from 5 days before to 10 days after its date;
//! 3. it names the seller, from 5 days before to 60 days after its date;
//!
//! and there is no other line, and no other receipt, of which that is as true. All else that has the same
//! amount at such a time is possible, and for a person to say.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use ext_amounts::Amount;
use jiff::civil::Date;

use super::line::Line;
use crate::dedupe::seller_words;
use crate::money;
use crate::text::fold;

/// Days from a receipt to the line that names its number.
const NUMBER_DAYS: RangeInclusive<i32> = -30..=180;
/// Days from a receipt to the line that names its seller, as a card is charged.
const NEAR_DAYS: RangeInclusive<i32> = -5..=10;
/// The same, as an invoice is paid.
const NAME_DAYS: RangeInclusive<i32> = -5..=60;
/// Shortest number that is looked for in a purpose.
const MIN_NUMBER: usize = 4;
/// Shortest word of a name that is compared, in bytes.
const MIN_WORD: usize = 3;

/// What is compared of a receipt.
#[derive(Debug, Clone)]
pub(super) struct Paid {
    /// Amounts that its line may have, with its sign: all of it, and what was left to pay.
    pub(super) amounts: Vec<Amount>,
    pub(super) currency: Option<String>,
    pub(super) date: Option<Date>,
    /// Words of each name of the seller: as it is called, and as its documents call it.
    names: Vec<BTreeSet<String>>,
    /// Numbers of its documents: letters and digits, upper case.
    numbers: Vec<String>,
}

impl Paid {
    pub(super) fn new<'n>(
        amounts: Vec<Amount>,
        currency: Option<String>,
        date: Option<&str>,
        names: impl IntoIterator<Item = &'n str>,
        numbers: impl IntoIterator<Item = String>,
    ) -> Self {
        let long = |word: &String| word.len() >= MIN_WORD || !word.is_ascii();
        Self {
            amounts,
            currency,
            date: date.and_then(|date| date.parse().ok()),
            names: names
                .into_iter()
                .map(|name| seller_words(name).into_iter().filter(long).collect())
                .collect(),
            numbers: numbers.into_iter().filter(|number| number.len() >= MIN_NUMBER).collect(),
        }
    }
}

/// The ground on which a line and a receipt are one payment; the best stands first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Ground {
    Number,
    NearName,
    Name,
    /// The amount alone: possible, never taken.
    Amount,
}

impl Ground {
    const TAKEN: [Self; 3] = [Self::Number, Self::NearName, Self::Name];

    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::Number => "amount and number of the document",
            Self::NearName => "amount and seller, up to 10 days later",
            Self::Name => "amount and seller, up to 60 days later",
            Self::Amount => "amount alone",
        }
    }
}

/// The verdict on a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It paid this receipt.
    Paid(usize, Ground),
    /// It may have paid one of these.
    Possible(Vec<usize>),
    /// No receipt fits.
    Alone,
}

/// Decides about lines, by their places; each receipt is paid by one line at most.
pub(super) fn verdicts(lines: &[&Line], receipts: &[Paid]) -> Vec<Verdict> {
    let edges = edges(lines, receipts);
    let mut of_line: Vec<Option<(usize, Ground)>> = vec![None; lines.len()];
    let mut taken: BTreeSet<usize> = BTreeSet::new();
    for ground in Ground::TAKEN {
        let is_free = |line: usize, receipt: usize| {
            of_line.get(line).is_some_and(Option::is_none) && !taken.contains(&receipt)
        };
        let free = edges.iter().filter(|it| it.ground <= ground && is_free(it.line, it.receipt));
        let pairs = only_pairs(free.map(|edge| (edge.line, edge.receipt)).collect());
        for (line, receipt) in pairs {
            if let Some(place) = of_line.get_mut(line) {
                *place = Some((receipt, ground));
                taken.insert(receipt);
            }
        }
    }
    let mut possible: Vec<Vec<usize>> = vec![Vec::new(); lines.len()];
    for edge in edges.iter().filter(|edge| !taken.contains(&edge.receipt)) {
        possible.get_mut(edge.line).into_iter().for_each(|it| it.push(edge.receipt));
    }
    let verdict = |(found, possible): (Option<(usize, Ground)>, Vec<usize>)| match found {
        Some((receipt, ground)) => Verdict::Paid(receipt, ground),
        None if possible.is_empty() => Verdict::Alone,
        None => Verdict::Possible(possible),
    };
    of_line.into_iter().zip(possible).map(verdict).collect()
}

/// A line and a receipt that may be one payment.
struct Edge {
    line: usize,
    receipt: usize,
    ground: Ground,
}

fn edges(lines: &[&Line], receipts: &[Paid]) -> Vec<Edge> {
    let key = |amount: Amount, currency: Option<&str>| {
        Some((money::key(Some(amount)), currency?.to_owned()))
    };
    let mut by_amount: BTreeMap<(String, String), Vec<usize>> = BTreeMap::new();
    for (at, receipt) in receipts.iter().enumerate() {
        let keys = receipt.amounts.iter().filter_map(|it| key(*it, receipt.currency.as_deref()));
        for key in keys.collect::<BTreeSet<_>>() {
            by_amount.entry(key).or_default().push(at);
        }
    }
    let mut edges = Vec::new();
    for (line, it) in lines.iter().enumerate() {
        let booked = key(it.amount, it.currency.as_deref());
        let asked = it.original.as_ref().and_then(|it| key(it.amount, Some(&it.currency)));
        let same: BTreeSet<usize> = [booked, asked]
            .iter()
            .flatten()
            .filter_map(|key| by_amount.get(key))
            .flatten()
            .copied()
            .collect();
        let said = Said::of(it);
        edges.extend(same.into_iter().filter_map(|receipt| {
            let ground = said.ground(receipts.get(receipt)?)?;
            Some(Edge { line, receipt, ground })
        }));
    }
    edges
}

/// Returns the pairs of which neither side is in another pair.
fn only_pairs(pairs: Vec<(usize, usize)>) -> Vec<(usize, usize)> {
    let mut lines: BTreeMap<usize, usize> = BTreeMap::new();
    let mut receipts: BTreeMap<usize, usize> = BTreeMap::new();
    for (line, receipt) in &pairs {
        *lines.entry(*line).or_default() += 1;
        *receipts.entry(*receipt).or_default() += 1;
    }
    let is_only = |(line, receipt): &(usize, usize)| {
        lines.get(line) == Some(&1) && receipts.get(receipt) == Some(&1)
    };
    pairs.into_iter().filter(is_only).collect()
}

/// What a line says, in the forms that are compared.
struct Said {
    date: Option<Date>,
    words: BTreeSet<String>,
    /// Its name without spaces: `PAYPAL *BLUEKETTLE`.
    joined: String,
    /// Purpose and reference as numbers are compared: letters and digits, upper case.
    numbers: String,
}

impl Said {
    fn of(line: &Line) -> Self {
        let name = line.name.as_deref().unwrap_or_default();
        let text = format!("{name} {}", line.purpose);
        let reference = line.reference.as_deref().unwrap_or_default();
        let folded = fold(&text);
        Self {
            date: line.date.parse().ok(),
            words: folded.split(' ').map(str::to_owned).collect(),
            joined: folded.replace(' ', ""),
            numbers: format!("{}{reference}", line.purpose)
                .chars()
                .filter(|c| c.is_alphanumeric())
                .flat_map(char::to_uppercase)
                .collect(),
        }
    }

    fn ground(&self, receipt: &Paid) -> Option<Ground> {
        let days = self.date?.since(receipt.date?).ok()?.get_days();
        let has_number =
            || receipt.numbers.iter().any(|number| self.numbers.contains(number.as_str()));
        match () {
            () if NUMBER_DAYS.contains(&days) && has_number() => Some(Ground::Number),
            () if !NAME_DAYS.contains(&days) => None,
            () if !self.names(receipt) => Some(Ground::Amount),
            () if NEAR_DAYS.contains(&days) => Some(Ground::NearName),
            () => Some(Ground::Name),
        }
    }

    fn names(&self, receipt: &Paid) -> bool {
        receipt.names.iter().any(|words| self.says(words))
    }

    /// Returns whether more than half of the words of a name are said, or all in one word.
    fn says(&self, words: &BTreeSet<String>) -> bool {
        let found = words.iter().filter(|word| self.words.contains(*word)).count();
        let name: String = words.iter().map(String::as_str).collect();
        let in_one = || words.iter().all(|word| self.joined.contains(word.as_str()));
        found * 2 > words.len() || name.len() > 2 * MIN_WORD && in_one()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn line(date: &str, amount: &str, name: &str, purpose: &str) -> Line {
        Line {
            date: date.to_owned(),
            amount: Amount::parse(amount).unwrap(),
            currency: Some("EUR".to_owned()),
            name: Some(name.to_owned()),
            purpose: purpose.to_owned(),
            ..Line::default()
        }
    }

    fn paid(date: &str, spent: &str, vendor: &str, number: &str) -> Paid {
        let numbers = Some(number.to_owned());
        Paid::new(
            vec![-Amount::parse(spent).unwrap()],
            Some("EUR".to_owned()),
            Some(date),
            vendor.split('|'),
            numbers,
        )
    }

    fn verdict(lines: &[Line], receipts: &[Paid]) -> Vec<Verdict> {
        verdicts(&lines.iter().collect::<Vec<_>>(), receipts)
    }

    #[test]
    fn a_line_pays_a_receipt_by_number_or_by_seller() {
        let lines = [
            line("2026-02-20", "-118.40", "STADTWERKE", "Rechnung RE 2026-4711"),
            line("2026-01-07", "-4.50", "BLUE KETTLE LONDON", ""),
            line("2026-03-01", "-20.00", "Atlas Books", "thanks"),
        ];
        let receipts = [
            paid("2026-01-05", "4.50", "Blue Kettle Ltd", ""),
            paid("2026-01-10", "20.00", "Atlas Books Ltd", ""),
            paid("2026-01-31", "118.40", "City Water", "RE20264711"),
        ];
        let wanted = [(2, Ground::Number), (0, Ground::NearName), (1, Ground::Name)];
        assert_eq!(verdict(&lines, &receipts), wanted.map(|(at, why)| Verdict::Paid(at, why)));
    }

    #[test]
    fn what_may_be_two_is_never_taken() {
        let coffee = |date: &str| line(date, "-3.50", "Kettle", "");
        let receipts =
            [paid("2026-01-05", "3.50", "Kettle", ""), paid("2026-01-06", "3.50", "Kettle", "")];
        let possible = Verdict::Possible(vec![0, 1]);
        let both = verdict(&[coffee("2026-01-06"), coffee("2026-01-07")], &receipts);
        assert_eq!(both, [possible.clone(), possible.clone()]);
        assert_eq!(verdict(&[coffee("2026-01-07")], &receipts), [possible]);
        let other = [line("2026-01-06", "-3.50", "Somebody", "")];
        let amount_alone = verdict(&other, receipts.get(..1).unwrap());
        assert_eq!(amount_alone, [Verdict::Possible(vec![0])], "the amount alone is possible");
        for none in
            [line("2026-01-06", "3.50", "Kettle", ""), line("2026-06-06", "-3.50", "Kettle", "")]
        {
            assert_eq!(verdict(&[none], &receipts), [Verdict::Alone]);
        }
    }

    #[test]
    fn a_seller_is_found_by_each_of_its_names() {
        let lines = [line("2026-01-07", "-4.50", "BLUE KETTLE LONDON", "")];
        for (names, is_found) in [
            ("Blue Kettle Ltd", true),
            ("Corner café|Blue Kettle Ltd", true),
            ("Blue Kettle|Corner café", true),
            ("Corner café", false),
        ] {
            let verdicts = verdict(&lines, &[paid("2026-01-05", "4.50", names, "")]);
            let found = verdicts == [Verdict::Paid(0, Ground::NearName)];
            assert_eq!(found, is_found, "{names}");
        }
    }

    #[test]
    fn each_month_has_its_line() {
        let months = ["2026-01", "2026-02", "2026-03"];
        let lines = months.map(|month| line(&format!("{month}-07"), "-9.99", "Filmfluss", ""));
        let receipts =
            months.map(|month| paid(&format!("{month}-05"), "9.99", "Filmfluss GmbH", ""));
        let found = verdict(&lines, &receipts);
        assert_eq!(found, [0, 1, 2].map(|at| Verdict::Paid(at, Ground::NearName)));
    }

    #[test]
    fn a_foreign_price_is_found_in_its_own_currency() {
        let mut foreign = line("2026-01-06", "-92.10", "Atlas Books", "");
        let original = Amount::parse("-100").unwrap();
        foreign.original =
            Some(super::super::line::Original { amount: original, currency: "USD".into() });
        let spent = Amount::parse("100.00").unwrap();
        let receipt =
            Paid::new(vec![-spent], Some("USD".into()), Some("2026-01-05"), ["Atlas Books"], None);
        assert_eq!(verdict(&[foreign], &[receipt]), [Verdict::Paid(0, Ground::NearName)]);
    }

    proptest! {
        #[test]
        fn no_receipt_is_paid_twice_and_every_pair_has_one_amount(
            lines in prop::collection::vec((1i8..28, 1u8..4, 0usize..3), 0..20),
            receipts in prop::collection::vec((1i8..28, 1u8..4, 0usize..3), 0..20),
        ) {
            let names = ["Kettle", "Atlas Books", "Filmfluss"];
            let day = |day: &i8| format!("2026-01-{day:02}");
            let lines: Vec<Line> = lines.iter()
                .map(|(at, sum, name)| line(&day(at), &format!("-{sum}.00"), names[*name], "")).collect();
            let receipts: Vec<Paid> = receipts.iter()
                .map(|(at, sum, name)| paid(&day(at), &format!("{sum}.00"), names[*name], "")).collect();
            let mut taken = BTreeSet::new();
            for (line, verdict) in lines.iter().zip(verdict(&lines, &receipts)) {
                if let Verdict::Paid(at, _) = verdict {
                    prop_assert!(taken.insert(at));
                    prop_assert_eq!(receipts[at].amounts[0], line.amount);
                }
            }
        }
    }
}
