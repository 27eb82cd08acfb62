//! Exchange rates of the European Central Bank, and sums in the home currency by them.
//!
//! They come from a file that the user imports, or from the bank's server when the user asks for that; nothing
//! is fetched by itself. A rate is that of the receipt's day, or of the last day before it on which the bank
//! states one.

mod fetch;

use std::collections::{BTreeMap, BTreeSet};

use ext_amounts::Amount;
use jiff::ToSpan;
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::{Map, json};
use spacedrive_sdk::ops::vdfs::{ListEntriesInput, NewEntry};
use spacedrive_sdk::prelude::*;

use crate::currency;
use crate::export::{self, Filter, Row};
use crate::fields;
use crate::ledger::OWN;
use crate::money;
use crate::own;
use crate::preferences::Preferences;
use crate::xml;

pub(crate) use fetch::fetch;
pub use fetch::{FetchInput, Period};

/// Path of the entry that holds the rates.
const PATH: &str = "rates/ecb";
/// Type of that entry.
const RATES: &str = "exchange_rates";
/// Sidecar of the rates.
const SIDECAR: &str = "rates.json";
/// Days before a receipt of which a rate is taken: over weekends and holidays.
const MAX_DAYS: i32 = 7;
/// Currency of the bank.
const EURO: &str = "EUR";
/// The largest rate: units of a currency for a euro.
const MAX_RATE: i64 = 1_000_000_000;

/// A file of rates.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RatesInput {
    /// The file `eurofxref-daily.xml`, `-hist-90d.xml`, `-hist.xml` or `eurofxref-hist.csv` of the bank.
    pub file: Blob,
}

/// The rates that the library has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RatesKept {
    /// First day, ISO 8601.
    pub from: Option<String>,
    /// Last day, ISO 8601.
    pub to: Option<String>,
    /// Number of days.
    pub days: usize,
    /// Number of days that were not there before.
    pub new: usize,
    /// Reason to doubt that the last day is up to date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// Spending of one month and category in the home currency; credit notes are taken off it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HomeSum {
    /// Month of the spending, `2026-01`.
    pub month: Option<String>,
    /// Category of the spending.
    pub category: Option<String>,
    /// The home currency, ISO 4217.
    pub currency: String,
    /// Sum of what could be converted.
    pub amount: Amount,
    /// Number of receipts in the sum.
    pub receipts: usize,
    /// Rates that were taken, each with its day: `USD 1.0842 of 2026-01-05`.
    pub rates: Vec<String>,
    /// Entries of the receipts without a rate, which are not in the sum.
    pub left_out: Vec<Uuid>,
}

/// Rates by day and currency: units of it for a euro.
type Days = BTreeMap<String, BTreeMap<String, String>>;

/// Keeps the rates of a file beside those that are there.
///
/// # Errors
/// [`ErrorCode::BadInput`] for a file without a rate; those of the `vdfs` operations.
pub(crate) fn import(client: &SpacedriveClient, input: &RatesInput) -> Result<RatesKept> {
    let text = std::str::from_utf8(input.file.as_bytes()).map_err(|_| not_rates())?;
    let read = if text.trim_start().starts_with('<') { of_xml(text)? } else { of_csv(text) };
    if read.is_empty() {
        return Err(not_rates());
    }
    keep(client, read)
}

fn keep(client: &SpacedriveClient, read: Days) -> Result<RatesKept> {
    let mut days = kept(client)?;
    let before = days.len();
    for (day, rates) in read {
        days.entry(day).or_default().extend(rates);
    }
    let entry = NewEntry::new("Exchange rates of the European Central Bank", PATH, RATES);
    let id = client.vdfs().create_entry(entry)?;
    client.vdfs().write_json_sidecar(id, SIDECAR, &days)?;
    let own = json!({ "complete": true });
    client.vdfs().update_metadata(id, Map::from_iter([(OWN.to_owned(), own)]))?;
    Ok(RatesKept {
        from: days.keys().next().cloned(),
        to: days.keys().next_back().cloned(),
        days: days.len(),
        new: days.len() - before,
        note: None,
    })
}

fn not_rates() -> Error {
    let message = "the file has no exchange rates of the European Central Bank: import \
                   eurofxref-hist-90d.xml, eurofxref-hist.xml or eurofxref-hist.csv";
    Error::new(ErrorCode::BadInput, message)
}

fn of_xml(text: &str) -> Result<Days> {
    let mut days = Days::new();
    for day in xml::parse(text)?.all("Envelope/Cube/Cube") {
        let rates = day
            .all("Cube")
            .into_iter()
            .filter_map(|it| rate(it.attribute("currency")?, it.attribute("rate")?));
        if let Some(date) = day.attribute("time").and_then(fields::date) {
            days.insert(date, rates.collect());
        }
    }
    days.retain(|_, rates: &mut BTreeMap<_, _>| !rates.is_empty());
    Ok(days)
}

fn of_csv(text: &str) -> Days {
    let mut reader =
        csv::ReaderBuilder::new().trim(csv::Trim::All).flexible(true).from_reader(text.as_bytes());
    let heads = reader.headers().cloned().unwrap_or_default();
    let day = |record: csv::StringRecord| {
        let rates = heads.iter().zip(record.iter()).skip(1);
        let rates: BTreeMap<_, _> = rates.filter_map(|(code, value)| rate(code, value)).collect();
        (!rates.is_empty()).then_some((fields::date(record.get(0)?)?, rates))
    };
    reader.records().filter_map(std::result::Result::ok).filter_map(day).collect()
}

/// Checks a rate; `None` for what is not one, such as `N/A`.
fn rate(code: &str, value: &str) -> Option<(String, String)> {
    let rate = Decimal::from_str_exact(value).ok()?;
    let is_sound = rate > Decimal::ZERO && rate < Decimal::from(MAX_RATE) && rate.scale() <= 8;
    Some((currency::code(code)?, is_sound.then(|| value.to_owned())?))
}

fn kept(client: &SpacedriveClient) -> Result<Days> {
    let input =
        ListEntriesInput { path_prefix: Some(PATH.to_owned()), ..ListEntriesInput::default() };
    let entries = own::entries(client, input)?;
    match entries.iter().find(|entry| entry.path == PATH && entry.entry_type == RATES) {
        Some(entry) if entry.metadata.contains_key(OWN) => {
            client.vdfs().read_json_sidecar(entry.id, SIDECAR)
        }
        _ => Ok(Days::new()),
    }
}

/// A month and a category.
type Group<'r> = (Option<&'r str>, Option<&'r String>);

/// Adds up the receipts that fit per month and category, in the home currency.
///
/// # Errors
/// [`ErrorCode::BadInput`] without a home currency in the settings; those of the export.
pub(crate) fn sums(client: &SpacedriveClient, filter: &Filter) -> Result<Vec<HomeSum>> {
    let home = Preferences::load(client)?.home_currency.ok_or_else(|| {
        let message = "the setting `home_currency` has no value, such as EUR";
        Error::new(ErrorCode::BadInput, message)
    })?;
    let rows = export::glances(client, filter)?;
    let book = Book::open(client, home)?;
    let mut groups: BTreeMap<Group<'_>, Vec<&Row>> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.amount.is_some()) {
        groups.entry((row.month(), row.category.as_ref())).or_default().push(row);
    }
    let sum = |((month, category), rows): (Group<'_>, Vec<&Row>)| {
        let Converted { amount, receipts, rates, left_out } = book.sum(rows);
        HomeSum {
            month: month.map(str::to_owned),
            category: category.cloned(),
            currency: book.home.clone(),
            amount: money::with_digits(amount, Some(&book.home)),
            receipts,
            rates: rates.into_iter().collect(),
            left_out,
        }
    };
    Ok(groups.into_iter().map(sum).collect())
}

/// What receipts come to in the home currency.
#[derive(Debug, Default)]
pub(crate) struct Converted {
    /// Sum of what could be converted.
    pub(crate) amount: Amount,
    /// Number of receipts in the sum.
    pub(crate) receipts: usize,
    /// Rates that were taken, each with its day.
    pub(crate) rates: BTreeSet<String>,
    /// Entries of the receipts that are not in the sum.
    pub(crate) left_out: Vec<Uuid>,
}

/// The rates, and the currency that is converted to.
pub(crate) struct Book {
    days: Days,
    home: String,
}

impl Book {
    /// Reads the rates that are there.
    ///
    /// # Errors
    /// Those of the `vdfs` operations.
    pub(crate) fn open(client: &SpacedriveClient, home: String) -> Result<Self> {
        Ok(Self { days: kept(client)?, home })
    }

    /// Returns the currency that is converted to, ISO 4217.
    pub(crate) fn home(&self) -> &str {
        &self.home
    }

    /// Adds up what was spent; what has no rate is left out.
    pub(crate) fn sum<'r>(&self, rows: impl IntoIterator<Item = &'r Row>) -> Converted {
        let mut sum = Converted::default();
        for row in rows {
            let added = self.converted(row);
            let added =
                added.and_then(|(spent, said)| Some((sum.amount.checked_add(spent)?, said)));
            match added {
                Some((amount, said)) => {
                    sum.amount = amount;
                    sum.receipts += 1;
                    sum.rates.extend(said);
                }
                None => sum.left_out.push(row.entry_id),
            }
        }
        sum
    }

    /// Converts what was spent to two digits, and says by which rates.
    pub(crate) fn converted(&self, row: &Row) -> Option<(Amount, Vec<String>)> {
        let code = row.currency.as_deref()?;
        if code == self.home {
            return Some((row.spent(), Vec::new()));
        }
        let (day, rates) = self.day(row.date.as_deref()?, [code, &self.home])?;
        let of = |code: &str| match code {
            EURO => Some(Decimal::ONE),
            code => Decimal::from_str_exact(rates.get(code)?).ok(),
        };
        let euros = row.spent().value().checked_div(of(code)?)?;
        let amount = money::plausible(euros.checked_mul(of(&self.home)?)?.round_dp(2))?;
        let amount = money::with_digits(amount, Some(&self.home));
        let said = [code, &self.home].into_iter().filter(|code| *code != EURO);
        let said = said.filter_map(|code| Some(format!("{code} {} of {day}", rates.get(code)?)));
        Some((amount, said.collect()))
    }

    /// Returns the last day up to a day with rates of these currencies, if it is near enough: on some days
    /// the bank states none of a currency.
    fn day(&self, date: &str, codes: [&str; 2]) -> Option<(&String, &BTreeMap<String, String>)> {
        let first = date.parse::<Date>().ok()?.checked_sub(MAX_DAYS.days()).ok()?.to_string();
        let has = |rates: &BTreeMap<_, _>| {
            codes.iter().all(|code| *code == EURO || rates.contains_key(*code))
        };
        self.days.range(first..=date.to_owned()).rev().find(|(_, rates)| has(rates))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::test_row;

    const XML: &str = "<gesmes:Envelope xmlns:gesmes='g'><Cube><Cube time='2026-01-09'>\
        <Cube currency='USD' rate='1.2500'/><Cube currency='GBP' rate='0.8'/></Cube></Cube></gesmes:Envelope>";

    fn converted(home: &str, code: &str, date: &str) -> Option<(String, Vec<String>)> {
        let book = Book { days: of_xml(XML).unwrap(), home: home.to_owned() };
        let row = Row { currency: Some(code.to_owned()), ..test_row("A", date, "10.00") };
        book.converted(&row).map(|(amount, said)| (amount.to_string(), said))
    }

    #[test]
    fn amounts_are_converted_by_the_rate_of_the_day_or_of_the_last_one_before() {
        let said = |texts: &[&str]| texts.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
        let friday = "USD 1.2500 of 2026-01-09";
        assert_eq!(converted("EUR", "EUR", "2020-01-01").unwrap().1, said(&[]));
        assert_eq!(converted("EUR", "USD", "2026-01-09"), Some(("8.00".into(), said(&[friday]))));
        assert_eq!(converted("EUR", "USD", "2026-01-11"), Some(("8.00".into(), said(&[friday]))));
        let both = said(&["GBP 0.8 of 2026-01-09", friday]);
        assert_eq!(
            converted("USD", "GBP", "2026-01-09").map(|(sum, _)| sum).as_deref(),
            Some("15.62")
        );
        assert_eq!(converted("USD", "GBP", "2026-01-09").map(|(_, said)| said), Some(both));
        for (code, date) in [("USD", "2026-01-08"), ("USD", "2026-01-17"), ("JPY", "2026-01-09")] {
            assert_eq!(converted("EUR", code, date), None, "{code} {date}");
        }
    }

    #[test]
    fn a_day_without_the_currency_is_passed_over() {
        let csv = "Date,USD,GBP,\n2026-01-08,1.1000,0.8,\n2026-01-09,N/A,0.9,\n";
        let book = Book { days: of_csv(csv), home: EURO.to_owned() };
        let row = Row { currency: Some("USD".to_owned()), ..test_row("A", "2026-01-09", "11.00") };
        let (amount, said) = book.converted(&row).unwrap();
        assert_eq!(
            (amount.to_string().as_str(), said[0].as_str()),
            ("10.00", "USD 1.1000 of 2026-01-08")
        );
    }

    #[test]
    fn both_kinds_of_file_say_the_same() {
        let csv = "Date,USD,GBP,JPY,\n2026-01-09,1.2500,0.8,N/A,\nnonsense\n";
        assert_eq!(of_csv(csv), of_xml(XML).unwrap());
        assert!(of_csv("a,b\n1,2\n").is_empty());
        assert!(of_csv("Date,USD\n2026-02-10,abc\n2026-02-11,0\n2026-02-12,-1\n").is_empty());
    }
}
