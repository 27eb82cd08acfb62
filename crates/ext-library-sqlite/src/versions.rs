//! The role of versions: the history of imported files.

use ext_services::library::{Result, Versions};
use ext_wire::ops::vdfs::{Entry, EntryVersion};
use uuid::Uuid;

use crate::{library::SqliteLibrary, rows::BlobKind, sqlite::versions};

/// How many versions are kept, and how long, is said by [`Limits`](crate::Limits). They are looked
/// through when the next version comes.
impl Versions for SqliteLibrary {
    fn list_versions(&self, entry: Uuid) -> Result<Vec<EntryVersion>> {
        self.store.read(|db| versions::list(db, entry))
    }

    fn restore_version(&self, entry: Uuid, version: u64) -> Result<Entry> {
        let restored =
            self.store.write(|db| versions::restore(db, entry, version, self.limits.get()))?;
        self.release(BlobKind::Content, restored.old);
        Ok(restored.value)
    }
}
