//! `ai.extract_text`.

use ext_registry::{Context, LibraryQuery, OpError, register_library_query};
use ext_wire::{
    ErrorCode,
    ops::ai::{EmbeddedFile, ExtractTextInput, ExtractTextOutput},
};

use super::{
    bad_input, document_error, html,
    media::{Kind, decode_text},
};
use crate::services::documents::PdfReader;

struct ExtractTextQuery;

impl LibraryQuery for ExtractTextQuery {
    type Input = ExtractTextInput;
    type Output = ExtractTextOutput;

    async fn execute(
        input: ExtractTextInput,
        context: Context<'_>,
    ) -> Result<ExtractTextOutput, OpError> {
        let bytes = input.data.as_bytes();
        let media_type = input.media_type.as_deref();
        match kind(bytes, media_type)? {
            Kind::Pdf => pdf(&**context.service::<dyn PdfReader>()?, bytes),
            Kind::Html => Ok(single(Kind::Html, html::text(decode_text(bytes, media_type))?)),
            Kind::Text => Ok(single(Kind::Text, decode_text(bytes, media_type))),
        }
    }
}
register_library_query!(
    ExtractTextQuery,
    "ai.extract_text",
    "Takes the text that a document carries"
);

fn kind(bytes: &[u8], media_type: Option<&str>) -> Result<Kind, OpError> {
    if bytes.is_empty() {
        return Err(bad_input("the document is empty"));
    }
    let readable = "text is taken from PDF, HTML and plain text; pictures are for `ai.ocr`";
    match media_type {
        Some(media_type) => Kind::of_media_type(media_type).ok_or_else(|| {
            bad_input(format_args!(
                "no text is taken from `{}`: {readable}",
                media_type.escape_debug()
            ))
        }),
        None => Kind::of_bytes(bytes).ok_or_else(|| {
            OpError::new(ErrorCode::DocMalformed, format_args!("the bytes are no text: {readable}"))
        }),
    }
}

fn pdf(reader: &dyn PdfReader, bytes: &[u8]) -> Result<ExtractTextOutput, OpError> {
    let pages = reader.text(bytes).map_err(document_error)?;
    let embedded = reader.embedded_files(bytes).map_err(document_error)?;
    let texts: Vec<&str> = pages.iter().map(|page| page.text.as_str()).collect();
    let without = (1..).zip(&texts).filter(|(_, text)| text.trim().is_empty());
    Ok(ExtractTextOutput {
        text: texts.join("\u{c}"),
        media_type: Kind::Pdf.media_type().to_owned(),
        pages: u32::try_from(texts.len()).unwrap_or(u32::MAX),
        pages_without_text: without.map(|(page, _)| page).collect(),
        embedded: embedded
            .into_iter()
            .map(|(name, data)| EmbeddedFile { name, data: data.into() })
            .collect(),
    })
}

fn single(kind: Kind, text: String) -> ExtractTextOutput {
    ExtractTextOutput {
        text,
        media_type: kind.media_type().to_owned(),
        pages: 1,
        pages_without_text: Vec::new(),
        embedded: Vec::new(),
    }
}
