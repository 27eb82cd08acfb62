//! Sellers, compared by name, domain and bank account.

use serde::{Deserialize, Serialize};

use crate::iban;
use crate::text::fold;

/// Words of a name that say what form a company has.
const FORMS: &str = "gmbh mbh ag kg kgaa ohg ug gbr ev eg co company corp corporation inc incorporated llc ltd limited plc \
lp llp pty pte sdn bhd sa sas sarl sasu eurl spa srl snc sl slu lda bv nv vof oy oyj ab as asa aps sp z o zoo kft zrt doo sro \
the and und et y e";
/// Letters in which two names may differ where a scan was read, of ten.
const MISREAD_LIKENESS: f64 = 0.8;
/// Shortest word by which a name is known again inside a longer one.
const MIN_WORD_BYTES: usize = 4;
/// Lengths of account numbers by country (ISO 13616).
const IBAN_LENGTHS: [(&str, usize); 24] = [
    ("AT", 20),
    ("BE", 16),
    ("BG", 22),
    ("CH", 21),
    ("CZ", 24),
    ("DE", 22),
    ("DK", 18),
    ("EE", 20),
    ("ES", 24),
    ("FI", 18),
    ("FR", 27),
    ("GB", 22),
    ("GR", 27),
    ("HR", 21),
    ("HU", 28),
    ("IE", 22),
    ("IT", 27),
    ("LU", 20),
    ("NL", 18),
    ("NO", 15),
    ("PL", 28),
    ("PT", 25),
    ("RO", 24),
    ("SE", 24),
];

/// Seller of a purchase, as far as a document tells.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Seller {
    /// Name of the company or shop.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
    /// Domain of the organisation that sent the email.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) domain: Option<String>,
    /// Top of the text of an email that names no seller in its own words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) top: Option<String>,
    /// Bank account (IBAN) that the document names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) account: Option<String>,
}

/// Relation between the sellers of two documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Likeness {
    Same,
    Unknown,
    Other,
}

impl Seller {
    /// Compares two sellers; `misread`: a name may come from a scan.
    pub(crate) fn likeness(&self, other: &Self, misread: bool) -> Likeness {
        let shared = |one: &Option<String>, two: &Option<String>| one.is_some() && one == two;
        // Only a domain that is the other's name: who forwards emails sends those of all sellers.
        let by_domain = self.is_named_by(other) || other.is_named_by(self);
        match (&self.name, &other.name) {
            (Some(one), Some(two)) if is_alike(one, two, misread) || by_domain => Likeness::Same,
            (Some(_), Some(_)) => Likeness::Other,
            // An account may be the buyer's: it says nothing against names.
            _ if by_domain || shared(&self.account, &other.account) => Likeness::Same,
            _ => self.by_top(other).or(other.by_top(self)).unwrap_or(Likeness::Unknown),
        }
    }

    /// Looks for the other's name at the top of the text.
    fn by_top(&self, other: &Self) -> Option<Likeness> {
        let (top, name) = (self.top.as_deref()?, words(other.name.as_deref()?).join(" "));
        let says = format!(" {top} ").contains(&format!(" {name} "));
        Some(if says { Likeness::Same } else { Likeness::Other })
    }

    /// Returns whether the other's domain is this seller's name.
    fn is_named_by(&self, other: &Self) -> bool {
        let name = self.name.as_deref().map(joined).unwrap_or_default();
        let domain = other.domain.as_deref().map(joined).unwrap_or_default();
        domain.len() >= MIN_WORD_BYTES && name == domain
    }
}

/// Returns whether two names are of two sellers, though letters of them may be misread.
pub(crate) fn are_other(one: &str, two: &str) -> bool {
    !is_alike(one, two, true)
}

/// Finds a bank account in a text: the first IBAN whose check digits are right.
pub(crate) fn account(text: &str) -> Option<String> {
    text.lines().find_map(|line| {
        let (_, behind) = line.split_once("IBAN")?;
        let kept: String = behind.chars().filter(char::is_ascii_alphanumeric).collect();
        let country = kept.get(..2)?;
        let (_, len) = IBAN_LENGTHS.iter().find(|(code, _)| *code == country)?;
        kept.get(..*len).filter(|text| iban::has_right_check_digits(text)).map(str::to_owned)
    })
}

fn is_alike(one: &str, two: &str, misread: bool) -> bool {
    let (one_words, two_words) = (words(one), words(two));
    let is_part = |short: &[String], long: &[String]| {
        short.iter().all(|word| long.contains(word))
            && short.iter().any(|word| word.len() >= MIN_WORD_BYTES)
    };
    let (one, two) = (one_words.concat(), two_words.concat());
    one == two
        || is_part(&one_words, &two_words)
        || is_part(&two_words, &one_words)
        || misread && strsim::normalized_levenshtein(&one, &two) >= MISREAD_LIKENESS
}

/// Returns the words of a name without those of its legal form; all of them where nothing is left.
pub(crate) fn words(name: &str) -> Vec<String> {
    let all: Vec<String> = fold(name).split(' ').map(str::to_owned).collect();
    let is_form = |word: &String| FORMS.split_whitespace().any(|form| form == word);
    let kept: Vec<String> = all.iter().filter(|word| !is_form(word)).cloned().collect();
    if kept.is_empty() { all } else { kept }
}

fn joined(name: &str) -> String {
    words(name).concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str) -> Seller {
        Seller { name: Some(name.to_owned()), ..Seller::default() }
    }

    #[test]
    fn names_are_compared_without_legal_forms() {
        for (one, two) in [
            ("Nordlicht Strom GmbH", "NORDLICHT STROM"),
            ("Amazon", "Amazon EU S.à r.l."),
            ("lamp-shop", "Lamp Shop Ltd."),
            ("Fenwick & Daughters", "Fenwick and Daughters Lamps"),
        ] {
            assert_eq!(named(one).likeness(&named(two), false), Likeness::Same, "{one}, {two}");
        }
        for (one, two) in [("Nordlicht Strom GmbH", "Suedlicht Gas AG"), ("A GmbH", "B GmbH")] {
            assert_eq!(named(one).likeness(&named(two), false), Likeness::Other, "{one}, {two}");
        }
    }

    #[test]
    fn a_scan_may_misread_letters() {
        let (one, two) = (named("Parkhaus Seeblick AG"), named("Parkhau5 Seeb1ick AG"));
        assert_eq!(one.likeness(&two, true), Likeness::Same);
        assert_eq!(one.likeness(&named("Parkhaus Waldblick AG"), false), Likeness::Other);
    }

    #[test]
    fn domains_and_accounts_stand_for_names() {
        let sent = |name: Option<&str>, domain: &str| Seller {
            name: name.map(str::to_owned),
            domain: Some(domain.to_owned()),
            ..Seller::default()
        };
        let (one, two) = (sent(Some("Your order"), "lamps"), sent(Some("Lamps Ltd"), "lamps"));
        assert_eq!(one.likeness(&two, false), Likeness::Same);
        let (gas, lamps) = (sent(Some("Gas AG"), "home"), sent(Some("Lamps Ltd"), "home"));
        assert_eq!(gas.likeness(&lamps, false), Likeness::Other, "forwarded by one person");
        assert_eq!(sent(None, "home").likeness(&lamps, false), Likeness::Unknown);
        assert_eq!(sent(None, "lamps").likeness(&named("Lamps Ltd"), false), Likeness::Same);
        assert_eq!(sent(None, "other").likeness(&named("Lamps Ltd"), false), Likeness::Unknown);
        let paid = |name: Option<&str>| Seller {
            name: name.map(str::to_owned),
            account: account("IBAN: DE89 3704 0044 0532 0130 00 BIC COBADEFF"),
            ..Seller::default()
        };
        assert_eq!(paid(None).account.as_deref(), Some("DE89370400440532013000"));
        assert_eq!(paid(None).likeness(&paid(Some("Lamps")), false), Likeness::Same);
        // Two sellers that debit one buyer.
        assert_eq!(paid(Some("Gas")).likeness(&paid(Some("Lamps")), false), Likeness::Other);
        assert_eq!(account("IBAN DE00 3704 0044 0532 0130 00"), None);
    }
}
