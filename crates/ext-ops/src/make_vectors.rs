//! The vectors of texts, for search by meaning.

use ext_perm::Budget;
use ext_registry::{Context, LibraryAction, OpError, register};
use ext_services::{
    deadline,
    embeddings::Embedder,
    library::{IndexedText, LibraryError},
};
use ext_wire::ops::{
    search::{MakeVectors, MakeVectorsInput, MakeVectorsOutput},
    vdfs::Entry,
};

use crate::{
    BuiltIn,
    ai::embed::{embed_error, tokens},
    authorized_library::AuthorizedLibrary,
    each_entry::each_entry,
    libraries::{error_for, open},
    provider::provider,
};

/// Number of texts of an entry that are embedded at once.
const BATCH: u32 = 8;

impl LibraryAction<MakeVectors> for BuiltIn {
    async fn execute(
        input: MakeVectorsInput,
        context: Context<'_>,
    ) -> Result<MakeVectorsOutput, OpError> {
        let library = &open(context)?;
        let embedder = &**provider::<dyn Embedder>(context, "embedding model")?;
        let path_prefix = input.path_prefix.as_deref();
        deadline::within(context.deadline().moment(), || {
            each_entry(context, library, path_prefix, |entry, output| {
                embed_entry(context, library, embedder, entry, output)
            })
        })
    }
}
register!(LibraryAction<MakeVectors> for BuiltIn);

fn embed_entry(
    context: Context<'_>,
    library: &AuthorizedLibrary<'_>,
    embedder: &dyn Embedder,
    entry: &Entry,
    output: &mut MakeVectorsOutput,
) -> Result<(), OpError> {
    let failed = |error: LibraryError| error_for(context, error);
    let missing =
        || library.entry_texts_missing_embedding(embedder.name(), entry.id, BATCH).map_err(failed);
    let mut texts = missing()?;
    while !texts.is_empty() {
        context.deadline().check()?;
        let count = texts.len() as u64;
        let vectors = embed(context, embedder, texts.clone())?;
        library.put_vectors(embedder.name(), &vectors).map_err(failed)?;
        let next = missing()?;
        if next == texts {
            // They changed meanwhile, so that nothing was kept.
            output.left += 1;
            return Ok(());
        }
        output.made += count;
        texts = next;
    }
    Ok(())
}

fn embed(
    context: Context<'_>,
    embedder: &dyn Embedder,
    texts: Vec<IndexedText>,
) -> Result<Vec<(IndexedText, Vec<f32>)>, OpError> {
    let words: Vec<&str> = texts.iter().map(|text| text.text.as_str()).collect();
    context.charge(Budget::EmbeddingTokens, words.iter().map(|text| tokens(text)).sum())?;
    let vectors = embedder.embed(&words).map_err(embed_error)?;
    Ok(texts.into_iter().zip(vectors).collect())
}
