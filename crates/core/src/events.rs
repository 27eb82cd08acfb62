//! The operations `events.*`, on the libraries' outboxes.

use std::sync::Arc;

use ext_services::events::{EventError, EventService};
use ext_wire::{
    ErrorBody, ErrorCode, event,
    ops::events::{
        MAX_EVENT_BYTES, MAX_SUBSCRIPTIONS, PublishInput, PublishOutput, SubscribeOutput,
        SubscriptionsOutput,
    },
};
use serde_json::Value;
use uuid::Uuid;

use crate::library::Libraries;

/// The events of extensions, in all libraries.
pub(crate) struct Events {
    libraries: Arc<Libraries>,
}

impl Events {
    pub(crate) const fn new(libraries: Arc<Libraries>) -> Self {
        Self { libraries }
    }
}

impl EventService for Events {
    fn publish(
        &self,
        extension: &str,
        library: Uuid,
        input: PublishInput,
    ) -> Result<PublishOutput, EventError> {
        let kind =
            event::published_kind(extension, &input.name).ok_or_else(|| no_name(&input.name))?;
        let data = input.data.as_ref().map(to_json).transpose()?;
        let store = self.libraries.open(library)?;
        let event_id = store.publish(extension, &kind, input.entry_id, data.as_deref())?;
        Ok(PublishOutput { event_id, kind })
    }

    fn subscribe(
        &self,
        extension: &str,
        library: Uuid,
        kind: &str,
    ) -> Result<SubscribeOutput, EventError> {
        ensure_kind(kind)?;
        match self.libraries.open(library)?.subscribe(extension, kind)? {
            Some(changed) => Ok(SubscribeOutput { changed }),
            None => {
                let message = format!("an extension has at most {MAX_SUBSCRIPTIONS} subscriptions");
                Err(ErrorBody::new(ErrorCode::Busy, message).into())
            }
        }
    }

    fn unsubscribe(
        &self,
        extension: &str,
        library: Uuid,
        kind: &str,
    ) -> Result<SubscribeOutput, EventError> {
        ensure_kind(kind)?;
        let changed = self.libraries.open(library)?.unsubscribe(extension, kind)?;
        Ok(SubscribeOutput { changed })
    }

    fn subscriptions(
        &self,
        extension: &str,
        library: Uuid,
    ) -> Result<SubscriptionsOutput, EventError> {
        let kinds = self.libraries.open(library)?.subscriptions(extension)?;
        Ok(SubscriptionsOutput { kinds })
    }
}

fn ensure_kind(kind: &str) -> Result<(), ErrorBody> {
    if event::is_kind(kind) {
        return Ok(());
    }
    let message = format!(
        "there is no event `{}`, there is {}, and `ext.<id>.<name>` for what the extension <id> \
         publishes",
        kind.escape_debug(),
        event::KINDS.join(", ")
    );
    Err(ErrorBody::new(ErrorCode::BadInput, message))
}

fn no_name(name: &str) -> ErrorBody {
    let name = name.escape_debug();
    let message = format!(
        "`{name}` is no name of an event: words of a-z and 0-9 joined by `_`, a letter first"
    );
    ErrorBody::new(ErrorCode::BadInput, message)
}

fn to_json(data: &Value) -> Result<String, ErrorBody> {
    let json = data.to_string();
    if json.len() <= MAX_EVENT_BYTES {
        return Ok(json);
    }
    let message = format!("data of {} bytes of JSON, the limit is {MAX_EVENT_BYTES}", json.len());
    Err(ErrorBody::new(ErrorCode::AbiTooLarge, message))
}
