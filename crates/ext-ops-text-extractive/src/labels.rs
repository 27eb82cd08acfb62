//! Search for the phrases of the [`lexicon`](crate::lexicon) in a text, which tolerates OCR slips.

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::fold::words;
use crate::lexicon::{Concept, phrases};

/// A phrase of the lexicon found in a text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Label {
    pub(crate) concept: Concept,
    /// 0 to 1.
    pub(crate) weight: f32,
    /// Words of the phrase.
    pub(crate) length: usize,
    /// Index of its first word in the text.
    pub(crate) at: usize,
}

struct Phrase {
    rest: Vec<&'static str>,
    meanings: Vec<(Concept, f32)>,
}

struct Lexicon {
    by_first: HashMap<&'static str, Vec<Phrase>>,
    /// Every word of every phrase by its length in characters, sorted.
    vocabulary: HashMap<usize, Vec<&'static str>>,
}

/// Shorter words must be spelt right: `tax` and `fax` differ in one letter.
const FUZZY_LENGTH: usize = 5;
/// Longer words are not labels.
const LONGEST_WORD: usize = 28;
/// Words of a text that are looked at.
const MAX_LABEL_WORDS: usize = 80;

/// Finds every phrase in `text`, longest first at each place, in reading order; a phrase with
/// several meanings yields one label for each.
pub(crate) fn labels(text: &str) -> Vec<Label> {
    find(text, |lexicon, word| lexicon.correct(word))
}

/// Finds every phrase as [`labels`] does, with no letter but those that a scan takes for digits
/// changed: a shop may be called `Toral`.
pub(crate) fn exact_labels(text: &str) -> Vec<Label> {
    find(text, |lexicon, word| lexicon.without_digits(word))
}

fn find(text: &str, correct: impl Fn(&Lexicon, String) -> String) -> Vec<Label> {
    let lexicon = lexicon();
    let spelt: Vec<String> =
        words(text).into_iter().take(MAX_LABEL_WORDS).map(|word| correct(lexicon, word)).collect();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(rest) = spelt.get(at..).filter(|rest| !rest.is_empty()) {
        let phrase = lexicon.longest(rest);
        let length = phrase.map_or(1, |phrase| phrase.rest.len() + 1);
        let meanings = phrase.map(|phrase| phrase.meanings.as_slice()).unwrap_or_default();
        found.extend(meanings.iter().map(|&(concept, weight)| Label {
            concept,
            weight,
            length,
            at,
        }));
        at += length;
    }
    found
}

/// Returns whether `text` has a phrase of the concept.
pub(crate) fn says(text: &str, concept: Concept) -> bool {
    labels(text).iter().any(|label| label.concept == concept)
}

impl Lexicon {
    fn longest(&self, text: &[String]) -> Option<&Phrase> {
        let (first, following) = text.split_first()?;
        self.by_first
            .get(first.as_str())?
            .iter()
            .filter(|phrase| {
                phrase.rest.len() <= following.len()
                    && phrase.rest.iter().zip(following).all(|(want, got)| want == got)
            })
            .max_by_key(|phrase| phrase.rest.len())
    }

    /// Returns the lexicon's word for a word that differs in a typical OCR slip or in one letter.
    fn correct(&self, word: String) -> String {
        let length = word.chars().count();
        if length > LONGEST_WORD || self.known(&word).is_some() {
            return word;
        }
        let has_digit = word.chars().any(|c| c.is_ascii_digit());
        if !has_digit && length < FUZZY_LENGTH {
            return word;
        }
        if has_digit && !word.chars().any(char::is_alphabetic) {
            return word;
        }
        let letters = unslipped(&word);
        let found = self.known(&letters).or_else(|| self.one_edit_away(&letters));
        found.map_or(word, str::to_owned)
    }

    /// Returns the lexicon's word for one in which digits stand for letters.
    fn without_digits(&self, word: String) -> String {
        let letters = unslipped(&word);
        let is_known = self.known(&letters).is_some();
        if is_known && word.contains(char::is_alphabetic) { letters } else { word }
    }

    /// Returns the lexicon's word for one that is spelt right.
    fn known(&self, word: &str) -> Option<&'static str> {
        let all = self.of_length(word.chars().count());
        all.get(all.binary_search(&word).ok()?).copied()
    }

    /// Returns the words of so many characters, sorted.
    fn of_length(&self, characters: usize) -> &[&'static str] {
        self.vocabulary.get(&characters).map_or(&[], Vec::as_slice)
    }

    fn one_edit_away(&self, word: &str) -> Option<&'static str> {
        let length = word.chars().count();
        if length < FUZZY_LENGTH {
            return None;
        }
        let lengths = [length, length + 1, length - 1];
        let mut candidates = lengths.into_iter().flat_map(|length| self.of_length(length)).copied();
        candidates.find(|known| may_be_one_edit(word, known) && is_one_edit(word, known))
    }
}

/// Returns whether two words of several letters begin or end alike, as those do that differ in one letter:
/// this spares nearly all comparisons of a word with the lexicon.
fn may_be_one_edit(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    a.first() == b.first() || a.last() == b.last()
}

/// Returns whether one letter changed, added or dropped makes `a` into `b`.
pub(crate) fn is_one_edit(a: &str, b: &str) -> bool {
    let same =
        a.chars().zip(b.chars()).take_while(|(x, y)| x == y).map(|(x, _)| x.len_utf8()).sum();
    let (Some(a), Some(b)) = (a.get(same..), b.get(same..)) else { return false };
    let (mut a_rest, mut b_rest) = (a.chars(), b.chars());
    a_rest.next();
    b_rest.next();
    let (a_rest, b_rest) = (a_rest.as_str(), b_rest.as_str());
    a_rest == b_rest || a_rest == b || a == b_rest
}

/// Letters for the digits that OCR takes them for.
fn unslipped(word: &str) -> String {
    word.chars()
        .map(|letter| match letter {
            '0' => 'o',
            '1' | '|' => 'l',
            '5' => 's',
            '8' => 'b',
            other => other,
        })
        .collect()
}

fn lexicon() -> &'static Lexicon {
    static LEXICON: OnceLock<Lexicon> = OnceLock::new();
    LEXICON.get_or_init(|| {
        let mut lexicon = Lexicon { by_first: HashMap::new(), vocabulary: HashMap::new() };
        for &(concept, weight, phrases) in phrases() {
            for phrase in phrases.split('|') {
                lexicon.add(phrase, concept, weight);
            }
        }
        for words in lexicon.vocabulary.values_mut() {
            words.sort_unstable();
            words.dedup();
        }
        lexicon
    })
}

impl Lexicon {
    fn add(&mut self, phrase: &'static str, concept: Concept, weight: f32) {
        let mut words = phrase.split(' ');
        let Some(first) = words.next() else { return };
        let rest: Vec<&'static str> = words.collect();
        for word in std::iter::once(first).chain(rest.iter().copied()) {
            self.vocabulary.entry(word.chars().count()).or_default().push(word);
        }
        let phrases = self.by_first.entry(first).or_default();
        match phrases.iter_mut().find(|known| known.rest == rest) {
            Some(known) if known.meanings.iter().any(|(c, _)| *c == concept) => {}
            Some(known) => known.meanings.push((concept, weight)),
            None => phrases.push(Phrase { rest, meanings: vec![(concept, weight)] }),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn concepts(text: &str) -> Vec<Concept> {
        labels(text).into_iter().map(|label| label.concept).collect()
    }

    #[test]
    fn the_longest_phrase_wins() {
        assert_eq!(concepts("Sub-Total"), [Concept::Net]);
        assert_eq!(concepts("GRAND TOTAL RM29.30"), [Concept::Total]);
        assert!(concepts("Due Date:").contains(&Concept::DueDate));
        assert!(!concepts("Due Date:").contains(&Concept::AmountDue));
    }

    #[test]
    fn ocr_slips_are_forgiven() {
        for slip in ["T0TAL", "TOTAI", "RECHNUNGSBETRAC", "Gesarntbetrag"] {
            let expected = slip != "Gesarntbetrag"; // Two letters are one too many.
            assert_eq!(says(slip, Concept::Total), expected, "{slip}");
        }
        assert!(!says("fax", Concept::Tax));
        assert!(!says("charge", Concept::Change));
    }

    #[test]
    fn one_edit() {
        for (a, b) in
            [("total", "totai"), ("total", "tota"), ("total", "totaal"), ("total", "total")]
        {
            assert!(is_one_edit(a, b), "{a} {b}");
        }
        assert!(!is_one_edit("total", "metal") && !is_one_edit("total", "tot"));
    }

    proptest! {
        #[test]
        fn words_of_one_edit_begin_or_end_alike(
            word in "\\PC{2,8}",
            at in any::<prop::sample::Index>(),
            letter in "\\PC?",
            dropped in 0..2_usize,
        ) {
            let mut letters: Vec<char> = word.chars().collect();
            let at = at.index(letters.len() + 1);
            let end = (at + dropped).min(letters.len());
            letters.splice(at..end, letter.chars());
            let other: String = letters.into_iter().collect();
            prop_assert!(is_one_edit(&word, &other) && may_be_one_edit(&word, &other));
        }
    }

    #[test]
    fn phrases_are_folded() {
        for (_, _, phrases) in phrases() {
            for phrase in phrases.split('|') {
                assert_eq!(words(phrase).join(" "), phrase);
            }
        }
    }
}
