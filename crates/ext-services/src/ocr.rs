//! Optical character recognition.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Failure to read an image.
#[derive(Debug, Error)]
pub enum OcrError {
    /// The bytes are not an image that this engine can decode.
    #[error("the image cannot be decoded: {reason}")]
    Malformed {
        /// Reason that the decoder gave.
        reason: String,
    },
    /// The image is larger than the engine takes.
    #[error("the image has {pixels} pixels, the limit is {limit}")]
    TooLarge {
        /// Pixels of the image, width times height.
        pixels: u64,
        /// Most pixels that this engine takes.
        limit: u64,
    },
    /// A model file is missing or damaged.
    #[error("{0}")]
    Model(String),
    /// The engine cannot do what the options ask for; the text says what it can.
    #[error("{0}")]
    Option(String),
    /// The program behind the engine is not installed; the text says how to install it.
    #[error("{0}")]
    NotInstalled(String),
    /// Reading took more time or memory than one picture may.
    #[error("reading the picture took too much {what}")]
    Exhausted {
        /// Resource that was used up: `"time"`, `"memory or stack"`.
        what: String,
    },
    /// All workers are taken and the queue is full.
    #[error("all readers of pictures are busy")]
    Busy,
    /// The engine itself failed.
    #[error("the recogniser failed: {0}")]
    Engine(String),
}

/// Options for reading a picture.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct OcrOptions {
    /// Language of the text, ISO 639 (`"de"`, `"deu"`); `None`: whatever the engine reads.
    pub language: Option<String>,
    /// Steps that prepare the picture.
    pub preprocessing: Preprocessing,
}

impl Default for OcrOptions {
    /// Takes any language, and all preprocessing that does no harm to a good picture.
    fn default() -> Self {
        Self { language: None, preprocessing: Preprocessing::default() }
    }
}

/// Steps that prepare a picture before it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Preprocessing {
    /// Turning of a page that lies on its side or stands on its head.
    pub orientation: bool,
    /// Straightening of a page that lies askew by a few degrees.
    pub deskew: bool,
    /// Spreading of the tones of a faint picture from black to white.
    pub contrast: bool,
}

impl Preprocessing {
    /// No steps: the pixels as they are.
    pub const NONE: Self = Self { orientation: false, deskew: false, contrast: false };
}

impl Default for Preprocessing {
    fn default() -> Self {
        Self { orientation: true, deskew: true, contrast: false }
    }
}

/// An axis-aligned box in pixels of the image as given, origin at the top left.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PixelBox {
    /// Left edge.
    pub x: f32,
    /// Top edge.
    pub y: f32,
    /// Width of the box.
    pub width: f32,
    /// Height of the box.
    pub height: f32,
}

impl PixelBox {
    /// Returns the box on the page before it was turned clockwise by `rotation` (90, 180 or 270
    /// degrees) into one of `width` × `height` pixels, on which this box stands.
    #[must_use]
    pub fn before_turning(self, rotation: u16, width: f32, height: f32) -> Self {
        let (right, below) = (width - self.x - self.width, height - self.y - self.height);
        match rotation {
            90 => Self { x: self.y, y: right, width: self.height, height: self.width },
            180 => Self { x: right, y: below, ..self },
            270 => Self { x: below, y: self.x, width: self.height, height: self.width },
            _ => self,
        }
    }

    /// Returns the box on a picture that is `factor` times as large.
    #[must_use]
    pub fn scaled(self, factor: f32) -> Self {
        let [x, y, width, height] =
            [self.x, self.y, self.width, self.height].map(|value| value * factor);
        Self { x, y, width, height }
    }
}

/// One word.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OcrWord {
    /// Its characters, without white space.
    pub text: String,
    /// Mean confidence of the characters, 0 to 1.
    pub confidence: f32,
    /// Its place, exact to about a character's width.
    pub area: PixelBox,
}

/// One visual row of text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OcrLine {
    /// The characters; cells that stand clearly apart in the row are separated by two spaces.
    pub text: String,
    /// Mean confidence of the characters, 0 to 1.
    pub confidence: f32,
    /// Place of the row.
    pub area: PixelBox,
    /// Its words, from left to right.
    pub words: Vec<OcrWord>,
}

/// Text of one image, rows from top to bottom.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct OcrPage {
    /// Width of the image in pixels, after it was turned upright.
    pub width: u32,
    /// Height of the image in pixels, after it was turned upright.
    pub height: u32,
    /// Degrees by which the page was turned clockwise to read it: 0, 90, 180 or 270.
    pub rotation: u16,
    /// Degrees by which its rows fall to the right, after it was turned.
    pub skew: f32,
    /// Rows from top to bottom.
    pub lines: Vec<OcrLine>,
}

impl OcrPage {
    /// Returns the rows joined by line feeds.
    #[must_use]
    pub fn text(&self) -> String {
        let rows: Vec<&str> = self.lines.iter().map(|line| line.text.as_str()).collect();
        rows.join("\n")
    }

    /// Returns the mean confidence over all rows, weighted by their length; 0 for an empty page.
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

/// Engine that reads text from pictures.
pub trait OcrEngine: Send + Sync {
    /// Returns name and version of engine and model, for the record: `"pp-ocrv6-small/rten"`.
    fn name(&self) -> &str;

    /// Reads one encoded image (PNG, JPEG, WebP, TIFF, BMP, GIF).
    ///
    /// # Errors
    /// [`OcrError`]; an image without text is an empty page, not an error.
    fn recognize(&self, image: &[u8], options: &OcrOptions) -> Result<OcrPage, OcrError>;
}

impl<T: OcrEngine + ?Sized> OcrEngine for Arc<T> {
    fn name(&self) -> &str {
        (**self).name()
    }

    fn recognize(&self, image: &[u8], options: &OcrOptions) -> Result<OcrPage, OcrError> {
        (**self).recognize(image, options)
    }
}

/// A picture made ready for another engine.
#[derive(Debug, Clone, PartialEq)]
pub struct PreparedPicture {
    /// PNG of the upright, straightened page.
    pub png: Vec<u8>,
    /// Degrees by which it was turned clockwise: 0, 90, 180 or 270.
    pub rotation: u16,
    /// Degrees by which it was straightened after that.
    pub skew: f32,
    /// Pixels of the picture as given for one pixel of this one: more than 1 for a large picture.
    pub scale: f32,
}

/// Decoder of hostile picture files into harmless ones, for engines that cannot be trusted with
/// them.
pub trait PicturePreparer: Send + Sync {
    /// Decodes, turns and straightens one picture.
    ///
    /// # Errors
    /// [`OcrError`].
    fn prepare(&self, image: &[u8], steps: Preprocessing) -> Result<PreparedPicture, OcrError>;
}

impl<T: PicturePreparer + ?Sized> PicturePreparer for Arc<T> {
    fn prepare(&self, image: &[u8], steps: Preprocessing) -> Result<PreparedPicture, OcrError> {
        (**self).prepare(image, steps)
    }
}

/// The engines of this host; the first one is the default.
#[derive(Clone)]
pub struct OcrEngines {
    engines: Vec<(&'static str, Arc<dyn OcrEngine>)>,
}

impl OcrEngines {
    /// Takes one engine under the name by which callers choose it.
    #[must_use]
    pub fn new(id: &'static str, engine: Arc<dyn OcrEngine>) -> Self {
        Self { engines: vec![(id, engine)] }
    }

    /// Adds another engine.
    #[must_use]
    pub fn with(mut self, id: &'static str, engine: Arc<dyn OcrEngine>) -> Self {
        self.engines.push((id, engine));
        self
    }

    /// Returns the engine with this name, or the default one.
    #[must_use]
    pub fn get(&self, id: Option<&str>) -> Option<&Arc<dyn OcrEngine>> {
        let is_chosen = |(name, _): &&(&'static str, _)| id.is_none_or(|id| id == *name);
        self.engines.iter().find(is_chosen).map(|(_, engine)| engine)
    }

    /// Returns the names, the default first.
    pub fn ids(&self) -> impl Iterator<Item = &'static str> {
        self.engines.iter().map(|(id, _)| *id)
    }
}
