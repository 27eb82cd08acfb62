//! The operations `events.*`: for extensions those of their own, for the user the log of the library.

use ext_registry::{Context, LibraryAction, LibraryQuery, OpError, register, require_service};
use ext_services::library::LibraryDirectory;
use ext_wire::{
    Wire,
    ops::events::{
        ListEvents, ListEventsInput, ListEventsOutput, Publish, Subscribe, Subscriptions,
        Unsubscribe,
    },
};

use crate::{
    BuiltIn,
    extension_events::ExtensionEvents,
    libraries::{error, open},
};

require_service!("events", dyn LibraryDirectory);

/// Implements an operation that is one call of the extension's events, with its input.
macro_rules! operation {
    ($trait:ident<$op:ident>, |$events:ident, $input:ident| $body:expr) => {
        impl $trait<$op> for BuiltIn {
            async fn execute(
                $input: <$op as Wire>::Input,
                context: Context<'_>,
            ) -> Result<<$op as Wire>::Output, OpError> {
                let $events = ExtensionEvents::of(context)?;
                $body
            }
        }
        register!($trait<$op> for BuiltIn);
    };
}

operation!(LibraryAction<Publish>, |events, input| events.publish(input));

operation!(LibraryAction<Subscribe>, |events, input| events.subscribe(&input.kind));

operation!(LibraryAction<Unsubscribe>, |events, input| events.unsubscribe(&input.kind));

operation!(LibraryQuery<Subscriptions>, |events, _input| events.subscriptions());

impl LibraryQuery<ListEvents> for BuiltIn {
    async fn execute(
        input: ListEventsInput,
        context: Context<'_>,
    ) -> Result<ListEventsOutput, OpError> {
        open(context)?.events().and_then(|events| events.list_events(&input)).map_err(error)
    }
}

register!(LibraryQuery<ListEvents> for BuiltIn);
