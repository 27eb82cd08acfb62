//! Files that are no pictures, or damaged ones.

use ext_pixels::{Picture, PixelsError};
use image::{ImageFormat, RgbImage};
use proptest::prelude::*;

use crate::read::{LIMITS, encode};

#[test]
fn damaged_file_is_malformed() {
    let mut file = encode(RgbImage::new(50, 50), ImageFormat::Png);
    file.truncate(60);
    for file in [&file, b"plain text".as_slice(), b"", b"\xff", b"\xff\xd8", b"\xff\xd8\xff"] {
        let error = Picture::read(file, LIMITS).unwrap_err();
        assert!(matches!(error, PixelsError::Malformed(_)), "{error}");
    }
}

proptest! {
    /// Whatever is changed in a file, it is read or refused.
    #[test]
    fn any_damage_ends(
        format in prop::sample::select(vec![
            ImageFormat::Bmp, ImageFormat::Gif, ImageFormat::Jpeg, ImageFormat::Png,
            ImageFormat::Tiff, ImageFormat::WebP,
        ]),
        patches in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..8),
        end in any::<prop::sample::Index>(),
    ) {
        let mut file = encode(RgbImage::new(16, 16), format);
        for (at, byte) in patches {
            let at = at.index(file.len());
            file[at] = byte;
        }
        let end = end.index(file.len()) + 1;
        let _ = Picture::read(&file[..end], LIMITS);
        let _ = Picture::read(&file, LIMITS);
    }
}
