//! `spacedrive library delete`, `bin` and `restore`.

use std::path::Path;

use ext_wire::ErrorCode;
use ext_wire::ops::{
    NoInput,
    libraries::{
        Delete, LibraryRef, ListDeleted, ListLibrariesOutput, Purge, Restore, RestoreLibraryInput,
    },
};
use ext_wire::text::counted;
use serde_json::json;
use spacedrive_core::Core;
use uuid::Uuid;

use super::library;
use crate::{args::Output, failure::Hinted, names, output, question};

pub(super) fn delete(core: &Core, name: &str, yes: bool, output: Output) -> anyhow::Result<()> {
    let library_id = names::library_in_any_state(core, name)?;
    let what = format!("the library `{}` would be deleted", name.escape_debug());
    question::ensure_meant(yes, &what, "Delete it with all that is in it?")?;
    let deleted = core.call_typed::<Delete>(None, &LibraryRef { library_id })?;
    output::print(output, &deleted, |it| {
        format!("deleted: `spacedrive library restore {}` brings it back", it.library_id)
    })
}

pub(super) fn list(core: &Core, output: Output) -> anyhow::Result<()> {
    let all = core.call_typed::<ListDeleted>(None, &NoInput {})?;
    output::print(output, &library::listed(&all, None), |_| {
        library::table(&all, None, "no deleted library")
    })
}

pub(super) fn empty(core: &Core, yes: bool, output: Output) -> anyhow::Result<()> {
    let all = ids(&core.call_typed::<ListDeleted>(None, &NoInput {})?);
    if !all.is_empty() {
        let what = format!("{} would be gone for good", counted(all.len(), "library", "libraries"));
        question::ensure_meant(yes, &what, "Remove all deleted libraries for good?")?;
    }
    for library_id in &all {
        core.call_typed::<Purge>(None, &LibraryRef { library_id: *library_id })?;
    }
    output::print(output, &json!({ "removed": all }), |_| format!("{} removed for good", all.len()))
}

pub(super) fn restore(core: &Core, name: &str, output: Output) -> anyhow::Result<()> {
    let all = core.call_typed::<ListDeleted>(None, &NoInput {})?;
    let input = match in_folder(&all, name) {
        Some(input) => input,
        None => RestoreLibraryInput { library_id: named(&all, name)?, folder: None },
    };
    let back = core.call_typed::<Restore>(None, &input)?;
    output::print(output, &back, |_| format!("`{}` is back", name.escape_debug()))
}

/// Finds the deleted library in a folder of this name or path.
fn in_folder(all: &ListLibrariesOutput, text: &str) -> Option<RestoreLibraryInput> {
    let name = Path::new(text).file_name()?;
    let mut paths = paths(all).map(|(id, _, path)| (id, Path::new(path)));
    let (library_id, _) = paths.find(|(_, path)| path.file_name() == Some(name))?;
    Some(RestoreLibraryInput { library_id, folder: Some(name.to_str()?.to_owned()) })
}

/// Finds a deleted library by its name or its id, of which there may be one only.
fn named(all: &ListLibrariesOutput, text: &str) -> anyhow::Result<Uuid> {
    let names = paths(all).map(|(id, name, _)| (id, name));
    let hint = "`spacedrive library bin` lists those that there are";
    let found = match only_id(names.clone(), text) {
        Some(id) => id,
        None => names::one_of(names, text, "deleted library", hint)?,
    };
    let same: Vec<&str> =
        paths(all).filter(|(id, ..)| *id == found).map(|(.., path)| path).collect();
    match same.as_slice() {
        [_] => Ok(found),
        several => Err(Hinted::error(
            ErrorCode::BadInput,
            format_args!("`{found}` is the id of {} deleted libraries", several.len()),
            format_args!("name the folder of one: {}", several.join(", ")),
        )),
    }
}

/// Returns the id that a text is the beginning of, when all that fit are one and the same.
fn only_id<'a>(mut all: impl Iterator<Item = (Uuid, &'a str)>, text: &str) -> Option<Uuid> {
    let (first, _) = all.find(|(id, _)| names::begins_with(*id, text))?;
    all.filter(|(id, _)| names::begins_with(*id, text)).all(|(id, _)| id == first).then_some(first)
}

/// Lists id, name and folder of each deleted library.
fn paths(all: &ListLibrariesOutput) -> impl Iterator<Item = (Uuid, &str, &str)> + Clone {
    let readable = all.libraries.iter().map(|it| (it.id, it.name.as_str(), it.path.as_str()));
    let unreadable = all
        .unreadable
        .iter()
        .map(|it| (it.id, it.name.as_deref().unwrap_or_default(), it.path.as_str()));
    readable.chain(unreadable)
}

fn ids(all: &ListLibrariesOutput) -> Vec<Uuid> {
    let readable = all.libraries.iter().map(|library| library.id);
    readable.chain(all.unreadable.iter().map(|library| library.id)).collect()
}
