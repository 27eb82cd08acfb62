//! QR codes in pictures.

use ext_services::pictures::FoundCode;
use image::DynamicImage;
use rqrr::{Grid, PreparedImage};

use crate::decode::Decoded;
use crate::scale;

/// Longest side of the picture in which codes are looked for, in pixels. A code of a document has fifty
/// modules or so and is some centimetres wide, so that each of them keeps several pixels.
const MAX_SIDE: u32 = 2400;
/// Side of the smaller picture, for codes whose modules are large, blurred or torn.
const SMALL_SIDE: u32 = 1000;
/// Most codes of a picture.
const MAX_CODES: usize = 20;

/// Reads the codes in a picture.
pub(crate) fn read(picture: &Decoded) -> Vec<FoundCode> {
    let grey = DynamicImage::from(picture.pixels.to_luma8());
    let found = read_at(grey.clone(), MAX_SIDE);
    if !found.is_empty() || grey.width().max(grey.height()) <= SMALL_SIDE {
        return found;
    }
    read_at(grey, SMALL_SIDE)
}

fn read_at(grey: DynamicImage, side: u32) -> Vec<FoundCode> {
    let grey = scale::within(grey, side).into_luma8();
    let (width, height) = grey.dimensions();
    let level = |x: usize, y: usize| {
        let pixel = u32::try_from(x).ok().zip(u32::try_from(y).ok());
        pixel.and_then(|(x, y)| grey.get_pixel_checked(x, y)).map_or(u8::MAX, |pixel| pixel.0[0])
    };
    let mut prepared =
        PreparedImage::prepare_from_greyscale(width as usize, height as usize, level);
    let mut found: Vec<FoundCode> = Vec::new();
    for grid in prepared.detect_grids() {
        let mut bytes = Vec::new();
        if grid.decode_to(&mut bytes).is_err() {
            continue;
        }
        let code = FoundCode {
            page: 1,
            format: "qr".to_owned(),
            text: text(bytes),
            area: area(&grid, width, height),
        };
        if found.len() < MAX_CODES && !found.iter().any(|known| known.text == code.text) {
            found.push(code);
        }
    }
    found
}

/// Returns the text of a code: UTF-8, else ISO 8859-1, which are what encoders write.
fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes)
        .unwrap_or_else(|error| error.as_bytes().iter().copied().map(char::from).collect())
}

/// Returns left, top, width and height of a code as shares of the picture.
fn area<G>(grid: &Grid<G>, width: u32, height: u32) -> [f32; 4] {
    let share = |at: i32, side: u32| (at.max(0) as f32 / side.max(1) as f32).min(1.0);
    let xs = grid.bounds.map(|point| share(point.x, width));
    let ys = grid.bounds.map(|point| share(point.y, height));
    let least = |values: [f32; 4]| values.into_iter().fold(1.0, f32::min);
    let most = |values: [f32; 4]| values.into_iter().fold(0.0, f32::max);
    let (left, top) = (least(xs), least(ys));
    [left, top, most(xs) - left, most(ys) - top]
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use ext_services::{documents::DocumentError, pictures::PictureReader};
    use image::{GrayImage, ImageFormat, Luma, imageops};
    use proptest::prelude::*;
    use qrcode::{Color, EcLevel, QrCode};

    use crate::PictureEngine;

    /// Draws a code with `pixels` for each module, somewhere on a white page.
    fn page(data: &[u8], pixels: u32, at: (u32, u32)) -> GrayImage {
        let code = QrCode::with_error_correction_level(data, EcLevel::M).unwrap();
        let width = u32::try_from(code.width()).unwrap();
        let mut page = GrayImage::from_pixel(1240, 1754, Luma([255]));
        for (place, color) in (0..).zip(code.to_colors()) {
            let (x, y) = (place % width, place / width);
            if color == Color::Dark {
                for (dx, dy) in (0..pixels).flat_map(|dx| (0..pixels).map(move |dy| (dx, dy))) {
                    page.put_pixel(at.0 + x * pixels + dx, at.1 + y * pixels + dy, Luma([20]));
                }
            }
        }
        page
    }

    fn png(page: &GrayImage) -> Vec<u8> {
        let mut file = Cursor::new(Vec::new());
        page.write_to(&mut file, ImageFormat::Png).unwrap();
        file.into_inner()
    }

    #[test]
    fn codes_are_read_where_they_stand_and_however_the_page_is_turned() {
        let swiss = include_bytes!("../tests/data/swiss.txt");
        for (pixels, turn) in [(3, 0), (4, 1), (6, 2), (8, 3)] {
            let mut page = page(swiss, pixels, (150, 900));
            for _ in 0..turn {
                page = imageops::rotate90(&page);
            }
            let codes = PictureEngine.codes(&png(&page)).unwrap();
            assert_eq!(codes.len(), 1, "{pixels} pixels, turned {turn} times");
            assert_eq!(codes[0].text.as_bytes(), swiss);
            assert_eq!((codes[0].page, codes[0].format.as_str()), (1, "qr"));
            if turn == 0 {
                let [left, top, ..] = codes[0].area;
                assert!((left - 150.0 / 1240.0).abs() < 0.02, "{:?}", codes[0].area);
                assert!((top - 900.0 / 1754.0).abs() < 0.02, "{:?}", codes[0].area);
            }
        }
    }

    #[test]
    fn texts_that_are_not_utf_8_are_latin_1() {
        let page = page(b"Caf\xe9 M\xfcller", 5, (100, 100));
        assert_eq!(PictureEngine.codes(&png(&page)).unwrap()[0].text, "Café Müller");
    }

    #[test]
    fn a_picture_without_a_code_has_none_and_a_damaged_one_is_told() {
        let blank = GrayImage::from_pixel(300, 300, Luma([255]));
        assert_eq!(PictureEngine.codes(&png(&blank)).unwrap(), []);
        let mut damaged = page(b"a code", 6, (50, 50));
        for (x, y) in (50..200).flat_map(|x| (50..110).map(move |y| (x, y))) {
            damaged.put_pixel(x, y, Luma([255]));
        }
        assert_eq!(PictureEngine.codes(&png(&damaged)).unwrap(), []);
        let error = PictureEngine.codes(b"no picture").unwrap_err();
        assert!(matches!(error, DocumentError::Malformed { .. }), "{error}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn noise_does_no_harm(seed: Vec<u8>, width in 1..200_u32, height in 1..200_u32) {
            let level = |x: u32, y: u32| {
                let at = (x.wrapping_mul(31) ^ y.wrapping_mul(17)) as usize;
                Luma([seed.get(at % seed.len().max(1)).copied().unwrap_or_default()])
            };
            let noise = GrayImage::from_fn(width, height, level);
            let _ = PictureEngine.codes(&png(&noise));
        }
    }
}
