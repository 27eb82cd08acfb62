//! Signs and abbreviations of currencies as they stand beside amounts.

use crate::Currency;

/// Marks and the codes that each may mean, the most usual first.
const MARKS: &[(&str, &str)] = &[
    (
        "$",
        "USD AUD CAD NZD SGD HKD MXN COP CLP ARS TWD UYU BBD BMD BND BSD BZD CUP DOP FJD GYD JMD KYD LRD NAD SBD SRD TTD XCD",
    ),
    ("US$", "USD"),
    ("$US", "USD"),
    ("A$", "AUD"),
    ("AU$", "AUD"),
    ("C$", "CAD NIO"),
    ("CA$", "CAD"),
    ("CDN$", "CAD"),
    ("$CA", "CAD"),
    ("$ CA", "CAD"),
    ("$CAD", "CAD"),
    ("CDN", "CAD"),
    ("NZ$", "NZD"),
    ("HK$", "HKD"),
    ("S$", "SGD"),
    ("NT$", "TWD"),
    ("R$", "BRL"),
    ("MX$", "MXN"),
    ("AR$", "ARS"),
    ("CL$", "CLP"),
    ("CO$", "COP"),
    ("RD$", "DOP"),
    ("MOP$", "MOP"),
    ("EC$", "XCD"),
    ("TT$", "TTD"),
    ("J$", "JMD"),
    ("€", "EUR"),
    ("Euro", "EUR"),
    ("EURO", "EUR"),
    ("Euros", "EUR"),
    ("euro", "EUR"),
    ("euros", "EUR"),
    ("евро", "EUR"),
    ("£", "GBP FKP GIP SHP SSP SYP EGP LBP"),
    ("E£", "EGP"),
    ("¥", "JPY CNY"),
    ("JP¥", "JPY"),
    ("CN¥", "CNY"),
    ("円", "JPY"),
    ("元", "CNY TWD"),
    ("圆", "CNY"),
    ("人民币", "CNY"),
    ("RMB", "CNY"),
    ("₩", "KRW KPW"),
    ("원", "KRW"),
    ("₹", "INR"),
    ("Rs.", "INR PKR LKR NPR MUR"),
    ("Rs", "INR PKR LKR NPR MUR"),
    ("₨", "INR PKR LKR NPR MUR"),
    ("৳", "BDT"),
    ("R", "ZAR"),
    ("RM", "MYR"),
    ("Rp", "IDR"),
    ("Rp.", "IDR"),
    ("฿", "THB"),
    ("บาท", "THB"),
    ("₫", "VND"),
    ("đ", "VND"),
    ("đồng", "VND"),
    ("Đồng", "VND"),
    ("VNĐ", "VND"),
    ("vnđ", "VND"),
    ("₱", "PHP"),
    ("₭", "LAK"),
    ("៛", "KHR"),
    ("₮", "MNT"),
    ("₸", "KZT"),
    ("₼", "AZN"),
    ("₾", "GEL"),
    ("֏", "AMD"),
    ("zł", "PLN"),
    ("zl", "PLN"),
    ("Kč", "CZK"),
    ("Kc", "CZK"),
    ("Ft", "HUF"),
    ("lei", "RON MDL"),
    ("лв", "BGN"),
    ("лв.", "BGN"),
    ("din.", "RSD"),
    ("дин.", "RSD"),
    ("₺", "TRY"),
    ("TL", "TRY"),
    ("₽", "RUB"),
    ("руб", "RUB"),
    ("руб.", "RUB"),
    ("р.", "RUB BYN"),
    ("₴", "UAH"),
    ("грн", "UAH"),
    ("грн.", "UAH"),
    ("kr", "SEK NOK DKK ISK"),
    ("Kr", "SEK NOK DKK ISK"),
    ("kr.", "DKK SEK NOK ISK"),
    ("SFr", "CHF"),
    ("SFr.", "CHF"),
    ("Fr", "CHF"),
    ("Fr.", "CHF"),
    ("sFr.", "CHF"),
    ("₪", "ILS"),
    ("NIS", "ILS"),
    ("₦", "NGN"),
    ("GH₵", "GHS"),
    ("₵", "GHS"),
    ("KSh", "KES"),
    ("Ksh", "KES"),
    ("TSh", "TZS"),
    ("USh", "UGX"),
    ("FCFA", "XAF XOF"),
    ("F CFA", "XAF XOF"),
    ("CFA", "XAF XOF"),
    ("₡", "CRC"),
    ("₲", "PYG"),
    ("S/", "PEN"),
    ("S/.", "PEN"),
    ("B/.", "PAB"),
    ("Bs", "BOB VES"),
    ("Bs.", "BOB VES"),
    ("DH", "MAD AED"),
    ("DHS", "AED MAD"),
    ("Dhs", "AED MAD"),
    ("KD", "KWD"),
    ("BD", "BHD"),
    ("RO", "OMR"),
    ("DT", "TND"),
    ("د.إ", "AED"),
    ("د.إ.", "AED"),
    ("ر.س", "SAR"),
    ("ر.س.", "SAR"),
    ("د.ك", "KWD"),
    ("د.ك.", "KWD"),
    ("د.ب", "BHD"),
    ("د.ب.", "BHD"),
    ("ر.ع.", "OMR"),
    ("ر.ق.", "QAR"),
    ("د.أ.", "JOD"),
    ("د.ت.", "TND"),
    ("د.م.", "MAD"),
    ("ج.م.", "EGP"),
    ("ج.م", "EGP"),
    ("ريال", "SAR"),
    ("ریال", "IRR"),
];

/// Marks that stand only before an amount: behind one they are codes of taxes and the like.
const BEFORE: [&str; 10] = ["R", "KD", "BD", "RO", "DH", "DHS", "Dhs", "S/", "S/.", "B/."];

/// Marks that are other abbreviations beside numbers that do not have three decimals.
const OF_THOUSANDTHS: [&str; 3] = ["BD", "RO", "DT"];

/// Names of the hundredth of a currency behind a number of them: `99¢`.
const HUNDREDTHS: [(&str, &str); 2] = [("¢", "USD CAD AUD NZD SGD HKD MXN"), ("p", "GBP")];

/// Codes that are words in capitals, so that they say nothing about a number beside them.
const WORDS: [&str; 6] = ["ALL", "TOP", "CUP", "MOP", "SOS", "BOB"];

/// A currency, as it stands beside an amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    codes: &'static str,
    /// Bytes of the mark in the text.
    pub(crate) length: usize,
    /// A code of ISO 4217.
    pub(crate) is_code: bool,
}

impl Mark {
    /// Returns the currencies that the mark may mean, the most usual first.
    pub fn currencies(self) -> impl Iterator<Item = Currency> {
        self.codes.split(' ').filter_map(Currency::of)
    }

    /// Returns the most usual currency.
    #[must_use]
    pub fn usual(self) -> Option<Currency> {
        self.currencies().next()
    }

    /// Returns whether the mark may mean this currency.
    #[must_use]
    pub fn may_mean(self, currency: Currency) -> bool {
        self.has_code(currency.code())
    }

    /// Returns whether nothing but the country tells which of its currencies a mark means: the CFA
    /// franc is that of two unions of states.
    #[must_use]
    pub fn is_of_several_states(self) -> bool {
        self.codes == "XAF XOF"
    }

    /// Returns whether the mark means one currency only.
    #[must_use]
    pub fn is_exact(self) -> bool {
        !self.codes.contains(' ')
    }

    /// Returns whether the mark is an abbreviation that says little beside another currency: `RO 1.234 lei`
    /// are no rials.
    pub(crate) fn yields_to(self, other: Self) -> bool {
        let is_weak =
            |mark: &&str| MARKS.iter().any(|(known, codes)| known == mark && *codes == self.codes);
        !self.is_code && OF_THOUSANDTHS.iter().any(is_weak) && self.codes != other.codes
    }

    /// Returns whether the mark may mean the currency with this code.
    pub(crate) fn has_code(self, code: &str) -> bool {
        self.codes.split(' ').any(|known| known == code)
    }

    fn code(code: &str) -> Option<Self> {
        let code = Currency::of(code)?.code();
        let mark = Self { codes: code, length: code.len(), is_code: true };
        (!WORDS.contains(&code)).then_some(mark)
    }

    /// Returns the mark without the currencies whose amounts cannot have so many decimals.
    pub(crate) fn with_decimals(self, decimals: u32) -> Self {
        // ¥ is the only mark of currencies with and without decimals that matters in practice.
        if self.codes == "JPY CNY" && decimals > 0 { Self { codes: "CNY", ..self } } else { self }
    }
}

/// Returns the mark that a text is: a sign or an abbreviation, or a code in any case, which is one here also
/// where it is a word elsewhere.
///
/// ```
/// let code = |text| ext_amounts::alone(text)?.usual().map(ext_amounts::Currency::code);
/// assert_eq!((code("US$"), code("eur"), code("$ 5")), (Some("USD"), Some("EUR"), None));
/// ```
#[must_use]
pub fn alone(text: &str) -> Option<Mark> {
    let code = Currency::of(&text.to_ascii_uppercase()).map(Currency::code);
    let code = code.map(|codes| Mark { codes, length: text.len(), is_code: true });
    code.or_else(|| longest(|mark| mark == text))
}

/// Finds the mark that ends a text: `TOTAL RM` ends with the ringgit.
#[must_use]
pub fn ending(text: &str) -> Option<Mark> {
    before(text, false)
}

/// Finds the mark that ends a text. `thousandths`: the number behind it has three decimals.
pub(crate) fn before(text: &str, thousandths: bool) -> Option<Mark> {
    may_be_of_a_mark(text.chars().next_back()?).then_some(())?;
    let ends = |mark: &str| {
        text.strip_suffix(mark).is_some_and(|head| {
            !mark.starts_with(char::is_alphabetic) || !head.ends_with(char::is_alphabetic)
        })
    };
    let code = text.len().checked_sub(3).and_then(|at| text.get(at..));
    let known = |mark: &str| ends(mark) && (thousandths || !OF_THOUSANDTHS.contains(&mark));
    longest(known).or_else(|| code.filter(|code| ends(code)).and_then(Mark::code))
}

/// Finds the mark that starts a text: `€ inkl.` starts with the euro.
#[must_use]
pub fn starting(text: &str) -> Option<Mark> {
    behind(text, false)
}

/// Finds the mark that starts a text. `thousandths`: the number before it has three decimals.
pub(crate) fn behind(text: &str, thousandths: bool) -> Option<Mark> {
    may_be_of_a_mark(text.chars().next()?).then_some(())?;
    let is_word = |mark: &str| mark.ends_with(char::is_alphabetic) && !is_ideograph(mark);
    let starts = |mark: &str| {
        text.strip_prefix(mark)
            .is_some_and(|tail| !is_word(mark) || !tail.starts_with(char::is_alphanumeric))
    };
    let code = text.get(..3);
    // `S$` and the like only stand before a number.
    let behind = |mark: &str| {
        let is_other = !thousandths && OF_THOUSANDTHS.contains(&mark);
        !is_other && !BEFORE.contains(&mark) && (mark == "$" || !mark.ends_with('$'))
    };
    longest(|mark| starts(mark) && behind(mark))
        .or_else(|| code.filter(|code| starts(code)).and_then(Mark::code))
}

/// Finds the mark of a hundredth that follows a number at once, and ends the word.
pub(crate) fn hundredth(text: &str) -> Option<Mark> {
    let (mark, codes) = HUNDREDTHS.iter().find(|(mark, _)| text.starts_with(mark))?;
    let rest = text.get(mark.len()..)?;
    let ends =
        !rest.starts_with(|c: char| c.is_alphanumeric() || "/-.".contains(c) && rest.len() > 1);
    ends.then_some(Mark { codes, length: mark.len(), is_code: false })
}

/// Returns whether a mark may start or end with a character; most numbers stand beside none.
fn may_be_of_a_mark(letter: char) -> bool {
    letter.is_ascii_alphabetic() || !letter.is_ascii() || matches!(letter, '$' | '/' | '.')
}

fn is_ideograph(mark: &str) -> bool {
    mark.chars().all(|c| ('\u{4e00}'..='\u{9fff}').contains(&c) || c == '원')
}

fn longest(fits: impl Fn(&str) -> bool) -> Option<Mark> {
    let marks = MARKS.iter().filter(|(mark, _)| fits(mark));
    let (mark, codes) = marks.max_by_key(|(mark, _)| mark.len())?;
    Some(Mark { codes, length: mark.len(), is_code: false })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usual(mark: Option<Mark>) -> Option<&'static str> {
        mark.and_then(Mark::usual).map(Currency::code)
    }

    #[test]
    fn marks_stand_before_and_behind() {
        for (text, code) in [
            ("R", "ZAR"),
            ("RM", "MYR"),
            ("US$", "USD"),
            ("in EUR", "EUR"),
            ("(€", "EUR"),
            ("S$", "SGD"),
            ("Fr.", "CHF"),
            ("KWD", "KWD"),
        ] {
            assert_eq!(usual(ending(text)), Some(code), "{text}");
        }
        for (text, code) in
            [("€ inkl.", "EUR"), ("zł", "PLN"), ("SEK", "SEK"), ("円です", "JPY"), ("$US", "USD")]
        {
            assert_eq!(usual(starting(text)), Some(code), "{text}");
        }
        for text in ["FARM", "", "Total", "IN ALL"] {
            assert_eq!(ending(text), None, "{text}");
        }
        for text in ["Eurocard", "KD", "S$ 5", ""] {
            assert_eq!(starting(text), None, "{text}");
        }
    }

    #[test]
    fn a_text_is_a_mark_as_a_whole_or_not_at_all() {
        for (text, code) in [("£", "GBP"), ("US$", "USD"), ("all", "ALL"), ("kr.", "DKK")] {
            assert_eq!(usual(alone(text)), Some(code), "{text}");
        }
        for text in ["", "€ S", "$5", "Total", "EUR 5"] {
            assert_eq!(alone(text), None, "{text}");
        }
    }

    #[test]
    fn every_code_of_the_table_is_a_currency() {
        for (mark, codes) in MARKS {
            assert!(codes.split(' ').all(|code| Currency::of(code).is_some()), "{mark}");
        }
    }

    #[test]
    fn shared_signs_say_whose_they_may_be() {
        let dollar = ending("$").unwrap();
        assert!(!dollar.is_exact() && dollar.may_mean(Currency::of("CAD").unwrap()));
        assert_eq!(usual(ending("¥").map(|mark| mark.with_decimals(2))), Some("CNY"));
    }
}
