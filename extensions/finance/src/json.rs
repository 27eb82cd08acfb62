//! JSON objects that are several structs side by side.
//!
//! `#[serde(flatten)]` reads by way of values that hold numbers as doubles; here each struct reads the
//! text itself, so that amounts keep their digits.

use serde::de::{Deserialize, DeserializeOwned, Deserializer, Error};
use serde_json::value::RawValue;

/// Reads two structs out of one object.
///
/// # Errors
/// What one of them lacks.
pub(crate) fn both<'de, A, B, D>(deserializer: D) -> Result<(A, B), D::Error>
where
    A: DeserializeOwned,
    B: DeserializeOwned,
    D: Deserializer<'de>,
{
    let raw = Box::<RawValue>::deserialize(deserializer)?;
    let one = serde_json::from_str(raw.get()).map_err(D::Error::custom)?;
    let other = serde_json::from_str(raw.get()).map_err(D::Error::custom)?;
    Ok((one, other))
}
