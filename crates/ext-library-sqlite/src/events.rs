//! The role of events: the outbox.

use ext_services::library::{EventFailure, Events, HandlerError, Result, Subscribed};
use ext_wire::{
    ErrorCode, Event, names,
    ops::events::{ListEventsInput, ListEventsOutput},
};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    library::SqliteLibrary,
    sqlite::{event_log, events},
};

impl SqliteLibrary {
    /// Schedules the last event of each entry at or below the path `under`, or of every entry, for
    /// another delivery to `subscriber`, of those of `kinds` that it has dealt with. Returns their
    /// number.
    ///
    /// # Errors
    /// [`LibraryError`](ext_services::library::LibraryError) when the database fails.
    pub fn redeliver(&self, subscriber: &str, kinds: &[&str], under: Option<&str>) -> Result<u64> {
        let under = under.map(names::path_prefix);
        self.store.write(|db| events::redeliver(db, subscriber, kinds, under.as_deref()))
    }

    /// Schedules the events on which `subscriber` failed with this code for another delivery, also those
    /// that it will not be given again by itself. Returns their number.
    ///
    /// # Errors
    /// [`LibraryError`](ext_services::library::LibraryError) when the database fails.
    pub fn retry_failed_with(&self, subscriber: &str, code: ErrorCode) -> Result<u64> {
        self.store.write(|db| events::retry_failed_with(db, subscriber, code))
    }
}

impl Events for SqliteLibrary {
    fn publish(
        &self,
        extension: &str,
        kind: &str,
        entry: Uuid,
        data: Option<&Value>,
    ) -> Result<u64> {
        self.store.write(|db| events::publish(db, extension, kind, entry, data))
    }

    fn subscribe(&self, subscriber: &str, kind: &str) -> Result<Subscribed> {
        self.store.write(|db| events::subscribe(db, subscriber, kind))
    }

    fn unsubscribe(&self, subscriber: &str, kind: &str) -> Result<bool> {
        self.store.write(|db| events::unsubscribe(db, subscriber, kind))
    }

    fn subscriptions(&self, subscriber: &str) -> Result<Vec<String>> {
        self.store.read(|db| events::subscriptions(db, subscriber))
    }

    fn next_event(&self, subscriber: &str, kinds: &[&str]) -> Result<Option<Event>> {
        self.store.read(|db| events::next(db, subscriber, kinds))
    }

    fn pending(&self, subscriber: &str, kinds: &[&str]) -> Result<u64> {
        self.store.read(|db| events::pending(db, subscriber, kinds))
    }

    fn acknowledge(&self, subscriber: &str, event_id: u64) -> Result<()> {
        self.store.write(|db| events::acknowledge(db, subscriber, event_id))
    }

    fn fail(&self, subscriber: &str, event_id: u64, error: &HandlerError<'_>) -> Result<bool> {
        self.store.write(|db| events::fail(db, subscriber, event_id, error))
    }

    fn next_retry(&self, subscriber: &str) -> Result<Option<String>> {
        self.store.read(|db| events::next_retry(db, subscriber))
    }

    fn failures(&self, subscriber: &str) -> Result<Vec<EventFailure>> {
        self.store.read(|db| events::failures(db, subscriber))
    }

    fn replay(&self, subscriber: &str, event: Option<u64>) -> Result<u64> {
        self.store.write(|db| events::replay(db, subscriber, event))
    }

    fn retry(&self, subscriber: &str, entries: &[Uuid]) -> Result<u64> {
        self.store.write(|db| events::retry(db, subscriber, entries))
    }

    fn list_events(&self, input: &ListEventsInput) -> Result<ListEventsOutput> {
        self.store.read(|db| event_log::list(db, input))
    }
}
