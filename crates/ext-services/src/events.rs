//! Events of extensions.

use ext_wire::{
    ErrorBody,
    ops::events::{PublishInput, PublishOutput, SubscribeOutput, SubscriptionsOutput},
};
use thiserror::Error;
use uuid::Uuid;

use super::library::LibraryError;

/// Why an event was not taken.
#[derive(Debug, Error)]
pub enum EventError {
    /// The caller can mend it.
    #[error(transparent)]
    Refused(#[from] ErrorBody),
    /// The library failed.
    #[error(transparent)]
    Library(#[from] LibraryError),
}

/// Takes the events that extensions publish, and what they subscribe to.
#[expect(clippy::missing_errors_doc, reason = "said once: `EventError`, for every method")]
pub trait EventService: Send + Sync {
    /// See `ext_wire::ops::events::Publish`.
    fn publish(
        &self,
        extension: &str,
        library: Uuid,
        input: PublishInput,
    ) -> Result<PublishOutput, EventError>;

    /// See `ext_wire::ops::events::Subscribe`.
    fn subscribe(
        &self,
        extension: &str,
        library: Uuid,
        kind: &str,
    ) -> Result<SubscribeOutput, EventError>;

    /// See `ext_wire::ops::events::Unsubscribe`.
    fn unsubscribe(
        &self,
        extension: &str,
        library: Uuid,
        kind: &str,
    ) -> Result<SubscribeOutput, EventError>;

    /// See `ext_wire::ops::events::Subscriptions`.
    fn subscriptions(
        &self,
        extension: &str,
        library: Uuid,
    ) -> Result<SubscriptionsOutput, EventError>;
}
