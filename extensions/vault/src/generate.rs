//! Passwords of random characters or words.

use serde::Deserialize;
use spacedrive_sdk::{Error, Result, wire::SecretText};
use zeroize::Zeroizing;

use crate::crypto::random;

/// Most characters of a password, and most words.
const MAX_LENGTH: usize = 256;
const MAX_WORDS: usize = 64;
/// Length of a password when the user names none: 20 characters of 88 are 129 bits.
const DEFAULT_LENGTH: usize = 20;

const LOWER: &str = "abcdefghijklmnopqrstuvwxyz";
const UPPER: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const DIGITS: &str = "0123456789";
const SYMBOLS: &str = "!#$%&()*+,-./:;<=>?@[]^_{|}~";
/// Characters that look like others.
const AMBIGUOUS: &str = "0O1lI|";

/// The form of a password to generate.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Recipe {
    /// Number of characters; left out: 20.
    pub length: Option<usize>,
    /// Number of words of the English list of BIP 39, 11 bits each, in place of characters.
    pub words: Option<usize>,
    /// Text between words; left out: `-`.
    pub separator: Option<String>,
    /// No lower-case letters.
    pub no_lower: bool,
    /// No upper-case letters.
    pub no_upper: bool,
    /// No digits.
    pub no_digits: bool,
    /// No symbols.
    pub no_symbols: bool,
    /// No characters that look like others: `0O1lI|`.
    pub no_ambiguous: bool,
}

impl Recipe {
    /// Generates a password. Of each class of characters it has one at least.
    ///
    /// # Errors
    /// [`spacedrive_sdk::ErrorCode::BadInput`] for a length out of range, no class of characters, or both
    /// words and what is for characters alone.
    pub fn generate(&self) -> Result<SecretText> {
        match self.words {
            Some(_) if self.length.is_some() || self.leaves_out_characters() => {
                Err(Error::bad_input(
                    "`words` are in place of characters: `length` and the classes of characters do not go \
                     with them",
                ))
            }
            Some(count) => self.words(count),
            None if self.separator.is_some() => {
                Err(Error::bad_input("a `separator` stands between `words`: say how many"))
            }
            None => self.characters(self.length.unwrap_or(DEFAULT_LENGTH)),
        }
    }

    const fn leaves_out_characters(&self) -> bool {
        let left_out = self.no_lower || self.no_upper || self.no_digits || self.no_symbols;
        left_out || self.no_ambiguous
    }

    fn words(&self, count: usize) -> Result<SecretText> {
        ensure(count, 3, MAX_WORDS, "words")?;
        let list = bip39::Language::English.word_list();
        let words = (0..count).map(|_| pick(list)).collect::<Result<Vec<_>>>()?;
        let separator = self.separator.as_deref().unwrap_or("-");
        Ok(words.join(separator).into())
    }

    fn characters(&self, length: usize) -> Result<SecretText> {
        ensure(length, 8, MAX_LENGTH, "characters")?;
        let classes = self.classes();
        let all: Vec<char> = classes.iter().flatten().copied().collect();
        if all.is_empty() {
            return Err(Error::bad_input("no class of characters is left".to_owned()));
        }
        loop {
            // Drawn anew until it has all classes, so that each such password is as likely.
            let drawn: Result<Vec<char>> = (0..length).map(|_| pick(&all)).collect();
            let drawn = Zeroizing::new(drawn?);
            if classes.iter().all(|class| drawn.iter().any(|char| class.contains(char))) {
                return Ok(drawn.iter().collect::<String>().into());
            }
        }
    }

    fn classes(&self) -> Vec<Vec<char>> {
        let classes = [
            (LOWER, self.no_lower),
            (UPPER, self.no_upper),
            (DIGITS, self.no_digits),
            (SYMBOLS, self.no_symbols),
        ];
        let looks_good = |char: &char| !(self.no_ambiguous && AMBIGUOUS.contains(*char));
        let wanted = classes.into_iter().filter(|(_, left_out)| !left_out);
        wanted.map(|(class, _)| class.chars().filter(looks_good).collect()).collect()
    }
}

/// Picks one of many, each as likely as the others.
fn pick<T: Copy>(from: &[T]) -> Result<T> {
    let count = u32::try_from(from.len()).unwrap_or(u32::MAX);
    loop {
        let bytes = random(4)?;
        let number = bytes.iter().fold(0u32, |number, byte| number << 8 | u32::from(*byte));
        // Numbers behind the last whole multiple would make the first ones likelier.
        let fair = u32::MAX - u32::MAX % count.max(1);
        let picked = usize::try_from(number % count.max(1)).ok().and_then(|at| from.get(at));
        match picked {
            Some(picked) if number < fair => return Ok(*picked),
            None => return Err(Error::bad_input("there is nothing to pick from".to_owned())),
            Some(_) => {}
        }
    }
}

fn ensure(value: usize, min: usize, max: usize, what: &str) -> Result<()> {
    if (min..=max).contains(&value) {
        return Ok(());
    }
    Err(Error::bad_input(format!("{value} {what}, allowed are {min} to {max}")))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use spacedrive_sdk::ErrorCode;

    use super::*;

    #[test]
    fn a_password_has_the_length_and_all_classes() {
        let recipe = Recipe { length: Some(8), ..Recipe::default() };
        let made: BTreeSet<String> =
            (0..200).map(|_| recipe.generate().unwrap().expose().to_owned()).collect();
        assert_eq!(made.len(), 200);
        for password in made {
            assert_eq!(password.chars().count(), 8);
            for class in [LOWER, UPPER, DIGITS, SYMBOLS] {
                assert!(password.chars().any(|char| class.contains(char)), "{password}");
            }
        }
    }

    #[test]
    fn classes_are_left_out() {
        let recipe = Recipe {
            no_symbols: true,
            no_upper: true,
            no_ambiguous: true,
            length: Some(200),
            ..Recipe::default()
        };
        let made = recipe.generate().unwrap();
        let allowed = |char: char| char.is_ascii_lowercase() || char.is_ascii_digit();
        assert!(made.expose().chars().all(|char| allowed(char) && !AMBIGUOUS.contains(char)));
    }

    #[test]
    fn words_are_of_the_list() {
        let recipe = Recipe { words: Some(7), separator: Some(" ".into()), ..Recipe::default() };
        let made = recipe.generate().unwrap();
        let list = bip39::Language::English.word_list();
        assert!(made.expose().split(' ').all(|word| list.contains(&word)));
        assert_eq!(made.expose().split(' ').count(), 7);
    }

    #[test]
    fn what_cannot_be_made_is_refused() {
        let none = Recipe {
            no_lower: true,
            no_upper: true,
            no_digits: true,
            no_symbols: true,
            ..Recipe::default()
        };
        let short = Recipe { length: Some(7), ..Recipe::default() };
        let long = Recipe { length: Some(257), ..Recipe::default() };
        let few = Recipe { words: Some(2), ..Recipe::default() };
        let both = Recipe { words: Some(4), length: Some(30), ..Recipe::default() };
        let classes = Recipe { words: Some(4), no_digits: true, ..Recipe::default() };
        let alone = Recipe { separator: Some(" ".into()), ..Recipe::default() };
        for recipe in [none, short, long, few, both, classes, alone] {
            assert_eq!(recipe.generate().unwrap_err().code(), ErrorCode::BadInput, "{recipe:?}");
        }
    }

    #[test]
    fn each_is_as_likely() {
        let mut counts = [0u32; 3];
        for _ in 0..3000 {
            counts[pick(&[0usize, 1, 2]).unwrap()] += 1;
        }
        assert!(counts.iter().all(|count| (800..1200).contains(count)), "{counts:?}");
    }
}
