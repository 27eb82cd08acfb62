//! What extensions may do with a library.

use bytes::Bytes;
use ext_abi::limits::MAX_ATTACHMENT_BYTES;
use ext_services::library::{EntryText, LibraryError, LibraryService};
use ext_wire::{
    Blob, names,
    ops::{
        search::{SearchHit, SearchInput, SearchOutput},
        vdfs::{
            self, CreateEntryOutput, EntryDetails, ListEntriesInput, ListEntriesOutput, MAX_PAGE,
            MAX_SIDECAR_BYTES, ReadContentInput, ReadContentOutput, SidecarInfo, WriteSidecarInput,
        },
    },
};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::{
    Library, metadata,
    store::{BlobKind, BlobRef, NewEntry, NewSidecar, Replaced, Result},
    text,
};

/// How often a file is looked for: its row may change between finding the row and the file.
const READ_ATTEMPTS: usize = 3;

impl LibraryService for Library {
    fn create_entry(
        &self,
        caller: Option<&str>,
        input: vdfs::NewEntry,
    ) -> Result<CreateEntryOutput> {
        let (mut new, content) = new_entry(caller, input)?;
        if let Some(entry) = self.store.entry_at(&new.path)? {
            return Ok(CreateEntryOutput { entry, created: false });
        }
        let staged = content.map(|bytes| self.blobs.stage(bytes)).transpose()?;
        new.content = staged.as_ref().map(|staged| staged.blob.clone());
        let (entry, created) = self
            .with_blob(BlobKind::Content, staged, |place| self.store.create_entry(&new, place))?;
        Ok(CreateEntryOutput { entry, created })
    }

    fn get_entry(&self, id: Uuid) -> Result<EntryDetails> {
        Ok(EntryDetails { entry: self.store.entry(id)?, sidecars: self.store.sidecars(id)? })
    }

    fn list_entries(&self, mut input: ListEntriesInput) -> Result<ListEntriesOutput> {
        ensure_page(input.limit)?;
        if let Some(prefix) = &mut input.path_prefix {
            *prefix = names::path_prefix(prefix);
        }
        input.path_prefix = input.path_prefix.filter(|prefix| !prefix.is_empty());
        self.store.list(&input)
    }

    fn read_content(&self, input: ReadContentInput) -> Result<ReadContentOutput> {
        let id = input.entry_id;
        let (data, size) = self.read_blob(
            || content_of(self, id),
            |blob| {
                let range = content_range(&input, blob.size)?;
                if range == (0..blob.size) {
                    return Ok(self.blobs.read(BlobKind::Content, blob)?);
                }
                Ok(self.blobs.read_range(BlobKind::Content, blob, range)?)
            },
        )?;
        Ok(ReadContentOutput { data: Blob::from(data), size })
    }

    fn update_metadata(
        &self,
        _caller: Option<&str>,
        id: Uuid,
        patch: Map<String, Value>,
    ) -> Result<Map<String, Value>> {
        self.store.patch_metadata(id, patch)
    }

    fn delete_entry(&self, caller: Option<&str>, id: Uuid) -> Result<bool> {
        let Some(removed) = self.store.delete_entry(caller, id)? else { return Ok(false) };
        self.release(BlobKind::Content, removed.content);
        self.release(BlobKind::Sidecar, removed.sidecars);
        Ok(true)
    }

    fn write_sidecar(&self, caller: Option<&str>, input: WriteSidecarInput) -> Result<SidecarInfo> {
        names::sidecar_name(&input.name)?;
        ensure_size("sidecar", input.data.len() as u64, MAX_SIDECAR_BYTES as u64)?;
        let staged = self.blobs.stage(input.data.clone().into_bytes())?;
        let new = NewSidecar {
            entry: input.entry_id,
            text: text::of_sidecar(&input.name, input.data.as_bytes()),
            name: input.name,
            content: staged.blob.clone(),
            written_by: caller.map(str::to_owned),
            quota: self.quota,
        };
        let Replaced { value, old } = self.with_blob(BlobKind::Sidecar, Some(staged), |place| {
            self.store.put_sidecar(&new, place)
        })?;
        self.release(BlobKind::Sidecar, old);
        Ok(value)
    }

    fn read_sidecar(&self, entry: Uuid, name: &str) -> Result<Vec<u8>> {
        let (bytes, _) = self.read_blob(
            || {
                let SidecarInfo { content_hash: hash, size, .. } =
                    self.store.sidecar(entry, name)?;
                Ok(BlobRef { hash, size })
            },
            |blob| Ok(self.blobs.read(BlobKind::Sidecar, blob)?),
        )?;
        Ok(bytes.into())
    }

    fn list_sidecars(&self, entry: Uuid) -> Result<Vec<SidecarInfo>> {
        self.store.sidecars(entry)
    }

    fn delete_sidecar(&self, caller: Option<&str>, entry: Uuid, name: &str) -> Result<bool> {
        let removed = self.store.delete_sidecar(caller, entry, name)?;
        let was_there = removed.is_some();
        self.release(BlobKind::Sidecar, removed);
        Ok(was_there)
    }

    fn search(&self, input: SearchInput) -> Result<SearchOutput> {
        ensure_page(input.limit)?;
        self.store.search(&input)
    }

    fn without_vector(&self, model: &str, limit: u32) -> Result<(Vec<EntryText>, u64)> {
        self.store.without_vector(model, limit)
    }

    fn put_vectors(&self, model: &str, vectors: &[(EntryText, Vec<f32>)]) -> Result<()> {
        self.store.put_vectors(model, vectors)
    }

    fn nearest(
        &self,
        model: &str,
        vector: &[f32],
        least: f32,
        input: &SearchInput,
    ) -> Result<Vec<SearchHit>> {
        ensure_page(input.limit)?;
        self.store.nearest(model, vector, least, input)
    }
}

impl Library {
    /// Finds a row and reads its file, as often as the row changes in between.
    fn read_blob(
        &self,
        find: impl Fn() -> Result<BlobRef>,
        read: impl Fn(&BlobRef) -> Result<Option<Bytes>>,
    ) -> Result<(Bytes, u64)> {
        for _ in 0..READ_ATTEMPTS {
            let blob = find()?;
            if let Some(bytes) = read(&blob)? {
                return Ok((bytes, blob.size));
            }
        }
        Err(LibraryError::Corrupt("a file that the library names is missing".into()))
    }
}

/// The checked entry, and its content, which has no hash yet.
fn new_entry(caller: Option<&str>, input: vdfs::NewEntry) -> Result<(NewEntry, Option<Bytes>)> {
    names::entry_type(&input.entry_type)?;
    input.media_type.as_deref().map_or(Ok(()), names::media_type)?;
    if input.media_type.is_some() && input.content.is_none() {
        return Err(LibraryError::Invalid("a media type needs content".into()));
    }
    let new = NewEntry {
        name: names::entry_name(&input.name)?,
        path: names::entry_path(&input.path)?,
        entry_type: input.entry_type,
        media_type: input.media_type,
        content: None,
        created_by: caller.map(str::to_owned),
        metadata: metadata::to_json(&input.metadata)?,
    };
    Ok((new, input.content.map(Blob::into_bytes)))
}

fn content_of(library: &Library, id: Uuid) -> Result<BlobRef> {
    let entry = library.store.entry(id)?;
    match (entry.content_hash, entry.size) {
        (Some(hash), Some(size)) => Ok(BlobRef { hash, size }),
        _ => Err(LibraryError::Invalid(format!("the entry {id} has no content"))),
    }
}

fn content_range(input: &ReadContentInput, size: u64) -> Result<std::ops::Range<u64>> {
    let Some(left) = size.checked_sub(input.offset) else {
        let reason = format!("the offset {} is behind the end, at {size}", input.offset);
        return Err(LibraryError::Invalid(reason));
    };
    let length = input.length.unwrap_or(left).min(left);
    ensure_size("part of the content", length, u64::from(MAX_ATTACHMENT_BYTES))?;
    Ok(input.offset..input.offset + length)
}

fn ensure_size(what: &'static str, got: u64, limit: u64) -> Result<()> {
    if got > limit { Err(LibraryError::TooLarge { what, got, limit }) } else { Ok(()) }
}

fn ensure_page(limit: u32) -> Result<()> {
    if (1..=MAX_PAGE).contains(&limit) {
        return Ok(());
    }
    Err(LibraryError::Invalid(format!("a page of {limit}, allowed are 1 to {MAX_PAGE}")))
}
