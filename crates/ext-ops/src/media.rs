//! The operations `media.*`.

use ext_registry::{Context, LibraryQuery, OpError, register};
use ext_wire::{
    Blob,
    ops::{
        media::{
            LUMA, MAX_PICTURE_BYTES, MAX_SIZES, Metadata, MetadataInput, MetadataOutput, SIZES,
            SmallPicture, Thumbnail, ThumbnailInput, ThumbnailOutput,
        },
        vdfs::ReadContentInput,
    },
};
use uuid::Uuid;

use crate::{
    BuiltIn,
    ai::{document_error, for_caller},
    bad_input::bad_input,
    libraries::{error_for, open},
    provider::provider,
};
use ext_services::{
    documents::DocumentError,
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

/// Reads the content of an entry, as far as the call may touch it, and gives it to the reader.
fn read<T>(
    context: Context<'_>,
    entry_id: Uuid,
    work: impl FnOnce(&dyn PictureReader, &[u8]) -> Result<T, DocumentError>,
) -> Result<T, OpError> {
    let reader = &**provider::<dyn PictureReader>(context, "reader of pictures")?;
    let input = ReadContentInput { entry_id, offset: 0, length: Some(MAX_PICTURE_BYTES) };
    let content = open(context)?.read_content(input).map_err(|error| error_for(context, error))?;
    if content.size > MAX_PICTURE_BYTES {
        let (got, limit) = (content.size, MAX_PICTURE_BYTES);
        return Err(document_error(DocumentError::TooLarge { what: "bytes", got, limit }));
    }
    for_caller(context, || work(reader, content.data.as_bytes())).map_err(document_error)
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
