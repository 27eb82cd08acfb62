//! Events, which an extension's `plugin_on_event` receives.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::{is_segment, ops::vdfs::Entry};

/// Kind of the event that a new entry makes.
pub const ENTRY_CREATED: &str = "entry.created";
/// Kind of the event that new content of an entry makes.
pub const ENTRY_UPDATED: &str = "entry.updated";

/// Kind of the event that another path of an entry makes.
pub const ENTRY_MOVED: &str = "entry.moved";
/// Kind of the event that the removal of an entry makes, also where it only goes to the bin.
pub const ENTRY_DELETED: &str = "entry.deleted";
/// Kind of the event that an entry makes which comes back from the bin.
pub const ENTRY_RESTORED: &str = "entry.restored";

/// Kind of the event that an extension gets whose settings changed. It is about no entry: the id of
/// [`Event::entry`] is nil, and what it says of an entry is empty.
pub const SETTINGS_CHANGED: &str = "settings.changed";

/// All kinds of events that the host makes.
pub const KINDS: &[&str] =
    &[ENTRY_CREATED, ENTRY_UPDATED, ENTRY_MOVED, ENTRY_DELETED, ENTRY_RESTORED, SETTINGS_CHANGED];

/// Longest kind of an event, in bytes.
pub const MAX_KIND_BYTES: usize = 200;

/// Returns whether an extension may receive this kind: one of [`KINDS`], or `ext.<id>.<name>`,
/// which the extension `<id>` publishes.
///
/// ```
/// use ext_wire::event::is_kind;
///
/// assert!(is_kind("entry.created") && is_kind("ext.finance.booked"));
/// assert!(!is_kind("core.library.deleted") && !is_kind("ext.finance"));
/// ```
#[must_use]
pub fn is_kind(kind: &str) -> bool {
    if kind.len() > MAX_KIND_BYTES {
        return false;
    }
    let published = || kind.strip_prefix("ext.")?.split_once('.');
    KINDS.contains(&kind)
        || published().is_some_and(|(id, name)| is_segment(id) && is_segment(name))
}

/// Makes the kind under which others receive an event of an extension; `None` when `name` is not a
/// segment. The prefix is the host's, so that an extension cannot speak for the host or for another
/// extension.
#[must_use]
pub fn published_kind(extension: &str, name: &str) -> Option<String> {
    let kind = format!("ext.{extension}.{name}");
    (is_segment(name) && is_kind(&kind)).then_some(kind)
}

/// Data of the events `entry.created` and `entry.updated` of a file that an import brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportData {
    /// Id of the import; all files of one import have the same.
    pub import: Uuid,
}

/// Key of an extension's own metadata (`{"<id>": {"import_again": true}}`) by which it wants
/// `entry.updated` for a file that is imported again, although its content is as it was.
pub const IMPORT_AGAIN: &str = "import_again";

/// Returns whether an extension wants to be told when the file of an entry is imported again.
///
/// ```
/// use ext_wire::event::wants_import_again;
///
/// let metadata = serde_json::json!({ "finance": { "import_again": true } });
/// assert!(wants_import_again(metadata.as_object().ok_or("no object")?));
/// # Ok::<(), &str>(())
/// ```
#[must_use]
pub fn wants_import_again(metadata: &Map<String, Value>) -> bool {
    metadata.values().any(|own| own.get(IMPORT_AGAIN) == Some(&Value::Bool(true)))
}

/// Something that happened in a library.
///
/// Delivery is at-least-once and in order: after a crash the same event (the same `id`) may come
/// again, so a handler must be idempotent. An extension receives no events of its own changes.
///
/// It goes from host to guest, as an output does, so unknown fields are ignored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Number of the event in its library, rising.
    pub id: u64,
    /// One of [`KINDS`], or `ext.<id>.<name>` for one that an extension published.
    pub kind: String,
    /// Library in which it happened.
    pub library_id: Uuid,
    /// The entry as it is at delivery; for `entry.deleted` as it was before, for `settings.changed` none.
    pub entry: Entry,
    /// Data of the extension that published it; [`ImportData`] for a file that an import brought.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<Value>,
}
