//! The engine: one image from bytes to rows.

use std::sync::{Arc, Mutex, PoisonError};

use ext_models::ModelStore;
use ext_ops::services::ocr::{OcrEngine, OcrError, OcrLine, OcrPage, PixelBox};
use image::{RgbImage, imageops};

use crate::cls::Classifier;
use crate::decode::{Decoded, decode};
use crate::det::Detector;
use crate::rec::Recogniser;
use crate::rows::rows;

/// PP-OCRv6 small on rten. Models are loaded at first use and then shared by all threads.
pub struct RtenOcr {
    store: ModelStore,
    models: Mutex<Option<Arc<Models>>>,
}

impl RtenOcr {
    /// An engine that takes its models from `store`. Nothing is read yet.
    #[must_use]
    pub fn new(store: ModelStore) -> Self {
        Self { store, models: Mutex::new(None) }
    }

    /// The models. A failure is not remembered, so that a pull in between helps.
    fn models(&self) -> Result<Arc<Models>, OcrError> {
        let mut models = self.models.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(models) = models.as_ref() {
            return Ok(Arc::clone(models));
        }
        let loaded = Arc::new(Models::load(&self.store)?);
        *models = Some(Arc::clone(&loaded));
        Ok(loaded)
    }
}

impl OcrEngine for RtenOcr {
    fn name(&self) -> &str {
        "pp-ocrv6-small/rten"
    }

    fn recognize(&self, image: &[u8]) -> Result<OcrPage, OcrError> {
        let decoded = decode(image)?;
        self.models()?.read(decoded)
    }
}

/// The three networks.
struct Models {
    detector: Detector,
    classifier: Classifier,
    recogniser: Recogniser,
}

impl Models {
    fn load(store: &ModelStore) -> Result<Self, OcrError> {
        Ok(Self {
            detector: Detector::load(store)?,
            classifier: Classifier::load(store)?,
            recogniser: Recogniser::load(store)?,
        })
    }

    fn read(&self, Decoded { pixels, size }: Decoded) -> Result<OcrPage, OcrError> {
        let mut page = pixels;
        let mut boxes = self.detector.detect(&page)?;
        let rotation = self.classifier.rotation(&page, &boxes)?;
        if rotation != 0 {
            page = turn(&page, rotation);
            boxes = self.detector.detect(&page)?;
        }
        let lines = rows(self.recogniser.read(&page, &boxes)?);
        let frame = Frame {
            rotation,
            width: page.width() as f32,
            height: page.height() as f32,
            scale: size.0.max(size.1) as f32 / page.width().max(page.height()).max(1) as f32,
        };
        let (width, height) = if rotation % 180 == 0 { size } else { (size.1, size.0) };
        let lines = lines.into_iter().map(|line| frame.place(line)).collect();
        Ok(OcrPage { width, height, rotation, lines })
    }
}

fn turn(page: &RgbImage, rotation: u16) -> RgbImage {
    match rotation {
        90 => imageops::rotate90(page),
        180 => imageops::rotate180(page),
        270 => imageops::rotate270(page),
        _ => page.clone(),
    }
}

/// The page as it was read, to find places in the image as it was given.
struct Frame {
    rotation: u16,
    width: f32,
    height: f32,
    /// Pixels of the given image for one pixel of the page.
    scale: f32,
}

impl Frame {
    fn place(&self, line: OcrLine) -> OcrLine {
        let PixelBox { x, y, width, height } = line.area;
        let (right, below) = (self.width - x - width, self.height - y - height);
        let (x, y, width, height) = match self.rotation {
            90 => (y, right, height, width),
            180 => (right, below, width, height),
            270 => (below, x, height, width),
            _ => (x, y, width, height),
        };
        let [x, y, width, height] = [x, y, width, height].map(|value| value * self.scale);
        OcrLine { area: PixelBox { x, y, width, height }, ..line }
    }
}

#[cfg(test)]
mod tests {
    use image::Rgb;

    use super::*;

    #[test]
    fn engine_can_be_shared_between_threads() {
        fn shared<T: Send + Sync>() {}
        shared::<RtenOcr>();
    }

    #[test]
    fn missing_model_names_the_command() {
        let engine = RtenOcr::new(ModelStore::new("no-models-here"));
        let mut png = std::io::Cursor::new(Vec::new());
        RgbImage::new(8, 8).write_to(&mut png, image::ImageFormat::Png).unwrap();
        let error = engine.recognize(png.get_ref()).unwrap_err();
        assert!(matches!(&error, OcrError::Model(text) if text.contains("models pull")), "{error}");
    }

    /// A page with one dark pixel, turned in each way: its place in the given image is found again.
    #[test]
    fn places_refer_to_the_image_as_given() {
        let mut given = RgbImage::from_pixel(7, 5, Rgb([255; 3]));
        given.put_pixel(2, 1, Rgb([0; 3]));
        for rotation in [0, 90, 180, 270] {
            let page = turn(&given, rotation);
            let (x, y, _) = page.enumerate_pixels().find(|(_, _, p)| p.0 == [0; 3]).unwrap();
            let frame = Frame {
                rotation,
                width: page.width() as f32,
                height: page.height() as f32,
                scale: 2.0,
            };
            let area = PixelBox { x: x as f32, y: y as f32, width: 1.0, height: 1.0 };
            let line = frame.place(OcrLine { text: String::new(), confidence: 0.0, area });
            assert_eq!(
                line.area,
                PixelBox { x: 4.0, y: 2.0, width: 2.0, height: 2.0 },
                "{rotation}"
            );
        }
    }
}
