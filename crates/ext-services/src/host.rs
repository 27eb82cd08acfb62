//! Facts about the host itself.

/// Facts that a host tells of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostInfo {
    /// Its version.
    pub version: String,
    /// Number of methods that it serves.
    pub methods: usize,
}
