//! The real program `tesseract`, on a page rendered by `xtask/src/bench/render_pages.py`.

use std::process::{Command, Stdio};
use std::sync::Arc;

use ext_ops_ocr_tesseract::TesseractOcr;
use ext_services::ocr::{
    OcrEngine, OcrError, OcrOptions, PicturePreparer, PreparedPicture, Preprocessing,
};

const PAGE: &[u8] = include_bytes!("page.png");

/// Preparer that gives a PNG on as it is.
struct AsItIs;

impl PicturePreparer for AsItIs {
    fn prepare(&self, image: &[u8], _: Preprocessing) -> Result<PreparedPicture, OcrError> {
        Ok(PreparedPicture { png: image.to_vec(), rotation: 0, skew: 0.0, scale: 1.0 })
    }
}

/// Starts the engine; `None`, loudly, where the program is not installed.
fn tesseract() -> Option<TesseractOcr> {
    match Command::new("tesseract").arg("--version").stdin(Stdio::null()).output() {
        Ok(output) if output.status.success() => Some(TesseractOcr::new(Arc::new(AsItIs))),
        _ => {
            eprintln!("SKIPPED: tesseract is not installed: `apt-get install tesseract-ocr`");
            None
        }
    }
}

fn language(code: &str) -> OcrOptions {
    OcrOptions { language: Some(code.into()), ..OcrOptions::default() }
}

#[test]
fn a_page_is_read_with_places_and_confidences() {
    let Some(engine) = tesseract() else { return };
    let page = engine.recognize(PAGE, &OcrOptions::default()).unwrap();
    let text = page.text();
    for expected in ["INVOICE No. 2026-0417", "Copy paper A4", "TOTAL GBP", "99.12"] {
        assert!(text.contains(expected), "{expected}: {text}");
    }
    assert_eq!((page.width, page.height), (816, 696));
    let words = page.lines.iter().flat_map(|line| &line.words);
    let word = words.clone().find(|word| word.text.contains("2026-0417")).unwrap();
    assert!(word.confidence > 0.5, "{word:?}");
    assert!((100.0..300.0).contains(&word.area.x) && (130.0..160.0).contains(&word.area.y));
    assert!(page.confidence() > 0.7);
}

#[test]
fn rows_of_a_table_stay_on_one_line() {
    let Some(engine) = tesseract() else { return };
    let text = engine.recognize(PAGE, &language("en")).unwrap().text();
    let row = text.lines().find(|line| line.contains("Filing boxes")).unwrap();
    assert!(row.contains("18.60"), "{text}");
}

#[test]
fn a_language_without_data_says_which_package() {
    let Some(engine) = tesseract() else { return };
    let error = engine.recognize(PAGE, &language("isl")).unwrap_err();
    assert!(
        matches!(&error, OcrError::Option(text) if text.contains("tesseract-ocr-isl")),
        "{error}"
    );
}

#[test]
fn doc_03_what_is_no_picture_is_an_error() {
    let Some(engine) = tesseract() else { return };
    for bytes in [&b"no picture, whatever one may call it"[..], &PAGE[..100]] {
        let error = engine.recognize(bytes, &OcrOptions::default()).unwrap_err();
        assert!(matches!(error, OcrError::Engine(_)), "{error}");
    }
}

#[test]
fn a_program_that_is_not_there_says_how_to_get_it() {
    let engine = TesseractOcr::with_program("no-such-tesseract", Arc::new(AsItIs));
    let error = engine.recognize(PAGE, &OcrOptions::default()).unwrap_err();
    assert!(matches!(&error, OcrError::NotInstalled(text) if text.contains("apt-get")), "{error}");
}
