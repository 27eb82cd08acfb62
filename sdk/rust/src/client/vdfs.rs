//! Entries, their content, metadata and sidecar files.

use ext_wire::{
    Blob, ErrorCode,
    ops::vdfs::{
        CreateEntry, CreateEntryOutput, DeleteEntry, DeleteSidecar, Entry, EntryDetails, EntryRef,
        GetEntry, ListChanges, ListChangesInput, ListChangesOutput, ListEntries, ListEntriesInput,
        ListSidecars, ListSidecarsInput, NewEntry, ReadContent, ReadContentInput, ReadSidecar,
        SidecarInfo, SidecarRef, UpdateMetadata, UpdateMetadataInput, WriteSidecar,
        WriteSidecarInput,
    },
    parts::{self, PartsRecord},
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::SpacedriveClient;
use crate::error::{Error, Result};

/// Most attempts at a change that others are faster with.
const MAX_ATTEMPTS: u32 = 100;

/// Entries, their content, metadata and sidecar files: [`SpacedriveClient::vdfs`] returns it.
#[derive(Debug, Clone, Copy)]
pub struct Vdfs<'a>(pub(super) &'a SpacedriveClient);

impl Vdfs<'_> {
    /// Makes an entry, or finds the one that this extension made at this path before, and returns its
    /// id. So an event that comes twice makes one entry.
    ///
    /// ```
    /// use spacedrive_sdk::{prelude::*, testing::FakeHost};
    ///
    /// let host = FakeHost::new();
    /// let id = host.client().vdfs().create_entry(CreateEntryInput {
    ///     name: "Receipt: Starbucks",
    ///     path: format!("receipts/{}.eml", 1),
    ///     entry_type: "FinancialDocument",
    /// })?;
    /// assert_eq!(host.entries()[0].id, id);
    /// # Ok::<(), Error>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorCode::Path`] for an illegal name or path; [`ErrorCode::Conflict`] when the user has a file
    /// at this path, [`ErrorCode::DeniedArg`] when another extension made an entry there.
    pub fn create_entry(&self, input: impl Into<NewEntry>) -> Result<Uuid> {
        let CreateEntryOutput { entry, created } = self.create_entry_with(input.into())?;
        if created || entry.created_by.is_some() {
            return Ok(entry.id);
        }
        let path = entry.path.escape_debug();
        let message = format_args!("`{path}` is a file of the user: choose another path");
        Err(Error::new(ErrorCode::Conflict, message))
    }

    /// Makes an entry with metadata and content, or returns the one that is already at this path,
    /// unchanged and with `created` false.
    ///
    /// # Errors
    /// [`ErrorCode::Path`] for an illegal name or path, [`ErrorCode::DeniedArg`] when another extension
    /// made an entry there.
    pub fn create_entry_with(&self, input: NewEntry) -> Result<CreateEntryOutput> {
        self.0.call_op::<CreateEntry>(&input)
    }

    /// Returns one entry and its sidecars.
    ///
    /// # Errors
    /// [`Error::is_not_found`] when there is none.
    pub fn get_entry(&self, entry_id: Uuid) -> Result<EntryDetails> {
        self.0.call_op::<GetEntry>(&EntryRef { entry_id })
    }

    /// Lists all entries that fit, in the order of their making; asks for as many pages of
    /// `input.limit` as there are.
    ///
    /// # Errors
    /// [`ErrorCode::BadInput`] for a limit out of range.
    pub fn list_entries(&self, mut input: ListEntriesInput) -> Result<Vec<Entry>> {
        let mut entries = Vec::new();
        loop {
            let page = self.0.call_op::<ListEntries>(&input)?;
            entries.extend(page.entries);
            match page.next {
                Some(next) => input.after = Some(next),
                None => return Ok(entries),
            }
        }
    }

    /// Lists one page of the entries that changed since a cursor; see [`ListChanges`].
    ///
    /// # Errors
    /// [`ErrorCode::BadInput`] for a limit out of range, and for a cursor that no page had.
    pub fn list_changes(&self, input: &ListChangesInput) -> Result<ListChangesOutput> {
        self.0.call_op::<ListChanges>(input)
    }

    /// Reads the whole content of an entry. Beyond the attachment limit (64 MiB) use
    /// [`ReadContent`] with ranges through [`SpacedriveClient::call_op`].
    ///
    /// # Errors
    /// [`Error::is_not_found`] when there is no such entry or it has no content.
    pub fn read_content(&self, entry_id: Uuid) -> Result<Blob> {
        let input = ReadContentInput { entry_id, offset: 0, length: None };
        Ok(self.0.call_op::<ReadContent>(&input)?.data)
    }

    /// Changes metadata by a JSON Merge Patch (RFC 7396): keys in `patch` are set, `null` removes,
    /// all others stay. Returns the metadata after the change.
    ///
    /// # Errors
    /// [`Error::is_not_found`] when there is no such entry.
    pub fn update_metadata(
        &self,
        entry_id: Uuid,
        patch: Map<String, Value>,
    ) -> Result<Map<String, Value>> {
        let input = UpdateMetadataInput::new(entry_id, patch);
        Ok(self.0.call_op::<UpdateMetadata>(&input)?.metadata)
    }

    /// Changes metadata as [`Self::update_metadata`] does, by a patch that was made of an entry as it
    /// was read: nothing changes when a key of the patch has another value by now.
    ///
    /// # Errors
    /// [`Error::is_conflict`] when one has: read the entry and make the patch anew, as
    /// [`Self::change_metadata`] does; [`Error::is_not_found`] when there is no such entry.
    pub fn update_unchanged_metadata(
        &self,
        read: &Entry,
        patch: Map<String, Value>,
    ) -> Result<Map<String, Value>> {
        let input = UpdateMetadataInput::of_unchanged(read.id, patch, &read.metadata);
        Ok(self.0.call_op::<UpdateMetadata>(&input)?.metadata)
    }

    /// Changes metadata by a patch that depends on what the metadata say: what others write meanwhile
    /// is not lost. Returns the metadata after the change.
    ///
    /// `patch` is called anew with the entry as it is by then, when a key of the patch was changed in
    /// between.
    ///
    /// ```no_run
    /// # use spacedrive_sdk::{prelude::*, testing::FakeHost};
    /// # use serde_json::{Map, Value, json};
    /// # fn count(client: &SpacedriveClient, id: Uuid) -> Result<()> {
    /// client.vdfs().change_metadata(id, |entry| {
    ///     let seen = entry.metadata.get("seen").and_then(Value::as_u64).unwrap_or_default();
    ///     Ok(Map::from_iter([("seen".to_owned(), json!(seen + 1))]))
    /// })?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Those of `patch`; [`Error::is_not_found`] when there is no such entry; [`Error::is_conflict`]
    /// when others were faster 100 times.
    pub fn change_metadata(
        &self,
        entry_id: Uuid,
        mut patch: impl FnMut(&Entry) -> Result<Map<String, Value>>,
    ) -> Result<Map<String, Value>> {
        let mut attempts = 0;
        loop {
            attempts += 1;
            let entry = self.get_entry(entry_id)?.entry;
            match self.update_unchanged_metadata(&entry, patch(&entry)?) {
                Err(error) if error.is_conflict() && attempts < MAX_ATTEMPTS => {}
                result => return result,
            }
        }
    }

    /// Removes an entry with its content and sidecars; tells whether there was one.
    ///
    /// # Errors
    /// The host's error.
    pub fn delete_entry(&self, entry_id: Uuid) -> Result<bool> {
        Ok(self.0.call_op::<DeleteEntry>(&EntryRef { entry_id })?.deleted)
    }

    /// Writes a sidecar file, whole; an older one of the same name is replaced.
    ///
    /// # Errors
    /// [`Error::is_not_found`] when there is no such entry,
    /// [`ErrorCode::Path`] for an illegal name.
    pub fn write_sidecar(
        &self,
        entry_id: Uuid,
        name: &str,
        data: impl AsRef<[u8]>,
    ) -> Result<SidecarInfo> {
        let data = data.as_ref().to_vec();
        self.write_sidecar_with(WriteSidecarInput::new(entry_id, name, data))
    }

    /// Writes a sidecar file as [`Self::write_sidecar`] does, without copying its bytes first.
    ///
    /// # Errors
    /// As [`Self::write_sidecar`].
    pub fn write_sidecar_with(&self, input: WriteSidecarInput) -> Result<SidecarInfo> {
        self.0.call_op::<WriteSidecar>(&input)
    }

    /// Writes a sidecar file as [`Self::write_sidecar`] does, made of the one that was read: as long as
    /// it is that one, or as there is none.
    ///
    /// # Errors
    /// [`Error::is_conflict`] when it is another one by now: read it and make it anew, as
    /// [`Self::change_sidecar`] does; as [`Self::write_sidecar`].
    pub fn write_unchanged_sidecar(
        &self,
        entry_id: Uuid,
        name: &str,
        data: impl AsRef<[u8]>,
        read: Option<&SidecarInfo>,
    ) -> Result<SidecarInfo> {
        let data = data.as_ref().to_vec();
        self.write_sidecar_with(WriteSidecarInput::of_unchanged(entry_id, name, data, read))
    }

    /// Changes a sidecar file by what it holds: what others write meanwhile is not lost. `change` gets
    /// its bytes, or none where there is no such sidecar, and is called anew when it was written in
    /// between.
    ///
    /// ```
    /// use spacedrive_sdk::{prelude::*, testing::FakeHost};
    ///
    /// let host = FakeHost::new();
    /// let scan = host.add_file("scan.png", "mail/scan.png", "image/png", b"");
    /// for line in ["one", "two"] {
    ///     host.client().vdfs().change_sidecar(scan.id, "log.txt", |old| {
    ///         let old = old.map(|old| old.as_bytes().to_vec()).unwrap_or_default();
    ///         Ok([old.as_slice(), line.as_bytes(), b"\n"].concat())
    ///     })?;
    /// }
    /// assert_eq!(host.sidecar(scan.id, "log.txt").as_deref(), Some(b"one\ntwo\n".as_slice()));
    /// # Ok::<(), Error>(())
    /// ```
    ///
    /// # Errors
    /// Those of `change`; [`Error::is_conflict`] when others were faster 100 times; as
    /// [`Self::write_sidecar`].
    pub fn change_sidecar(
        &self,
        entry_id: Uuid,
        name: &str,
        mut change: impl FnMut(Option<Blob>) -> Result<Vec<u8>>,
    ) -> Result<SidecarInfo> {
        let mut attempts = 0;
        loop {
            attempts += 1;
            let read = self.list_sidecars(entry_id)?.into_iter().find(|it| it.name == name);
            let old = match read.as_ref().map(|_| self.read_sidecar(entry_id, name)) {
                // That it was removed since is noticed when it is written.
                Some(Err(gone)) if gone.is_not_found() => None,
                old => old.transpose()?,
            };
            let data = change(old)?;
            match self.write_unchanged_sidecar(entry_id, name, data, read.as_ref()) {
                Err(error) if error.is_conflict() && attempts < MAX_ATTEMPTS => {}
                result => return result,
            }
        }
    }

    /// Writes `value` as a sidecar of indented JSON.
    ///
    /// # Errors
    /// As [`Self::write_sidecar`], and for a value that JSON has no form for.
    pub fn write_json_sidecar(
        &self,
        entry_id: Uuid,
        name: &str,
        value: &impl Serialize,
    ) -> Result<SidecarInfo> {
        let data = serde_json::to_vec_pretty(value)?;
        self.write_sidecar_with(WriteSidecarInput::new(entry_id, name, data))
    }

    /// Records what was looked at in an entry, as the sidecar of the extension `by` for that; people
    /// list it, and the report of an import counts it. An older record is replaced.
    ///
    /// # Errors
    /// As [`Self::write_sidecar`].
    pub fn record_parts(&self, entry_id: Uuid, by: &str, record: &PartsRecord) -> Result<()> {
        self.write_json_sidecar(entry_id, &parts::sidecar_name(by), record).map(|_| ())
    }

    /// Reads a sidecar file, whole.
    ///
    /// # Errors
    /// [`Error::is_not_found`] when there is no such entry or sidecar.
    pub fn read_sidecar(&self, entry_id: Uuid, name: &str) -> Result<Blob> {
        let input = SidecarRef { entry_id, name: name.to_owned() };
        Ok(self.0.call_op::<ReadSidecar>(&input)?.data)
    }

    /// Reads a sidecar of JSON.
    ///
    /// # Errors
    /// As [`Self::read_sidecar`], and when its bytes are not the JSON of a `T`.
    pub fn read_json_sidecar<T: DeserializeOwned>(&self, entry_id: Uuid, name: &str) -> Result<T> {
        let data = self.read_sidecar(entry_id, name)?;
        serde_json::from_slice(data.as_bytes()).map_err(|error| Error::from(error).context(name))
    }

    /// Lists the sidecars of an entry, by name.
    ///
    /// # Errors
    /// [`Error::is_not_found`] when there is no such entry.
    pub fn list_sidecars(&self, entry_id: Uuid) -> Result<Vec<SidecarInfo>> {
        let mut input = ListSidecarsInput { entry_id, after: None };
        let mut sidecars = Vec::new();
        loop {
            let page = self.0.call_op::<ListSidecars>(&input)?;
            sidecars.extend(page.sidecars);
            match page.next {
                Some(next) => input.after = Some(next),
                None => return Ok(sidecars),
            }
        }
    }

    /// Removes a sidecar file; tells whether there was one.
    ///
    /// # Errors
    /// The host's error.
    pub fn delete_sidecar(&self, entry_id: Uuid, name: &str) -> Result<bool> {
        let input = SidecarRef { entry_id, name: name.to_owned() };
        Ok(self.0.call_op::<DeleteSidecar>(&input)?.deleted)
    }
}
