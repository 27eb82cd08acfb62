//! Picture files of strangers into pixels, within limits.
//!
//! ```
//! use ext_pixels::{Limits, Picture, PixelsError};
//! use image::{ImageFormat, RgbImage};
//!
//! let mut file = std::io::Cursor::new(Vec::new());
//! RgbImage::new(80, 40).write_to(&mut file, ImageFormat::Png).unwrap();
//! let limits = Limits { pixels: 10_000, memory: 1 << 20 };
//! let picture = Picture::read(file.get_ref(), limits)?;
//! assert_eq!(ext_pixels::on_white(picture.upright()).dimensions(), (80, 40));
//!
//! let few = Limits { pixels: 1000, ..limits };
//! let refused = Picture::read(file.get_ref(), few).unwrap_err();
//! assert!(matches!(refused, PixelsError::TooLarge { pixels: 3200, limit: 1000 }));
//! # Ok::<(), PixelsError>(())
//! ```
//!
//! # Not in this crate
//!
//! Metadata, previews in raw files, scaling, and encoders.
#![forbid(unsafe_code)]

mod jpeg;
mod picture;
mod white;

pub use picture::{Limits, Picture, PixelsError};
pub use white::on_white;
