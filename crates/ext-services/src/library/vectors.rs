//! Vectors of the meaning of entries.

use ext_wire::ops::search::{SearchHit, SearchInput};
use uuid::Uuid;

use super::{Result, Visibility};

/// A text of an entry that a model turns into a vector.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexedText {
    /// The entry.
    pub entry: Uuid,
    /// The byte at which a passage of its content begins; `None` for the text of the entry itself.
    pub passage: Option<u64>,
    /// The passage; or its name, the texts of its metadata and the beginning of its text sidecars.
    pub text: String,
}

/// The vectors of a library's texts: one for each entry that has more than a name, and one for each
/// passage at the beginning of a content.
#[expect(clippy::missing_errors_doc, reason = "said once: `LibraryError`, for every method")]
pub trait Vectors: Send + Sync {
    /// Finds up to `limit` texts, newest first, that have no vector of `model`, and counts all of them.
    fn texts_missing_embedding(&self, model: &str, limit: u32) -> Result<(Vec<IndexedText>, u64)>;

    /// Finds up to `limit` texts of an entry that have no vector of `model`; none when there is no such
    /// entry.
    fn entry_texts_missing_embedding(
        &self,
        model: &str,
        entry: Uuid,
        limit: u32,
    ) -> Result<Vec<IndexedText>>;

    /// Keeps vectors of `model`, until the entry or its text changes. One whose text has changed
    /// already is not kept.
    fn put_vectors(&self, model: &str, vectors: &[(IndexedText, Vec<f32>)]) -> Result<()>;

    /// Finds entries that fulfil the conditions of `input`, whatever its words, with a vector whose
    /// cosine with `vector` is at least `min_score`; the nearest first, the best cosine as score. The
    /// vector of an entry is made of its name, metadata and sidecars, so it counts only where all of
    /// them are visible; that of a passage counts where the content is.
    fn nearest(
        &self,
        model: &str,
        vector: &[f32],
        min_score: f32,
        input: &SearchInput,
        visibility: Visibility<'_>,
    ) -> Result<Vec<SearchHit>>;
}
