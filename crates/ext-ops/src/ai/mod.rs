//! `ai.*`: reading documents and understanding texts.

mod classify_text;
mod extract_text;
mod html;
mod media;
mod ocr;
mod validate;

use ext_registry::OpError;
use ext_wire::ErrorCode;

use crate::services::documents::DocumentError;

/// What a caller is told of a document's error.
fn document_error(error: DocumentError) -> OpError {
    let code = match &error {
        DocumentError::Malformed { .. } => ErrorCode::DocMalformed,
        DocumentError::Encrypted => ErrorCode::DocEncrypted,
        DocumentError::TooLarge { .. } => ErrorCode::DocLimit,
        DocumentError::NoSuchPage { .. } => ErrorCode::BadInput,
    };
    OpError::new(code, error)
}

fn bad_input(message: impl std::fmt::Display) -> OpError {
    OpError::new(ErrorCode::BadInput, message)
}
