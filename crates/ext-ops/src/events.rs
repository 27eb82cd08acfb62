//! `events.*`, for extensions: the user's events are those of the library.

use ext_registry::{Context, LibraryAction, LibraryQuery, OpError, register, require_service};
use ext_wire::{
    ErrorCode, Wire,
    ops::events::{Publish, Subscribe, Subscriptions, Unsubscribe},
};

use crate::{BuiltIn, libraries};
use ext_services::events::{EventError, EventService};

require_service!("events", dyn EventService);

/// Implements an operation that is one call of the service, with the extension, its library and
/// input.
macro_rules! operation {
    ($trait:ident<$op:ident>,
     |$events:ident, $extension:ident, $library:ident, $input:ident| $body:expr) => {
        impl $trait<$op> for BuiltIn {
            async fn execute(
                $input: <$op as Wire>::Input,
                context: Context<'_>,
            ) -> Result<<$op as Wire>::Output, OpError> {
                let $events = context.service::<dyn EventService>()?;
                let ($extension, $library) = (extension(context)?, context.library()?);
                $body.map_err(error)
            }
        }
        register!($trait<$op> for BuiltIn);
    };
}

operation!(LibraryAction<Publish>, |events, extension, library, input| events
    .publish(extension, library, input));

operation!(LibraryAction<Subscribe>, |events, extension, library, input| events.subscribe(
    extension,
    library,
    &input.kind
));

operation!(LibraryAction<Unsubscribe>, |events, extension, library, input| events.unsubscribe(
    extension,
    library,
    &input.kind
));

operation!(LibraryQuery<Subscriptions>, |events, extension, library, _input| events
    .subscriptions(extension, library));

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
