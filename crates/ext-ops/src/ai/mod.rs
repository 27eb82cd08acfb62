//! `ai.*`: reading documents and understanding texts.

mod classify_text;
mod embed;
mod extract_text;
mod media;
mod ocr;
mod ocr_formats;
mod sanitise;
mod validate;

use ext_registry::OpError;
use ext_wire::{ErrorBody, ErrorCode};

use ext_services::documents::DocumentError;

/// When to try again after [`ErrorCode::Busy`].
const BUSY_RETRY_MS: u64 = 2000;

/// What a caller is told of a document's error.
fn document_error(error: DocumentError) -> OpError {
    let code = match &error {
        DocumentError::Malformed { .. } => ErrorCode::DocMalformed,
        DocumentError::Encrypted => ErrorCode::DocEncrypted,
        DocumentError::TooLarge { .. } | DocumentError::Exhausted { .. } => ErrorCode::DocLimit,
        DocumentError::NoSuchPage { .. } => ErrorCode::BadInput,
        DocumentError::Busy => return busy(error),
        DocumentError::Engine(_) => return OpError::internal(error),
    };
    OpError::new(code, error)
}

/// No capacity now; a picture takes about this long.
fn busy(message: impl std::fmt::Display) -> OpError {
    let mut body = ErrorBody::new(ErrorCode::Busy, message);
    body.retry_after_ms = Some(BUSY_RETRY_MS);
    OpError::from(body)
}

fn bad_input(message: impl std::fmt::Display) -> OpError {
    OpError::new(ErrorCode::BadInput, message)
}
