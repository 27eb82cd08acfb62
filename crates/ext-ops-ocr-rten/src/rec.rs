//! Reading lines: the recogniser.

use ext_models::{ModelStore, PP_OCR_V6_REC};
use ext_services::ocr::OcrError;
use image::RgbImage;
use rten::Model;
use rten_tensor::NdTensor;
use rten_tensor::prelude::*;

use crate::boxes::TextBox;
use crate::ctc::{self, Alphabet, Glyph};
use crate::model::{engine, load, run};
use crate::strip::{Strip, batch};

/// Narrowest and widest strip; wider lines are squeezed.
const MIN_WIDTH: usize = 48;
const MAX_WIDTH: usize = 3200;
/// Columns of one batch, all strips together: bounds the memory of the answer, which has a number
/// for each of 18,710 classes and every eighth column.
const BATCH_COLUMNS: usize = 4096;
/// Strips share a batch while padding adds less than this part of their width.
const MAX_PADDING: f32 = 0.15;
/// Lines that are less certain are smudges.
const MIN_CONFIDENCE: f32 = 0.5;

/// A line that was read.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Line {
    /// Box around it.
    pub(crate) area: TextBox,
    /// Its characters; never empty.
    pub(crate) text: String,
    /// Mean probability of its characters.
    pub(crate) confidence: f32,
    /// Its words, from left to right.
    pub(crate) words: Vec<Word>,
}

/// A word of a line.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Word {
    /// Box around it.
    pub(crate) area: TextBox,
    /// Its characters; never empty.
    pub(crate) text: String,
    /// Mean probability of its characters.
    pub(crate) confidence: f32,
}

/// The recogniser and its characters.
pub(crate) struct Recogniser {
    model: Model,
    alphabet: Alphabet,
}

impl Recogniser {
    pub(crate) fn load(store: &ModelStore) -> Result<Self, OcrError> {
        let model = load(store, PP_OCR_V6_REC)?;
        let characters = model.metadata().get("character");
        let characters = characters.ok_or_else(|| engine("the recogniser brings no characters"))?;
        let alphabet = Alphabet::new(characters);
        Ok(Self { model, alphabet })
    }

    /// Returns the characters that it knows.
    pub(crate) const fn alphabet(&self) -> &Alphabet {
        &self.alphabet
    }

    /// Reads the lines in `boxes` with the classes in `mask`; those without certain text are left
    /// out.
    pub(crate) fn read(
        &self,
        page: &RgbImage,
        boxes: &[TextBox],
        mask: &[bool],
    ) -> Result<Vec<Line>, OcrError> {
        let cut = |area: &TextBox| (*area, Strip::cut(page, area, MIN_WIDTH, MAX_WIDTH));
        let mut strips: Vec<(TextBox, Strip)> = boxes.iter().map(cut).collect();
        strips.sort_by_key(|(_, strip)| strip.width);
        let mut lines = Vec::new();
        for group in batches(&strips) {
            lines.extend(self.read_batch(group, mask)?);
        }
        Ok(lines)
    }

    fn read_batch(&self, group: &[(TextBox, Strip)], mask: &[bool]) -> Result<Vec<Line>, OcrError> {
        let width = group.iter().map(|(_, strip)| strip.width).max().unwrap_or(MIN_WIDTH);
        let strips: Vec<&Strip> = group.iter().map(|(_, strip)| strip).collect();
        let answer: NdTensor<f32, 3> = run(&self.model, &batch(&strips, width)?)?;
        let [_, steps, classes] = answer.shape();
        if classes != self.alphabet.len() {
            return Err(engine("the recogniser and its list of characters do not fit"));
        }
        let answer = answer.view();
        let data = answer.to_slice();
        let lines = group.iter().zip(data.chunks_exact((steps * classes).max(1)));
        let read = |((area, strip), line): (&(TextBox, Strip), &[f32])| {
            let glyphs = self.alphabet.decode(line.chunks_exact(classes), mask);
            // The strip fills the left part of the batch's columns.
            let span = steps as f32 * strip.width as f32 / width as f32;
            line_of(area, &glyphs, span)
        };
        Ok(lines.filter_map(read).collect())
    }
}

/// Makes the line of these characters, when they are certain; `span` is the number of steps that
/// the box takes.
fn line_of(area: &TextBox, glyphs: &[Glyph], span: f32) -> Option<Line> {
    let (text, confidence) = (ctc::text(glyphs), ctc::confidence(glyphs));
    let word = |glyphs: &[Glyph]| Word {
        area: word_area(area, glyphs, span),
        text: ctc::text(glyphs),
        confidence: ctc::confidence(glyphs),
    };
    let certain = confidence >= MIN_CONFIDENCE && !text.is_empty();
    certain.then(|| Line {
        area: *area,
        text,
        confidence,
        words: ctc::words(glyphs).map(word).collect(),
    })
}

/// Returns the part of the line's box in which the characters were seen. They are seen in their
/// middle, so the box reaches half a character further on both sides.
fn word_area(area: &TextBox, glyphs: &[Glyph], span: f32) -> TextBox {
    let step = |glyph: Option<&Glyph>| glyph.map_or(0.0, |glyph| glyph.step as f32 + 0.5);
    let (first, last) = (step(glyphs.first()), step(glyphs.last()));
    let half =
        if glyphs.len() > 1 { (last - first) / (glyphs.len() - 1) as f32 / 2.0 } else { 1.0 };
    let place = |step: f32| (step / span.max(1.0)).clamp(0.0, 1.0) * area.width;
    let (start, end) = (place(first - half), place(last + half));
    let (x, y) = area.at((start + end - area.width) / 2.0, 0.0);
    TextBox { x, y, width: end - start, ..*area }
}

/// Splits strips, sorted by width, into groups that waste little on padding.
fn batches(strips: &[(TextBox, Strip)]) -> Vec<&[(TextBox, Strip)]> {
    let mut batches = Vec::new();
    let mut rest = strips;
    while let Some((_, narrowest)) = rest.first() {
        let widest = narrowest.width as f32 * (1.0 + MAX_PADDING);
        let fits = |(index, strip): &(usize, &(TextBox, Strip))| {
            let width = strip.1.width;
            width as f32 <= widest && (index + 1) * width <= BATCH_COLUMNS
        };
        let count = rest.iter().enumerate().take_while(fits).count().max(1);
        let (batch, after) = rest.split_at(count);
        batches.push(batch);
        rest = after;
    }
    batches
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stand_within_their_line() {
        let area = TextBox { x: 50.0, y: 20.0, width: 100.0, height: 10.0, angle: 0.0 };
        let glyph = |text: &str, step| Glyph { text: text.to_owned(), probability: 0.9, step };
        let glyphs = [glyph("a", 1), glyph("b", 3), glyph(" ", 5), glyph("c", 8)];
        let line = line_of(&area, &glyphs, 10.0).unwrap();
        let words: Vec<(&str, f32, f32)> = line
            .words
            .iter()
            .map(|word| (word.text.as_str(), word.area.bounds()[0], word.area.bounds()[2]))
            .collect();
        assert_eq!(words, [("ab", 5.0, 45.0), ("c", 75.0, 95.0)]);
    }

    #[test]
    fn uncertain_lines_are_left_out() {
        let area = TextBox { x: 0.0, y: 0.0, width: 10.0, height: 10.0, angle: 0.0 };
        let smudge = Glyph { text: "a".into(), probability: 0.3, step: 0 };
        assert_eq!(line_of(&area, &[smudge], 2.0), None);
        assert_eq!(line_of(&area, &[], 2.0), None);
    }
}
