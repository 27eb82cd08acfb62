//! Optical character recognition.

use thiserror::Error;

/// Why an image could not be read.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum OcrError {
    /// The bytes are not an image that this engine can decode.
    #[error("the image cannot be decoded: {reason}")]
    Malformed {
        /// What the decoder said.
        reason: String,
    },
    /// The image is larger than the engine takes.
    #[error("the image has {pixels} pixels, the limit is {limit}")]
    TooLarge {
        /// Width times height.
        pixels: u64,
        /// The most this engine takes.
        limit: u64,
    },
    /// A model file is missing or damaged; the text says which command brings it.
    #[error("{0}")]
    Model(String),
    /// The engine itself failed.
    #[error("the recogniser failed: {0}")]
    Engine(String),
}

/// An axis-aligned box in pixels of the image as given, origin at the top left.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PixelBox {
    /// Left edge.
    pub x: f32,
    /// Top edge.
    pub y: f32,
    /// Width.
    pub width: f32,
    /// Height.
    pub height: f32,
}

/// One visual row of text.
#[derive(Debug, Clone, PartialEq)]
pub struct OcrLine {
    /// The characters; cells that stand clearly apart in the row are separated by two spaces.
    pub text: String,
    /// Mean confidence of the characters, 0 to 1.
    pub confidence: f32,
    /// Where the row stands.
    pub area: PixelBox,
}

/// What was read from one image, rows from top to bottom.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct OcrPage {
    /// Width of the image in pixels, after it was turned upright.
    pub width: u32,
    /// Height of the image in pixels, after it was turned upright.
    pub height: u32,
    /// How far the page was turned clockwise to read it: 0, 90, 180 or 270 degrees.
    pub rotation: u16,
    /// Rows from top to bottom.
    pub lines: Vec<OcrLine>,
}

impl OcrPage {
    /// The rows joined by line feeds.
    #[must_use]
    pub fn text(&self) -> String {
        let rows: Vec<&str> = self.lines.iter().map(|line| line.text.as_str()).collect();
        rows.join("\n")
    }

    /// Mean confidence over all rows, weighted by their length; 0 for an empty page.
    #[must_use]
    pub fn confidence(&self) -> f32 {
        let weight: usize = self.lines.iter().map(|line| line.text.len()).sum();
        if weight == 0 {
            return 0.0;
        }
        let sum: f32 = self.lines.iter().map(|line| line.confidence * line.text.len() as f32).sum();
        sum / weight as f32
    }
}

/// Reads text from pictures.
pub trait OcrEngine: Send + Sync {
    /// Name and version of engine and model, for the record: `"pp-ocrv6-small/rten"`.
    fn name(&self) -> &str;

    /// Reads one encoded image (PNG, JPEG, WebP, TIFF, BMP, GIF).
    ///
    /// # Errors
    /// [`OcrError`]; an image without text is an empty page, not an error.
    fn recognize(&self, image: &[u8]) -> Result<OcrPage, OcrError>;
}
