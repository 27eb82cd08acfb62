//! The roles that a store may have, and the quota of the tests.

use ext_services::library::Library;

/// The bytes of sidecars that an extension may have in a library of a store that is tested.
pub const SIDECAR_QUOTA: u64 = 100;

/// A role of [`ext_services::library`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The role [`Entries`](ext_services::library::Entries).
    Entries,
    /// The role [`Sidecars`](ext_services::library::Sidecars).
    Sidecars,
    /// The role [`Bin`](ext_services::library::Bin).
    Bin,
    /// The role [`Versions`](ext_services::library::Versions).
    Versions,
    /// The role [`Search`](ext_services::library::Search).
    Search,
    /// The role [`Contents`](ext_services::library::Contents).
    Contents,
    /// The role [`Vectors`](ext_services::library::Vectors).
    Vectors,
    /// The role [`Events`](ext_services::library::Events).
    Events,
    /// The role [`Jobs`](ext_services::library::Jobs).
    Jobs,
}

impl Role {
    /// All roles.
    pub const ALL: [Self; 9] = [
        Self::Entries,
        Self::Sidecars,
        Self::Bin,
        Self::Versions,
        Self::Search,
        Self::Contents,
        Self::Vectors,
        Self::Events,
        Self::Jobs,
    ];

    pub(crate) fn is_of(self, library: &dyn Library) -> bool {
        match self {
            Self::Entries => library.entries().is_some(),
            Self::Sidecars => library.sidecars().is_some(),
            Self::Bin => library.bin().is_some(),
            Self::Versions => library.versions().is_some(),
            Self::Search => library.search().is_some(),
            Self::Contents => library.contents().is_some(),
            Self::Vectors => library.vectors().is_some(),
            Self::Events => library.events().is_some(),
            Self::Jobs => library.jobs().is_some(),
        }
    }
}
