//! `events.*`, for extensions: the user's events are those of the library.

use ext_registry::{
    Context, LibraryAction, LibraryQuery, OpError, register_library_action, register_library_query,
    require_service,
};
use ext_wire::{
    ErrorCode,
    ops::{
        NoInput,
        events::{
            PublishInput, PublishOutput, SubscribeInput, SubscribeOutput, SubscriptionsOutput,
        },
    },
};

use crate::libraries;
use ext_services::events::{EventError, EventService};

require_service!("events", dyn EventService);

/// Declares an operation that is one call of the service, with the extension, its library and input.
macro_rules! operation {
    ($trait:ident, $name:ident, $register:ident, $method:literal, $summary:literal,
     |$events:ident, $extension:ident, $library:ident, $input:ident: $in:ty| $body:expr
     => $out:ty) => {
        struct $name;

        impl $trait for $name {
            type Input = $in;
            type Output = $out;

            async fn execute($input: $in, context: Context<'_>) -> Result<$out, OpError> {
                let $events = context.service::<dyn EventService>()?;
                let ($extension, $library) = (extension(context)?, context.library()?);
                $body.map_err(error)
            }
        }
        $register!($name, $method, $summary);
    };
}

operation!(LibraryAction, PublishAction, register_library_action, "events.publish",
    "Tells other extensions that something happened to an entry",
    |events, extension, library, input: PublishInput|
    events.publish(extension, library, input) => PublishOutput);

operation!(LibraryAction, SubscribeAction, register_library_action, "events.subscribe",
    "From now on, hears of events of a kind",
    |events, extension, library, input: SubscribeInput|
    events.subscribe(extension, library, &input.kind) => SubscribeOutput);

operation!(LibraryAction, UnsubscribeAction, register_library_action, "events.unsubscribe",
    "Takes a subscription back",
    |events, extension, library, input: SubscribeInput|
    events.unsubscribe(extension, library, &input.kind) => SubscribeOutput);

operation!(LibraryQuery, SubscriptionsQuery, register_library_query, "events.subscriptions",
    "The kinds that the extension subscribed to",
    |events, extension, library, _input: NoInput|
    events.subscriptions(extension, library) => SubscriptionsOutput);

fn extension(context: Context<'_>) -> Result<&str, OpError> {
    let nobody = || {
        let message = "events are published and heard by extensions, the user is none";
        OpError::new(ErrorCode::DeniedArg, message)
    };
    context.extension().ok_or_else(nobody)
}

fn error(error: EventError) -> OpError {
    match error {
        EventError::Refused(body) => body.into(),
        EventError::Library(error) => libraries::error(error),
    }
}
