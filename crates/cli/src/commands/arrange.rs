//! `spacedrive entry get`, `move`, `rename`, `tag`, `untag` and `open`.

use std::{
    fs::Permissions,
    io::{self, IsTerminal},
    os::unix::fs::PermissionsExt,
    path::Path,
};

use anyhow::{Context, ensure};
use ext_wire::{
    ErrorCode,
    ops::vdfs::{
        Entry, EntryRef, GetEntry, MoveEntry, MoveEntryInput, UpdateMetadata, UpdateMetadataInput,
    },
};
use serde_json::{Map, Value, json};
use spacedrive_core::Core;
use tempfile::NamedTempFile;
use uuid::Uuid;

use crate::{args::Output, content, failure::Hinted, opener, output};

/// The key of the metadata that holds the tags.
const TAGS: &str = "tags";

/// Writes the content of an entry into a file, or to stdout.
pub(super) fn get(
    core: &Core,
    library: Uuid,
    entry_id: Uuid,
    to: Option<&Path>,
    force: bool,
    output: Output,
) -> anyhow::Result<()> {
    let entry = entry(core, library, entry_id)?;
    let name = entry.path.rsplit('/').next().unwrap_or_default().to_owned();
    let to = to.unwrap_or_else(|| Path::new(&name));
    if to == Path::new("-") {
        if io::stdout().is_terminal() {
            return Err(Hinted::error(
                ErrorCode::BadInput,
                "the content may garble the terminal",
                "`--to FILE` writes it into a file, and `… --to - | less` shows a text",
            ));
        }
        return content::copy(core, library, &entry, &mut io::stdout().lock());
    }
    if !force && to.symlink_metadata().is_ok() {
        return Err(there_already(to));
    }
    let shown = || format!("{} cannot be written", to.display());
    let parent = to.parent().filter(|parent| !parent.as_os_str().is_empty());
    // Written beside it first, so that nothing is lost when the content cannot be read.
    let mut file =
        NamedTempFile::new_in(parent.unwrap_or_else(|| Path::new("."))).with_context(shown)?;
    content::copy(core, library, &entry, &mut file)?;
    file.as_file().set_permissions(Permissions::from_mode(0o644)).with_context(shown)?;
    let kept = if force { file.persist(to) } else { file.persist_noclobber(to) };
    match kept {
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => {
            return Err(there_already(to));
        }
        kept => drop(kept.map_err(|error| error.error).with_context(shown)?),
    }
    let done = json!({ "entry": entry.id, "file": to });
    output::print(output, &done, |_| format!("wrote {}", to.display()))
}

fn there_already(to: &Path) -> anyhow::Error {
    Hinted::error(
        ErrorCode::Conflict,
        format_args!("{} is there already", to.display()),
        "`--force` replaces it, `--to FILE` writes elsewhere",
    )
}

pub(super) fn open(core: &Core, library: Uuid, entry_id: Uuid) -> anyhow::Result<()> {
    opener::open(core, library, &entry(core, library, entry_id)?)
}

/// Gives an entry another path. A path that ends with `/` is that of a folder, in which it keeps its
/// name.
pub(super) fn move_to(
    core: &Core,
    library: Uuid,
    entry_id: Uuid,
    to: &str,
    output: Output,
) -> anyhow::Result<()> {
    let path = match to.strip_suffix('/') {
        Some(folder) => format!("{folder}/{}", last(&entry(core, library, entry_id)?.path)),
        None => to.to_owned(),
    };
    place(core, library, MoveEntryInput { entry_id, path }, output)
}

/// Gives an entry another name in its folder.
pub(super) fn rename(
    core: &Core,
    library: Uuid,
    entry_id: Uuid,
    name: &str,
    output: Output,
) -> anyhow::Result<()> {
    if name.contains('/') {
        let hint = "`spacedrive entry move` gives an entry another folder";
        let message = format_args!("`{}` is a path and not a name", name.escape_debug());
        return Err(Hinted::error(ErrorCode::Path, message, hint));
    }
    let old = entry(core, library, entry_id)?.path;
    let path = match old.rsplit_once('/') {
        Some((folder, _)) => format!("{folder}/{name}"),
        None => name.to_owned(),
    };
    place(core, library, MoveEntryInput { entry_id, path }, output)
}

fn place(core: &Core, library: Uuid, input: MoveEntryInput, output: Output) -> anyhow::Result<()> {
    let entry = core.call_typed::<MoveEntry>(Some(library), &input)?;
    output::print(output, &entry, |entry| format!("it is `{}` now", entry.path.escape_debug()))
}

/// Adds tags to an entry and takes others away.
pub(super) fn tag(
    core: &Core,
    library: Uuid,
    entry_id: Uuid,
    add: &[String],
    remove: &[String],
    output: Output,
) -> anyhow::Result<()> {
    loop {
        let read = entry(core, library, entry_id)?;
        let tags = changed(tags_of(&read)?, add, remove)?;
        // In a merge patch, `null` removes the key.
        let value = if tags.is_empty() { Value::Null } else { json!(tags) };
        let patch = Map::from_iter([(TAGS.to_owned(), value)]);
        let input = UpdateMetadataInput::of_unchanged(entry_id, patch, &read.metadata);
        match core.call_typed::<UpdateMetadata>(Some(library), &input) {
            // Somebody else tagged it in between, and whoever is refused finds those tags.
            Err(error) if error.code() == ErrorCode::Conflict => {}
            done => {
                done?;
                let none = || "it has no tags now".to_owned();
                let shown = if tags.is_empty() { none() } else { tags.join(", ") };
                return output::print(output, &json!({ "tags": tags }), |_| shown);
            }
        }
    }
}

fn changed(
    mut tags: Vec<String>,
    add: &[String],
    remove: &[String],
) -> anyhow::Result<Vec<String>> {
    if let Some(missing) = remove.iter().find(|tag| !tags.contains(tag)) {
        let message = format_args!("it has no tag `{}`", missing.escape_debug());
        let hint = "`spacedrive entry show ENTRY` shows its tags";
        return Err(Hinted::error(ErrorCode::NotFound, message, hint));
    }
    tags.retain(|tag| !remove.contains(tag));
    for tag in add.iter().map(|tag| tag.trim()) {
        ensure!(!tag.is_empty(), "a tag has at least one letter");
        if !tags.iter().any(|known| known == tag) {
            tags.push(tag.to_owned());
        }
    }
    tags.sort_unstable();
    Ok(tags)
}

fn tags_of(entry: &Entry) -> anyhow::Result<Vec<String>> {
    let tags = entry.metadata.get(TAGS).cloned().unwrap_or_else(|| json!([]));
    serde_json::from_value(tags).context("its metadata has something else under `tags`")
}

fn entry(core: &Core, library: Uuid, entry_id: Uuid) -> anyhow::Result<Entry> {
    Ok(core.call_typed::<GetEntry>(Some(library), &EntryRef { entry_id })?.entry)
}

fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
