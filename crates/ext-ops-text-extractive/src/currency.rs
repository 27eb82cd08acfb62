//! Recogniser of currencies.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use ext_amounts::{Mark, ending, starting};

use crate::rows::Document;

/// Codes that are believed wherever they stand as a word in capitals.
const CODES: &[&str] = &[
    "EUR", "USD", "GBP", "CHF", "JPY", "CNY", "MYR", "SGD", "AUD", "CAD", "NZD", "HKD", "INR",
    "IDR", "THB", "PHP", "VND", "KRW", "TWD", "SEK", "NOK", "DKK", "ISK", "PLN", "CZK", "HUF",
    "RON", "BGN", "UAH", "RUB", "ILS", "AED", "SAR", "QAR", "KWD", "ZAR", "NGN", "KES", "EGP",
    "BRL", "MXN", "ARS", "CLP", "COP", "PEN", "PKR", "BDT", "LKR", "TRY", "MAD", "RSD", "BHD",
    "OMR", "TND", "JOD", "IQD", "LYD", "XAF", "XOF",
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
    ("tps", "CAD"),
    ("tvq", "CAD"),
    ("quebec", "CAD"),
    ("senegal", "XOF"),
    ("dakar", "XOF"),
    ("cote d ivoire", "XOF"),
    ("abidjan", "XOF"),
    ("burkina faso", "XOF"),
    ("ouagadougou", "XOF"),
    ("bamako", "XOF"),
    ("togo", "XOF"),
    ("lome", "XOF"),
    ("benin", "XOF"),
    ("cotonou", "XOF"),
    ("niamey", "XOF"),
    ("cameroun", "XAF"),
    ("cameroon", "XAF"),
    ("douala", "XAF"),
    ("yaounde", "XAF"),
    ("gabon", "XAF"),
    ("libreville", "XAF"),
    ("tchad", "XAF"),
    ("n djamena", "XAF"),
    ("congo", "XAF"),
    ("brazzaville", "XAF"),
    ("guinee equatoriale", "XAF"),
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
    ("kennitala", "ISK"),
    ("vsk", "ISK"),
    ("ehf", "ISK"),
    ("reykjavik", "ISK"),
    ("polska", "PLN"),
    ("nip", "PLN"),
    ("usa", "USD"),
    ("united states", "USD"),
    ("mexico", "MXN"),
    ("new mexico", "USD"),
    ("rfc", "MXN"),
    ("cfdi", "MXN"),
    ("cuit", "ARS"),
    ("buenos aires", "ARS"),
    ("ingresos brutos", "ARS"),
    ("nit", "COP"),
    ("bogota", "COP"),
    ("factura electronica de venta", "COP"),
    ("santiago de chile", "CLP"),
    ("r u t", "CLP"),
    ("boleta electronica", "CLP"),
    ("montevideo", "UYU"),
    ("south africa", "ZAR"),
    ("johannesburg", "ZAR"),
    ("cape town", "ZAR"),
    ("sandton", "ZAR"),
    ("brasil", "BRL"),
    ("发票", "CNY"),
    ("开票", "CNY"),
    ("合计", "CNY"),
    ("纳税人", "CNY"),
    ("有限公司", "CNY"),
    ("請求書", "JPY"),
    ("領収", "JPY"),
    ("株式会社", "JPY"),
    ("有限会社", "JPY"),
    ("消費税", "JPY"),
    ("統一發票", "TWD"),
];

/// States of the USA as they stand before a zip code.
const STATES: &str = "AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY \
                      NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY DC";

/// Returns the currency that ends `text`: `TOTAL RM` is `MYR`.
pub(crate) fn at_end(text: &str) -> Option<&'static str> {
    mark_at_end(text).and_then(Mark::usual).map(ext_amounts::Currency::code)
}

/// Returns the mark of a currency that ends `text`.
pub(crate) fn mark_at_end(text: &str) -> Option<Mark> {
    ending(text.trim_end_matches([' ', ':', '-', '(', ')', '+', '=']))
}

/// Returns the mark of a currency that starts `text`: ` € inkl.` is that of the euro.
pub(crate) fn mark_at_start(text: &str) -> Option<Mark> {
    starting(text.trim_start_matches([' ', ')']))
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

/// Finds the document's currency: most often beside amounts (`marks`, with their rows), then named
/// in the text, then hinted at.
pub(crate) fn of_document(document: &Document, marks: &[(Mark, usize)]) -> Option<Currency> {
    let hints = hints(document);
    let named = named(document);
    let mut votes: Votes = BTreeMap::new();
    for &(mark, row) in marks {
        let Some(code) = meant(mark, &named, &hints) else { continue };
        vote(&mut votes, code, 2.0, Some(row));
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

/// Returns the currency that a mark means here: the one that a code in the text names, the one that
/// the text hints at (`$` is `CAD` where it speaks of Canada), else the most usual.
fn meant(
    mark: Mark,
    named: &[(&'static str, usize)],
    hints: &BTreeMap<&'static str, u8>,
) -> Option<&'static str> {
    let codes = || mark.currencies().map(ext_amounts::Currency::code);
    let named = || codes().find(|code| named.iter().any(|(name, _)| name == code));
    let count = |code: &&str| hints.get(*code).copied().map(Reverse);
    let hinted = || codes().filter(|code| hints.contains_key(code)).min_by_key(|code| count(code));
    if mark.is_exact() {
        codes().next()
    } else {
        let usual = || codes().next().filter(|_| !mark.is_of_several_states());
        named().or_else(hinted).or_else(usual)
    }
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
        let is_ascii = row.text.is_ascii();
        let words = format!(" {} ", crate::fold::words(&row.text).join(" "));
        for (word, code) in HINTS {
            // Chinese and Japanese put no spaces between words.
            let said = match word.is_ascii() {
                true => words.contains(&format!(" {word} ")),
                false => !is_ascii && words.contains(word),
            };
            if said {
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

/// Returns whether the row has an address such as `Seattle, WA 98109`, or ends like `Seattle, WA`.
pub(crate) fn has_us_address(row: &str) -> bool {
    has_zip_code(row) || ends_with_state(row)
}

/// Returns whether a row is a town and its state, without figures: `Portland, OR`.
fn ends_with_state(row: &str) -> bool {
    let Some((town, state)) = row.trim().rsplit_once(',') else { return false };
    let is_town = town.chars().any(char::is_alphabetic) && !town.contains(|c: char| c.is_numeric());
    is_town && STATES.split_whitespace().any(|known| known == state.trim())
}

fn has_zip_code(row: &str) -> bool {
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

    fn started(text: &str) -> Option<&'static str> {
        mark_at_start(text).and_then(Mark::usual).map(ext_amounts::Currency::code)
    }

    #[test]
    fn marks_beside_amounts() {
        for (text, code) in [
            ("TOTAL RM", "MYR"),
            ("US$", "USD"),
            ("Total in EUR", "EUR"),
            ("TOTAL (€)", "EUR"),
            ("(€", "EUR"),
            ("S$", "SGD"),
        ] {
            assert_eq!(at_end(text), Some(code), "{text}");
        }
        for (text, code) in [(" € inkl.", "EUR"), ("zł", "PLN"), (" SEK", "SEK")] {
            assert_eq!(started(text), Some(code), "{text}");
        }
        assert_eq!(at_end("FARM"), None);
        assert_eq!(started(" Eurocard"), None);
    }

    #[test]
    fn shared_symbols_follow_the_country() {
        let document = Document::read("Toronto, Canada\nTotal $ 5.00");
        assert_eq!(of_document(&document, &[(ending("$").unwrap(), 1)]).unwrap().code, "CAD");
        let document = Document::read("发票号码 1\n合计: ¥5.00");
        assert_eq!(of_document(&document, &[(ending("¥").unwrap(), 1)]).unwrap().code, "CNY");
        let document = Document::read("Seattle, WA 98109\nTotal $ 5.00");
        assert_eq!(of_document(&document, &[(ending("$").unwrap(), 1)]).unwrap().code, "USD");
    }

    #[test]
    fn numbers_of_taxpayers_say_whose_dollar_it_is() {
        let of = |text: &str| {
            let dollar = ending("$").unwrap();
            of_document(&Document::read(text), &[(dollar, 1)]).map(|found| found.code)
        };
        for (text, code) in [
            ("CUIT 30-54008821-3\nTotal $ 185.999,00", "ARS"),
            ("NIT 890.900.608-9\nTOTAL $ 84.500", "COP"),
            ("RFC DLI931201MI9\nTotal $ 2,318.84", "MXN"),
            ("R.U.T.: 76.123.456-7\nTotal $ 12.990", "CLP"),
            ("Albuquerque, New Mexico\nTotal $ 12.99", "USD"),
        ] {
            assert_eq!(of(text), Some(code), "{text}");
        }
    }

    #[test]
    fn the_country_says_whose_franc_it_is() {
        let of = |text: &str| {
            let franc = ending("FCFA").unwrap();
            of_document(&Document::read(text), &[(franc, 1)]).map(|found| found.code)
        };
        assert_eq!(of("Facture\nTotal 12 500 FCFA"), None);
        assert_eq!(of("Dakar, Sénégal\nTotal 12 500 FCFA"), Some("XOF"));
        assert_eq!(of("Douala, Cameroun\nTotal 12 500 FCFA"), Some("XAF"));
        assert_eq!(of("Montants en XOF\nTotal 12 500 FCFA"), Some("XOF"));
    }

    #[test]
    fn dollars_beside_taxes_of_quebec_are_canadian() {
        let document = Document::read("TPS 5 %\nTVQ 9,975 %\nTotal 1 234,50 $");
        assert_eq!(of_document(&document, &[(ending("$").unwrap(), 2)]).unwrap().code, "CAD");
    }

    #[test]
    fn american_addresses() {
        assert!(has_us_address("Seattle, WA 98109-5210, US"));
        assert!(!has_us_address("DE 80333 München"));
        assert!(has_us_address("Seattle, WA"));
        assert!(!has_us_address("Seattle, USA") && !has_us_address("Reg 4, IN"));
    }
}
