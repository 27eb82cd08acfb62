//! The size limit of a manifest.

/// The longest manifest, in bytes.
pub const MAX_MANIFEST_BYTES: usize = 1 << 20;
