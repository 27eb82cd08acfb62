//! Checks that lists and searches of the fake host share.

use ext_abi::ErrorCode;
use ext_wire::ops::vdfs::{Entry, MAX_PAGE};
use serde_json::{Map, Value};

use crate::{Error, Result};

/// The limit of a page, in range.
pub(super) fn check_limit(limit: u32) -> Result<usize> {
    if (1..=MAX_PAGE).contains(&limit) {
        return Ok(limit as usize);
    }
    let message = format_args!("limit {limit} is not from 1 to {MAX_PAGE}");
    Err(Error::new(ErrorCode::BadInput, message))
}

/// Returns whether the entry is of this type, if one is asked for.
pub(super) fn has_type(entry: &Entry, entry_type: Option<&str>) -> bool {
    entry_type.is_none_or(|wanted| entry.entry_type == wanted)
}

/// Returns whether the entry's metadata has all these values.
pub(super) fn has_metadata(entry: &Entry, wanted: &Map<String, Value>) -> bool {
    wanted.iter().all(|(key, value)| entry.metadata.get(key) == Some(value))
}
