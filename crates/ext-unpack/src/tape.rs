//! Tar archives.

use tar::Archive;

use crate::inflate::inflate;
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
        let packed = bytes.len() as u64;
        items.push(Item::file(Some(name), inflate(entry, packed, CONTAINER, budget)));
    }
    Ok(items)
}

fn malformed(error: std::io::Error) -> UnpackError {
    UnpackError::malformed(CONTAINER, error)
}
