//! The outbox: events of a library, and the position of each subscriber.

use std::time::Duration;

use ext_wire::{
    ErrorCode, Event,
    ops::events::{ListEventsInput, ListEventsOutput},
};
use serde_json::Value;
use uuid::Uuid;

use super::Result;

/// Most attempts at an event whose failure may pass.
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

/// An event that a subscriber failed to handle.
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
    /// Number of attempts.
    pub attempts: u32,
    /// Time of the last attempt, RFC 3339, UTC.
    pub at: String,
    /// Time of the next attempt; `None` for a dead letter, which only [`Events::replay`] and
    /// [`Events::retry`] bring back.
    pub retry_at: Option<String>,
    /// Kind of the event.
    pub kind: String,
}

/// The failure of a subscriber's handler.
#[derive(Debug, Clone, Copy)]
pub struct HandlerError<'a> {
    /// Code for a program.
    pub code: ErrorCode,
    /// Message for a person; a store keeps at least its first 2000 characters.
    pub message: &'a str,
    /// True when a later attempt may succeed.
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
/// transaction, and so do moving, removing and restoring it with theirs. The event of a removal has the
/// entry as it was, is there when all others of the entry are gone, and goes itself when the entry comes
/// back. The newest [`MAX_WAITING_EVENTS`](ext_wire::ops::events::MAX_WAITING_EVENTS) removals are kept.
/// A subscriber is named by the extension's id. It needs no announcement: one that is
/// not known yet begins with the first event of the library.
///
/// Delivery is at-least-once and in order: [`Self::next_event`] returns the same event until it is
/// acknowledged or has failed, also after a crash. An event that failed is out of the way of the
/// others, but for later events of the same entry, which wait while it is tried again.
#[expect(clippy::missing_errors_doc, reason = "said once: `LibraryError`, for every method")]
pub trait Events: Send + Sync {
    /// Writes an event that an extension publishes, and returns its number. The kind is checked by
    /// the caller. `NotFound` without its entry.
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

    /// Adds a kind to the subscriptions of `subscriber`.
    fn subscribe(&self, subscriber: &str, kind: &str) -> Result<Subscribed>;

    /// Removes a subscription; false when it was not there.
    fn unsubscribe(&self, subscriber: &str, kind: &str) -> Result<bool>;

    /// Lists the kinds that `subscriber` subscribed to, sorted.
    fn subscriptions(&self, subscriber: &str) -> Result<Vec<String>>;

    /// Finds the next event for `subscriber`, of one of `kinds`, with the entry as it is now.
    ///
    /// Passes over events that the subscriber caused itself, of removed entries (but for that of the
    /// removal), and of other kinds;
    /// those are gone for it once it has acknowledged a later event.
    fn next_event(&self, subscriber: &str, kinds: &[&str]) -> Result<Option<Event>>;

    /// Counts the events that [`Self::next_event`] has left to return.
    fn pending(&self, subscriber: &str, kinds: &[&str]) -> Result<u64>;

    /// Marks an event as done: it does not come again.
    fn acknowledge(&self, subscriber: &str, event_id: u64) -> Result<()>;

    /// Records that an event failed, and returns whether it will be retried.
    ///
    /// After a failure that may pass the event is retried with back-off ([`retry_pause`]), up to
    /// [`MAX_ATTEMPTS`] times; then, and for any other failure, it is a dead letter. Nothing
    /// happens when the entry is gone by now.
    fn fail(&self, subscriber: &str, event_id: u64, error: &HandlerError<'_>) -> Result<bool>;

    /// Returns the time of the next retry of a failed event, RFC 3339, UTC.
    fn next_retry(&self, subscriber: &str) -> Result<Option<String>>;

    /// Lists the events that `subscriber` failed to handle, oldest first.
    fn failures(&self, subscriber: &str) -> Result<Vec<EventFailure>>;

    /// Replays a dead letter, or all of `subscriber`, with its attempts counted anew; returns how
    /// many.
    fn replay(&self, subscriber: &str, event: Option<u64>) -> Result<u64>;

    /// Retries the failed events of these entries now, before newer ones; returns how many.
    fn retry(&self, subscriber: &str, entries: &[Uuid]) -> Result<u64>;

    /// Lists the events of the library after a number, the oldest first, whoever caused them. A limit
    /// above [`MAX_EVENTS_PAGE`](ext_wire::ops::events::MAX_EVENTS_PAGE) counts as that. `OlderLog` when the number is that of no event yet: the caller read another log.
    fn list_events(&self, input: &ListEventsInput) -> Result<ListEventsOutput>;
}
