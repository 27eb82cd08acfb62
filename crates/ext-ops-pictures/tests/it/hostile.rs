//! Files that are made to do harm.

use exif::{Tag, Value};
use ext_ops_pictures::PictureEngine;
use ext_services::{
    documents::DocumentError,
    pictures::{PictureReader, ThumbnailOptions},
};
use image::ImageFormat;
use proptest::prelude::*;

use crate::common::{encode, jpeg, picture, rationals, text, with_exif};

fn options() -> ThumbnailOptions {
    ThumbnailOptions { sizes: vec![64], luma: Some(32), ..Default::default() }
}

#[test]
fn a_bomb_is_refused_before_it_is_decoded() {
    let mut bmp = encode(&picture(1, 1), ImageFormat::Bmp);
    bmp[18..22].copy_from_slice(&60_000_u32.to_le_bytes());
    bmp[22..26].copy_from_slice(&60_000_u32.to_le_bytes());
    let error = PictureEngine.thumbnails(&bmp, &options()).unwrap_err();
    assert!(matches!(error, DocumentError::TooLarge { got: 3_600_000_000, .. }), "{error}");
}

#[test]
fn what_is_not_a_picture_is_malformed() {
    let mut cut = encode(&picture(50, 50), ImageFormat::Png);
    cut.truncate(60);
    for file in [cut.as_slice(), b"plain text", b"", b"\xff\xd8\xff", b"II*\0"] {
        let error = PictureEngine.thumbnails(file, &options()).unwrap_err();
        assert!(matches!(error, DocumentError::Malformed { .. }), "{error}");
    }
    for file in [b"plain text".as_slice(), b"", b"%PDF-1.7"] {
        let error = PictureEngine.metadata(file).unwrap_err();
        assert!(matches!(error, DocumentError::Malformed { .. }), "{error}");
    }
}

#[test]
fn many_starts_of_previews_cost_little() {
    let mut file = b"FUJIFILMCCD-RAW ".to_vec();
    file.extend(b"\xff\xd8\xff\xe0\0\x04ab".repeat(100_000));
    let error = PictureEngine.thumbnails(&file, &options()).unwrap_err();
    assert!(matches!(error, DocumentError::Unsupported { .. }), "{error}");
    let _ = PictureEngine.metadata(&file);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn damage_at_any_place_ends_in_an_answer(at in 0_usize..4000, byte: u8, cut in 0_usize..4000) {
        let fields = [
            (Tag::DateTimeOriginal, text("2026:05:01 10:00:00")),
            (Tag::GPSLatitude, rationals(&[(33, 1), (51, 1), (30, 1)])),
            (Tag::GPSLongitude, rationals(&[(151, 1), (12, 1), (0, 1)])),
            (Tag::MakerNote, Value::Undefined(b"Apple iOS\0\0\x01MM\0\x01".to_vec(), 0)),
        ];
        let mut file = with_exif(&jpeg(&picture(60, 40)), &fields);
        let at = at % file.len();
        file[at] = byte;
        if cut % 3 == 0 {
            file.truncate(cut.max(3));
        }
        let _ = PictureEngine.thumbnails(&file, &options());
        if let Ok(read) = PictureEngine.metadata(&file) {
            prop_assert!(read.latitude.is_none_or(|it| it.is_finite() && it.abs() <= 90.0));
            prop_assert!(read.longitude.is_none_or(|it| it.is_finite() && it.abs() <= 180.0));
            prop_assert!((1..=8).contains(&read.orientation));
        }
    }

    #[test]
    fn any_bytes_end_in_an_answer(bytes in prop::collection::vec(any::<u8>(), 0..300), mark in 0_usize..6) {
        let marks: [&[u8]; 6] =
            [b"\xff\xd8\xff", b"II*\0", b"\0\0\0\x18ftypheic", b"RIFF\0\0\0\0WEBP", b"GIF89a", b"IIRO"];
        let file = [marks[mark], &bytes].concat();
        let _ = PictureEngine.metadata(&file);
        let _ = PictureEngine.thumbnails(&file, &options());
    }
}
