//! The outcome of an import.

/// The effect of an import on the library.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportOutcome {
    /// The entry is new.
    Created,
    /// The entry had this content already.
    Unchanged,
    /// The entry has new content.
    Updated,
    /// The file got another name or folder since it was imported, and its entry followed it.
    Followed,
    /// The user deleted the entry, and it is still in the bin: nothing was imported.
    InBin,
}
