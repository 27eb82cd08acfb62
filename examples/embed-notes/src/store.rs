//! A store in memory: one library whose entries have content, and nothing else.

use std::sync::Arc;

use ext_manager::{
    Uuid,
    ops::{
        libraries::{CheckLibraryOutput, LibraryInfo, ListLibrariesOutput},
        vdfs::{
            CreateEntryOutput, Entry, EntryDetails, ListEntriesInput, ListEntriesOutput,
            ReadContentInput, ReadContentOutput, UpdateMetadataInput,
        },
    },
};
use ext_services::library::{Entries, Library, LibraryDirectory, LibraryError};
use ext_wire::{EntryPath, VettedEntry, merge_patch};
use parking_lot::Mutex;
use serde_json::{Map, Value};

/// The id of the only library.
pub(crate) const LIBRARY: Uuid = Uuid::from_bytes(*b"embed-notes home");

type Result<T> = std::result::Result<T, LibraryError>;
type Kept = (Entry, Option<Vec<u8>>);

/// The app's entries, with their content.
#[derive(Default)]
struct Notes(Mutex<Vec<Kept>>);

/// The libraries of the app: its notes.
#[derive(Default)]
pub(crate) struct Home(Arc<Notes>);

impl LibraryDirectory for Home {
    fn library(&self, id: Uuid) -> Result<Arc<dyn Library>> {
        if id == LIBRARY { Ok(Arc::clone(&self.0) as _) } else { Err(missing("library", id)) }
    }

    fn create(&self, _: &str) -> Result<LibraryInfo> {
        Err(LibraryError::Denied("this app has one library".to_owned()))
    }

    fn rename(&self, _: Uuid, _: &str) -> Result<LibraryInfo> {
        Err(LibraryError::Unsupported("libraries with names of their own"))
    }

    fn check(&self, id: Uuid) -> Result<CheckLibraryOutput> {
        self.library(id)?;
        Ok(CheckLibraryOutput { missing: Vec::new(), quarantined: 0 })
    }

    fn list(&self) -> Result<ListLibrariesOutput> {
        Ok(ListLibrariesOutput { libraries: vec![self.0.info()?], unreadable: Vec::new() })
    }
}

/// Has one role; operations of the others answer `E_UNKNOWN_METHOD`.
impl Library for Notes {
    fn info(&self) -> Result<LibraryInfo> {
        let (name, path) = ("Home".to_owned(), String::new());
        Ok(LibraryInfo { id: LIBRARY, name, path, created_at: now(), read_only: false })
    }

    fn entries(&self) -> Option<&dyn Entries> {
        Some(self)
    }
}

impl Notes {
    fn find<T>(&self, id: Uuid, read: impl FnOnce(&Kept) -> T) -> Result<T> {
        let kept = self.0.lock();
        let found = kept.iter().find(|(entry, _)| entry.id == id);
        found.map(read).ok_or_else(|| missing("entry", id))
    }
}

impl Entries for Notes {
    fn create_entry(&self, caller: Option<&str>, input: VettedEntry) -> Result<CreateEntryOutput> {
        let mut kept = self.0.lock();
        if let Some((entry, _)) = kept.iter().find(|(entry, _)| entry.path == input.path.as_str()) {
            return Ok(CreateEntryOutput { entry: entry.clone(), created: false });
        }
        input.check_new()?;
        let content = input.content.map(|blob| blob.as_bytes().to_vec());
        let entry = Entry {
            id: Uuid::from_u128(kept.len() as u128 + 1),
            name: input.name,
            path: input.path.into(),
            entry_type: input.entry_type,
            media_type: input.media_type,
            size: content.as_ref().map(|content| content.len() as u64),
            content_hash: None,
            created_by: caller.map(str::to_owned),
            metadata: input.metadata,
            created_at: now(),
            updated_at: now(),
        };
        kept.push((entry.clone(), content));
        Ok(CreateEntryOutput { entry, created: true })
    }

    fn get_entry(&self, id: Uuid) -> Result<EntryDetails> {
        self.find(id, |(entry, _)| EntryDetails {
            entry: entry.clone(),
            sidecars: Vec::new(),
            next_sidecar: None,
        })
    }

    fn list_entries(&self, input: ListEntriesInput) -> Result<ListEntriesOutput> {
        let is_of_type =
            |entry: &&Entry| input.entry_type.as_ref().is_none_or(|kind| *kind == entry.entry_type);
        let kept = self.0.lock();
        let entries = kept.iter().map(|(entry, _)| entry).filter(is_of_type).cloned().collect();
        Ok(ListEntriesOutput { entries, next: None })
    }

    fn read_content(&self, input: ReadContentInput) -> Result<ReadContentOutput> {
        let content = self.find(input.entry_id, |(_, content)| content.clone())?;
        let content = content.ok_or_else(|| missing("content", input.entry_id))?;
        let size = content.len() as u64;
        Ok(ReadContentOutput { data: content.into(), size })
    }

    fn update_metadata(
        &self,
        _: Option<&str>,
        input: UpdateMetadataInput,
    ) -> Result<Map<String, Value>> {
        let mut kept = self.0.lock();
        let id = input.entry_id;
        let found = kept.iter_mut().find(|(entry, _)| entry.id == id);
        let (entry, _) = found.ok_or_else(|| missing("entry", id))?;
        LibraryError::ensure_unchanged(&input, &entry.metadata)?;
        merge_patch::apply(&mut entry.metadata, input.metadata);
        Ok(entry.metadata.clone())
    }

    fn move_entry(&self, id: Uuid, path: &EntryPath) -> Result<Entry> {
        let mut kept = self.0.lock();
        if kept.iter().any(|(entry, _)| entry.id != id && entry.path == path.as_str()) {
            return Err(LibraryError::Conflict(format!("`{path}` is taken")));
        }
        let found = kept.iter_mut().find(|(entry, _)| entry.id == id);
        let (entry, _) = found.ok_or_else(|| missing("entry", id))?;
        entry.path = path.as_str().to_owned();
        Ok(entry.clone())
    }

    fn delete_entry(&self, _: Option<&str>, id: Uuid) -> Result<bool> {
        let mut kept = self.0.lock();
        let before = kept.len();
        kept.retain(|(entry, _)| entry.id != id);
        Ok(kept.len() < before)
    }
}

fn now() -> String {
    jiff::Timestamp::now().to_string()
}

fn missing(what: &'static str, id: Uuid) -> LibraryError {
    LibraryError::NotFound { what, name: id.to_string() }
}
