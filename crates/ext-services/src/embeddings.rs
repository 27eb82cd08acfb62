//! Embedding of texts: vectors that are near to each other when the meanings are.

use thiserror::Error;

/// Failure to embed texts.
#[derive(Debug, Error)]
pub enum EmbedError {
    /// A model file is missing or damaged.
    #[error("{0}")]
    Model(String),
    /// The engine itself failed.
    #[error("the embedding model failed: {0}")]
    Engine(String),
}

/// Model that turns texts into vectors of length 1.
pub trait Embedder: Send + Sync {
    /// Returns the name of model and engine: vectors of different names must not be compared.
    fn name(&self) -> &str;

    /// Returns how many numbers a vector has.
    fn dimension(&self) -> usize;

    /// Makes one vector for each text, in order; finite and of length 1, so that a scalar product
    /// is a cosine. A long text is cut after the tokens that the model reads.
    ///
    /// # Errors
    /// [`EmbedError`].
    fn embed(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>, EmbedError>;
}
