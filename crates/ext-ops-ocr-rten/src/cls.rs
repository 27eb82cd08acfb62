//! Line classifier of PP-OCR, and the vote over the page whether it stands upside down.

use ext_models::{ModelStore, PP_OCR_CLS};
use ext_services::ocr::OcrError;
use image::RgbImage;
use rten::Model;
use rten_tensor::NdTensor;
use rten_tensor::prelude::*;

use crate::boxes::TextBox;
use crate::model::{load, run};
use crate::strip::{Strip, batch};

/// Columns of a strip for the classifier; longer lines are squeezed.
const WIDTH: usize = 192;
/// Lines that vote, the longest ones: a word of three letters tells little.
const VOTERS: usize = 16;

/// The line classifier.
pub(crate) struct Classifier {
    model: Model,
}

impl Classifier {
    pub(crate) fn load(store: &ModelStore) -> Result<Self, OcrError> {
        Ok(Self { model: load(store, PP_OCR_CLS)? })
    }

    /// Returns the angle by which `page` has to be turned clockwise to be read: 0, 90, 180 or 270
    /// degrees.
    pub(crate) fn rotation(&self, page: &RgbImage, boxes: &[TextBox]) -> Result<u16, OcrError> {
        let sideways = runs_sideways(boxes);
        let turn = |area: &TextBox| if sideways { area.turned() } else { *area };
        let mut lines: Vec<TextBox> = boxes.iter().map(turn).collect();
        lines.sort_by(|a, b| b.width.total_cmp(&a.width));
        lines.truncate(VOTERS);
        let upside_down = self.is_upside_down(page, &lines)?;
        // `turned` reads downwards, as if the page had been turned anticlockwise.
        Ok(match (sideways, upside_down) {
            (false, false) => 0,
            (false, true) => 180,
            (true, false) => 270,
            (true, true) => 90,
        })
    }

    fn is_upside_down(&self, page: &RgbImage, lines: &[TextBox]) -> Result<bool, OcrError> {
        if lines.is_empty() {
            return Ok(false);
        }
        let strips: Vec<Strip> =
            lines.iter().map(|line| Strip::cut(page, line, 8, WIDTH)).collect();
        let strips: Vec<&Strip> = strips.iter().collect();
        let votes: NdTensor<f32, 2> = run(&self.model, &batch(&strips, WIDTH)?)?;
        Ok(majority(votes.view().to_slice().as_ref()))
    }
}

/// Returns whether most of the text, by length, runs up or down the page.
fn runs_sideways(boxes: &[TextBox]) -> bool {
    let length = |sideways: bool| -> f32 {
        let chosen = boxes.iter().filter(|area| area.is_sideways() == sideways);
        chosen.map(|area| area.width.max(area.height)).sum()
    };
    length(true) > length(false)
}

/// Returns whether the votes, pairs of the probabilities for upright and upside down, are for the
/// latter.
fn majority(votes: &[f32]) -> bool {
    let doubts = votes.chunks_exact(2).map(|vote| match vote {
        [upright, upside_down] => upside_down - upright,
        _ => 0.0,
    });
    doubts.sum::<f32>() > 0.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(width: f32, height: f32) -> TextBox {
        TextBox { x: 0.0, y: 0.0, width, height, angle: 0.0 }
    }

    #[test]
    fn votes_are_weighed_by_certainty() {
        assert!(majority(&[0.05, 0.95, 0.6, 0.4]));
        assert!(!majority(&[0.05, 0.95, 0.99, 0.01, 0.6, 0.4]));
        assert!(!majority(&[]));
    }

    #[test]
    fn direction_goes_by_length_of_text() {
        let flat = line(100.0, 10.0);
        let tall = line(10.0, 60.0);
        assert!(!runs_sideways(&[flat, tall]));
        assert!(runs_sideways(&[flat, tall, tall]));
        assert!(!runs_sideways(&[]));
    }
}
