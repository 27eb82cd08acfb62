//! Texts made comparable: folding, phrases, amounts of money; and texts as names.

use std::cell::RefCell;
use std::collections::HashMap;

use ext_amounts::{Spaces, scan};
use spacedrive_sdk::wire::text::is_hidden;

/// Phrases separated by `|`, folded as [`fold`] does; a trailing `*` stands for any word ending.
pub(crate) type Phrases = &'static str;

/// Longest text that is looked at line by line, in bytes; what decides stands long before.
const MAX_BYTES: usize = 200_000;
/// Hex digits of a hash that stands for a text.
const HASH_DIGITS: usize = 16;

/// The non-empty lines of a text with their folded forms.
#[derive(Debug)]
pub(crate) struct Lines<'a> {
    all: Vec<Line<'a>>,
}

/// One line.
#[derive(Debug)]
pub(crate) struct Line<'a> {
    pub(crate) raw: &'a str,
    /// Folded, with a space at both ends.
    pub(crate) folded: String,
    /// Amounts of money in it.
    pub(crate) money: usize,
}

impl<'a> Lines<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        let text = clip(text, MAX_BYTES);
        let all = text.lines().filter(|line| !line.trim().is_empty()).map(Line::new).collect();
        Self { all }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Line<'a>> {
        self.all.iter()
    }

    /// Returns the first `count` lines.
    pub(crate) fn head(&self, count: usize) -> impl Iterator<Item = &Line<'a>> {
        self.all.iter().take(count)
    }

    /// Returns whether any line has a phrase.
    pub(crate) fn say(&self, phrases: Phrases) -> bool {
        self.iter().any(|line| line.says(phrases))
    }

    /// Counts the amounts of money in all lines.
    pub(crate) fn money(&self) -> usize {
        self.iter().map(|line| line.money).sum()
    }

    /// Returns whether some line fits and an amount stands in it or in one of the two lines behind,
    /// where scans often put it.
    pub(crate) fn amount_at(&self, fits: impl Fn(&Line<'a>) -> bool) -> bool {
        let near = |at: usize| self.all.iter().skip(at).take(3).any(|line| line.money > 0);
        self.iter().enumerate().any(|(at, line)| fits(line) && near(at))
    }
}

impl<'a> Line<'a> {
    pub(crate) fn new(raw: &'a str) -> Self {
        let mut line = Self { raw, folded: format!(" {} ", fold(raw)), money: money(raw) };
        // `合計 13,500`: tills of some countries print neither decimals nor a currency.
        if line.money == 0 && line.says(crate::cues::TOTAL) && has_groups(raw) {
            line.money = 1;
        }
        line
    }

    pub(crate) fn says(&self, phrases: Phrases) -> bool {
        position(&self.folded, phrases).is_some()
    }

    /// Returns whether a phrase is among the first `words` words.
    pub(crate) fn opens_with(&self, phrases: Phrases, words: usize) -> bool {
        position(&self.folded, phrases).is_some_and(|at| {
            self.folded.get(..at).is_some_and(|before| before.split(' ').count() <= words + 1)
        })
    }

    /// Returns the folded text before and behind the first phrase that stands in the line, the longest one
    /// there.
    pub(crate) fn around(&self, phrases: Phrases) -> Option<(&str, &str)> {
        let (before, rest) = self.folded.split_at_checked(position(&self.folded, phrases)?)?;
        let found = phrases.split('|').filter_map(|phrase| rest.strip_prefix(phrase));
        found.min_by_key(|after| after.len()).map(|after| (before, after))
    }

    pub(crate) fn words(&self) -> usize {
        self.folded.split_whitespace().count()
    }
}

/// Returns whether a folded text has one of the phrases.
pub(crate) fn says(text: &str, phrases: Phrases) -> bool {
    position(&format!(" {} ", fold(text)), phrases).is_some()
}

/// Finds the first place, in bytes, of any phrase in a folded text that has a space at both ends.
fn position(folded: &str, phrases: Phrases) -> Option<usize> {
    COMPILED.with_borrow_mut(|all| {
        all.entry(phrases).or_insert_with(|| Compiled::of(phrases)).first_place(folded)
    })
}

thread_local! {
    static COMPILED: RefCell<HashMap<Phrases, Compiled>> = RefCell::default();
}

/// Phrases by how they begin: a document is searched for hundreds of them in each line.
#[derive(Debug, Default)]
struct Compiled {
    /// With whether any ending may follow.
    by_start: HashMap<[u8; 2], Vec<(&'static str, bool)>>,
    /// Of scripts without spaces between words, or with many endings.
    anywhere: Vec<&'static str>,
}

impl Compiled {
    fn of(phrases: Phrases) -> Self {
        let mut compiled = Self::default();
        for phrase in phrases.split('|') {
            let (phrase, open) =
                phrase.strip_suffix('*').map_or((phrase, false), |stem| (stem, true));
            match *phrase.as_bytes() {
                [first, second, ..] if phrase.is_ascii() => {
                    compiled.by_start.entry([first, second]).or_default().push((phrase, open));
                }
                [first] => compiled.by_start.entry([first, b' ']).or_default().push((phrase, open)),
                _ => compiled.anywhere.push(phrase),
            }
        }
        compiled
    }

    fn first_place(&self, folded: &str) -> Option<usize> {
        let bytes = folded.as_bytes();
        let begins = |at: usize| {
            let start = bytes.get(at..at + 2).and_then(|start| start.try_into().ok());
            let known = start.and_then(|start: [u8; 2]| self.by_start.get(&start));
            known.is_some_and(|known| {
                known.iter().any(|(phrase, open)| stands_at(bytes, at, phrase, *open))
            })
        };
        let starts = bytes.iter().zip(1..).filter(|(byte, _)| **byte == b' ').map(|(_, at)| at);
        let found = starts.into_iter().find(|at| begins(*at));
        if folded.is_ascii() {
            return found;
        }
        self.anywhere.iter().filter_map(|phrase| folded.find(phrase)).chain(found).min()
    }
}

/// Returns whether a phrase of whole words stands at a byte; where it is open, its last word may go on.
fn stands_at(text: &[u8], at: usize, phrase: &str, open: bool) -> bool {
    let end = at + phrase.len();
    text.get(at..end) == Some(phrase.as_bytes()) && (open || text.get(end) == Some(&b' '))
}

/// Folds a text: lower case, Latin letters without accents, everything but letters and digits one
/// space, digits that a scan put for letters made letters: `"T0TAL  (für Sie):"` becomes
/// `"total fur sie"`.
pub(crate) fn fold(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for letter in text.chars().flat_map(char::to_lowercase) {
        match unaccented(letter) {
            Some(letters) => plain.push_str(letters),
            None if letter.is_alphanumeric() => plain.push(letter),
            None if is_mark(letter) => {}
            None => plain.push(' '),
        }
    }
    let words: Vec<String> = plain.split_whitespace().map(unslipped).collect();
    words.join(" ")
}

/// Returns whether a character is a combining accent, which decomposed texts carry behind the letter, a mark
/// of a vowel or tone that texts may leave out (Hebrew, Arabic, Thai), or one that stretches a word.
fn is_mark(letter: char) -> bool {
    matches!(
        letter,
        '\u{300}'..='\u{36f}' | '\u{591}'..='\u{5bd}' | '\u{640}' | '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{e47}'..='\u{e4e}'
    )
}

fn unaccented(letter: char) -> Option<&'static str> {
    Some(match letter {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ą' | 'ă' | 'ā' => "a",
        'æ' => "ae",
        'ç' | 'ć' | 'č' => "c",
        'ď' | 'đ' => "d",
        'è' | 'é' | 'ê' | 'ë' | 'ę' | 'ě' | 'ē' | 'ė' => "e",
        'ğ' => "g",
        'ì' | 'í' | 'î' | 'ï' | 'ı' | 'ī' | 'į' => "i",
        'ł' | 'ľ' => "l",
        'ñ' | 'ń' | 'ň' => "n",
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' | 'ő' => "o",
        'œ' => "oe",
        'ř' => "r",
        'ß' => "ss",
        'ś' | 'š' | 'ş' | 'ș' => "s",
        'ť' | 'ț' | 'ţ' => "t",
        'ù' | 'ú' | 'û' | 'ü' | 'ů' | 'ű' | 'ū' | 'ų' => "u",
        'ý' | 'ÿ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        _ => return unaccented_elsewhere(letter),
    })
}

/// Takes the accents off letters of Vietnamese, Icelandic, Latvian, Greek, Cyrillic and Arabic.
fn unaccented_elsewhere(letter: char) -> Option<&'static str> {
    Some(match letter {
        '\u{1ea0}'..='\u{1eb7}' => "a",
        '\u{1eb8}'..='\u{1ec7}' => "e",
        '\u{1ec8}'..='\u{1ecb}' | 'ĩ' => "i",
        '\u{1ecc}'..='\u{1ee3}' | 'ơ' => "o",
        '\u{1ee4}'..='\u{1ef1}' | 'ư' | 'ũ' => "u",
        '\u{1ef2}'..='\u{1ef9}' => "y",
        'ð' => "d",
        'ģ' => "g",
        'ķ' => "k",
        'ļ' => "l",
        'ņ' => "n",
        'þ' => "th",
        'ά' => "α",
        'έ' => "ε",
        'ή' => "η",
        'ί' | 'ϊ' | 'ΐ' => "ι",
        'ό' => "ο",
        'ύ' | 'ϋ' | 'ΰ' => "υ",
        'ώ' => "ω",
        'ς' => "σ",
        'ё' => "е",
        'أ' | 'إ' | 'آ' => "ا",
        'ى' => "ي",
        _ => return None,
    })
}

/// Letters for digits in a word that is mostly letters.
fn unslipped(word: &str) -> String {
    let digits = word.chars().filter(char::is_ascii_digit).count();
    let letters = word.chars().filter(char::is_ascii_lowercase).count();
    if digits == 0 || letters <= digits || letters < 3 {
        return word.to_owned();
    }
    let letter = |digit| match digit {
        '0' => 'o',
        '1' => 'l',
        '5' => 's',
        '8' => 'b',
        other => other,
    };
    word.chars().map(letter).collect()
}

/// Counts the amounts of money in a line: numbers with two decimals, or beside a currency.
fn money(line: &str) -> usize {
    scan(line, Spaces::Join).iter().filter(|found| found.is_money()).count()
}

/// Returns whether a line ends in a number of groups of three digits: `13,500` or `13 500`.
fn has_groups(line: &str) -> bool {
    let word = line.split_whitespace().next_back().unwrap_or_default();
    let is_group = |word: &&str| word.bytes().all(|b| b.is_ascii_digit());
    let mut apart: Vec<&str> = line.split_whitespace().rev().take_while(is_group).take(4).collect();
    apart.reverse();
    groups_of_three(&word.split([',', '.']).collect::<Vec<_>>()) || groups_of_three(&apart)
}

fn groups_of_three(groups: &[&str]) -> bool {
    let digits = |group: &&str| group.bytes().all(|b| b.is_ascii_digit());
    groups.len() > 1
        && groups.iter().all(digits)
        && groups.iter().skip(1).all(|group| group.len() == 3)
        && groups.first().is_some_and(|first| (1..=3).contains(&first.len()))
}

/// Returns at most `max` bytes of a text, cut between characters.
pub(crate) fn clip(text: &str, max: usize) -> &str {
    text.get(..text.floor_char_boundary(max)).unwrap_or(text)
}

/// Makes the name of an entry of a text, of at most `max` bytes: without what a library refuses in
/// names.
pub(crate) fn name(text: &str, max: usize) -> String {
    let plain: String = text.chars().filter(|c| *c != '/' && !is_hidden(*c)).collect();
    clip(plain.trim(), max).trim_end().to_owned()
}

/// Returns a short hash of a text, to compare it by, or as an id that can stand in a path.
pub(crate) fn short_hash(text: &str) -> String {
    blake3::hash(text.as_bytes()).to_hex().chars().take(HASH_DIGITS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_takes_accents_signs_and_slips() {
        assert_eq!(fold("T0TAL  (für Sie):"), "total fur sie");
        assert_eq!(fold("Rechnungs-Nr. 4711"), "rechnungs nr 4711");
        assert_eq!(fold("Straße"), "strasse");
        assert_eq!(fold("A1B2"), "a1b2");
        assert_eq!(fold("Tổng cộng"), "tong cong");
        assert_eq!(fold("ΤΙΜΟΛΌΓΙΟ Αξίας"), "τιμολογιο αξιασ");
        assert_eq!(fold("ใบเสร็จ"), "ใบเสรจ");
        assert_eq!(fold("الإجمالي"), "الاجمالي");
    }

    #[test]
    fn phrases_match_whole_words() {
        assert!(says("Your TOTAL: 5", "total"));
        assert!(!says("totally", "total"));
        assert!(says("Paketzustellung", "paket*"));
        assert!(says("合計金額", "合計"));
    }

    #[test]
    fn totals_may_be_whole_numbers() {
        for (line, count) in [
            ("合計 13,500", 1),
            ("Összesen 13 500", 1),
            ("Total 2 05 500", 0),
            ("Articles 13,500", 0),
            ("合計 2026", 0),
        ] {
            assert_eq!(Line::new(line).money, count, "{line}");
        }
    }

    #[test]
    fn money_is_found() {
        for (line, count) in [
            ("TOTAL  9.00", 1),
            ("Summe 1.234,56 EUR", 1),
            ("$5 or €7", 2),
            ("合計 ¥1,200", 1),
            ("1200円", 1),
            ("Razem 45,90 zł", 1),
            ("EUR 20", 1),
            ("20 EUR", 1),
            ("US$12.00", 1),
            ("RM9.00", 1),
            ("RM 9.00", 1),
            ("1,23,456.00", 1),
            ("05.01.2026", 0),
            ("05.01.26", 0),
            ("19.00%", 0),
            ("12 items", 0),
            ("order 112-3344", 0),
            ("10:30", 0),
        ] {
            assert_eq!(money(line), count, "{line}");
        }
    }
}
