//! The size limit of metadata.

use ext_services::library::LibraryError;
use ext_wire::ops::vdfs::MAX_METADATA_BYTES;
use serde_json::{Map, Value};

/// The metadata as JSON text, unless it is over the limit.
pub(super) fn to_json(metadata: &Map<String, Value>) -> Result<String, LibraryError> {
    let text = serde_json::to_string(metadata)
        .map_err(|error| LibraryError::Invalid(format!("the metadata is no JSON: {error}")))?;
    if text.len() > MAX_METADATA_BYTES {
        return Err(LibraryError::TooLarge {
            what: "metadata",
            got: text.len() as u64,
            limit: MAX_METADATA_BYTES as u64,
        });
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn object(value: Value) -> Map<String, Value> {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn the_limit_counts_bytes_of_json() {
        let of = |n: usize| object(json!({"k": "x".repeat(n)}));
        assert!(to_json(&of(MAX_METADATA_BYTES - 8)).is_ok());
        let error = to_json(&of(MAX_METADATA_BYTES - 7)).unwrap_err();
        assert_eq!(error.code(), ext_wire::ErrorCode::AbiTooLarge);
    }
}
