//! Pages of a list of which a call may see a part.
//!
//! A page is as long as if the rest did not exist: a short one, or a cursor with nothing behind it,
//! would tell how much there is that the call may not see.

use ext_services::library::{EntryChanges, Result};
use ext_wire::ops::vdfs::{Entry, ListEntriesOutput, ListSidecarsOutput, MAX_SIDECAR_PAGE};

/// Bytes of metadata after which no more is added to a page. A store ends its pages early as well, so
/// that a page and one more of the store fit into the answer to an extension.
const ENOUGH_BYTES: usize = 256 << 10;

/// A page of which all is visible.
pub(crate) trait Page {
    /// The cursor of the store.
    type Cursor;

    fn len(&self) -> usize;

    fn bytes(&self) -> usize;

    /// Returns the cursor of the page behind this one; `None` when this is the last.
    fn next(&self) -> Option<Self::Cursor>;

    /// Adds the page behind this one.
    fn append(&mut self, behind: Self);
}

/// Fills a page up to `limit`, and takes its cursor away when nothing behind it is visible. `fetch`
/// returns what is visible of the page at a cursor, of so many items.
pub(crate) fn filled<P: Page>(
    mut page: P,
    limit: u32,
    fetch: impl Fn(P::Cursor, u32) -> Result<P>,
) -> Result<P> {
    while let Some(after) = page.next() {
        let left = limit.saturating_sub(u32::try_from(page.len()).unwrap_or(limit));
        let is_full = left == 0 || page.bytes() >= ENOUGH_BYTES;
        let behind = fetch(after, if is_full { limit } else { left })?;
        if is_full && behind.len() > 0 {
            break;
        }
        page.append(behind);
    }
    Ok(page)
}

fn metadata_bytes(entries: &[Entry]) -> usize {
    let bytes = |entry: &Entry| serde_json::to_vec(&entry.metadata).map_or(0, |json| json.len());
    entries.iter().map(bytes).sum()
}

impl Page for ListEntriesOutput {
    type Cursor = u64;

    fn len(&self) -> usize {
        self.entries.len()
    }

    fn bytes(&self) -> usize {
        metadata_bytes(&self.entries)
    }

    fn next(&self) -> Option<u64> {
        self.next
    }

    fn append(&mut self, behind: Self) {
        self.entries.extend(behind.entries);
        self.next = behind.next;
    }
}

impl Page for EntryChanges {
    type Cursor = String;

    fn len(&self) -> usize {
        self.entries.len() + self.removed.len()
    }

    fn bytes(&self) -> usize {
        metadata_bytes(&self.entries)
    }

    fn next(&self) -> Option<String> {
        self.more.then(|| self.next.clone())
    }

    fn append(&mut self, behind: Self) {
        // The library was restored meanwhile: what was listed counts no longer.
        if behind.anew {
            *self = behind;
            return;
        }
        self.entries.extend(behind.entries);
        self.removed.extend(behind.removed);
        (self.next, self.more) = (behind.next, behind.more);
    }
}

impl Page for ListSidecarsOutput {
    type Cursor = String;

    fn len(&self) -> usize {
        self.sidecars.len()
    }

    fn bytes(&self) -> usize {
        0
    }

    fn next(&self) -> Option<String> {
        self.next.clone()
    }

    /// A page of sidecars has one size. Its cursor is the name of its last one.
    fn append(&mut self, behind: Self) {
        self.sidecars.extend(behind.sidecars);
        self.next = behind.next;
        if self.sidecars.len() > MAX_SIDECAR_PAGE {
            self.sidecars.truncate(MAX_SIDECAR_PAGE);
            self.next = self.sidecars.last().map(|last| last.name.clone());
        }
    }
}
