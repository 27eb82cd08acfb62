//! Words out of glyphs: what is drawn one after the other on a baseline without a gap.

use crate::glyphs::PlacedGlyph;

/// A gap beyond this part of the font size separates words. Spaces are 0.25 em, tight ones 0.18.
pub(crate) const WORD_GAP: f64 = 0.15;
/// Most that a glyph may start back and still continue its word: kerning and accents.
const OVERLAP: f64 = 0.5;
/// Most that baselines may differ within a word: rounding, not superscripts.
const DRIFT: f64 = 0.15;
/// Glyphs nearer than this are the same one, drawn twice to look bold.
pub(crate) const DOUBLE_STRIKE: f64 = 0.1;

/// Characters without a space among them, in the frame of upright text.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Word {
    /// The characters.
    pub(crate) text: String,
    /// Left edge.
    pub(crate) start: f64,
    /// Right edge.
    pub(crate) end: f64,
    /// Baseline, growing downwards.
    pub(crate) baseline: f64,
    /// Font size.
    pub(crate) size: f64,
    /// True when a space was drawn before it, be it ever so narrow.
    pub(crate) after_space: bool,
}

/// Builder of words from glyphs in the order in which they are drawn.
#[derive(Default)]
struct WordBuilder {
    words: Vec<Word>,
    current: Option<Word>,
    /// Text and start of the glyph before.
    last: Option<(String, f64)>,
    after_space: bool,
}

/// Joins glyphs that are already in the frame of upright text to words.
pub(crate) fn words(glyphs: &[PlacedGlyph]) -> Vec<Word> {
    let mut builder = WordBuilder::default();
    for glyph in glyphs {
        builder.add(glyph);
    }
    builder.close();
    builder.words
}

impl WordBuilder {
    fn add(&mut self, glyph: &PlacedGlyph) {
        let text = printable(glyph.text.as_deref());
        if text.is_empty() {
            return;
        }
        if text.trim().is_empty() {
            self.close();
            self.after_space = true;
        } else if !self.is_double_strike(glyph, &text) {
            self.push(glyph, &text);
            self.last = Some((text, glyph.origin.x));
        }
    }

    fn push(&mut self, glyph: &PlacedGlyph, text: &str) {
        let end = glyph.origin.x + glyph.advance;
        match &mut self.current {
            Some(word) if continues(word, glyph) => {
                word.text.push_str(text);
                word.end = word.end.max(end);
            }
            _ => self.open(glyph, text, end),
        }
    }

    fn open(&mut self, glyph: &PlacedGlyph, text: &str, end: f64) {
        let after_space = self.after_space;
        self.close();
        self.current = Some(Word {
            text: text.to_owned(),
            start: glyph.origin.x,
            end,
            baseline: glyph.origin.y,
            size: glyph.size,
            after_space,
        });
    }

    fn close(&mut self) {
        self.words.extend(self.current.take());
        self.last = None;
        self.after_space = false;
    }

    fn is_double_strike(&self, glyph: &PlacedGlyph, text: &str) -> bool {
        let near = |x: &f64| (glyph.origin.x - x).abs() < DOUBLE_STRIKE * glyph.size;
        let same_line = |word: &Word| (word.baseline - glyph.origin.y).abs() < DRIFT * glyph.size;
        self.last.as_ref().is_some_and(|(last, x)| last == text && near(x))
            && self.current.as_ref().is_some_and(same_line)
    }
}

fn continues(word: &Word, glyph: &PlacedGlyph) -> bool {
    let size = word.size.max(glyph.size);
    let gap = glyph.origin.x - word.end;
    (glyph.origin.y - word.baseline).abs() <= DRIFT * size
        && gap <= WORD_GAP * size
        && gap >= -OVERLAP * size
}

/// Returns what a glyph contributes to the text: ligatures in their letters, no control characters.
fn printable(text: Option<&str>) -> String {
    let Some(text) = text else {
        return char::REPLACEMENT_CHARACTER.to_string();
    };
    text.chars().filter(|c| !c.is_control() || c.is_whitespace()).map(spell_out).collect()
}

fn spell_out(char: char) -> Spelled {
    match char {
        '\u{fb00}' => Spelled::Letters("ff"),
        '\u{fb01}' => Spelled::Letters("fi"),
        '\u{fb02}' => Spelled::Letters("fl"),
        '\u{fb03}' => Spelled::Letters("ffi"),
        '\u{fb04}' => Spelled::Letters("ffl"),
        '\u{fb05}' | '\u{fb06}' => Spelled::Letters("st"),
        // A soft hyphen that is drawn stands at the end of a line and is visible.
        '\u{ad}' => Spelled::Letters("-"),
        // Marks without a width of their own, which would only hinder a search.
        '\u{200b}'..='\u{200f}' | '\u{feff}' => Spelled::Letters(""),
        char if char.is_whitespace() => Spelled::Letters(" "),
        char => Spelled::Char(char),
    }
}

/// One character or the letters of a ligature.
enum Spelled {
    Char(char),
    Letters(&'static str),
}

impl FromIterator<Spelled> for String {
    fn from_iter<I: IntoIterator<Item = Spelled>>(parts: I) -> Self {
        let mut out = Self::new();
        for part in parts {
            match part {
                Spelled::Char(char) => out.push(char),
                Spelled::Letters(letters) => out.push_str(letters),
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use hayro::kurbo::Point;

    use super::*;

    /// Makes glyphs of 6 points width and 10 points size, the first at `x`.
    fn line(text: &str, x: f64) -> Vec<PlacedGlyph> {
        let glyph = |(index, char): (usize, char)| PlacedGlyph {
            text: Some(char.to_string()),
            origin: Point::new(x + index as f64 * 6.0, 100.0),
            angle: 0.0,
            advance: 6.0,
            size: 10.0,
        };
        text.chars().enumerate().map(glyph).collect()
    }

    fn texts(glyphs: &[PlacedGlyph]) -> Vec<String> {
        words(glyphs).into_iter().map(|word| word.text).collect()
    }

    #[test]
    fn spaces_separate_words() {
        assert_eq!(texts(&line("a bc", 0.0)), ["a", "bc"]);
    }

    #[test]
    fn gaps_separate_words_without_a_space() {
        let glyphs = [line("ab", 0.0), line("cd", 14.0), line("ef", 26.2)].concat();
        assert_eq!(texts(&glyphs), ["ab", "cdef"]);
    }

    #[test]
    fn double_strike_is_read_once() {
        let mut glyphs = line("ll", 0.0);
        let mut copy = glyphs[0].clone();
        copy.origin.x += 0.3;
        glyphs.insert(1, copy);
        assert_eq!(texts(&glyphs), ["ll"]);
    }

    #[test]
    fn ligatures_are_spelled_out() {
        assert_eq!(texts(&line("\u{fb01}x\u{ad}", 0.0)), ["fix-"]);
    }

    #[test]
    fn unknown_glyphs_are_marked() {
        let mut glyphs = line("ab", 0.0);
        glyphs[1].text = None;
        assert_eq!(texts(&glyphs), ["a\u{fffd}"]);
    }
}
