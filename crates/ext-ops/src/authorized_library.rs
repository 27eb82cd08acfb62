//! Libraries as far as a call is authorized: the user may have granted some entries or sidecars
//! only.
//!
//! Operations reach libraries through here and nowhere else. A role that the store does not have is
//! [`LibraryError::Unsupported`].

use std::sync::Arc;

use ext_perm::Target;
use ext_registry::{Context, OpError};
use ext_wire::{
    EntryPath, ErrorCode, VettedEntry,
    ops::{
        search::{SearchHit, SearchInput, SearchOutput},
        vdfs::{
            CreateEntryOutput, EntryDetails, ListEntriesInput, ListEntriesOutput,
            ListSidecarsInput, ListSidecarsOutput, ReadContentInput, ReadContentOutput,
            SidecarInfo, WriteSidecarInput,
        },
    },
};
use serde_json::{Map, Value};
use uuid::Uuid;

use ext_services::library::{
    Entries, Events, IndexedText, Jobs, Library, LibraryError, Result, Search, Sidecars, Vectors,
};

/// A library that checks each entry and sidecar before the call touches it, and leaves out of lists
/// what the call may not see. The path of an entry never changes, so the entry that was checked is
/// the one that is touched.
pub(crate) struct AuthorizedLibrary<'a> {
    context: Context<'a>,
    library: Arc<dyn Library>,
    asks: bool,
}

impl<'a> AuthorizedLibrary<'a> {
    pub(crate) fn new(context: Context<'a>, library: Arc<dyn Library>) -> Self {
        Self { context, library, asks: context.is_target_sensitive() }
    }

    /// Returns the outbox. Delivery shows entries only to subscribers that may see them.
    pub(crate) fn events(&self) -> Result<&dyn Events> {
        self.library.events().ok_or(LibraryError::Unsupported("events"))
    }

    /// Returns the jobs of all extensions.
    pub(crate) fn jobs(&self) -> Result<&dyn Jobs> {
        self.library.jobs().ok_or(LibraryError::Unsupported("jobs"))
    }

    fn entries(&self) -> Result<&dyn Entries> {
        self.library.entries().ok_or(LibraryError::Unsupported("entries"))
    }

    fn sidecars(&self) -> Result<&dyn Sidecars> {
        self.library.sidecars().ok_or(LibraryError::Unsupported("sidecars"))
    }

    fn text_search(&self) -> Result<&dyn Search> {
        self.library.search().ok_or(LibraryError::Unsupported("search"))
    }

    fn vectors(&self) -> Result<&dyn Vectors> {
        self.library.vectors().ok_or(LibraryError::Unsupported("vectors"))
    }

    fn check(&self, target: Target<'_>, named: impl std::fmt::Display) -> Result<()> {
        let Err(refusal) = self.context.check(target) else { return Ok(()) };
        if refusal.code() == ErrorCode::Internal {
            return Err(undecided(refusal));
        }
        // The refusal names the entry's path, which a caller that has only its id must not learn.
        Err(LibraryError::Denied(format!("the user has not allowed this method to touch {named}")))
    }

    fn path(&self, id: Uuid) -> Result<EntryPath> {
        Ok(EntryPath::stored(&self.entries()?.get_entry(id)?.entry.path))
    }

    /// Checks the entry with this id. An entry that does not exist cannot be touched; the library
    /// says so.
    fn check_entry(&self, id: Uuid) -> Result<()> {
        if !self.asks {
            return Ok(());
        }
        match self.path(id) {
            Ok(path) => self.check(Target::Entry(&path), format_args!("the entry {id}")),
            Err(LibraryError::NotFound { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }

    fn check_sidecar(&self, id: Uuid, name: &str) -> Result<()> {
        if !self.asks {
            return Ok(());
        }
        match self.path(id) {
            Ok(entry) => {
                let named = format_args!("the sidecar `{}` of {id}", name.escape_debug());
                self.check(Target::Sidecar { entry: &entry, name }, named)
            }
            Err(LibraryError::NotFound { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Keeps what the call may see of a list. Where that cannot be decided there is no list: a shorter
    /// one would say that the rest does not exist.
    fn keep<T>(&self, list: &mut Vec<T>, path: impl Fn(&T) -> &str) -> Result<()> {
        if !self.asks {
            return Ok(());
        }
        let sees = |item: &T| {
            self.context.may_touch(Target::Entry(&EntryPath::stored(path(item)))).map_err(undecided)
        };
        try_retain(list, sees)
    }

    fn keep_sidecars(&self, entry: &EntryPath, sidecars: &mut Vec<SidecarInfo>) -> Result<()> {
        if !self.asks {
            return Ok(());
        }
        let sees = |sidecar: &SidecarInfo| {
            let target = Target::Sidecar { entry, name: &sidecar.name };
            self.context.may_touch(target).map_err(undecided)
        };
        try_retain(sidecars, sees)
    }
}

fn undecided(refusal: OpError) -> LibraryError {
    LibraryError::Undecided(refusal.into_body().error)
}

/// Retains the items that a test keeps, until the test fails.
fn try_retain<T>(list: &mut Vec<T>, keeps: impl Fn(&T) -> Result<bool>) -> Result<()> {
    let mut result = Ok(());
    list.retain(|item| match keeps(item) {
        Ok(kept) => kept,
        Err(error) => {
            result = Err(error);
            false
        }
    });
    result
}

impl Entries for AuthorizedLibrary<'_> {
    fn create_entry(&self, caller: Option<&str>, new: VettedEntry) -> Result<CreateEntryOutput> {
        if self.asks {
            let named = format_args!("the entry `{}`", new.path.as_str().escape_debug());
            self.check(Target::Entry(&new.path), named)?;
        }
        self.entries()?.create_entry(caller, new)
    }

    fn get_entry(&self, id: Uuid) -> Result<EntryDetails> {
        self.check_entry(id)?;
        let mut details = self.entries()?.get_entry(id)?;
        let path = EntryPath::stored(&details.entry.path);
        self.keep_sidecars(&path, &mut details.sidecars)?;
        Ok(details)
    }

    fn list_entries(&self, input: ListEntriesInput) -> Result<ListEntriesOutput> {
        let mut page = self.entries()?.list_entries(input)?;
        self.keep(&mut page.entries, |entry| &entry.path)?;
        Ok(page)
    }

    fn read_content(&self, input: ReadContentInput) -> Result<ReadContentOutput> {
        self.check_entry(input.entry_id)?;
        self.entries()?.read_content(input)
    }

    fn update_metadata(
        &self,
        caller: Option<&str>,
        id: Uuid,
        patch: Map<String, Value>,
    ) -> Result<Map<String, Value>> {
        self.check_entry(id)?;
        self.entries()?.update_metadata(caller, id, patch)
    }

    fn delete_entry(&self, caller: Option<&str>, id: Uuid) -> Result<bool> {
        self.check_entry(id)?;
        self.entries()?.delete_entry(caller, id)
    }
}

impl Sidecars for AuthorizedLibrary<'_> {
    fn write_sidecar(&self, caller: Option<&str>, input: WriteSidecarInput) -> Result<SidecarInfo> {
        self.check_sidecar(input.entry_id, &input.name)?;
        self.sidecars()?.write_sidecar(caller, input)
    }

    fn read_sidecar(&self, entry: Uuid, name: &str) -> Result<Vec<u8>> {
        self.check_sidecar(entry, name)?;
        self.sidecars()?.read_sidecar(entry, name)
    }

    fn list_sidecars(&self, input: &ListSidecarsInput) -> Result<ListSidecarsOutput> {
        self.check_entry(input.entry_id)?;
        let mut page = self.sidecars()?.list_sidecars(input)?;
        if self.asks {
            self.keep_sidecars(&self.path(input.entry_id)?, &mut page.sidecars)?;
        }
        Ok(page)
    }

    fn delete_sidecar(&self, caller: Option<&str>, entry: Uuid, name: &str) -> Result<bool> {
        self.check_sidecar(entry, name)?;
        self.sidecars()?.delete_sidecar(caller, entry, name)
    }
}

impl Search for AuthorizedLibrary<'_> {
    fn search(&self, input: SearchInput) -> Result<SearchOutput> {
        let mut output = self.text_search()?.search(input)?;
        self.keep(&mut output.hits, |hit| &hit.entry.path)?;
        Ok(output)
    }
}

impl Vectors for AuthorizedLibrary<'_> {
    // The host makes vectors of all entries, whoever searches; only hits are shown.
    fn entries_missing_embedding(
        &self,
        model: &str,
        limit: u32,
    ) -> Result<(Vec<IndexedText>, u64)> {
        self.vectors()?.entries_missing_embedding(model, limit)
    }

    fn put_vectors(&self, model: &str, vectors: &[(IndexedText, Vec<f32>)]) -> Result<()> {
        self.vectors()?.put_vectors(model, vectors)
    }

    fn nearest(
        &self,
        model: &str,
        vector: &[f32],
        min_score: f32,
        input: &SearchInput,
    ) -> Result<Vec<SearchHit>> {
        let mut hits = self.vectors()?.nearest(model, vector, min_score, input)?;
        self.keep(&mut hits, |hit| &hit.entry.path)?;
        Ok(hits)
    }
}
