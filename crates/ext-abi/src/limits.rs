//! Limits of the ABI. A host may set lower ones for an extension, never higher ones.

/// Longest method string, in bytes. The grammar allows some 200; the rest is slack.
pub const MAX_METHOD_BYTES: u32 = 256;

/// Default limit of a JSON payload or reply, in bytes: more is a blob in disguise.
pub const DEFAULT_MAX_JSON_BYTES: u32 = 1 << 20;

/// The most that a manifest may raise [`DEFAULT_MAX_JSON_BYTES`] to, in bytes.
pub const MAX_JSON_BYTES: u32 = 16 << 20;

/// All blobs of one attachment envelope together, in bytes: the host holds one copy per call.
pub const MAX_ATTACHMENT_BYTES: u32 = 64 << 20;

/// Blobs in one attachment envelope: bounds the table that is read before any blob.
pub const MAX_BLOBS: u32 = 1024;

/// Longest log message, in bytes; longer ones are cut at a character boundary.
pub const MAX_LOG_BYTES: u32 = 4096;

/// Largest wasm file of an extension, in bytes.
pub const MAX_MODULE_BYTES: u32 = 16 << 20;
/// Largest wasm file of a program with a `main` of its own, in bytes: interpreters carry their library.
pub const MAX_PROGRAM_BYTES: u32 = 64 << 20;

/// Bytes that a host counts for one element of a table: a pointer, and as much again for the room in
/// which a table grows.
pub const TABLE_ELEMENT_BYTES: u64 = 16;

/// Largest whole payload or reply body (JSON, blobs and their padding), in bytes.
pub const MAX_BODY_BYTES: u32 = MAX_ATTACHMENT_BYTES + MAX_JSON_BYTES + 16 * MAX_BLOBS;
