//! Events of extensions.

use ext_wire::ops::events::{
    Publish, PublishInput, PublishOutput, Subscribe, SubscribeInput, Unsubscribe,
};
use serde_json::Value;
use uuid::Uuid;

use super::SpacedriveClient;
use crate::error::Result;

/// Events of extensions: [`SpacedriveClient::events`] returns it.
#[derive(Debug, Clone, Copy)]
pub struct Events<'a>(pub(super) &'a SpacedriveClient);

impl Events<'_> {
    /// Tells other extensions that `name` happened to an entry; they receive it as
    /// `ext.<your id>.<name>`, after the events before it.
    ///
    /// # Errors
    /// [`Error::is_not_found`](crate::Error::is_not_found) when there is no such entry,
    /// [`ErrorCode::BadInput`](crate::ErrorCode::BadInput) when `name` is not a valid segment.
    pub fn publish(
        &self,
        name: &str,
        entry_id: Uuid,
        data: Option<Value>,
    ) -> Result<PublishOutput> {
        let name = name.to_owned();
        self.0.call_op::<Publish>(&PublishInput { name, entry_id, data })
    }

    /// Subscribes to events of this kind in the client's library, which the manifest has to name, and
    /// which are received without that as well; returns whether that is new.
    ///
    /// # Errors
    /// [`ErrorCode::BadInput`](crate::ErrorCode::BadInput) when there is no such kind.
    pub fn subscribe(&self, kind: &str) -> Result<bool> {
        Ok(self.0.call_op::<Subscribe>(&SubscribeInput { kind: kind.to_owned() })?.changed)
    }

    /// Takes a subscription back; tells whether there was one.
    ///
    /// # Errors
    /// As [`Self::subscribe`].
    pub fn unsubscribe(&self, kind: &str) -> Result<bool> {
        Ok(self.0.call_op::<Unsubscribe>(&SubscribeInput { kind: kind.to_owned() })?.changed)
    }
}
