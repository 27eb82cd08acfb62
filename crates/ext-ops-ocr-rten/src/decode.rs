//! Image files into upright pixels.

use ext_pixels::{Limits, Picture, PixelsError};
use ext_services::ocr::OcrError;
use image::RgbImage;
use image::imageops::{self, FilterType};

/// A sheet of A4 at 600 dpi has 35 million pixels; eight bytes for each.
const LIMITS: Limits = Limits { pixels: 64_000_000, memory: 512 << 20 };
/// Longest side that is worked on; text of a larger picture is large as well.
const MAX_SIDE: u32 = 4000;

/// A decoded picture.
pub(crate) struct Decoded {
    /// Pixels, turned as the file's EXIF orientation says, perhaps reduced.
    pub(crate) pixels: RgbImage,
    /// Width and height before the reduction.
    pub(crate) size: (u32, u32),
}

/// Decodes an image file within limits.
///
/// # Errors
/// Not an image, damaged, or too many pixels.
pub(crate) fn decode(file: &[u8]) -> Result<Decoded, OcrError> {
    let image = Picture::read(file, LIMITS).map_err(refused)?.upright();
    let size = (image.width(), image.height());
    Ok(Decoded { pixels: reduce(ext_pixels::on_white(image)), size })
}

fn refused(error: PixelsError) -> OcrError {
    match error {
        PixelsError::Malformed(reason) => OcrError::Malformed { reason },
        PixelsError::TooLarge { pixels, limit } => OcrError::TooLarge { pixels, limit },
        PixelsError::NotInterleaved => OcrError::Malformed { reason: error.to_string() },
    }
}

fn reduce(image: RgbImage) -> RgbImage {
    let (width, height) = image.dimensions();
    let longest = width.max(height);
    if longest <= MAX_SIDE {
        return image;
    }
    let side = |side: u32| {
        let reduced = u64::from(side) * u64::from(MAX_SIDE) / u64::from(longest);
        u32::try_from(reduced.max(1)).unwrap_or(MAX_SIDE)
    };
    imageops::resize(&image, side(width), side(height), FilterType::Triangle)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use image::ImageFormat;

    use super::*;

    fn encode(image: &RgbImage, format: ImageFormat) -> Vec<u8> {
        let mut file = Cursor::new(Vec::new());
        image.write_to(&mut file, format).unwrap();
        file.into_inner()
    }

    #[test]
    fn large_picture_is_reduced() {
        let decoded = decode(&encode(&RgbImage::new(8000, 20), ImageFormat::Png)).unwrap();
        assert_eq!(decoded.size, (8000, 20));
        assert_eq!(decoded.pixels.dimensions(), (4000, 10));
    }

    #[test]
    fn refusals_say_why() {
        let damaged = decode(b"plain text").err().unwrap();
        assert!(matches!(damaged, OcrError::Malformed { .. }), "{damaged}");
        let mut huge = encode(&RgbImage::new(1, 1), ImageFormat::Bmp);
        // The width and height that the header promises.
        huge[18..26].copy_from_slice(&[10_000_u32.to_le_bytes(); 2].concat());
        let huge = decode(&huge).err().unwrap();
        assert!(matches!(huge, OcrError::TooLarge { pixels: 100_000_000, .. }), "{huge}");
    }
}
