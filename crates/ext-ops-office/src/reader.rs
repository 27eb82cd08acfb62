//! The reader behind the service trait.

use ext_services::documents::{
    ContainerKind, DocumentError, DocumentPart, MarkupKind, MarkupReader, PageText,
};

use crate::{docx, email, error::check, html, opendocument, parts, pptx, xlsx};

/// Most bytes of text of all pages of a document.
const MAX_TEXT_BYTES: u64 = 16 << 20;

/// Reader of office documents, HTML and emails; see the crate's documentation.
#[derive(Debug, Clone, Copy, Default)]
pub struct OfficeReader;

impl MarkupReader for OfficeReader {
    fn text(&self, kind: MarkupKind, document: &[u8]) -> Result<Vec<PageText>, DocumentError> {
        let pages = match kind {
            MarkupKind::Html => vec![html::text(document)?],
            MarkupKind::Docx => vec![docx::text(document)?],
            MarkupKind::Xlsx => xlsx::sheets(document)?,
            MarkupKind::Pptx => pptx::slides(document)?,
            MarkupKind::Odt => vec![opendocument::text(document)?],
            MarkupKind::Ods => opendocument::sheets(document)?,
            MarkupKind::Odp => opendocument::slides(document)?,
            MarkupKind::Email => vec![email::text(document)?],
        };
        let bytes = pages.iter().map(String::len).sum::<usize>() as u64;
        check("bytes of text", bytes, MAX_TEXT_BYTES)?;
        Ok(pages.into_iter().map(PageText::from).collect())
    }

    fn parts(&self, kind: ContainerKind, bytes: &[u8]) -> Result<Vec<DocumentPart>, DocumentError> {
        parts::parts(kind, bytes)
    }
}
