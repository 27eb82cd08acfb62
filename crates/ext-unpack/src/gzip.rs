//! Files packed with gzip.

use flate2::bufread::GzDecoder;

use crate::inflate::inflate;
use crate::{Budget, Item, Role, UnpackError};

/// Takes the file out; its name is that in the header, if there is one.
pub(crate) fn open(bytes: &[u8], budget: &mut Budget) -> Result<Vec<Item>, UnpackError> {
    budget.take_file()?;
    let mut decoder = GzDecoder::new(bytes);
    let inflated = inflate(&mut decoder, bytes.len() as u64, "gzip file", budget)?;
    let name = decoder.header().and_then(|header| header.filename());
    let name = name.map(|name| String::from_utf8_lossy(name).into_owned());
    Ok(vec![Item { name, role: Role::Content, bytes: Ok(inflated) }])
}
