//! The host itself.

/// What a host says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostInfo {
    /// Its version.
    pub version: String,
    /// How many methods it serves.
    pub methods: usize,
}
