//! `events.*`, for extensions: the user's events are those of the library.

use ext_registry::{
    Context, LibraryAction, LibraryQuery, OpError, register_library_action, register_library_query,
};
use ext_wire::ops::{
    NoInput,
    events::{PublishInput, PublishOutput, SubscribeInput, SubscribeOutput, SubscriptionsOutput},
};

use crate::extension_events::ExtensionEvents;

/// Declares an operation that is one call of the extension's events, with its input.
macro_rules! operation {
    ($trait:ident, $name:ident, $register:ident, $method:literal, $summary:literal,
     |$events:ident, $input:ident: $in:ty| $body:expr => $out:ty) => {
        struct $name;

        impl $trait for $name {
            type Input = $in;
            type Output = $out;

            async fn execute($input: $in, context: Context<'_>) -> Result<$out, OpError> {
                let $events = ExtensionEvents::of(context)?;
                $body
            }
        }
        $register!($name, $method, $summary);
    };
}

operation!(LibraryAction, PublishAction, register_library_action, "events.publish",
    "Tells other extensions that something happened to an entry",
    |events, input: PublishInput| events.publish(input) => PublishOutput);

operation!(LibraryAction, SubscribeAction, register_library_action, "events.subscribe",
    "From now on, hears of events of a kind",
    |events, input: SubscribeInput| events.subscribe(&input.kind) => SubscribeOutput);

operation!(LibraryAction, UnsubscribeAction, register_library_action, "events.unsubscribe",
    "Takes a subscription back",
    |events, input: SubscribeInput| events.unsubscribe(&input.kind) => SubscribeOutput);

operation!(LibraryQuery, SubscriptionsQuery, register_library_query, "events.subscriptions",
    "The kinds that the extension subscribed to",
    |events, _input: NoInput| events.subscriptions() => SubscriptionsOutput);
