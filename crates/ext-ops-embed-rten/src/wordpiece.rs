//! Tokens of a text, as BERT's uncased models split it (WordPiece).
//!
//! Written here because the usual crate would bring some fifty others along, for one vocabulary.

use std::collections::HashMap;

use serde_json::Value;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Longer words are unknown.
const MAX_WORD_CHARS: usize = 100;
/// Before a piece that continues a word.
const CONTINUED: &str = "##";

/// A vocabulary.
#[derive(Debug)]
pub(crate) struct WordPiece {
    pieces: HashMap<String, i32>,
    start: i32,
    end: i32,
    unknown: i32,
}

impl WordPiece {
    /// Reads a `tokenizer.json` of the package `tokenizers`; `None` when it is of another kind.
    pub(crate) fn parse(file: &[u8]) -> Option<Self> {
        let file: Value = serde_json::from_slice(file).ok()?;
        let vocabulary = file.get("model")?.get("vocab")?.as_object()?;
        let number = |number: &Value| i32::try_from(number.as_i64()?).ok();
        let piece = |(piece, id): (&String, &Value)| Some((piece.clone(), number(id)?));
        let pieces: HashMap<String, i32> = vocabulary.iter().map(piece).collect::<Option<_>>()?;
        let special = |name: &str| pieces.get(name).copied();
        let (start, end, unknown) = (special("[CLS]")?, special("[SEP]")?, special("[UNK]")?);
        Some(Self { pieces, start, end, unknown })
    }

    /// Returns the tokens of a text between those of start and end, `most` in all.
    pub(crate) fn encode(&self, text: &str, most: usize) -> Vec<i32> {
        let room = most.saturating_sub(2);
        let mut tokens = vec![self.start];
        for word in words(text) {
            if tokens.len() > room {
                break;
            }
            self.split(&word, &mut tokens);
        }
        tokens.truncate(room + 1);
        tokens.push(self.end);
        tokens
    }

    /// Splits a word into the longest known pieces from left to right; one unknown token when there
    /// is a gap.
    fn split(&self, word: &str, tokens: &mut Vec<i32>) {
        let before = tokens.len();
        if word.chars().count() > MAX_WORD_CHARS {
            tokens.push(self.unknown);
            return;
        }
        let mut rest = word;
        while !rest.is_empty() {
            let prefix = if rest.len() == word.len() { "" } else { CONTINUED };
            let Some((id, length)) = self.longest(prefix, rest) else {
                tokens.truncate(before);
                tokens.push(self.unknown);
                return;
            };
            tokens.push(id);
            rest = rest.get(length..).unwrap_or_default();
        }
    }

    /// Returns the longest beginning of `text` that is known behind `prefix`, and its length in
    /// bytes.
    fn longest(&self, prefix: &str, text: &str) -> Option<(i32, usize)> {
        let mut piece = format!("{prefix}{text}");
        while piece.len() > prefix.len() {
            if let Some(id) = self.pieces.get(&piece) {
                return Some((*id, piece.len() - prefix.len()));
            }
            piece.pop();
        }
        None
    }
}

/// Splits a text into words in lower case without accents; every mark of punctuation and every
/// ideograph is a word.
fn words(text: &str) -> Vec<String> {
    let (mut words, mut word) = (Vec::new(), String::new());
    let plain = text.nfd().filter(|char| !is_combining_mark(*char));
    for char in plain.flat_map(char::to_lowercase) {
        let alone = is_punctuation(char) || is_ideograph(char);
        if (alone || char.is_whitespace()) && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        match char {
            char if alone => words.push(char.to_string()),
            char if char.is_whitespace() || is_dropped(char) => {}
            char => word.push(char),
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

fn is_dropped(char: char) -> bool {
    char.is_control()
        || matches!(char, '\u{fffd}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{ad}')
}

/// Returns whether a character is an ASCII symbol, or of the blocks of punctuation of other
/// scripts.
fn is_punctuation(char: char) -> bool {
    char.is_ascii_punctuation()
        || matches!(char,
            '¡' | '§' | '«' | '¶' | '·' | '»' | '¿'
            | '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{2043}' | '\u{2045}'..='\u{2051}'
            | '\u{2053}'..='\u{205e}' | '\u{3001}'..='\u{3003}' | '\u{3008}'..='\u{3011}'
            | '\u{3014}'..='\u{301f}' | '\u{30fb}' | '\u{ff01}'..='\u{ff03}'
            | '\u{ff05}'..='\u{ff0a}' | '\u{ff0c}'..='\u{ff0f}' | '\u{ff1a}' | '\u{ff1b}'
            | '\u{ff1f}' | '\u{ff20}' | '\u{60c}' | '\u{61b}' | '\u{61f}')
}

fn is_ideograph(char: char) -> bool {
    matches!(char, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{2fa1f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn small() -> WordPiece {
        let file =
            br###"{"model": {"vocab": {"[UNK]": 0, "[CLS]": 1, "[SEP]": 2, "un": 3, "##aff": 4,
            "##able": 5, "cafe": 6, ",": 7}}}"###;
        WordPiece::parse(file).unwrap()
    }

    #[test]
    fn words_fall_into_the_longest_pieces() {
        assert_eq!(small().encode("unaffable", 256), [1, 3, 4, 5, 2]);
        assert_eq!(small().encode("Caf\u{e9}, unknown", 256), [1, 6, 7, 0, 2]);
        assert_eq!(small().encode("", 256), [1, 2]);
    }

    #[test]
    fn doc_21_long_texts_are_cut_and_long_words_unknown() {
        assert_eq!(small().encode(&"cafe ".repeat(100_000), 8), [1, 6, 6, 6, 6, 6, 6, 2]);
        assert_eq!(small().encode(&"x".repeat(1 << 20), 8), [1, 0, 2]);
        assert_eq!(small().encode("unaffable", 3), [1, 3, 2]);
    }

    #[test]
    fn punctuation_and_ideographs_stand_alone() {
        let words = words("Don't\tPAY 12,50\u{20ac} \u{4f1a}\u{8bae}\u{ff0c}ok\u{0}\u{200b}!");
        let expected = [
            "don",
            "'",
            "t",
            "pay",
            "12",
            ",",
            "50\u{20ac}",
            "\u{4f1a}",
            "\u{8bae}",
            "\u{ff0c}",
            "ok",
            "!",
        ];
        assert_eq!(words, expected);
    }

    #[test]
    fn other_files_are_no_vocabulary() {
        for file in ["", "{}", r#"{"model": {"vocab": {"a": "b"}}}"#, r#"{"model": {"vocab": {}}}"#]
        {
            assert!(WordPiece::parse(file.as_bytes()).is_none(), "{file}");
        }
    }
}
