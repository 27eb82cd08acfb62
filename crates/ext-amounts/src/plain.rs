//! A text in the characters of ASCII, as far as numbers and dates need it, with the way back.

use std::borrow::Cow;

/// Space within a number: a no-break or thin space of the text.
pub(crate) const JOIN: char = '\u{a0}';

/// Code points of the digit zero of each script; the other digits follow it.
const ZEROS: [u32; 65] = [
    0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6,
    0xe50, 0xed0, 0xf20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50,
    0x1bb0, 0x1c40, 0x1c50, 0xa620, 0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0xff10,
    0x104a0, 0x10d30, 0x11066, 0x110f0, 0x11136, 0x111d0, 0x112f0, 0x11450, 0x114d0, 0x11650,
    0x116c0, 0x11730, 0x118e0, 0x11950, 0x11c50, 0x11d50, 0x11da0, 0x16a60, 0x16ac0, 0x16b50,
    0x1d7ce, 0x1d7d8, 0x1d7e2, 0x1d7ec, 0x1d7f6, 0x1e140, 0x1e2f0, 0x1e950, 0x1fbf0,
];

/// A text with plain digits, spaces, separators and signs.
#[derive(Debug)]
pub(crate) struct Plain<'a> {
    pub(crate) text: Cow<'a, str>,
    /// Where the plain text and the original drift apart: offsets in both, in order.
    shifts: Vec<(usize, usize)>,
}

impl<'a> Plain<'a> {
    pub(crate) fn of(original: &'a str) -> Self {
        if original.is_ascii() {
            return Self { text: Cow::Borrowed(original), shifts: Vec::new() };
        }
        let mut text = String::with_capacity(original.len());
        let mut shifts = Vec::new();
        for (at, letter) in original.char_indices() {
            let before = text.len();
            text.extend(plain(letter));
            if text.len() - before != letter.len_utf8() {
                shifts.push((text.len(), at + letter.len_utf8()));
            }
        }
        Self { text: Cow::Owned(text), shifts }
    }

    /// Returns the offset in the original text.
    pub(crate) fn origin(&self, at: usize) -> usize {
        let passed = self.shifts.partition_point(|(plain, _)| *plain <= at);
        let last = passed.checked_sub(1).and_then(|last| self.shifts.get(last));
        last.map_or(at, |(plain, original)| original + (at - plain))
    }
}

/// Returns the plain form of a character; `None` for marks of the writing direction.
pub(crate) fn plain(letter: char) -> Option<char> {
    if letter.is_ascii() {
        return Some(letter);
    }
    Some(match letter {
        '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{2066}'..='\u{2069}' => return None,
        '\u{a0}' | '\u{202f}' | '\u{2004}'..='\u{200a}' | '\u{205f}' => JOIN,
        '\u{2000}'..='\u{2003}' | '\u{3000}' => ' ',
        '’' | '‘' | 'ʼ' | '´' | '′' => '\'',
        '−' | '–' | '—' | '‒' | '‐' | '‑' | '﹣' => '-',
        '٪' | '﹪' => '%',
        '￥' => '¥',
        '￦' => '₩',
        '￡' => '£',
        '\u{ff01}'..='\u{ff5e}' => ascii(letter),
        _ => digit(letter).unwrap_or(letter),
    })
}

/// Returns the character of ASCII that a full-width one stands for.
fn ascii(letter: char) -> char {
    char::from_u32(u32::from(letter) - 0xfee0).unwrap_or(letter)
}

fn digit(letter: char) -> Option<char> {
    let code = u32::from(letter);
    let after = ZEROS.partition_point(|zero| *zero <= code);
    let zero = ZEROS.get(after.checked_sub(1)?)?;
    char::from_digit(code - zero, 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_and_signs_of_all_scripts_are_plain() {
        assert_eq!(Plain::of("￥１２，４７０").text, "¥12,470");
        assert_eq!(Plain::of("\u{61c}−١٬٢٤٦٫٥٠ ر.س").text, "-1٬246٫50 ر.س");
        assert_eq!(Plain::of("1\u{202f}234 ’").text, "1\u{a0}234 '");
    }

    #[test]
    fn offsets_lead_back() {
        let original = "合計 ￥１２，４７０ (税込)";
        let plain = Plain::of(original);
        let at = plain.text.find("12,470").unwrap();
        let range = plain.origin(at)..plain.origin(at + 6);
        assert_eq!(&original[range], "１２，４７０");
        assert_eq!(plain.origin(plain.text.len()), original.len());
    }

    #[test]
    fn zeros_are_sorted() {
        assert!(ZEROS.is_sorted());
    }
}
