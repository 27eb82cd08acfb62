//! The built-in operations that the fake host serves.

use std::collections::BTreeMap;

use ext_wire::{
    ErrorCode, Wire,
    ops::{
        search::Entries,
        settings,
        vdfs::{
            CreateEntry, DeleteEntry, DeleteOutput, DeleteSidecar, Entry, GetEntry, ListChanges,
            ListEntries, ListEntriesInput, ListEntriesOutput, ListSidecars, ListSidecarsOutput,
            ReadContent, ReadContentInput, ReadContentOutput, ReadSidecar, ReadSidecarOutput,
            UpdateMetadata, UpdateMetadataOutput, WriteSidecar,
        },
    },
};

use super::{
    checks::{check_limit, has_metadata, has_type},
    library::{Library, is_below},
    search,
    state::State,
};
use crate::{Error, Result};

/// Puts all of them into the table.
pub(super) fn register(state: &State) {
    serve::<CreateEntry>(state, Library::create);
    serve::<GetEntry>(state, |library, input| library.details(input.entry_id));
    serve::<ListEntries>(state, |library, input| list(library, &input));
    serve::<ListChanges>(state, |library, input| {
        let limit = check_limit(input.limit)?;
        library.changes(&input, limit)
    });
    serve::<ReadContent>(state, |library, input| read_content(library, &input));
    serve::<UpdateMetadata>(state, |library, input| {
        Ok(UpdateMetadataOutput { metadata: library.patch_metadata(input)? })
    });
    serve::<DeleteEntry>(state, |library, input| {
        Ok(DeleteOutput { deleted: library.delete(input.entry_id) })
    });
    serve::<Entries>(state, |library, input| search::search(library, &input));
    state.serve::<settings::Get>(|state, library_id, _| {
        state.check_library(library_id)?;
        let (values, secrets) = (state.settings.borrow().clone(), BTreeMap::new());
        Ok(settings::GetSettingsOutput { values, secrets })
    });
    register_sidecars(state);
}

fn register_sidecars(state: &State) {
    serve::<WriteSidecar>(state, |library, input| {
        let old = library.sidecar_info(input.entry_id, &input.name)?;
        if !input.holds(old.as_ref()) {
            let name = input.name.escape_debug();
            let message = format_args!("the sidecar `{name}` is another one by now");
            return Err(Error::new(ErrorCode::Conflict, message));
        }
        library.write_sidecar(input.entry_id, &input.name, input.data.into_bytes())
    });
    serve::<ReadSidecar>(state, |library, input| {
        Ok(ReadSidecarOutput { data: library.sidecar(input.entry_id, &input.name)?.clone().into() })
    });
    serve::<ListSidecars>(state, |library, input| {
        let sidecars = library.sidecars(input.entry_id)?;
        Ok(ListSidecarsOutput { sidecars, next: None })
    });
    serve::<DeleteSidecar>(state, |library, input| {
        Ok(DeleteOutput { deleted: library.delete_sidecar(input.entry_id, &input.name)? })
    });
}

/// Serves an operation of the library.
fn serve<W: Wire>(
    state: &State,
    answer: impl Fn(&mut Library, W::Input) -> Result<W::Output> + 'static,
) {
    state.serve::<W>(move |state, library_id, input| {
        state.check_library(library_id)?;
        answer(&mut state.library.borrow_mut(), input)
    });
}

fn list(library: &Library, input: &ListEntriesInput) -> Result<ListEntriesOutput> {
    let limit = check_limit(input.limit)?;
    let after = input.after.unwrap_or(0);
    let mut rest = library
        .stored()
        .iter()
        .filter(|stored| stored.number > after && matches(&stored.entry, input))
        .peekable();
    let mut page = ListEntriesOutput { entries: Vec::new(), next: None };
    while page.entries.len() < limit {
        let Some(stored) = rest.next() else { break };
        page.entries.push(stored.entry.clone());
        page.next = rest.peek().map(|_| stored.number);
    }
    Ok(page)
}

fn matches(entry: &Entry, input: &ListEntriesInput) -> bool {
    has_type(entry, input.entry_type.as_deref())
        && has_metadata(entry, &input.metadata)
        && input.path_prefix.as_deref().is_none_or(|prefix| is_below(&entry.path, prefix))
}

fn read_content(library: &Library, input: &ReadContentInput) -> Result<ReadContentOutput> {
    let content = library.content(input.entry_id)?;
    let size = content.len();
    let start = usize::try_from(input.offset).unwrap_or(size).min(size);
    let wanted = input.length.and_then(|length| usize::try_from(length).ok()).unwrap_or(size);
    let end = start.saturating_add(wanted).min(size);
    Ok(ReadContentOutput { data: content.slice(start..end).into(), size: size as u64 })
}
