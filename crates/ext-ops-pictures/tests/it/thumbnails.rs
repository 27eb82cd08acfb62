//! Small copies.

use exif::{Tag, Value};
use ext_ops_pictures::PictureEngine;
use ext_services::{
    documents::DocumentError,
    pictures::{PictureFormat, PictureReader, ThumbnailOptions, Thumbnails},
};
use image::{DynamicImage, ImageFormat, Rgba, RgbaImage};

use crate::common::{encode, exif, jpeg, picture, with_exif};

fn make(file: &[u8], sizes: &[u32]) -> Thumbnails {
    let options = ThumbnailOptions { sizes: sizes.to_vec(), luma: Some(8), ..Default::default() };
    PictureEngine.thumbnails(file, &options).unwrap()
}

/// Mean difference of the channels of a copy and its picture, of 255.
fn difference(copy: &DynamicImage, picture: &DynamicImage) -> f64 {
    let (copy, width, height) = (copy.to_rgb8(), copy.width(), copy.height());
    let wanted = picture.thumbnail_exact(width, height).to_rgb8();
    let off = copy.iter().zip(wanted.iter()).map(|(one, two)| f64::from(one.abs_diff(*two)));
    off.sum::<f64>() / f64::from(width * height * 3)
}

#[test]
fn several_sizes_are_made_of_each_format_and_none_is_enlarged() {
    use ImageFormat::{Bmp, Gif, Jpeg, Png, Tiff, WebP};
    for format in [Bmp, Gif, Jpeg, Png, Tiff, WebP] {
        let made = make(&encode(&picture(600, 300), format), &[64, 1024, 200]);
        let sizes: Vec<_> =
            made.thumbnails.iter().map(|one| (one.size, one.width, one.height)).collect();
        assert_eq!(sizes, [(64, 64, 32), (1024, 600, 300), (200, 200, 100)], "{format:?}");
        for one in &made.thumbnails {
            let read = image::load_from_memory(&one.bytes).unwrap();
            assert_eq!((read.width(), read.height()), (one.width, one.height));
            let off = difference(&read, &picture(600, 300));
            assert!(off < 4.0, "{format:?} {}: {off}", one.size);
        }
    }
}

#[test]
fn each_orientation_is_turned_upright() {
    // The light of the four corners of an upright picture, however its pixels stand in the file.
    let upright = picture(80, 40);
    let stored = |orientation: u16| match orientation {
        2 => upright.fliph(),
        3 => upright.rotate180(),
        4 => upright.flipv(),
        5 => upright.rotate90().fliph(),
        6 => upright.rotate270(),
        7 => upright.rotate270().fliph(),
        8 => upright.rotate90(),
        _ => upright.clone(),
    };
    let expected = make(&jpeg(&upright), &[]).luma.unwrap();
    for orientation in 1..=8 {
        let fields = [(Tag::Orientation, Value::Short(vec![orientation]))];
        let made = make(&with_exif(&jpeg(&stored(orientation)), &fields), &[64]);
        assert_eq!(
            (made.thumbnails[0].width, made.thumbnails[0].height),
            (64, 32),
            "{orientation}"
        );
        let luma = made.luma.unwrap();
        let off = luma.iter().zip(&expected).map(|(a, b)| a.abs_diff(*b)).max().unwrap();
        assert!(off < 40, "{orientation}: {off}");
    }
}

#[test]
fn transparent_is_white_and_png_is_kept() {
    let clear = RgbaImage::from_pixel(40, 40, Rgba([0, 0, 0, 0])).into();
    let options = ThumbnailOptions { sizes: vec![16], format: PictureFormat::Png, luma: None };
    let made = PictureEngine.thumbnails(&encode(&clear, ImageFormat::Png), &options).unwrap();
    let read = image::load_from_memory(&made.thumbnails[0].bytes).unwrap().into_rgb8();
    assert_eq!(read.get_pixel(3, 3).0, [255; 3]);
    assert_eq!(made.luma, None);
}

#[test]
fn raw_files_have_the_largest_jpeg_within_turned_as_they_say() {
    let head = exif(&[(Tag::Orientation, Value::Short(vec![6]))]);
    let (small, large) = (jpeg(&picture(160, 120)), jpeg(&picture(640, 480)));
    let raw = [head.as_slice(), &small, &[0; 999], &large, &[0; 99]].concat();
    let made = make(&raw, &[64]);
    assert_eq!((made.width, made.height), (480, 640));
}

#[test]
fn a_format_without_a_decoder_is_named() {
    let heic = [b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".as_slice(), &[0; 200]].concat();
    let options = ThumbnailOptions { sizes: vec![64], ..Default::default() };
    let error = PictureEngine.thumbnails(&heic, &options).unwrap_err();
    assert!(matches!(error, DocumentError::Unsupported { .. }));
    assert!(error.to_string().starts_with("HEIF pictures cannot be decoded"), "{error}");
    let with_preview = [heic, jpeg(&picture(320, 240))].concat();
    assert_eq!(make(&with_preview, &[64]).width, 320);
}
