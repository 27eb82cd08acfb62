//! Tar archives.

use std::io::Read;

use tar::Archive;

use crate::text::narrow;
use crate::{Budget, Item, UnpackError};

const CONTAINER: &str = "tar archive";

/// Takes the files out of an archive; folders and links are no items. What stands before a damage is
/// taken out as well.
pub(crate) fn open(bytes: &[u8], budget: &mut Budget) -> Result<Vec<Item>, UnpackError> {
    let mut archive = Archive::new(bytes);
    let mut items = Vec::new();
    for entry in archive.entries().map_err(malformed)? {
        let entry = match entry {
            Ok(entry) if !entry.header().entry_type().is_file() => continue,
            Ok(entry) => entry,
            Err(error) => {
                items.push(Item::file(Some("the rest".to_owned()), Err(malformed(error))));
                break;
            }
        };
        if let Err(over) = budget.take_file() {
            items.push(Item::file(Some("the rest".to_owned()), Err(over)));
            break;
        }
        let name = narrow(&entry.path_bytes());
        items.push(Item::file(Some(name), file(entry, budget)));
    }
    Ok(items)
}

/// Copies a file. Its stated size is never more than the archive has.
fn file(mut entry: impl Read, budget: &mut Budget) -> Result<Vec<u8>, UnpackError> {
    let mut bytes = Vec::new();
    entry.read_to_end(&mut bytes).map_err(malformed)?;
    budget.take_bytes(bytes.len())?;
    Ok(bytes)
}

fn malformed(error: std::io::Error) -> UnpackError {
    UnpackError::malformed(CONTAINER, error)
}
