//! The strength of passwords: how many guesses one takes that are made of common words, years and rows first.
//!
//! Entropy estimators such as `zxcvbn` do this more finely; that one needs the browser's clock in
//! WebAssembly, and 0.8 MB of lists beside the one that is here already.

use passwords::analyzer::{self, is_common_password};
use passwords::scorer;

/// Points of `passwords` from which on a password is good, of 100. They know length and characters alone.
const GOOD_SCORE: f64 = 80.0;
/// Bits of guessing from which on a password is good: about eight random characters.
const GOOD_BITS: f64 = 50.0;
/// Bits of a word of a list of 100,000, with capitals and letters in disguise.
const WORD_BITS: f64 = 18.0;
/// Bits of a year of this century or the one before.
const YEAR_BITS: f64 = 8.0;
/// Bits of a row such as `123` or `aaa`.
const ROW_BITS: f64 = 6.0;
/// Fewest letters of a word.
const WORD: usize = 4;
/// Fewest characters of a row.
const ROW: usize = 3;

/// Returns why a password is weak; `None` for a good one.
pub(crate) fn weakness(password: &str) -> Option<String> {
    let analyzed = analyzer::analyze(password);
    if analyzed.is_common() || is_common_password(password.to_lowercase()) {
        return Some("it is a common password".to_owned());
    }
    let guessed = guessed_bits(password);
    if guessed.bits < GOOD_BITS && guessed.words > 0 {
        return Some("it is a common word with a few characters around it".to_owned());
    }
    if guessed.bits < GOOD_BITS && guessed.rows > 0 {
        return Some("it is rows of characters, such as `123`, with a few others".to_owned());
    }
    let score = scorer::score(&analyzed);
    (score < GOOD_SCORE).then(|| format!("it has {score:.0} of 100 points"))
}

/// What a password is made of, and the bits of guessing that it takes.
#[derive(Default)]
struct Guessed {
    bits: f64,
    words: usize,
    rows: usize,
}

/// Takes a password apart from left to right: words, years and rows where there are any, else characters.
fn guessed_bits(password: &str) -> Guessed {
    let chars: Vec<char> = password.chars().collect();
    let bits_of_one = f64::log2(alphabet(&chars));
    let mut guessed = Guessed::default();
    let mut rest = chars.as_slice();
    while !rest.is_empty() {
        let (length, bits) = if let Some(length) = word(rest) {
            guessed.words += 1;
            (length, WORD_BITS)
        } else if is_year(rest) {
            guessed.rows += 1;
            (4, YEAR_BITS)
        } else if let Some(length) = row(rest) {
            guessed.rows += 1;
            (length, ROW_BITS)
        } else {
            (1, bits_of_one)
        };
        guessed.bits += bits;
        rest = rest.get(length..).unwrap_or_default();
    }
    guessed
}

/// Returns the number of characters that a password is drawn from, by the classes that it has.
fn alphabet(chars: &[char]) -> f64 {
    let has = |is_of: fn(&char) -> bool| chars.iter().any(is_of);
    let classes = [
        (has(char::is_ascii_lowercase), 26.0),
        (has(char::is_ascii_uppercase), 26.0),
        (has(char::is_ascii_digit), 10.0),
        (has(|char| !char.is_ascii_alphanumeric()), 33.0),
    ];
    classes.iter().filter(|(has, _)| *has).map(|(_, size)| size).sum()
}

/// Returns the length of the longest common word at the start of a text.
fn word(text: &[char]) -> Option<usize> {
    let letters: String = text.iter().map_while(|char| letter(*char)).collect();
    // With signs that are letters in disguise as far as they go, `P@ssw0rd2024` is one word, so it is cut.
    let cut = (WORD..=letters.len()).rev();
    let mut words = cut.filter_map(|length| Some((length, letters.get(..length)?)));
    let found = words.find(|(_, word)| is_common_password(word))?;
    let plain = text.get(..found.0)?.iter().filter(|char| char.is_ascii_alphabetic()).count();
    (plain * 2 >= found.0).then_some(found.0)
}

/// Returns the letter that a character is, or stands for.
const fn letter(char: char) -> Option<char> {
    match char {
        'a'..='z' | 'A'..='Z' => Some(char.to_ascii_lowercase()),
        '@' | '4' => Some('a'),
        '3' => Some('e'),
        '1' | '!' => Some('i'),
        '0' => Some('o'),
        '$' | '5' => Some('s'),
        '7' => Some('t'),
        _ => None,
    }
}

/// Tells whether a text begins with a year, and with no further digit.
fn is_year(text: &[char]) -> bool {
    let digits: String = text.iter().take_while(|char| char.is_ascii_digit()).collect();
    digits.len() == 4 && (digits.starts_with("19") || digits.starts_with("20"))
}

/// Returns the length of the row at the start of a text: the same character, or each the next one.
fn row(text: &[char]) -> Option<usize> {
    let step = |pair: &[char]| match pair {
        [one, next] => Some(i64::from(u32::from(*next)) - i64::from(u32::from(*one))),
        _ => None,
    };
    let first = text.windows(2).next().and_then(step).filter(|step| step.abs() <= 1)?;
    let length = text.windows(2).take_while(|pair| step(pair) == Some(first)).count() + 1;
    (length >= ROW).then_some(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_with_digits_and_signs_around_them_are_weak() {
        for password in [
            "password",
            "Password123!",
            "P@ssw0rd2024!!",
            "Summer2024!",
            "Dragon1987",
            "$unshine12!",
            "abcd1234!!!!",
            "Qwerty123456!",
            "aaaaaaaaaaaaaaaa",
            "1234567890123456",
            "MONKEY99##",
            "xY7!",
        ] {
            assert!(weakness(password).is_some(), "{password}");
        }
    }

    #[test]
    fn random_passwords_and_many_words_are_good() {
        for password in [
            "vTq9!xR2#mLp8@wZ",
            "jK4$hN7&bV1*cX6^",
            "kX9#vTq2!mRw",
            "tunnel-correct-hotel-prefer-body-fiscal",
            "correct horse battery staple",
            "ünglaublich-Straßenbahn-Käsekuchen",
        ] {
            assert_eq!(weakness(password), None, "{password}");
        }
        let recipe = crate::generate::Recipe::default();
        for _ in 0..50 {
            let password = recipe.generate().unwrap();
            assert_eq!(weakness(password.expose()), None, "{}", password.expose());
        }
    }
}
