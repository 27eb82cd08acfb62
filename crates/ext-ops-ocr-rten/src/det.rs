//! Finding text: the detector and the way from its map to boxes (DB, differentiable binarisation).

use ext_models::{ModelStore, PP_OCR_V6_DET};
use ext_services::ocr::OcrError;
use image::RgbImage;
use image::imageops::{self, FilterType};
use rten::Model;
use rten_imageproc::{Point, Polygon, RetrievalMode, find_contours};
use rten_tensor::prelude::*;
use rten_tensor::{NdTensor, NdTensorView};

use crate::boxes::TextBox;
use crate::min_rect::min_area_rect;
use crate::model::{engine, load, run};
use crate::strip::to_tensor;

/// Pixels given to the detector, about. Smaller pictures stay as they are: enlarged, whole lines of
/// them are missed.
const TARGET_PIXELS: f32 = 600_000.0;
/// The network halves its input five times.
const STEP: u32 = 32;
/// Probability from which a pixel counts as text.
const PIXEL_THRESHOLD: f32 = 0.3;
/// Mean probability from which a box counts as text.
const BOX_THRESHOLD: f32 = 0.5;
/// Growth of boxes, see [`TextBox::unclip_distance`].
const UNCLIP_RATIO: f32 = 1.6;
/// Shorter sides, in pixels of the map, are noise.
const MIN_SIDE: f32 = 3.0;
/// A page with more lines than this is a texture.
const MAX_BOXES: usize = 1000;

/// The text detector.
pub(crate) struct Detector {
    model: Model,
}

impl Detector {
    pub(crate) fn load(store: &ModelStore) -> Result<Self, OcrError> {
        Ok(Self { model: load(store, PP_OCR_V6_DET)? })
    }

    /// Finds boxes around the lines of `page`, in its pixels.
    pub(crate) fn detect(&self, page: &RgbImage) -> Result<Vec<TextBox>, OcrError> {
        let (width, height) = input_size(page.width(), page.height());
        let resized = imageops::resize(page, width, height, FilterType::Triangle);
        let map: NdTensor<f32, 4> = run(&self.model, &to_tensor(&resized)?)?;
        if map.shape()[..2] != [1, 1] {
            return Err(engine("the detector answered with an unknown shape"));
        }
        let (x, y) = (page.width() as f32 / width as f32, page.height() as f32 / height as f32);
        let boxes = boxes(map.slice((0, 0)));
        Ok(boxes.into_iter().map(|found| found.scaled(x, y)).collect())
    }
}

/// Returns width and height for the network: multiples of [`STEP`].
fn input_size(width: u32, height: u32) -> (u32, u32) {
    let (width, height) = (width.max(1) as f32, height.max(1) as f32);
    let scale = (TARGET_PIXELS / (width * height)).sqrt().min(1.0);
    let side = |side: f32| ((side * scale / STEP as f32).round() as u32).max(1) * STEP;
    (side(width), side(height))
}

/// Finds boxes in pixels of the map.
fn boxes(map: NdTensorView<f32, 2>) -> Vec<TextBox> {
    let contours = find_contours(text_mask(&map).view(), RetrievalMode::List);
    let boxes = contours.iter().take(MAX_BOXES).filter_map(|contour| text_box(&map, contour));
    boxes.collect()
}

/// Marks pixels that are text, or lie right of or below such a pixel: closes gaps of a pixel.
fn text_mask(map: &NdTensorView<f32, 2>) -> NdTensor<bool, 2> {
    let is_text = |y: usize, x: usize| map.get([y, x]).is_some_and(|p| *p > PIXEL_THRESHOLD);
    NdTensor::from_fn(map.shape(), |[y, x]| {
        let (above, left) = (y.saturating_sub(1), x.saturating_sub(1));
        is_text(y, x) || is_text(above, x) || is_text(y, left) || is_text(above, left)
    })
}

fn text_box(map: &NdTensorView<f32, 2>, contour: &[Point]) -> Option<TextBox> {
    let rect = min_area_rect(contour)?;
    if rect.width().min(rect.height()) < MIN_SIDE {
        return None;
    }
    let corners = rect.corners().map(|p| Point::from_yx(p.y.round() as i32, p.x.round() as i32));
    if mean_inside(map, corners) < BOX_THRESHOLD {
        return None;
    }
    let found = TextBox::from_rect(&rect);
    Some(found.grown(found.unclip_distance(UNCLIP_RATIO)))
}

/// Returns the mean of the map inside a polygon.
fn mean_inside(map: &NdTensorView<f32, 2>, corners: [Point; 4]) -> f32 {
    let pixels = Polygon::new(corners).fill_iter().filter_map(|point| {
        let (y, x) = (usize::try_from(point.y).ok()?, usize::try_from(point.x).ok()?);
        map.get([y, x]).copied()
    });
    let (sum, count) = pixels.fold((0.0, 0.0_f32), |(sum, count), p| (sum + p, count + 1.0));
    sum / count.max(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Makes a map with probability `p` in the rectangle of these rows and columns.
    fn map(
        rows: std::ops::Range<usize>,
        columns: std::ops::Range<usize>,
        p: f32,
    ) -> NdTensor<f32, 2> {
        NdTensor::from_fn([64, 128], |[y, x]| {
            if rows.contains(&y) && columns.contains(&x) { p } else { 0.0 }
        })
    }

    #[test]
    fn one_blob_gives_one_grown_box() {
        let found = boxes(map(20..30, 20..100, 0.9).view());
        let [found] = found[..] else { panic!("{found:?}") };
        assert!((found.x - 60.0).abs() < 1.5 && (found.y - 25.0).abs() < 1.5, "{found:?}");
        assert!(found.width > 90.0 && found.width < 105.0, "{found:?}");
        assert!(found.height > 20.0 && found.height < 30.0, "{found:?}");
    }

    #[test]
    fn faint_or_tiny_blobs_are_noise() {
        assert!(boxes(map(20..30, 20..100, 0.35).view()).is_empty());
        assert!(boxes(map(20..22, 20..22, 0.9).view()).is_empty());
        assert!(boxes(map(0..0, 0..0, 0.0).view()).is_empty());
    }

    #[test]
    fn input_sizes_suit_the_network() {
        for (width, height) in [(932, 1987), (1, 1), (4000, 3), (3, 4000), (2480, 3508)] {
            let (w, h) = input_size(width, height);
            assert!(w >= STEP && h >= STEP && w % STEP == 0 && h % STEP == 0);
        }
    }
}
