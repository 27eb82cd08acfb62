//! Libraries and entries as the user names them: by id, or by name and path.

use anyhow::bail;
use ext_wire::{
    EntryPath, ErrorBody, ErrorCode, names,
    ops::{
        NoInput,
        libraries::{self, LibraryInfo},
        vdfs,
    },
};
use spacedrive_core::Core;
use uuid::Uuid;

use crate::{args::InLibrary, failure::Hinted};

/// The fewest digits that an id is recognised by.
const MIN_PREFIX: usize = 4;
/// The most ids that an error lists.
const MAX_CANDIDATES: usize = 5;

/// Finds the library of a command: the one that is named, or the only one that there is.
pub(crate) fn chosen(core: &Core, library: &InLibrary) -> anyhow::Result<Uuid> {
    library_or_only(core, library.library.as_deref())
}

/// Finds the library with this id, name or beginning of an id.
pub(crate) fn library(core: &Core, text: &str) -> anyhow::Result<Uuid> {
    let all = core.call_typed::<libraries::List>(None, &NoInput {})?;
    if let Some(id) = id(text) {
        return match all.libraries.iter().any(|library| library.id == id) {
            true => Ok(id),
            false => Err(missing(text, all.unreadable.into_iter().filter(|it| it.id == id))),
        };
    }
    match matching(&all.libraries, text).as_slice() {
        [only] => Ok(only.id),
        [] => Err(missing(text, all.unreadable)),
        several => Err(ambiguous(text, several)),
    }
}

/// Finds the libraries that a text may mean. A name as it is written counts first, so that libraries
/// of older programs whose names differ in the case of letters can be told apart.
fn matching<'a>(all: &'a [LibraryInfo], text: &str) -> Vec<&'a LibraryInfo> {
    let rules: [&dyn Fn(&LibraryInfo) -> bool; 3] = [
        &|library| library.name == text,
        &|library| names::is_same_library(&library.name, text),
        &|library| begins_with(library.id, text),
    ];
    let found = rules.iter().map(|fits| all.iter().filter(|it| fits(it)).collect::<Vec<_>>());
    found.into_iter().find(|found| !found.is_empty()).unwrap_or_default()
}

fn ambiguous(text: &str, found: &[&LibraryInfo]) -> anyhow::Error {
    let ids =
        found.iter().map(|library| format!("`{}` ({})", library.name.escape_debug(), library.id));
    let ids: Vec<_> = ids.collect();
    Hinted::error(
        format_args!("`{}` may be {}: use an id", text.escape_debug(), ids.join(" or ")),
        "`spacedrive library list` shows the ids",
    )
}

/// Returns whether an id begins with these digits; hyphens may be left out.
fn begins_with(id: Uuid, text: &str) -> bool {
    let digits: String =
        text.chars().filter(|c| *c != '-').map(|c| c.to_ascii_lowercase()).collect();
    digits.len() >= MIN_PREFIX && id.simple().to_string().starts_with(&digits)
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
        (several, unreadable) => {
            let names = several.iter().map(|library| format!("`{}`", library.name.escape_debug()));
            let names = names.chain(unreadable.map(|library| library.id.to_string()));
            let names: Vec<_> = names.collect();
            Err(Hinted::error(
                format_args!("there are several libraries: {}", names.join(", ")),
                "choose one with `--library NAME`",
            ))
        }
    }
}

/// Finds the entry with this id or path, or whose id begins like this.
pub(crate) fn entry(core: &Core, library: Uuid, text: &str) -> anyhow::Result<Uuid> {
    if let Some(id) = id(text) {
        return Ok(id);
    }
    let (path, path_prefix) = (EntryPath::stored(text), Some(text.to_owned()));
    let below = vdfs::ListEntriesInput { path_prefix, ..Default::default() };
    let found = entries(core, library, below, |entry| entry.path == path.as_str())?;
    if let Some(entry) = found.first() {
        return Ok(entry.id);
    }
    let is_prefix = text.chars().all(|c| c.is_ascii_hexdigit() || c == '-');
    let found = match is_prefix && text.len() >= MIN_PREFIX {
        true => entries(core, library, Default::default(), |it| begins_with(it.id, text))?,
        false => Vec::new(),
    };
    match found.as_slice() {
        [only] => Ok(only.id),
        [] => Err(Hinted::error(
            format_args!("there is no entry `{}`", text.escape_debug()),
            "`spacedrive entry list` shows those that there are",
        )),
        several => {
            let ids = several
                .iter()
                .map(|entry| format!("{} (`{}`)", entry.id, entry.path.escape_debug()));
            let ids: Vec<_> = ids.take(MAX_CANDIDATES).collect();
            bail!("`{}` is the beginning of several ids: {}", text.escape_debug(), ids.join(", "))
        }
    }
}

/// Collects the entries that fit, from all pages.
fn entries(
    core: &Core,
    library: Uuid,
    mut input: vdfs::ListEntriesInput,
    fits: impl Fn(&vdfs::Entry) -> bool,
) -> anyhow::Result<Vec<vdfs::Entry>> {
    let mut found = Vec::new();
    loop {
        let page = core.call_typed::<vdfs::ListEntries>(Some(library), &input)?;
        found.extend(page.entries.into_iter().filter(|entry| fits(entry)));
        match page.next {
            Some(next) => input.after = Some(next),
            None => return Ok(found),
        }
    }
}

/// Reads an id in any usual spelling of a UUID.
fn id(text: &str) -> Option<Uuid> {
    Uuid::parse_str(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_as_it_is_written_counts_first() {
        let library = |number: u128, name: &str| LibraryInfo {
            id: Uuid::from_u128(number << 64),
            name: name.into(),
            path: String::new(),
            created_at: String::new(),
        };
        let all = [library(1, "Home"), library(2, "HOME"), library(3, "Twin"), library(4, "Twin")];
        let found = |text| matching(&all, text).iter().map(|it| it.id).collect::<Vec<_>>();
        assert_eq!(found("HOME"), [all[1].id]);
        assert_eq!(found("home"), [all[0].id, all[1].id], "an older program made both");
        assert_eq!(found("Twin"), [all[2].id, all[3].id]);
        assert_eq!(found("0000").len(), 4);
        assert!(found("Office").is_empty());
    }

    #[test]
    fn an_id_is_recognised_by_its_beginning() {
        let id = Uuid::parse_str("01a21a77-a9e0-7000-8000-000000000001").unwrap();
        for (text, begins) in [
            ("01a2", true),
            ("01A21A77", true),
            ("01a21a77-a9", true),
            ("01a21a77a9", true),
            ("01a", false),
            ("1a21", false),
            ("", false),
        ] {
            assert_eq!(begins_with(id, text), begins, "{text}");
        }
    }
}
