//! The attachment envelope: JSON with blobs beside it, so that binary data needs no base64.
//!
//! ```text
//! offset 0   4 bytes  magic: FF 53 44 01 (FF starts no JSON and no UTF-8 text)
//! offset 4   u32 LE   bytes of JSON
//! offset 8   u32 LE   number of blobs
//! offset 12  u32 LE   0
//! offset 16  u64 LE   length of each blob in bytes, one after the other
//!            JSON, then each blob; each of them starts at a multiple of 8, gaps are zero
//! ```
//!
//! In the JSON a blob stands as `{"$blob": <index>}`. The layout is canonical: for the same JSON and
//! blobs there is exactly one envelope, and the decoder refuses every other.

use alloc::vec::Vec;
use core::ops::Range;

use crate::{AbiError, limits};

/// First bytes of an envelope.
pub const MAGIC: [u8; 4] = [0xFF, b'S', b'D', 1];

/// JSON key that stands for a blob.
pub const BLOB_KEY: &str = "$blob";

const HEADER_BYTES: u64 = 16;
const ALIGN: u64 = 8;

/// Returns whether a body is an envelope; anything else is plain JSON.
#[must_use]
pub fn is_envelope(body: &[u8]) -> bool {
    body.starts_with(&MAGIC)
}

/// Places of the parts of an envelope, as indices of its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    /// The JSON.
    pub json: Range<usize>,
    /// The blobs, in order.
    pub blobs: Vec<Range<usize>>,
}

/// Writes an envelope.
///
/// ```
/// use ext_abi::attachment;
///
/// let envelope = attachment::encode(br#"{"data":{"$blob":0}}"#, &[b"\x89PNG"])?;
/// let layout = attachment::decode(&envelope)?;
/// assert_eq!(&envelope[layout.blobs[0].clone()], b"\x89PNG");
/// # Ok::<(), ext_abi::AbiError>(())
/// ```
///
/// # Errors
/// [`AbiError::TooLarge`] when JSON or blobs are over [`limits`].
pub fn encode(json: &[u8], blobs: &[impl AsRef<[u8]>]) -> Result<Vec<u8>, AbiError> {
    let mut out = Vec::new();
    encode_into(json, blobs, &mut out)?;
    Ok(out)
}

/// Writes an envelope in place of what `out` holds; its memory is used again.
///
/// # Errors
/// As [`encode`]; `out` is then unchanged.
pub fn encode_into(
    json: &[u8],
    blobs: &[impl AsRef<[u8]>],
    out: &mut Vec<u8>,
) -> Result<(), AbiError> {
    let lengths = blobs.iter().map(|blob| blob.as_ref().len() as u64);
    let plan = Plan::new(json.len() as u64, lengths)?;
    out.clear();
    out.reserve(to_index(plan.end));
    out.extend_from_slice(&MAGIC);
    out.extend_from_slice(&plan.json_len.to_le_bytes());
    out.extend_from_slice(&plan.blob_count.to_le_bytes());
    out.extend_from_slice(&[0; 4]);
    for blob in blobs {
        out.extend_from_slice(&(blob.as_ref().len() as u64).to_le_bytes());
    }
    out.extend_from_slice(json);
    for blob in blobs {
        pad(out);
        out.extend_from_slice(blob.as_ref());
    }
    Ok(())
}

/// Finds the parts of an envelope.
///
/// # Errors
/// [`AbiError::Malformed`] when it is not a canonical envelope, [`AbiError::TooLarge`] over
/// [`limits`].
pub fn decode(body: &[u8]) -> Result<Layout, AbiError> {
    let mut words = body.as_chunks::<4>().0.iter().map(|word| u32::from_le_bytes(*word));
    let mut word = || words.next().ok_or(malformed("it ends early"));
    if word()? != u32::from_le_bytes(MAGIC) {
        return Err(malformed("the magic bytes are missing"));
    }
    let (json_len, blob_count, reserved) = (word()?, word()?, word()?);
    if reserved != 0 {
        return Err(malformed("the reserved word is not zero"));
    }
    let plan = Plan::new(u64::from(json_len), blob_lengths(body, blob_count)?)?;
    plan.layout(body)
}

/// Reads the table of blob lengths.
fn blob_lengths(body: &[u8], count: u32) -> Result<impl Iterator<Item = u64>, AbiError> {
    check_limit("blobs", u64::from(count), limits::MAX_BLOBS)?;
    let start = HEADER_BYTES as usize;
    let table = body.get(start..start + 8 * count as usize).ok_or(malformed("it ends early"))?;
    Ok(table.as_chunks::<8>().0.iter().map(|length| u64::from_le_bytes(*length)))
}

/// Places of everything in an envelope, computed in 64 bits within the limits.
struct Plan {
    json_len: u32,
    blob_count: u32,
    json_start: u64,
    /// Start and length of each blob.
    blobs: Vec<(u64, u64)>,
    end: u64,
}

impl Plan {
    fn new(json_len: u64, lengths: impl Iterator<Item = u64>) -> Result<Self, AbiError> {
        check_limit("JSON", json_len, limits::MAX_JSON_BYTES)?;
        let mut plan = Self {
            json_len: u32::try_from(json_len).unwrap_or(u32::MAX),
            blob_count: 0,
            json_start: 0,
            blobs: Vec::new(),
            end: 0,
        };
        let mut total = 0_u64;
        for length in lengths {
            total = total.saturating_add(length);
            check_limit("blobs together", total, limits::MAX_ATTACHMENT_BYTES)?;
            plan.blob_count = plan.blob_count.saturating_add(1);
            check_limit("blobs", u64::from(plan.blob_count), limits::MAX_BLOBS)?;
            plan.blobs.push((0, length));
        }
        plan.place();
        Ok(plan)
    }

    fn place(&mut self) {
        self.json_start = HEADER_BYTES + 8 * u64::from(self.blob_count);
        self.end = self.json_start + u64::from(self.json_len);
        for (start, length) in &mut self.blobs {
            *start = self.end.next_multiple_of(ALIGN);
            self.end = *start + *length;
        }
    }

    fn layout(&self, body: &[u8]) -> Result<Layout, AbiError> {
        if self.end != body.len() as u64 {
            return Err(malformed("its length is not the sum of its parts"));
        }
        let json = to_index(self.json_start)..to_index(self.json_start) + self.json_len as usize;
        let mut gap_start = json.end;
        let mut blobs = Vec::with_capacity(self.blobs.len());
        for (start, length) in &self.blobs {
            let blob = to_index(*start)..to_index(*start + *length);
            if body.get(gap_start..blob.start).is_none_or(|gap| gap.iter().any(|byte| *byte != 0)) {
                return Err(malformed("a gap is not zero"));
            }
            gap_start = blob.end;
            blobs.push(blob);
        }
        Ok(Layout { json, blobs })
    }
}

fn pad(out: &mut Vec<u8>) {
    out.resize(out.len().next_multiple_of(to_index(ALIGN)), 0);
}

/// Converts an offset, which the limits keep far below 32 bits.
fn to_index(offset: u64) -> usize {
    usize::try_from(offset).unwrap_or(usize::MAX)
}

fn check_limit(what: &'static str, got: u64, limit: u32) -> Result<(), AbiError> {
    let limit = u64::from(limit);
    if got <= limit { Ok(()) } else { Err(AbiError::TooLarge { what, got, limit }) }
}

const fn malformed(reason: &'static str) -> AbiError {
    AbiError::Malformed { what: "attachment envelope", reason }
}
