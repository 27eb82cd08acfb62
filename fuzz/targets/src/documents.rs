//! Documents that come with mails.

use ext_ops_einvoice::EInvoices;
use ext_ops_office::OfficeReader;
use ext_ops_pdf_hayro::HayroPdf;
use ext_services::documents::{MarkupKind, MarkupReader, PageText, PdfReader};
use ext_services::invoices::InvoiceReader;

/// Text for people: it holds none of the characters that only programs read.
fn check(pages: &[PageText]) {
    for page in pages {
        assert!(!page.text.contains('\0'), "a page's text holds NUL");
    }
}

/// Text and embedded files of a PDF.
pub fn pdf_text(data: &[u8]) {
    let reader = HayroPdf::new();
    if let Ok(pages) = reader.text(data) {
        check(&pages);
    }
    if let Ok(files) = reader.embedded_files(data) {
        for (name, _) in files {
            assert!(name.len() < 1 << 20, "a name of {} bytes", name.len());
        }
    }
}

/// Text of an office document; the first byte says of which kind.
pub fn office(data: &[u8]) {
    let kinds = [
        MarkupKind::Docx,
        MarkupKind::Xlsx,
        MarkupKind::Pptx,
        MarkupKind::Odt,
        MarkupKind::Ods,
        MarkupKind::Odp,
    ];
    let Some((&pick, document)) = data.split_first() else { return };
    let kind = kinds[usize::from(pick) % kinds.len()];
    if let Ok(pages) = OfficeReader.text(kind, document) {
        check(&pages);
    }
}

/// Text of a page of HTML.
pub fn html_text(data: &[u8]) {
    if let Ok(pages) = OfficeReader.text(MarkupKind::Html, data) {
        check(&pages);
    }
}

/// An electronic invoice states the same when it is read twice.
pub fn einvoice(data: &[u8]) {
    let read = || EInvoices.read(data).map_err(|error| error.to_string());
    assert_eq!(read(), read());
}
