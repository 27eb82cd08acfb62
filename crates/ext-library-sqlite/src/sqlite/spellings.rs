//! Other spellings of a word, which the full text does not take for the same one.

/// The vowels of Greek, each without its accent and with it.
const VOWELS: [(char, char); 9] = [
    ('α', 'ά'),
    ('ε', 'έ'),
    ('η', 'ή'),
    ('ι', 'ί'),
    ('ο', 'ό'),
    ('υ', 'ύ'),
    ('ω', 'ώ'),
    ('ϊ', 'ΐ'),
    ('ϋ', 'ΰ'),
];
/// The most letters of a Greek word that is spelled in other ways.
const MAX_LETTERS: usize = 32;

/// Returns the other spellings of a word, if it has some.
pub(super) fn others(word: &str) -> Vec<String> {
    let word = word.to_lowercase();
    match (word.contains('ß'), word.contains("ss")) {
        (true, _) => vec![word.replace('ß', "ss")],
        (false, true) => vec![word.replace("ss", "ß")],
        (false, false) => greek(&word),
    }
}

/// Returns a Greek word without its accent, and with one on each vowel: capitals have none, and people
/// who search leave it out. The index ignores the accents of Latin letters only.
fn greek(word: &str) -> Vec<String> {
    let letters: Vec<char> = word.chars().map(plain).collect();
    if letters.len() > MAX_LETTERS || !letters.iter().any(|letter| accented(*letter).is_some()) {
        return Vec::new();
    }
    let at = |place: usize| {
        let accent = accented(*letters.get(place)?)?;
        let before = letters.iter().take(place).copied();
        Some(before.chain([accent]).chain(letters.iter().skip(place + 1).copied()).collect())
    };
    let unaccented = letters.iter().collect();
    let all = [unaccented].into_iter().chain((0..letters.len()).filter_map(at));
    all.filter(|spelling| spelling != word).collect()
}

fn plain(letter: char) -> char {
    VOWELS.iter().find(|(_, accented)| *accented == letter).map_or(letter, |(plain, _)| *plain)
}

fn accented(letter: char) -> Option<char> {
    VOWELS.iter().find(|(plain, _)| *plain == letter).map(|(_, accented)| *accented)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_greek_word_has_an_accent_on_any_vowel_or_none() {
        assert_eq!(others("Φόρος"), ["φορος", "φορός"]);
        assert_eq!(others("ΦΟΡΟΣ"), ["φόρος", "φορός"]);
        assert_eq!(others("και"), ["κάι", "καί"]);
        assert!(others("café").is_empty() && others("чай").is_empty());
        assert!(others(&"α".repeat(33)).is_empty(), "nobody means that");
    }

    #[test]
    fn a_german_word_has_both_forms_of_the_sharp_s() {
        assert_eq!(
            (others("Straße"), others("STRASSE")),
            (vec!["strasse".into()], vec!["straße".into()])
        );
    }
}
