//! Indexing of contents for search: their texts first, then those of pictures, then vectors.
//!
//! What is to be done is computed from the library each time, so an interrupted run loses nothing and the
//! next one resumes it.

use ext_fs::Lock;
use ext_ops::{ContentBytes, READER_VERSION, ReaderAway, ReadingEffort, content_text, effort};
use ext_services::{
    embeddings::{EmbedError, Embedder},
    library::{ContentText, Contents, Entries, LibraryError, UnreadContent, Vectors},
};
use ext_wire::{ErrorCode, ops::vdfs::ReadContentInput};

use super::{
    open::OpenLibrary,
    report::{IndexReport, UnindexedContent, WorkProgress},
};
use crate::error::CoreError;

/// Name of the file that the one that indexes a library holds.
const LOCK: &str = "index.lock";
/// Number of contents whose texts are kept at once: each time is a write to the disk.
const PAGE: u32 = 64;
/// Bytes of text after which what was read is kept, however few contents it is of.
const PAGE_BYTES: usize = 4 << 20;
/// Number of texts between two reports of progress; what is done is kept when the program ends.
const BATCH: u32 = 16;

/// Indexes all that is not indexed yet. When another program is at it, nothing is done.
pub(crate) fn index(
    library: &OpenLibrary<'_>,
    progress: &mut dyn FnMut(WorkProgress<'_>),
) -> Result<IndexReport, CoreError> {
    let mut report = IndexReport::default();
    let Some(_lock) = Lock::try_acquire(&library.lock_file(LOCK)?)? else {
        report.elsewhere = true;
        return Ok(report);
    };
    read_all(library, false, &mut report, progress)?;
    read_all(library, true, &mut report, progress)?;
    let texts = &mut |done, total| progress(WorkProgress::Embedding { done, total });
    if let Ok(embedder) = library.system.services.get::<dyn Embedder>() {
        let is_stopped = || library.is_stopped();
        report.embedded = embed_all(&*library.store, &**embedder, &is_stopped, texts)?;
    }
    report.unread = library.store.unread_contents(READER_VERSION, None, 0)?.1;
    report.stopped = library.is_stopped();
    Ok(report)
}

/// Reads all unread contents: those that are quickly read, or the pictures.
fn read_all(
    library: &OpenLibrary<'_>,
    pictures: bool,
    report: &mut IndexReport,
    progress: &mut dyn FnMut(WorkProgress<'_>),
) -> Result<(), CoreError> {
    let (mut after, mut done) = (None, 0);
    while !library.is_stopped() {
        let (page, left) = library.store.unread_contents(READER_VERSION, after, PAGE)?;
        let Some(last) = page.last() else { return Ok(()) };
        after = Some(last.cursor);
        let total = left + done;
        let (mut kept, mut bytes) = (Vec::new(), 0);
        for content in page {
            if library.is_stopped() {
                break;
            }
            progress(WorkProgress::Indexing { done, total, path: content.path.as_str().into() });
            let Some(text) = read(library, &content, pictures, report)? else { continue };
            done += 1;
            bytes += match &text {
                ContentText::Text(text) | ContentText::Partly { text, .. } => text.len(),
                ContentText::Unreadable(_) => 0,
            };
            kept.push((content, text));
            if bytes > PAGE_BYTES {
                library.store.put_content_texts(READER_VERSION, &kept)?;
                (kept, bytes) = (Vec::new(), 0);
            }
        }
        library.store.put_content_texts(READER_VERSION, &kept)?;
    }
    Ok(())
}

/// Reads one content; `None` when it is not the time for it, or its reader is away.
fn read(
    library: &OpenLibrary<'_>,
    content: &UnreadContent,
    pictures: bool,
    report: &mut IndexReport,
) -> Result<Option<ContentText>, CoreError> {
    let media_type = content.media_type.as_deref();
    let effort = effort(media_type, content.size);
    if pictures != (effort == ReadingEffort::Picture) {
        return Ok(None);
    }
    let read = match effort {
        ReadingEffort::None(reason) => Ok(ContentText::Unreadable(reason)),
        _ => match bytes(library, content) {
            Ok(bytes) => {
                content_text(&library.system.services, ContentBytes { media_type, bytes: &bytes })
            }
            // It was removed meanwhile, or its file is damaged; the others can be read.
            Err(error) if is_of_one(error.code()) => {
                Err(ReaderAway { reason: error.to_string(), text: None })
            }
            Err(error) => return Err(error.into()),
        },
    };
    if let Err(ReaderAway { text: Some(text), .. }) = &read {
        // It is searched so far, and read again by the next run.
        let part = (content.clone(), ContentText::Text(text.clone()));
        library.store.put_content_texts(READER_VERSION - 1, &[part])?;
    }
    Ok(note(report, content, read))
}

fn bytes(library: &OpenLibrary<'_>, content: &UnreadContent) -> Result<bytes::Bytes, LibraryError> {
    let input = ReadContentInput { entry_id: content.entry, offset: 0, length: None };
    Ok(library.store.read_content(input)?.data.into_bytes())
}

const fn is_of_one(code: ErrorCode) -> bool {
    matches!(
        code,
        ErrorCode::NotFound | ErrorCode::BadInput | ErrorCode::AbiTooLarge | ErrorCode::Corrupt
    )
}

/// Counts the result of one content; returns what is to be kept.
fn note(
    report: &mut IndexReport,
    content: &UnreadContent,
    read: Result<ContentText, ReaderAway>,
) -> Option<ContentText> {
    let (again, reason) = match &read {
        Ok(ContentText::Text(_)) => {
            report.read += 1;
            return read.ok();
        }
        Ok(ContentText::Unreadable(reason)) => {
            report.without_text += 1;
            (false, reason)
        }
        Ok(ContentText::Partly { left_out, .. }) => {
            report.read += 1;
            (false, left_out)
        }
        Err(ReaderAway { reason, .. }) => (true, reason),
    };
    if report.problems.len() < IndexReport::MAX_PROBLEMS {
        let (path, reason) = (content.path.clone(), reason.clone());
        report.problems.push(UnindexedContent { path, reason, again });
    }
    read.ok()
}

/// Makes the vectors that are missing; returns how many. Without a model none are made: a search then
/// goes by words, and says why.
fn embed_all(
    library: &dyn Vectors,
    embedder: &dyn Embedder,
    is_stopped: &dyn Fn() -> bool,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<u64, CoreError> {
    let mut done = 0;
    let (mut texts, mut missing) = library.texts_missing_embedding(embedder.name(), BATCH)?;
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
        (texts, missing) = library.texts_missing_embedding(embedder.name(), BATCH)?;
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
    use ext_services::library::LibraryDirectory;
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
                metadata: serde_json::Map::from_iter([("about".to_owned(), "tea".into())]),
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
        assert_eq!(library.texts_missing_embedding("fake", 1).unwrap().1, 0);
        assert_eq!(embed_all(&*library, &embedder, &|| false, &mut |_, _| {}).unwrap(), 0);
    }

    #[test]
    fn without_a_model_nothing_is_done() {
        let (_data, library) = library(1);
        let done = embed_all(&*library, &Fake { missing: true }, &|| false, &mut |_, _| {});
        assert_eq!(done.unwrap(), 0);
        assert_eq!(library.texts_missing_embedding("fake", 1).unwrap().1, 1);
    }

    #[test]
    fn a_reader_that_is_away_leaves_nothing_behind() {
        let content = UnreadContent {
            entry: uuid::Uuid::nil(),
            path: "a.png".into(),
            media_type: None,
            size: 1,
            content_hash: String::new(),
            cursor: 1,
        };
        let away = ReaderAway { reason: "the model is missing".into(), text: None };
        let mut report = IndexReport::default();
        assert_eq!(note(&mut report, &content, Err(away)), None);
        let damaged = ContentText::Unreadable("it is damaged".into());
        assert_eq!(note(&mut report, &content, Ok(damaged.clone())), Some(damaged));
        assert_eq!((report.read, report.without_text, report.problems.len()), (0, 1, 2));
    }
}
