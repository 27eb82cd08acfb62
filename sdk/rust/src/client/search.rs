//! Searching the library.

use ext_wire::ops::search::{Entries, SearchInput, SearchOutput};

use super::SpacedriveClient;
use crate::error::Result;

/// Search in the client's library: [`SpacedriveClient::search`] returns it.
#[derive(Debug, Clone, Copy)]
pub struct Search<'a>(pub(super) &'a SpacedriveClient);

impl Search<'_> {
    /// Searches names, metadata and text sidecars, by words and by meaning.
    ///
    /// # Errors
    /// [`ErrorCode::BadInput`](crate::ErrorCode::BadInput) for a limit out of range.
    pub fn entries(&self, input: SearchInput) -> Result<SearchOutput> {
        self.0.call_op::<Entries>(&input)
    }
}
