//! The library of the fake host: vectors and maps.

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicU64, Ordering},
};

use bytes::Bytes;
use ext_abi::ErrorCode;
use ext_wire::{
    EntryPath, VettedEntry, merge_patch, names,
    ops::vdfs::{
        CreateEntryOutput, Entry, EntryDetails, ListChangesInput, ListChangesOutput,
        MAX_METADATA_BYTES, MAX_SIDECARS, NewEntry, SidecarInfo, UpdateMetadataInput,
    },
};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::{Error, Result};

/// Extension that makes entries and sidecars through a client, unless a test names another one.
const EXTENSION: &str = "extension_under_test";

/// An entry with all that belongs to it.
pub(super) struct Stored {
    /// Rising in the order of making; the cursor of pages.
    pub(super) number: u64,
    pub(super) entry: Entry,
    content: Option<Bytes>,
    sidecars: BTreeMap<String, (SidecarInfo, Bytes)>,
    /// Number of its last change.
    changed: u64,
}

impl Stored {
    /// The texts in the sidecars.
    pub(super) fn texts(&self) -> impl Iterator<Item = &str> {
        self.sidecars.values().filter_map(|(_, bytes)| std::str::from_utf8(bytes).ok())
    }
}

/// Number of libraries that were made, by which cursors are told apart.
static LIBRARIES: AtomicU64 = AtomicU64::new(0);

/// Entries in the order of their making.
pub(super) struct Library {
    /// The extension under test.
    pub(super) extension: String,
    stored: Vec<Stored>,
    last_number: u64,
    seconds: u32,
    numbering: u64,
    last_change: u64,
    /// Entries that are gone, with the numbers of their removals.
    removed: Vec<(u64, Uuid)>,
}

impl Default for Library {
    fn default() -> Self {
        Self {
            extension: EXTENSION.to_owned(),
            stored: Vec::new(),
            last_number: 0,
            seconds: 0,
            numbering: LIBRARIES.fetch_add(1, Ordering::Relaxed),
            last_change: 0,
            removed: Vec::new(),
        }
    }
}

impl Library {
    pub(super) fn stored(&self) -> &[Stored] {
        &self.stored
    }

    pub(super) fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.stored.iter().map(|stored| &stored.entry)
    }

    /// Adds a file as the user does.
    pub(super) fn import(
        &mut self,
        name: &str,
        path: &str,
        media_type: &str,
        bytes: &[u8],
    ) -> Entry {
        let same = EntryPath::stored(path);
        let old = self.entries().find(|entry| entry.path == same.as_str()).map(|entry| entry.id);
        old.map(|id| self.delete(id));
        let input = NewEntry {
            name: name.to_owned(),
            path: path.to_owned(),
            entry_type: "file".to_owned(),
            metadata: Map::new(),
            content: Some(bytes.to_vec().into()),
            media_type: Some(media_type.to_owned()),
        };
        let created = self.create_by(None, input);
        created.unwrap_or_else(|error| panic!("cannot add `{path}`: {error}")).entry
    }

    pub(super) fn create(&mut self, input: NewEntry) -> Result<CreateEntryOutput> {
        self.create_by(Some(self.extension.clone()), input)
    }

    fn create_by(&mut self, maker: Option<String>, input: NewEntry) -> Result<CreateEntryOutput> {
        let input = VettedEntry::vet(input)?;
        if let Some(entry) = self.entries().find(|entry| entry.path == input.path.as_str()) {
            return match (&maker, &entry.created_by) {
                (Some(caller), Some(maker)) if caller != maker => {
                    let message =
                        format_args!("the entry at this path was made by the extension `{maker}`");
                    Err(Error::new(ErrorCode::DeniedArg, message))
                }
                _ => Ok(CreateEntryOutput { entry: entry.clone(), created: false }),
            };
        }
        input.check_new()?;
        Ok(CreateEntryOutput { entry: self.insert(maker, input), created: true })
    }

    fn insert(&mut self, maker: Option<String>, input: VettedEntry) -> Entry {
        self.last_number += 1;
        self.last_change += 1;
        let content = input.content.map(|blob| blob.into_bytes());
        let now = self.now();
        let entry = Entry {
            id: Uuid::from_u64_pair(
                0xe000_0000_0000_8000,
                0x8000_0000_0000_0000 | self.last_number,
            ),
            name: input.name,
            path: input.path.into(),
            entry_type: input.entry_type,
            media_type: input.media_type,
            size: content.as_ref().map(|bytes| bytes.len() as u64),
            content_hash: content.as_ref().map(hash),
            created_by: maker,
            metadata: input.metadata,
            created_at: now.clone(),
            updated_at: now,
        };
        self.stored.push(Stored {
            number: self.last_number,
            entry: entry.clone(),
            content,
            sidecars: BTreeMap::new(),
            changed: self.last_change,
        });
        entry
    }

    pub(super) fn details(&self, id: Uuid) -> Result<EntryDetails> {
        let (entry, sidecars) = (self.find(id)?.entry.clone(), self.sidecars(id)?);
        Ok(EntryDetails { entry, sidecars, next_sidecar: None })
    }

    pub(super) fn content(&self, id: Uuid) -> Result<&Bytes> {
        self.find(id)?
            .content
            .as_ref()
            .ok_or_else(|| not_found(format!("entry {id} has no content")))
    }

    pub(super) fn patch_metadata(
        &mut self,
        input: UpdateMetadataInput,
    ) -> Result<Map<String, Value>> {
        let now = self.now();
        let entry = &mut self.find_mut(input.entry_id)?.entry;
        let mut metadata = entry.metadata.clone();
        if let Some(key) = input.changed_key(&metadata) {
            let message = format_args!("`{key}` has another value by now");
            return Err(Error::new(ErrorCode::Conflict, message));
        }
        merge_patch::apply(&mut metadata, input.metadata);
        check_metadata(&metadata)?;
        entry.metadata.clone_from(&metadata);
        entry.updated_at = now;
        Ok(metadata)
    }

    pub(super) fn delete(&mut self, id: Uuid) -> bool {
        let before = self.stored.len();
        self.stored.retain(|stored| stored.entry.id != id);
        let is_gone = self.stored.len() < before;
        if is_gone {
            self.last_change += 1;
            self.removed.push((self.last_change, id));
        }
        is_gone
    }

    /// Lists a page of the changes behind a cursor.
    pub(super) fn changes(
        &self,
        input: &ListChangesInput,
        limit: usize,
    ) -> Result<ListChangesOutput> {
        let known = input.after.as_deref().map(cursor).transpose()?;
        let known = known.filter(|(numbering, _)| *numbering == self.numbering);
        let after = known.map_or(0, |(_, number)| number);
        let prefix = input.path_prefix.as_deref();
        let is_in = |stored: &&Stored| prefix.is_none_or(|it| is_below(&stored.entry.path, it));
        let there = self.stored.iter().filter(is_in).map(|it| (it.changed, Ok(&it.entry)));
        let gone = self.removed.iter().map(|(number, id)| (*number, Err(*id)));
        let mut all: Vec<(u64, std::result::Result<&Entry, Uuid>)> =
            there.chain(gone).filter(|(number, _)| *number > after).collect();
        all.sort_unstable_by_key(|(number, _)| *number);
        let more = all.len() > limit;
        all.truncate(limit);
        let last = all.last().filter(|_| more).map_or(self.last_change, |(number, _)| *number);
        Ok(ListChangesOutput {
            entries: all.iter().filter_map(|(_, it)| it.ok()).cloned().collect(),
            removed: all.iter().filter_map(|(_, it)| it.err()).collect(),
            next: format!("{}.{last}", self.numbering),
            more,
            anew: known.is_none(),
        })
    }

    pub(super) fn write_sidecar(
        &mut self,
        id: Uuid,
        name: &str,
        data: Bytes,
    ) -> Result<SidecarInfo> {
        names::sidecar_name(name)?;
        let info = SidecarInfo {
            name: name.to_owned(),
            size: data.len() as u64,
            content_hash: hash(&data),
            written_by: Some(self.extension.clone()),
            updated_at: self.now(),
        };
        let sidecars = &mut self.find_mut(id)?.sidecars;
        sidecars.keys().try_for_each(|old| names::sidecar_beside(old, name))?;
        if sidecars.len() >= MAX_SIDECARS as usize && !sidecars.contains_key(name) {
            let message = format_args!("there are {MAX_SIDECARS} sidecars already");
            return Err(Error::new(ErrorCode::NoSpace, message));
        }
        sidecars.insert(name.to_owned(), (info.clone(), data));
        Ok(info)
    }

    pub(super) fn sidecar(&self, id: Uuid, name: &str) -> Result<&Bytes> {
        let sidecar = self.find(id)?.sidecars.get(name);
        let missing = || not_found(format!("entry {id} has no sidecar `{}`", name.escape_debug()));
        sidecar.map(|(_, bytes)| bytes).ok_or_else(missing)
    }

    pub(super) fn sidecar_info(&self, id: Uuid, name: &str) -> Result<Option<SidecarInfo>> {
        Ok(self.find(id)?.sidecars.get(name).map(|(info, _)| info.clone()))
    }

    pub(super) fn sidecars(&self, id: Uuid) -> Result<Vec<SidecarInfo>> {
        Ok(self.find(id)?.sidecars.values().map(|(info, _)| info.clone()).collect())
    }

    pub(super) fn delete_sidecar(&mut self, id: Uuid, name: &str) -> Result<bool> {
        Ok(self.find_mut(id)?.sidecars.remove(name).is_some())
    }

    fn find(&self, id: Uuid) -> Result<&Stored> {
        let found = self.stored.iter().find(|stored| stored.entry.id == id);
        found.ok_or_else(|| not_found(format!("no entry {id}")))
    }

    /// Finds an entry that is about to change.
    fn find_mut(&mut self, id: Uuid) -> Result<&mut Stored> {
        let found = self.stored.iter_mut().find(|stored| stored.entry.id == id);
        let found = found.ok_or_else(|| not_found(format!("no entry {id}")))?;
        self.last_change += 1;
        found.changed = self.last_change;
        Ok(found)
    }

    /// A clock that is the same in each run: a second later each time.
    fn now(&mut self) -> String {
        self.seconds += 1;
        let (hours, minutes) = (self.seconds / 3600 % 24, self.seconds / 60 % 60);
        format!("2026-01-01T{hours:02}:{minutes:02}:{:02}Z", self.seconds % 60)
    }
}

/// Reads a cursor of [`Library::changes`].
fn cursor(text: &str) -> Result<(u64, u64)> {
    let parts = text
        .split_once('.')
        .and_then(|(numbering, number)| Some((numbering.parse().ok()?, number.parse().ok()?)));
    parts.ok_or_else(|| Error::bad_input(format!("`{text}` is not a cursor")))
}

/// Returns whether a path starts with these segments; `mail` is not a start of `mailbox/a`.
pub(super) fn is_below(path: &str, prefix: &str) -> bool {
    let prefix = names::path_prefix(prefix);
    let rest = path.strip_prefix(&prefix);
    prefix.is_empty() || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn check_metadata(metadata: &Map<String, Value>) -> Result<()> {
    let len = serde_json::to_vec(metadata)?.len();
    if len <= MAX_METADATA_BYTES {
        return Ok(());
    }
    let message = format_args!("metadata of {len} bytes, the limit is {MAX_METADATA_BYTES}");
    Err(Error::new(ErrorCode::AbiTooLarge, message))
}

fn hash(bytes: &Bytes) -> String {
    blake3::hash(bytes).to_hex().to_string()
}

fn not_found(message: String) -> Error {
    Error::new(ErrorCode::NotFound, message)
}

#[cfg(test)]
mod tests {
    use serde_json::Map;

    use super::*;

    fn entry(name: &str, path: &str) -> Result<CreateEntryOutput> {
        Library::default().create(NewEntry {
            name: name.to_owned(),
            path: path.to_owned(),
            entry_type: "note".to_owned(),
            metadata: Map::new(),
            content: None,
            media_type: None,
        })
    }

    #[test]
    fn names_and_paths_of_the_rules() {
        assert!(entry("Rechnung März.pdf", "mail/2026/.. .eml").is_ok());
        assert_eq!(entry("n", "cafe\u{301}").unwrap().entry.path, "caf\u{e9}");
    }

    #[test]
    fn names_that_a_host_refuses_are_refused() {
        for name in ["", "a/b", "a\nb", "a\u{202e}b", &"x".repeat(256)] {
            assert_eq!(entry(name, "a").unwrap_err().code(), ErrorCode::Path, "{name:?}");
        }
        for path in
            ["", "/a", "a/", "a//b", "./a", "a/..", "C:/a", "a\\b", "a\u{202e}b", &"x".repeat(1025)]
        {
            assert_eq!(entry("n", path).unwrap_err().code(), ErrorCode::Path, "{path:?}");
        }
    }

    #[test]
    fn sidecars_that_a_host_refuses_are_refused() {
        let mut library = Library::default();
        let id = library.import("a", "a", "text/plain", b"").id;
        let mut write = |name: &str| library.write_sidecar(id, name, Bytes::new());
        assert!(write("receipt.v2_a-b.json").is_ok());
        for name in
            ["", ".hidden", "end.", "a/b", "a b", "ä", "con", "nul.txt", "RECEIPT.v2_a-b.json"]
        {
            assert_eq!(write(name).unwrap_err().code(), ErrorCode::Path, "{name:?}");
        }
    }

    #[test]
    fn types_that_a_host_refuses_are_refused() {
        let new = |entry_type: &str, media_type: Option<&str>| {
            Library::default().create(NewEntry {
                name: "n".to_owned(),
                path: "n".to_owned(),
                entry_type: entry_type.to_owned(),
                metadata: Map::new(),
                content: None,
                media_type: media_type.map(str::to_owned),
            })
        };
        assert!(new("bank_statement", None).is_ok());
        for (entry_type, media_type) in
            [("tax note", None), ("file", Some("pdf")), ("file", Some("text/plain"))]
        {
            assert_eq!(new(entry_type, media_type).unwrap_err().code(), ErrorCode::BadInput);
        }
    }
}
