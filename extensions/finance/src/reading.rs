//! The text of a document or of an email's body: text layer first, OCR for what has none.

mod scans;

use spacedrive_sdk::ops::ai::{ExtractTextInput, ExtractTextOutput, OcrInput, OcrOutput};
use spacedrive_sdk::ops::invoice::Invoice;
use spacedrive_sdk::prelude::*;

use crate::classify;
use crate::codes;
use crate::documents::{Document, Kind};
use crate::einvoice;
use crate::en16931::{self, Checked};
use crate::inside::{self, Inside};
use crate::text::clip;
use scans::OCR_STEP;

/// Bytes at the beginning and at the end of a long text that are looked at.
const HEAD_BYTES: usize = 256 << 10;
const TAIL_BYTES: usize = 64 << 10;
/// Bytes of HTML that are read where the text of all of it does not fit into an answer.
const MAX_HTML_BYTES: usize = 512 << 10;
/// Pages that are read of a PDF where the text of all of them does not fit into an answer.
const PAGES_OF_LONG_PDFS: u32 = 20;
/// Pages that are read by OCR for one event: each takes seconds of its deadline.
pub(crate) const OCR_BUDGET: usize = 40;

/// Name of the setting with the passwords of PDFs.
pub(crate) const PASSWORDS: &str = "pdf_passwords";

/// A text that was read.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Reading {
    pub(crate) text: String,
    pub(crate) from: Source,
    /// Confidence of the reading, 0 to 1.
    pub(crate) confidence: f32,
    /// The electronic invoice that the document is or carries.
    pub(crate) invoice: Option<Box<Invoice>>,
    /// The check of that invoice.
    pub(crate) checked: Option<Checked>,
    /// What was left out, for the user.
    pub(crate) left_out: Option<String>,
    /// Scanned pages were left out, which may hold purchases of their own.
    pub(crate) misses_scans: bool,
    /// Texts of the codes on the document.
    pub(crate) codes: Vec<String>,
    /// Files inside of the document.
    pub(crate) inside: Vec<Inside>,
    /// Scanned pages beside a text layer that is a receipt by itself, counted from 0.
    pub(crate) beside: Vec<usize>,
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
/// Those of `ai.extract_text`, `ai.ocr` and `media.codes`; [`ErrorCode::DocLimit`] when the budget is used up.
pub(crate) fn document(
    client: &SpacedriveClient,
    document: &Document,
    budget: &mut usize,
) -> Result<Reading> {
    let reading = match document.kind {
        Kind::Picture => picture(client, document, budget),
        Kind::Pdf => pdf(client, document, budget),
        Kind::Xml => xml(client, document),
        Kind::Html => page(client, &document.data),
    }?;
    Ok(Reading { codes: codes::read(client, document, &reading)?, ..reading })
}

/// Reads all pages of a picture, of which a TIFF may have many; the first ones, where it has too many.
fn picture(client: &SpacedriveClient, document: &Document, budget: &mut usize) -> Result<Reading> {
    let input = OcrInput::new(document.data.clone());
    *budget = scans::less(*budget, 1)?;
    let (read, left_out) = match client.ai().ocr_with(input.clone()) {
        Err(error) if error.code() == ErrorCode::DocLimit => {
            let pages = Some((1..).take(OCR_STEP).collect());
            let first = client.ai().ocr_with(OcrInput { pages, ..input });
            let read = first.map_err(|_| error)?;
            (read, Some(format!("only the first {OCR_STEP} pages were read")))
        }
        read => (read?, None),
    };
    *budget = budget.saturating_sub(read.pages.len().saturating_sub(1));
    Ok(Reading { misses_scans: left_out.is_some(), left_out, ..of_scan(read) })
}

fn xml(client: &SpacedriveClient, document: &Document) -> Result<Reading> {
    let input = ExtractTextInput::of_type(document.data.clone(), "application/xml");
    let extracted = client.ai().extract_text(input)?;
    let Some(invoice) = extracted.invoice else {
        einvoice::check_whole(document.data.as_bytes())?;
        return Ok(plain(&extracted.text));
    };
    let text = einvoice::text(&invoice);
    let checked = en16931::check(document.data.as_bytes());
    let inside = inside::attached(client, document.data.as_bytes());
    let reading = Reading::of(text, Source::EInvoice);
    Ok(Reading { invoice: Some(invoice), checked, inside, ..reading })
}

/// Reads a PDF, by a password of the settings where it is encrypted.
fn pdf(client: &SpacedriveClient, document: &Document, budget: &mut usize) -> Result<Reading> {
    match unlocked_pdf(client, document, budget) {
        Err(error) if error.code() == ErrorCode::DocEncrypted => {
            let why =
                format!("it is encrypted, and no password of the setting `{PASSWORDS}` opens it");
            Err(Error::new(ErrorCode::DocEncrypted, why))
        }
        read => read,
    }
}

fn unlocked_pdf(
    client: &SpacedriveClient,
    document: &Document,
    budget: &mut usize,
) -> Result<Reading> {
    let input = ExtractTextInput {
        passwords: Some(PASSWORDS.to_owned()),
        ..ExtractTextInput::of_type(document.data.clone(), "application/pdf")
    };
    let extracted = match client.ai().extract_text(input.clone()) {
        Err(error) if error.code() == ErrorCode::AbiTooLarge => {
            let reading = pdf_text(client, document, start_of(client, input)?, budget)?;
            return Ok(reading.cut(format!("the first {PAGES_OF_LONG_PDFS} pages")));
        }
        extracted => extracted?,
    };
    pdf_text(client, document, extracted, budget)
}

/// Takes the first pages of a PDF whose text does not fit into one answer.
fn start_of(client: &SpacedriveClient, input: ExtractTextInput) -> Result<ExtractTextOutput> {
    let pages = Some((1..=PAGES_OF_LONG_PDFS).collect());
    client.ai().extract_text(ExtractTextInput { pages, ..input })
}

fn pdf_text(
    client: &SpacedriveClient,
    document: &Document,
    extracted: ExtractTextOutput,
    budget: &mut usize,
) -> Result<Reading> {
    let is_own = classify::document("", &extracted.text).is_ok();
    let is_cover = !is_own && extracted.invoice.is_none();
    if let Some(reading) = is_cover.then(|| enclosed(client, &extracted)).flatten() {
        return Ok(reading);
    }
    let inside = inside::list(client, &extracted.embedded, extracted.invoice.as_deref());
    let mut missing = [&*extracted.pages_without_text, &*extracted.pages_in_doubt].concat();
    missing.sort_unstable();
    if missing.is_empty() || extracted.invoice.is_some() {
        let invoice = extracted.invoice;
        let checked = en16931::check_embedded(&extracted.embedded);
        // An electronic invoice is whole without the pages beside it.
        let reading = Reading::of(extracted.text, Source::TextLayer).without(&missing);
        return Ok(Reading { invoice, checked, inside, misses_scans: false, ..reading });
    }
    let reading = match extracted.pages_in_doubt.is_empty() && is_own {
        true => scans::read_beside(client, document, &extracted, &missing, budget)?,
        false => scans::read(client, document, &extracted, &missing, budget)?,
    };
    Ok(Reading { inside, ..reading })
}

/// Reads the text layer of the only PDF inside of one that is no receipt itself, as the cover of a portfolio
/// is; `None` where that is no receipt either.
fn enclosed(client: &SpacedriveClient, cover: &ExtractTextOutput) -> Option<Reading> {
    let file = inside::only_pdf(&cover.embedded)?;
    let input = ExtractTextInput {
        passwords: Some(PASSWORDS.to_owned()),
        ..ExtractTextInput::of_type(file.data.clone(), "application/pdf")
    };
    let inner = client.ai().extract_text(input).ok()?;
    let is_receipt = inner.invoice.is_some() || classify::document("", &inner.text).is_ok();
    let checked = en16931::check_embedded(&inner.embedded);
    let inside = inside::list_around_pdf(client, &cover.embedded);
    let reading = Reading::of(inner.text, Source::TextLayer);
    is_receipt.then_some(Reading { invoice: inner.invoice, checked, inside, ..reading })
}

fn of_scan(read: OcrOutput) -> Reading {
    let confidence = read.confidence.clamp(0.0, 1.0);
    Reading { confidence, ..Reading::of(read.text, Source::Ocr) }
}

/// Reads the text of an HTML body, rows and cells as in documents.
///
/// # Errors
/// Those of `ai.extract_text`.
pub(crate) fn html(client: &SpacedriveClient, html: &str) -> Result<Reading> {
    all_or_start(html.len(), |end| {
        text_of_html(client, Blob::from(clip(html, end)), "text/html; charset=utf-8")
    })
}

/// Reads the text of a page whose bytes say how it is encoded.
fn page(client: &SpacedriveClient, html: &Blob) -> Result<Reading> {
    let bytes = html.as_bytes();
    all_or_start(bytes.len(), |end| {
        let start = bytes.get(..end).unwrap_or(bytes);
        text_of_html(client, Blob::from(start.to_vec()), "text/html")
    })
}

/// Reads HTML whose first bytes `read` can take; the beginning, where the text of all of it is too long.
fn all_or_start(size: usize, read: impl Fn(usize) -> Result<Reading>) -> Result<Reading> {
    match read(size) {
        Err(error) if error.code() == ErrorCode::AbiTooLarge && size > MAX_HTML_BYTES => {
            let reading = read(MAX_HTML_BYTES)?;
            Ok(reading.cut(format!("the first {MAX_HTML_BYTES} bytes of the HTML")))
        }
        reading => reading,
    }
}

fn text_of_html(client: &SpacedriveClient, data: Blob, media_type: &str) -> Result<Reading> {
    let extracted = client.ai().extract_text(ExtractTextInput::of_type(data, media_type))?;
    Ok(Reading::of(extracted.text, Source::Html))
}

/// Takes plain text as it is, but for the end of an endless one.
pub(crate) fn plain(text: &str) -> Reading {
    Reading::of(text.to_owned(), Source::PlainText)
}

impl Reading {
    /// Makes a reading without doubts, cut where it is endless.
    pub(crate) fn of(text: String, from: Source) -> Self {
        let whole = Self {
            text: String::new(),
            from,
            confidence: 1.0,
            invoice: None,
            checked: None,
            left_out: None,
            misses_scans: false,
            codes: Vec::new(),
            inside: Vec::new(),
            beside: Vec::new(),
        };
        if text.len() <= HEAD_BYTES + TAIL_BYTES {
            return Self { text, ..whole };
        }
        let tail = text.get(text.ceil_char_boundary(text.len() - TAIL_BYTES)..).unwrap_or_default();
        let text = format!("{}\n{tail}", clip(&text, HEAD_BYTES));
        Self { text, ..whole }
            .cut(format!("the first {HEAD_BYTES} and the last {TAIL_BYTES} bytes of the text"))
    }

    /// Returns the reading of a purchase among others that begins on a page.
    pub(crate) fn of_part(&self, page: usize, text: String) -> Self {
        let from = match (self.beside.is_empty(), self.beside.contains(&page)) {
            (true, _) => self.from,
            (false, true) => Source::Ocr,
            (false, false) => Source::TextLayer,
        };
        let confidence = if from == Source::TextLayer { 1.0 } else { self.confidence };
        // Which of them a code is about nobody says.
        Self { text, from, confidence, codes: Vec::new(), ..self.clone() }
    }

    /// Takes the scanned pages away that stand beside a text layer, which is about the one purchase.
    pub(crate) fn without_beside(self) -> Self {
        if self.beside.is_empty() {
            return self;
        }
        let page = |(number, text)| if self.beside.contains(&number) { "" } else { text };
        let pages: Vec<&str> = self.text.split('\u{c}').enumerate().map(page).collect();
        let text = pages.join("\u{c}");
        Self { text, from: Source::TextLayer, confidence: 1.0, beside: Vec::new(), ..self }
    }

    /// Adds the pages of another scan.
    fn followed_by(mut self, next: &Self) -> Self {
        self.text.push('\u{c}');
        self.text.push_str(&next.text);
        self.confidence = self.confidence.min(next.confidence);
        self
    }

    /// Notes the scanned pages that were not read, if any.
    fn without(self, pages: &[u32]) -> Self {
        match scans::not_read(pages) {
            Some(left_out) => Self { left_out: Some(left_out), misses_scans: true, ..self },
            None => self,
        }
    }

    fn cut(self, read: String) -> Self {
        Self { left_out: Some(format!("only {read} were read")), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endless_texts_are_cut_and_told() {
        let reading = plain(&"total 5.00\n".repeat(200_000));
        assert!(reading.text.len() <= HEAD_BYTES + TAIL_BYTES + 1);
        assert!(reading.left_out.unwrap().contains("only the first"));
        assert_eq!(plain("total 5.00").left_out, None);
    }
}
