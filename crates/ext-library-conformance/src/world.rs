//! A store that is tested, with one library, and shorthands for its roles.

use std::sync::Arc;

use ext_services::library::{
    Bin, Contents, Entries, Events, Jobs, Library, LibraryDirectory, LibraryError, Search,
    Sidecars, Vectors, Versions,
};
use ext_wire::{
    ErrorCode, VettedEntry,
    ops::vdfs::{
        CreateEntryOutput, Entry, ListEntriesInput, ListSidecarsInput, MAX_SIDECAR_PAGE, NewEntry,
        SidecarInfo, WriteSidecarInput,
    },
};
use serde_json::{Map, Value};
use uuid::Uuid;

/// A store with a library of its own for each case.
pub(crate) struct World<'a> {
    open: &'a dyn Fn() -> Arc<dyn LibraryDirectory>,
    directory: Arc<dyn LibraryDirectory>,
    id: Uuid,
    library: Arc<dyn Library>,
}

impl<'a> World<'a> {
    pub(crate) fn new(open: &'a dyn Fn() -> Arc<dyn LibraryDirectory>) -> Self {
        let directory = open();
        let name = match directory.list().unwrap().libraries.len() {
            0 => "Papers".to_owned(),
            others => format!("Papers {others}"),
        };
        let id = directory.create(&name).unwrap().id;
        let library = directory.library(id).unwrap();
        Self { open, directory, id, library }
    }

    /// Returns the same store with one more, empty library.
    pub(crate) fn fresh(&self) -> Self {
        Self::new(self.open)
    }

    pub(crate) fn directory(&self) -> &dyn LibraryDirectory {
        &*self.directory
    }

    pub(crate) fn library(&self) -> &dyn Library {
        &*self.library
    }

    /// Opens the same library once more.
    pub(crate) fn again(&self) -> Arc<dyn Library> {
        (self.open)().library(self.id).unwrap()
    }

    pub(crate) fn entries(&self) -> &dyn Entries {
        self.library.entries().expect("entries")
    }

    pub(crate) fn sidecars(&self) -> &dyn Sidecars {
        self.library.sidecars().expect("sidecars")
    }

    pub(crate) fn bin(&self) -> &dyn Bin {
        self.library.bin().expect("bin")
    }

    pub(crate) fn versions(&self) -> &dyn Versions {
        self.library.versions().expect("versions")
    }

    pub(crate) fn search(&self) -> &dyn Search {
        self.library.search().expect("search")
    }

    pub(crate) fn contents(&self) -> &dyn Contents {
        self.library.contents().expect("contents")
    }

    pub(crate) fn vectors(&self) -> &dyn Vectors {
        self.library.vectors().expect("vectors")
    }

    pub(crate) fn events(&self) -> &dyn Events {
        self.library.events().expect("events")
    }

    pub(crate) fn jobs(&self) -> &dyn Jobs {
        self.library.jobs().expect("jobs")
    }

    /// Creates an entry of the user.
    pub(crate) fn add(&self, input: NewEntry) -> Entry {
        create(self.entries(), None, input).unwrap().entry
    }

    /// Creates a note of the user.
    pub(crate) fn note(&self, path: &str) -> Entry {
        self.add(note(path))
    }

    /// Writes a sidecar.
    pub(crate) fn write(
        &self,
        caller: Option<&str>,
        entry: Uuid,
        name: &str,
        data: &[u8],
    ) -> Result<(), LibraryError> {
        let input = WriteSidecarInput::new(entry, name, data.to_vec());
        self.sidecars().write_sidecar(caller, input).map(drop)
    }

    /// Lists the sidecars of an entry, page by page.
    pub(crate) fn listed(&self, entry: Uuid) -> Result<Vec<SidecarInfo>, LibraryError> {
        listed(self.sidecars(), entry)
    }

    /// Lists the paths of all entries that fit, page by page.
    pub(crate) fn paths(&self, input: &ListEntriesInput) -> Vec<String> {
        paths(self.entries(), input)
    }
}

/// Lists the paths of all entries that fit, page by page.
pub(crate) fn paths(entries: &dyn Entries, input: &ListEntriesInput) -> Vec<String> {
    let mut input = input.clone();
    let mut paths = Vec::new();
    loop {
        let page = entries.list_entries(input.clone()).unwrap();
        assert!(page.entries.len() <= input.limit as usize);
        paths.extend(page.entries.into_iter().map(|entry| entry.path));
        if page.next.is_none() {
            return paths;
        }
        input.after = page.next;
    }
}

/// Lists the sidecars of an entry, page by page.
pub(crate) fn listed(
    sidecars: &dyn Sidecars,
    entry_id: Uuid,
) -> Result<Vec<SidecarInfo>, LibraryError> {
    let mut input = ListSidecarsInput { entry_id, after: None };
    let mut listed = Vec::new();
    loop {
        let page = sidecars.list_sidecars(&input)?;
        assert!(page.sidecars.len() <= MAX_SIDECAR_PAGE);
        listed.extend(page.sidecars);
        match page.next {
            Some(next) => input.after = Some(next),
            None => return Ok(listed),
        }
    }
}

/// Creates an entry as the operation does: vetted first.
pub(crate) fn create(
    entries: &dyn Entries,
    caller: Option<&str>,
    input: NewEntry,
) -> Result<CreateEntryOutput, LibraryError> {
    entries.create_entry(caller, VettedEntry::vet(input)?)
}

/// Makes the input of an entry without content.
pub(crate) fn note(path: &str) -> NewEntry {
    NewEntry {
        name: path.rsplit('/').next().unwrap_or(path).into(),
        path: path.into(),
        entry_type: "note".into(),
        metadata: Map::new(),
        media_type: None,
        content: None,
    }
}

/// Converts a value to an object.
pub(crate) fn object(value: Value) -> Map<String, Value> {
    value.as_object().cloned().expect("an object")
}

/// Returns the code of a failure.
#[track_caller]
pub(crate) fn code<T>(result: Result<T, LibraryError>) -> ErrorCode {
    result.err().expect("a failure").code()
}
