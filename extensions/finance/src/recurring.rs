//! Payments that come again: subscriptions, rents, premiums; and their changes of price.
//!
//! The receipts of one seller in one currency are a series when the days between them are those of a
//! rhythm, but for at most one that is missing. Where a seller has receipts of other kinds as well, those
//! of one amount are.

use std::collections::BTreeMap;

use ext_amounts::Amount;
use jiff::civil::Date;
use jiff::{Span, ToSpan};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::{Deserialize, Serialize};
use spacedrive_sdk::prelude::*;

use crate::dedupe::seller_words;
use crate::export::{self, Filter, Row};
use crate::fields;
use crate::money;

/// Fewest receipts of a series.
const MIN_PAYMENTS: usize = 3;
/// Fewest receipts of a yearly series.
const MIN_YEARLY: usize = 2;
/// Most percent by which the prices of two receipts may differ that are a series by themselves.
const MAX_PERCENT: f64 = 33.0;
/// Rhythms: name, days between two payments, how far they may be off, payments in a year.
const RHYTHMS: [(Rhythm, i32, i32, i64); 6] = [
    (Rhythm::Weekly, 7, 1, 52),
    (Rhythm::TwoWeekly, 14, 2, 26),
    (Rhythm::Monthly, 30, 5, 12),
    (Rhythm::Quarterly, 91, 10, 4),
    (Rhythm::HalfYearly, 182, 15, 2),
    (Rhythm::Yearly, 365, 20, 1),
];

/// Conditions for recurring payments.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RecurringInput {
    /// Day for which it is told whether a payment is late, ISO 8601; the last receipt's where it is left
    /// out.
    pub on: Option<String>,
    /// Only payments whose price changed.
    pub changed: bool,
}

/// Time between two payments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rhythm {
    /// Each week.
    Weekly,
    /// Each two weeks.
    TwoWeekly,
    /// Each month.
    Monthly,
    /// Each three months.
    Quarterly,
    /// Each six months.
    HalfYearly,
    /// Each year.
    Yearly,
}

/// A payment that comes again.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Recurring {
    /// Name of the seller, as on the last receipt.
    pub vendor: String,
    /// Rhythm of the payments.
    pub every: Rhythm,
    /// Last amount.
    pub amount: Amount,
    /// ISO 4217.
    pub currency: Option<String>,
    /// Amount of a year at the last price; the mean of the receipts where each has another.
    pub per_year: Option<Amount>,
    /// Day of the first receipt.
    pub first: String,
    /// Day of the last receipt.
    pub last: String,
    /// Day on which the next one is expected.
    pub next: String,
    /// True where the next one is late by more than the rhythm allows: it ended, or a receipt is missing.
    pub late: bool,
    /// True where each receipt has another amount, such as for electricity.
    pub varies: bool,
    /// Changes of the price, the oldest first.
    pub changes: Vec<PriceChange>,
    /// Entries of the receipts, the oldest first.
    pub receipts: Vec<Uuid>,
}

/// A change of price.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PriceChange {
    /// Day of the first receipt with the new price.
    pub date: String,
    /// Price before.
    pub from: Amount,
    /// Price since then.
    pub to: Amount,
    /// Change in percent, to one digit behind the point.
    pub percent: Option<f64>,
}

/// A receipt of a series.
struct Payment<'r> {
    row: &'r Row,
    date: Date,
    amount: Amount,
}

/// Lists the payments that come again, the dearest first.
///
/// # Errors
/// [`ErrorCode::BadInput`] for a date that is not valid; those of the export.
pub(crate) fn recurring(
    client: &SpacedriveClient,
    input: &RecurringInput,
) -> Result<Vec<Recurring>> {
    let on = Filter { from: input.on.clone(), ..Filter::default() }.checked()?.from;
    let rows = export::glances(client, &Filter::default())?;
    let last = rows.iter().filter_map(|row| row.date.clone()).max();
    let on: Option<Date> = on.or(last).and_then(|day| day.parse().ok());
    let mut found = series(&rows, on);
    found.retain(|it| !input.changed || !it.changes.is_empty());
    found.sort_by(|one, two| {
        (&one.currency, two.per_year, &one.vendor).cmp(&(&two.currency, one.per_year, &two.vendor))
    });
    Ok(found)
}

/// Finds the series among receipts; `on`: the day for which they are told.
fn series(rows: &[Row], on: Option<Date>) -> Vec<Recurring> {
    let mut sellers: BTreeMap<(String, Option<String>), Vec<Payment<'_>>> = BTreeMap::new();
    for payment in rows.iter().filter_map(Payment::of) {
        let vendor = payment.row.vendor.as_deref().unwrap_or_default();
        let key = (seller_words(vendor).join(" "), payment.row.currency.clone());
        sellers.entry(key).or_default().push(payment);
    }
    sellers.into_values().flat_map(|payments| of_seller(payments, on)).collect()
}

fn of_seller(mut payments: Vec<Payment<'_>>, on: Option<Date>) -> Vec<Recurring> {
    payments.sort_by_key(|payment| payment.date);
    if let Some(whole) = Recurring::of(&payments.iter().collect::<Vec<_>>(), on) {
        return vec![whole];
    }
    let mut amounts: BTreeMap<Amount, Vec<&Payment<'_>>> = BTreeMap::new();
    for payment in &payments {
        amounts.entry(payment.amount).or_default().push(payment);
    }
    amounts.into_values().filter_map(|payments| Recurring::of(&payments, on)).collect()
}

impl<'r> Payment<'r> {
    fn of(row: &'r Row) -> Option<Self> {
        row.vendor.as_ref()?;
        let is_back = fields::is_credit_note(row.kind.as_deref());
        let amount = row.amount.filter(|amount| !is_back && *amount > Amount::default())?;
        Some(Self { row, date: row.date.as_ref()?.parse().ok()?, amount })
    }
}

impl Recurring {
    /// Makes a series of payments by day; `None` where they have no rhythm.
    fn of(payments: &[&Payment<'_>], on: Option<Date>) -> Option<Self> {
        let days: Vec<Date> = payments.iter().map(|payment| payment.date).collect();
        let (every, tolerance, per_year) = rhythm(&days)?;
        let (first, last) = (payments.first()?, payments.last()?);
        let change = percent(first.amount, last.amount)?.abs();
        if payments.len() < MIN_PAYMENTS && change > MAX_PERCENT {
            return None;
        }
        let next = last.date.checked_add(every.span()).ok()?;
        // The last day of each month is no other one for a short month before.
        let at_end = days.iter().all(|day| *day == day.last_of_month());
        let next = if at_end { next.last_of_month() } else { next };
        let late =
            on.is_some_and(|on| next.checked_add(tolerance.days()).is_ok_and(|latest| on > latest));
        let amounts: Vec<Amount> = payments.iter().map(|payment| payment.amount).collect();
        let changes = changes(payments);
        let varies = changes.len() * 2 > payments.len();
        let price = if varies { mean(&amounts)? } else { last.amount.value() };
        let currency = last.row.currency.clone();
        let year = price.checked_mul(per_year.into()).and_then(money::plausible);
        Some(Self {
            vendor: last.row.vendor.clone()?,
            every,
            amount: last.amount,
            per_year: year.map(|year| money::with_digits(year, currency.as_deref())),
            currency,
            first: first.date.to_string(),
            last: last.date.to_string(),
            next: next.to_string(),
            late,
            varies,
            changes: if varies { Vec::new() } else { changes },
            receipts: payments.iter().map(|payment| payment.row.entry_id).collect(),
        })
    }
}

impl Rhythm {
    fn span(self) -> Span {
        match self {
            Self::Weekly => 1.week(),
            Self::TwoWeekly => 2.weeks(),
            Self::Monthly => 1.month(),
            Self::Quarterly => 3.months(),
            Self::HalfYearly => 6.months(),
            Self::Yearly => 1.year(),
        }
    }
}

/// Finds the rhythm of days in their order: name, tolerance in days, payments in a year.
fn rhythm(days: &[Date]) -> Option<(Rhythm, i32, i64)> {
    let gaps: Vec<i32> = days
        .iter()
        .zip(days.iter().skip(1))
        .map(|(one, two)| two.since(*one).ok().map(|span| span.get_days()))
        .collect::<Option<_>>()?;
    let fits = |(every, length, tolerance, _): &&(Rhythm, i32, i32, i64)| {
        let near = |gap: i32, times: i32| (gap - length * times).abs() <= *tolerance;
        let missing = gaps.iter().filter(|gap| near(**gap, 2)).count();
        let least = if *every == Rhythm::Yearly { MIN_YEARLY } else { MIN_PAYMENTS };
        days.len() >= least
            && missing <= 1
            && missing < gaps.len()
            && gaps.iter().all(|gap| near(*gap, 1) || near(*gap, 2))
    };
    RHYTHMS.iter().find(fits).map(|(every, _, tolerance, per_year)| (*every, *tolerance, *per_year))
}

fn changes(payments: &[&Payment<'_>]) -> Vec<PriceChange> {
    let pairs = payments.iter().zip(payments.iter().skip(1));
    let changed = pairs.filter(|(one, two)| one.amount != two.amount);
    changed
        .map(|(one, two)| PriceChange {
            date: two.date.to_string(),
            from: one.amount,
            to: two.amount,
            percent: percent(one.amount, two.amount),
        })
        .collect()
}

fn percent(from: Amount, to: Amount) -> Option<f64> {
    let change = to.value().checked_sub(from.value())?.checked_mul(100.into())?;
    change.checked_div(from.value())?.round_dp(1).to_f64()
}

fn mean(amounts: &[Amount]) -> Option<Decimal> {
    let sum = amounts.iter().try_fold(Decimal::ZERO, |sum, it| sum.checked_add(it.value()))?;
    sum.checked_div(Decimal::from(amounts.len())).map(|mean| mean.round_dp(2))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::test_row;

    fn found(rows: &[(&str, &str, &str)]) -> Vec<Recurring> {
        let rows: Vec<Row> =
            rows.iter().map(|(vendor, date, amount)| test_row(vendor, date, amount)).collect();
        series(&rows, Some("2026-06-30".parse().unwrap()))
    }

    #[test]
    fn the_end_of_a_month_is_followed_by_the_end_of_the_next_one() {
        let days = ["2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31", "2026-06-30"];
        let found = found(&days.map(|day| ("Gym", day, "20.00")));
        assert_eq!(found.first().map(|it| it.next.as_str()), Some("2026-07-31"));
    }

    #[test]
    fn a_subscription_is_found_with_its_new_price() {
        let found = found(&[
            ("Filmfluss GmbH", "2026-01-31", "9.99"),
            ("FILMFLUSS", "2026-02-28", "9.99"),
            ("Filmfluss", "2026-03-31", "9.99"),
            ("Filmfluss", "2026-04-30", "12.99"),
            ("Filmfluss", "2026-05-31", "12.99"),
            ("Bakery", "2026-05-01", "3.00"),
            ("Bakery", "2026-05-03", "3.00"),
            ("Bakery", "2026-05-17", "3.00"),
        ]);
        let [film] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!((film.every, film.late, film.varies), (Rhythm::Monthly, false, false));
        assert_eq!(film.per_year, Amount::parse("155.88"));
        assert_eq!(film.next, "2026-06-30");
        let [change] = film.changes.as_slice() else { panic!("{film:?}") };
        assert_eq!((change.date.as_str(), change.percent), ("2026-04-30", Some(30.0)));
    }

    #[test]
    fn one_missing_receipt_does_not_end_a_series_and_a_late_one_is_told() {
        let months = ["01", "02", "04", "05"];
        let rows: Vec<(String, String)> =
            months.map(|month| ("Rent".to_owned(), format!("2025-{month}-03"))).to_vec();
        let rows: Vec<(&str, &str, &str)> =
            rows.iter().map(|(vendor, date)| (vendor.as_str(), date.as_str(), "800.00")).collect();
        let found = found(&rows);
        assert!(
            matches!(found.as_slice(), [rent] if rent.late && rent.receipts.len() == 4),
            "{found:?}"
        );
    }

    #[test]
    fn amounts_that_always_differ_are_no_changes_of_a_price() {
        let found = found(&[
            ("Power", "2026-01-10", "61.20"),
            ("Power", "2026-02-10", "64.00"),
            ("Power", "2026-03-11", "58.80"),
        ]);
        let [power] = found.as_slice() else { panic!("{found:?}") };
        assert!(power.varies && power.changes.is_empty());
        assert_eq!(power.per_year, Amount::parse("735.96"), "twelve times the mean of 61.33");
    }

    #[test]
    fn two_subscriptions_of_one_seller_are_two() {
        let found = found(&[
            ("Cloud", "2026-01-01", "5.00"),
            ("Cloud", "2026-01-15", "9.00"),
            ("Cloud", "2026-02-01", "5.00"),
            ("Cloud", "2026-02-27", "31.00"),
            ("Cloud", "2026-02-15", "9.00"),
            ("Cloud", "2026-03-01", "5.00"),
            ("Cloud", "2026-03-15", "9.00"),
        ]);
        assert_eq!(
            found.iter().map(|it| it.amount).collect::<Vec<_>>(),
            ["5.00", "9.00"].map(|it| Amount::parse(it).unwrap())
        );
    }
}
