//! Cryptographic messages (CMS, RFC 5652), as S/MIME and signed e-invoices use them.
//!
//! The content of a signed one is taken out; the signature is not checked, because nothing here
//! depends on who signed.

use bcder::decode::{Constructed, DecodeError, Source};
use bcder::{Mode, OctetString, Oid, Tag};

use crate::{Budget, Item, UnpackError};

const CONTAINER: &str = "S/MIME message";
/// The prefix of the types of RFC 5652, 1.2.840.113549.1.7, and of those of RFC 5083 and RFC 3274,
/// 1.2.840.113549.1.9.16.1.
const TYPES: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07];
const SMIME_TYPES: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x01];

/// Kind of a cryptographic message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Message {
    Signed,
    Encrypted,
    Compressed,
}

/// Returns the kind of a cryptographic message, by the object identifier at its beginning.
pub(crate) fn message(bytes: &[u8]) -> Option<Message> {
    if bytes.first() != Some(&0x30) {
        return None;
    }
    // Tag and length before the identifier take two to six bytes.
    (2..=6).find_map(|at| {
        let [0x06, len, oid @ ..] = bytes.get(at..)? else { return None };
        kind(oid.get(..usize::from(*len))?)
    })
}

fn kind(oid: &[u8]) -> Option<Message> {
    match (oid.strip_prefix(TYPES), oid.strip_prefix(SMIME_TYPES)) {
        (Some([2]), _) => Some(Message::Signed),
        (Some([3 | 4 | 6]), _) | (_, Some([23])) => Some(Message::Encrypted),
        (_, Some([9])) => Some(Message::Compressed),
        _ => None,
    }
}

/// Takes out the content of a signed message; none stands in a detached signature.
pub(crate) fn open(bytes: &[u8], budget: &mut Budget) -> Result<Vec<Item>, UnpackError> {
    match message(bytes) {
        Some(Message::Signed) => signed(bytes, budget),
        Some(Message::Encrypted) => Err(UnpackError::Encrypted { container: CONTAINER }),
        Some(Message::Compressed) => Err(UnpackError::Unsupported {
            container: CONTAINER,
            reason: "it is compressed".to_owned(),
        }),
        None => Err(UnpackError::malformed(CONTAINER, "its type is not known")),
    }
}

fn signed(bytes: &[u8], budget: &mut Budget) -> Result<Vec<Item>, UnpackError> {
    let mut found = None;
    // What follows the content may be damaged.
    let read = Mode::Ber.decode(bytes, |source| content(source, &mut found));
    match (found, read) {
        (Some(Some(content)), _) => {
            budget.take_file()?;
            budget.take_bytes(content.len())?;
            Ok(vec![Item::content(content.into_bytes().to_vec())])
        }
        (Some(None), _) => Ok(Vec::new()),
        (None, Err(error)) => Err(UnpackError::malformed(CONTAINER, error)),
        (None, Ok(())) => Err(UnpackError::malformed(CONTAINER, "it ends before its content")),
    }
}

/// Reads `SignedData` up to its content, which `found` has then, if there is any.
fn content<S: Source>(
    source: &mut Constructed<'_, S>,
    found: &mut Option<Option<OctetString>>,
) -> Result<(), DecodeError<S::Error>> {
    source.take_sequence(|info| {
        Oid::skip_in(info)?;
        info.take_constructed_if(Tag::CTX_0, |explicit| {
            explicit.take_sequence(|signed| {
                // Its version, and the algorithms of digests.
                signed.skip_one()?;
                signed.skip_one()?;
                signed.take_sequence(|encapsulated| {
                    Oid::skip_in(encapsulated)?;
                    let content =
                        encapsulated.take_opt_constructed_if(Tag::CTX_0, OctetString::take_from)?;
                    *found = Some(content);
                    Ok(())
                })
            })
        })
    })
}
