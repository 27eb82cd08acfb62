//! The operations `search.*`.

use std::{collections::HashMap, error::Error};

use ext_registry::{Context, LibraryQuery, OpError, register, require_service};
use ext_wire::ops::{
    search::{Entries, SearchHit, SearchInput, SearchMode, SearchOutput},
    vdfs::MAX_PAGE,
};
use uuid::Uuid;

use crate::{
    BuiltIn,
    ai::embed::embed_error,
    authorized_library::AuthorizedLibrary,
    libraries::{error, open},
    provider::provider,
};
use ext_services::{
    deadline,
    embeddings::{EmbedError, Embedder},
    library::{IndexedText, LibraryDirectory},
};

require_service!("search", dyn LibraryDirectory);

/// Most texts that one search embeds before it answers: those that came outside of an import. A
/// few tens of milliseconds each.
const CATCH_UP: u32 = 4;
/// Cosine below which texts are about different things.
const MIN_COSINE: f32 = 0.3;
/// Least hits of each kind that are joined: one may be far down in one list and high in both.
const DEPTH: u32 = 50;
/// Constant that damps the lead of the first ranks, as in the paper on reciprocal rank fusion.
const RANK_OFFSET: f64 = 60.0;

impl LibraryQuery<Entries> for BuiltIn {
    async fn execute(input: SearchInput, context: Context<'_>) -> Result<SearchOutput, OpError> {
        deadline::within(context.deadline().moment(), || search(input, context))
    }
}
register!(LibraryQuery<Entries> for BuiltIn);

fn search(input: SearchInput, context: Context<'_>) -> Result<SearchOutput, OpError> {
    let library = &open(context)?;
    let places = input.places;
    let unread = if places { library.unread_contents().map_err(error)? } else { 0 };
    let output = match input.mode {
        // Nothing can be about the same as no text.
        _ if !input.text.chars().any(char::is_alphanumeric) => library.search(input).map_err(error),
        SearchMode::Text => library.search(input).map_err(error),
        SearchMode::Hybrid => hybrid(library, input, context),
        SearchMode::Meaning => by_meaning(library, input, context),
    }?;
    let output = SearchOutput { unread, ..output };
    Ok(if places { output } else { without_places(output) })
}

/// Leaves out what guests do not know that were compiled before there was any: they refuse it.
fn without_places(mut output: SearchOutput) -> SearchOutput {
    for hit in &mut output.hits {
        hit.highlights.clear();
        hit.passage = None;
    }
    output
}

fn hybrid(
    library: &AuthorizedLibrary<'_>,
    input: SearchInput,
    context: Context<'_>,
) -> Result<SearchOutput, OpError> {
    let Some(embedder) = context.find_service::<dyn Embedder>() else {
        return by_words(library, input, "this host has no embedding model".to_owned());
    };
    match vector(&**embedder, &input.text) {
        Ok(vector) => both(library, &**embedder, input, &vector),
        Err(error) => by_words(library, input, error.to_string()),
    }
}

fn by_words(
    library: &AuthorizedLibrary<'_>,
    input: SearchInput,
    reason: String,
) -> Result<SearchOutput, OpError> {
    let output = library.search(input).map_err(error)?;
    Ok(SearchOutput { words_only: Some(reason), ..output })
}

/// Searches by meaning alone: without a model there is no answer.
fn by_meaning(
    library: &AuthorizedLibrary<'_>,
    input: SearchInput,
    context: Context<'_>,
) -> Result<SearchOutput, OpError> {
    // So that a text that is not a valid search is refused as it always is.
    library.search(SearchInput { limit: input.limit.min(1), ..input.clone() }).map_err(error)?;
    let embedder = &**provider::<dyn Embedder>(context, "embedding model")?;
    let vector = vector(embedder, &input.text).map_err(embed_error)?;
    let pending = catch_up(library, embedder)?;
    let hits = library.nearest(embedder.name(), &vector, MIN_COSINE, &input).map_err(error)?;
    Ok(SearchOutput { hits, words_only: None, pending, unread: 0 })
}

fn vector(embedder: &dyn Embedder, text: &str) -> Result<Vec<f32>, EmbedError> {
    let words = text.replace('*', " ");
    let vector = embedder.embed(&[&words])?.pop();
    vector.ok_or_else(|| EmbedError::Engine("no vector for one text".to_owned()))
}

fn both(
    library: &AuthorizedLibrary<'_>,
    embedder: &dyn Embedder,
    input: SearchInput,
    vector: &[f32],
) -> Result<SearchOutput, OpError> {
    let limit = input.limit;
    // No hit at all is refused by the store, as it is in a search by words alone.
    let depth = if limit == 0 { 0 } else { limit.max(DEPTH.min(MAX_PAGE)) };
    let deep = SearchInput { limit: depth, ..input };
    // First, so that a text that is not a valid search is refused before there is any work.
    let words = library.search(deep.clone()).map_err(error)?.hits;
    let pending = catch_up(library, embedder)?;
    let near = library.nearest(embedder.name(), vector, MIN_COSINE, &deep).map_err(error)?;
    let mut hits = fuse([words, near]);
    hits.truncate(limit as usize);
    Ok(SearchOutput { hits, words_only: None, pending, unread: 0 })
}

/// Embeds some texts that have no vector, where that can be done now; returns how many still have none.
fn catch_up(library: &AuthorizedLibrary<'_>, embedder: &dyn Embedder) -> Result<u64, OpError> {
    let (texts, missing) =
        library.texts_missing_embedding(embedder.name(), CATCH_UP).map_err(error)?;
    let done = embed_missing(library, embedder, texts).unwrap_or_else(|reason| {
        // The library is read-only, the disk is full, somebody else writes: what is there is searched.
        tracing::warn!(%reason, missing, "texts are searched by words alone");
        0
    });
    Ok(missing.saturating_sub(done))
}

/// Embeds texts, and keeps their vectors; returns how many.
fn embed_missing(
    library: &AuthorizedLibrary<'_>,
    embedder: &dyn Embedder,
    texts: Vec<IndexedText>,
) -> Result<u64, Box<dyn Error>> {
    let words: Vec<&str> = texts.iter().map(|text| text.text.as_str()).collect();
    let vectors = embedder.embed(&words)?;
    let vectors: Vec<_> = texts.into_iter().zip(vectors).collect();
    library.put_vectors(embedder.name(), &vectors)?;
    Ok(vectors.len() as u64)
}

/// Joins lists by reciprocal rank fusion: a hit that stands high in one list or well in both comes
/// first.
fn fuse(lists: [Vec<SearchHit>; 2]) -> Vec<SearchHit> {
    let mut fused: Vec<SearchHit> = Vec::new();
    let mut place: HashMap<Uuid, usize> = HashMap::new();
    for list in lists {
        for (rank, hit) in (1_u32..).zip(list) {
            let score = 1.0 / (RANK_OFFSET + f64::from(rank));
            let at = *place.entry(hit.entry.id).or_insert(fused.len());
            match fused.get_mut(at) {
                Some(known) => known.score += score,
                None => fused.push(SearchHit { score, ..hit }),
            }
        }
    }
    fused.sort_by(|a, b| b.score.total_cmp(&a.score));
    fused
}

#[cfg(test)]
mod tests {
    use ext_wire::ops::vdfs::Entry;
    use serde_json::{Map, json};

    use super::*;

    fn hit(id: u128) -> SearchHit {
        let entry = json!({ "id": Uuid::from_u128(id), "name": "a", "path": "a",
            "entry_type": "file", "metadata": Map::new(), "created_at": "", "updated_at": "" });
        let entry: Entry = serde_json::from_value(entry).unwrap();
        let (snippet, highlights, passage) = Default::default();
        SearchHit { entry, snippet, highlights, passage, score: 0.0 }
    }

    #[test]
    fn what_stands_in_both_lists_comes_first() {
        let fused = fuse([vec![hit(1), hit(2), hit(3)], vec![hit(4), hit(3)]]);
        let ids: Vec<u128> = fused.iter().map(|hit| hit.entry.id.as_u128()).collect();
        assert_eq!(ids, [3, 1, 4, 2]);
        assert!(fuse([vec![], vec![]]).is_empty());
    }
}
