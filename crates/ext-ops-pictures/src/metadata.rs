//! All that a file says of its picture.

use ext_services::documents::DocumentError;
use ext_wire::ops::media::MetadataOutput;

use crate::{engine::malformed, exif_fields, kind::Kind, preview, xmp};

/// Reads the metadata of a picture; damaged ones are left out, with a note.
///
/// # Errors
/// Not a picture.
pub(crate) fn read(file: &[u8]) -> Result<MetadataOutput, DocumentError> {
    let Some(kind) = Kind::of(file) else {
        return Err(malformed("the file is not a picture of a known format"));
    };
    let mut out = MetadataOutput { format: kind.name().to_owned(), ..empty() };
    // Raw files that are no container of their own keep it in their preview.
    let exif = exif_fields::read(file).or_else(|| exif_fields::read(preview::largest(file)?.bytes));
    if let Some(exif) = &exif {
        exif_fields::add(exif, &mut out);
    }
    xmp::add(file, &mut out);
    if let Some(exif) = &exif {
        exif_fields::add_last_change(exif, &mut out);
    }
    if kind == Kind::Jpeg && is_cut_off(file) {
        out.notes.push("picture: the file has no mark of its end, and may be cut off".to_owned());
    }
    let size = kind.is_decoded().then(|| own_size(file)).flatten();
    let size =
        size.or_else(|| exif.as_ref().and_then(exif_fields::size)).or_else(|| own_size(file));
    if let Some((width, height)) = size {
        let turned = out.orientation >= 5;
        (out.width, out.height) = if turned { (height, width) } else { (width, height) };
    }
    Ok(out)
}

/// Tells whether a JPEG has no mark of its end. Marks stand for themselves in the pixels of a JPEG, and those of
/// a picture within the metadata come before.
fn is_cut_off(file: &[u8]) -> bool {
    const END: &[u8] = b"\xff\xd9";
    let mut at = 2;
    while let Some(&[0xff, mark, high, low]) = file.get(at..at + 4) {
        // From the first scan on there are pixels.
        if mark == 0xda {
            return file.get(at..).and_then(|rest| memchr::memmem::find(rest, END)).is_none();
        }
        // Marks may be preceded by bytes that fill.
        at += if mark == 0xff { 1 } else { 2 + usize::from(u16::from_be_bytes([high, low])) };
    }
    true
}

fn empty() -> MetadataOutput {
    MetadataOutput { orientation: 1, ..MetadataOutput::default() }
}

/// Returns the size in the head of the file.
fn own_size(file: &[u8]) -> Option<(u32, u32)> {
    let size = imagesize::blob_size(file).ok()?;
    Some((u32::try_from(size.width).ok()?, u32::try_from(size.height).ok()?))
}
