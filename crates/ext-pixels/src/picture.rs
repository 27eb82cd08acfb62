//! Reading of one picture.

use std::fmt::Display;
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageReader};

use crate::jpeg;

/// Limits of one picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Most pixels, width times height.
    pub pixels: u64,
    /// Most bytes, of the pixels and of the decoder.
    pub memory: u64,
}

/// A file that gives no pixels.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PixelsError {
    /// The bytes are no picture of a known format, or a damaged one; the text is the decoder's.
    #[error("{0}")]
    Malformed(String),
    /// A JPEG of a form that the decoder reads wrong without a word.
    #[error(
        "a JPEG whose channels stand apart, some with fewer rows (baseline, not interleaved), cannot be \
         read; saved anew by another program it can"
    )]
    NotInterleaved,
    /// More pixels than are allowed.
    #[error("the picture has {pixels} pixels, the limit is {limit}")]
    TooLarge {
        /// Pixels that the file promises.
        pixels: u64,
        /// Number that is allowed.
        limit: u64,
    },
}

/// A decoded picture.
#[derive(Debug, Clone)]
pub struct Picture {
    /// Pixels as they stand in the file.
    pub pixels: DynamicImage,
    /// The turn that the file asks for.
    pub orientation: Orientation,
    /// The profile of its colours (ICC).
    pub profile: Option<Vec<u8>>,
}

impl Picture {
    /// Decodes a picture. The number of pixels is checked before anything is decoded.
    ///
    /// # Errors
    /// As [`PixelsError`]; a decoder that panics is one of a damaged file.
    pub fn read(file: &[u8], limits: Limits) -> Result<Self, PixelsError> {
        // Decoders of rare formats have been seen to panic on damaged files.
        let read = catch_unwind(AssertUnwindSafe(|| decode(file, limits)));
        read.unwrap_or_else(|_| Err(malformed("its decoder panicked")))
    }

    /// Returns the pixels, turned as the file says.
    #[must_use]
    pub fn upright(mut self) -> DynamicImage {
        self.pixels.apply_orientation(self.orientation);
        self.pixels
    }
}

fn decode(file: &[u8], limits: Limits) -> Result<Picture, PixelsError> {
    if jpeg::is_read_wrong(file) {
        return Err(PixelsError::NotInterleaved);
    }
    let mut reader =
        ImageReader::new(Cursor::new(file)).with_guessed_format().map_err(malformed)?;
    let mut allowed = image::Limits::default();
    allowed.max_alloc = Some(limits.memory);
    reader.limits(allowed);
    let mut decoder = reader.into_decoder().map_err(malformed)?;
    check(&decoder, limits)?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let profile = decoder.icc_profile().ok().flatten();
    let pixels = DynamicImage::from_decoder(decoder).map_err(malformed)?;
    Ok(Picture { pixels, orientation, profile })
}

fn check(decoder: &impl ImageDecoder, limits: Limits) -> Result<(), PixelsError> {
    let (width, height) = decoder.dimensions();
    let pixels = u64::from(width) * u64::from(height);
    if pixels > limits.pixels || decoder.total_bytes() > limits.memory {
        return Err(PixelsError::TooLarge { pixels, limit: limits.pixels });
    }
    Ok(())
}

fn malformed(reason: impl Display) -> PixelsError {
    PixelsError::Malformed(reason.to_string())
}
