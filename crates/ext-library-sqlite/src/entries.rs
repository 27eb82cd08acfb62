//! The role of entries: with their content and metadata.

use std::ops::Range;

use bytes::Bytes;
use ext_abi::limits::MAX_ATTACHMENT_BYTES;
use ext_services::library::{Entries, EntryChanges, LibraryError, Result};
use ext_wire::{
    Blob, EntryPath, VettedEntry, names,
    ops::vdfs::{
        CreateEntryOutput, Entry, EntryDetails, ListChangesInput, ListEntriesInput,
        ListEntriesOutput, ListSidecarsOutput, ReadContentInput, ReadContentOutput,
        UpdateMetadataInput,
    },
};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::{
    library::{CONTENT, SqliteLibrary, ensure_page, ensure_size},
    metadata,
    rows::{BlobKind, BlobRef, CheckedEntry},
    sqlite::{changes, entries, sidecars},
};

impl Entries for SqliteLibrary {
    fn create_entry(&self, caller: Option<&str>, new: VettedEntry) -> Result<CreateEntryOutput> {
        if let Some(entry) = self.entry_at(&new.path)? {
            return Ok(CreateEntryOutput { entry, created: false });
        }
        new.check_new()?;
        let (mut new, content) = row_of(caller, new)?;
        let staged = content.map(|bytes| self.blobs.stage(&bytes)).transpose()?;
        new.content = staged.as_ref().map(|staged| staged.blob.clone());
        let (entry, created) = self.with_blob(BlobKind::Content, staged, |place| {
            self.store
                .write(|db| entries::create(db, &new, self.limits.get().extension_bytes, place))
        })?;
        Ok(CreateEntryOutput { entry, created })
    }

    fn get_entry(&self, id: Uuid) -> Result<EntryDetails> {
        self.store.read(|db| {
            let entry = entries::by_id(db, id)?;
            let ListSidecarsOutput { sidecars, next } = sidecars::page(db, id, None)?;
            Ok(EntryDetails { entry, sidecars, next_sidecar: next })
        })
    }

    fn list_entries(&self, mut input: ListEntriesInput) -> Result<ListEntriesOutput> {
        ensure_page(input.limit)?;
        input.path_prefix = compared_prefix(input.path_prefix.as_deref());
        self.store.read(|db| entries::list(db, &input))
    }

    fn list_changes(&self, mut input: ListChangesInput) -> Result<EntryChanges> {
        ensure_page(input.limit)?;
        input.path_prefix = compared_prefix(input.path_prefix.as_deref());
        self.store.read(|db| changes::list(db, &input))
    }

    fn read_content(&self, input: ReadContentInput) -> Result<ReadContentOutput> {
        let id = input.entry_id;
        let (data, size) = self.read_blob(
            || self.name_part(CONTENT, id),
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
        caller: Option<&str>,
        input: UpdateMetadataInput,
    ) -> Result<Map<String, Value>> {
        let quota = self.limits.get().extension_bytes;
        self.store.write(|db| entries::patch_metadata(db, caller, input, quota))
    }

    fn move_entry(&self, id: Uuid, path: &EntryPath) -> Result<Entry> {
        path.check_new()?;
        self.store.write(|db| entries::relocate(db, id, path))
    }

    fn delete_entry(&self, caller: Option<&str>, id: Uuid) -> Result<bool> {
        let removed = self.store.write(|db| entries::delete(db, caller, id, self.limits.get()))?;
        let Some(removed) = removed else { return Ok(false) };
        self.release(BlobKind::Content, removed.contents);
        self.release(BlobKind::Sidecar, removed.sidecars);
        Ok(true)
    }
}

impl SqliteLibrary {
    /// Finds the entry at a path.
    pub(crate) fn entry_at(&self, path: &EntryPath) -> Result<Option<Entry>> {
        self.store.read(|db| entries::by_path(db, path))
    }
}

/// Returns the beginning of paths in the form in which it is compared; `None` where all paths have it.
fn compared_prefix(prefix: Option<&str>) -> Option<String> {
    prefix.map(names::path_prefix).filter(|prefix| !prefix.is_empty())
}

/// Makes the row of an entry; returns it and its content, which has no hash yet.
fn row_of(caller: Option<&str>, new: VettedEntry) -> Result<(CheckedEntry, Option<Bytes>)> {
    let VettedEntry { name, path, entry_type, media_type, metadata, content, .. } = new;
    let row = CheckedEntry {
        name,
        path,
        entry_type,
        media_type,
        content: None,
        created_by: caller.map(str::to_owned),
        metadata: metadata::to_json(&metadata)?,
        source: None,
        import: None,
    };
    Ok((row, content.map(Blob::into_bytes)))
}

fn content_of(library: &SqliteLibrary, id: Uuid) -> Result<BlobRef> {
    let entry = library.store.read(|db| entries::by_id(db, id))?;
    match (entry.content_hash, entry.size) {
        (Some(hash), Some(size)) => Ok(BlobRef { hash, size }),
        _ => Err(LibraryError::Invalid(format!("the entry {id} has no content"))),
    }
}

fn content_range(input: &ReadContentInput, size: u64) -> Result<Range<u64>> {
    let Some(left) = size.checked_sub(input.offset) else {
        let reason = format!("the offset {} is behind the end, at {size}", input.offset);
        return Err(LibraryError::Invalid(reason));
    };
    let length = input.length.unwrap_or(left).min(left);
    ensure_size("part of the content", length, u64::from(MAX_ATTACHMENT_BYTES))?;
    Ok(input.offset..input.offset + length)
}
