//! Kinds of mailboxes, as scanning sees them.

use spacedrive_sdk::prelude::*;

use super::{message::Incoming, state::State};

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
    /// Reference to a message until it is fetched.
    type Ref;

    /// Lists what is new since `state`.
    ///
    /// # Errors
    /// The mailbox cannot be read.
    fn page(&self, client: &SpacedriveClient, state: &mut State) -> Result<Page<Self::Ref>>;

    /// Fetches a message; `None` when it is gone.
    ///
    /// # Errors
    /// The mailbox cannot be read, or this message is too large.
    fn fetch(&self, client: &SpacedriveClient, message: &Self::Ref) -> Result<Option<Incoming>>;

    /// Notes that a message was looked at, which is `None` when it could not be fetched.
    fn pass(&self, state: &mut State, message: &Self::Ref, fetched: Option<&Incoming>);
}
