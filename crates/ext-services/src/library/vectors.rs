//! Vectors of the meaning of entries.

use ext_wire::ops::search::{SearchHit, SearchInput};
use uuid::Uuid;

use super::{Result, Visibility};

/// The text of an entry that a model turns into a vector.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexedText {
    /// The entry.
    pub entry: Uuid,
    /// Its name, the texts of its metadata and the beginning of its text sidecars.
    pub text: String,
}

/// The vectors of a library's entries, one for each entry.
#[expect(clippy::missing_errors_doc, reason = "said once: `LibraryError`, for every method")]
pub trait Vectors: Send + Sync {
    /// Finds up to `limit` entries, newest first, that have no vector of `model`, and counts all of
    /// them.
    fn entries_missing_embedding(&self, model: &str, limit: u32)
    -> Result<(Vec<IndexedText>, u64)>;

    /// Keeps vectors of `model`, until the entry or its text changes. One whose text has changed
    /// already is not kept.
    fn put_vectors(&self, model: &str, vectors: &[(IndexedText, Vec<f32>)]) -> Result<()>;

    /// Finds entries that fulfil the conditions of `input`, whatever its words, with a vector whose
    /// cosine with `vector` is at least `min_score`; the nearest first, the cosine as score. A vector is
    /// made of all texts of an entry, so an entry is found only where all of them are visible.
    fn nearest(
        &self,
        model: &str,
        vector: &[f32],
        min_score: f32,
        input: &SearchInput,
        visibility: Visibility<'_>,
    ) -> Result<Vec<SearchHit>>;
}
