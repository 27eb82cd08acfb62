//! Zip archives.

use flate2::bufread::DeflateDecoder;
use rawzip::{CompressionMethod, ZipArchive, ZipFileHeaderRecord, ZipSliceArchive};

use crate::inflate::inflate;
use crate::text::narrow;
use crate::{Budget, Item, UnpackError};

pub(crate) const CONTAINER: &str = "zip archive";

/// Takes the files out of an archive; folders are no items. What the directory has before it is
/// damaged is taken out as well.
pub(crate) fn open(bytes: &[u8], budget: &mut Budget) -> Result<Vec<Item>, UnpackError> {
    let zip = ZipArchive::from_slice(bytes).map_err(malformed)?;
    let mut entries = zip.entries();
    let mut items = Vec::new();
    loop {
        let entry = match entries.next_entry() {
            Ok(Some(entry)) => entry,
            Ok(None) => return Ok(items),
            Err(error) => {
                items.push(Item::file(Some("the rest".to_owned()), Err(malformed(error))));
                return Ok(items);
            }
        };
        if entry.is_dir() {
            continue;
        }
        if let Err(over) = budget.take_file() {
            items.push(Item::file(Some("the rest".to_owned()), Err(over)));
            return Ok(items);
        }
        let name = narrow(entry.file_path().as_bytes());
        items.push(Item::file(Some(name), file(&zip, &entry, budget)));
    }
}

fn file(
    zip: &ZipSliceArchive<&[u8]>,
    entry: &ZipFileHeaderRecord<'_>,
    budget: &mut Budget,
) -> Result<Vec<u8>, UnpackError> {
    if entry.flags().is_encrypted() {
        return Err(UnpackError::Encrypted { container: CONTAINER });
    }
    let packed = zip.get_entry(entry.wayfinder()).map_err(malformed)?;
    let data = packed.data();
    let size = data.len() as u64;
    match entry.compression_method() {
        CompressionMethod::STORE => budget.copy(data),
        CompressionMethod::DEFLATE => {
            let reader = packed.verifying_reader(DeflateDecoder::new(data));
            inflate(reader, size, CONTAINER, budget)
        }
        method => Err(UnpackError::Unsupported {
            container: CONTAINER,
            reason: format!("it is packed by method {}", method.as_u16()),
        }),
    }
}

fn malformed(error: rawzip::Error) -> UnpackError {
    UnpackError::malformed(CONTAINER, error)
}
