//! Forms of JPEG, each read right or refused.

use ext_pixels::{Picture, PixelsError};
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

use crate::read::LIMITS;

/// Width and height: no multiple of a block.
const SIZE: (u16, u16) = (100, 75);

const SAMPLINGS: [SamplingFactor; 5] = [
    SamplingFactor::R_4_4_4,
    SamplingFactor::R_4_2_2,
    SamplingFactor::R_4_4_0,
    SamplingFactor::R_4_2_0,
    SamplingFactor::R_4_1_1,
];

/// How the channels lie in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Layout {
    Interleaved,
    /// The encoder does that with Huffman tables of its own.
    Apart,
    Progressive,
}

const LAYOUTS: [Layout; 3] = [Layout::Interleaved, Layout::Apart, Layout::Progressive];

/// Colours that change slowly, so that a smaller channel loses nothing.
fn colours() -> Vec<u8> {
    let (width, height) = SIZE;
    let part = |at: u16, of: u16| u8::try_from(255 * u32::from(at) / u32::from(of)).unwrap();
    let pixel = |x, y| [part(x, width), part(y, height), 255 - part(x, width)];
    (0..height).flat_map(|y| (0..width).flat_map(move |x| pixel(x, y))).collect()
}

fn jpeg(sampling: SamplingFactor, layout: Layout) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, 95);
    encoder.set_sampling_factor(sampling);
    encoder.set_progressive(layout == Layout::Progressive);
    encoder.set_optimized_huffman_tables(layout != Layout::Interleaved);
    encoder.encode(&colours(), SIZE.0, SIZE.1, ColorType::Rgb).unwrap();
    file
}

/// Mean difference of a channel's value from what was encoded.
fn difference(picture: Picture) -> f64 {
    let got = picture.pixels.into_rgb8().into_raw();
    let wanted = colours();
    assert_eq!(got.len(), wanted.len());
    let sum: u32 = got.iter().zip(&wanted).map(|(a, b)| u32::from(a.abs_diff(*b))).sum();
    f64::from(sum) / f64::from(u32::try_from(wanted.len()).unwrap())
}

#[test]
fn every_form_is_read_right_or_refused() {
    for sampling in SAMPLINGS {
        for layout in LAYOUTS {
            let may_be_refused = layout == Layout::Apart && sampling != SamplingFactor::R_4_4_4;
            match Picture::read(&jpeg(sampling, layout), LIMITS) {
                Ok(picture) => {
                    let difference = difference(picture);
                    assert!(difference < 3.0, "{sampling:?} {layout:?}: {difference}");
                }
                Err(error) => {
                    assert_eq!(error, PixelsError::NotInterleaved);
                    assert!(may_be_refused, "{sampling:?} {layout:?}");
                }
            }
        }
    }
}

#[test]
fn forms_that_the_decoder_reads_wrong_are_refused() {
    let file = jpeg(SamplingFactor::R_4_2_0, Layout::Apart);
    assert_eq!(Picture::read(&file, LIMITS).unwrap_err(), PixelsError::NotInterleaved);
    // Bytes that fill, and segments before the frame, hide nothing.
    let comment = b"\xff\xff\xfe\x00\x05abc";
    let file = [&file[..2], comment, &file[2..]].concat();
    assert_eq!(Picture::read(&file, LIMITS).unwrap_err(), PixelsError::NotInterleaved);
}
