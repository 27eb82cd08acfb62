//! Search by words.

use ext_wire::{
    EntryPath,
    ops::search::{SearchInput, SearchOutput},
};

use uuid::Uuid;

use super::Result;

/// The part of an entry that a text is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextPart<'a> {
    /// Its name and metadata.
    Entry,
    /// Its content.
    Content,
    /// The sidecar of this name.
    Sidecar(&'a str),
}

/// The texts that a search may use and show.
///
/// A text outside of it has no part in a search: it makes no hit, does not count for the rank, and
/// takes no place of those that the input wants.
#[derive(Clone, Copy)]
pub enum Visibility<'a> {
    /// All texts.
    All,
    /// The texts for which this is true.
    Only(&'a dyn Fn(&EntryPath, TextPart<'_>) -> Result<bool>),
}

impl Visibility<'_> {
    /// Returns whether a text of an entry may be used; one of a part needs the entry to be visible, too.
    ///
    /// # Errors
    /// That of the function in [`Visibility::Only`].
    pub fn includes(&self, entry: &EntryPath, part: TextPart<'_>) -> Result<bool> {
        match self {
            Self::All => Ok(true),
            Self::Only(sees) => {
                let whole = sees(entry, TextPart::Entry)?;
                Ok(whole && (part == TextPart::Entry || sees(entry, part)?))
            }
        }
    }
}

/// Full-text search over the names and metadata of entries, text sidecars, and the texts of contents that
/// the role [`Contents`](super::Contents) keeps.
pub trait Search: Send + Sync {
    /// Finds the entries that have all words of the input in what is visible, best first; by words alone, whatever the
    /// input's mode. A search without words, but with conditions, finds what fulfils them, newest first.
    /// See [`Entries`](ext_wire::ops::search::Entries).
    ///
    /// # Errors
    /// `Invalid` for a search without words and conditions, an illegal page or filter, `TooLarge` for a
    /// text that is too long; [`LibraryError`](super::LibraryError).
    fn search(&self, input: SearchInput, visibility: Visibility<'_>) -> Result<SearchOutput>;

    /// Builds the index of words anew, of the texts that it was made of.
    ///
    /// # Errors
    /// [`LibraryError`](super::LibraryError).
    fn rebuild_index(&self) -> Result<()>;

    /// Makes the texts of an entry and of its sidecars anew, of what the library keeps. Vectors of texts
    /// that are as before stay. Returns the number of sidecars that cannot be read, and have no text now.
    ///
    /// # Errors
    /// `NotFound`; [`LibraryError`](super::LibraryError).
    fn index_entry(&self, entry: Uuid) -> Result<u64>;
}
