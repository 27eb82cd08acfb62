//! Scanned pages of PDFs, read in steps and put beside the text layer of the others.

use std::collections::BTreeSet;

use spacedrive_sdk::ops::ai::{ExtractTextOutput, OcrInput};
use spacedrive_sdk::prelude::*;

use super::{OCR_BUDGET, PASSWORDS, Reading, Source, of_scan};
use crate::classify;
use crate::documents::Document;

/// Pages of one document that are read by OCR at once; a receipt has few.
pub(super) const OCR_STEP: usize = 10;
/// Pages of one PDF that are read by OCR where they hold receipts.
const MAX_OCR_PAGES: usize = 30;
/// Scanned pages in a row without a receipt after which no more are read beside a text layer that is one.
const PATIENCE: usize = 2;

/// Reads the scanned pages of a PDF whose text layer does not say enough.
///
/// # Errors
/// Those of `ai.ocr`; [`ErrorCode::DocLimit`] when the budget is used up.
pub(super) fn read(
    client: &SpacedriveClient,
    document: &Document,
    extracted: &ExtractTextOutput,
    missing: &[u32],
    budget: &mut usize,
) -> Result<Reading> {
    let steps = Steps { size: OCR_STEP, patience: 1 };
    let scans = scan_in_steps(client, document, missing, steps, budget)?;
    Ok(joined(extracted, scans.pages, scans.reading).without(scans.rest))
}

/// Reads scanned pages beside a text layer that is a receipt by itself, one by one while they hold others.
/// Terms, pictures and blank pages are not worth the time, and not part of the text.
///
/// # Errors
/// Those of `ai.ocr` that pass.
pub(super) fn read_beside(
    client: &SpacedriveClient,
    document: &Document,
    extracted: &ExtractTextOutput,
    missing: &[u32],
    budget: &mut usize,
) -> Result<Reading> {
    let layer = Reading::of(extracted.text.clone(), Source::TextLayer);
    let steps = Steps { size: 1, patience: PATIENCE };
    let scans = match scan_in_steps(client, document, missing, steps, budget) {
        // The text layer does not wait for an engine that is not there.
        Err(error) if !passes(error.code()) => {
            let reading = layer.without(missing);
            let why = |left_out| format!("{left_out}: {}", error.message());
            return Ok(Reading { left_out: reading.left_out.map(why), ..reading });
        }
        scans => scans?,
    };
    if !holds_receipt(&scans.reading.text) {
        return Ok(layer.without(scans.rest));
    }
    let beside = scans.pages.iter().filter_map(|page| usize::try_from(page - 1).ok()).collect();
    let reading = joined(extracted, scans.pages, scans.reading).without(scans.rest);
    Ok(Reading { beside, ..reading })
}

/// Returns whether an engine may answer soon that did not now.
const fn passes(code: ErrorCode) -> bool {
    matches!(code, ErrorCode::Busy | ErrorCode::Deadline | ErrorCode::Stopped)
}

/// Scanned pages of a document.
#[derive(Debug)]
struct Scans<'p> {
    reading: Reading,
    /// Pages that were read.
    pages: &'p [u32],
    /// Pages that were not.
    rest: &'p [u32],
}

/// Way in which scanned pages are read one after the other.
#[derive(Debug, Clone, Copy)]
struct Steps {
    /// Pages that are read at once.
    size: usize,
    /// Steps in a row without a receipt after which no more are read.
    patience: usize,
}

/// Reads scanned pages while they hold receipts and the budget lasts.
fn scan_in_steps<'p>(
    client: &SpacedriveClient,
    document: &Document,
    pages: &'p [u32],
    steps: Steps,
    budget: &mut usize,
) -> Result<Scans<'p>> {
    let first = |count: usize| pages.split_at_checked(count).unwrap_or((pages, &[]));
    let mut wanted = first(steps.size).0.len().min((*budget).max(1));
    let mut reading = scan(client, document, first(wanted).0.to_vec(), budget)?;
    let mut count = wanted;
    let mut barren = usize::from(!holds_receipt(&reading.text));
    while barren < steps.patience {
        let rest = first(count).1;
        let most = steps.size.min(*budget).min(MAX_OCR_PAGES.saturating_sub(count));
        wanted = rest.len().min(most);
        if wanted == 0 {
            break;
        }
        let next = match scan(client, document, rest.iter().take(wanted).copied().collect(), budget)
        {
            // What was read is not lost for that.
            Err(error) if !passes(error.code()) => break,
            next => next?,
        };
        barren = if holds_receipt(&next.text) { 0 } else { barren + 1 };
        count += wanted;
        reading = reading.followed_by(&next);
    }
    let (pages, rest) = first(count);
    Ok(Scans { reading, pages, rest })
}

/// Returns whether a page of a text is a receipt by itself.
fn holds_receipt(text: &str) -> bool {
    text.split('\u{c}').any(|page| classify::document("", page).is_ok())
}

fn scan(
    client: &SpacedriveClient,
    document: &Document,
    pages: Vec<u32>,
    budget: &mut usize,
) -> Result<Reading> {
    *budget = less(*budget, pages.len())?;
    let input = OcrInput {
        passwords: Some(PASSWORDS.to_owned()),
        pages: Some(pages),
        ..OcrInput::new(document.data.clone())
    };
    Ok(of_scan(client.ai().ocr_with(input)?))
}

/// Names scanned pages that were not read.
pub(super) fn not_read(pages: &[u32]) -> Option<String> {
    let (first, last) = (pages.first()?, pages.last()?);
    let are_in_a_row = usize::try_from(last - first).is_ok_and(|steps| steps + 1 == pages.len());
    Some(match pages {
        [page] => format!("the scanned page {page} was not read"),
        [_, _, _, ..] if are_in_a_row => {
            format!("the scanned pages {first} to {last} were not read")
        }
        _ => {
            let pages: Vec<String> = pages.iter().map(u32::to_string).collect();
            format!("the scanned pages {} were not read", pages.join(", "))
        }
    })
}

pub(super) fn less(budget: usize, pages: usize) -> Result<usize> {
    budget.checked_sub(pages).ok_or_else(|| {
        Error::new(
            ErrorCode::DocLimit,
            format!("not read: only {OCR_BUDGET} scanned pages of an email are read"),
        )
    })
}

/// Joins the pages of both readings in their order; `missing` are the pages of the scan.
fn joined(extracted: &ExtractTextOutput, missing: &[u32], scanned: Reading) -> Reading {
    let mut scans = scanned.text.split('\u{c}');
    let mut from_text = false;
    let page = |(number, text): (u32, &str)| {
        let scan = if missing.contains(&number) { scans.next() } else { None };
        let page = scan.map_or(text, |scan| better(text, scan));
        from_text |= page == text && !text.trim().is_empty();
        page.to_owned()
    };
    let pages: Vec<String> = (1..).zip(extracted.text.split('\u{c}')).map(page).collect();
    let mut text = pages.join("\u{c}");
    for rest in scans {
        text.push('\u{c}');
        text.push_str(rest);
    }
    let from = if from_text { Source::Both } else { Source::Ocr };
    Reading { text, from, ..scanned }
}

/// Chooses between the text layer and the scan of a page: the text layer is exact, if it says what
/// can be seen.
fn better<'a>(text: &'a str, scan: &'a str) -> &'a str {
    /// Part of the words of the scan that the text has, at least: the rest may be misread.
    const SHARED: f32 = 0.5;
    let (seen, said) = (words(scan), words(text));
    let shared = seen.intersection(&said).count() as f32;
    if shared >= SHARED * seen.len() as f32 { text } else { scan }
}

fn words(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scanned_pages_stand_in_their_places() {
        let extracted = ExtractTextOutput {
            text: "one\u{c}\u{c}three".into(),
            media_type: "application/pdf".into(),
            pages: 3,
            pages_without_text: vec![2],
            pages_in_doubt: vec![],
            embedded: vec![],
            invoice: None,
        };
        let scanned = Reading { confidence: 0.8, ..Reading::of("two".into(), Source::Ocr) };
        let all = joined(&extracted, &[2], scanned);
        assert_eq!((all.text.as_str(), all.from), ("one\u{c}two\u{c}three", Source::Both));
        assert_eq!(all.confidence, 0.8);
    }

    #[test]
    fn the_text_of_a_page_in_doubt_is_taken_when_it_says_what_can_be_seen() {
        let seen = "Muster GmbH\nInv0ice 4711\nTotal 50.80 EUR";
        assert_eq!(better("Scan 2026-02-11 08:15", seen), seen);
        assert_eq!(better("0XVWHU *PE+ 7RWDO", seen), seen);
        let layer = "Muster GmbH\nInvoice 4711\nTotal 50.80 EUR";
        assert_eq!(better(layer, seen), layer);
        assert_eq!(better("A", ""), "A", "the scan shows nothing");
    }

    #[test]
    fn pages_that_were_not_read_are_named() {
        for (pages, named) in [
            (&[] as &[u32], None),
            (&[3], Some("the scanned page 3 was not read")),
            (&[3, 4], Some("the scanned pages 3, 4 were not read")),
            (&[3, 4, 5], Some("the scanned pages 3 to 5 were not read")),
            (&[3, 5, 6], Some("the scanned pages 3, 5, 6 were not read")),
        ] {
            assert_eq!(not_read(pages).as_deref(), named, "{pages:?}");
        }
    }
}
