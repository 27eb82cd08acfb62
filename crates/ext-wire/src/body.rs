//! Encoding of values as payload bytes.

use bytes::Bytes;
use ext_abi::{AbiError, ErrorCode, attachment, attachment::BLOB_KEY};
use serde::{
    Serialize,
    de::{DeserializeOwned, Error as _, IgnoredAny},
};
use serde_json::Value;
use thiserror::Error;

use crate::{
    Blob, ErrorBody, blob,
    strict_json::{self, StrictError},
};

/// Form in which the blobs of a value are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlobStyle {
    /// Beside the JSON, in an attachment envelope; plain JSON when there are none.
    Attachment,
    /// In the JSON, as base64: for people, shells and browsers.
    Base64,
}

/// Failure to write or read a body.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum BodyError {
    /// The envelope is damaged or too large.
    #[error(transparent)]
    Envelope(#[from] AbiError),
    /// The bytes are not JSON.
    #[error("not JSON: {0}")]
    Syntax(serde_json::Error),
    /// It is JSON, but not of the expected type.
    #[error("{0}")]
    Type(serde_json::Error),
    /// It is JSON, but a value would not keep it as it is written.
    #[error(transparent)]
    Strict(#[from] StrictError),
    /// The value cannot be written as JSON.
    #[error("cannot be written as JSON: {0}")]
    Write(serde_json::Error),
}

impl BodyError {
    /// Returns the code that a caller is told.
    #[must_use]
    pub const fn code(&self) -> ErrorCode {
        match self {
            Self::Envelope(error) => error.code(),
            Self::Syntax(_) => ErrorCode::BadJson,
            Self::Type(_) | Self::Strict(_) => ErrorCode::BadInput,
            Self::Write(_) => ErrorCode::Internal,
        }
    }
}

impl From<BodyError> for ErrorBody {
    fn from(error: BodyError) -> Self {
        Self::new(error.code(), error)
    }
}

/// Writes a value.
///
/// ```
/// use ext_wire::{Blob, body, body::BlobStyle};
///
/// let json = body::encode(&Blob::from("hi"), BlobStyle::Base64)?;
/// assert_eq!(json, br#""aGk=""#);
/// assert_eq!(body::decode::<Blob>(json.into())?, Blob::from("hi"));
/// # Ok::<(), ext_wire::body::BodyError>(())
/// ```
///
/// # Errors
/// [`BodyError::Write`] for a value that JSON has no form for, [`BodyError::Envelope`] for blobs
/// over the limits.
pub fn encode<T: Serialize + ?Sized>(value: &T, style: BlobStyle) -> Result<Vec<u8>, BodyError> {
    let mut out = Vec::with_capacity(128);
    encode_into(value, style, &mut out)?;
    Ok(out)
}

/// Writes a value in place of what `out` holds. The memory of `out` is used again, so that a host
/// which keeps the vector between calls allocates nothing for a reply.
///
/// # Errors
/// As [`encode`]; `out` is then unspecified.
pub fn encode_into<T: Serialize + ?Sized>(
    value: &T,
    style: BlobStyle,
    out: &mut Vec<u8>,
) -> Result<(), BodyError> {
    out.clear();
    if style == BlobStyle::Base64 {
        return serde_json::to_writer(out, value).map_err(BodyError::Write);
    }
    let (written, blobs) = blob::collecting(|| serde_json::to_writer(&mut *out, value));
    written.map_err(BodyError::Write)?;
    if blobs.is_empty() {
        return Ok(());
    }
    let json = out.clone(); // small: what is large went into the blobs
    Ok(attachment::encode_into(&json, &blobs, out)?)
}

/// Reads a value from JSON or from an attachment envelope; its blobs share `body`'s memory.
///
/// # Errors
/// [`BodyError::Envelope`] for a damaged envelope, [`BodyError::Syntax`] for bytes that are not JSON, [`BodyError::Type`] for JSON of another type.
pub fn decode<T: DeserializeOwned>(body: Bytes) -> Result<T, BodyError> {
    checked(body, |_| Ok(()))
}

/// Reads an input from a caller as [`decode`] does, and refuses what a value would not keep as it was
/// written.
///
/// # Errors
/// [`BodyError::Strict`] for a key that stands twice, a number that cannot be kept, or too many values;
/// as [`decode`].
pub fn decode_input<T: DeserializeOwned>(body: Bytes) -> Result<T, BodyError> {
    checked(body, |json| Ok(strict_json::check(json)?))
}

/// Reads a value whose JSON passes a check.
fn checked<T: DeserializeOwned>(
    body: Bytes,
    check: impl FnOnce(&[u8]) -> Result<(), BodyError>,
) -> Result<T, BodyError> {
    if !attachment::is_envelope(&body) {
        check(&body)?;
        return from_json(&body);
    }
    let layout = attachment::decode(&body)?;
    let json = body.slice(layout.json);
    check(&json)?;
    let blobs = layout.blobs.into_iter().map(|range| body.slice(range)).collect();
    blob::providing(blobs, || from_json(&json))
}

/// Rewrites a body as plain JSON: the blobs of an envelope stand in it as base64.
///
/// # Errors
/// [`BodyError`] when the body is not JSON, its envelope is damaged, or it names a blob that is not
/// there.
pub fn to_plain(body: Bytes) -> Result<Vec<u8>, BodyError> {
    if !attachment::is_envelope(&body) {
        from_json::<IgnoredAny>(&body)?;
        return Ok(if body.is_empty() { b"null".to_vec() } else { body.into() });
    }
    let layout = attachment::decode(&body)?;
    let blobs: Vec<Blob> = layout.blobs.into_iter().map(|range| body.slice(range).into()).collect();
    let mut value = from_json(&body.slice(layout.json))?;
    inline(&mut value, &blobs).map_err(BodyError::Type)?;
    serde_json::to_vec(&value).map_err(BodyError::Write)
}

/// Replaces each `{"$blob": index}` by the blob's base64.
fn inline(value: &mut Value, blobs: &[Blob]) -> Result<(), serde_json::Error> {
    match value {
        Value::Array(items) => items.iter_mut().try_for_each(|item| inline(item, blobs)),
        Value::Object(map) => match map.get(BLOB_KEY).filter(|_| map.len() == 1) {
            None => map.values_mut().try_for_each(|item| inline(item, blobs)),
            Some(index) => {
                let blob = index.as_u64().and_then(|index| blobs.get(usize::try_from(index).ok()?));
                let missing =
                    || serde_json::Error::custom(format_args!("there is no blob {index}"));
                *value = serde_json::to_value(blob.ok_or_else(missing)?)?;
                Ok(())
            }
        },
        _ => Ok(()),
    }
}

/// Returns the bytes of JSON in a body: all of it, or the JSON part of an envelope.
///
/// # Errors
/// [`BodyError::Envelope`] for a damaged envelope.
pub fn json_len(body: &[u8]) -> Result<usize, BodyError> {
    if attachment::is_envelope(body) {
        return Ok(attachment::decode(body)?.json.len());
    }
    Ok(body.len())
}

/// Reads JSON. An empty body means `null`, so that an operation without input is called without a
/// payload.
fn from_json<T: DeserializeOwned>(json: &[u8]) -> Result<T, BodyError> {
    let json = if json.is_empty() { b"null" } else { json };
    serde_json::from_slice(json).map_err(|error| match error.classify() {
        serde_json::error::Category::Data => BodyError::Type(error),
        _ => BodyError::Syntax(error),
    })
}
