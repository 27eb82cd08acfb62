//! The operation `ai.extract_text`.

use ext_registry::{Context, LibraryQuery, OpError, register};
use ext_wire::{
    ErrorCode,
    ops::ai::{EmbeddedFile, ExtractText, ExtractTextInput, ExtractTextOutput},
    ops::invoice::Invoice,
};

use super::{
    document_error, for_caller,
    media::{Kind, decode_html, decode_text, is_xml, starts_as_pdf},
    passwords::with_passwords,
    text_layer::{TextLayer, text_layers},
};
use crate::{BuiltIn, bad_input::bad_input, provider::provider};
use ext_services::documents::{MarkupKind, MarkupReader, PdfReader};
use ext_services::invoices::InvoiceReader;

impl LibraryQuery<ExtractText> for BuiltIn {
    async fn execute(
        input: ExtractTextInput,
        context: Context<'_>,
    ) -> Result<ExtractTextOutput, OpError> {
        for_caller(context, || extract(&input, context))
    }
}
register!(LibraryQuery<ExtractText> for BuiltIn);

fn extract(input: &ExtractTextInput, context: Context<'_>) -> Result<ExtractTextOutput, OpError> {
    let bytes = input.data.as_bytes();
    let media_type = input.media_type.as_deref();
    let kind = kind(bytes, media_type)?;
    match kind {
        Kind::Pdf => pdf(context, bytes, input),
        Kind::Markup(MarkupKind::Html) => {
            markup(context, MarkupKind::Html, decode_html(bytes, media_type).as_bytes())
        }
        Kind::Markup(office) => markup(context, office, bytes),
        Kind::Text => Ok(ExtractTextOutput {
            invoice: invoice(context, bytes),
            ..output(kind, vec![decode_text(bytes, media_type)])
        }),
    }
}

const READABLE: &str = "text is taken from PDF, DOCX, XLSX, PPTX, ODT, ODS, ODP, HTML, XML and plain text; \
                        pictures are for `ai.ocr`";

fn kind(bytes: &[u8], media_type: Option<&str>) -> Result<Kind, OpError> {
    if bytes.is_empty() {
        return Err(bad_input("the document is empty"));
    }
    if starts_as_pdf(bytes) {
        return Ok(Kind::Pdf);
    }
    if let Some(media_type) = media_type {
        return Kind::of_media_type(media_type).ok_or_else(|| {
            let shown = media_type.escape_debug();
            bad_input(format_args!("no text is taken from `{shown}`: {READABLE}"))
        });
    }
    Kind::of_bytes(bytes).ok_or_else(|| {
        OpError::new(ErrorCode::DocMalformed, format_args!("the bytes are not text: {READABLE}"))
    })
}

fn pdf(
    context: Context<'_>,
    bytes: &[u8],
    input: &ExtractTextInput,
) -> Result<ExtractTextOutput, OpError> {
    let wanted = input.pages.as_deref();
    let reader = &**provider::<dyn PdfReader>(context, "reader of PDF documents")?;
    let read = |reader: &dyn PdfReader| {
        let pages = reader.text(bytes).map_err(document_error)?;
        Ok((pages, reader.embedded_files(bytes).map_err(document_error)?))
    };
    let (mut pages, embedded) = with_passwords(context, reader, input.passwords.as_deref(), read)?;
    let count = pages.len();
    let layers: Vec<(u32, TextLayer)> = (1..).zip(text_layers(&pages)).collect();
    let is_wanted = |page: &u32| wanted.is_none_or(|wanted| wanted.contains(page));
    let numbers = |kind| {
        let pages = layers.iter().filter(move |(page, layer)| *layer == kind && is_wanted(page));
        pages.map(|(page, _)| *page).collect()
    };
    let mut numbered = 1..;
    pages.retain(|_| numbered.next().as_ref().is_some_and(is_wanted));
    let texts = pages.into_iter().map(|page| page.text).collect();
    Ok(ExtractTextOutput {
        pages: u32::try_from(count).unwrap_or(u32::MAX),
        pages_without_text: numbers(TextLayer::Missing),
        pages_in_doubt: numbers(TextLayer::Doubtful),
        invoice: embedded.iter().find_map(|(_, data)| invoice(context, data)),
        embedded: embedded
            .into_iter()
            .map(|(name, data)| EmbeddedFile { name, data: data.into() })
            .collect(),
        ..output(Kind::Pdf, texts)
    })
}

fn markup(
    context: Context<'_>,
    kind: MarkupKind,
    bytes: &[u8],
) -> Result<ExtractTextOutput, OpError> {
    let reader = &**provider::<dyn MarkupReader>(context, "reader of office documents and HTML")?;
    let pages = reader.text(kind, bytes).map_err(document_error)?;
    Ok(output(Kind::Markup(kind), pages.into_iter().map(|page| page.text).collect()))
}

/// Reads the electronic invoice in some XML. A damaged one is left out: the text beside it can be
/// read.
fn invoice(context: Context<'_>, bytes: &[u8]) -> Option<Box<Invoice>> {
    if !is_xml(bytes) {
        return None;
    }
    let reader = context.find_service::<dyn InvoiceReader>()?;
    reader.read(bytes).ok().flatten().map(Box::new)
}

fn output(kind: Kind, pages: Vec<String>) -> ExtractTextOutput {
    ExtractTextOutput {
        media_type: kind.media_type().to_owned(),
        pages: u32::try_from(pages.len()).unwrap_or(u32::MAX),
        text: pages.join("\u{c}"),
        pages_without_text: Vec::new(),
        pages_in_doubt: Vec::new(),
        embedded: Vec::new(),
        invoice: None,
    }
}
