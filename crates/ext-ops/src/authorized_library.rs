//! Libraries as far as a call is authorized: the user may have granted some entries or sidecars
//! only.
//!
//! Operations reach libraries through here and nowhere else. A role that the store does not have is
//! [`LibraryError::Unsupported`].

use std::{collections::BTreeSet, sync::Arc};

use ext_perm::Target;
use ext_registry::{Context, OpError};
use ext_wire::{
    EntryPath, ErrorCode, Method, VettedEntry, Wire, is_segment,
    ops::{
        search::{SearchHit, SearchInput, SearchOutput},
        vdfs::{
            CreateEntryOutput, Entry, EntryDetails, EntryVersion, ListBinInput, ListBinOutput,
            ListChangesInput, ListEntriesInput, ListEntriesOutput, ListSidecarsInput,
            ListSidecarsOutput, MAX_CONDITIONS, MAX_SIDECAR_PAGE, ReadContent, ReadContentInput,
            ReadContentOutput, SidecarInfo, UpdateMetadataInput, WriteSidecarInput,
        },
    },
};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::{
    ai::content_text::READER_VERSION,
    pages::{Page, filled},
};

use ext_services::{
    extensions::ExtensionDirectory,
    library::{
        Bin, ContentText, Entries, EntryChanges, Events, IndexedText, Jobs, Library, LibraryError,
        Result, Search, Sidecars, TextPart, UnreadContent, Vectors, Versions, Visibility,
    },
};

/// A library that checks each entry and sidecar before the call touches it, and leaves out of lists
/// what the call may not see. Only the user gives an entry another path: a call that was checked just
/// before may still touch it.
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

    fn bin(&self) -> Result<&dyn Bin> {
        self.library.bin().ok_or(LibraryError::Unsupported("bin"))
    }

    fn versions(&self) -> Result<&dyn Versions> {
        self.library.versions().ok_or(LibraryError::Unsupported("versions"))
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

    fn visible_page(&self, input: ListEntriesInput) -> Result<ListEntriesOutput> {
        let mut page = self.entries()?.list_entries(input)?;
        self.keep(&mut page.entries, |entry| &entry.path)?;
        Ok(page)
    }

    fn visible_changes(&self, input: ListChangesInput) -> Result<EntryChanges> {
        let mut changes = self.entries()?.list_changes(input)?;
        self.keep(&mut changes.entries, |entry| &entry.path)?;
        self.keep(&mut changes.removed, |(_, path)| path)?;
        Ok(changes)
    }

    /// Checks that an extension changes no metadata of another one: the keys `finance` and `finance.…`
    /// belong to the extension of that id, where it is installed or made the entry.
    fn check_keys(
        &self,
        caller: Option<&str>,
        keys: &Map<String, Value>,
        maker: impl FnOnce() -> Result<Option<String>>,
    ) -> Result<()> {
        let Some(caller) = caller else { return Ok(()) };
        let owners = keys.keys().filter_map(|key| metadata_owner(key));
        let others: BTreeSet<&str> = owners.filter(|owner| *owner != caller).collect();
        if others.is_empty() {
            return Ok(());
        }
        let maker = maker()?;
        for other in others {
            if maker.as_deref() == Some(other) || self.is_installed(other)? {
                let message =
                    format!("the metadata `{other}` belong to the extension of that name");
                return Err(LibraryError::Denied(message));
            }
        }
        Ok(())
    }

    fn is_installed(&self, id: &str) -> Result<bool> {
        let Some(directory) = self.context.find_service::<dyn ExtensionDirectory>() else {
            return Ok(false);
        };
        match directory.offer(id) {
            Ok(_) => Ok(true),
            Err(error) if error.code == ErrorCode::NotFound => Ok(false),
            Err(error) => Err(LibraryError::Undecided(error.error)),
        }
    }

    /// Searches by words, in the texts that the call may see.
    pub(crate) fn search(&self, input: SearchInput) -> Result<SearchOutput> {
        ensure_conditions(input.metadata.len() + input.filters.len())?;
        let sees = |path: &EntryPath, part: TextPart<'_>| self.sees_text(path, part);
        self.text_search()?.search(input, self.visibility(&sees)?)
    }

    /// Searches by meaning, in the texts that the call may see.
    pub(crate) fn nearest(
        &self,
        model: &str,
        vector: &[f32],
        min_score: f32,
        input: &SearchInput,
    ) -> Result<Vec<SearchHit>> {
        ensure_conditions(input.metadata.len() + input.filters.len())?;
        let sees = |path: &EntryPath, part: TextPart<'_>| self.sees_text(path, part);
        self.vectors()?.nearest(model, vector, min_score, input, self.visibility(&sees)?)
    }

    fn visibility<'s>(
        &self,
        sees: &'s dyn Fn(&EntryPath, TextPart<'_>) -> Result<bool>,
    ) -> Result<Visibility<'s>> {
        let all = !self.asks && self.may_read(Target::Unknown)?;
        Ok(if all { Visibility::All } else { Visibility::Only(sees) })
    }

    fn sees_text(&self, entry: &EntryPath, part: TextPart<'_>) -> Result<bool> {
        match part {
            TextPart::Entry => self.sees(entry, None),
            TextPart::Sidecar(name) => self.sees(entry, Some(name)),
            TextPart::Content => self.may_read(Target::Entry(entry)),
        }
    }

    /// Returns whether the caller may read contents: a search of them shows what stands there.
    fn may_read(&self, target: Target<'_>) -> Result<bool> {
        let method = Method::parse(ReadContent::METHOD);
        let method = method.map_err(|error| LibraryError::Undecided(error.to_string()))?;
        self.context.may_also(method, target).map_err(undecided)
    }

    fn sees(&self, entry: &EntryPath, sidecar: Option<&str>) -> Result<bool> {
        let target = match sidecar {
            Some(name) => Target::Sidecar { entry, name },
            None => Target::Entry(entry),
        };
        self.context.may_touch(target).map_err(undecided)
    }

    /// Counts the contents that wait to be read; 0 where the store keeps no texts of them.
    pub(crate) fn unread_contents(&self) -> Result<u64> {
        let contents = self.library.contents();
        let unread = contents.map(|contents| contents.unread_contents(READER_VERSION, None, 0));
        Ok(unread.transpose()?.map_or(0, |(_, count)| count))
    }

    /// Keeps the text of a content that the call may touch, in place of the one before.
    pub(crate) fn replace_text(&self, content: UnreadContent, text: ContentText) -> Result<()> {
        self.check_entry(content.entry)?;
        let contents = self.library.contents().ok_or(LibraryError::Unsupported("contents"))?;
        contents.replace_content_texts(READER_VERSION, &[(content, text)])
    }

    /// Builds the index of words anew: it shows nothing, and is made of what is in it already.
    pub(crate) fn rebuild_index(&self) -> Result<()> {
        self.text_search()?.rebuild_index()
    }

    /// Indexes an entry anew that the call may touch; returns how many of its sidecars are unreadable.
    pub(crate) fn index_entry(&self, entry: Uuid) -> Result<u64> {
        self.check_entry(entry)?;
        self.text_search()?.index_entry(entry)
    }

    /// Lists texts without a vector of an entry that the call may touch.
    pub(crate) fn entry_texts_missing_embedding(
        &self,
        model: &str,
        entry: Uuid,
        limit: u32,
    ) -> Result<Vec<IndexedText>> {
        self.check_entry(entry)?;
        self.vectors()?.entry_texts_missing_embedding(model, entry, limit)
    }

    /// Lists texts without a vector. The host makes vectors of all texts, whoever searches; only
    /// hits are shown.
    pub(crate) fn texts_missing_embedding(
        &self,
        model: &str,
        limit: u32,
    ) -> Result<(Vec<IndexedText>, u64)> {
        self.vectors()?.texts_missing_embedding(model, limit)
    }

    /// Keeps vectors.
    pub(crate) fn put_vectors(
        &self,
        model: &str,
        vectors: &[(IndexedText, Vec<f32>)],
    ) -> Result<()> {
        self.vectors()?.put_vectors(model, vectors)
    }

    /// Publishes an event about an entry.
    pub(crate) fn publish(
        &self,
        extension: &str,
        kind: &str,
        entry: Uuid,
        data: Option<&Value>,
    ) -> Result<u64> {
        self.check_entry(entry)?;
        self.events()?.publish(extension, kind, entry, data)
    }

    /// Keeps what the call may see of a list. Where that cannot be decided there is no list: a shorter
    /// one would say that the rest does not exist.
    fn keep<T>(&self, list: &mut Vec<T>, path: impl Fn(&T) -> &str) -> Result<()> {
        if !self.asks {
            return Ok(());
        }
        try_retain(list, |item| self.sees(&EntryPath::stored(path(item)), None))
    }

    /// Fills a page of what the call may see up to its limit.
    fn filled<P: Page>(
        &self,
        page: P,
        limit: u32,
        fetch: impl Fn(P::Cursor, u32) -> Result<P>,
    ) -> Result<P> {
        if self.asks { filled(page, limit, fetch) } else { Ok(page) }
    }

    /// Leaves the sidecars in a page of an entry that the call may see, and fills it with more.
    fn visible_sidecars(
        &self,
        entry_id: Uuid,
        mut page: ListSidecarsOutput,
    ) -> Result<ListSidecarsOutput> {
        if !self.asks {
            return Ok(page);
        }
        let path = self.path(entry_id)?;
        let keep = |sidecars: &mut Vec<SidecarInfo>| {
            try_retain(sidecars, |sidecar| self.sees(&path, Some(&sidecar.name)))
        };
        keep(&mut page.sidecars)?;
        filled(page, MAX_SIDECAR_PAGE as u32, |after, _| {
            let input = ListSidecarsInput { entry_id, after: Some(after) };
            let mut behind = self.sidecars()?.list_sidecars(&input)?;
            keep(&mut behind.sidecars)?;
            Ok(behind)
        })
    }
}

/// Refuses more conditions than a store is asked for at once.
fn ensure_conditions(count: usize) -> Result<()> {
    if count <= MAX_CONDITIONS {
        return Ok(());
    }
    Err(LibraryError::Invalid(format!("{count} conditions, the limit is {MAX_CONDITIONS}")))
}

/// Returns the extension that a top-level key of metadata would belong to.
fn metadata_owner(key: &str) -> Option<&str> {
    let first = key.split('.').next()?;
    is_segment(first).then_some(first)
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
        self.check_keys(caller, &new.metadata, || Ok(None))?;
        let made = self.entries()?.create_entry(caller, new)?;
        match (caller, made.entry.created_by.as_deref()) {
            (Some(caller), Some(maker)) if caller != maker => {
                let message = format!("the entry at this path was made by the extension `{maker}`");
                Err(LibraryError::Denied(message))
            }
            _ => Ok(made),
        }
    }

    fn get_entry(&self, id: Uuid) -> Result<EntryDetails> {
        self.check_entry(id)?;
        let EntryDetails { entry, sidecars, next_sidecar } = self.entries()?.get_entry(id)?;
        let page = ListSidecarsOutput { sidecars, next: next_sidecar };
        let ListSidecarsOutput { sidecars, next } = self.visible_sidecars(id, page)?;
        Ok(EntryDetails { entry, sidecars, next_sidecar: next })
    }

    fn list_entries(&self, input: ListEntriesInput) -> Result<ListEntriesOutput> {
        ensure_conditions(input.metadata.len())?;
        let page = self.visible_page(input.clone())?;
        self.filled(page, input.limit, |after, limit| {
            self.visible_page(ListEntriesInput { after: Some(after), limit, ..input.clone() })
        })
    }

    fn list_changes(&self, input: ListChangesInput) -> Result<EntryChanges> {
        let page = self.visible_changes(input.clone())?;
        self.filled(page, input.limit, |after, limit| {
            self.visible_changes(ListChangesInput { after: Some(after), limit, ..input.clone() })
        })
    }

    fn read_content(&self, input: ReadContentInput) -> Result<ReadContentOutput> {
        self.check_entry(input.entry_id)?;
        self.entries()?.read_content(input)
    }

    fn update_metadata(
        &self,
        caller: Option<&str>,
        input: UpdateMetadataInput,
    ) -> Result<Map<String, Value>> {
        let maker = || Ok(self.entries()?.get_entry(input.entry_id)?.entry.created_by);
        self.check_entry(input.entry_id)?;
        self.check_keys(caller, &input.metadata, maker)?;
        self.entries()?.update_metadata(caller, input)
    }

    fn move_entry(&self, id: Uuid, path: &EntryPath) -> Result<Entry> {
        self.check_entry(id)?;
        self.entries()?.move_entry(id, path)
    }

    fn delete_entry(&self, caller: Option<&str>, id: Uuid) -> Result<bool> {
        self.check_entry(id)?;
        self.entries()?.delete_entry(caller, id)
    }
}

/// The operations of the bin are for the user only.
impl Bin for AuthorizedLibrary<'_> {
    fn list_bin(&self, input: &ListBinInput) -> Result<ListBinOutput> {
        self.bin()?.list_bin(input)
    }

    fn restore_entry(&self, id: Uuid, path: Option<&EntryPath>) -> Result<Entry> {
        self.bin()?.restore_entry(id, path)
    }

    fn empty_bin(&self, ids: Option<&[Uuid]>) -> Result<u64> {
        self.bin()?.empty_bin(ids)
    }
}

impl Versions for AuthorizedLibrary<'_> {
    fn list_versions(&self, entry: Uuid) -> Result<Vec<EntryVersion>> {
        self.check_entry(entry)?;
        self.versions()?.list_versions(entry)
    }

    fn restore_version(&self, entry: Uuid, version: u64) -> Result<Entry> {
        self.check_entry(entry)?;
        self.versions()?.restore_version(entry, version)
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
        let page = self.sidecars()?.list_sidecars(input)?;
        self.visible_sidecars(input.entry_id, page)
    }

    fn delete_sidecar(&self, caller: Option<&str>, entry: Uuid, name: &str) -> Result<bool> {
        self.check_sidecar(entry, name)?;
        self.sidecars()?.delete_sidecar(caller, entry, name)
    }
}
