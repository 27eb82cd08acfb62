//! Taxes per country and rate, as far as the receipts tell.
//!
//! A receipt of several rates is split by what its documents say of each (`split`). Of others the rate is the
//! one that amount and tax come to, when that is a rate of the country or, where the rates of the country are
//! not known, of any. The country is that of the currency where only one country has it; for others it is that
//! of the seller of an electronic invoice, or of the VAT numbers in the text, when all of them are of one
//! country.

mod split;

use std::collections::{BTreeMap, BTreeSet};

use ext_amounts::Amount;
use rust_decimal::Decimal;
use serde::Serialize;
use spacedrive_sdk::prelude::*;

use crate::corrections;
use crate::en16931::{self, Checked};
use crate::export::{self, Filter, Row};
use crate::money;
use split::{Part, Totals};

/// Countries by the currencies that no other country has.
const CURRENCIES: [(&str, &str); 24] = [
    ("GBP", "GB"),
    ("CHF", "CH"),
    ("PLN", "PL"),
    ("CZK", "CZ"),
    ("SEK", "SE"),
    ("NOK", "NO"),
    ("DKK", "DK"),
    ("HUF", "HU"),
    ("RON", "RO"),
    ("JPY", "JP"),
    ("CAD", "CA"),
    ("AUD", "AU"),
    ("NZD", "NZ"),
    ("INR", "IN"),
    ("BRL", "BR"),
    ("MXN", "MX"),
    ("TRY", "TR"),
    ("KRW", "KR"),
    ("SGD", "SG"),
    ("MYR", "MY"),
    ("ZAR", "ZA"),
    ("ILS", "IL"),
    ("THB", "TH"),
    ("UAH", "UA"),
];
/// Rates of taxes on sales in percent, by country.
const RATES: [(&str, &str); 38] = [
    ("AT", "20 13 10"),
    ("AU", "10"),
    ("BE", "21 12 6"),
    ("BG", "20 9"),
    ("CA", "5 13 14 15"),
    ("CH", "8.1 3.8 2.6 7.7 3.7 2.5"),
    ("CY", "19 9 5 3"),
    ("CZ", "21 12"),
    ("DE", "19 7 16 5"),
    ("DK", "25"),
    ("EE", "24 22 13 9"),
    ("ES", "21 10 4"),
    ("FI", "25.5 24 14 13.5 10"),
    ("FR", "20 10 5.5 2.1"),
    ("GB", "20 5"),
    ("GR", "24 13 6"),
    ("HR", "25 13 5"),
    ("HU", "27 18 5"),
    ("IE", "23 13.5 9 4.8"),
    ("IN", "5 12 18 28 40"),
    ("IT", "22 10 5 4"),
    ("JP", "10 8"),
    ("KR", "10"),
    ("LT", "21 12 9 5"),
    ("LU", "17 14 8 3"),
    ("LV", "21 12 5"),
    ("MT", "18 12 7 5"),
    ("MX", "16 8"),
    ("NL", "21 9"),
    ("NO", "25 15 12"),
    ("NZ", "15"),
    ("PL", "23 8 5"),
    ("PT", "23 13 6"),
    ("RO", "21 19 11 9 5"),
    ("SE", "25 12 6"),
    ("SG", "9 8"),
    ("SI", "22 9.5 5"),
    ("SK", "23 20 19 10 5"),
];
/// Documents of a receipt in which a breakdown of its taxes is looked for.
const MAX_DOCUMENTS: usize = 6;
/// Most characters of a VAT number.
const VAT_CHARACTERS: std::ops::RangeInclusive<usize> = 8..=12;

/// Taxes of one country, rate and currency; credit notes are taken off them.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TaxSum {
    /// ISO 3166; `null` where no receipt tells.
    pub country: Option<String>,
    /// Rate in percent; `several or none` where amount and tax come to no rate of the country and no
    /// document says how much is of which rate, and `not stated` where no tax was read.
    pub rate: String,
    /// ISO 4217.
    pub currency: Option<String>,
    /// Sum without tax; `null` where no tax was read.
    pub net: Option<Amount>,
    /// Sum of the taxes.
    pub tax: Option<Amount>,
    /// Sum with tax.
    pub total: Amount,
    /// Number of receipts; one of several rates counts for each of them.
    pub receipts: usize,
    /// Entries of the receipts.
    pub entries: Vec<Uuid>,
}

/// Adds up the taxes of the receipts that fit.
///
/// # Errors
/// Those of the export.
pub(crate) fn taxes(client: &SpacedriveClient, filter: &Filter) -> Result<Vec<TaxSum>> {
    let mut sums: BTreeMap<(Option<String>, Rate, Option<String>), TaxSum> = BTreeMap::new();
    for row in export::glances(client, filter)?.iter().filter(|row| row.amount.is_some()) {
        let country = country(client, row)?;
        for share in shares(client, row, country.as_deref())? {
            let key = (country.clone(), share.rate, row.currency.clone());
            let sum =
                sums.entry(key).or_insert_with(|| TaxSum::new(country.clone(), share.rate, row));
            sum.add(row, &share);
        }
    }
    Ok(sums.into_values().collect())
}

/// Returns the country of a receipt, where the receipt tells it.
pub(crate) fn country(client: &SpacedriveClient, row: &Row) -> Result<Option<String>> {
    if let Some(country) = of_currency(row) {
        return Ok(Some(country.to_owned()));
    }
    if let Some(country) = stated(client, row.entry_id)?.and_then(|it| it.country) {
        let is_code =
            |code: &String| code.len() == 2 && code.bytes().all(|b| b.is_ascii_uppercase());
        return Ok(Some(country).filter(is_code));
    }
    let text = text(client, row.entry_id)?;
    Ok(text.as_deref().and_then(of_vat_numbers).map(str::to_owned))
}

/// Reads what the electronic invoice of a document states, where it has one.
pub(crate) fn stated(client: &SpacedriveClient, id: Uuid) -> Result<Option<Checked>> {
    kept(client.vdfs().read_json_sidecar(id, en16931::SIDECAR))
}

/// Returns the country that alone has the currency of a receipt.
fn of_currency(row: &Row) -> Option<&'static str> {
    let code = row.currency.as_deref()?;
    CURRENCIES.iter().find(|(currency, _)| *currency == code).map(|(_, country)| *country)
}

/// Reads the text of a document; `None` where somebody removed it.
///
/// # Errors
/// Those of the `vdfs` operations.
pub(crate) fn text(client: &SpacedriveClient, id: Uuid) -> Result<Option<String>> {
    let text = kept(client.vdfs().read_sidecar(id, "ocr.txt"))?;
    Ok(text.map(|text| String::from_utf8_lossy(text.as_bytes()).into_owned()))
}

fn kept<T>(read: Result<T>) -> Result<Option<T>> {
    match read {
        Ok(read) => Ok(Some(read)),
        Err(error) if corrections::is_damaged(&error) => Ok(None),
        Err(error) => Err(error),
    }
}

/// What of a receipt is taxed at a rate: all of it, or a part.
struct Share {
    rate: Rate,
    total: Amount,
    tax: Option<Amount>,
}

/// Lists the shares of a receipt: one, or one for each of its rates. Where the country is known by the
/// currency, documents are read only of receipts that have no single rate, since there may be very many.
fn shares(client: &SpacedriveClient, row: &Row, country: Option<&str>) -> Result<Vec<Share>> {
    let rate = Rate::of(row, country);
    let back = row.spent() < Amount::default();
    let has_sign = |amount: Amount| if back { -amount.abs() } else { amount };
    let whole = Share { rate, total: row.spent(), tax: row.tax.map(has_sign) };
    if matches!(rate, Rate::Percent(_)) && of_currency(row).is_some() {
        return Ok(vec![whole]);
    }
    let Some(parts) = parts(client, row, country)? else { return Ok(vec![whole]) };
    let share = |part: &Part| {
        Some(Share {
            rate: Rate::Percent(part.rate),
            total: has_sign(Amount::new(part.net.checked_add(part.tax)?)?),
            tax: Some(has_sign(Amount::new(part.tax)?)),
        })
    };
    Ok(parts.iter().map(share).collect::<Option<_>>().unwrap_or_else(|| vec![whole]))
}

/// Splits a receipt by what one of its documents says: an electronic invoice before a text.
fn parts(client: &SpacedriveClient, row: &Row, country: Option<&str>) -> Result<Option<Vec<Part>>> {
    let Some(amount) = row.amount else { return Ok(None) };
    let totals = Totals {
        amount: amount.value().abs(),
        tax: row.tax.map(|tax| tax.value().abs()),
        is_said: row.corrected.iter().any(|field| field == "tax"),
    };
    let others = row.documents.iter().map(|document| document.receipt_id);
    let others = others.filter(|id| *id != row.entry_id).take(MAX_DOCUMENTS - 1);
    let documents: Vec<Uuid> = std::iter::once(row.entry_id).chain(others).collect();
    for id in &documents {
        let parts = stated(client, *id)?.and_then(|it| split::of_invoice(&it.taxes, totals));
        if parts.is_some() {
            return Ok(parts);
        }
    }
    let mut rates = Rate::known(country);
    rates.push(Decimal::ZERO);
    for id in documents {
        let text = text(client, id)?;
        let parts = text.and_then(|text| split::of_text(&text, totals, &rates));
        if parts.is_some() {
            return Ok(parts);
        }
    }
    Ok(None)
}

/// Returns the country of all VAT numbers in a text; `None` where there is none, or they differ.
fn of_vat_numbers(text: &str) -> Option<&'static str> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let words: Vec<&str> = words.collect();
    let alone = words.iter().filter_map(|word| of_vat_number(word));
    // `ATU 123 456 78` and `DE 123 456 789` are written apart.
    let apart = words.iter().zip(words.iter().skip(1)).enumerate().filter_map(|(at, (code, _))| {
        let digits =
            words.iter().skip(at + 1).take_while(|word| word.bytes().all(|b| b.is_ascii_digit()));
        let number: String = std::iter::once(*code).chain(digits.take(4).copied()).collect();
        (code.len() <= 3).then(|| of_vat_number(&number)).flatten()
    });
    let countries: BTreeSet<&'static str> = alone.chain(apart).collect();
    (countries.len() == 1).then(|| countries.first().copied()).flatten()
}

fn of_vat_number(word: &str) -> Option<&'static str> {
    let (code, rest) = word.split_at_checked(2)?;
    let code = if code == "EL" { "GR" } else { code };
    let known = RATES.iter().find(|(country, _)| *country == code)?.0;
    let digits = rest.bytes().filter(u8::is_ascii_digit).count();
    let letters = rest.len() - digits;
    let in_vies =
        !matches!(code, "AU" | "CA" | "CH" | "IN" | "JP" | "KR" | "MX" | "NO" | "NZ" | "SG");
    (in_vies && letters <= 3 && digits >= 7 && VAT_CHARACTERS.contains(&rest.len()))
        .then_some(known)
}

/// A rate of tax in a receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rate {
    NotStated,
    Several,
    Percent(Decimal),
}

impl Rate {
    fn of(row: &Row, country: Option<&str>) -> Self {
        let (Some(amount), Some(tax)) = (row.amount, row.tax) else { return Self::NotStated };
        if tax == Amount::default() {
            return Self::Percent(Decimal::ZERO);
        }
        // Of several rates that a small amount allows, the nearest one.
        let off = |rate: &Decimal| Self::off(amount.value(), tax.value(), *rate);
        let fitting = Self::known(country).into_iter().filter_map(|rate| Some((off(&rate)?, rate)));
        fitting.min().map_or(Self::Several, |(_, rate)| Self::Percent(rate))
    }

    /// Lists the rates of a country; of one whose rates are not known, all that there are.
    fn known(country: Option<&str>) -> Vec<Decimal> {
        let is_listed = RATES.iter().any(|(code, _)| Some(*code) == country);
        let rates = RATES.iter().filter(|(code, _)| !is_listed || Some(*code) == country);
        let rates = rates.flat_map(|(_, rates)| rates.split(' '));
        let rates: BTreeSet<Decimal> = rates.filter_map(|rate| rate.parse().ok()).collect();
        rates.into_iter().collect()
    }

    /// Returns how far a tax is off a rate; `None` where that is more than a rounding to two digits.
    fn off(amount: Decimal, tax: Decimal, rate: Decimal) -> Option<Decimal> {
        let expected = amount.checked_mul(rate)?.checked_div(rate.checked_add(100.into())?)?;
        let off = (expected - tax).abs();
        (off <= Decimal::new(11, 3)).then_some(off)
    }

    fn words(self) -> String {
        match self {
            Self::NotStated => "not stated".to_owned(),
            Self::Several => "several or none".to_owned(),
            Self::Percent(rate) => format!("{} %", rate.normalize()),
        }
    }
}

impl TaxSum {
    fn new(country: Option<String>, rate: Rate, row: &Row) -> Self {
        let nought = Some(Amount::default()).filter(|_| rate != Rate::NotStated);
        Self {
            country,
            rate: rate.words(),
            currency: row.currency.clone(),
            net: nought,
            tax: nought,
            total: Amount::default(),
            receipts: 0,
            entries: Vec::new(),
        }
    }

    fn add(&mut self, row: &Row, share: &Share) {
        let sum = |one: Option<Amount>, two: Option<Amount>| one?.checked_add(two?);
        let printed = |amount| money::with_digits(amount, row.currency.as_deref());
        let net = share.tax.and_then(|tax| share.total.checked_add(-tax));
        self.tax = sum(self.tax, share.tax).map(printed);
        self.net = sum(self.net, net).map(printed);
        self.total = printed(self.total.checked_add(share.total).unwrap_or(self.total));
        self.receipts += 1;
        self.entries.push(row.entry_id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::test_row;

    fn rate(amount: &str, tax: &str, country: Option<&str>) -> String {
        let row = Row { tax: Amount::parse(tax), ..test_row("A", "2026-01-05", amount) };
        Rate::of(&row, country).words()
    }

    #[test]
    fn the_rate_is_the_one_that_amount_and_tax_come_to() {
        for (amount, tax, country, wanted) in [
            ("119.00", "19.00", Some("DE"), "19 %"),
            ("10.70", "0.70", Some("DE"), "7 %"),
            ("-119.00", "-19.00", Some("DE"), "19 %"),
            ("129.70", "19.70", Some("DE"), "several or none"),
            ("100.00", "0", Some("DE"), "0 %"),
            ("105.50", "5.50", Some("FR"), "5.5 %"),
            ("125.50", "25.50", None, "25.5 %"),
            ("100.00", "", Some("DE"), "not stated"),
        ] {
            assert_eq!(rate(amount, tax, country), wanted, "{amount} {tax}");
        }
    }

    #[test]
    fn the_country_is_that_of_all_vat_numbers() {
        for (text, country) in [
            ("USt-IdNr. DE123456789", Some("DE")),
            ("USt-IdNr.: DE 123 456 789", Some("DE")),
            ("UID ATU12345678", Some("AT")),
            ("TVA FR40303265045, IBAN DE89370400440532013000", Some("FR")),
            ("Seller DE123456789, buyer NL123456789B01", None),
            ("INVOICE IT1234", None),
            ("", None),
        ] {
            assert_eq!(of_vat_numbers(text), country, "{text}");
        }
    }
}
