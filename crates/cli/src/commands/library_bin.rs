//! `spacedrive library delete`, `bin` and `restore`.

use ext_wire::ops::{
    NoInput,
    libraries::{Delete, LibraryRef, ListDeleted, ListLibrariesOutput, Purge, Restore},
};
use ext_wire::text::counted;
use serde_json::json;
use spacedrive_core::Core;
use uuid::Uuid;

use super::library;
use crate::{args::Output, names, output, question};

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
    let readable = all.libraries.iter().map(|library| (library.id, library.name.as_str()));
    let named = readable.chain(
        all.unreadable
            .iter()
            .map(|library| (library.id, library.name.as_deref().unwrap_or_default())),
    );
    let hint = "`spacedrive library bin` lists those that there are";
    let library_id = names::one_of(named, name, "deleted library", hint)?;
    let back = core.call_typed::<Restore>(None, &LibraryRef { library_id })?;
    output::print(output, &back, |_| format!("`{}` is back", name.escape_debug()))
}

fn ids(all: &ListLibrariesOutput) -> Vec<Uuid> {
    let readable = all.libraries.iter().map(|library| library.id);
    readable.chain(all.unreadable.iter().map(|library| library.id)).collect()
}
