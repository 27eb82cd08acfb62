//! Reading contents again, for search.

use ext_registry::{Context, LibraryAction, OpError, register};
use ext_services::{
    deadline,
    library::{ContentText, UnreadContent},
};
use ext_wire::ops::{
    search::{ReadAgain, ReadAgainInput, ReadAgainOutput},
    vdfs::Entry,
};

use crate::{
    BuiltIn,
    ai::content_text::{ContentBytes, ReadingEffort, content_text, effort},
    authorized_library::AuthorizedLibrary,
    each_entry::{each_entry, read_pieces},
    libraries::{error_for, open},
};

impl LibraryAction<ReadAgain> for BuiltIn {
    async fn execute(
        input: ReadAgainInput,
        context: Context<'_>,
    ) -> Result<ReadAgainOutput, OpError> {
        let library = &open(context)?;
        let path_prefix = input.path_prefix.as_deref();
        deadline::within(context.deadline().moment(), || {
            each_entry(context, library, path_prefix, |entry, output| {
                read(context, library, entry, output)
            })
        })
    }
}
register!(LibraryAction<ReadAgain> for BuiltIn);

fn read(
    context: Context<'_>,
    library: &AuthorizedLibrary<'_>,
    entry: &Entry,
    output: &mut ReadAgainOutput,
) -> Result<(), OpError> {
    let Some(content) = content_of(entry) else { return Ok(()) };
    let Some(text) = text_of(context, library, entry)? else {
        output.left += 1;
        return Ok(());
    };
    match &text {
        ContentText::Unreadable(_) => output.without_text += 1,
        ContentText::Text(_) | ContentText::Partly { .. } => output.read += 1,
    }
    library.replace_text(content, text).map_err(|error| error_for(context, error))
}

fn content_of(entry: &Entry) -> Option<UnreadContent> {
    let (size, content_hash) = (entry.size.filter(|size| *size > 0)?, entry.content_hash.clone()?);
    let (path, media_type) = (entry.path.clone(), entry.media_type.clone());
    Some(UnreadContent { entry: entry.id, path, media_type, size, content_hash, cursor: 0 })
}

/// Reads the text of a content; `None` when nothing can be said about it now.
fn text_of(
    context: Context<'_>,
    library: &AuthorizedLibrary<'_>,
    entry: &Entry,
) -> Result<Option<ContentText>, OpError> {
    let media_type = entry.media_type.as_deref();
    if let ReadingEffort::None(reason) = effort(media_type, entry.size.unwrap_or_default()) {
        return Ok(Some(ContentText::Unreadable(reason)));
    }
    let mut bytes = Vec::new();
    let read = read_pieces(context, library, entry, |piece| bytes.extend_from_slice(piece))?;
    if read.is_none() {
        return Ok(None);
    }
    let content = ContentBytes { media_type, bytes: &bytes };
    Ok(content_text(context.services(), content).ok())
}
