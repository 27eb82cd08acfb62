//! Pictures of each format, limits, orientation, transparency.

use std::io::Cursor;

use ext_pixels::{Limits, Picture, PixelsError, on_white};
use image::{DynamicImage, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};

pub(crate) const LIMITS: Limits = Limits { pixels: 1_000_000, memory: 64 << 20 };

pub(crate) fn encode(image: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
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
        let picture = Picture::read(&encode(RgbImage::new(20, 10), format), LIMITS).unwrap();
        assert_eq!((picture.pixels.width(), picture.pixels.height()), (20, 10), "{format:?}");
    }
}

#[test]
fn transparent_is_white() {
    let image = RgbaImage::from_fn(2, 1, |x, _| Rgba([0, 0, 0, if x == 0 { 0 } else { 255 }]));
    let picture = Picture::read(&encode(image, ImageFormat::Png), LIMITS).unwrap();
    let flat = on_white(picture.upright());
    assert_eq!(flat.get_pixel(0, 0), &Rgb([255; 3]));
    assert_eq!(flat.get_pixel(1, 0), &Rgb([0; 3]));
}

#[test]
fn huge_picture_is_refused_before_decoding() {
    let error = Picture::read(&huge_bmp(20_000), LIMITS).unwrap_err();
    let expected = PixelsError::TooLarge { pixels: 400_000_000, limit: LIMITS.pixels };
    assert_eq!(error, expected);
}

#[test]
fn picture_of_too_many_bytes_is_refused() {
    let file = encode(RgbImage::new(100, 100), ImageFormat::Png);
    let error = Picture::read(&file, Limits { memory: 20_000, ..LIMITS }).unwrap_err();
    assert!(!matches!(error, PixelsError::NotInterleaved), "{error}");
    assert!(Picture::read(&file, Limits { memory: 200_000, ..LIMITS }).is_ok());
}

#[test]
fn orientation_is_read_and_applied() {
    let jpeg = encode(RgbImage::new(30, 10), ImageFormat::Jpeg);
    // APP1 with one entry: orientation 6, turn clockwise to see it upright.
    let tiff = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
    let length = u16::try_from(tiff.len() + 8).unwrap().to_be_bytes();
    let app1 = [b"\xff\xe1", length.as_slice(), b"Exif\0\0", tiff].concat();
    let file = [&jpeg[..2], &app1, &jpeg[2..]].concat();
    let picture = Picture::read(&file, LIMITS).unwrap();
    assert_eq!((picture.pixels.width(), picture.pixels.height()), (30, 10));
    let upright = picture.upright();
    assert_eq!((upright.width(), upright.height()), (10, 30));
}
