//! Opening the content of an entry in the program that the system has for it.

use std::{
    fs::{OpenOptions, Permissions},
    io::Write,
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::PathBuf,
};

use anyhow::{Context, bail};
use ext_wire::ops::vdfs::{Entry, ReadContent, ReadContentInput};
use spacedrive_core::Core;
use uuid::Uuid;

/// The most bytes of a content that are in memory at once.
const CHUNK: u64 = 16 << 20;

/// Opens a copy of the content, so that no program changes the library's own. It can only be read, and
/// not run; the folder around it is for this user alone.
pub(crate) fn open(core: &Core, library: Uuid, entry: &Entry) -> anyhow::Result<()> {
    let Some(size) = entry.size else {
        bail!("`{}` has no content that could be opened", entry.path.escape_debug())
    };
    let copy = copy(core, library, entry, size)?;
    let opened = open::that_detached(&copy);
    opened.with_context(|| format!("no program opens {}", copy.display()))
}

fn copy(core: &Core, library: Uuid, entry: &Entry, size: u64) -> anyhow::Result<PathBuf> {
    let folder = tempfile::Builder::new().prefix("spacedrive-").tempdir()?;
    // The last part of an entry's path is a legal name of a file.
    let name = entry.path.rsplit('/').next().unwrap_or_default();
    let path = folder.path().join(name);
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
    let mut offset = 0;
    while offset < size {
        let length = Some(CHUNK.min(size - offset));
        let input = ReadContentInput { entry_id: entry.id, offset, length };
        let part = core.call_typed::<ReadContent>(Some(library), &input)?.data;
        if part.is_empty() {
            bail!("the content of `{}` changed while it was read", entry.path.escape_debug())
        }
        file.write_all(part.as_bytes())?;
        offset += part.len() as u64;
    }
    file.set_permissions(Permissions::from_mode(0o400))?;
    // The program reads it at its own time, so the copy stays for the system to remove.
    drop(folder.keep());
    Ok(path)
}
