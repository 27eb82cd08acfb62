//! A store in memory, with entries and sidecars only.

use std::{collections::BTreeMap, sync::Arc};

use ext_services::library::{Entries, Library, LibraryDirectory, LibraryError, Result, Sidecars};
use ext_wire::{
    Blob, EntryPath, VettedEntry, merge_patch, names,
    ops::{
        libraries::{CheckLibraryOutput, LibraryInfo, ListLibrariesOutput},
        vdfs::{
            CreateEntryOutput, Entry, EntryDetails, ListEntriesInput, ListEntriesOutput,
            ListSidecarsInput, ListSidecarsOutput, MAX_METADATA_BYTES, MAX_PAGE, MAX_SIDECAR_BYTES,
            MAX_SIDECAR_PAGE, MAX_SIDECARS, ReadContentInput, ReadContentOutput, SidecarInfo,
            UpdateMetadataInput, WriteSidecarInput,
        },
    },
};
use parking_lot::Mutex;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::role::SIDECAR_QUOTA;

/// The time of every change: a model needs no clock.
const NOW: &str = "2026-01-01T00:00:00.000Z";

/// Libraries in memory, with the roles `Entries` and `Sidecars`: the model of the suite, and an example
/// of a store that has some roles only.
///
/// It accepts every name of a sidecar.
#[derive(Debug, Default)]
pub struct MemoryLibraries(Mutex<Vec<Arc<MemoryLibrary>>>);

#[derive(Debug)]
struct MemoryLibrary {
    info: Mutex<LibraryInfo>,
    rows: Mutex<Rows>,
}

#[derive(Debug, Default)]
struct Rows {
    entries: BTreeMap<u64, Row>,
    last: u64,
}

#[derive(Debug)]
struct Row {
    entry: Entry,
    content: Blob,
    sidecars: BTreeMap<String, (SidecarInfo, Blob)>,
    /// The bytes of metadata that each extension wrote.
    metadata_bytes: BTreeMap<String, u64>,
}

impl LibraryDirectory for MemoryLibraries {
    fn library(&self, id: Uuid) -> Result<Arc<dyn Library>> {
        let libraries = self.0.lock();
        let found = libraries.iter().find(|library| library.info.lock().id == id);
        let found = found.ok_or_else(|| not_found("library", id))?;
        Ok(Arc::clone(found) as Arc<dyn Library>)
    }

    fn create(&self, name: &str) -> Result<LibraryInfo> {
        let (mut libraries, name) = (self.0.lock(), name.trim().to_owned());
        if libraries.iter().any(|other| names::is_same_library(&other.info.lock().name, &name)) {
            return Err(LibraryError::Conflict(format!("a library is called `{name}` already")));
        }
        let id = Uuid::from_u128(libraries.len() as u128 + 1);
        let info =
            LibraryInfo { id, name, path: String::new(), created_at: NOW.into(), read_only: false };
        libraries.push(Arc::new(MemoryLibrary {
            info: Mutex::new(info.clone()),
            rows: Mutex::default(),
        }));
        Ok(info)
    }

    fn rename(&self, id: Uuid, name: &str) -> Result<LibraryInfo> {
        let name = names::library_name(name)?;
        let libraries = self.0.lock();
        let found = libraries.iter().find(|library| library.info.lock().id == id);
        let found = found.ok_or_else(|| not_found("library", id))?;
        let is_taken = |other: &Arc<MemoryLibrary>| {
            let info = other.info.lock();
            info.id != id && names::is_same_library(&info.name, &name)
        };
        if libraries.iter().any(is_taken) {
            return Err(LibraryError::Conflict(format!("a library is called `{name}` already")));
        }
        let mut info = found.info.lock();
        info.name = name;
        Ok(info.clone())
    }

    fn check(&self, id: Uuid) -> Result<CheckLibraryOutput> {
        self.library(id)?;
        Ok(CheckLibraryOutput { missing: Vec::new(), quarantined: 0 })
    }

    fn list(&self) -> Result<ListLibrariesOutput> {
        let mut infos: Vec<_> =
            self.0.lock().iter().map(|library| library.info.lock().clone()).collect();
        infos.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(ListLibrariesOutput { libraries: infos, unreadable: Vec::new() })
    }
}

impl Library for MemoryLibrary {
    fn info(&self) -> Result<LibraryInfo> {
        Ok(self.info.lock().clone())
    }

    fn entries(&self) -> Option<&dyn Entries> {
        Some(self)
    }

    fn sidecars(&self) -> Option<&dyn Sidecars> {
        Some(self)
    }
}

impl Entries for MemoryLibrary {
    fn create_entry(&self, caller: Option<&str>, input: VettedEntry) -> Result<CreateEntryOutput> {
        let mut rows = self.rows.lock();
        if let Some(row) = rows.entries.values().find(|row| row.entry.path == input.path.as_str()) {
            return Ok(CreateEntryOutput { entry: row.entry.clone(), created: false });
        }
        input.check_new()?;
        let content = input.content.as_ref().map_or(0, |content| content.len() as u64);
        let bytes = content + json_bytes(&input.metadata) as u64 - 2;
        let used = caller.map_or(0, |caller| rows.bytes_of(caller));
        ensure_room(caller, used + bytes)?;
        let entry = rows.insert(caller, input);
        Ok(CreateEntryOutput { entry, created: true })
    }

    fn get_entry(&self, id: Uuid) -> Result<EntryDetails> {
        let mut rows = self.rows.lock();
        let row = rows.get(id)?;
        let ListSidecarsOutput { sidecars, next } = row.page(None);
        Ok(EntryDetails { entry: row.entry.clone(), sidecars, next_sidecar: next })
    }

    fn list_entries(&self, input: ListEntriesInput) -> Result<ListEntriesOutput> {
        if !(1..=MAX_PAGE).contains(&input.limit) {
            return Err(LibraryError::Invalid(format!("a page of {}", input.limit)));
        }
        let rows = self.rows.lock();
        let behind = rows.entries.range(input.after.map_or(0, |after| after + 1)..);
        let mut fitting = behind.filter(|(_, row)| fits(&row.entry, &input)).peekable();
        let (mut entries, mut next) = (Vec::new(), None);
        while let Some((seq, row)) = fitting.next() {
            entries.push(row.entry.clone());
            if entries.len() == input.limit as usize {
                next = fitting.peek().map(|_| *seq);
                break;
            }
        }
        Ok(ListEntriesOutput { entries, next })
    }

    fn read_content(&self, input: ReadContentInput) -> Result<ReadContentOutput> {
        let mut rows = self.rows.lock();
        let row = rows.get(input.entry_id)?;
        let size = row.entry.size.ok_or_else(|| LibraryError::Invalid("no content".into()))?;
        let left = size.checked_sub(input.offset);
        let left = left.ok_or_else(|| LibraryError::Invalid("behind the end".into()))?;
        let length = input.length.unwrap_or(left).min(left);
        let bytes = row.content.as_bytes().iter().skip(input.offset as usize);
        let data: Vec<u8> = bytes.take(length as usize).copied().collect();
        Ok(ReadContentOutput { data: data.into(), size })
    }

    fn update_metadata(
        &self,
        caller: Option<&str>,
        input: UpdateMetadataInput,
    ) -> Result<Map<String, Value>> {
        let mut rows = self.rows.lock();
        let used = caller.map_or(0, |caller| rows.bytes_of(caller));
        let row = rows.get(input.entry_id)?;
        let mut merged = row.entry.metadata.clone();
        LibraryError::ensure_unchanged(&input, &merged)?;
        let before = json_bytes(&merged) as u64;
        merge_patch::apply(&mut merged, input.metadata);
        ensure_size("metadata", json_bytes(&merged), MAX_METADATA_BYTES)?;
        let after = json_bytes(&merged) as u64;
        if after > before {
            ensure_room(caller, used + after - before)?;
        }
        if let Some(caller) = caller {
            let bytes = row.metadata_bytes.entry(caller.to_owned()).or_default();
            *bytes = (*bytes + after).saturating_sub(before);
        }
        row.metadata_bytes.values_mut().for_each(|bytes| *bytes = (*bytes).min(after - 2));
        row.entry.metadata.clone_from(&merged);
        Ok(merged)
    }

    fn move_entry(&self, id: Uuid, path: &EntryPath) -> Result<Entry> {
        path.check_new()?;
        let mut rows = self.rows.lock();
        let entry = rows.get(id)?.entry.clone();
        let taken = |row: &Row| row.entry.id != id && row.entry.path == path.as_str();
        if rows.entries.values().any(taken) {
            return Err(LibraryError::Conflict("the path is taken".into()));
        }
        let row = rows.get(id)?;
        if EntryPath::stored(&entry.path).file_name() == entry.name {
            row.entry.name = path.file_name().to_owned();
        }
        row.entry.path = path.as_str().to_owned();
        Ok(row.entry.clone())
    }

    fn delete_entry(&self, caller: Option<&str>, id: Uuid) -> Result<bool> {
        let mut rows = self.rows.lock();
        let Ok(row) = rows.get(id) else { return Ok(false) };
        ensure_owner(caller, row.entry.created_by.as_deref())?;
        rows.entries.retain(|_, row| row.entry.id != id);
        Ok(true)
    }
}

impl Sidecars for MemoryLibrary {
    fn write_sidecar(&self, caller: Option<&str>, input: WriteSidecarInput) -> Result<SidecarInfo> {
        ensure_size("sidecar", input.data.len(), MAX_SIDECAR_BYTES)?;
        let mut rows = self.rows.lock();
        let used = caller.map_or(0, |caller| rows.bytes_of(caller));
        let row = rows.get(input.entry_id)?;
        let old = row.twin(&input.name);
        let mut replaced = 0;
        if let Some(old) = old {
            names::sidecar_beside(&old.name, &input.name)?;
            ensure_owner(caller, old.written_by.as_deref())?;
            replaced = if old.written_by.as_deref() == caller { old.size } else { 0 };
        }
        LibraryError::ensure_same_sidecar(&input, old)?;
        row.ensure_place(caller, &input.name)?;
        ensure_room(caller, used - caller.map_or(0, |_| replaced) + input.data.len() as u64)?;
        let info = sidecar_info(caller, &input);
        row.sidecars.insert(input.name, (info.clone(), input.data));
        Ok(info)
    }

    fn read_sidecar(&self, entry: Uuid, name: &str) -> Result<Vec<u8>> {
        let mut rows = self.rows.lock();
        let found = rows.get(entry)?.sidecars.get(name);
        found.map(|(_, data)| data.as_bytes().to_vec()).ok_or_else(|| not_found("sidecar", name))
    }

    fn list_sidecars(&self, input: &ListSidecarsInput) -> Result<ListSidecarsOutput> {
        Ok(self.rows.lock().get(input.entry_id)?.page(input.after.as_deref()))
    }

    fn delete_sidecar(&self, caller: Option<&str>, entry: Uuid, name: &str) -> Result<bool> {
        let mut rows = self.rows.lock();
        let row = rows.get(entry)?;
        let Some((info, _)) = row.sidecars.get(name) else { return Ok(false) };
        ensure_owner(caller, info.written_by.as_deref())?;
        Ok(row.sidecars.remove(name).is_some())
    }
}

impl Rows {
    fn get(&mut self, id: Uuid) -> Result<&mut Row> {
        let found = self.entries.values_mut().find(|row| row.entry.id == id);
        found.ok_or_else(|| not_found("entry", id))
    }

    fn insert(&mut self, caller: Option<&str>, input: VettedEntry) -> Entry {
        self.last += 1;
        let entry = Entry {
            id: Uuid::from_u128(0x1000 + u128::from(self.last)),
            name: input.name,
            path: input.path.into(),
            entry_type: input.entry_type,
            media_type: input.media_type,
            size: input.content.as_ref().map(|content| content.len() as u64),
            content_hash: input.content.as_ref().map(hash),
            created_by: caller.map(str::to_owned),
            metadata: input.metadata,
            created_at: NOW.into(),
            updated_at: NOW.into(),
        };
        let content = input.content.unwrap_or_else(|| Vec::new().into());
        let bytes = json_bytes(&entry.metadata) as u64 - 2;
        let metadata_bytes = caller.map(|caller| (caller.to_owned(), bytes)).into_iter().collect();
        let row = Row { entry: entry.clone(), content, sidecars: BTreeMap::new(), metadata_bytes };
        self.entries.insert(self.last, row);
        entry
    }

    fn bytes_of(&self, caller: &str) -> u64 {
        let sidecars = self.entries.values().flat_map(|row| row.sidecars.values());
        let own = sidecars.filter(|(info, _)| info.written_by.as_deref() == Some(caller));
        let made = self.entries.values().map(|row| &row.entry);
        let made = made.filter(|entry| entry.created_by.as_deref() == Some(caller));
        let content: u64 = made.filter_map(|entry| entry.size).sum();
        let written = self.entries.values().filter_map(|row| row.metadata_bytes.get(caller));
        content + written.sum::<u64>() + own.map(|(info, _)| info.size).sum::<u64>()
    }
}

impl Row {
    fn page(&self, after: Option<&str>) -> ListSidecarsOutput {
        let infos = self.sidecars.values().map(|(info, _)| info);
        let mut left = infos.filter(|info| after.is_none_or(|after| *info.name > *after)).cloned();
        let sidecars: Vec<_> = left.by_ref().take(MAX_SIDECAR_PAGE).collect();
        let last = sidecars.last().map(|info| info.name.clone());
        ListSidecarsOutput { sidecars, next: left.next().and(last) }
    }

    fn ensure_place(&self, caller: Option<&str>, name: &str) -> Result<()> {
        let infos = self.sidecars.values().map(|(info, _)| info);
        let own = infos.filter(|info| info.written_by.as_deref() == caller);
        if self.sidecars.contains_key(name) || own.count() < MAX_SIDECARS as usize {
            return Ok(());
        }
        Err(LibraryError::TooMany { what: "sidecars", limit: MAX_SIDECARS.into() })
    }

    /// Finds the sidecar whose name is `name` but for case.
    fn twin(&self, name: &str) -> Option<&SidecarInfo> {
        let mut infos = self.sidecars.values().map(|(info, _)| info);
        infos.find(|info| info.name.eq_ignore_ascii_case(name))
    }
}

fn hash(bytes: &Blob) -> String {
    blake3::hash(bytes.as_bytes()).to_hex().to_string()
}

fn json_bytes(metadata: &Map<String, Value>) -> usize {
    serde_json::to_string(metadata).map_or(usize::MAX, |json| json.len())
}

fn sidecar_info(caller: Option<&str>, input: &WriteSidecarInput) -> SidecarInfo {
    SidecarInfo {
        name: input.name.clone(),
        size: input.data.len() as u64,
        content_hash: hash(&input.data),
        written_by: caller.map(str::to_owned),
        updated_at: NOW.into(),
    }
}

fn fits(entry: &Entry, input: &ListEntriesInput) -> bool {
    let below = |prefix: &String| {
        let prefix = prefix.trim_end_matches('/');
        let rest = entry.path.strip_prefix(prefix);
        prefix.is_empty() || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    input.entry_type.as_ref().is_none_or(|wanted| *wanted == entry.entry_type)
        && input.path_prefix.as_ref().is_none_or(below)
        && input.metadata.iter().all(|(key, value)| entry.metadata.get(key) == Some(value))
}

fn ensure_size(what: &'static str, got: usize, limit: usize) -> Result<()> {
    let (got, limit) = (got as u64, limit as u64);
    if got > limit { Err(LibraryError::TooLarge { what, got, limit }) } else { Ok(()) }
}

fn ensure_owner(caller: Option<&str>, owner: Option<&str>) -> Result<()> {
    if caller.is_none() || caller == owner {
        return Ok(());
    }
    Err(LibraryError::Denied("it belongs to somebody else".into()))
}

fn ensure_room(caller: Option<&str>, bytes: u64) -> Result<()> {
    match caller {
        Some(extension) if bytes > SIDECAR_QUOTA => {
            Err(LibraryError::Quota { extension: extension.into(), bytes, limit: SIDECAR_QUOTA })
        }
        _ => Ok(()),
    }
}

fn not_found(what: &'static str, name: impl ToString) -> LibraryError {
    LibraryError::NotFound { what, name: name.to_string() }
}
