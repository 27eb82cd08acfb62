//! The operation `ai.embed`.

use ext_perm::Budget;
use ext_registry::{Context, LibraryQuery, OpError, register};
use ext_wire::{
    ErrorCode,
    ops::ai::{Embed, EmbedInput, EmbedOutput, MAX_EMBED_BYTES, MAX_EMBED_TEXTS},
};

use crate::{BuiltIn, bad_input::bad_input, provider::provider};
use ext_services::embeddings::{EmbedError, Embedder};

impl LibraryQuery<Embed> for BuiltIn {
    async fn execute(input: EmbedInput, context: Context<'_>) -> Result<EmbedOutput, OpError> {
        check(&input.texts)?;
        context
            .charge(Budget::EmbeddingTokens, input.texts.iter().map(|text| tokens(text)).sum())?;
        let embedder = &**provider::<dyn Embedder>(context, "embedding model")?;
        let texts: Vec<&str> = input.texts.iter().map(String::as_str).collect();
        let mut vectors = Vec::with_capacity(texts.len());
        for some in texts.chunks(BATCH) {
            context.deadline().check()?;
            vectors.extend(embedder.embed(some).map_err(embed_error)?);
        }
        Ok(EmbedOutput {
            vectors,
            dimension: u32::try_from(embedder.dimension()).unwrap_or(u32::MAX),
            engine: embedder.name().to_owned(),
        })
    }
}
register!(LibraryQuery<Embed> for BuiltIn);

/// Texts that are embedded between two looks at the call's deadline.
const BATCH: usize = 8;

/// Estimates the tokens of a text: English has four letters for each, and models read some
/// hundreds.
pub(crate) fn tokens(text: &str) -> u64 {
    const LETTERS: u64 = 4;
    const MOST: u64 = 256;
    (text.len() as u64 / LETTERS + 2).min(MOST)
}

fn check(texts: &[String]) -> Result<(), OpError> {
    if !(1..=MAX_EMBED_TEXTS).contains(&texts.len()) {
        let got = texts.len();
        return Err(bad_input(format_args!("{got} texts, allowed are 1 to {MAX_EMBED_TEXTS}")));
    }
    for (index, text) in texts.iter().enumerate() {
        if text.trim().is_empty() {
            return Err(bad_input(format_args!("text {index} is empty")));
        }
        if text.len() > MAX_EMBED_BYTES {
            let got = text.len();
            return Err(bad_input(format_args!(
                "text {index} has {got} bytes, the limit is {MAX_EMBED_BYTES}"
            )));
        }
    }
    Ok(())
}

pub(crate) fn embed_error(error: EmbedError) -> OpError {
    match error {
        EmbedError::Model(_) => OpError::new(ErrorCode::ModelMissing, error),
        EmbedError::Engine(_) => OpError::internal(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doc_20_batches_out_of_range_are_bad_input() {
        let code = |texts: &[String]| check(texts).map_err(|error| error.code());
        assert_eq!(code(&["coffee".into()]), Ok(()));
        for texts in [
            vec![],
            vec![String::new()],
            vec![" \n".into()],
            vec!["x".repeat(MAX_EMBED_BYTES + 1)],
            vec!["x".to_owned(); MAX_EMBED_TEXTS + 1],
        ] {
            assert_eq!(code(&texts), Err(ErrorCode::BadInput));
        }
    }
}
