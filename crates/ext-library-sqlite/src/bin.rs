//! The role of the bin.

use ext_services::library::{Bin, Result};
use ext_wire::{
    EntryPath,
    ops::vdfs::{Entry, ListBinInput, ListBinOutput},
};
use uuid::Uuid;

use crate::{
    file_gone::is_gone,
    library::{SqliteLibrary, ensure_page},
    rows::BlobKind,
    sqlite::{bin, file_gone},
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
        // What the user takes out of the bin does not go there again because its file is gone.
        let source = self.store.read(|db| bin::source_of(db, id))?;
        let is_gone = source.is_some_and(|file| is_gone(file.as_path()));
        self.store.write(|db| {
            let entry = bin::restore(db, id, path, &texts)?;
            if is_gone {
                file_gone::forget(db, id)?;
            }
            Ok(entry)
        })
    }

    fn empty_bin(&self, ids: Option<&[Uuid]>) -> Result<u64> {
        let (count, removed) = self.store.write(|db| bin::empty(db, ids))?;
        self.release(BlobKind::Content, removed.contents);
        self.release(BlobKind::Sidecar, removed.sidecars);
        Ok(count)
    }
}

impl SqliteLibrary {
    /// Brings an entry back whose file is back.
    pub(crate) fn bring_back(&self, id: Uuid) -> Result<Entry> {
        let texts = self.binned_texts(id)?;
        self.store.write(|db| bin::restore(db, id, None, &texts))
    }

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
