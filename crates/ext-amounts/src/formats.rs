//! Number formats of CLDR: how each locale separates the digits of an amount.

use std::sync::LazyLock;

use crate::plain::plain;

/// The table, written by `cldr/table.py`.
const TABLE: &str = include_str!("../cldr/formats.txt");

/// A format of amounts and the locales that use it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Format {
    /// Separator of the decimals.
    pub decimal: char,
    /// Separator of groups of digits.
    pub group: char,
    /// Digits of the last group.
    pub last: usize,
    /// Digits of the groups before.
    pub others: usize,
    /// Fewest digits before the first separator of groups.
    pub fewest: usize,
    /// Minus sign, marks of the writing direction included.
    pub minus: String,
    /// Pattern of UTS 35; `¤` stands for the currency.
    pub pattern: String,
    /// Numbering system, such as `latn`.
    pub system: String,
    locales: Vec<(String, bool)>,
}

static FORMATS: LazyLock<Vec<Format>> =
    LazyLock::new(|| TABLE.lines().filter_map(Format::read).collect());

/// The separators and groups that formats differ in for a reader.
pub(crate) static SYSTEMS: LazyLock<Vec<System>> = LazyLock::new(|| {
    let mut systems: Vec<System> = FORMATS.iter().map(Format::as_read).collect();
    systems.sort();
    systems.dedup();
    systems
});

/// Separators and groups, in plain characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct System {
    pub(crate) decimal: char,
    pub(crate) group: char,
    pub(crate) last: usize,
    pub(crate) others: usize,
}

impl Format {
    /// Returns every format.
    pub fn all() -> impl Iterator<Item = &'static Self> {
        FORMATS.iter()
    }

    /// Returns the format of a locale such as `de-CH` in its own digits; without a line of its own
    /// that of its language.
    #[must_use]
    pub fn of(locale: &str) -> Option<&'static Self> {
        let own = |name: &str| {
            FORMATS.iter().find(|format| format.locales.iter().any(|(l, own)| *own && l == name))
        };
        own(locale).or_else(|| own(locale.split('-').next()?))
    }

    /// Returns the locales that use the format.
    pub fn locales(&self) -> impl Iterator<Item = &str> {
        self.locales.iter().map(|(locale, _)| locale.as_str())
    }

    pub(crate) fn as_read(&self) -> System {
        let plain = |separator| plain(separator).unwrap_or(separator);
        let Self { last, others, .. } = *self;
        System { decimal: plain(self.decimal), group: plain(self.group), last, others }
    }

    fn read(line: &str) -> Option<Self> {
        let cells: Vec<String> = line.split('\t').map(unescaped).collect();
        let [decimal, group, last, others, fewest, minus, pattern, system, locales] =
            cells.as_slice()
        else {
            return None;
        };
        let locale = |name: &str| {
            let own = name.strip_suffix('*');
            (own.unwrap_or(name).to_owned(), own.is_some())
        };
        Some(Self {
            decimal: decimal.chars().next()?,
            group: group.chars().next()?,
            last: last.parse().ok()?,
            others: others.parse().ok()?,
            fewest: fewest.parse().ok()?,
            minus: minus.clone(),
            pattern: pattern.clone(),
            system: system.clone(),
            locales: locales.split(' ').map(locale).collect(),
        })
    }
}

/// Replaces `\xa4` and `\u202f` by the characters that they stand for.
fn unescaped(cell: &str) -> String {
    let mut parts = cell.split('\\');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let digits = if part.starts_with('x') { 1..3 } else { 1..5 };
        let code = part.get(digits.clone()).and_then(|code| u32::from_str_radix(code, 16).ok());
        out.extend(code.and_then(char::from_u32));
        out.push_str(part.get(digits.end..).unwrap_or_default());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_read() {
        let lines = TABLE.lines().filter(|line| !line.starts_with('#')).count();
        assert_eq!(FORMATS.len(), lines);
        assert!(FORMATS.iter().all(|format| format.pattern.contains('¤')));
    }

    #[test]
    fn locales_are_found() {
        let format = |locale| Format::of(locale).map(|format| (format.decimal, format.group));
        assert_eq!(format("de"), Some((',', '.')));
        assert_eq!(format("de-CH"), Some(('.', '\'')));
        assert_eq!(format("fr"), Some((',', '\u{202f}')));
        assert_eq!(format("de-XX"), Some((',', '.')));
        assert_eq!(format("xx"), None);
        assert_eq!(Format::of("hi").map(|format| (format.last, format.others)), Some((3, 2)));
    }
}
