//! Operations on events: publishing and subscribing at run time for extensions, and the log of a
//! library for the user.

use serde_json::Value;
use uuid::Uuid;

use super::{
    direction::{wire_input, wire_output},
    family::family,
    no_input::NoInput,
    vdfs::Entry,
};

family! {
    "events", include_str!("events.md");

    /// Tells other extensions that something happened to an entry.
    ///
    /// They receive it as `ext.<id>.<name>`, after the events before it. Beyond 10,000 events of
    /// one extension the oldest are dropped.
    ///
    /// Errors: `E_BAD_INPUT`; `E_NOT_FOUND`; `E_ABI_TOO_LARGE`.
    LibraryAction Publish = "action:events.publish.input.v1", PublishInput => PublishOutput;
    /// Subscribes the extension to events of a kind in this library.
    ///
    /// The kind must be one that its manifest names and the user has agreed to. A subscription is a
    /// note: all kinds that the manifest names are received without one as well.
    ///
    /// Errors: `E_BAD_INPUT`; `E_DENIED_ARG`; `E_BUSY` beyond 64 subscriptions.
    LibraryAction Subscribe = "action:events.subscribe.input.v1", SubscribeInput => SubscribeOutput;
    /// Removes a subscription.
    ///
    /// The kinds that the manifest names are received all the same.
    ///
    /// Errors: `E_BAD_INPUT`.
    LibraryAction Unsubscribe = "action:events.unsubscribe.input.v1", SubscribeInput => SubscribeOutput;
    /// Lists the kinds that the extension subscribed to in this library.
    LibraryQuery Subscriptions = "query:events.subscriptions.v1", NoInput => SubscriptionsOutput;
    /// Lists the events of the library, the oldest first, page by page.
    ///
    /// The next page begins after `last` of this one, and so does what happens later. Events of
    /// entries that are gone are not there any more.
    ///
    /// Errors: `E_BAD_INPUT`; `E_CONFLICT` when `after` is above the newest event: the library was
    /// restored from an older backup.
    LibraryQuery(host_only) ListEvents = "query:events.list.v1", ListEventsInput => ListEventsOutput;
}

/// Largest data of an event, in bytes of JSON.
pub const MAX_EVENT_BYTES: usize = 64 << 10;
/// Most kinds that an extension may subscribe to in one library.
pub const MAX_SUBSCRIPTIONS: u64 = 64;
/// Most published events of one extension that may wait in a library for their subscribers.
pub const MAX_WAITING_EVENTS: u64 = 10_000;

wire_input! {
    /// Input of [`Publish`].
    pub struct PublishInput {
        /// Name of the event: one segment, as in `booked`. Others receive it as
        /// `ext.<your id>.booked`.
        pub name: String,
        /// The entry that it happened to.
        pub entry_id: Uuid,
        /// Data of the event, up to 64 KiB of JSON.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub data: Option<Value>,
    }
}

/// Most events of a page of [`ListEvents`].
pub const MAX_EVENTS_PAGE: u32 = 1000;

wire_input! {
    /// Input of [`ListEvents`].
    pub struct ListEventsInput {
        /// Only events after this number [default: from the first on].
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub after: Option<u64>,
        /// Only events of these kinds.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub kinds: Option<Vec<String>>,
        /// Only events of the entry at this path, and of those below it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub under: Option<String>,
        /// Most events of the page, up to 1000 [default: 100]; with 0 the page says where the log ends.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub limit: Option<u32>,
    }
}

wire_output! {
    /// Output of [`ListEvents`].
    pub struct ListEventsOutput {
        /// The events, with their entries as they are now.
        pub events: Vec<LoggedEvent>,
        /// Number of the event up to which the log was looked at, for `after` of the next page.
        pub last: u64,
    }

    /// An event in the log of a library.
    pub struct LoggedEvent {
        /// Number of the event in its library, rising.
        pub id: u64,
        /// Its kind.
        pub kind: String,
        /// The entry as it is now; of `entry.deleted` as it was.
        pub entry: Entry,
        /// The extension that caused it; nothing for the user.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub caused_by: Option<String>,
        /// Data of the extension that published it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub data: Option<Value>,
    }
}

wire_output! {
    /// Output of [`Publish`].
    pub struct PublishOutput {
        /// Number of the event in its library.
        pub event_id: u64,
        /// The kind under which others receive it.
        pub kind: String,
    }
}

wire_input! {
    /// Input of [`Subscribe`] and [`Unsubscribe`].
    pub struct SubscribeInput {
        /// The kind: one of the host's, or `ext.<id>.<name>`.
        pub kind: String,
    }
}

wire_output! {
    /// Output of [`Subscribe`] and [`Unsubscribe`].
    pub struct SubscribeOutput {
        /// False when nothing had to be changed.
        pub changed: bool,
    }

    /// Output of [`Subscriptions`].
    pub struct SubscriptionsOutput {
        /// The kinds, sorted.
        pub kinds: Vec<String>,
    }
}
