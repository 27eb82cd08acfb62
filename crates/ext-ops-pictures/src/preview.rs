//! Pictures that stand as JPEG within a file of another format: previews of raw files.
//!
//! They are found by their first bytes: each camera has a form of its own for where they stand, and a
//! search that believes none of them cannot be led astray by one.

use std::io::Cursor;

use image::{ImageFormat, ImageReader};
use memchr::memmem;

/// Most starts of a JPEG that are looked at.
const MAX_CANDIDATES: usize = 256;
/// Smallest side of a preview that is of use.
const MIN_SIDE: u32 = 100;

/// A preview.
pub(crate) struct Preview<'a> {
    /// The file from its start on; what follows the JPEG is not looked at.
    pub(crate) bytes: &'a [u8],
    pub(crate) pixels: u64,
}

/// Finds the largest preview.
pub(crate) fn largest(file: &[u8]) -> Option<Preview<'_>> {
    let starts = memmem::find_iter(file, b"\xff\xd8\xff").filter(|start| *start > 0);
    let previews = starts.take(MAX_CANDIDATES).filter_map(|start| {
        let bytes = file.get(start..)?;
        let reader = ImageReader::with_format(Cursor::new(bytes), ImageFormat::Jpeg);
        let (width, height) = reader.into_dimensions().ok()?;
        let pixels = u64::from(width) * u64::from(height);
        (width.min(height) >= MIN_SIDE).then_some(Preview { bytes, pixels })
    });
    previews.max_by_key(|preview| preview.pixels)
}
