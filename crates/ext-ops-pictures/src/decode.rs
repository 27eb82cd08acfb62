//! Files into upright pixels, within limits.

use std::io::Cursor;

use ext_services::documents::DocumentError;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageReader, Limits};

use crate::{engine::malformed, exif_fields, kind::Kind, preview};

/// Most pixels that are decoded: the largest cameras have 100 to 200 million.
const MAX_PIXELS: u64 = 210_000_000;
/// Most memory that a decoder may take.
const MAX_ALLOC: u64 = 1 << 30;

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
    let mut reader =
        ImageReader::new(Cursor::new(file)).with_guessed_format().map_err(malformed)?;
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_ALLOC);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(malformed)?;
    check_pixels(&decoder)?;
    let own = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let around = orientation.and_then(Orientation::from_exif);
    let turn = if own == Orientation::NoTransforms { around.unwrap_or(own) } else { own };
    let profile = decoder.icc_profile().ok().flatten().filter(|profile| is_rgb(profile));
    let mut pixels = DynamicImage::from_decoder(decoder).map_err(malformed)?;
    pixels.apply_orientation(turn);
    Ok(Decoded { pixels, profile })
}

fn check_pixels(decoder: &impl ImageDecoder) -> Result<(), DocumentError> {
    let (width, height) = decoder.dimensions();
    let got = u64::from(width) * u64::from(height);
    if got > MAX_PIXELS || decoder.total_bytes() > MAX_ALLOC {
        return Err(DocumentError::TooLarge { what: "pixels", got, limit: MAX_PIXELS });
    }
    Ok(())
}

/// Returns whether a profile is for red, green and blue: bytes 16 to 19 name the space.
fn is_rgb(profile: &[u8]) -> bool {
    profile.get(16..20) == Some(b"RGB ")
}
