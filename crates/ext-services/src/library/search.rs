//! Search by words.

use ext_wire::{
    EntryPath,
    ops::search::{SearchInput, SearchOutput},
};

use super::Result;

/// The texts that a search may use and show: of entries (`None`), and of their sidecars by name.
///
/// A text outside of it has no part in a search: it makes no hit, does not count for the rank, and
/// takes no place of those that the input wants.
#[derive(Clone, Copy)]
pub enum Visibility<'a> {
    /// All texts.
    All,
    /// The texts for which this is true.
    Only(&'a dyn Fn(&EntryPath, Option<&str>) -> Result<bool>),
}

impl Visibility<'_> {
    /// Returns whether a text of an entry may be used: its own, or that of a sidecar.
    ///
    /// # Errors
    /// That of the function in [`Visibility::Only`].
    pub fn includes(&self, entry: &EntryPath, sidecar: Option<&str>) -> Result<bool> {
        match self {
            Self::All => Ok(true),
            Self::Only(sees) => {
                Ok(sees(entry, None)? && (sidecar.is_none() || sees(entry, sidecar)?))
            }
        }
    }
}

/// Full-text search over the names and metadata of entries, and over text sidecars.
pub trait Search: Send + Sync {
    /// Finds the entries that have all words of the input in what is visible, best first; by words alone, whatever the
    /// input's mode. See [`Entries`](ext_wire::ops::search::Entries).
    ///
    /// # Errors
    /// `Invalid` for a search without words, an illegal page or filter, `TooLarge` for a text that
    /// is too long; [`LibraryError`](super::LibraryError).
    fn search(&self, input: SearchInput, visibility: Visibility<'_>) -> Result<SearchOutput>;
}
