//! The reader of pictures: small copies and metadata.

use std::sync::Arc;

use ext_services::{
    documents::DocumentError,
    pictures::{FoundCode, PictureMetadata, PictureReader, Thumbnail, ThumbnailOptions, Thumbnails},
};

use crate::document;
use crate::pool::Pool;
use crate::protocol::{Reply, Request, ThumbnailHead, ThumbnailsHead};

/// A `PictureReader` that lives in a worker.
#[derive(Clone)]
pub struct IsolatedPictures {
    pool: Arc<Pool>,
}

impl IsolatedPictures {
    /// Makes a reader whose calls go to `pool`.
    #[must_use]
    pub const fn new(pool: Arc<Pool>) -> Self {
        Self { pool }
    }
}

impl PictureReader for IsolatedPictures {
    fn metadata(&self, file: &[u8]) -> Result<PictureMetadata, DocumentError> {
        match document::call(&self.pool, Request::PictureMetadata, file)? {
            (Reply::PictureMetadata(metadata), _) => Ok(*metadata),
            (other, _) => Err(document::unexpected(&other)),
        }
    }

    fn thumbnails(
        &self,
        file: &[u8],
        options: &ThumbnailOptions,
    ) -> Result<Thumbnails, DocumentError> {
        match document::call(&self.pool, Request::Thumbnails(options.clone()), file)? {
            (Reply::Thumbnails(head), bytes) => {
                split(head, &bytes).ok_or_else(|| document::not_valid("thumbnails of other sizes"))
            }
            (other, _) => Err(document::unexpected(&other)),
        }
    }

    fn codes(&self, file: &[u8]) -> Result<Vec<FoundCode>, DocumentError> {
        match document::call(&self.pool, Request::Codes, file)? {
            (Reply::Codes(codes), _) => Ok(codes),
            (other, _) => Err(document::unexpected(&other)),
        }
    }
}

/// Puts thumbnails into a head, and a body with the files one after the other.
pub(crate) fn join(made: Thumbnails) -> (Reply, Vec<u8>) {
    let mut body = Vec::new();
    let mut thumbnails = Vec::new();
    for Thumbnail { size, width, height, bytes } in made.thumbnails {
        thumbnails.push(ThumbnailHead { size, width, height, bytes: bytes.len() as u64 });
        body.extend_from_slice(&bytes);
    }
    let luma = made.luma.map(|luma| {
        body.extend_from_slice(&luma);
        luma.len() as u64
    });
    let head = ThumbnailsHead { width: made.width, height: made.height, thumbnails, luma };
    (Reply::Thumbnails(head), body)
}

/// Splits a body into the files that stand in it; `None` when the sizes do not fit.
fn split(head: ThumbnailsHead, body: &[u8]) -> Option<Thumbnails> {
    let mut rest = body;
    let mut take = |size: u64| {
        let (part, after) = rest.split_at_checked(usize::try_from(size).ok()?)?;
        rest = after;
        Some(part.to_vec())
    };
    let mut thumbnails = Vec::new();
    for ThumbnailHead { size, width, height, bytes } in head.thumbnails {
        thumbnails.push(Thumbnail { size, width, height, bytes: take(bytes)? });
    }
    let luma = match head.luma {
        Some(size) => Some(take(size)?),
        None => None,
    };
    let whole = Thumbnails { width: head.width, height: head.height, thumbnails, luma };
    rest.is_empty().then_some(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thumbnails_must_fill_the_body() {
        let one = |bytes: &[u8]| Thumbnail { size: 9, width: 9, height: 8, bytes: bytes.to_vec() };
        let made = Thumbnails {
            width: 90,
            height: 80,
            thumbnails: vec![one(b"ab"), one(b""), one(b"c")],
            luma: Some(b"1234".to_vec()),
        };
        let (Reply::Thumbnails(head), body) = join(made.clone()) else { panic!() };
        assert_eq!(split(head.clone(), &body), Some(made));
        assert_eq!(split(head.clone(), &body[..6]), None);
        assert_eq!(split(head.clone(), b"abc12345"), None);
        assert_eq!(split(ThumbnailsHead { luma: Some(u64::MAX), ..head }, &body), None);
    }
}
