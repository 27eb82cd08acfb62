//! Pictures that the tests make.

use std::io::Cursor;

use exif::{Field, In, Rational, Tag, Value, experimental::Writer};
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};

/// A picture whose left half is dark and whose upper half is red.
pub(crate) fn picture(width: u32, height: u32) -> DynamicImage {
    let pixel = |x, y| {
        let light = if x < width / 2 { 40 } else { 200 };
        Rgb([if y < height / 2 { 255 } else { light }, light, light])
    };
    RgbImage::from_fn(width, height, pixel).into()
}

/// Encodes a picture.
pub(crate) fn encode(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    picture.write_to(&mut file, format).unwrap();
    file.into_inner()
}

/// A JPEG of a picture.
pub(crate) fn jpeg(picture: &DynamicImage) -> Vec<u8> {
    encode(picture, ImageFormat::Jpeg)
}

/// Fields of EXIF as bytes.
pub(crate) fn exif(fields: &[(Tag, Value)]) -> Vec<u8> {
    let fields: Vec<Field> = fields
        .iter()
        .map(|(tag, value)| Field { tag: *tag, ifd_num: In::PRIMARY, value: value.clone() })
        .collect();
    let mut writer = Writer::new();
    fields.iter().for_each(|field| writer.push_field(field));
    let mut out = Cursor::new(Vec::new());
    writer.write(&mut out, false).unwrap();
    out.into_inner()
}

/// Puts a segment into a JPEG, behind its first mark.
pub(crate) fn with_segment(jpeg: &[u8], start: &[u8], body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(start.len() + body.len() + 2).unwrap().to_be_bytes();
    [&jpeg[..2], b"\xff\xe1", &length, start, body, &jpeg[2..]].concat()
}

/// Puts EXIF into a JPEG.
pub(crate) fn with_exif(jpeg: &[u8], fields: &[(Tag, Value)]) -> Vec<u8> {
    with_segment(jpeg, b"Exif\0\0", &exif(fields))
}

/// A text of EXIF.
pub(crate) fn text(text: &str) -> Value {
    Value::Ascii(vec![text.as_bytes().to_vec()])
}

/// Numbers of EXIF, each a fraction.
pub(crate) fn rationals(parts: &[(u32, u32)]) -> Value {
    Value::Rational(
        parts.iter().map(|(num, denom)| Rational { num: *num, denom: *denom }).collect(),
    )
}
