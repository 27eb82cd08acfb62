//! Events of a library, for the extension that calls.

use ext_perm::Target;
use ext_registry::{Context, OpError};
use ext_services::library::Subscribed;
use ext_wire::{
    ErrorCode, event,
    ops::events::{
        MAX_EVENT_BYTES, MAX_SUBSCRIPTIONS, PublishInput, PublishOutput, SubscribeOutput,
        SubscriptionsOutput,
    },
};
use serde_json::Value;

use crate::{
    authorized_library::AuthorizedLibrary,
    libraries::{error, open},
};

/// The outbox of a library, as one extension publishes and subscribes.
pub(crate) struct ExtensionEvents<'a> {
    extension: &'a str,
    context: Context<'a>,
    library: AuthorizedLibrary<'a>,
}

impl<'a> ExtensionEvents<'a> {
    pub(crate) fn of(context: Context<'a>) -> Result<Self, OpError> {
        let user = || {
            let message = "only extensions publish and receive events, not the user";
            OpError::new(ErrorCode::DeniedArg, message)
        };
        let extension = context.extension().ok_or_else(user)?;
        Ok(Self { extension, context, library: open(context)? })
    }

    pub(crate) fn publish(&self, input: PublishInput) -> Result<PublishOutput, OpError> {
        let PublishInput { name, entry_id, data } = input;
        let kind = event::published_kind(self.extension, &name).ok_or_else(|| no_name(&name))?;
        data.as_ref().map_or(Ok(()), ensure_size)?;
        let event_id =
            self.library.publish(self.extension, &kind, entry_id, data.as_ref()).map_err(error)?;
        Ok(PublishOutput { event_id, kind })
    }

    pub(crate) fn subscribe(&self, kind: &str) -> Result<SubscribeOutput, OpError> {
        ensure_kind(kind)?;
        self.context.check(Target::Event { kind, entry: None })?;
        let events = self.library.events().map_err(error)?;
        match events.subscribe(self.extension, kind).map_err(error)? {
            Subscribed::Created => Ok(SubscribeOutput { changed: true }),
            Subscribed::Existing => Ok(SubscribeOutput { changed: false }),
            Subscribed::Full => {
                let message = format!("an extension has at most {MAX_SUBSCRIPTIONS} subscriptions");
                Err(OpError::new(ErrorCode::Busy, message))
            }
        }
    }

    pub(crate) fn unsubscribe(&self, kind: &str) -> Result<SubscribeOutput, OpError> {
        ensure_kind(kind)?;
        let events = self.library.events().map_err(error)?;
        Ok(SubscribeOutput { changed: events.unsubscribe(self.extension, kind).map_err(error)? })
    }

    pub(crate) fn subscriptions(&self) -> Result<SubscriptionsOutput, OpError> {
        let events = self.library.events().map_err(error)?;
        Ok(SubscriptionsOutput { kinds: events.subscriptions(self.extension).map_err(error)? })
    }
}

fn ensure_kind(kind: &str) -> Result<(), OpError> {
    if event::is_kind(kind) {
        return Ok(());
    }
    let message = format!(
        "`{}` is not a valid kind of event: there are {}, and `ext.<id>.<name>` for events of \
         the extension <id>",
        kind.escape_debug(),
        event::KINDS.join(", ")
    );
    Err(OpError::new(ErrorCode::BadInput, message))
}

fn no_name(name: &str) -> OpError {
    let name = name.escape_debug();
    let message = format!(
        "`{name}` is not a valid name of an event: it must be words of a-z and 0-9 joined by `_`, a letter first"
    );
    OpError::new(ErrorCode::BadInput, message)
}

fn ensure_size(data: &Value) -> Result<(), OpError> {
    let bytes = data.to_string().len();
    if bytes <= MAX_EVENT_BYTES {
        return Ok(());
    }
    let message = format!("data of {bytes} bytes of JSON, the limit is {MAX_EVENT_BYTES}");
    Err(OpError::new(ErrorCode::AbiTooLarge, message))
}
