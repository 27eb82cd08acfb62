//! Texts as vectors, near to each other when their meaning is.

use thiserror::Error;

/// Why there is no vector.
#[derive(Debug, Error)]
pub enum EmbedError {
    /// A model file is missing or damaged; the text says which command brings it.
    #[error("{0}")]
    Model(String),
    /// The engine itself failed.
    #[error("the embedding model failed: {0}")]
    Engine(String),
}

/// Turns texts into vectors of length 1.
pub trait Embedder: Send + Sync {
    /// Name of model and engine: vectors of different names must not be compared.
    fn name(&self) -> &str;

    /// Numbers in a vector.
    fn dimension(&self) -> usize;

    /// One vector for each text, in order; finite and of length 1, so that a scalar product is a
    /// cosine. A long text is cut after the tokens that the model reads.
    ///
    /// # Errors
    /// [`EmbedError`].
    fn embed(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>, EmbedError>;
}
