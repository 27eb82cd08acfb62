//! The operation `ai.ocr`.

use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use ext_perm::Budget;
use ext_registry::{Context, LibraryQuery, OpError, register};
use ext_wire::{
    ErrorCode,
    ops::ai::{Ocr, OcrInput, OcrLine, OcrOutput, OcrPage, OcrWord},
};

use parking_lot::Mutex;

use super::{
    busy, document_error, for_caller, media::is_pdf, ocr_formats::Format,
    passwords::with_passwords, sanitise, tiff,
};
use crate::{BuiltIn, bad_input::bad_input, provider::provider};
use ext_services::{
    documents::{DocumentError, PdfReader},
    ocr::{self, OcrEngine, OcrEngines, OcrError, OcrOptions, PixelBox, Preprocessing},
};

/// Most pages that are read in one call.
const MAX_PAGES: usize = 50;
/// Most pages that are read at once; a page needs some hundred megabytes.
const MAX_PARALLEL: usize = 4;

/// Dots per inch that a page is rendered at: small print is read, and a page takes seconds.
pub(crate) const DPI: u32 = 200;

impl LibraryQuery<Ocr> for BuiltIn {
    async fn execute(input: OcrInput, context: Context<'_>) -> Result<OcrOutput, OpError> {
        let format = input.format.as_deref().map(Format::parse).transpose()?;
        let engines = &**provider::<OcrEngines>(context, "OCR engine")?;
        let engine = choose(engines, input.engine.as_deref())?;
        let options = options(&input)?;
        let bytes = input.data.as_bytes();
        let mut pages = if is_pdf(bytes) {
            let reader = &**provider::<dyn PdfReader>(context, "reader of PDF documents")?;
            with_passwords(context, reader, input.passwords.as_deref(), |reader| {
                let count = || pages_to_read(reader, bytes, input.pages.clone());
                let pages = for_caller(context, count)?;
                context.charge(Budget::OcrPages, pages.len() as u64)?;
                read_pdf(engine, &options, (reader, bytes), &pages, context)
            })?
        } else {
            let pictures = tiff::pages(bytes);
            let pages = pages_of_picture(bytes, pictures.len(), input.pages)?;
            context.charge(Budget::OcrPages, pages.len() as u64)?;
            read_pictures(engine, &options, (bytes, &pictures), &pages, context)?
        };
        let altered = pages.iter_mut().fold(false, |altered, page| sanitise(&mut page.1) | altered);
        Ok(answer(engine.name(), &pages, &AnswerParts { lines: input.lines, format, altered }))
    }
}
register!(LibraryQuery<Ocr> for BuiltIn);

type Page = (u32, ocr::OcrPage);

fn choose<'e>(engines: &'e OcrEngines, id: Option<&str>) -> Result<&'e dyn OcrEngine, OpError> {
    engines.get(id).map(|engine| &**engine).ok_or_else(|| {
        let known: Vec<&str> = engines.ids().collect();
        let id = id.unwrap_or_default().escape_debug();
        bad_input(format_args!("there is no engine `{id}`; there are {}", known.join(", ")))
    })
}

fn options(input: &OcrInput) -> Result<OcrOptions, OpError> {
    let preprocessing = match &input.preprocessing {
        None => Preprocessing::default(),
        Some(steps) => preprocessing(steps)?,
    };
    Ok(OcrOptions { language: input.language.clone(), preprocessing })
}

fn preprocessing(steps: &[String]) -> Result<Preprocessing, OpError> {
    let mut chosen = Preprocessing::NONE;
    for step in steps {
        match step.as_str() {
            "orientation" => chosen.orientation = true,
            "deskew" => chosen.deskew = true,
            "contrast" => chosen.contrast = true,
            other => {
                return Err(bad_input(format_args!(
                    "there is no preprocessing `{}`; there are orientation, deskew, contrast",
                    other.escape_debug()
                )));
            }
        }
    }
    Ok(chosen)
}

/// Returns the pages of a picture that are to be read; a file of another format than TIFF has one.
fn pages_of_picture(
    bytes: &[u8],
    pictures: usize,
    wanted: Option<Vec<u32>>,
) -> Result<Vec<u32>, OpError> {
    if bytes.is_empty() {
        return Err(bad_input("the picture is empty"));
    }
    let count = u32::try_from(pictures.max(1)).unwrap_or(u32::MAX);
    let pages = within_limit(wanted.unwrap_or_else(|| (1..=count).collect()))?;
    match pages.iter().find(|page| !(1..=count).contains(*page)) {
        None => Ok(pages),
        Some(page) => Err(document_error(DocumentError::NoSuchPage { page: *page, pages: count })),
    }
}

fn read_pictures(
    engine: &dyn OcrEngine,
    options: &OcrOptions,
    (bytes, pictures): (&[u8], &[u64]),
    pages: &[u32],
    context: Context<'_>,
) -> Result<Vec<Page>, OpError> {
    let picture = |page: u32| {
        let directory = pictures.get(usize::try_from(page).ok()?.checked_sub(1)?)?;
        // A file with one picture is read as it is.
        (pictures.len() > 1).then(|| tiff::page(bytes, *directory))
    };
    let read = |page: u32| {
        let picture = picture(page).unwrap_or(bytes.into());
        Ok((page, engine.recognize(&picture, options).map_err(ocr_error)?))
    };
    page_by_page(pages, context, read)
}

fn pages_to_read(
    reader: &dyn PdfReader,
    pdf: &[u8],
    pages: Option<Vec<u32>>,
) -> Result<Vec<u32>, OpError> {
    let pages = match pages {
        Some(pages) => pages,
        None => (1..).take(reader.text(pdf).map_err(document_error)?.len()).collect(),
    };
    within_limit(pages)
}

fn within_limit(pages: Vec<u32>) -> Result<Vec<u32>, OpError> {
    if pages.len() > MAX_PAGES {
        let got = pages.len();
        let message =
            format!("{got} pages are to be read, the limit is {MAX_PAGES}: name some in `pages`");
        return Err(OpError::new(ErrorCode::DocLimit, message));
    }
    Ok(pages)
}

fn read_pdf(
    engine: &dyn OcrEngine,
    options: &OcrOptions,
    (reader, pdf): (&dyn PdfReader, &[u8]),
    pages: &[u32],
    context: Context<'_>,
) -> Result<Vec<Page>, OpError> {
    let read = |page: u32| {
        let picture = reader.render_png(pdf, page, DPI).map_err(document_error)?;
        Ok((page, engine.recognize(&picture, options).map_err(ocr_error)?))
    };
    page_by_page(pages, context, read)
}

fn page_by_page(
    pages: &[u32],
    context: Context<'_>,
    read: impl Fn(u32) -> Result<Page, OpError> + Sync,
) -> Result<Vec<Page>, OpError> {
    in_parallel(pages, |page| {
        context.deadline().check()?;
        for_caller(context, || read(*page))
    })
}

/// Applies `work` to all items, some at once; the first error, in order of the items, wins.
fn in_parallel<I: Sync, O: Send>(
    items: &[I],
    work: impl Fn(&I) -> Result<O, OpError> + Sync,
) -> Result<Vec<O>, OpError> {
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::new());
    let run = || {
        while let Some((index, item)) = take(items, &next) {
            let outcome = work(item);
            let failed = outcome.is_err();
            done.lock().push((index, outcome));
            if failed {
                next.store(items.len(), Ordering::Relaxed);
            }
        }
    };
    thread::scope(|scope| {
        for _ in 1..items.len().min(cores).min(MAX_PARALLEL) {
            scope.spawn(run);
        }
        run();
    });
    let mut done = done.into_inner();
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, outcome)| outcome).collect()
}

fn take<'i, I>(items: &'i [I], next: &AtomicUsize) -> Option<(usize, &'i I)> {
    let index = next.fetch_add(1, Ordering::Relaxed);
    items.get(index).map(|item| (index, item))
}

/// Makes the text of a page safe; returns whether something was taken out.
fn sanitise(page: &mut ocr::OcrPage) -> bool {
    let mut altered = false;
    let mut clean = |text: &mut String| {
        let cleaned = sanitise::clean(text);
        altered |= cleaned.altered;
        *text = cleaned.text;
    };
    for line in &mut page.lines {
        clean(&mut line.text);
        line.words.iter_mut().for_each(|word| clean(&mut word.text));
    }
    altered
}

/// Parts of the answer beside the text.
struct AnswerParts {
    lines: bool,
    format: Option<Format>,
    altered: bool,
}

fn answer(engine: &str, pages: &[Page], parts: &AnswerParts) -> OcrOutput {
    let texts: Vec<String> = pages.iter().map(|(_, page)| page.text()).collect();
    let text = sanitise::clean(&texts.join("\u{c}"));
    let flags = [("control_characters_removed", parts.altered), ("cut", text.cut)];
    let flags = flags.into_iter().filter(|(_, set)| *set).map(|(name, _)| name.to_owned());
    OcrOutput {
        confidence: confidence(pages),
        text: text.text,
        pages: pages.iter().map(|(page, read)| describe(*page, read, parts.lines)).collect(),
        engine: engine.to_owned(),
        formatted: parts.format.map(|format| format.write(engine, pages)),
        flags: flags.collect(),
    }
}

/// Returns the mean confidence over all rows of all pages, weighted by their length.
fn confidence(pages: &[Page]) -> f32 {
    let lines = pages.iter().flat_map(|(_, page)| page.lines.iter().cloned()).collect();
    ocr::OcrPage { lines, ..Default::default() }.confidence()
}

fn describe(page: u32, read: &ocr::OcrPage, lines: bool) -> OcrPage {
    let lines = if lines { read.lines.iter().map(line).collect() } else { Vec::new() };
    let (width, height, rotation, skew) = (read.width, read.height, read.rotation, read.skew);
    OcrPage { page, width, height, rotation, skew, lines }
}

fn line(line: &ocr::OcrLine) -> OcrLine {
    let word = |word: &ocr::OcrWord| OcrWord {
        text: word.text.clone(),
        confidence: word.confidence,
        area: sides(word.area),
    };
    OcrLine {
        text: line.text.clone(),
        confidence: line.confidence,
        area: sides(line.area),
        words: line.words.iter().map(word).collect(),
    }
}

const fn sides(area: PixelBox) -> [f32; 4] {
    [area.x, area.y, area.width, area.height]
}

fn ocr_error(error: OcrError) -> OpError {
    let code = match &error {
        OcrError::Malformed { .. } => ErrorCode::DocMalformed,
        OcrError::TooLarge { .. } | OcrError::Exhausted { .. } => ErrorCode::DocLimit,
        OcrError::Model(_) => ErrorCode::ModelMissing,
        OcrError::Option(_) => ErrorCode::BadInput,
        OcrError::NotInstalled(_) => ErrorCode::NeedsProvider,
        OcrError::Busy => return busy(error),
        OcrError::Engine(_) => return OpError::internal(error),
    };
    OpError::new(code, error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parallel_work_keeps_the_order() {
        let items: Vec<u32> = (0..100).collect();
        assert_eq!(in_parallel(&items, |item| Ok(item * 2)).unwrap()[99], 198);
        assert!(in_parallel(&Vec::<u32>::new(), |item| Ok(*item)).unwrap().is_empty());
    }

    #[test]
    fn first_failure_ends_parallel_work() {
        let items: Vec<u32> = (0..1000).collect();
        let done = AtomicUsize::new(0);
        let outcome = in_parallel(&items, |item| {
            done.fetch_add(1, Ordering::Relaxed);
            match item {
                0..3 => Ok(()),
                3 => Err(bad_input("three")),
                // Else they would be done before the thread that failed has said so, on a busy machine.
                _ => {
                    std::thread::sleep(std::time::Duration::from_millis(2));
                    Ok(())
                }
            }
        });
        assert_eq!(outcome.unwrap_err().code(), ErrorCode::BadInput);
        assert!(done.into_inner() < 1000);
    }

    #[test]
    fn unknown_steps_are_refused() {
        let steps = preprocessing(&["deskew".into(), "contrast".into()]).unwrap();
        assert_eq!(steps, Preprocessing { orientation: false, deskew: true, contrast: true });
        assert_eq!(preprocessing(&[]).unwrap(), Preprocessing::NONE);
        assert!(preprocessing(&["sharpen".into()]).is_err());
    }
}
