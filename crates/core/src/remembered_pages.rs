//! Pages that were read by OCR, remembered for a while: extensions read a picture when it comes in, and the
//! index for search reads it after them.

use std::sync::Arc;

use ext_services::ocr::{OcrEngine, OcrError, OcrLine, OcrOptions, OcrPage, OcrWord};
use lru::LruCache;
use parking_lot::Mutex;

/// Most bytes of pages that are remembered: a thousand receipts, or very many pictures without text.
const MAX_BYTES: usize = 32 << 20;

/// An engine that remembers what it read.
pub(crate) struct RememberingOcr {
    engine: Arc<dyn OcrEngine>,
    pages: Mutex<Pages>,
    max_bytes: usize,
}

/// The hash of a picture, and how it was read.
type Key = (blake3::Hash, OcrOptions);

struct Pages {
    pages: LruCache<Key, OcrPage>,
    bytes: usize,
}

impl RememberingOcr {
    /// Takes the engine.
    pub(crate) fn new(engine: Arc<dyn OcrEngine>) -> Self {
        Self::with_limit(engine, MAX_BYTES)
    }

    fn with_limit(engine: Arc<dyn OcrEngine>, max_bytes: usize) -> Self {
        let pages = Mutex::new(Pages { pages: LruCache::unbounded(), bytes: 0 });
        Self { engine, pages, max_bytes }
    }

    fn remember(&self, key: Key, page: &OcrPage) {
        let mut kept = self.pages.lock();
        kept.bytes += bytes_of(page);
        if let Some(before) = kept.pages.put(key, page.clone()) {
            kept.bytes -= bytes_of(&before);
        }
        while kept.bytes > self.max_bytes {
            let Some((_, oldest)) = kept.pages.pop_lru() else { return };
            kept.bytes -= bytes_of(&oldest);
        }
    }
}

impl OcrEngine for RememberingOcr {
    fn name(&self) -> &str {
        self.engine.name()
    }

    fn recognize(&self, image: &[u8], options: &OcrOptions) -> Result<OcrPage, OcrError> {
        let key = (blake3::hash(image), options.clone());
        if let Some(page) = self.pages.lock().pages.get(&key) {
            return Ok(page.clone());
        }
        let page = self.engine.recognize(image, options)?;
        self.remember(key, &page);
        Ok(page)
    }
}

fn bytes_of(page: &OcrPage) -> usize {
    let word = |word: &OcrWord| size_of::<OcrWord>() + word.text.len();
    let line = |line: &OcrLine| {
        size_of::<OcrLine>() + line.text.len() + line.words.iter().map(word).sum::<usize>()
    };
    size_of::<(Key, OcrPage)>() + page.lines.iter().map(line).sum::<usize>()
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use ext_services::ocr::PixelBox;
    use proptest::prelude::*;

    use super::*;

    /// Reads the bytes of a picture as its text, and counts how often; an empty one is damaged.
    #[derive(Default)]
    struct Reader(AtomicUsize);

    impl OcrEngine for Reader {
        fn name(&self) -> &str {
            "reader"
        }

        fn recognize(&self, image: &[u8], _: &OcrOptions) -> Result<OcrPage, OcrError> {
            self.0.fetch_add(1, Ordering::Relaxed);
            if image.is_empty() {
                return Err(OcrError::Busy);
            }
            let area = PixelBox { x: 0.0, y: 0.0, width: 1.0, height: 1.0 };
            let text = String::from_utf8_lossy(image).into_owned();
            let line = OcrLine { text, confidence: 1.0, area, words: Vec::new() };
            Ok(OcrPage { lines: vec![line], ..OcrPage::default() })
        }
    }

    fn remembering(max_bytes: usize) -> (Arc<Reader>, RememberingOcr) {
        let reader = Arc::new(Reader::default());
        (Arc::clone(&reader), RememberingOcr::with_limit(reader, max_bytes))
    }

    #[test]
    fn a_picture_is_read_once_for_each_way_of_reading_it_and_again_after_a_failure() {
        let (reader, ocr) = remembering(MAX_BYTES);
        let german = OcrOptions { language: Some("de".to_owned()), ..OcrOptions::default() };
        for (image, options, reads) in [
            (&b"tea"[..], &OcrOptions::default(), 1),
            (b"tea", &OcrOptions::default(), 1),
            (b"tea", &german, 2),
            (b"milk", &german, 3),
            (b"tea", &german, 3),
            (b"", &german, 4),
            (b"", &german, 5),
        ] {
            let read = ocr.recognize(image, options);
            assert_eq!(read.is_ok_and(|page| page.text().as_bytes() == image), !image.is_empty());
            assert_eq!(reader.0.load(Ordering::Relaxed), reads, "{image:?}");
        }
    }

    proptest! {
        #[test]
        fn pages_stay_within_the_limit_and_are_those_of_the_engine(
            pictures in prop::collection::vec("[a-d]{1,40}", 1..60), max_bytes in 0..4000_usize,
        ) {
            let (_, ocr) = remembering(max_bytes);
            for picture in &pictures {
                let page = ocr.recognize(picture.as_bytes(), &OcrOptions::default()).unwrap();
                prop_assert_eq!(&page.text(), picture);
                let kept = ocr.pages.lock();
                let bytes: usize = kept.pages.iter().map(|(_, page)| bytes_of(page)).sum();
                prop_assert_eq!(bytes, kept.bytes);
                prop_assert!(bytes <= max_bytes);
            }
        }
    }
}
