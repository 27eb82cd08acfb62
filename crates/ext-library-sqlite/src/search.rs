//! The roles of search: by words, in contents, and by meaning.

use ext_services::library::{
    ContentText, Contents, IndexedText, Result, Search, Sidecars, UnreadContent, Vectors,
    Visibility,
};
use ext_wire::{
    ErrorCode,
    ops::{
        search::{SearchHit, SearchInput, SearchOutput},
        vdfs::SidecarInfo,
    },
};
use uuid::Uuid;

use crate::{
    library::{SqliteLibrary, ensure_page},
    rows::SidecarText,
    sqlite::{contents, search, sidecars, texts, vectors},
    text,
};

/// Tells whether a failure is about one sidecar, and the others can be read.
const fn is_of_one(code: ErrorCode) -> bool {
    matches!(code, ErrorCode::NotFound | ErrorCode::Corrupt)
}

impl Search for SqliteLibrary {
    fn search(&self, input: SearchInput, visibility: Visibility<'_>) -> Result<SearchOutput> {
        ensure_page(input.limit)?;
        self.store.read(|db| search::search(db, &input, visibility))
    }

    fn rebuild_index(&self) -> Result<()> {
        self.store.write(texts::rebuild_index)
    }

    fn index_entry(&self, entry: Uuid) -> Result<u64> {
        let sidecars = self.store.read(|db| sidecars::all_of(db, entry))?;
        let mut texts = Vec::new();
        let mut unreadable = 0;
        for SidecarInfo { name, content_hash, .. } in sidecars {
            if !text::is_indexed(&name) {
                continue;
            }
            match self.read_sidecar(entry, &name) {
                Ok(bytes) => {
                    let text = text::of_sidecar(&name, &bytes);
                    texts.push(SidecarText { name, content_hash, text });
                }
                Err(error) if is_of_one(error.code()) => unreadable += 1,
                Err(error) => return Err(error),
            }
        }
        self.store.write(|db| texts::index_anew(db, entry, &texts))?;
        Ok(unreadable)
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

    fn entry_texts_missing_embedding(
        &self,
        model: &str,
        entry: Uuid,
        limit: u32,
    ) -> Result<Vec<IndexedText>> {
        self.store.read(|db| vectors::missing_of(db, model, entry, limit))
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
