//! Opening the content of an entry in the program that the system has for it.

use std::{
    fs::{OpenOptions, Permissions},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::PathBuf,
};

use anyhow::Context;
use ext_wire::ops::vdfs::Entry;
use spacedrive_core::Core;
use uuid::Uuid;

use crate::content;

/// Opens a copy of the content, so that no program changes the library's own. It can only be read, and
/// not run; the folder around it is for this user alone.
pub(crate) fn open(core: &Core, library: Uuid, entry: &Entry) -> anyhow::Result<()> {
    let copy = copy(core, library, entry)?;
    let opened = open::that_detached(&copy);
    opened.with_context(|| format!("no program opens {}", copy.display()))
}

fn copy(core: &Core, library: Uuid, entry: &Entry) -> anyhow::Result<PathBuf> {
    let folder = tempfile::Builder::new().prefix("spacedrive-").tempdir()?;
    // The last part of an entry's path is a legal name of a file.
    let name = entry.path.rsplit('/').next().unwrap_or_default();
    let path = folder.path().join(name);
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
    content::copy(core, library, entry, &mut file)?;
    file.set_permissions(Permissions::from_mode(0o400))?;
    // The program reads it at its own time, so the copy stays for the system to remove.
    drop(folder.keep());
    Ok(path)
}
