//! The operations `media.*`.

use ext_registry::{Context, LibraryQuery, OpError, register};
use ext_wire::{
    Blob,
    ops::{
        media::{
            Codes, CodesInput, CodesOutput, FoundCode, LUMA, MAX_CODE_PAGES, MAX_PICTURE_BYTES,
            MAX_SIZES, Metadata, MetadataInput, MetadataOutput, SIZES, SmallPicture, Thumbnail,
            ThumbnailInput, ThumbnailOutput,
        },
        vdfs::ReadContentInput,
    },
};
use uuid::Uuid;

use crate::{
    BuiltIn,
    ai::{DPI, document_error, for_caller, is_pdf, with_passwords},
    bad_input::bad_input,
    libraries::{error_for, open},
    provider::provider,
};
use ext_services::{
    documents::{DocumentError, PdfReader},
    library::Entries as _,
    pictures::{self, PictureFormat, PictureReader, ThumbnailOptions, Thumbnails},
};

impl LibraryQuery<Thumbnail> for BuiltIn {
    async fn execute(
        input: ThumbnailInput,
        context: Context<'_>,
    ) -> Result<ThumbnailOutput, OpError> {
        let options = options(&input)?;
        let made = read(context, input.entry_id, |reader, file| reader.thumbnails(file, &options))?;
        Ok(output(made, options.format))
    }
}
register!(LibraryQuery<Thumbnail> for BuiltIn);

impl LibraryQuery<Metadata> for BuiltIn {
    async fn execute(
        input: MetadataInput,
        context: Context<'_>,
    ) -> Result<MetadataOutput, OpError> {
        read(context, input.entry_id, |reader, file| reader.metadata(file))
    }
}
register!(LibraryQuery<Metadata> for BuiltIn);

impl LibraryQuery<Codes> for BuiltIn {
    async fn execute(input: CodesInput, context: Context<'_>) -> Result<CodesOutput, OpError> {
        let reader = &**provider::<dyn PictureReader>(context, "reader of pictures")?;
        let read =
            |picture: &[u8]| for_caller(context, || reader.codes(picture)).map_err(document_error);
        let data = match (input.entry_id, &input.data) {
            (Some(entry), None) => content(context, entry)?,
            (None, Some(data)) => data.clone(),
            _ => return Err(bad_input("name one document, by `entry_id` or as `data`")),
        };
        if !is_pdf(data.as_bytes()) {
            return Ok(CodesOutput { codes: read(data.as_bytes())? });
        }
        let pages = pages(input.pages)?;
        let pdf = &**provider::<dyn PdfReader>(context, "reader of PDF documents")?;
        with_passwords(context, pdf, input.passwords.as_deref(), |pdf| {
            let mut codes = Vec::new();
            for &page in &pages {
                context.deadline().check()?;
                let Some(picture) = rendered(context, pdf, data.as_bytes(), page)? else { break };
                codes.extend(read(&picture)?.into_iter().map(|code| FoundCode { page, ..code }));
            }
            Ok(CodesOutput { codes })
        })
    }
}
register!(LibraryQuery<Codes> for BuiltIn);

/// Returns the pages to look at, in their order.
fn pages(wanted: Option<Vec<u32>>) -> Result<Vec<u32>, OpError> {
    let mut pages = wanted.unwrap_or_else(|| (1..=MAX_CODE_PAGES).collect());
    if pages.len() > MAX_CODE_PAGES as usize {
        let count = pages.len();
        return Err(bad_input(format_args!(
            "{count} pages are named, the limit is {MAX_CODE_PAGES}"
        )));
    }
    pages.sort_unstable();
    pages.dedup();
    Ok(pages)
}

/// Draws a page of a PDF; `None` behind its last page.
fn rendered(
    context: Context<'_>,
    reader: &dyn PdfReader,
    pdf: &[u8],
    page: u32,
) -> Result<Option<Vec<u8>>, OpError> {
    match for_caller(context, || reader.render_png(pdf, page, DPI)) {
        Err(DocumentError::NoSuchPage { page, pages }) if page > pages => Ok(None),
        picture => picture.map(Some).map_err(document_error),
    }
}

/// Reads the content of an entry, as far as the call may touch it, and gives it to the reader.
fn read<T>(
    context: Context<'_>,
    entry_id: Uuid,
    work: impl FnOnce(&dyn PictureReader, &[u8]) -> Result<T, DocumentError>,
) -> Result<T, OpError> {
    let reader = &**provider::<dyn PictureReader>(context, "reader of pictures")?;
    let data = content(context, entry_id)?;
    for_caller(context, || work(reader, data.as_bytes())).map_err(document_error)
}

/// Returns the content of an entry.
fn content(context: Context<'_>, entry_id: Uuid) -> Result<Blob, OpError> {
    let input = ReadContentInput { entry_id, offset: 0, length: Some(MAX_PICTURE_BYTES) };
    let content = open(context)?.read_content(input).map_err(|error| error_for(context, error))?;
    if content.size > MAX_PICTURE_BYTES {
        let (got, limit) = (content.size, MAX_PICTURE_BYTES);
        return Err(document_error(DocumentError::TooLarge { what: "bytes", got, limit }));
    }
    Ok(content.data)
}

fn options(input: &ThumbnailInput) -> Result<ThumbnailOptions, OpError> {
    if input.sizes.is_empty() && input.luma.is_none() {
        return Err(bad_input("`sizes` is empty, and `luma` left out: name a size, such as 256"));
    }
    if input.sizes.len() > MAX_SIZES {
        let count = input.sizes.len();
        return Err(bad_input(format_args!("`sizes` has {count} sizes, the limit is {MAX_SIZES}")));
    }
    check("sizes", &SIZES, input.sizes.iter().copied())?;
    check("luma", &LUMA, input.luma.iter().copied())?;
    let (sizes, luma) = (input.sizes.clone(), input.luma);
    Ok(ThumbnailOptions { sizes, format: format(input.format.as_deref())?, luma })
}

fn check(
    field: &str,
    allowed: &std::ops::RangeInclusive<u32>,
    mut values: impl Iterator<Item = u32>,
) -> Result<(), OpError> {
    let Some(wrong) = values.find(|value| !allowed.contains(value)) else { return Ok(()) };
    let (from, to) = (allowed.start(), allowed.end());
    Err(bad_input(format_args!("{wrong} in `{field}` is not from {from} to {to}")))
}

fn format(name: Option<&str>) -> Result<PictureFormat, OpError> {
    match name {
        None | Some("jpeg") => Ok(PictureFormat::Jpeg),
        Some("png") => Ok(PictureFormat::Png),
        Some(other) => {
            let shown = other.escape_debug();
            Err(bad_input(format_args!("`{shown}` is not a format of thumbnails: `jpeg`, `png`")))
        }
    }
}

fn output(made: Thumbnails, format: PictureFormat) -> ThumbnailOutput {
    let media_type = match format {
        PictureFormat::Jpeg => "image/jpeg",
        PictureFormat::Png => "image/png",
    };
    let small = |made: pictures::Thumbnail| SmallPicture {
        size: made.size,
        width: made.width,
        height: made.height,
        media_type: media_type.to_owned(),
        data: made.bytes.into(),
    };
    ThumbnailOutput {
        width: made.width,
        height: made.height,
        thumbnails: made.thumbnails.into_iter().map(small).collect(),
        luma: made.luma.map(Blob::from),
    }
}
