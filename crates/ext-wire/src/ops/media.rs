//! Operations on pictures.

use uuid::Uuid;

use super::{
    direction::{wire_input, wire_output},
    family::family,
};
use crate::Blob;

family! {
    "media", include_str!("media.md");

    /// Makes small copies of a picture, upright.
    ///
    /// A smaller picture is not enlarged. Transparent pictures are laid on white.
    ///
    /// Errors: `E_NOT_FOUND`; `E_BAD_INPUT` for an entry without content, sizes out of range or another
    /// format; `E_DOC_MALFORMED`; `E_DOC_LIMIT` over 64 MiB, too many pixels, too much time or memory;
    /// `E_NEEDS_PROVIDER` for a format that cannot be decoded; `E_BUSY`.
    LibraryQuery Thumbnail = "query:media.thumbnail.v1", ThumbnailInput => ThumbnailOutput;
    /// Reads what a picture says of itself: time, place, camera, tags.
    ///
    /// It is what the file states, whoever wrote that. What cannot be so (a place that is not on the earth,
    /// a year 9999) is left out, and `notes` says so.
    ///
    /// Errors: `E_NOT_FOUND`; `E_BAD_INPUT` for an entry without content; `E_DOC_MALFORMED`;
    /// `E_DOC_LIMIT` over 64 MiB; `E_BUSY`.
    LibraryQuery Metadata = "query:media.metadata.v1", MetadataInput => MetadataOutput;
    /// Reads the QR codes in a picture, or on pages of a PDF.
    ///
    /// The document is given by its entry or by its bytes. Codes that are too damaged are left out; a text
    /// that is not UTF-8 is read as ISO 8859-1.
    ///
    /// Errors: `E_NOT_FOUND`; `E_BAD_INPUT` for no document or two, an entry without content, or more than 10
    /// pages; `E_DOC_MALFORMED`; `E_DOC_ENCRYPTED`; `E_DOC_LIMIT` over 64 MiB, too many pixels, too much time
    /// or memory; `E_NEEDS_PROVIDER` for a format that cannot be decoded; `E_BUSY`.
    LibraryQuery Codes = "query:media.codes.v1", CodesInput => CodesOutput;
}

/// Most sizes of one [`Thumbnail`].
pub const MAX_SIZES: usize = 8;
/// Smallest and longest side of a thumbnail, in pixels.
pub const SIZES: std::ops::RangeInclusive<u32> = 16..=4096;
/// Smallest and longest side of a square of brightness values.
pub const LUMA: std::ops::RangeInclusive<u32> = 8..=128;
/// Most pages of one [`Codes`].
pub const MAX_CODE_PAGES: u32 = 10;
/// Largest file that is read, in bytes.
pub const MAX_PICTURE_BYTES: u64 = 64 << 20;

wire_input! {
    /// Input of [`Thumbnail`].
    pub struct ThumbnailInput {
        /// The picture.
        pub entry_id: Uuid,
        /// Longest sides in pixels, 16 to 4096, up to 8 of them; left out: none, only `luma`.
        #[serde(default)]
        pub sizes: Vec<u32>,
        /// Format of the copies: `jpeg` or `png`; left out: `jpeg`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub format: Option<String>,
        /// Side, 8 to 128, of a square of brightness values, which the whole picture is pressed into: for
        /// comparing pictures.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub luma: Option<u32>,
    }

    /// Input of [`Metadata`].
    pub struct MetadataInput {
        /// The picture.
        pub entry_id: Uuid,
    }
}

wire_input! {
    /// Input of [`Codes`].
    pub struct CodesInput {
        /// The entry of the picture or PDF.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub entry_id: Option<Uuid>,
        /// The picture or PDF itself.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub data: Option<Blob>,
        /// Pages of a PDF, from 1, up to 10; left out: the first 10. Those behind the last page are passed
        /// over.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub pages: Option<Vec<u32>>,
        /// Name of a setting of the calling extension that is a secret, a text or a list of texts: passwords
        /// that are tried on an encrypted PDF.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub passwords: Option<String>,
    }
}

wire_output! {
    /// Output of [`Codes`].
    pub struct CodesOutput {
        /// The codes, page by page.
        pub codes: Vec<FoundCode>,
    }

    /// One code of [`CodesOutput`].
    pub struct FoundCode {
        /// Number of the page, from 1; 1 for a picture.
        pub page: u32,
        /// Kind of the code: `qr`.
        pub format: String,
        /// Text in it.
        pub text: String,
        /// Left, top, width, height, as shares of the page or picture, upright.
        pub area: [f32; 4],
    }
}

wire_output! {
    /// Output of [`Thumbnail`].
    pub struct ThumbnailOutput {
        /// Width of the picture in pixels, upright.
        pub width: u32,
        /// Height of the picture in pixels, upright.
        pub height: u32,
        /// The copies, in the order of `sizes`.
        pub thumbnails: Vec<SmallPicture>,
        /// Brightness values from 0 to 255, row by row, where they were asked for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub luma: Option<Blob>,
    }

    /// One copy of [`ThumbnailOutput`].
    pub struct SmallPicture {
        /// The longest side that was asked for.
        pub size: u32,
        /// Width in pixels.
        pub width: u32,
        /// Height in pixels.
        pub height: u32,
        /// Media type: `image/jpeg` or `image/png`.
        pub media_type: String,
        /// The file.
        pub data: Blob,
    }

    /// Output of [`Metadata`].
    #[derive(Default)]
    pub struct MetadataOutput {
        /// Format of the file: `jpeg`, `png`, `webp`, `tiff`, `gif`, `bmp`, `heif`, `avif`, `raw`.
        pub format: String,
        /// Width in pixels, upright; 0 when the file does not say it.
        pub width: u32,
        /// Height in pixels, upright; 0 when the file does not say it.
        pub height: u32,
        /// EXIF orientation, 1 to 8: how the pixels of the file have to be turned; 1 is upright.
        pub orientation: u8,
        /// When it was taken, on the clock of the camera: `2026-05-01T10:00:00`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub taken: Option<String>,
        /// Minutes by which that clock was before UTC, where the file tells: by itself, or by the clock of
        /// the satellites.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub offset_minutes: Option<i32>,
        /// When it was taken in UTC, where the offset is known: `2026-05-01T08:00:00Z`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub taken_at: Option<String>,
        /// Maker of the camera.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub make: Option<String>,
        /// Model of the camera.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub model: Option<String>,
        /// Name of the lens.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub lens: Option<String>,
        /// Program that wrote the file.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub software: Option<String>,
        /// Exposure in seconds.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub exposure_s: Option<f64>,
        /// Aperture: 2.8 is f/2.8.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub aperture: Option<f64>,
        /// Sensitivity, ISO.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub iso: Option<u32>,
        /// Focal length in millimetres.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub focal_length_mm: Option<f64>,
        /// Latitude in degrees, north positive.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub latitude: Option<f64>,
        /// Longitude in degrees, east positive.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub longitude: Option<f64>,
        /// Height above the sea in metres.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub altitude_m: Option<f64>,
        /// Title that somebody gave it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub title: Option<String>,
        /// Description that somebody gave it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub description: Option<String>,
        /// Tags that somebody gave it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub tags: Vec<String>,
        /// Rating, 0 to 5; -1 is rejected.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub rating: Option<i8>,
        /// Id that a Live Photo shares with its video.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub live_photo_id: Option<String>,
        /// Id that the pictures of a burst share.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub burst_id: Option<String>,
        /// Values of the file that cannot be so, in words.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub notes: Vec<String>,
    }
}
