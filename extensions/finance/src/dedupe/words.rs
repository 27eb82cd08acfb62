//! Words of documents that have no number, to tell two purchases of one email from a document that came
//! twice: the other ticket names another concert, while a scan reads some letters otherwise.

use std::collections::BTreeSet;

use crate::text::fold;

/// Longest list of words that is kept, in bytes; what is longer has numbers.
const MAX_BYTES: usize = 2000;
/// Shortest word of a scan that counts, in letters.
const MIN_LETTERS: usize = 5;
/// One letter in so many of a word may be misread.
const LETTERS_FOR_A_SLIP: usize = 3;

/// Lists the words of a text; `None` for a long one.
pub(super) fn of(text: &str) -> Option<String> {
    let folded = fold(text);
    let words: BTreeSet<&str> = folded.split_whitespace().collect();
    let words = words.into_iter().collect::<Vec<_>>().join(" ");
    (!words.is_empty() && words.len() <= MAX_BYTES).then_some(words)
}

/// Returns whether each of two lists has a word that is not in the other; in scans (`misread`) one that
/// looks like none of the other.
pub(super) fn differ(one: &str, two: &str, misread: bool) -> bool {
    let (one, two): (BTreeSet<&str>, BTreeSet<&str>) =
        (one.split(' ').collect(), two.split(' ').collect());
    let is_own = |word: &str, other: &BTreeSet<&str>| {
        !misread || is_sure(word) && !other.iter().any(|known| is_near(word, known))
    };
    one.difference(&two).any(|word| is_own(word, &two))
        && two.difference(&one).any(|word| is_own(word, &one))
}

/// Returns whether a scan's word is long enough, and has no digits.
fn is_sure(word: &str) -> bool {
    word.chars().count() >= MIN_LETTERS && word.chars().all(char::is_alphabetic)
}

/// Returns whether two words may be one: with some letters misread, or with a space lost.
fn is_near(word: &str, known: &str) -> bool {
    let slips = word.chars().count() / LETTERS_FOR_A_SLIP;
    known.contains(word)
        || word.contains(known) && is_sure(known)
        || strsim::levenshtein(word, known) <= slips
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_words_are_told_from_slips_of_a_scan() {
        let of = |text: &str| of(text).unwrap();
        let (mozart, brahms) =
            (of("Konzert Mozart, Reihe A  45,00"), of("Konzert Brahms, Reihe C  45,00"));
        assert!(differ(&mozart, &brahms, false) && differ(&mozart, &brahms, true));
        assert!(differ(&of("Coffee 08:12"), &of("Coffee 18:40"), false));
        for scan in
            ["K0nzert Mozarl, Reihe A 45.00", "KonzertMozart Reihe A 45,00", "Konzert Mozart"]
        {
            assert!(!differ(&mozart, &of(scan), true), "{scan}");
        }
        assert!(!differ(&mozart, &of("Kopie: Konzert Mozart, Reihe A  45,00"), false));
        assert_eq!(super::of(" - "), None);
    }
}
