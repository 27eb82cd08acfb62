//! Opening of whatever container.

use crate::{Budget, Item, Kind, UnpackError, archive, cms, encoded, gzip, mbox, tape, tnef};

/// Takes a container apart. An item that cannot be taken out comes with the reason.
///
/// # Errors
/// [`UnpackError`]: the container is damaged, encrypted, over a limit, or of a kind that is not
/// opened.
pub fn open(kind: Kind, bytes: &[u8], budget: &mut Budget) -> Result<Vec<Item>, UnpackError> {
    match kind {
        Kind::Zip => archive::open(bytes, budget),
        Kind::Tar => tape::open(bytes, budget),
        Kind::Gzip => gzip::open(bytes, budget),
        Kind::Mbox => mbox::open(bytes, budget),
        Kind::Tnef => tnef::open(bytes, budget),
        Kind::Cms => cms::open(bytes, budget),
        Kind::Base64 => encoded::base64(bytes, budget),
        Kind::Uuencoded => encoded::uuencoded(bytes, budget),
        Kind::OtherContainer => Err(UnpackError::Unsupported {
            container: "container",
            reason: "its format is not supported".to_owned(),
        }),
        Kind::Encrypted => Err(UnpackError::Encrypted { container: "message" }),
        _ => Err(UnpackError::malformed("file", "it is not a container")),
    }
}
