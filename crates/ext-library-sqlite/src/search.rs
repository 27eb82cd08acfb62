//! The roles of search: by words and by meaning.

use ext_services::library::{IndexedText, Result, Search, Vectors, Visibility};
use ext_wire::ops::search::{SearchHit, SearchInput, SearchOutput};

use crate::{
    library::{SqliteLibrary, ensure_page},
    sqlite::{search, vectors},
};

impl Search for SqliteLibrary {
    fn search(&self, input: SearchInput, visibility: Visibility<'_>) -> Result<SearchOutput> {
        ensure_page(input.limit)?;
        self.store.read(|db| search::search(db, &input, visibility))
    }
}

impl Vectors for SqliteLibrary {
    fn entries_missing_embedding(
        &self,
        model: &str,
        limit: u32,
    ) -> Result<(Vec<IndexedText>, u64)> {
        self.store.read(|db| vectors::missing(db, model, limit))
    }

    fn put_vectors(&self, model: &str, vectors: &[(IndexedText, Vec<f32>)]) -> Result<()> {
        if vectors.is_empty() {
            return Ok(());
        }
        self.store.write(|db| vectors::put(db, model, vectors))
    }

    fn nearest(
        &self,
        model: &str,
        vector: &[f32],
        min_score: f32,
        input: &SearchInput,
        visibility: Visibility<'_>,
    ) -> Result<Vec<SearchHit>> {
        ensure_page(input.limit)?;
        self.store.read(|db| vectors::nearest(db, model, vector, min_score, input, visibility))
    }
}
