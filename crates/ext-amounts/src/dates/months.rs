//! Names of months in the languages of documents.

use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;

/// The names, written by `cldr/months.py`: a line for each month.
static NAMES: LazyLock<Vec<Vec<&'static str>>> = LazyLock::new(|| {
    let lines = include_str!("../../cldr/months.txt").lines();
    let months = lines.filter(|line| !line.starts_with('#'));
    months.map(|line| line.split(' ').collect()).collect()
});

/// Abbreviations that are words of other languages, so that `12 LED 50 W` is not a day.
const WORDS: [&str; 4] = ["kas", "led", "mac", "rug"];
/// Letters of an abbreviation that is not in the table.
const PREFIX: usize = 3;

/// Returns the months that a name or its abbreviation means, 1 to 12, the likelier first: `listopada`
/// is November in Polish and October in Croatian.
pub(super) fn named(name: &str) -> Vec<i8> {
    let name = folded(name.get(glued_label(name)..).unwrap_or_default());
    if WORDS.contains(&name.as_str()) {
        return Vec::new();
    }
    // In Hebrew the word for `in` sticks to the month.
    let bare = name.strip_prefix('ב').unwrap_or(&name);
    let exact = months(|known| known == name || known == bare);
    if !exact.is_empty() || name.chars().count() < PREFIX {
        return exact;
    }
    let begun = months(|known| known.starts_with(&name));
    if begun.len() == 1 { begun } else { Vec::new() }
}

/// Returns the month's name of which a scan misread one letter, in as many bytes; `None` for a name
/// that is right, and for one that is far from all. A digit may stand for a letter, and short names
/// are taken with that alone.
#[must_use]
pub fn misread_month(name: &str) -> Option<&'static str> {
    const LONG: usize = 5;
    let lower = name.to_ascii_lowercase();
    let has_digit = lower.contains(|c: char| c.is_ascii_digit());
    if !lower.is_ascii() || !lower.contains(char::is_alphabetic) || !named(&lower).is_empty() {
        return None;
    }
    let as_letters = lower.replace('0', "o").replace(['1', '|'], "l").replace('5', "s");
    let wrong = |known: &str| {
        as_letters.bytes().zip(known.bytes()).filter(|(one, other)| one != other).count()
    };
    let allowed = usize::from(lower.len() >= LONG);
    let close = |known: &&str| {
        known.len() == lower.len() && wrong(known) <= allowed && (has_digit || allowed > 0)
    };
    let mut found = NAMES.iter().flatten().copied().filter(close);
    found.next()
}

fn months(fits: impl Fn(&str) -> bool) -> Vec<i8> {
    let named = NAMES.iter().zip(1i8..).filter(|(names, _)| names.iter().any(|name| fits(name)));
    // The later month is that of the language with more documents, in each case.
    let mut found: Vec<i8> = named.map(|(_, month)| month).collect();
    found.reverse();
    found
}

/// Folds a name to lower case without accents and dots; marks of scripts that need them stay.
fn folded(name: &str) -> String {
    let is_accent = |c: &char| ('\u{300}'..='\u{36f}').contains(c);
    let mut out = String::with_capacity(name.len());
    for letter in name.nfkd().filter(|c| !is_accent(c)).flat_map(char::to_lowercase) {
        match letter {
            'ß' => out.push_str("ss"),
            'ł' => out.push('l'),
            'ø' => out.push('o'),
            'æ' => out.push_str("ae"),
            '.' | '׳' => {}
            other => out.push(other),
        }
    }
    out
}

/// Returns the bytes of a label that sticks to the month's name: 4 for `dateOct`.
pub(super) fn glued_label(name: &str) -> usize {
    let mut pairs = name.char_indices().zip(name.chars().skip(1));
    let glued = pairs.find(|((_, left), right)| left.is_lowercase() && right.is_uppercase());
    glued.map_or(0, |((at, left), _)| at + left.len_utf8())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_misread_letter_is_mended() {
        for (name, month) in [
            ("Septembcr", Some("september")),
            ("0ct", Some("oct")),
            ("sfycznia", Some("stycznia")),
            ("October", None),
            ("Oxt", None),
            ("Packets", None),
            ("000", None),
        ] {
            assert_eq!(misread_month(name), month, "{name}");
        }
    }

    #[test]
    fn names_of_many_languages() {
        for (name, month) in [
            ("January", 1),
            ("Jänner", 1),
            ("ene", 1),
            ("février", 2),
            ("März", 3),
            ("kwietnia", 4),
            ("toukokuuta", 5),
            ("června", 6),
            ("července", 7),
            ("aoû", 8),
            ("Σεπτεμβρίου", 9),
            ("октября", 10),
            ("dateNov", 11),
            ("ธันวาคม", 12),
            ("ม.ค.", 1),
            ("ديسمبر", 12),
        ] {
            assert_eq!(named(name), [month], "{name}");
        }
        assert_eq!(named("listopada"), [11, 10]);
        for name in ["ma", "xyz", "ju", "", "Total", "LED"] {
            assert!(named(name).is_empty(), "{name}");
        }
    }

    #[test]
    fn there_are_twelve() {
        assert_eq!(NAMES.len(), 12);
    }
}
