//! The outbox: events of a library, and how far each subscriber is.

use std::time::Duration;

use ext_wire::{ErrorCode, Event};
use serde_json::Value;
use uuid::Uuid;

use super::Result;

/// How often an event is tried whose failure may pass.
pub const MAX_ATTEMPTS: u32 = 5;

/// Returns the pause after an event has failed `attempts` times: one second, and twice as long after
/// each failure that follows.
///
/// ```
/// use std::time::Duration;
/// use ext_services::library::retry_pause;
///
/// assert_eq!(retry_pause(1), Duration::from_secs(1));
/// assert_eq!(retry_pause(4), Duration::from_secs(8));
/// ```
#[must_use]
pub fn retry_pause(attempts: u32) -> Duration {
    Duration::from_secs(1_u64 << attempts.saturating_sub(1).min(16))
}

/// An event that a subscriber could not work on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventFailure {
    /// The event.
    pub event_id: u64,
    /// The entry that it is about.
    pub entry_id: Uuid,
    /// The name of the entry.
    pub entry_name: String,
    /// Code of the last failure.
    pub code: ErrorCode,
    /// Message of the last failure, for a person.
    pub message: String,
    /// How often it was tried.
    pub attempts: u32,
    /// When it was tried last, RFC 3339, UTC.
    pub at: String,
    /// When it is tried again; `None` for a dead letter, which only [`Events::replay`] and
    /// [`Events::retry`] bring back.
    pub retry_at: Option<String>,
    /// Kind of the event.
    pub kind: String,
}

/// The failure of a subscriber's handler.
#[derive(Debug, Clone, Copy)]
pub struct HandlerError<'a> {
    /// For a program.
    pub code: ErrorCode,
    /// For a person; a store keeps at least its first 2000 characters.
    pub message: &'a str,
    /// Whether the same may go well later.
    pub may_pass: bool,
}

/// Outcome of [`Events::subscribe`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subscribed {
    /// The subscription is new.
    Created,
    /// The subscription was there.
    Existing,
    /// The subscriber has [`MAX_SUBSCRIPTIONS`](ext_wire::ops::events::MAX_SUBSCRIPTIONS) already.
    Full,
}

/// The events of a library, for those that publish, subscribe and deliver.
///
/// Making an entry writes the event [`ENTRY_CREATED`](ext_wire::event::ENTRY_CREATED) in the same
/// transaction. A subscriber is named by the extension's id. It needs no announcement: one that was
/// never heard of begins with the first event of the library.
///
/// Delivery is at least once, in order: [`Self::next_event`] returns the same event until it is
/// acknowledged or has failed, also after a crash. An event that failed is out of the way of the
/// others, but for later events of the same entry, which wait while it is tried again.
#[expect(clippy::missing_errors_doc, reason = "said once: `LibraryError`, for every method")]
pub trait Events: Send + Sync {
    /// Writes down an event that an extension publishes, and returns its number. The kind is
    /// checked by the caller. `NotFound` without its entry.
    ///
    /// Of one extension, the newest
    /// [`MAX_WAITING_EVENTS`](ext_wire::ops::events::MAX_WAITING_EVENTS) are kept.
    fn publish(
        &self,
        extension: &str,
        kind: &str,
        entry: Uuid,
        data: Option<&Value>,
    ) -> Result<u64>;

    /// Adds a kind to those that `subscriber` chose.
    fn subscribe(&self, subscriber: &str, kind: &str) -> Result<Subscribed>;

    /// Takes a kind back; false when it was not there.
    fn unsubscribe(&self, subscriber: &str, kind: &str) -> Result<bool>;

    /// Lists the kinds that `subscriber` chose, sorted.
    fn subscriptions(&self, subscriber: &str) -> Result<Vec<String>>;

    /// Finds the next event for `subscriber`, of one of `kinds`, with the entry as it is now.
    ///
    /// Passes over events that the subscriber caused itself, of removed entries, and of other kinds;
    /// those are gone for it once it has acknowledged a later event.
    fn next_event(&self, subscriber: &str, kinds: &[&str]) -> Result<Option<Event>>;

    /// Counts the events that [`Self::next_event`] has left to return.
    fn pending(&self, subscriber: &str, kinds: &[&str]) -> Result<u64>;

    /// Marks an event as done: it does not come again.
    fn acknowledge(&self, subscriber: &str, event_id: u64) -> Result<()>;

    /// Writes down that an event failed, and returns whether it will be tried again.
    ///
    /// A failure that may pass has the event tried again, after [`retry_pause`], up to
    /// [`MAX_ATTEMPTS`] times; then, and for any other failure, it is a dead letter. Nothing happens
    /// when the entry is gone by now.
    fn fail(&self, subscriber: &str, event_id: u64, error: &HandlerError<'_>) -> Result<bool>;

    /// Returns when the next failed event is to be tried again, RFC 3339, UTC.
    fn next_retry(&self, subscriber: &str) -> Result<Option<String>>;

    /// Lists the events that `subscriber` could not work on, oldest first.
    fn failures(&self, subscriber: &str) -> Result<Vec<EventFailure>>;

    /// Lets a dead letter, or all of `subscriber`, come again with its attempts anew; returns how
    /// many.
    fn replay(&self, subscriber: &str, event: Option<u64>) -> Result<u64>;

    /// Lets the failed events of these entries come again now, before newer ones; returns how many.
    fn retry(&self, subscriber: &str, entries: &[Uuid]) -> Result<u64>;
}
