//! Search by words.

use ext_wire::ops::search::{SearchInput, SearchOutput};

use super::Result;

/// Full-text search over the names and metadata of entries, and over text sidecars.
pub trait Search: Send + Sync {
    /// Finds the entries that have all words of the input, best first; by words alone, whatever the
    /// input's mode. See [`Entries`](ext_wire::ops::search::Entries).
    ///
    /// # Errors
    /// `Invalid` for a search without words, an illegal page or filter, `TooLarge` for a text that
    /// is too long; [`LibraryError`](super::LibraryError).
    fn search(&self, input: SearchInput) -> Result<SearchOutput>;
}
