//! MT940 of SWIFT, with the ways in which banks of several countries fill its field 86.

use ext_amounts::Amount;
use jiff::civil::Date;
use spacedrive_sdk::prelude::*;

use super::line::{Line, Original, Statement, amount, plain};
use crate::fields;

/// Keys of SEPA in a purpose, each before its value.
const KEYS: [&str; 9] =
    ["EREF+", "KREF+", "MREF+", "CRED+", "DEBT+", "SVWZ+", "ABWA+", "IBAN+", "BIC+"];

/// Most days from a value to the nearest day without a year: half of a leap year.
const MAX_DAYS: i32 = 183;

/// Reads the statements of a file.
///
/// # Errors
/// [`ErrorCode::BadInput`] for a line (field 61) or a balance that is not readable.
pub(super) fn read(text: &str) -> Result<Vec<Statement>> {
    let mut statements: Vec<Statement> = Vec::new();
    // Field 86 is of the line before it; one behind a balance is of the whole statement.
    let mut is_behind_line = false;
    for (tag, value) in fields(text) {
        if tag == "20" {
            statements.push(Statement::default());
        }
        let Some(statement) = statements.last_mut() else { continue };
        match tag.as_str() {
            "25" | "25P" => statement.account = account(&value),
            "28" | "28C" => {
                let (number, page) = value.split_once('/').unwrap_or((&value, ""));
                (statement.number, statement.page) = (plain(number), plain(page));
            }
            "60F" | "60M" => {
                let (day, currency, opening) = balance(&value)?;
                (statement.from, statement.currency) = (Some(day), Some(currency));
                statement.opening = Some(opening);
            }
            "62F" | "62M" => {
                let (day, _, closing) = balance(&value)?;
                (statement.to, statement.closing) = (Some(day), Some(closing));
            }
            "61" => statement.lines.push(line(&value)?),
            "86" => {
                if let Some(line) = statement.lines.last_mut().filter(|_| is_behind_line) {
                    tell(line, &value);
                }
            }
            _ => {}
        }
        is_behind_line = tag == "61";
    }
    Ok(statements)
}

/// Splits a file into its fields: a tag between colons opens one, other lines continue it.
fn fields(text: &str) -> Vec<(String, String)> {
    let mut fields: Vec<(String, String)> = Vec::new();
    for line in text.lines().map(|line| line.trim_end_matches('\r')) {
        let opened = line.strip_prefix(':').and_then(|rest| rest.split_once(':'));
        let is_tag = |tag: &str| {
            (2..=3).contains(&tag.len()) && tag.starts_with(|c: char| c.is_ascii_digit())
        };
        match opened.filter(|(tag, _)| is_tag(tag)) {
            Some((tag, value)) => fields.push((tag.to_owned(), value.to_owned())),
            None if line.starts_with('{')
                || line.starts_with('-') && line.trim_end_matches('}').len() < 2 => {}
            None => {
                if let Some((_, value)) = fields.last_mut() {
                    value.push('\n');
                    value.push_str(line);
                }
            }
        }
    }
    fields
}

/// Returns the account: an IBAN alone, or as banks write it, the bank's code before a `/`.
fn account(value: &str) -> Option<String> {
    plain(value).map(|text| text.replace(' ', ""))
}

/// Reads a balance: `C260131EUR1234,56`.
fn balance(value: &str) -> Result<(String, String, Amount)> {
    let wrong = || Error::bad_input(format!("`{value}` is not a balance of MT940"));
    let (sign, rest) = value.split_at_checked(1).ok_or_else(wrong)?;
    let (day, rest) = rest.split_at_checked(6).ok_or_else(wrong)?;
    let (currency, sum) = rest.split_at_checked(3).ok_or_else(wrong)?;
    let sum = amount(sum).ok_or_else(wrong)?;
    let sum = if sign == "D" { -sum } else { sum };
    Ok((date(day).ok_or_else(wrong)?, currency.to_owned(), sum))
}

/// Reads a line: `2601310131D12,34NDDTNONREF//bank`.
fn line(value: &str) -> Result<Line> {
    parsed_line(value).ok_or_else(|| {
        let start: String = value.chars().take(40).collect();
        Error::bad_input(format!("`{start}` is not a line of MT940 (field 61)"))
    })
}

fn parsed_line(value: &str) -> Option<Line> {
    let (first, more) = value.split_once('\n').unwrap_or((value, ""));
    let (valued, rest) = first.split_at_checked(6)?;
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (booked, rest) = rest.split_at_checked(if digits >= 4 { 4 } else { 0 })?;
    let (leaves, rest) = sign(rest)?;
    // The third letter of the currency may stand before the amount.
    let rest = rest.strip_prefix(|c: char| c.is_ascii_uppercase()).unwrap_or(rest);
    let len = rest.bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b',').count();
    let (sum, rest) = rest.split_at_checked(len)?;
    let sum = amount(sum)?;
    let reference = rest.get(4..).unwrap_or_default();
    let (own, bank) = reference.split_once("//").unwrap_or((reference, ""));
    let reference =
        [own, bank].into_iter().find_map(|text| plain(text).filter(|it| it != "NONREF"));
    let amount = if leaves { -sum } else { sum };
    let date = self::booked(valued, booked)?;
    Some(Line { date, amount, reference, original: original(more, amount), ..Line::default() })
}

/// Reads the mark of a line: debit, credit, the reversal of one, or an expected one.
fn sign(rest: &str) -> Option<(bool, &str)> {
    let marks =
        [("RC", true), ("RD", false), ("EC", false), ("ED", true), ("C", false), ("D", true)];
    marks.into_iter().find_map(|(mark, leaves)| Some((leaves, rest.strip_prefix(mark)?)))
}

/// Returns the day of the booking: of those without a year, the one that is nearest to the value.
fn booked(valued: &str, booked: &str) -> Option<String> {
    let value = date(valued)?;
    let (Some(year), Some((month, day))) = (value.get(..4), booked.split_at_checked(2)) else {
        return Some(value);
    };
    if day.is_empty() {
        return Some(value);
    }
    let year: i32 = year.parse().ok()?;
    let of = |year: i32| fields::date(&format!("{year}-{month}-{day}"));
    let far = |date: String| Some((days(&value, &date)?.abs(), date));
    let near = [year, year - 1, year + 1].into_iter().filter_map(of).filter_map(far).min()?;
    // The 29 February of another year is not a day of this one.
    Some(near.1).filter(|_| near.0 <= MAX_DAYS)
}

/// Returns the days from one day to another.
fn days(from: &str, to: &str) -> Option<i32> {
    let (from, to): (Date, Date) = (from.parse().ok()?, to.parse().ok()?);
    Some(to.since(from).ok()?.get_days())
}

/// Reads a day: `260131`.
fn date(text: &str) -> Option<String> {
    let (year, rest) = text.split_at_checked(2)?;
    let (month, day) = rest.split_at_checked(2)?;
    let century = if year >= "80" { "19" } else { "20" };
    fields::date(&format!("{century}{year}-{month}-{day}"))
}

/// Reads the original amount of a foreign payment: `/OCMT/USD12,34/`.
fn original(text: &str, line: Amount) -> Option<Original> {
    let (_, rest) = text.split_once("/OCMT/")?;
    let (currency, sum) = rest.split('/').next()?.split_at_checked(3)?;
    let value = amount(sum)?;
    let amount = if line < Amount::default() { -value } else { value };
    Some(Original { amount, currency: currency.to_owned() })
}

/// Adds field 86 to a line: in parts behind `?NN`, as `/NAME/…/REMI/…`, or as free text.
fn tell(line: &mut Line, value: &str) {
    let joined = value.replace('\n', "");
    let code = joined.get(..3).filter(|code| code.bytes().all(|byte| byte.is_ascii_digit()));
    let separator = joined.get(3..4).filter(|it| code.is_some() && "?>^|~".contains(*it));
    match separator {
        Some(separator) => tell_parts(line, &joined, separator),
        None if joined.starts_with('/') => tell_slashed(line, &joined),
        None => line.purpose = plain(&value.replace('\n', " ")).unwrap_or_default(),
    }
    if let Some(found) = original(value, line.amount) {
        line.original = Some(found);
    }
}

/// Reads `105?00SEPA?20EREF+1?21SVWZ+Rent?32Name`.
fn tell_parts(line: &mut Line, text: &str, separator: &str) {
    let (mut purpose, mut name, mut head) = (String::new(), String::new(), String::new());
    for part in text.split(separator).skip(1) {
        let (Some(code), rest) = (part.get(..2), part.get(2..).unwrap_or_default()) else {
            continue;
        };
        match code {
            "00" => head.push_str(rest),
            "31" => line.account = plain(rest),
            "32" | "33" => name.push_str(rest),
            _ if code.starts_with('2') || ("60".."64").contains(&code) => purpose.push_str(rest),
            _ => {}
        }
    }
    line.name = plain(&name);
    let words = sepa(line, &purpose);
    line.purpose = plain(&words).or_else(|| plain(&head)).unwrap_or_default();
}

/// Takes a purpose apart at the keys of SEPA, and returns the words for people.
fn sepa(line: &mut Line, purpose: &str) -> String {
    let mut places: Vec<(usize, &str)> =
        KEYS.iter().filter_map(|key| Some((purpose.find(key)?, *key))).collect();
    places.sort_unstable();
    let Some((first, _)) = places.first() else { return purpose.to_owned() };
    let mut words = purpose.get(..*first).unwrap_or_default().to_owned();
    for (at, (place, key)) in places.iter().enumerate() {
        let end = places.get(at + 1).map_or(purpose.len(), |(end, _)| *end);
        let value = purpose.get(place + key.len()..end).unwrap_or_default().trim();
        match *key {
            "EREF+" if value != "NOTPROVIDED" => {
                line.reference = plain(value).or_else(|| line.reference.take());
            }
            "SVWZ+" => words = format!("{words} {value}"),
            "IBAN+" => line.account = plain(value),
            "ABWA+" if line.name.is_none() => line.name = plain(value),
            _ => {}
        }
    }
    words
}

/// Reads `/TRTP/SEPA/IBAN/NL…/NAME/Shop/REMI/Order 1/EREF/2`.
fn tell_slashed(line: &mut Line, text: &str) {
    let parts: Vec<&str> = text.split('/').skip(1).collect();
    let is_key =
        |part: &&str| part.len() == 4 && part.bytes().all(|byte| byte.is_ascii_uppercase());
    let mut values: Vec<(&str, String)> = Vec::new();
    for part in parts {
        match values.last_mut() {
            // A value of four capitals directly behind its key is a value.
            Some((_, value)) if !is_key(&part) || value.is_empty() => {
                if !value.is_empty() {
                    value.push('/');
                }
                value.push_str(part);
            }
            _ => values.push((part, String::new())),
        }
    }
    let of =
        |key: &str| values.iter().find(|(name, _)| *name == key).and_then(|(_, text)| plain(text));
    line.name = of("NAME");
    line.account = of("IBAN");
    line.purpose = of("REMI").or_else(|| plain(text)).unwrap_or_default();
    line.reference = of("EREF").filter(|it| it != "NOTPROVIDED").or_else(|| line.reference.take());
}
