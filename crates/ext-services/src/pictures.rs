//! Readers of pictures: small copies, and what cameras wrote.

pub use ext_wire::ops::media::{FoundCode, MetadataOutput as PictureMetadata};
use serde::{Deserialize, Serialize};

use crate::documents::DocumentError;

/// Formats of small copies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum PictureFormat {
    /// JPEG: small, without transparency.
    #[default]
    Jpeg,
    /// PNG: exact, and larger.
    Png,
}

/// The small copies that are wanted of a picture.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ThumbnailOptions {
    /// Longest sides, in pixels; a picture is never enlarged.
    pub sizes: Vec<u32>,
    /// Their format.
    pub format: PictureFormat,
    /// Side of a square of brightness values, which the whole picture is pressed into.
    pub luma: Option<u32>,
}

impl ThumbnailOptions {
    /// Returns the longest side of all, at least that of the brightness values.
    #[must_use]
    pub fn largest(&self) -> u32 {
        let luma = self.luma.unwrap_or(1).saturating_mul(4);
        self.sizes.iter().copied().max().unwrap_or(luma)
    }
}

/// A small copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thumbnail {
    /// The longest side that was asked for.
    pub size: u32,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// The file.
    pub bytes: Vec<u8>,
}

/// The small copies of a picture.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Thumbnails {
    /// Width of the picture, upright.
    pub width: u32,
    /// Height of the picture, upright.
    pub height: u32,
    /// The copies, in the order in which they were asked for.
    pub thumbnails: Vec<Thumbnail>,
    /// Brightness values, row by row, where they were asked for.
    pub luma: Option<Vec<u8>>,
}

/// Reader of pictures. Hostile bytes are expected: no input may panic, run for ever, or take memory that the
/// picture does not need.
pub trait PictureReader: Send + Sync {
    /// Reads what a picture says of itself.
    ///
    /// # Errors
    /// [`DocumentError`]: not a picture.
    fn metadata(&self, file: &[u8]) -> Result<PictureMetadata, DocumentError>;

    /// Makes small copies of a picture, turned as its orientation says.
    ///
    /// # Errors
    /// [`DocumentError`]: not a picture, damaged, of a format without a decoder, too many pixels.
    fn thumbnails(
        &self,
        file: &[u8],
        options: &ThumbnailOptions,
    ) -> Result<Thumbnails, DocumentError>;

    /// Reads the codes in a picture, each as of page 1; nothing by default.
    ///
    /// # Errors
    /// As [`thumbnails`](Self::thumbnails).
    fn codes(&self, _file: &[u8]) -> Result<Vec<FoundCode>, DocumentError> {
        Ok(Vec::new())
    }
}
