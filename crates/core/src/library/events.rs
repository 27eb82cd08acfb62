//! Events, as those that deliver them see them.

use ext_services::library::LibraryError;
use ext_wire::{Event, ops::events::MAX_SUBSCRIPTIONS};
use uuid::Uuid;

use super::{
    Library,
    store::{EventError, EventFailure},
};

/// Longest message of a failure that is kept, in characters.
const MAX_MESSAGE_CHARS: usize = 2000;

/// A subscriber is named by the extension's id. It needs no announcement: one that was never heard
/// of begins with the first event of the library, and so is told of all that there is.
///
/// Delivery is at least once, in order: [`Library::next_event`] returns the same event until it is
/// acknowledged or has failed, also after a crash. An event that failed is out of the way of the
/// others, until [`Library::retry`].
impl Library {
    /// The next event for `subscriber`, of one of `kinds`, with the entry as it is now.
    ///
    /// Passes over what the subscriber did itself, entries that are removed, and other kinds; those
    /// are gone for it once it has acknowledged a later event.
    ///
    /// # Errors
    /// [`LibraryError`].
    pub fn next_event(
        &self,
        subscriber: &str,
        kinds: &[&str],
    ) -> Result<Option<Event>, LibraryError> {
        self.store.next_event(subscriber, kinds)
    }

    /// How many events [`Library::next_event`] has left to return.
    ///
    /// # Errors
    /// [`LibraryError`].
    pub fn pending(&self, subscriber: &str, kinds: &[&str]) -> Result<u64, LibraryError> {
        self.store.pending(subscriber, kinds)
    }

    /// `subscriber` has worked on an event: it does not come again.
    ///
    /// # Errors
    /// [`LibraryError`].
    pub fn acknowledge(&self, subscriber: &str, event_id: u64) -> Result<(), LibraryError> {
        self.store.acknowledge(subscriber, event_id)
    }

    /// `subscriber` could not work on an event: writes down why, and goes on with the next. An error
    /// that may pass has the event tried again, with growing pauses, a few times; then, and for any
    /// other error, it is a dead letter. Until then later events of the same entry wait. Returns
    /// whether it will be tried again.
    ///
    /// # Errors
    /// [`LibraryError`].
    pub fn fail(
        &self,
        subscriber: &str,
        event_id: u64,
        error: &EventError<'_>,
    ) -> Result<bool, LibraryError> {
        let message: String = error.message.chars().take(MAX_MESSAGE_CHARS).collect();
        self.store.fail(subscriber, event_id, &EventError { message: &message, ..*error })
    }

    /// When the next failed event is to be tried again, RFC 3339, UTC.
    ///
    /// # Errors
    /// [`LibraryError`].
    pub fn next_retry(&self, subscriber: &str) -> Result<Option<String>, LibraryError> {
        self.store.next_retry(subscriber)
    }

    /// Lets a dead letter, or all of `subscriber`, come again; returns how many.
    ///
    /// # Errors
    /// [`LibraryError`].
    pub fn replay(&self, subscriber: &str, event: Option<u64>) -> Result<u64, LibraryError> {
        self.store.replay(subscriber, event)
    }

    /// Writes down an event that an extension publishes, and returns its number. The kind is
    /// checked, `data` is JSON.
    ///
    /// # Errors
    /// `NotFound` without its entry; [`LibraryError`].
    pub fn publish(
        &self,
        extension: &str,
        kind: &str,
        entry: Uuid,
        data: Option<&str>,
    ) -> Result<u64, LibraryError> {
        self.store.publish(extension, kind, entry, data)
    }

    /// Adds a kind to those that `subscriber` chose: whether it is new, `None` when it has too many.
    ///
    /// # Errors
    /// [`LibraryError`].
    pub fn subscribe(&self, subscriber: &str, kind: &str) -> Result<Option<bool>, LibraryError> {
        self.store.subscribe(subscriber, kind, MAX_SUBSCRIPTIONS)
    }

    /// Takes a kind back: whether it was there.
    ///
    /// # Errors
    /// [`LibraryError`].
    pub fn unsubscribe(&self, subscriber: &str, kind: &str) -> Result<bool, LibraryError> {
        self.store.unsubscribe(subscriber, kind)
    }

    /// The kinds that `subscriber` chose, sorted.
    ///
    /// # Errors
    /// [`LibraryError`].
    pub fn subscriptions(&self, subscriber: &str) -> Result<Vec<String>, LibraryError> {
        self.store.subscriptions(subscriber)
    }

    /// The events that `subscriber` could not work on, oldest first.
    ///
    /// # Errors
    /// [`LibraryError`].
    pub fn failures(&self, subscriber: &str) -> Result<Vec<EventFailure>, LibraryError> {
        self.store.failures(subscriber)
    }

    /// Lets the failed events of these entries come again, before newer ones; returns how many.
    ///
    /// # Errors
    /// [`LibraryError`].
    pub fn retry(&self, subscriber: &str, entries: &[Uuid]) -> Result<u64, LibraryError> {
        self.store.retry(subscriber, entries)
    }
}
