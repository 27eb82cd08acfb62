//! The engine: what it does with a file.

use std::panic::{AssertUnwindSafe, catch_unwind};

use ext_services::{
    documents::DocumentError,
    pictures::{FoundCode, PictureReader, ThumbnailOptions, Thumbnails},
};
use ext_wire::ops::media::MetadataOutput;

use crate::{codes, decode, metadata, thumbnail};

/// The reader of pictures.
#[derive(Debug, Clone, Copy, Default)]
pub struct PictureEngine;

impl PictureReader for PictureEngine {
    fn metadata(&self, file: &[u8]) -> Result<MetadataOutput, DocumentError> {
        guarded(|| metadata::read(file))
    }

    fn thumbnails(
        &self,
        file: &[u8],
        options: &ThumbnailOptions,
    ) -> Result<Thumbnails, DocumentError> {
        guarded(|| thumbnail::make(decode::decode(file)?, options))
    }

    fn codes(&self, file: &[u8]) -> Result<Vec<FoundCode>, DocumentError> {
        guarded(|| Ok(codes::read(&decode::decode(file)?)))
    }
}

/// Runs a reader; decoders of rare formats have been seen to panic on damaged files.
fn guarded<T>(read: impl FnOnce() -> Result<T, DocumentError>) -> Result<T, DocumentError> {
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| Err(malformed("its decoder panicked")))
}

pub(crate) fn malformed(reason: impl std::fmt::Display) -> DocumentError {
    DocumentError::Malformed { reason: reason.to_string() }
}
