//! The text of a document or of an email's body: text layer first, OCR for what has none.

use spacedrive_sdk::ops::ai::{ExtractTextInput, ExtractTextOutput, OcrInput};
use spacedrive_sdk::ops::invoice::Invoice;
use spacedrive_sdk::prelude::*;

use crate::classify;
use crate::documents::{Document, Kind};
use crate::einvoice;

/// Pages of one PDF that are read by OCR; a receipt has few.
const MAX_OCR_PAGES: usize = 10;
/// Pages that are read by OCR for one event: each takes seconds of its deadline.
pub(crate) const OCR_BUDGET: usize = 40;

/// A text that was read.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Reading {
    pub(crate) text: String,
    pub(crate) from: Source,
    /// Confidence of the reading, 0 to 1.
    pub(crate) confidence: f32,
    /// The electronic invoice that the document is or carries.
    pub(crate) invoice: Option<Box<Invoice>>,
}

/// Origin of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    TextLayer,
    Ocr,
    /// Some pages have a text layer, some were read by OCR.
    Both,
    Html,
    PlainText,
    /// The document is an electronic invoice and nothing else.
    EInvoice,
}

impl Source {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::TextLayer => "pdf_text",
            Self::Ocr => "ocr",
            Self::Both => "pdf_text_and_ocr",
            Self::Html => "html",
            Self::PlainText => "plain_text",
            Self::EInvoice => "e_invoice",
        }
    }

    /// Returns whether letters may have been taken for others.
    pub(crate) const fn is_scan(self) -> bool {
        matches!(self, Self::Ocr | Self::Both)
    }
}

/// Reads a document; `budget` is how many pages may still go through OCR.
///
/// # Errors
/// Those of `ai.extract_text` and `ai.ocr`; [`ErrorCode::DocLimit`] when the budget is used up.
pub(crate) fn document(
    client: &SpacedriveClient,
    document: &Document,
    budget: &mut usize,
) -> Result<Reading> {
    match document.kind {
        Kind::Picture => scan(client, document, None, budget),
        Kind::Pdf => pdf(client, document, budget),
        Kind::Xml => xml(client, document),
    }
}

fn xml(client: &SpacedriveClient, document: &Document) -> Result<Reading> {
    let media_type = Some("application/xml".to_owned());
    let extracted =
        client.extract_text(ExtractTextInput { data: document.data.clone(), media_type })?;
    let Some(invoice) = extracted.invoice else { return Ok(plain(&extracted.text)) };
    let text = einvoice::text(&invoice);
    Ok(Reading { text, from: Source::EInvoice, confidence: 1.0, invoice: Some(invoice) })
}

fn pdf(client: &SpacedriveClient, document: &Document, budget: &mut usize) -> Result<Reading> {
    let media_type = Some("application/pdf".to_owned());
    let extracted =
        client.extract_text(ExtractTextInput { data: document.data.clone(), media_type })?;
    let missing: Vec<u32> =
        extracted.pages_without_text.iter().copied().take(MAX_OCR_PAGES).collect();
    // Where the text or the XML says enough, scanned pages are not worth the time.
    let enough = extracted.invoice.is_some() || classify::document(&extracted.text).is_ok();
    if missing.is_empty() || enough {
        return Ok(Reading {
            text: extracted.text,
            from: Source::TextLayer,
            confidence: 1.0,
            invoice: extracted.invoice,
        });
    }
    let scanned = scan(client, document, Some(missing), budget)?;
    Ok(if extracted.text.trim().is_empty() { scanned } else { joined(&extracted, &scanned) })
}

fn scan(
    client: &SpacedriveClient,
    document: &Document,
    pages: Option<Vec<u32>>,
    budget: &mut usize,
) -> Result<Reading> {
    let count = pages.as_ref().map_or(1, Vec::len);
    *budget = budget.checked_sub(count).ok_or_else(|| {
        Error::new(
            ErrorCode::DocLimit,
            format!("not read: only {OCR_BUDGET} scanned pages of an email are read"),
        )
    })?;
    let read = client.ocr(OcrInput { pages, ..OcrInput::new(document.data.clone()) })?;
    Ok(Reading {
        text: read.text,
        from: Source::Ocr,
        confidence: read.confidence.clamp(0.0, 1.0),
        invoice: None,
    })
}

/// Joins the pages of both readings in their order.
fn joined(extracted: &ExtractTextOutput, scanned: &Reading) -> Reading {
    let mut scans = scanned.text.split('\u{c}');
    let page = |(number, text): (u32, &str)| {
        let missing = extracted.pages_without_text.contains(&number);
        let scan = if missing { scans.next() } else { None };
        scan.unwrap_or(text).to_owned()
    };
    let pages: Vec<String> = (1..).zip(extracted.text.split('\u{c}')).map(page).collect();
    let mut text = pages.join("\u{c}");
    for rest in scans {
        text.push('\u{c}');
        text.push_str(rest);
    }
    Reading { text, from: Source::Both, confidence: scanned.confidence, invoice: None }
}

/// Reads the text of an HTML body, rows and cells as in documents.
///
/// # Errors
/// Those of `ai.extract_text`.
pub(crate) fn html(client: &SpacedriveClient, html: &str) -> Result<Reading> {
    let media_type = Some("text/html; charset=utf-8".to_owned());
    let extracted = client.extract_text(ExtractTextInput { data: Blob::from(html), media_type })?;
    Ok(Reading { text: extracted.text, from: Source::Html, confidence: 1.0, invoice: None })
}

/// Takes plain text as it is.
pub(crate) fn plain(text: &str) -> Reading {
    Reading { text: text.to_owned(), from: Source::PlainText, confidence: 1.0, invoice: None }
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
            embedded: vec![],
            invoice: None,
        };
        let scanned =
            Reading { text: "two".into(), from: Source::Ocr, confidence: 0.8, invoice: None };
        let all = joined(&extracted, &scanned);
        assert_eq!((all.text.as_str(), all.from), ("one\u{c}two\u{c}three", Source::Both));
    }
}
