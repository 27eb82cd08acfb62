//! Events of extensions: making them, and choosing at run time which ones to hear.

use serde_json::Value;
use uuid::Uuid;

use super::{NoInput, wire, wire_type};

wire! {
    /// Tells other extensions that something happened to an entry.
    Publish = "action:events.publish.input.v1", PublishInput => PublishOutput;
    /// From now on, the calling extension hears of events of this kind in this library.
    Subscribe = "action:events.subscribe.input.v1", SubscribeInput => SubscribeOutput;
    /// Takes a subscription back; what the manifest names stays.
    Unsubscribe = "action:events.unsubscribe.input.v1", SubscribeInput => SubscribeOutput;
    /// The kinds that the calling extension subscribed to in this library.
    Subscriptions = "query:events.subscriptions.v1", NoInput => SubscriptionsOutput;
}

/// Largest data of an event, in bytes of JSON.
pub const MAX_EVENT_BYTES: usize = 64 << 10;
/// Most kinds that an extension may subscribe to in one library.
pub const MAX_SUBSCRIPTIONS: u64 = 64;
/// Most published events of one extension that may wait in a library for those who hear them.
pub const MAX_WAITING_EVENTS: u64 = 10_000;

wire_type! {
    /// Input of [`Publish`].
    pub struct PublishInput {
        /// What happened: one segment, as in `booked`. Others hear it as `ext.<your id>.booked`.
        pub name: String,
        /// The entry that it happened to.
        pub entry_id: Uuid,
        /// More about it, up to 64 KiB of JSON.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub data: Option<Value>,
    }

    /// Output of [`Publish`].
    pub struct PublishOutput {
        /// Number of the event in its library.
        pub event_id: u64,
        /// The kind under which others hear it.
        pub kind: String,
    }

    /// Input of [`Subscribe`] and [`Unsubscribe`].
    pub struct SubscribeInput {
        /// The kind: one of the host's, or `ext.<id>.<name>`.
        pub kind: String,
    }

    /// Output of [`Subscribe`] and [`Unsubscribe`].
    pub struct SubscribeOutput {
        /// False when it was so already.
        pub changed: bool,
    }

    /// Output of [`Subscriptions`].
    pub struct SubscriptionsOutput {
        /// The kinds, sorted.
        pub kinds: Vec<String>,
    }
}
