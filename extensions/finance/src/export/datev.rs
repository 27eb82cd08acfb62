//! The receipts as DATEV's batch of bookings ("Buchungsstapel"): EXTF version 700, format 21, version 13,
//! in Windows-1252 with semicolons, as DATEV's programs import it.
//!
//! A receipt is booked from its account of expenses (debit) against the account that it was paid from; a
//! credit note the other way round. Numbers of accounts come from the setting `datev`.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use ext_amounts::Amount;
use jiff::civil::Date;
use spacedrive_sdk::prelude::*;

use super::journal::{LeftOut, Transaction, Written, transactions};
use super::{Row, plain_line};

/// Names of the setting, with their values where it has none; accounts are those of SKR03.
const DEFAULTS: [(&str, &str); 6] = [
    ("consultant", "1001"),
    ("client", "1"),
    ("year_start", "01-01"),
    ("expenses", "4900"),
    ("payments", "1200"),
    ("cash", "1000"),
];
/// Columns of a booking.
const COLUMNS: usize = 125;
/// Longest amount, with its comma and two decimals.
const MAX_TURNOVER: usize = 13;
/// Longest text of a booking, in characters.
const MAX_TEXT: usize = 60;
/// Longest number of a document, in characters.
const MAX_NUMBER: usize = 36;
/// Pairs of kind and content for facts about the document.
const FACTS: usize = 8;
/// Pairs of places for facts of one's own.
const OWN_FACTS: usize = 20;

/// Writes the receipts that have a date, a currency, and an amount that DATEV takes.
///
/// # Errors
/// [`ErrorCode::BadInput`] for receipts of two business years, and a setting that is not valid.
pub(super) fn write<'r>(
    rows: &'r [Row],
    setting: &BTreeMap<String, String>,
) -> Result<Written<'r, Vec<u8>>> {
    let accounts = Accounts::of(setting)?;
    let (all, left_out) = takeable(rows);
    let currency = main_currency(&all);
    let (Some(first), Some(last)) =
        (all.iter().map(|it| it.date).min(), all.iter().map(|it| it.date).max())
    else {
        let message = "no receipt has a date, a currency and an amount that DATEV takes";
        return Err(Error::bad_input(message.to_owned()));
    };
    let year = accounts.year_of(first)?;
    if accounts.year_of(last)? != year {
        let message = format!(
            "receipts from {first} to {last} are of two business years: DATEV takes one at a time, \
             so name the first and the last day"
        );
        return Err(Error::bad_input(message));
    }
    let mut text = accounts.header(year, first, last, &currency);
    let _ = write!(text, "{}\r\n", columns().join(";"));
    for it in &all {
        let _ = write!(text, "{}\r\n", accounts.booking(it).join(";"));
    }
    Ok(Written { content: encoded(&text), receipts: all.len(), left_out })
}

/// Splits receipts into those that the batch can have and all others.
fn takeable(rows: &[Row]) -> (Vec<Transaction<'_>>, Vec<LeftOut<'_>>) {
    let (mut all, mut left_out) = transactions(rows);
    leave_out(&mut all, &mut left_out, |it| it.row.currency.is_none().then_some("currency"));
    leave_out(&mut all, &mut left_out, |it| turnover(it.amount).err());
    // The rate that DATEV wants has two to six decimals and is 1 at least, which many are not.
    let currency = main_currency(&all);
    leave_out(&mut all, &mut left_out, |it| (it.currency() != currency).then_some("exchange rate"));
    (all, left_out)
}

/// Moves receipts that lack something from the one list to the other.
fn leave_out<'r>(
    all: &mut Vec<Transaction<'r>>,
    left_out: &mut Vec<LeftOut<'r>>,
    lack: impl Fn(&Transaction<'r>) -> Option<&'static str>,
) {
    all.retain(|it| {
        let lack = lack(it);
        left_out.extend(lack.map(|lack| LeftOut { row: it.row, lack }));
        lack.is_none()
    });
}

/// Writes an amount as DATEV takes it, `^(?!0{1,10}\,00)\d{1,10}\,\d{2}$` in its description of the format;
/// else says what it lacks.
fn turnover(amount: Amount) -> std::result::Result<String, &'static str> {
    let mut value = amount.abs().value().normalize();
    if value.is_zero() {
        return Err("amount other than 0");
    }
    if value.scale() > 2 {
        return Err("amount of two decimals");
    }
    value.rescale(2);
    let text = value.to_string().replace('.', ",");
    if text.len() > MAX_TURNOVER { Err("amount of ten digits") } else { Ok(text) }
}

fn main_currency(all: &[Transaction<'_>]) -> String {
    let is_euro = all.iter().any(|it| it.currency() == "EUR");
    let first = all.first().map_or("EUR", |it| it.currency());
    if is_euro { "EUR" } else { first }.to_owned()
}

/// Returns the bytes in Windows-1252; what that does not have becomes a question mark.
fn encoded(text: &str) -> Vec<u8> {
    let letter = |letter: char| {
        let mut utf8 = [0; 4];
        let (bytes, _, is_lost) = encoding_rs::WINDOWS_1252.encode(letter.encode_utf8(&mut utf8));
        if is_lost { vec![b'?'] } else { bytes.into_owned() }
    };
    text.chars().flat_map(letter).collect()
}

/// Numbers of the accounts, and of the business.
struct Accounts<'s> {
    setting: &'s BTreeMap<String, String>,
}

impl<'s> Accounts<'s> {
    /// Checks the setting: numbers, and a day on which the year begins.
    fn of(setting: &'s BTreeMap<String, String>) -> Result<Self> {
        let accounts = Self { setting };
        for (name, value) in setting.iter().filter(|(name, _)| *name != "year_start") {
            let is_number =
                (1..=9).contains(&value.len()) && value.bytes().all(|b| b.is_ascii_digit());
            if !is_number {
                return Err(Error::bad_input(format!(
                    "setting `datev`: `{name}` is `{value}`, which is not a number"
                )));
            }
        }
        accounts.start_of(2024)?;
        Ok(accounts)
    }

    fn value(&self, name: &str) -> &str {
        let default =
            DEFAULTS.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value);
        self.setting.get(name).map_or(default, String::as_str)
    }

    /// Returns the day on which the business year of a calendar year begins.
    fn start_of(&self, year: i16) -> Result<Date> {
        let text = self.value("year_start");
        let day = format!("{year}-{text}").parse();
        day.map_err(|_| {
            Error::bad_input(format!(
                "setting `datev`: `year_start` is `{text}`, not a day such as 01-01"
            ))
        })
    }

    fn year_of(&self, day: &str) -> Result<Date> {
        let day: Date =
            day.parse().map_err(|_| Error::bad_input(format!("`{day}` is not a valid date")))?;
        let start = self.start_of(day.year())?;
        if start <= day { Ok(start) } else { self.start_of(day.year() - 1) }
    }

    /// Writes the line that says what the file is. A guest has no clock: the last day stands for the time
    /// at which it was made.
    fn header(&self, year: Date, first: &str, last: &str, currency: &str) -> String {
        let day = |day: &str| day.replace('-', "");
        let length = self.value("expenses").len().max(4);
        let (consultant, client) = (self.value("consultant"), self.value("client"));
        let (year, first, last) = (day(&year.to_string()), day(first), day(last));
        format!(
            "\"EXTF\";700;21;\"Buchungsstapel\";13;{last}000000000;;\"\";\"\";\"\";{consultant};{client};\
             {year};{length};{first};{last};\"Belege\";\"\";1;0;0;\"{currency}\";;\"\";;;\"\";;;\"\";\"\"\r\n"
        )
    }

    /// Returns the account of a category, else that of all expenses.
    fn expenses(&self, row: &Row) -> &str {
        let own = row.category.as_ref().and_then(|category| self.setting.get(category));
        own.map_or_else(|| self.value("expenses"), String::as_str)
    }

    fn payments(&self, row: &Row) -> &str {
        self.value(if row.payment_method.as_deref() == Some("cash") { "cash" } else { "payments" })
    }

    fn booking(&self, it: &Transaction<'_>) -> Vec<String> {
        let row = it.row;
        let mut cells = vec![String::new(); COLUMNS];
        let number = row.documents.iter().find_map(|document| document.numbers.first());
        let number = number_of_document(number.map_or("", String::as_str));
        let name = plain_line(row.vendor.as_deref().unwrap_or(&row.source));
        let name: String = name.chars().take(MAX_TEXT).collect();
        let side = if it.amount < Amount::default() { "H" } else { "S" };
        let values = [
            (0, turnover(it.amount).unwrap_or_default()),
            (1, quoted(side)),
            (2, quoted(it.currency())),
            (6, self.expenses(row).to_owned()),
            (7, self.payments(row).to_owned()),
            (9, day_and_month(it.date)),
            (10, quoted(&number)),
            (13, quoted(&name)),
            (20, quoted("Beleg")),
            (21, quoted(&row.entry_id.to_string())),
        ];
        for (at, value) in values {
            if let Some(cell) = cells.get_mut(at) {
                *cell = value;
            }
        }
        cells
    }
}

/// Returns the number of a document with the letters that DATEV takes there: `"[\w$%\-/]{0,36}"` in its
/// description of the format.
fn number_of_document(number: &str) -> String {
    let is_known = |letter: char| letter.is_ascii_alphanumeric() || "_$%-/".contains(letter);
    let letter = |letter: char| if is_known(letter) { letter } else { '-' };
    number.chars().take(MAX_NUMBER).map(letter).collect()
}

/// Returns the day of a document, `3101`; its year is that of the header.
fn day_and_month(date: &str) -> String {
    format!("{}{}", date.get(8..10).unwrap_or_default(), date.get(5..7).unwrap_or_default())
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// Lists the heads of the columns, as DATEV names them.
fn columns() -> Vec<String> {
    let start = "Umsatz (ohne Soll/Haben-Kz);Soll/Haben-Kennzeichen;WKZ Umsatz;Kurs;Basis-Umsatz;\
        WKZ Basis-Umsatz;Konto;Gegenkonto (ohne BU-Schlüssel);BU-Schlüssel;Belegdatum;Belegfeld 1;\
        Belegfeld 2;Skonto;Buchungstext;Postensperre;Diverse Adressnummer;Geschäftspartnerbank;\
        Sachverhalt;Zinssperre;Beleglink";
    let middle = "KOST1 - Kostenstelle;KOST2 - Kostenstelle;Kost-Menge;EU-Land u. UStID (Bestimmung);\
        EU-Steuersatz (Bestimmung);Abw. Versteuerungsart;Sachverhalt L+L;Funktionsergänzung L+L;\
        BU 49 Hauptfunktionstyp;BU 49 Hauptfunktionsnummer;BU 49 Funktionsergänzung";
    let end = "Stück;Gewicht;Zahlweise;Forderungsart;Veranlagungsjahr;Zugeordnete Fälligkeit;Skontotyp;\
        Auftragsnummer;Buchungstyp;USt-Schlüssel (Anzahlungen);EU-Land (Anzahlungen);\
        Sachverhalt L+L (Anzahlungen);EU-Steuersatz (Anzahlungen);Erlöskonto (Anzahlungen);Herkunft-Kz;\
        Buchungs GUID;KOST-Datum;SEPA-Mandatsreferenz;Skontosperre;Gesellschaftername;Beteiligtennummer;\
        Identifikationsnummer;Zeichnernummer;Postensperre bis;Bezeichnung SoBil-Sachverhalt;\
        Kennzeichen SoBil-Buchung;Festschreibung;Leistungsdatum;Datum Zuord. Steuerperiode;Fälligkeit;\
        Generalumkehr (GU);Steuersatz;Land;Abrechnungsreferenz;BVV-Position;\
        EU-Land u. UStID (Ursprung);EU-Steuersatz (Ursprung);Abw. Skontokonto";
    let pairs = |name: &str, dash: &str, count: usize| {
        (1..=count)
            .flat_map(|at| [format!("{name}{dash}Art {at}"), format!("{name}{dash}Inhalt {at}")])
            .collect::<Vec<_>>()
    };
    let split = |text: &str| text.split(';').map(str::to_owned).collect::<Vec<_>>();
    [
        split(start),
        pairs("Beleginfo", " - ", FACTS),
        split(middle),
        pairs("Zusatzinformation", " - ", OWN_FACTS),
        split(end),
    ]
    .concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::test_row;

    fn written(rows: &[Row], setting: &[(&str, &str)]) -> Result<Vec<Vec<String>>> {
        let setting =
            setting.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        let bytes = write(rows, &setting)?.content;
        let text = encoding_rs::WINDOWS_1252.decode(&bytes).0.into_owned();
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(b';')
            .has_headers(false)
            .flexible(true)
            .from_reader(text.as_bytes());
        Ok(reader.records().map(|it| it.unwrap().iter().map(str::to_owned).collect()).collect())
    }

    #[test]
    fn a_batch_has_its_header_its_columns_and_its_bookings() {
        let mut rows = vec![
            test_row("Bücher \"Müller\" 書", "2026-01-05", "12.5"),
            test_row("A", "2026-03-31", "3"),
        ];
        rows[0].category = Some("office".to_owned());
        rows[1].kind = Some("credit_note".to_owned());
        rows[1].payment_method = Some("cash".to_owned());
        let lines = written(&rows, &[("office", "4930"), ("client", "77")]).unwrap();
        assert_eq!(
            lines[0].iter().take(5).map(String::as_str).collect::<Vec<_>>(),
            ["EXTF", "700", "21", "Buchungsstapel", "13"]
        );
        assert_eq!(
            (lines[0].len(), lines[0][11].as_str(), lines[0][12].as_str()),
            (31, "77", "20260101")
        );
        assert!(lines.iter().skip(1).all(|line| line.len() == COLUMNS), "{}", lines[1].len());
        assert_eq!(lines[1][13], "Buchungstext");
        assert_eq!(lines[1][114], "Leistungsdatum");
        let cells = |at: usize| [0, 1, 2, 6, 7, 9, 13].map(|cell| lines[at][cell].clone());
        assert_eq!(cells(2), ["12,50", "S", "EUR", "4930", "1200", "0501", "Bücher \"Müller\" ?"]);
        assert_eq!(cells(3), ["3,00", "H", "EUR", "4900", "1000", "3103", "A"]);
    }

    /// A receipt over an amount in a currency, as it is read.
    fn in_currency(code: &str, amount: &str) -> Row {
        Row {
            amount: Amount::parse(amount).map(|it| crate::money::with_digits(it, Some(code))),
            currency: Some(code.to_owned()),
            ..test_row(code, "2026-01-05", "1")
        }
    }

    fn is_turnover(text: &str) -> bool {
        let Some((whole, cents)) = text.split_once(',') else { return false };
        let are_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        (1..=10).contains(&whole.len())
            && cents.len() == 2
            && are_digits(whole)
            && are_digits(cents)
            && text.bytes().any(|b| (b'1'..=b'9').contains(&b))
    }

    #[test]
    fn amounts_are_those_that_datev_takes_and_the_others_are_left_out() {
        for (rows, amounts, lacks) in [
            (
                vec![("JPY", "12100"), ("KWD", "12.345"), ("EUR", "0"), ("GBP", "5")],
                vec![("12100,00", "JPY")],
                vec!["amount of two decimals", "amount other than 0", "exchange rate"],
            ),
            (
                vec![("KWD", "12.5"), ("KWD", "-0.01"), ("KWD", "0.00")],
                vec![("12,50", "KWD"), ("0,01", "KWD")],
                vec!["amount other than 0"],
            ),
            (
                vec![("USD", "3"), ("EUR", "9999999999.99"), ("EUR", "10000000000")],
                vec![("9999999999,99", "EUR")],
                vec!["amount of ten digits", "exchange rate"],
            ),
        ] {
            let rows: Vec<Row> = rows.iter().map(|(code, it)| in_currency(code, it)).collect();
            let lines = written(&rows, &[]).unwrap();
            let bookings = &lines[2..];
            let found: Vec<_> =
                bookings.iter().map(|line| (line[0].as_str(), line[2].as_str())).collect();
            assert_eq!(found, amounts);
            assert!(found.iter().all(|(amount, _)| is_turnover(amount)), "{found:?}");
            assert!(bookings.iter().all(|line| line[2] == lines[0][21]), "{:?}", lines[0]);
            let left_out = write(&rows, &BTreeMap::new()).unwrap().left_out;
            let found: Vec<&str> = left_out.iter().map(|it| it.lack).collect();
            assert_eq!(found, lacks);
        }
        let free = [in_currency("EUR", "0")];
        assert!(written(&free, &[]).unwrap_err().message().contains("that DATEV takes"));
    }

    #[test]
    fn a_number_of_a_document_has_the_letters_that_datev_takes() {
        assert_eq!(number_of_document("RE 2026.01/7 Nº3"), "RE-2026-01/7-N-3");
        assert_eq!(number_of_document(&"9".repeat(50)), "9".repeat(36));
    }

    #[test]
    fn two_business_years_and_wrong_settings_are_refused() {
        let rows = [test_row("A", "2025-12-31", "1"), test_row("A", "2026-01-01", "1")];
        assert!(written(&rows, &[]).unwrap_err().message().contains("two business years"));
        assert!(written(&rows, &[("year_start", "07-01")]).is_ok());
        assert!(
            written(&rows[..1], &[("office", "49x0")]).unwrap_err().message().contains("`office`")
        );
        assert!(written(&rows[..1], &[("year_start", "31.12.")]).is_err());
        assert!(written(&[], &[]).is_err());
    }
}
