//! Search where vectors cannot be made or kept.

use std::sync::Arc;

use ext_library_sqlite::Libraries;
use ext_perm::Engine;
use ext_services::{
    embeddings::{EmbedError, Embedder},
    library::{
        Contents, Entries, IndexedText, Library, LibraryDirectory, LibraryError, Search, Vectors,
        Visibility,
    },
};
use ext_wire::ops::{
    libraries::{CheckLibraryOutput, LibraryInfo, ListLibrariesOutput},
    search::{SearchHit, SearchInput},
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::library::Host;

type Result<T> = std::result::Result<T, LibraryError>;

/// A directory whose libraries keep no vector.
struct Unwritable(Arc<dyn LibraryDirectory>);

impl LibraryDirectory for Unwritable {
    fn library(&self, id: Uuid) -> Result<Arc<dyn Library>> {
        Ok(Arc::new(WithoutVectors(self.0.library(id)?)))
    }

    fn create(&self, name: &str) -> Result<LibraryInfo> {
        self.0.create(name)
    }

    fn rename(&self, id: Uuid, name: &str) -> Result<LibraryInfo> {
        self.0.rename(id, name)
    }

    fn check(&self, id: Uuid) -> Result<CheckLibraryOutput> {
        self.0.check(id)
    }

    fn list(&self) -> Result<ListLibrariesOutput> {
        self.0.list()
    }
}

struct WithoutVectors(Arc<dyn Library>);

impl WithoutVectors {
    fn inner(&self) -> &dyn Vectors {
        self.0.vectors().unwrap()
    }
}

impl Library for WithoutVectors {
    fn info(&self) -> Result<LibraryInfo> {
        self.0.info()
    }

    fn entries(&self) -> Option<&dyn Entries> {
        self.0.entries()
    }

    fn search(&self) -> Option<&dyn Search> {
        self.0.search()
    }

    fn contents(&self) -> Option<&dyn Contents> {
        self.0.contents()
    }

    fn vectors(&self) -> Option<&dyn Vectors> {
        Some(self)
    }
}

impl Vectors for WithoutVectors {
    fn texts_missing_embedding(&self, model: &str, limit: u32) -> Result<(Vec<IndexedText>, u64)> {
        self.inner().texts_missing_embedding(model, limit)
    }

    fn entry_texts_missing_embedding(
        &self,
        model: &str,
        entry: Uuid,
        limit: u32,
    ) -> Result<Vec<IndexedText>> {
        self.inner().entry_texts_missing_embedding(model, entry, limit)
    }

    fn put_vectors(&self, _: &str, _: &[(IndexedText, Vec<f32>)]) -> Result<()> {
        Err(LibraryError::ReadOnly("the library"))
    }

    fn nearest(
        &self,
        model: &str,
        vector: &[f32],
        min_score: f32,
        input: &SearchInput,
        visibility: Visibility<'_>,
    ) -> Result<Vec<SearchHit>> {
        self.inner().nearest(model, vector, min_score, input, visibility)
    }
}

/// A model in which all texts mean the same, and that fails on some.
struct SameMeaning {
    fails_on: &'static str,
}

impl Embedder for SameMeaning {
    fn name(&self) -> &'static str {
        "same"
    }

    fn dimension(&self) -> usize {
        2
    }

    fn embed(&self, texts: &[&str]) -> std::result::Result<Vec<Vec<f32>>, EmbedError> {
        match texts.iter().any(|text| text.contains(self.fails_on)) {
            true => Err(EmbedError::Engine("too strange a text".to_owned())),
            false => Ok(texts.iter().map(|_| vec![1.0, 0.0]).collect()),
        }
    }
}

/// Returns the hits of a search for `tea` in each mode that asks the model, and the texts without a
/// vector: one entry has such a text before.
fn found(directory: Arc<dyn LibraryDirectory>, fails_on: &'static str) -> Vec<(usize, u64)> {
    let mut host = Host::new(directory);
    let model = Arc::new(SameMeaning { fails_on });
    host.services = std::mem::take(&mut host.services).with::<dyn Embedder>(model);
    let user = Engine::for_user();
    let entry = host.add("a");
    let metadata = json!({ "entry_id": entry, "metadata": { "note": "jasmine tea" } });
    host.call(&user, "action:vdfs.update_metadata.input.v1", &metadata).unwrap();
    let search = |mode: &str| {
        let input = json!({ "text": "tea", "mode": mode });
        let found: Value = host.call(&user, "query:search.entries.v1", &input).unwrap();
        assert_eq!(found.get("words_only"), None, "{mode}: {found}");
        (found["hits"].as_array().unwrap().len(), found["pending"].as_u64().unwrap())
    };
    ["hybrid", "meaning"].map(search).to_vec()
}

#[test]
fn a_search_answers_where_vectors_cannot_be_made_or_kept() {
    let libraries = || {
        let data = tempfile::tempdir().unwrap();
        let libraries: Arc<dyn LibraryDirectory> = Arc::new(Libraries::new(data.path()).unwrap());
        (data, libraries)
    };
    let (_data, writable) = libraries();
    assert_eq!(found(writable, "\0"), [(1, 0), (1, 0)], "twin: it is made by the first search");
    let (_data, inner) = libraries();
    assert_eq!(found(Arc::new(Unwritable(inner)), "\0"), [(1, 1), (0, 1)], "it is not kept");
    let (_data, writable) = libraries();
    assert_eq!(found(writable, "jasmine"), [(1, 1), (0, 1)], "the model fails on it");
}
