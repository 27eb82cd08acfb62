//! The engine: one image from bytes to rows.

use std::io::Cursor;
use std::sync::{Arc, OnceLock};

use ext_models::ModelStore;
use ext_services::ocr::{
    OcrEngine, OcrError, OcrLine, OcrOptions, OcrPage, OcrWord, PicturePreparer, PixelBox,
    PreparedPicture, Preprocessing,
};
use image::{ImageFormat, RgbImage, imageops};
use parking_lot::Mutex;

use crate::boxes::TextBox;
use crate::cls::Classifier;
use crate::decode::{Decoded, decode};
use crate::det::Detector;
use crate::language::Language;
use crate::rec::Recogniser;
use crate::retouch::{straighten, stretch};
use crate::rows::{rows, slope};

/// PP-OCRv6 small on rten. Models are loaded at first use and then shared by all threads.
pub struct RtenOcr {
    store: ModelStore,
    models: Mutex<Option<Arc<Models>>>,
    /// Reason why there are no models, once no file can be read any more.
    sealed: OnceLock<String>,
}

impl RtenOcr {
    /// Creates an engine that takes its models from `store`. Nothing is read yet.
    #[must_use]
    pub fn new(store: ModelStore) -> Self {
        Self { store, models: Mutex::new(None), sealed: OnceLock::new() }
    }

    /// Returns the models. A failure is not remembered, so that a pull in between helps.
    fn models(&self) -> Result<Arc<Models>, OcrError> {
        let mut models = self.models.lock();
        if let Some(models) = models.as_ref() {
            return Ok(Arc::clone(models));
        }
        if let Some(reason) = self.sealed.get() {
            return Err(OcrError::Model(reason.clone()));
        }
        let loaded = Arc::new(Models::load(&self.store)?);
        *models = Some(Arc::clone(&loaded));
        Ok(loaded)
    }
}

impl RtenOcr {
    /// Loads the models and runs them once, so that no later call reads files or starts threads:
    /// what a process does before it enters its sandbox. Without models later calls say why.
    pub fn seal(&self) {
        let pixels = RgbImage::from_pixel(64, 64, image::Rgb([255; 3]));
        let blank = Decoded { size: pixels.dimensions(), pixels };
        let tried = self.models().and_then(|models| models.read(blank, &OcrOptions::default()));
        if let Err(error) = tried {
            let _ = self.sealed.set(error.to_string());
        }
    }
}

impl OcrEngine for RtenOcr {
    fn name(&self) -> &str {
        "pp-ocrv6-small/rten"
    }

    fn recognize(&self, image: &[u8], options: &OcrOptions) -> Result<OcrPage, OcrError> {
        let language = options.language.as_deref().map(Language::parse).transpose()?;
        let decoded = decode(image)?;
        let models = self.models()?;
        if let Some(language) = language {
            language.check(models.recogniser.alphabet())?;
        }
        models.read(decoded, options)
    }
}

impl PicturePreparer for RtenOcr {
    fn prepare(&self, image: &[u8], steps: Preprocessing) -> Result<PreparedPicture, OcrError> {
        let decoded = decode(image)?;
        let given = decoded.size.0.max(decoded.size.1) as f32;
        let scale = given / decoded.pixels.width().max(decoded.pixels.height()).max(1) as f32;
        let page = if steps.orientation || steps.deskew {
            self.models()?.upright(decoded.pixels, steps)?
        } else {
            Upright { page: stretched(decoded.pixels, steps), boxes: Vec::new(), rotation: 0 }
        };
        let slope = if steps.deskew { slope(page.boxes.iter()) } else { 0.0 };
        let straight = straighten(page.page, slope);
        let mut png = Cursor::new(Vec::new());
        straight
            .write_to(&mut png, ImageFormat::Png)
            .map_err(|error| OcrError::Engine(error.to_string()))?;
        let skew = slope.atan().to_degrees();
        Ok(PreparedPicture { png: png.into_inner(), rotation: page.rotation, skew, scale })
    }
}

/// The three networks.
struct Models {
    detector: Detector,
    classifier: Classifier,
    recogniser: Recogniser,
}

/// A page as it is read, with the lines that were found on it.
struct Upright {
    page: RgbImage,
    boxes: Vec<TextBox>,
    rotation: u16,
}

impl Models {
    fn load(store: &ModelStore) -> Result<Self, OcrError> {
        Ok(Self {
            detector: Detector::load(store)?,
            classifier: Classifier::load(store)?,
            recogniser: Recogniser::load(store)?,
        })
    }

    /// Finds the lines, and turns the page when they say so.
    fn upright(&self, page: RgbImage, steps: Preprocessing) -> Result<Upright, OcrError> {
        let page = stretched(page, steps);
        let boxes = self.detector.detect(&page)?;
        if !steps.orientation {
            return Ok(Upright { page, boxes, rotation: 0 });
        }
        let rotation = self.classifier.rotation(&page, &boxes)?;
        if rotation == 0 {
            return Ok(Upright { page, boxes, rotation });
        }
        let page = turn(&page, rotation);
        Ok(Upright { boxes: self.detector.detect(&page)?, page, rotation })
    }

    fn read(
        &self,
        Decoded { pixels, size }: Decoded,
        options: &OcrOptions,
    ) -> Result<OcrPage, OcrError> {
        let steps = options.preprocessing;
        let Upright { page, mut boxes, rotation } = self.upright(pixels, steps)?;
        if !steps.deskew {
            boxes = boxes.iter().map(TextBox::levelled).collect();
        }
        let ideographs = options.language.as_deref().is_none_or(Language::writes_ideographs);
        let mask = self.recogniser.alphabet().mask(ideographs);
        let lines = rows(self.recogniser.read(&page, &boxes, &mask)?);
        let frame = Frame {
            rotation,
            width: page.width() as f32,
            height: page.height() as f32,
            scale: size.0.max(size.1) as f32 / page.width().max(page.height()).max(1) as f32,
        };
        let (width, height) = if rotation % 180 == 0 { size } else { (size.1, size.0) };
        let lines = lines.into_iter().map(|line| frame.place_line(line)).collect();
        let skew = slope(boxes.iter()).atan().to_degrees();
        Ok(OcrPage { width, height, rotation, skew, lines })
    }
}

fn stretched(page: RgbImage, steps: Preprocessing) -> RgbImage {
    if steps.contrast { stretch(page) } else { page }
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
    fn place_line(&self, line: OcrLine) -> OcrLine {
        let word = |word: OcrWord| OcrWord { area: self.place(word.area), ..word };
        let words = line.words.into_iter().map(word).collect();
        OcrLine { area: self.place(line.area), words, ..line }
    }

    fn place(&self, area: PixelBox) -> PixelBox {
        area.before_turning(self.rotation, self.width, self.height).scaled(self.scale)
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
    fn a_missing_model_is_named() {
        let engine = RtenOcr::new(ModelStore::new("no-models-here"));
        let mut png = std::io::Cursor::new(Vec::new());
        RgbImage::new(8, 8).write_to(&mut png, image::ImageFormat::Png).unwrap();
        let error = engine.recognize(png.get_ref(), &OcrOptions::default()).unwrap_err();
        assert!(matches!(&error, OcrError::Model(text) if text.contains("is missing")), "{error}");
    }

    /// Finds the place of a dark pixel in the given image again, however the page is turned.
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
            let expected = PixelBox { x: 4.0, y: 2.0, width: 2.0, height: 2.0 };
            assert_eq!(frame.place(area), expected, "{rotation}");
        }
    }
}
