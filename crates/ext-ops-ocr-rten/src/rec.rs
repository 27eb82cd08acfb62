//! Reading lines: the recogniser.

use ext_models::{ModelStore, PP_OCR_V6_REC};
use ext_ops::services::ocr::OcrError;
use image::RgbImage;
use rten::Model;
use rten_tensor::NdTensor;
use rten_tensor::prelude::*;

use crate::boxes::TextBox;
use crate::ctc::{Alphabet, plain_forms};
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
    /// Where it stands.
    pub(crate) area: TextBox,
    /// What it says; never empty.
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

    /// Reads the lines in `boxes`; those without certain text are left out.
    pub(crate) fn read(&self, page: &RgbImage, boxes: &[TextBox]) -> Result<Vec<Line>, OcrError> {
        let cut = |area: &TextBox| (*area, Strip::cut(page, area, MIN_WIDTH, MAX_WIDTH));
        let mut strips: Vec<(TextBox, Strip)> = boxes.iter().map(cut).collect();
        strips.sort_by_key(|(_, strip)| strip.width);
        let mut lines = Vec::new();
        for group in batches(&strips) {
            lines.extend(self.read_batch(group)?);
        }
        Ok(lines)
    }

    fn read_batch(&self, group: &[(TextBox, Strip)]) -> Result<Vec<Line>, OcrError> {
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
        Ok(lines.filter_map(|((area, _), line)| self.line(area, line, classes)).collect())
    }

    fn line(&self, area: &TextBox, probabilities: &[f32], classes: usize) -> Option<Line> {
        let (text, confidence) = self.alphabet.decode(probabilities.chunks_exact(classes));
        let text = plain_forms(text.trim());
        let certain = confidence >= MIN_CONFIDENCE && !text.is_empty();
        certain.then_some(Line { area: *area, text, confidence })
    }
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
