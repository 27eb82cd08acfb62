//! The last known name of a library, in a file beside its database: a library whose database cannot be
//! read is still called something.

use std::{io::Read, path::Path};

use ext_fs::{Dir, replace};

/// The name of the file.
const FILE: &str = "name.txt";
/// The most bytes of a name that are read.
const MAX_BYTES: u64 = 1 << 10;

/// Writes the name, if the file has another one. Without it a name is missing one day, and nothing more.
pub(super) fn keep(folder: &Path, name: &str) {
    if read(folder).as_deref() != Some(name)
        && let Err(error) = replace(&folder.join(FILE), name.as_bytes())
    {
        tracing::debug!(%error, "the name of a library is not kept");
    }
}

/// Reads the name; `None` when there is none, or it cannot be one.
pub(super) fn read(folder: &Path) -> Option<String> {
    let mut text = String::new();
    let file = Dir::open(folder).and_then(|folder| folder.file(FILE)).ok()?;
    file.take(MAX_BYTES).read_to_string(&mut text).ok()?;
    (!text.trim().is_empty()).then_some(text)
}
