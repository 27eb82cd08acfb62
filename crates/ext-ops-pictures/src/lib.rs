//! Thumbnails and metadata of pictures.
//!
//! [`PictureEngine`] implements [`PictureReader`](ext_services::pictures::PictureReader):
//!
//! ```
//! use ext_ops_pictures::PictureEngine;
//! use ext_services::{documents::DocumentError, pictures::{PictureReader, ThumbnailOptions}};
//! use image::{ImageFormat, RgbImage};
//!
//! let mut file = std::io::Cursor::new(Vec::new());
//! RgbImage::new(800, 400).write_to(&mut file, ImageFormat::Png).unwrap();
//! let options = ThumbnailOptions { sizes: vec![200], ..Default::default() };
//! let made = PictureEngine.thumbnails(file.get_ref(), &options)?;
//! assert_eq!((made.thumbnails[0].width, made.thumbnails[0].height), (200, 100));
//!
//! let error = PictureEngine.thumbnails(b"not a picture", &options).unwrap_err();
//! assert!(matches!(error, DocumentError::Malformed { .. }));
//! # Ok::<(), DocumentError>(())
//! ```
//!
//! Pictures are turned as their orientation says. Of raw files and HEIC the largest JPEG in them is used.
//!
//! Hostile bytes are expected: the number of pixels is checked before anything is decoded, and what a
//! file says of itself is dropped where it cannot be so (a place beyond the poles, a year 9999), with a
//! word in [`notes`](ext_wire::ops::media::MetadataOutput::notes). It runs in a worker process all the same.
//!
//! # Not in this crate
//!
//! A decoder of HEIC and AVIF, the development of raw pictures, videos.
#![forbid(unsafe_code)]

mod codes;
mod decode;
mod engine;
mod exif_fields;
mod kind;
mod maker_note;
mod metadata;
mod preview;
mod scale;
mod thumbnail;
mod when;
mod xmp;

pub use engine::PictureEngine;
