//! Bytes inside a JSON value.
//!
//! serde has no place for "beside the JSON", so the blobs of the body that is being written or read
//! on this thread stand in a thread-local that [`crate::body`] fills and empties around one call of
//! `serde_json`.

use std::{cell::RefCell, fmt};

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use ext_abi::attachment::BLOB_KEY;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser::SerializeMap};

/// Bytes in an input or output. Cheap to clone; a slice of a larger buffer is not copied.
///
/// In JSON it is `{"$blob": <index>}` inside an attachment envelope, else a base64 string (RFC 4648,
/// standard alphabet, padded).
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Blob(Bytes);

impl Blob {
    /// Returns the bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Returns the bytes, shared.
    #[must_use]
    pub fn into_bytes(self) -> Bytes {
        self.0
    }

    /// Returns how many bytes there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns whether there are no bytes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<Vec<u8>> for Blob {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes.into())
    }
}

impl From<Bytes> for Blob {
    fn from(bytes: Bytes) -> Self {
        Self(bytes)
    }
}

impl From<&str> for Blob {
    fn from(text: &str) -> Self {
        Self(Bytes::copy_from_slice(text.as_bytes()))
    }
}

impl AsRef<[u8]> for Blob {
    fn as_ref(&self) -> &[u8] {
        self.as_bytes()
    }
}

impl fmt::Debug for Blob {
    /// Shows the length only: blobs are large, and may be private.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Blob({} bytes)", self.len())
    }
}

thread_local! {
    static WRITING: RefCell<Option<Vec<Bytes>>> = const { RefCell::new(None) };
    static READING: RefCell<Option<Vec<Bytes>>> = const { RefCell::new(None) };
}

/// Runs `write` and returns the blobs that it met, in the order of their indices.
pub(crate) fn collecting<T>(write: impl FnOnce() -> T) -> (T, Vec<Bytes>) {
    let outer = WRITING.replace(Some(Vec::new()));
    let result = write();
    let blobs = WRITING.replace(outer).unwrap_or_default();
    (result, blobs)
}

/// Runs `read` with `blobs` behind the indices.
pub(crate) fn providing<T>(blobs: Vec<Bytes>, read: impl FnOnce() -> T) -> T {
    let outer = READING.replace(Some(blobs));
    let result = read();
    READING.set(outer);
    result
}

impl Serialize for Blob {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let index = WRITING.with_borrow_mut(|blobs| {
            blobs.as_mut().map(|blobs| {
                blobs.push(self.0.clone());
                blobs.len() - 1
            })
        });
        match index {
            Some(index) => {
                let mut map = to.serialize_map(Some(1))?;
                map.serialize_entry(BLOB_KEY, &index)?;
                map.end()
            }
            None => to.serialize_str(&STANDARD.encode(&self.0)),
        }
    }
}

impl<'de> Deserialize<'de> for Blob {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(BlobVisitor)
    }
}

struct BlobVisitor;

impl<'de> de::Visitor<'de> for BlobVisitor {
    type Value = Blob;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a base64 string or {{\"{BLOB_KEY}\": index}}")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Blob, E> {
        STANDARD
            .decode(text)
            .map(Blob::from)
            .map_err(|error| E::custom(format_args!("not valid base64: {error}")))
    }

    fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<Blob, A::Error> {
        use de::Error;
        let (key, index): (String, usize) =
            map.next_entry()?.ok_or_else(|| A::Error::missing_field(BLOB_KEY))?;
        if key != BLOB_KEY || map.next_key::<de::IgnoredAny>()?.is_some() {
            return Err(A::Error::custom(format_args!("a blob is {{\"{BLOB_KEY}\": index}}")));
        }
        READING
            .with_borrow(|blobs| blobs.as_ref().and_then(|blobs| blobs.get(index).cloned()))
            .map(Blob)
            .ok_or_else(|| A::Error::custom(format_args!("there is no blob {index}")))
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Blob {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Blob".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "bytes: base64 in plain JSON, {\"$blob\": index} in an attachment envelope",
            "oneOf": [
                { "type": "string", "contentEncoding": "base64" },
                {
                    "type": "object",
                    "properties": { BLOB_KEY: { "type": "integer", "minimum": 0 } },
                    "required": [BLOB_KEY],
                    "additionalProperties": false
                }
            ]
        })
    }
}
