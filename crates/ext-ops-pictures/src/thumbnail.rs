//! Small copies of a picture.

use std::io::Cursor;

use ext_services::{
    documents::DocumentError,
    pictures::{PictureFormat, Thumbnail, ThumbnailOptions, Thumbnails},
};
use image::codecs::png::PngEncoder;
use image::{ImageEncoder, ImageError, RgbImage};
use jpeg_encoder::{ColorType, Encoder as JpegEncoder, EncodingError};

use crate::decode::Decoded;
use crate::scale;

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
    let mut small = ext_pixels::on_white(scale::within(pixels, options.largest()));
    let mut made = Vec::new();
    for (index, size) in order {
        small = scale::within(small.into(), size).into_rgb8();
        made.push((index, encode(&small, size, options.format, profile.as_deref())?));
    }
    made.sort_by_key(|(index, _)| *index);
    let luma =
        options.luma.map(|side| scale::exact(&small.into(), side, side).into_luma8().into_raw());
    let thumbnails = made.into_iter().map(|(_, thumbnail)| thumbnail).collect();
    Ok(Thumbnails { width, height, thumbnails, luma })
}

fn encode(
    picture: &RgbImage,
    size: u32,
    format: PictureFormat,
    profile: Option<&[u8]>,
) -> Result<Thumbnail, DocumentError> {
    let bytes = match format {
        PictureFormat::Jpeg => jpeg(picture, profile).map_err(|error| error.to_string()),
        PictureFormat::Png => png(picture, profile).map_err(|error| error.to_string()),
    };
    let bytes = bytes.map_err(DocumentError::Engine)?;
    let (width, height) = picture.dimensions();
    Ok(Thumbnail { size, width, height, bytes })
}

fn jpeg(picture: &RgbImage, profile: Option<&[u8]>) -> Result<Vec<u8>, EncodingError> {
    let mut file = Vec::new();
    // With tables of its own it would not interleave the channels, which `zune-jpeg` reads wrong.
    let mut encoder = JpegEncoder::new(&mut file, QUALITY);
    if let Some(profile) = profile {
        // A thumbnail without its profile is paler, and still of use.
        let _ = encoder.add_icc_profile(profile);
    }
    // A side that is too long is refused as one of 0 is.
    let side = |length| u16::try_from(length).unwrap_or_default();
    encoder.encode(picture, side(picture.width()), side(picture.height()), ColorType::Rgb)?;
    Ok(file)
}

fn png(picture: &RgbImage, profile: Option<&[u8]>) -> Result<Vec<u8>, ImageError> {
    let mut file = Cursor::new(Vec::new());
    let mut encoder = PngEncoder::new(&mut file);
    if let Some(profile) = profile {
        // As in a JPEG.
        let _ = encoder.set_icc_profile(profile.to_vec());
    }
    picture.write_with_encoder(encoder)?;
    Ok(file.into_inner())
}
