//! Changes to a page before it is read.

use image::{Rgb, RgbImage};

use crate::strip::bilinear;

/// Share of the pixels, on both ends, whose tone may be lost.
const CLIPPED: f32 = 0.01;
/// A smaller fall, in pixels over the width of the page, is not worth the blur.
const MIN_FALL: f32 = 2.0;

/// Spreads the tones from black to white.
pub(crate) fn stretch(mut page: RgbImage) -> RgbImage {
    let (dark, bright) = tones(&page);
    let (from, range) = (f32::from(dark), f32::from(bright.saturating_sub(dark)).max(1.0));
    for value in page.iter_mut() {
        *value = ((f32::from(*value) - from) * 255.0 / range).round().clamp(0.0, 255.0) as u8;
    }
    page
}

/// Returns the tones between which nearly all pixels lie.
fn tones(page: &RgbImage) -> (u8, u8) {
    let mut counts = [0_u32; 256];
    for Rgb([red, green, blue]) in page.pixels() {
        let sum = u16::from(*red) + 2 * u16::from(*green) + u16::from(*blue);
        if let Some(count) = counts.get_mut(usize::from(sum / 4)) {
            *count += 1;
        }
    }
    let spare = (page.width() as f32 * page.height() as f32 * CLIPPED) as u32;
    let dark = passing(&counts, 0..=255, spare).unwrap_or(0);
    (dark, passing(&counts, (0..=255).rev(), spare).unwrap_or(255))
}

/// Returns the tone at which more than `spare` pixels have been seen.
fn passing(counts: &[u32; 256], mut tones: impl Iterator<Item = u8>, spare: u32) -> Option<u8> {
    let mut seen = 0;
    tones.find(|tone| {
        seen += counts.get(usize::from(*tone)).copied().unwrap_or_default();
        seen > spare
    })
}

/// Turns the page about its centre until a line that falls by `slope` is level; what comes from
/// outside repeats the border.
pub(crate) fn straighten(page: RgbImage, slope: f32) -> RgbImage {
    let (width, height) = (page.width() as f32, page.height() as f32);
    if (slope * width).abs() < MIN_FALL {
        return page;
    }
    let (sin, cos) = slope.atan().sin_cos();
    RgbImage::from_fn(page.width(), page.height(), |x, y| {
        let (u, v) = (x as f32 - width / 2.0, y as f32 - height / 2.0);
        let (x, y) = (u * cos - v * sin + width / 2.0, u * sin + v * cos + height / 2.0);
        Rgb(bilinear(&page, x, y).map(|value| value.round() as u8))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faint_tones_are_spread() {
        let page = RgbImage::from_fn(10, 10, |x, _| Rgb([if x < 5 { 100 } else { 150 }; 3]));
        let stretched = stretch(page);
        assert_eq!((stretched.get_pixel(0, 0).0, stretched.get_pixel(9, 0).0), ([0; 3], [255; 3]));
        // One tone only: nothing to spread, and no division by nothing.
        stretch(RgbImage::from_pixel(4, 4, Rgb([9; 3])));
        stretch(RgbImage::new(0, 0));
    }

    #[test]
    fn a_falling_line_becomes_level() {
        let slope = 0.1_f32;
        let page = RgbImage::from_fn(200, 100, |x, y| {
            let line = 50.0 + slope * (x as f32 - 100.0);
            Rgb([if (y as f32 - line).abs() < 3.0 { 0 } else { 255 }; 3])
        });
        let straight = straighten(page, slope);
        for x in [20, 100, 180] {
            assert!(straight.get_pixel(x, 50).0[0] < 60, "{x}");
        }
    }
}
