//! Image files into upright pixels.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use ext_services::ocr::OcrError;
use image::imageops::{self, FilterType};
use image::{DynamicImage, ImageDecoder, ImageError, ImageReader, Limits, Rgb, RgbImage};

/// Most pixels that are decoded: a sheet of A4 at 600 dpi has 35 million.
const MAX_PIXELS: u64 = 64_000_000;
/// Most memory that a decoder may take: eight bytes for each pixel.
const MAX_ALLOC: u64 = 512 << 20;
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
    // Decoders of rare formats have been seen to panic on damaged files.
    let image = catch_unwind(AssertUnwindSafe(|| read(file)));
    let image = image.unwrap_or_else(|_| Err(malformed("the decoder panicked")))?;
    let size = (image.width(), image.height());
    Ok(Decoded { pixels: reduce(flatten(image)), size })
}

fn read(file: &[u8]) -> Result<DynamicImage, OcrError> {
    let mut reader =
        ImageReader::new(Cursor::new(file)).with_guessed_format().map_err(malformed)?;
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_ALLOC);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(image_error)?;
    let (width, height) = decoder.dimensions();
    let pixels = u64::from(width) * u64::from(height);
    if pixels > MAX_PIXELS {
        return Err(OcrError::TooLarge { pixels, limit: MAX_PIXELS });
    }
    let orientation = decoder.orientation().unwrap_or(image::metadata::Orientation::NoTransforms);
    let mut image = DynamicImage::from_decoder(decoder).map_err(image_error)?;
    image.apply_orientation(orientation);
    Ok(image)
}

fn image_error(error: ImageError) -> OcrError {
    malformed(error)
}

fn malformed(reason: impl std::fmt::Display) -> OcrError {
    OcrError::Malformed { reason: reason.to_string() }
}

/// Lays a transparent picture on white.
fn flatten(image: DynamicImage) -> RgbImage {
    if !image.color().has_alpha() {
        return image.into_rgb8();
    }
    let rgba = image.into_rgba8();
    let mut out = RgbImage::new(rgba.width(), rgba.height());
    for (from, to) in rgba.pixels().zip(out.pixels_mut()) {
        let [r, g, b, a] = from.0;
        *to = Rgb([r, g, b].map(|channel| over_white(channel, a)));
    }
    out
}

fn over_white(channel: u8, alpha: u8) -> u8 {
    let (channel, alpha) = (u16::from(channel), u16::from(alpha));
    let mixed = (channel * alpha + 255 * (255 - alpha)) / 255;
    u8::try_from(mixed).unwrap_or(u8::MAX)
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
    use image::{ImageFormat, Rgba, RgbaImage};

    use super::*;

    fn encode(image: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
        let mut file = Cursor::new(Vec::new());
        image.into().write_to(&mut file, format).unwrap();
        file.into_inner()
    }

    /// Makes a BMP header that promises `side` × `side` pixels and brings none.
    fn huge_bmp(side: u32) -> Vec<u8> {
        let mut file = encode(RgbImage::new(1, 1), ImageFormat::Bmp);
        file[18..22].copy_from_slice(&side.to_le_bytes());
        file[22..26].copy_from_slice(&side.to_le_bytes());
        file
    }

    #[test]
    fn every_format_is_decoded() {
        use ImageFormat::{Bmp, Gif, Jpeg, Png, Tiff, WebP};
        for format in [Bmp, Gif, Jpeg, Png, Tiff, WebP] {
            let decoded = decode(&encode(RgbImage::new(20, 10), format)).unwrap();
            assert_eq!(decoded.size, (20, 10), "{format:?}");
        }
    }

    #[test]
    fn transparent_is_white() {
        let image = RgbaImage::from_pixel(2, 2, Rgba([0, 0, 0, 0]));
        let decoded = decode(&encode(image, ImageFormat::Png)).unwrap();
        assert_eq!(decoded.pixels.get_pixel(0, 0), &Rgb([255, 255, 255]));
    }

    #[test]
    fn large_picture_is_reduced() {
        let decoded = decode(&encode(RgbImage::new(8000, 20), ImageFormat::Png)).unwrap();
        assert_eq!(decoded.size, (8000, 20));
        assert_eq!(decoded.pixels.dimensions(), (4000, 10));
    }

    #[test]
    fn huge_picture_is_refused_before_decoding() {
        let error = decode(&huge_bmp(20_000)).err().unwrap();
        assert!(matches!(error, OcrError::TooLarge { pixels: 400_000_000, .. }), "{error}");
    }

    #[test]
    fn damaged_file_is_malformed() {
        let mut file = encode(RgbImage::new(50, 50), ImageFormat::Png);
        file.truncate(60);
        for file in [&file, b"plain text".as_slice(), b""] {
            assert!(matches!(decode(file), Err(OcrError::Malformed { .. })));
        }
    }

    #[test]
    fn exif_orientation_is_respected() {
        let jpeg = encode(RgbImage::new(30, 10), ImageFormat::Jpeg);
        // APP1 with one entry: orientation 6, turn clockwise to see it upright.
        let tiff = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
        let length = u16::try_from(tiff.len() + 8).unwrap().to_be_bytes();
        let app1 = [b"\xff\xe1", length.as_slice(), b"Exif\0\0", tiff].concat();
        let file = [&jpeg[..2], &app1, &jpeg[2..]].concat();
        assert_eq!(decode(&file).unwrap().size, (10, 30));
    }
}
