//! The operations `ai.*`, which read documents and understand texts.

mod classify_text;
mod content_parts;
pub(crate) mod content_text;
pub(crate) mod embed;
mod extract_text;
mod media;
mod ocr;
mod ocr_formats;
mod passwords;
mod render_page;
mod sanitise;
mod text_layer;
mod tiff;
mod validate;

use ext_registry::{Context, OpError};
use ext_wire::{ErrorBody, ErrorCode};

pub(crate) use self::{media::is_pdf, ocr::DPI, passwords::with_passwords};
use ext_services::{caller, deadline, documents::DocumentError};

/// Time to wait before a retry after [`ErrorCode::Busy`].
const BUSY_RETRY_MS: u64 = 2000;

/// Runs the work of an engine for the caller: with its deadline, and among its places in queues.
pub(crate) fn for_caller<T>(context: Context<'_>, work: impl FnOnce() -> T) -> T {
    deadline::within(context.deadline().moment(), || caller::within(context.extension(), work))
}

/// Converts a document's error for the caller.
pub(crate) fn document_error(error: DocumentError) -> OpError {
    match &error {
        DocumentError::Busy => busy(error),
        DocumentError::Engine(_) => OpError::internal(error),
        _ => OpError::new(document_code(&error), error),
    }
}

/// Returns the code of a document that cannot be read.
const fn document_code(error: &DocumentError) -> ErrorCode {
    match error {
        DocumentError::Malformed { .. } => ErrorCode::DocMalformed,
        DocumentError::Encrypted => ErrorCode::DocEncrypted,
        DocumentError::TooLarge { .. } | DocumentError::Exhausted { .. } => ErrorCode::DocLimit,
        DocumentError::NoSuchPage { .. } => ErrorCode::BadInput,
        DocumentError::Unsupported { .. } => ErrorCode::NeedsProvider,
        DocumentError::Busy => ErrorCode::Busy,
        DocumentError::Engine(_) => ErrorCode::Internal,
    }
}

/// Makes the error for no capacity; a picture takes about [`BUSY_RETRY_MS`].
fn busy(message: impl std::fmt::Display) -> OpError {
    let mut body = ErrorBody::new(ErrorCode::Busy, message);
    body.retry_after_ms = Some(BUSY_RETRY_MS);
    OpError::from(body)
}
