//! Libraries and entries as the user names them: by id, or by name and path.

use anyhow::bail;
use ext_wire::{
    EntryPath, names,
    ops::{NoInput, libraries, vdfs},
};
use spacedrive_core::Core;
use uuid::Uuid;

use crate::failure::Hinted;

/// Finds the library with this id or name.
pub(crate) fn library(core: &Core, text: &str) -> anyhow::Result<Uuid> {
    let all = core.call_typed::<libraries::List>(None, &NoInput {})?.libraries;
    if let Some(id) = id(text) {
        if all.iter().any(|library| library.id == id) {
            return Ok(id);
        }
        return Err(no_library(&id.to_string()));
    }
    // The name as a library has it; what is not a valid one names none.
    let name = names::library_name(text).unwrap_or_default();
    let named: Vec<Uuid> = all.iter().filter(|l| l.name == name).map(|l| l.id).collect();
    match *named.as_slice() {
        [id] => Ok(id),
        [] => Err(no_library(text)),
        _ => bail!("the name `{text}` is ambiguous: use the id of the library"),
    }
}

fn no_library(text: &str) -> anyhow::Error {
    Hinted::error(
        format_args!("there is no library `{}`", text.escape_debug()),
        "`spacedrive library list` shows those that there are",
    )
}

/// Finds the library that is named, or the only one that there is.
pub(crate) fn library_or_only(core: &Core, text: Option<&str>) -> anyhow::Result<Uuid> {
    if let Some(text) = text {
        return library(core, text);
    }
    let all = core.call_typed::<libraries::List>(None, &NoInput {})?.libraries;
    match all.as_slice() {
        [only] => Ok(only.id),
        [] => {
            Err(Hinted::error("there is no library", "`spacedrive library create NAME` makes one"))
        }
        _ => bail!("there are several libraries: choose one with --library"),
    }
}

/// Finds the entry with this id or path.
pub(crate) fn entry(core: &Core, library: Uuid, text: &str) -> anyhow::Result<Uuid> {
    if let Some(id) = id(text) {
        return Ok(id);
    }
    let (path, path_prefix) = (EntryPath::stored(text), Some(text.to_owned()));
    let mut input = vdfs::ListEntriesInput { path_prefix, ..Default::default() };
    loop {
        let page = core.call_typed::<vdfs::ListEntries>(Some(library), &input)?;
        if let Some(entry) = page.entries.iter().find(|entry| entry.path == path.as_str()) {
            return Ok(entry.id);
        }
        match page.next {
            Some(next) => input.after = Some(next),
            None => {
                return Err(Hinted::error(
                    format_args!("there is no entry `{}`", text.escape_debug()),
                    "`spacedrive entry list` shows those that there are",
                ));
            }
        }
    }
}

/// Reads an id in any usual spelling of a UUID.
fn id(text: &str) -> Option<Uuid> {
    Uuid::parse_str(text).ok()
}
