//! The roles of search: by words, in contents, and by meaning.

use ext_services::library::{
    ContentText, Contents, IndexedText, Result, Search, UnreadContent, Vectors, Visibility,
};
use ext_wire::ops::search::{SearchHit, SearchInput, SearchOutput};

use crate::{
    library::{SqliteLibrary, ensure_page},
    sqlite::{contents, search, vectors},
};

impl Search for SqliteLibrary {
    fn search(&self, input: SearchInput, visibility: Visibility<'_>) -> Result<SearchOutput> {
        ensure_page(input.limit)?;
        self.store.read(|db| search::search(db, &input, visibility))
    }
}

impl Contents for SqliteLibrary {
    fn unread_contents(
        &self,
        reader: u32,
        after: Option<u64>,
        limit: u32,
    ) -> Result<(Vec<UnreadContent>, u64)> {
        self.store.read(|db| contents::unread(db, reader, after, limit))
    }

    fn put_content_texts(&self, reader: u32, read: &[(UnreadContent, ContentText)]) -> Result<()> {
        if read.is_empty() {
            return Ok(());
        }
        self.store.write(|db| contents::put(db, reader, read, false))
    }

    fn replace_content_texts(
        &self,
        reader: u32,
        read: &[(UnreadContent, ContentText)],
    ) -> Result<()> {
        self.store.write(|db| contents::put(db, reader, read, true))
    }
}

impl Vectors for SqliteLibrary {
    fn texts_missing_embedding(&self, model: &str, limit: u32) -> Result<(Vec<IndexedText>, u64)> {
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
