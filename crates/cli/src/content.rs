//! The content of an entry, piece by piece.

use std::io::Write;

use anyhow::bail;
use ext_wire::ops::vdfs::{Entry, ReadContent, ReadContentInput};
use spacedrive_core::Core;
use uuid::Uuid;

/// The most bytes of a content that are in memory at once.
const CHUNK: u64 = 16 << 20;

/// Writes the content of an entry.
///
/// # Errors
/// The entry has none, it changes meanwhile, or it cannot be written.
pub(crate) fn copy(
    core: &Core,
    library: Uuid,
    entry: &Entry,
    to: &mut dyn Write,
) -> anyhow::Result<()> {
    let Some(size) = entry.size else { bail!("`{}` has no content", entry.path.escape_debug()) };
    let mut offset = 0;
    while offset < size {
        let length = Some(CHUNK.min(size - offset));
        let input = ReadContentInput { entry_id: entry.id, offset, length };
        let part = core.call_typed::<ReadContent>(Some(library), &input)?.data;
        if part.is_empty() {
            bail!("the content of `{}` changed while it was read", entry.path.escape_debug())
        }
        to.write_all(part.as_bytes())?;
        offset += part.len() as u64;
    }
    Ok(())
}
