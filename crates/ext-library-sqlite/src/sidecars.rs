//! The role of sidecars: files beside entries.

use ext_services::library::{LibraryError, Result, Sidecars};
use ext_wire::{
    names,
    ops::vdfs::{
        ListSidecarsInput, ListSidecarsOutput, MAX_SIDECAR_BYTES, SidecarInfo, WriteSidecarInput,
    },
};
use uuid::Uuid;

use crate::{
    library::{SqliteLibrary, ensure_size},
    rows::{BlobKind, BlobRef, CheckedSidecar, Replaced},
    sqlite::sidecars,
    text,
};

impl Sidecars for SqliteLibrary {
    fn write_sidecar(&self, caller: Option<&str>, input: WriteSidecarInput) -> Result<SidecarInfo> {
        names::sidecar_name(&input.name)?;
        ensure_size("sidecar", input.data.len() as u64, MAX_SIDECAR_BYTES as u64)?;
        let staged = self.blobs.stage(input.data.as_bytes())?;
        let new = CheckedSidecar {
            entry: input.entry_id,
            text: text::of_sidecar(&input.name, input.data.as_bytes()),
            name: input.name.clone(),
            content: staged.blob.clone(),
            written_by: caller.map(str::to_owned),
            quota: self.limits.get().extension_bytes,
        };
        let Replaced { value, old } = self.with_blob(BlobKind::Sidecar, Some(staged), |place| {
            let same = |old: Option<&SidecarInfo>| LibraryError::ensure_same_sidecar(&input, old);
            self.store.write(|db| sidecars::put(db, &new, &same, place))
        })?;
        self.release(BlobKind::Sidecar, old);
        Ok(value)
    }

    fn read_sidecar(&self, entry: Uuid, name: &str) -> Result<Vec<u8>> {
        let (bytes, _) = self.read_blob(
            || self.name_part(&format!("the sidecar `{name}`"), entry),
            || {
                let info = self.store.read(|db| sidecars::get(db, entry, name))?;
                Ok(BlobRef { hash: info.content_hash, size: info.size })
            },
            |blob| Ok(self.blobs.read(BlobKind::Sidecar, blob)?),
        )?;
        Ok(bytes.into())
    }

    fn list_sidecars(&self, input: &ListSidecarsInput) -> Result<ListSidecarsOutput> {
        self.store.read(|db| sidecars::page(db, input.entry_id, input.after.as_deref()))
    }

    fn delete_sidecar(&self, caller: Option<&str>, entry: Uuid, name: &str) -> Result<bool> {
        let removed = self.store.write(|db| sidecars::delete(db, caller, entry, name))?;
        let was_there = removed.is_some();
        self.release(BlobKind::Sidecar, removed);
        Ok(was_there)
    }
}
