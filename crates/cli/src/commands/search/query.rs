//! The words of a search, with the conditions among them.

use std::fmt::Display;

use ext_wire::{
    ErrorBody, ErrorCode,
    ops::search::{Comparison, Filter},
};
use jiff::civil::Date;
use serde_json::Value;

/// The key of the metadata that `after:` and `before:` are about.
const DATE: &str = "date";

/// The parts of a search.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Query {
    /// The words.
    pub(super) words: Vec<String>,
    /// The type that `type:` names.
    pub(super) entry_type: Option<String>,
    /// The other conditions.
    pub(super) filters: Vec<Filter>,
}

/// Reads the arguments of a search. An argument that begins with a condition is one, so that its value
/// may have blanks; others are words, and conditions, between blanks. What stands in quotation marks is
/// a word.
pub(super) fn parse(arguments: &[String]) -> anyhow::Result<Query> {
    let mut query = Query::default();
    for argument in arguments {
        if is_condition(argument) {
            query.add(argument)?;
            continue;
        }
        for piece in argument.split_whitespace() {
            query.add(piece)?;
        }
    }
    Ok(query)
}

impl Query {
    fn add(&mut self, piece: &str) -> anyhow::Result<()> {
        if !is_condition(piece) {
            self.words.push(piece.trim_matches('"').to_owned());
            return Ok(());
        }
        let filter = condition(piece)?;
        match (filter.key.as_str(), filter.op, &filter.value) {
            ("type", Comparison::Contains, Value::String(name)) => self.set_type(name),
            ("after", Comparison::Contains, Value::String(day)) => {
                self.add_date(Comparison::AtLeast, day)
            }
            ("before", Comparison::Contains, Value::String(day)) => {
                self.add_date(Comparison::Less, day)
            }
            _ => {
                self.filters.push(filter);
                Ok(())
            }
        }
    }

    fn set_type(&mut self, name: &str) -> anyhow::Result<()> {
        if name.contains(char::is_whitespace) {
            return Err(refused(format_args!(
                "`type:{name}` is not a type: write each condition as an argument of its own"
            )));
        }
        if let Some(other) = self.entry_type.replace(name.to_owned()) {
            return Err(refused(format_args!(
                "an entry has one type, and not both `{other}` and `{name}`"
            )));
        }
        Ok(())
    }

    fn add_date(&mut self, op: Comparison, day: &str) -> anyhow::Result<()> {
        if !is_date(day) {
            return Err(refused(format_args!(
                "`{day}` is not a date: write it as 2026, 2026-01 or 2026-01-31"
            )));
        }
        self.filters.push(Filter { key: DATE.to_owned(), op, value: day.into() });
        Ok(())
    }
}

/// Returns whether a text is a year, a month or a day; texts of these forms sort by time.
fn is_date(text: &str) -> bool {
    let whole = match text.len() {
        4 => format!("{text}-01-01"),
        7 => format!("{text}-01"),
        _ => text.to_owned(),
    };
    whole.len() == 10 && whole.parse::<Date>().is_ok()
}

/// Returns whether a text begins as a condition does: with a key and a sign, or with a sign.
fn is_condition(text: &str) -> bool {
    let Some(at) = text.find([':', '=', '<', '>', '!']) else { return false };
    let (key, rest) = text.split_at(at);
    if let Some(value) = rest.strip_prefix(':') {
        // An address, a time, or the `Re:` of an email is a word.
        return is_key(key) && !value.is_empty() && !value.starts_with([':', '/', '\\']);
    }
    let is_sign = !rest.starts_with('!') || rest.starts_with("!=");
    is_sign && (key.is_empty() || is_key(key.trim_end()))
}

fn is_key(text: &str) -> bool {
    let legal = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c);
    text.len() > 1 && text.starts_with(|c: char| c.is_ascii_lowercase()) && text.chars().all(legal)
}

/// Reads `amount>50`; what looks like a number is one.
pub(super) fn condition(text: &str) -> anyhow::Result<Filter> {
    let found = Comparison::ALL.into_iter().filter_map(|op| Some((text.find(op.sign())?, op)));
    // The first sign counts, and of two that begin there the longer one, which stands first.
    let Some((at, op)) = found.min_by_key(|(at, _)| *at) else {
        return Err(refused(malformed(text, "")));
    };
    let (key, rest) = text.split_at(at);
    let value = rest.strip_prefix(op.sign()).unwrap_or(rest).trim();
    // A text may be compared with the empty one, and nothing is larger or smaller than no value.
    let lacks_value = value.is_empty() && !matches!(op, Comparison::Equal | Comparison::NotEqual);
    if lacks_value || value.starts_with(['=', '<', '>', '!']) || key.trim().is_empty() {
        return Err(refused(malformed(text, " once")));
    }
    let number = serde_json::from_str::<serde_json::Number>(value).map(Value::Number);
    if is_order(op) && number.is_err() && !sorts_as_text(value) {
        return Err(refused(format_args!(
            "`{value}` of `{text}` is neither a number nor a date: write it as 1234.5 or 2026-01-31"
        )));
    }
    let value = match number {
        Ok(number) if op != Comparison::Contains => number,
        _ => Value::String(value.to_owned()),
    };
    Ok(Filter { key: key.trim().to_owned(), op, value })
}

/// Returns whether a comparison asks which of two values is larger.
const fn is_order(op: Comparison) -> bool {
    use Comparison::{AtLeast, AtMost, Greater, Less};
    matches!(op, Less | AtMost | Greater | AtLeast)
}

/// Returns whether a value that is no number stands before or behind others as a text does: a word, a
/// date. What looks like a number, as `1,5`, would be compared with none.
fn sorts_as_text(value: &str) -> bool {
    let day = value.get(..10).unwrap_or(value);
    let is_time =
        value.get(10..).is_none_or(|time| time.is_empty() || time.starts_with(['T', ' ']));
    let first = value.trim_start_matches(['-', '+', '.', ',', '\u{2212}']).chars().next();
    let is_amount = first.is_none_or(char::is_numeric) || value.chars().any(is_currency);
    let is_special = ["nan", "inf", "infinity"]
        .iter()
        .any(|word| value.trim_start_matches(['-', '+']).eq_ignore_ascii_case(word));
    (is_date(day) && is_time) || !(is_amount || is_special)
}

const fn is_currency(c: char) -> bool {
    matches!(c, '$' | '£' | '¥' | '\u{20a0}'..='\u{20cf}')
}

/// Makes the error of words that are not a search.
fn refused(message: impl Display) -> anyhow::Error {
    ErrorBody::new(ErrorCode::BadInput, message).into()
}

fn malformed(text: &str, once: &str) -> String {
    format!(
        "`{text}` is not a valid condition: write KEY=VALUE without blanks around the sign, with one \
         of = != < <= > >= or :{once}; to search for it as words, put quotation marks around it"
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn query(arguments: &[&str]) -> anyhow::Result<Query> {
        parse(&arguments.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>())
    }

    fn filter(key: &str, op: Comparison, value: Value) -> Filter {
        Filter { key: key.into(), op, value }
    }

    #[test]
    fn conditions_are_read() {
        for (text, key, op, value) in [
            ("amount>50", "amount", Comparison::Greater, json!(50)),
            ("amount >= 50.5", "amount", Comparison::AtLeast, json!(50.5)),
            ("date<2026-10-01", "date", Comparison::Less, json!("2026-10-01")),
            ("vendor!=A=B", "vendor", Comparison::NotEqual, json!("A=B")),
            ("vendor=", "vendor", Comparison::Equal, json!("")),
            ("vendor:blue", "vendor", Comparison::Contains, json!("blue")),
            ("number:42", "number", Comparison::Contains, json!("42")),
            ("number=1,5", "number", Comparison::Equal, json!("1,5")),
            ("amount>-5", "amount", Comparison::Greater, json!(-5)),
            ("date>=2026", "date", Comparison::AtLeast, json!(2026)),
            ("date>=2026-10", "date", Comparison::AtLeast, json!("2026-10")),
            ("made>2026-10-01T09:30", "made", Comparison::Greater, json!("2026-10-01T09:30")),
            ("vendor>m", "vendor", Comparison::Greater, json!("m")),
        ] {
            let filter = condition(text).unwrap();
            assert_eq!((filter.key.as_str(), filter.op, filter.value), (key, op, value), "{text}");
        }
        for text in ["amount", "amount>>5", "amount==5", "amount=>5", "a<>b", ">5", " =x"] {
            assert!(condition(text).is_err(), "{text}");
        }
    }

    #[test]
    fn conditions_stand_among_the_words() {
        let read = query(&[
            "coffee",
            "type:receipt",
            "vendor:Blue Bottle",
            "after:2026-01",
            "before:2026-02-01",
            "amount>50",
            "beans tax<=3",
        ]);
        let read = read.unwrap();
        assert_eq!(read.words, ["coffee", "beans"]);
        assert_eq!(read.entry_type.as_deref(), Some("receipt"));
        let expected = [
            filter("vendor", Comparison::Contains, json!("Blue Bottle")),
            filter("date", Comparison::AtLeast, json!("2026-01")),
            filter("date", Comparison::Less, json!("2026-02-01")),
            filter("amount", Comparison::Greater, json!(50)),
            filter("tax", Comparison::AtMost, json!(3)),
        ];
        assert_eq!(read.filters, expected);
    }

    #[test]
    fn words_with_signs_are_words() {
        for word in
            ["Re:", "http://example.org/?a=b", "10:30", "std::io", "C:\\x", "->", "1<2", "hi!"]
        {
            assert_eq!(query(&[word]).unwrap().words, [word], "{word}");
        }
        assert_eq!(query(&["\"a=b\"", "\"type:x\""]).unwrap().words, ["a=b", "type:x"]);
    }

    #[test]
    fn what_cannot_be_read_says_how() {
        for (text, advice) in [
            ("amount>>5", "= != < <= > >="),
            (">50", "without blanks"),
            ("amount>", "without blanks"),
            ("amount<= ", "without blanks"),
            ("after:soon", "2026-01-31"),
            ("before:2026-13", "2026-01-31"),
            ("type:receipt coffee", "argument of its own"),
            ("amount>1,5", "1234.5"),
            ("amount>1.234,50", "1234.5"),
            ("amount>=1e400", "1234.5"),
            ("amount<NaN", "1234.5"),
            ("amount<-inf", "1234.5"),
            ("amount>\u{ff11}\u{ff12}", "1234.5"),
            ("amount>€5", "1234.5"),
            ("amount>5€", "1234.5"),
            ("amount>0x10", "1234.5"),
            ("date>2026-13-01", "2026-01-31"),
            ("date>31.12.2026", "2026-01-31"),
        ] {
            let error = query(&[text]).unwrap_err().to_string();
            assert!(error.contains(advice), "{text}: {error}");
        }
        assert!(query(&["type:a", "type:b"]).is_err());
    }

    /// The console reads searches by code of its own, which is tested with the same table.
    #[test]
    fn the_console_reads_searches_alike() {
        let table = include_str!("../../../../console/web/tests/searches.json");
        let table: Vec<Value> = serde_json::from_str(table).unwrap();
        assert!(table.len() > 30);
        for case in table {
            let arguments: Vec<String> = serde_json::from_value(case["arguments"].clone()).unwrap();
            let read = parse(&arguments);
            assert_eq!(read.is_err(), case.get("refused").is_some(), "{case}");
            let Ok(read) = read else { continue };
            let listed = |key| case.get(key).cloned().unwrap_or_else(|| json!([]));
            assert_eq!(json!(read.words), listed("words"), "{case}");
            assert_eq!(read.entry_type.as_deref(), case["type"].as_str(), "{case}");
            let filters = read.filters.iter().map(|it| json!([it.key, it.op.sign(), it.value]));
            assert_eq!(Value::from_iter(filters), listed("filters"), "{case}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_written_is_read_or_refused(text in any::<String>()) {
            let _ = condition(&text);
            let _ = parse(&[text]);
        }

        /// A condition that is written as the help says is read as it was meant.
        #[test]
        fn a_condition_that_is_written_is_read_as_it_was(
            key in "[a-z][a-z0-9_.-]{1,8}",
            op in proptest::sample::select(Comparison::ALL.to_vec()),
            value in prop_oneof![
                any::<i64>().prop_map(Value::from),
                "[b-z][a-z0-9 ]{0,6}[a-z0-9]".prop_map(Value::from),
            ],
        ) {
            let shown = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            prop_assume!(!["nan", "inf", "infinity"].contains(&shown.as_str()));
            let read = condition(&format!("{key}{}{shown}", op.sign())).unwrap();
            let value = if op == Comparison::Contains { Value::String(shown) } else { value };
            prop_assert_eq!(read, filter(&key, op, value));
        }

        /// Nothing that is written is left out in silence.
        #[test]
        fn each_piece_is_a_word_a_condition_or_an_error(text in "[a-z:=<>!\" 0-9-]{0,30}") {
            let Ok(read) = parse(std::slice::from_ref(&text)) else { return Ok(()) };
            let conditions = read.filters.len() + usize::from(read.entry_type.is_some());
            let pieces = if is_condition(&text) { 1 } else { text.split_whitespace().count() };
            prop_assert_eq!(read.words.len() + conditions, pieces);
        }
    }
}
