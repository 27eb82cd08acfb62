//! Libraries and entries as the user names them: by id, or by name and path.

use ext_manifest::MethodPattern;
use ext_wire::{
    EntryPath, ErrorBody, ErrorCode, Method, names,
    ops::{
        NoInput, jobs,
        libraries::{self, LibraryInfo, ListLibrariesOutput, UnreadableLibrary},
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
/// The most jobs that one call lists.
const MAX_JOBS: u32 = 1000;

/// Finds the library of a command, as [`library_or_only`] does.
pub(crate) fn chosen(core: &Core, library: &InLibrary) -> anyhow::Result<Uuid> {
    library_or_only(core, library.library.as_deref())
}

/// Finds the library with this id, name or beginning of an id.
pub(crate) fn library(core: &Core, text: &str) -> anyhow::Result<Uuid> {
    let all = core.call_typed::<libraries::List>(None, &NoInput {})?;
    let (readable, unreadable) = matching(&all, text);
    match (readable.as_slice(), unreadable.as_slice()) {
        ([only], []) => Ok(only.id),
        ([], [only]) => Err(unreadable_library(only)),
        ([], []) if id(text).is_some() => Err(no_library(text)),
        ([], []) => Err(missing(text, &all.unreadable)),
        _ => Err(ambiguous(text, &readable, &unreadable)),
    }
}

/// Finds the library as [`library`] does, also one that cannot be read.
pub(crate) fn library_in_any_state(core: &Core, text: &str) -> anyhow::Result<Uuid> {
    let all = core.call_typed::<libraries::List>(None, &NoInput {})?;
    match matching(&all, text) {
        (readable, unreadable) if readable.is_empty() && unreadable.len() == 1 => {
            Ok(unreadable.iter().map(|library| library.id).next().unwrap_or_default())
        }
        _ => library(core, text),
    }
}

/// Finds the libraries that a text may mean, those that can be read and those that cannot. A name as it
/// is written counts first, so that libraries of older programs whose names differ in the case of
/// letters can be told apart. Of a library that cannot be read the last known name counts.
fn matching<'a>(
    all: &'a ListLibrariesOutput,
    text: &str,
) -> (Vec<&'a LibraryInfo>, Vec<&'a UnreadableLibrary>) {
    let is_meant = |candidate| match id(text) {
        Some(id) => candidate == id,
        None => begins_with(candidate, text),
    };
    let rules: [&dyn Fn(&str) -> bool; 2] =
        [&|name| name == text, &|name| names::is_same_library(name, text)];
    for is_named in rules.iter().filter(|_| id(text).is_none()) {
        let readable = all.libraries.iter().filter(|it| is_named(&it.name));
        let unreadable = all.unreadable.iter();
        let unreadable = unreadable.filter(|it| it.name.as_deref().is_some_and(is_named));
        let found: (Vec<_>, Vec<_>) = (readable.collect(), unreadable.collect());
        if found != (Vec::new(), Vec::new()) {
            return found;
        }
    }
    let readable = all.libraries.iter().filter(|library| is_meant(library.id));
    let unreadable = all.unreadable.iter().filter(|library| is_meant(library.id));
    (readable.collect(), unreadable.collect())
}

fn ambiguous(
    text: &str,
    readable: &[&LibraryInfo],
    unreadable: &[&UnreadableLibrary],
) -> anyhow::Error {
    let readable = readable.iter().map(|it| format!("`{}` ({})", it.name.escape_debug(), it.id));
    let unreadable = unreadable.iter().map(|it| format!("{} ({})", shown(it), it.code));
    let all: Vec<_> = readable.chain(unreadable).collect();
    Hinted::error(
        ErrorCode::BadInput,
        format_args!("`{}` may be {}: use an id", text.escape_debug(), all.join(" or ")),
        "`spacedrive library list` shows the ids",
    )
}

/// Returns whether an id begins with these digits; hyphens may be left out.
pub(crate) fn begins_with(id: Uuid, text: &str) -> bool {
    let digits: String =
        text.chars().filter(|c| *c != '-').map(|c| c.to_ascii_lowercase()).collect();
    digits.len() >= MIN_PREFIX && id.simple().to_string().starts_with(&digits)
}

/// Describes a library that was not found by name. Those that cannot be read and whose names nobody
/// knows are not missing: one of them may be the one that is meant.
fn missing(text: &str, unreadable: &[UnreadableLibrary]) -> anyhow::Error {
    match unreadable {
        [] => no_library(text),
        [UnreadableLibrary { name: Some(_), .. }] => no_library(text),
        [only] => unreadable_library(only),
        several => {
            let ids = several.iter().map(|it| format!("{} ({})", shown(it), it.code));
            let ids: Vec<_> = ids.collect();
            Hinted::error(
                ErrorCode::NotFound,
                format_args!(
                    "no library that can be read is called `{}`, and these cannot be read: {}",
                    text.escape_debug(),
                    ids.join(", ")
                ),
                "`spacedrive library list` shows why",
            )
        }
    }
}

fn unreadable_library(library: &UnreadableLibrary) -> anyhow::Error {
    let UnreadableLibrary { path, code, error, .. } = library;
    let named = shown(library);
    let code = ErrorCode::from_name(code).unwrap_or(ErrorCode::Io);
    let message = match error.contains(path) {
        true => format!("the library {named} cannot be read: {error}"),
        false => format!("the library {named} in {path} cannot be read: {error}"),
    };
    ErrorBody::new(code, message).into()
}

/// Shows a library that cannot be read: by its last known name, if there is one, and its id.
pub(crate) fn shown(library: &UnreadableLibrary) -> String {
    match &library.name {
        Some(name) => format!("`{}` ({})", name.escape_debug(), library.id),
        None => library.id.to_string(),
    }
}

fn no_library(text: &str) -> anyhow::Error {
    Hinted::error(
        ErrorCode::NotFound,
        format_args!("there is no library `{}`", text.escape_debug()),
        "`spacedrive library list` shows those that there are",
    )
}

/// Finds the library that is named, or the default one, or the only one that there is.
pub(crate) fn library_or_only(core: &Core, text: Option<&str>) -> anyhow::Result<Uuid> {
    if let Some(text) = text {
        return library(core, text);
    }
    if let Some(id) = default_library(core)? {
        return library(core, &id.to_string());
    }
    let all = core.call_typed::<libraries::List>(None, &NoInput {})?;
    match (all.libraries.as_slice(), all.unreadable.as_slice()) {
        ([only], []) => Ok(only.id),
        ([], [first, ..]) => Err(unreadable_library(first)),
        ([], []) => {
            let hint = "`spacedrive library create NAME` makes one";
            Err(Hinted::error(ErrorCode::NotFound, "there is no library", hint))
        }
        (several, unreadable) => {
            let names = several.iter().map(|library| format!("`{}`", library.name.escape_debug()));
            let names = names.chain(unreadable.iter().map(shown));
            let names: Vec<_> = names.collect();
            Err(Hinted::error(
                ErrorCode::BadInput,
                format_args!("there are several libraries: {}", names.join(", ")),
                "choose one with `--library NAME`, or for all commands with `spacedrive library use NAME`",
            ))
        }
    }
}

/// Returns the library that the user set for commands that name none.
pub(crate) fn default_library(core: &Core) -> anyhow::Result<Option<Uuid>> {
    let hint = "`spacedrive library use NAME` sets it, `spacedrive library use --none` removes it";
    let found = core.libraries().default_library();
    found.map_err(|error| Hinted::error(error.code(), error, hint))
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
            ErrorCode::NotFound,
            format_args!("there is no entry `{}`", text.escape_debug()),
            "`spacedrive entry list` shows those that there are",
        )),
        several => {
            let named =
                several.iter().map(|it| format!("{} (`{}`)", it.id, it.path.escape_debug()));
            Err(several_ids(text, &named.collect::<Vec<_>>(), "use more of the id, or the path"))
        }
    }
}

/// Finds the job with this id, or whose id begins like this.
pub(crate) fn job(core: &Core, library: Uuid, text: &str) -> anyhow::Result<Uuid> {
    if let Some(id) = id(text) {
        return Ok(id);
    }
    let all = jobs::ListJobsInput { state: None, limit: Some(MAX_JOBS) };
    let all = core.call_typed::<jobs::List>(Some(library), &all)?.jobs;
    let named = all.iter().map(|job| (job.id, job.method.as_str()));
    one_of(named, text, "job", "`spacedrive job list` shows those that there are")
}

/// The names of the libraries, for tables.
pub(crate) struct LibraryNames(Vec<LibraryInfo>);

impl LibraryNames {
    /// Asks for the libraries; where they cannot be listed none has a name.
    pub(crate) fn of(core: &Core) -> Self {
        let listed = core.call_typed::<libraries::List>(None, &NoInput {});
        Self(listed.map(|listed| listed.libraries).unwrap_or_default())
    }

    /// Returns the name of a library for people; its id when it has none that can be read.
    pub(crate) fn name(&self, library: Uuid) -> String {
        let named = self.0.iter().find(|it| it.id == library).map(|it| it.name.clone());
        named.unwrap_or_else(|| library.to_string())
    }
}

/// Finds the method that a text means: one in full is taken as it is, of a name without kind and version
/// the newest version counts.
pub(crate) fn method(core: &Core, text: &str) -> anyhow::Result<String> {
    if text.contains(':') {
        return Ok(text.to_owned());
    }
    let offered = core.operations();
    let mut named: Vec<_> = offered
        .iter()
        .filter_map(|operation| Method::parse(&operation.method).ok())
        .filter(|method| method.name() == text)
        .collect();
    named.sort_unstable_by_key(|method| (method.kind(), method.version()));
    match named.as_slice() {
        [] => Err(core.unknown_method(text).into()),
        [first, .., last] if first.kind() != last.kind() => Err(Hinted::error(
            ErrorCode::BadInput,
            format_args!("`{text}` may be {first} or {last}"),
            "write the method in full",
        )),
        [.., newest] => Ok(newest.to_string()),
    }
}

/// Parses a pattern of methods.
pub(crate) fn method_pattern(text: &str) -> anyhow::Result<MethodPattern> {
    MethodPattern::parse(text).map_err(|error| {
        Hinted::error(ErrorCode::BadInput, error, "`spacedrive op list` shows all methods")
    })
}

/// Finds the one of several things that has this name (the first that has it) or id, or whose id begins
/// like this.
pub(crate) fn one_of<'a>(
    all: impl Iterator<Item = (Uuid, &'a str)> + Clone,
    text: &str,
    what: &str,
    list: &str,
) -> anyhow::Result<Uuid> {
    let is_it = |(candidate, name): &(Uuid, &str)| *name == text || id(text) == Some(*candidate);
    if let Some((id, _)) = all.clone().find(is_it) {
        return Ok(id);
    }
    let found: Vec<_> = all.filter(|(id, _)| begins_with(*id, text)).collect();
    match found.as_slice() {
        [(only, _)] => Ok(*only),
        [] => Err(Hinted::error(
            ErrorCode::NotFound,
            format_args!("there is no {what} `{}`", text.escape_debug()),
            list,
        )),
        several => {
            let named =
                several.iter().map(|(id, name)| format!("{id} (`{}`)", name.escape_debug()));
            Err(several_ids(text, &named.collect::<Vec<_>>(), "use more of the id"))
        }
    }
}

/// Describes the beginning of several ids, with the first of them.
fn several_ids(text: &str, named: &[String], hint: &str) -> anyhow::Error {
    let shown: Vec<&str> = named.iter().take(MAX_CANDIDATES).map(String::as_str).collect();
    let more = match named.len().saturating_sub(shown.len()) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let (text, count, shown) = (text.escape_debug(), named.len(), shown.join(", "));
    let message = format_args!("`{text}` is the beginning of {count} ids: {shown}{more}");
    Hinted::error(ErrorCode::BadInput, message, hint)
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
            read_only: false,
        };
        let unreadable = UnreadableLibrary {
            id: Uuid::from_u128(0xabcd << 112),
            name: Some("Old".into()),
            path: String::new(),
            code: "E_CORRUPT".into(),
            error: String::new(),
        };
        let broken = unreadable.id;
        let libraries =
            vec![library(1, "Home"), library(2, "HOME"), library(3, "Twin"), library(4, "Twin")];
        let ids: Vec<_> = libraries.iter().map(|it| it.id).collect();
        let mut all = ListLibrariesOutput { libraries, unreadable: vec![unreadable] };
        let found = |all: &ListLibrariesOutput, text: &str| {
            let (readable, unreadable) = matching(all, text);
            let readable = readable.iter().map(|it| it.id);
            readable.chain(unreadable.iter().map(|it| it.id)).collect::<Vec<_>>()
        };
        assert_eq!(found(&all, "HOME"), [ids[1]]);
        assert_eq!(found(&all, "home"), [ids[0], ids[1]], "an older program made both");
        assert_eq!(found(&all, "Twin"), [ids[2], ids[3]]);
        assert_eq!(found(&all, "0000").len(), 4);
        assert!(found(&all, "Office").is_empty());
        for text in ["abcd", "ABCD0000", &broken.to_string(), "Old", "old"] {
            assert_eq!(found(&all, text), [broken], "{text}");
        }
        // A library that cannot be read is never passed over for one that can.
        all.libraries
            .push(LibraryInfo { id: Uuid::from_u128((0xabcd << 112) + 1), ..library(5, "A") });
        assert_eq!(found(&all, "abcd").len(), 2);
        assert_eq!(found(&all, &broken.to_string()), [broken]);
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
