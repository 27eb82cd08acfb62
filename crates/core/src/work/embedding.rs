//! Embedding of entries in the background of imports and jobs, so that a search does not wait for it.

use ext_services::{
    embeddings::{EmbedError, Embedder},
    library::{LibraryError, Vectors},
};

use super::{open::OpenLibrary, report::WorkProgress};
use crate::error::CoreError;

/// Number of entries between two reports of progress; what is done is kept when the program ends.
const BATCH: u32 = 16;

/// Embeds the entries that lack a vector; returns how many got one.
pub(crate) fn embed_pending(
    library: &OpenLibrary<'_>,
    progress: &mut dyn FnMut(WorkProgress<'_>),
) -> Result<u64, CoreError> {
    let Ok(embedder) = library.system.services.get::<dyn Embedder>() else { return Ok(0) };
    let progress = &mut |done, total| progress(WorkProgress::Embedding { done, total });
    embed_all(&*library.store, &**embedder, &|| library.is_stopped(), progress)
}

fn embed_all(
    library: &dyn Vectors,
    embedder: &dyn Embedder,
    is_stopped: &dyn Fn() -> bool,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<u64, CoreError> {
    let mut done = 0;
    let (mut texts, mut missing) = library.entries_missing_embedding(embedder.name(), BATCH)?;
    while !texts.is_empty() && !is_stopped() {
        progress(done, done + missing);
        let words: Vec<&str> = texts.iter().map(|text| text.text.as_str()).collect();
        let vectors = match embedder.embed(&words) {
            Ok(vectors) => vectors,
            Err(EmbedError::Model(_)) => return Ok(done),
            Err(error) => return Err(LibraryError::Io(error.to_string()).into()),
        };
        let vectors: Vec<_> = texts.into_iter().zip(vectors).collect();
        library.put_vectors(embedder.name(), &vectors)?;
        let before = missing;
        (texts, missing) = library.entries_missing_embedding(embedder.name(), BATCH)?;
        if missing >= before {
            // Others change these texts faster than vectors are made: they come later.
            break;
        }
        done += before - missing;
    }
    Ok(done)
}

#[cfg(test)]
mod tests {
    use ext_library_sqlite::{Libraries, SqliteLibrary};
    use ext_services::library::{Entries, LibraryDirectory};
    use ext_wire::{VettedEntry, ops::vdfs::NewEntry};

    use super::*;

    /// Gives each text the same vector, or lacks its model.
    struct Fake {
        missing: bool,
    }

    impl Embedder for Fake {
        fn name(&self) -> &str {
            "fake"
        }

        fn dimension(&self) -> usize {
            2
        }

        fn embed(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>, EmbedError> {
            match self.missing {
                true => Err(EmbedError::Model("it is missing".into())),
                false => Ok(vec![vec![1.0, 0.0]; texts.len()]),
            }
        }
    }

    fn library(entries: usize) -> (tempfile::TempDir, std::sync::Arc<SqliteLibrary>) {
        let data = tempfile::tempdir().unwrap();
        let libraries = Libraries::new(data.path()).unwrap();
        let library = libraries.open(libraries.create("Papers").unwrap().id).unwrap();
        for number in 0..entries {
            let input = NewEntry {
                name: format!("note {number}"),
                path: format!("notes/{number}"),
                entry_type: "note".into(),
                metadata: serde_json::Map::new(),
                media_type: None,
                content: None,
            };
            library.create_entry(None, VettedEntry::vet(input).unwrap()).unwrap();
        }
        (data, library)
    }

    #[test]
    fn all_entries_get_a_vector_and_progress_is_told() {
        let (_data, library) = library(40);
        let mut told = Vec::new();
        let embedder = Fake { missing: false };
        let done =
            embed_all(&*library, &embedder, &|| false, &mut |done, all| told.push((done, all)));
        assert_eq!(done.unwrap(), 40);
        assert_eq!(told, [(0, 40), (16, 40), (32, 40)]);
        assert_eq!(library.entries_missing_embedding("fake", 1).unwrap().1, 0);
        assert_eq!(embed_all(&*library, &embedder, &|| false, &mut |_, _| {}).unwrap(), 0);
    }

    #[test]
    fn without_a_model_nothing_is_done() {
        let (_data, library) = library(1);
        let done = embed_all(&*library, &Fake { missing: true }, &|| false, &mut |_, _| {});
        assert_eq!(done.unwrap(), 0);
        assert_eq!(library.entries_missing_embedding("fake", 1).unwrap().1, 1);
    }
}
