//! Events: what an extension's `plugin_on_event` is called with.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::ops::vdfs::Entry;

/// Kind of the event that a new entry makes.
pub const ENTRY_CREATED: &str = "entry.created";
/// Kind of the event that new content of an entry makes.
pub const ENTRY_UPDATED: &str = "entry.updated";

/// All kinds of events that a manifest may name.
pub const KINDS: &[&str] = &[ENTRY_CREATED, ENTRY_UPDATED];

/// Something that happened in a library.
///
/// Delivery is at least once and in order: after a crash the same event (the same `id`) may come
/// again, so a handler must be idempotent. An extension is not told of what it did itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Number of the event in its library, rising.
    pub id: u64,
    /// One of [`KINDS`].
    pub kind: String,
    /// Where it happened.
    pub library_id: Uuid,
    /// The entry as it is at delivery.
    pub entry: Entry,
}
