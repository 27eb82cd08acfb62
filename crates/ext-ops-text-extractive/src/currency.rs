//! Recogniser of currencies.

use std::collections::BTreeMap;

use crate::rows::Document;

/// Codes that are believed wherever they stand as a word in capitals.
const CODES: &[&str] = &[
    "EUR", "USD", "GBP", "CHF", "JPY", "CNY", "MYR", "SGD", "AUD", "CAD", "NZD", "HKD", "INR",
    "IDR", "THB", "PHP", "VND", "KRW", "TWD", "SEK", "NOK", "DKK", "ISK", "PLN", "CZK", "HUF",
    "RON", "BGN", "UAH", "RUB", "ILS", "AED", "SAR", "QAR", "KWD", "ZAR", "NGN", "KES", "EGP",
    "BRL", "MXN", "ARS", "CLP", "COP", "PEN", "PKR", "BDT", "LKR", "TRY", "MAD", "RSD",
];

/// Symbols and what they stand for by default, longest first.
const SYMBOLS: &[(&str, &str)] = &[
    ("US$", "USD"),
    ("A$", "AUD"),
    ("C$", "CAD"),
    ("CA$", "CAD"),
    ("NZ$", "NZD"),
    ("HK$", "HKD"),
    ("S$", "SGD"),
    ("NT$", "TWD"),
    ("R$", "BRL"),
    ("MX$", "MXN"),
    ("Rs.", "INR"),
    ("Rs", "INR"),
    ("RM", "MYR"),
    ("Rp", "IDR"),
    ("zł", "PLN"),
    ("Kč", "CZK"),
    ("Ft", "HUF"),
    ("лв", "BGN"),
    ("kr", "SEK"),
    ("Kr", "SEK"),
    ("SFr", "CHF"),
    ("Euro", "EUR"),
    ("EURO", "EUR"),
    ("€", "EUR"),
    ("£", "GBP"),
    ("$", "USD"),
    ("¥", "JPY"),
    ("￥", "JPY"),
    ("円", "JPY"),
    ("元", "CNY"),
    ("원", "KRW"),
    ("₹", "INR"),
    ("₺", "TRY"),
    ("₽", "RUB"),
    ("₩", "KRW"),
    ("฿", "THB"),
    ("₫", "VND"),
    ("₪", "ILS"),
    ("₱", "PHP"),
    ("₦", "NGN"),
    ("₴", "UAH"),
    ("zl", "PLN"),
    ("GBP", "GBP"),
];

/// Words of the text, folded, that hint at a country's currency; weak.
const HINTS: &[(&str, &str)] = &[
    ("malaysia", "MYR"),
    ("sdn bhd", "MYR"),
    ("kuala lumpur", "MYR"),
    ("selangor", "MYR"),
    ("jalan", "MYR"),
    ("johor", "MYR"),
    ("gmbh", "EUR"),
    ("mwst", "EUR"),
    ("ust", "EUR"),
    ("deutschland", "EUR"),
    ("france", "EUR"),
    ("siret", "EUR"),
    ("espana", "EUR"),
    ("italia", "EUR"),
    ("nederland", "EUR"),
    ("btw", "EUR"),
    ("partita iva", "EUR"),
    ("ireland", "EUR"),
    ("schweiz", "CHF"),
    ("suisse", "CHF"),
    ("united kingdom", "GBP"),
    ("london", "GBP"),
    ("australia", "AUD"),
    ("abn", "AUD"),
    ("new zealand", "NZD"),
    ("canada", "CAD"),
    ("hst", "CAD"),
    ("pst", "CAD"),
    ("singapore", "SGD"),
    ("pte ltd", "SGD"),
    ("hong kong", "HKD"),
    ("india", "INR"),
    ("gstin", "INR"),
    ("cgst", "INR"),
    ("pvt ltd", "INR"),
    ("indonesia", "IDR"),
    ("sverige", "SEK"),
    ("norge", "NOK"),
    ("danmark", "DKK"),
    ("polska", "PLN"),
    ("nip", "PLN"),
    ("usa", "USD"),
    ("united states", "USD"),
    ("mexico", "MXN"),
    ("brasil", "BRL"),
];

/// Symbols that several countries share, and who they are.
const SHARED: &[(&str, &[&str])] = &[
    ("USD", &["AUD", "CAD", "NZD", "SGD", "HKD", "MXN"]),
    ("SEK", &["NOK", "DKK"]),
    ("JPY", &["CNY"]),
];

/// States of the USA as they stand before a zip code.
const STATES: &str = "AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY \
                      NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY DC";

/// Returns the currency that ends `text`: `TOTAL RM` is `MYR`.
pub(crate) fn at_end(text: &str) -> Option<&'static str> {
    let text = text.trim_end_matches([' ', ':', '-', '(', '+', '=']);
    let starts_word = |mark: &str| {
        let head = text.strip_suffix(mark)?;
        let letters = mark.starts_with(char::is_alphabetic);
        (!letters || !head.ends_with(char::is_alphabetic)).then_some(())
    };
    let symbol =
        SYMBOLS.iter().find(|(mark, _)| starts_word(mark).is_some()).map(|(_, code)| *code);
    symbol.or_else(|| CODES.iter().find(|code| starts_word(code).is_some()).copied())
}

/// Returns the currency that starts `text`: ` € inkl.` is `EUR`.
pub(crate) fn at_start(text: &str) -> Option<&'static str> {
    let text = text.trim_start_matches([' ', ')']);
    let ends_word = |mark: &str| {
        let tail = text.strip_prefix(mark)?;
        let letters = mark.ends_with(char::is_alphabetic);
        (!letters || !tail.starts_with(char::is_alphanumeric)).then_some(())
    };
    // A symbol that can follow a number; `S$` and the like only stand before one.
    let follows = |mark: &str| !mark.contains('$') || mark == "$";
    let mut symbols = SYMBOLS.iter().filter(|(mark, _)| follows(mark));
    let symbol = symbols.find(|(mark, _)| ends_word(mark).is_some()).map(|(_, code)| *code);
    symbol.or_else(|| CODES.iter().find(|code| ends_word(code).is_some()).copied())
}

/// A document's currency.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Currency {
    /// ISO 4217.
    pub(crate) code: &'static str,
    /// 0 to 1.
    pub(crate) confidence: f32,
    /// Row that says it, if one does.
    pub(crate) row: Option<usize>,
}

/// Finds the document's currency: most often beside amounts (`marks`: code and row), then named in
/// the text, then hinted at.
pub(crate) fn of_document(
    document: &Document,
    marks: &[(&'static str, usize)],
) -> Option<Currency> {
    let hints = hints(document);
    let named = named(document);
    // A code says which dollar is meant; a symbol alone leaves it to the country.
    let exact = |code| named.iter().any(|(name, _)| *name == code);
    let specific = |code| if exact(code) { code } else { specific(code, &hints) };
    let mut votes: BTreeMap<&'static str, (f32, Option<usize>)> = BTreeMap::new();
    for &(code, row) in marks {
        vote(&mut votes, specific(code), 2.0, Some(row));
    }
    for &(code, row) in &named {
        vote(&mut votes, code, 1.5, Some(row));
    }
    for (code, count) in &hints {
        vote(&mut votes, code, 0.3 * f32::from((*count).min(3)), None);
    }
    let all: f32 = votes.values().map(|(weight, _)| weight).sum();
    let (code, (weight, row)) = votes.into_iter().max_by(|a, b| a.1.0.total_cmp(&b.1.0))?;
    let sureness = (weight / 4.0).min(1.0);
    Some(Currency { code, confidence: (weight / all * sureness).clamp(0.1, 0.98), row })
}

type Votes = BTreeMap<&'static str, (f32, Option<usize>)>;

fn vote(votes: &mut Votes, code: &'static str, weight: f32, row: Option<usize>) {
    let entry = votes.entry(code).or_insert((0.0, row));
    entry.0 += weight;
    entry.1 = entry.1.or(row);
}

/// Returns the currency that a shared symbol means here: `$` in a text that speaks of Canada is
/// `CAD`.
fn specific(code: &'static str, hints: &BTreeMap<&'static str, u8>) -> &'static str {
    let shared = SHARED.iter().find(|(common, _)| *common == code);
    let Some((_, others)) = shared.filter(|_| !hints.contains_key(code)) else { return code };
    let hinted = others.iter().filter_map(|other| Some((*hints.get(other)?, *other)));
    hinted.max().map_or(code, |(_, other)| other)
}

/// Finds codes that stand as words of their own.
fn named(document: &Document) -> Vec<(&'static str, usize)> {
    let mut found = Vec::new();
    for (index, row) in document.rows.iter().enumerate() {
        for word in row.text.split(|c: char| !c.is_alphanumeric()) {
            found.extend(CODES.iter().find(|code| **code == word).map(|code| (*code, index)));
        }
    }
    found.truncate(50);
    found
}

fn hints(document: &Document) -> BTreeMap<&'static str, u8> {
    let mut counts = BTreeMap::new();
    for row in &document.rows {
        let words = format!(" {} ", crate::fold::words(&row.text).join(" "));
        for (word, code) in HINTS {
            if words.contains(&format!(" {word} ")) {
                let count: &mut u8 = counts.entry(*code).or_default();
                *count = count.saturating_add(1);
            }
        }
        if has_us_address(&row.text) {
            let count: &mut u8 = counts.entry("USD").or_default();
            *count = count.saturating_add(2);
        }
    }
    counts
}

/// Returns whether the row has an address such as `Seattle, WA 98109`.
pub(crate) fn has_us_address(row: &str) -> bool {
    let mut words = row.split([' ', ',', '-']).filter(|word| !word.is_empty()).peekable();
    while let Some(word) = words.next() {
        let state = word.len() == 2 && STATES.split_whitespace().any(|state| state == word);
        let zip = |next: &&str| next.len() == 5 && next.bytes().all(|b| b.is_ascii_digit());
        // `DE 80333 München`: Delaware's zip codes start with 19.
        let german = |next: &&str| word == "DE" && !next.starts_with("19");
        if state && words.peek().is_some_and(|next| zip(next) && !german(next)) {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_beside_amounts() {
        for (text, code) in [
            ("TOTAL RM", "MYR"),
            ("US$", "USD"),
            ("Total in EUR", "EUR"),
            ("(€", "EUR"),
            ("S$", "SGD"),
        ] {
            assert_eq!(at_end(text), Some(code), "{text}");
        }
        for (text, code) in [(" € inkl.", "EUR"), ("zł", "PLN"), (" SEK", "SEK")] {
            assert_eq!(at_start(text), Some(code), "{text}");
        }
        assert_eq!(at_end("FARM"), None);
        assert_eq!(at_start(" Eurocard"), None);
    }

    #[test]
    fn shared_symbols_follow_the_country() {
        let document = Document::read("Toronto, Canada\nTotal $ 5.00");
        assert_eq!(of_document(&document, &[("USD", 1)]).unwrap().code, "CAD");
        let document = Document::read("Seattle, WA 98109\nTotal $ 5.00");
        assert_eq!(of_document(&document, &[("USD", 1)]).unwrap().code, "USD");
    }

    #[test]
    fn american_addresses() {
        assert!(has_us_address("Seattle, WA 98109-5210, US"));
        assert!(!has_us_address("DE 80333 München"));
    }
}
