//! Events, as those that deliver them see them.

use ext_ops::services::library::LibraryError;
use ext_wire::{ErrorCode, Event};
use uuid::Uuid;

use super::{Library, store::EventFailure};

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

    /// `subscriber` could not work on an event: writes down why, and goes on with the next.
    ///
    /// # Errors
    /// [`LibraryError`].
    pub fn fail(
        &self,
        subscriber: &str,
        event_id: u64,
        code: ErrorCode,
        message: &str,
    ) -> Result<(), LibraryError> {
        let message: String = message.chars().take(MAX_MESSAGE_CHARS).collect();
        self.store.fail(subscriber, event_id, code, &message)
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
