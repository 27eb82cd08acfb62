//! Kinds of mailboxes, as scanning sees them.

use serde::{Serialize, de::DeserializeOwned};
use spacedrive_sdk::prelude::*;

use super::{message::Incoming, state::State};

/// What a server answers to a request for a message.
#[derive(Debug)]
pub(super) enum Fetched {
    /// The message.
    Here(Incoming),
    /// It is not there any more.
    Gone,
    /// It is there, and the server does not send it, for this reason. Others may be sent.
    Withheld(String),
}

/// Page of messages of a mailbox.
pub(super) struct Page<R> {
    /// Messages that were not looked at yet, the oldest first.
    pub(super) new: Vec<R>,
    /// Number of messages, on this page and behind it.
    pub(super) total: u64,
}

impl<R> Page<R> {
    /// Makes a page with nothing new, and something to ask for behind it.
    pub(super) const fn more() -> Self {
        Self { new: Vec::new(), total: 1 }
    }

    /// Makes a page where nobody knows how much is behind it.
    pub(super) fn with_more(new: Vec<R>, more: bool) -> Self {
        Self { total: new.len() as u64 + u64::from(more), new }
    }
}

/// A kind of mailbox.
pub(super) trait Source {
    /// Reference to a message, by which a later scan can fetch it as well.
    type Ref: Serialize + DeserializeOwned;

    /// Lists what is new since `state`.
    ///
    /// # Errors
    /// The mailbox cannot be read.
    fn page(&self, client: &SpacedriveClient, state: &mut State) -> Result<Page<Self::Ref>>;

    /// Fetches a message.
    ///
    /// # Errors
    /// The mailbox cannot be read, or this message is too large.
    fn fetch(&self, client: &SpacedriveClient, message: &Self::Ref) -> Result<Fetched>;

    /// Notes that a message was looked at, which is `None` when it could not be fetched.
    fn pass(&self, state: &mut State, message: &Self::Ref, fetched: Option<&Incoming>);
}
