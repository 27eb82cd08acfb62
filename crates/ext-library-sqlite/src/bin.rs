//! The role of the bin.

use ext_services::library::{Bin, Result};
use ext_wire::{
    EntryPath,
    ops::vdfs::{Entry, ListBinInput, ListBinOutput},
};
use uuid::Uuid;

use crate::{
    library::{SqliteLibrary, ensure_page},
    rows::BlobKind,
    sqlite::bin,
    text,
};

/// What is in the bin for [`Limits::bin_days`](crate::Limits::bin_days) goes when something else comes in.
impl Bin for SqliteLibrary {
    fn list_bin(&self, input: &ListBinInput) -> Result<ListBinOutput> {
        ensure_page(input.limit)?;
        self.store.read(|db| bin::list(db, input))
    }

    fn restore_entry(&self, id: Uuid, path: Option<&EntryPath>) -> Result<Entry> {
        path.map_or(Ok(()), EntryPath::check_new)?;
        let texts = self.binned_texts(id)?;
        self.store.write(|db| bin::restore(db, id, path, &texts))
    }

    fn empty_bin(&self, ids: Option<&[Uuid]>) -> Result<u64> {
        let (count, removed) = self.store.write(|db| bin::empty(db, ids))?;
        self.release(BlobKind::Content, removed.contents);
        self.release(BlobKind::Sidecar, removed.sidecars);
        Ok(count)
    }
}

impl SqliteLibrary {
    /// Reads the texts of the sidecars of an entry in the bin. A damaged one comes back without its
    /// text: it is still told as damaged when somebody reads it.
    fn binned_texts(&self, id: Uuid) -> Result<Vec<(String, String)>> {
        let mut texts = Vec::new();
        for (name, blob) in self.store.read(|db| bin::sidecars(db, id))? {
            let bytes = self.blobs.read(BlobKind::Sidecar, &blob).ok().flatten();
            let found = bytes.and_then(|bytes| text::of_sidecar(&name, &bytes));
            texts.extend(found.map(|found| (name, found)));
        }
        Ok(texts)
    }
}
