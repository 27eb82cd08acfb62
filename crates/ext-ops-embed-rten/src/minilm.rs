//! Facts about all-MiniLM-L6-v2, whichever numbers its weights are in.

/// Numbers in a vector.
pub(crate) const DIMENSION: usize = 384;

/// Tokens that the model was trained to read.
pub(crate) const MAX_TOKENS: usize = 256;
