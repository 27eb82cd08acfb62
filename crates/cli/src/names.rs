//! Libraries and entries as the user names them: by id, or by name and path.

use anyhow::bail;
use ext_wire::{
    EntryPath, ErrorBody, ErrorCode,
    ops::{NoInput, libraries, vdfs},
};
use spacedrive_core::Core;
use uuid::Uuid;

use crate::failure::Hinted;

/// Finds the library with this id or name.
pub(crate) fn library(core: &Core, text: &str) -> anyhow::Result<Uuid> {
    let all = core.call_typed::<libraries::List>(None, &NoInput {})?;
    if let Some(id) = id(text) {
        return match all.libraries.iter().any(|library| library.id == id) {
            true => Ok(id),
            false => Err(missing(text, all.unreadable.into_iter().filter(|it| it.id == id))),
        };
    }
    let named = all.libraries.iter().filter(|library| library.name == text);
    match *named.map(|library| library.id).collect::<Vec<_>>().as_slice() {
        [id] => Ok(id),
        [] => Err(missing(text, all.unreadable)),
        _ => Err(Hinted::error(
            format_args!(
                "the name `{}` is ambiguous: use the id of the library",
                text.escape_debug()
            ),
            "`spacedrive library list` shows the ids",
        )),
    }
}

/// Describes a library that was not found. One that is there and cannot be read is not missing; its
/// name is in what cannot be read, so it may be the one that is meant.
fn missing(
    text: &str,
    unreadable: impl IntoIterator<Item = libraries::UnreadableLibrary>,
) -> anyhow::Error {
    let mut unreadable = unreadable.into_iter();
    unreadable.next().map_or_else(|| no_library(text), |it| unreadable_library(&it))
}

fn unreadable_library(library: &libraries::UnreadableLibrary) -> anyhow::Error {
    let libraries::UnreadableLibrary { id, path, code, error } = library;
    let code = ErrorCode::from_name(code).unwrap_or(ErrorCode::Io);
    let message = match error.contains(path) {
        true => format!("the library {id} cannot be read: {error}"),
        false => format!("the library {id} in {path} cannot be read: {error}"),
    };
    ErrorBody::new(code, message).into()
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
    let all = core.call_typed::<libraries::List>(None, &NoInput {})?;
    match (all.libraries.as_slice(), all.unreadable.first()) {
        ([only], None) => Ok(only.id),
        ([], Some(unreadable)) => Err(unreadable_library(unreadable)),
        ([], None) => {
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
