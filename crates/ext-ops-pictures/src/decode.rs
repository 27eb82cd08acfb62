//! Files into upright pixels, within limits.

use std::io::Cursor;

use ext_pixels::{Limits, Picture, PixelsError};
use ext_services::documents::DocumentError;
use image::metadata::Orientation;
use image::{DynamicImage, ImageReader};

use crate::{engine::malformed, exif_fields, kind::Kind, preview};

/// The largest cameras have 100 to 200 million pixels.
const LIMITS: Limits = Limits { pixels: 210_000_000, memory: 1 << 30 };

/// A decoded picture.
pub(crate) struct Decoded {
    /// Pixels, turned as the file says.
    pub(crate) pixels: DynamicImage,
    /// The profile of its colours, if these are red, green and blue.
    pub(crate) profile: Option<Vec<u8>>,
}

/// Decodes a picture, or the largest one within a file that has none of its own that can be decoded.
///
/// # Errors
/// Not a picture, damaged, of a format without a decoder, or too many pixels.
pub(crate) fn decode(file: &[u8]) -> Result<Decoded, DocumentError> {
    let Some(kind) = Kind::of(file) else {
        return Err(malformed("the file is not a picture of a known format"));
    };
    let preview = kind.may_hold_preview().then(|| preview::largest(file)).flatten();
    let own = || kind.is_decoded().then(|| pixels_promised(file)).flatten();
    match preview {
        Some(preview) if own().is_none_or(|own| own < preview.pixels) => {
            read(preview.bytes, exif_fields::orientation(file))
        }
        _ if kind.is_decoded() => read(file, None),
        _ => Err(DocumentError::Unsupported {
            reason: format!(
                "{} pictures cannot be decoded, and this one has no preview that is JPEG; JPEG, PNG, WebP, \
                 TIFF, GIF and BMP can",
                kind.name().to_uppercase()
            ),
        }),
    }
}

/// Returns the number of pixels that a file promises.
fn pixels_promised(file: &[u8]) -> Option<u64> {
    let reader = ImageReader::new(Cursor::new(file)).with_guessed_format().ok()?;
    let (width, height) = reader.into_dimensions().ok()?;
    Some(u64::from(width) * u64::from(height))
}

/// Decodes a file; `orientation` is that of the file around it, which holds where this one has none.
fn read(file: &[u8], orientation: Option<u8>) -> Result<Decoded, DocumentError> {
    let mut picture = Picture::read(file, LIMITS).map_err(refused)?;
    if picture.orientation == Orientation::NoTransforms
        && let Some(around) = orientation.and_then(Orientation::from_exif)
    {
        picture.orientation = around;
    }
    let profile = picture.profile.take().filter(|profile| is_rgb(profile));
    Ok(Decoded { pixels: picture.upright(), profile })
}

fn refused(error: PixelsError) -> DocumentError {
    match error {
        PixelsError::Malformed(reason) => DocumentError::Malformed { reason },
        PixelsError::TooLarge { pixels, limit } => {
            DocumentError::TooLarge { what: "pixels", got: pixels, limit }
        }
        PixelsError::NotInterleaved => DocumentError::Unsupported { reason: error.to_string() },
    }
}

/// Returns whether a profile is for red, green and blue: bytes 16 to 19 name the space.
fn is_rgb(profile: &[u8]) -> bool {
    profile.get(16..20) == Some(b"RGB ")
}
