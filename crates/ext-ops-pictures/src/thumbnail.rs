//! Small copies of a picture.

use std::io::Cursor;

use ext_services::{
    documents::DocumentError,
    pictures::{PictureFormat, Thumbnail, ThumbnailOptions, Thumbnails},
};
use image::codecs::{jpeg::JpegEncoder, png::PngEncoder};
use image::{DynamicImage, ImageEncoder, Rgb, RgbImage};

use crate::decode::Decoded;

/// Quality of JPEG, of 100.
const QUALITY: u8 = 82;

/// Makes the copies that are wanted, each of the next larger one, so that the picture is read once.
///
/// # Errors
/// An encoder that fails.
pub(crate) fn make(
    picture: Decoded,
    options: &ThumbnailOptions,
) -> Result<Thumbnails, DocumentError> {
    let Decoded { pixels, profile } = picture;
    let (width, height) = (pixels.width(), pixels.height());
    let mut order: Vec<(usize, u32)> = options.sizes.iter().copied().enumerate().collect();
    order.sort_by_key(|(_, size)| std::cmp::Reverse(*size));
    let mut small = DynamicImage::ImageRgb8(flatten(within(pixels, options.largest())));
    let mut made = Vec::new();
    for (index, size) in order {
        small = within(small, size);
        made.push((index, encode(&small, size, options.format, profile.as_deref())?));
    }
    made.sort_by_key(|(index, _)| *index);
    let luma = options.luma.map(|side| small.thumbnail_exact(side, side).into_luma8().into_raw());
    let thumbnails = made.into_iter().map(|(_, thumbnail)| thumbnail).collect();
    Ok(Thumbnails { width, height, thumbnails, luma })
}

/// Reduces a picture until no side is longer than `side`; a smaller one stays as it is.
fn within(picture: DynamicImage, side: u32) -> DynamicImage {
    if picture.width().max(picture.height()) <= side {
        return picture;
    }
    picture.thumbnail(side, side)
}

/// Lays a transparent picture on white.
fn flatten(picture: DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.into_rgb8();
    }
    let rgba = picture.into_rgba8();
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

fn encode(
    picture: &DynamicImage,
    size: u32,
    format: PictureFormat,
    profile: Option<&[u8]>,
) -> Result<Thumbnail, DocumentError> {
    let mut file = Cursor::new(Vec::new());
    match format {
        PictureFormat::Jpeg => {
            write(JpegEncoder::new_with_quality(&mut file, QUALITY), picture, profile)
        }
        PictureFormat::Png => write(PngEncoder::new(&mut file), picture, profile),
    }
    .map_err(|error| DocumentError::Engine(error.to_string()))?;
    let (width, height) = (picture.width(), picture.height());
    Ok(Thumbnail { size, width, height, bytes: file.into_inner() })
}

fn write(
    mut encoder: impl ImageEncoder,
    picture: &DynamicImage,
    profile: Option<&[u8]>,
) -> image::ImageResult<()> {
    if let Some(profile) = profile {
        // A thumbnail without its profile is paler, and still of use.
        let _ = encoder.set_icc_profile(profile.to_vec());
    }
    picture.write_with_encoder(encoder)
}
