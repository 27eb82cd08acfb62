//! Statements as CSV: each bank has columns of its own, so a mapping of the settings names them.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use ext_amounts::{Amount, Currency, Mark};
use jiff::civil::Date;
use spacedrive_sdk::prelude::*;

use super::cell::{self, Number};
use super::line::{Line, Statement, plain};
use super::quotes;
use crate::currency;
use crate::fields;
use crate::text::clip;

/// The columns of a bank: what is wanted, and the head of the column, such as `date` and `Buchungstag`.
pub(super) type Mapping = BTreeMap<String, String>;

/// Names that a mapping may have.
const KNOWN: [&str; 14] = [
    "date",
    "amount",
    "debit",
    "credit",
    "name",
    "purpose",
    "account",
    "reference",
    "currency",
    "own_account",
    "date_format",
    "decimal",
    "delimiter",
    "sign",
];
/// Lines above the heads of the columns in which banks say other things.
const MAX_PREAMBLE: usize = 40;
/// Lines of which an error names the heads.
const SHOWN_HEADS: usize = 30;
/// Bytes of each head that are named: a file that is no table may have a page in one.
const MAX_HEAD_BYTES: usize = 40;

/// Reads the statement of a file by the mapping of this name, or by the one whose columns it has. `home` is
/// the currency of most lines.
///
/// # Errors
/// [`ErrorCode::BadInput`] where no mapping fits, or several that read different things; where one is not
/// complete, or a line is not readable.
pub(super) fn read(
    text: &str,
    mappings: &BTreeMap<String, Mapping>,
    name: Option<&str>,
    home: Option<&str>,
) -> Result<Vec<Statement>> {
    let chosen: Vec<(&String, &Mapping)> = match name {
        Some(name) => vec![mappings.get_key_value(name).ok_or_else(|| unknown(mappings, name))?],
        None => mappings.iter().collect(),
    };
    let mut fits = Vec::new();
    for (name, mapping) in chosen {
        check(name, mapping)?;
        let table = Table::find(text, mapping, home.and_then(Currency::of));
        fits.extend(table.map(|table| Fit::of(name, text, &table)));
    }
    // Of as many columns, those come first that read all lines.
    fits.sort_by_key(|fit| (Reverse(fit.columns), fit.read.is_err()));
    let Some(best) = fits.first() else { return Err(no_mapping(text, name)) };
    let statement = best.read.clone()?;
    match fits.iter().find(|other| best.is_contradicted_by(other)) {
        Some(other) => Err(Error::bad_input(format!(
            "the mappings `{}` and `{}` both fit this file, and read different things in it: name the one \
             that is meant as `mapping`",
            best.name, other.name
        ))),
        None => Ok(vec![statement]),
    }
}

/// A file as a mapping reads it.
struct Fit<'m> {
    name: &'m str,
    /// Number of the columns that the mapping names.
    columns: usize,
    read: Result<Statement>,
}

impl<'m> Fit<'m> {
    fn of(name: &'m str, text: &str, table: &Table<'m>) -> Self {
        let read = table.check(text).and_then(|()| table.statement());
        let read = read.map_err(|error| error.context(format!("mapping `{name}`")));
        Self { name, columns: table.places.len(), read }
    }

    /// Returns whether another mapping, of as many columns or fewer, reads something else: other days,
    /// amounts or currencies, or anything of as many columns.
    fn is_contradicted_by(&self, other: &Self) -> bool {
        let (Ok(one), Ok(two)) = (&self.read, &other.read) else { return false };
        let is_same = |(one, two): (&Line, &Line)| {
            let code = one.currency.as_ref().zip(two.currency.as_ref());
            (&one.date, one.amount) == (&two.date, two.amount)
                && code.is_none_or(|(one, two)| one == two)
        };
        let are_same =
            one.lines.len() == two.lines.len() && one.lines.iter().zip(&two.lines).all(is_same);
        !are_same || self.columns == other.columns && one != two
    }
}

fn unknown(mappings: &BTreeMap<String, Mapping>, name: &str) -> Error {
    let known: Vec<&str> = mappings.keys().map(String::as_str).collect();
    Error::bad_input(format!(
        "`{name}` is not a mapping of the setting `statement_columns`: {}",
        match known[..] {
            [] => "it has none".to_owned(),
            _ => format!("it has {}", known.join(", ")),
        }
    ))
}

fn no_mapping(text: &str, name: Option<&str>) -> Error {
    if text.trim().is_empty() {
        return Error::bad_input("the file is empty".to_owned());
    }
    if text.chars().any(|c| c == '\0' || c == char::REPLACEMENT_CHARACTER) {
        return Error::bad_input("the file is not CAMT, MT940, OFX, or a text".to_owned());
    }
    let delimiter = delimiter(text);
    let rows = rows(text, delimiter);
    let first = rows.get(..MAX_PREAMBLE).unwrap_or(&rows);
    // Of lines with as many cells, the heads stand first.
    let widest = first.iter().rev().max_by_key(|(_, cells)| cells.len());
    let heads = widest.iter().flat_map(|(_, cells)| cells).take(SHOWN_HEADS);
    let heads: Vec<&str> = heads.map(|head| clip(head.trim(), MAX_HEAD_BYTES)).collect();
    let which =
        name.map_or_else(|| "no mapping".to_owned(), |name| format!("mapping `{name}` does not"));
    let fits = if name.is_some() { "fit" } else { "fits" };
    Error::bad_input(format!(
        "{which} {fits} this file, which is not CAMT, MT940 or OFX: name its columns in the setting \
         `statement_columns`; as CSV it has {}",
        heads.join(", ")
    ))
}

fn check(name: &str, mapping: &Mapping) -> Result<()> {
    if let Some(key) = mapping.keys().find(|key| !KNOWN.contains(&key.as_str())) {
        let known = KNOWN.join(", ");
        return Err(Error::bad_input(format!("mapping `{name}`: `{key}` is not one of {known}")));
    }
    let has = |key: &str| mapping.contains_key(key);
    if !has("date") || !(has("amount") || has("debit") && has("credit")) {
        let message = format!(
            "mapping `{name}` names no column for `date`, or none for `amount`, or \
                               for `debit` and `credit`"
        );
        return Err(Error::bad_input(message));
    }
    Ok(())
}

/// A file with the columns of a mapping.
struct Table<'m> {
    mapping: &'m Mapping,
    delimiter: u8,
    /// Currency of most lines.
    likely: Option<Currency>,
    /// Place of each column by what is wanted.
    places: BTreeMap<&'m str, usize>,
    /// Lines below the heads, with their numbers.
    rows: Vec<(u64, Vec<String>)>,
}

impl<'m> Table<'m> {
    /// Finds the line of the heads; `None` where a column is missing.
    fn find(text: &str, mapping: &'m Mapping, home: Option<Currency>) -> Option<Self> {
        let own = mapping.get("delimiter").and_then(|it| it.bytes().next());
        let delimiter = own.unwrap_or_else(|| delimiter(text));
        let mut rows = rows(text, delimiter);
        let head = rows
            .iter()
            .take(MAX_PREAMBLE)
            .position(|(_, cells)| places(mapping, cells).is_some())?;
        let places = places(mapping, &rows.get(head)?.1)?;
        let all = mapping.get("currency").and_then(|code| currency::code(code));
        let likely = all.and_then(|code| Currency::of(&code)).or(home);
        Some(Self { mapping, delimiter, likely, places, rows: rows.split_off(head + 1) })
    }

    /// Refuses a file in which a text that is not closed swallows lines.
    fn check(&self, text: &str) -> Result<()> {
        let refuse = |at: u64| {
            Err(Error::bad_input(format!(
                "line {at}: a cell opens with a quote and is not closed, so that the lines below it would \
                 be lost: close it, or take the quote away"
            )))
        };
        quotes::unclosed(text, self.delimiter).map_or(Ok(()), refuse)
    }

    fn statement(&self) -> Result<Statement> {
        let filled =
            self.rows.iter().filter(|(_, cells)| cells.iter().any(|cell| !cell.trim().is_empty()));
        let lines: Vec<Line> =
            filled.map(|(at, row)| self.line(*at, row)).collect::<Result<_>>()?;
        let account = self.rows.iter().find_map(|(_, row)| self.text(row, "own_account"));
        let account = account.map(|text| text.replace(' ', ""));
        let all = self.mapping.get("currency").filter(|_| !self.places.contains_key("currency"));
        let currency = all.and_then(|code| currency::code(code));
        Ok(Statement { account, currency, lines, ..Statement::default() })
    }

    fn line(&self, at: u64, row: &[String]) -> Result<Line> {
        let of_line = |message: String| Error::bad_input(format!("line {at}: {message}"));
        let day = self.text(row, "date").unwrap_or_default();
        let Number { amount, mark } = self.amount(row).map_err(of_line)?;
        Ok(Line {
            date: self.day(&day).map_err(of_line)?,
            amount,
            currency: self.currency(row, mark).map_err(of_line)?,
            name: self.text(row, "name"),
            account: self.text(row, "account"),
            purpose: self.text(row, "purpose").unwrap_or_default(),
            reference: self.text(row, "reference"),
            ..Line::default()
        })
    }

    fn text(&self, row: &[String], wanted: &str) -> Option<String> {
        plain(row.get(*self.places.get(wanted)?)?)
    }

    fn day(&self, text: &str) -> std::result::Result<String, String> {
        let format = self.mapping.get("date_format").map(String::as_str);
        let read = format.map_or_else(|| usual_day(text), |format| day_by(text, format));
        let advice = "say `date_format` in the mapping, such as dd.mm.yyyy";
        read.ok_or_else(|| format!("`{text}` is not a date that is certain: {advice}"))
    }

    /// Returns the currency of a line: of its column, else the one beside its amount.
    fn currency(
        &self,
        row: &[String],
        beside: Option<Mark>,
    ) -> std::result::Result<Option<String>, String> {
        let own = self.text(row, "currency");
        let mark = match &own {
            Some(own) => {
                let unknown = || format!("`{own}` is not a currency, such as EUR");
                Some(ext_amounts::alone(own).ok_or_else(unknown)?)
            }
            None => beside,
        };
        let several = "its currency may be one of several: name the one of the lines as `currency` in the \
                       mapping, or set `home_currency`";
        let meant = |mark| cell::meant(mark, self.likely).ok_or_else(|| several.to_owned());
        Ok(mark.map(meant).transpose()?.map(|currency| currency.code().to_owned()))
    }

    /// Returns the amount with its sign: of one column, or of one for each direction.
    fn amount(&self, row: &[String]) -> std::result::Result<Number, String> {
        let number = |wanted: &str| match self.text(row, wanted) {
            Some(text) => self.number(&text).map(Some),
            None => Ok(None),
        };
        let with = |it: Number, amount: Amount| Ok(Number { amount, ..it });
        if let Some(it) = number("amount")? {
            let turned = self.mapping.get("sign").is_some_and(|sign| sign == "reversed");
            return with(it, if turned { -it.amount } else { it.amount });
        }
        let is_value = |it: &Number| it.amount != Amount::default();
        match (number("debit")?.filter(is_value), number("credit")?.filter(is_value)) {
            (Some(debit), None) => with(debit, -debit.amount.abs()),
            (None, Some(credit)) => with(credit, credit.amount.abs()),
            (None, None) => Err("it has no amount".to_owned()),
            (Some(_), Some(_)) => Err("it has a debit and a credit".to_owned()),
        }
    }

    fn number(&self, text: &str) -> std::result::Result<Number, String> {
        let decimal = self.mapping.get("decimal").and_then(|it| it.chars().next());
        let Some(decimal) = decimal else {
            let advice = "say `decimal` in the mapping, a comma or a point";
            let uncertain = || format!("`{text}` is not an amount that is certain: {advice}");
            return cell::by_itself(text).ok_or_else(uncertain);
        };
        let other = || format!("`{text}` is not an amount whose decimal sign is `{decimal}`");
        cell::by_decimal(text, decimal).ok_or_else(other)
    }
}

/// Returns the place of each column of a mapping; `None` where one is missing.
fn places<'m>(mapping: &'m Mapping, heads: &[String]) -> Option<BTreeMap<&'m str, usize>> {
    let of = |head: &str| heads.iter().position(|it| it.trim().eq_ignore_ascii_case(head.trim()));
    let is_column = |wanted: &str, head: &str| match wanted {
        "date_format" | "decimal" | "delimiter" | "sign" => false,
        // A currency that all lines have, and no column names.
        "currency" => of(head).is_some() || currency::code(head).is_none(),
        _ => true,
    };
    let columns = mapping.iter().filter(|(wanted, head)| is_column(wanted, head));
    columns.map(|(wanted, head)| Some((wanted.as_str(), of(head)?))).collect()
}

/// Lists the records of a file with the numbers of their lines.
fn rows(text: &str, delimiter: u8) -> Vec<(u64, Vec<String>)> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let cells = |record: csv::StringRecord| {
        let at = record.position().map_or(0, csv::Position::line);
        (at, record.iter().map(str::to_owned).collect())
    };
    reader.records().filter_map(std::result::Result::ok).map(cells).collect()
}

/// Returns the delimiter that the first lines have most of.
fn delimiter(text: &str) -> u8 {
    let count = |delimiter: &u8| {
        text.lines()
            .take(MAX_PREAMBLE)
            .flat_map(str::bytes)
            .filter(|byte| byte == delimiter)
            .count()
    };
    [b',', b'\t', b';'].into_iter().max_by_key(count).unwrap_or(b',')
}

/// Reads a day that can be understood in one way only: 2026-01-31, 31.01.2026 or 31.1.26.
fn usual_day(text: &str) -> Option<String> {
    fields::date(text).or_else(|| day_by(text, "dd.mm.yyyy"))
}

/// Reads a day by a format such as `dd/mm/yyyy`: the order of its letters counts.
fn day_by(text: &str, format: &str) -> Option<String> {
    let mut order: Vec<char> =
        format.to_lowercase().chars().filter(|c| "dmy".contains(*c)).collect();
    order.dedup();
    let separator = format.chars().find(|c| !c.is_alphanumeric())?;
    let day = text.split_whitespace().next()?;
    let parts: Vec<i16> =
        day.split(separator).map(|part| part.parse().ok()).collect::<Option<_>>()?;
    if order.len() != 3 || parts.len() != 3 {
        return None;
    }
    let of = |letter: char| {
        order.iter().position(|it| *it == letter).and_then(|at| parts.get(at)).copied()
    };
    let year = of('y').map(|year| if year < 100 { 2000 + year } else { year })?;
    let date = Date::new(year, i8::try_from(of('m')?).ok()?, i8::try_from(of('d')?).ok()?).ok()?;
    fields::date(&date.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_by_their_format() {
        assert_eq!(usual_day("31.01.2026").as_deref(), Some("2026-01-31"));
        assert_eq!(usual_day("31.1.26").as_deref(), Some("2026-01-31"));
        assert_eq!(usual_day("2026-01-31").as_deref(), Some("2026-01-31"));
        assert_eq!(usual_day("01/02/2026"), None);
        assert_eq!(day_by("01/02/2026", "mm/dd/yyyy").as_deref(), Some("2026-01-02"));
        assert_eq!(day_by("31/02/2026", "dd/mm/yyyy"), None);
    }
}
