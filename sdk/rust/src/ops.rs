//! The host's operations: one module per family, one [`Wire`](crate::Wire) type per operation.

pub use ext_wire::ops::*;

/// Entries of a library, their content, metadata and sidecars.
pub mod vdfs {
    pub use ext_wire::ops::vdfs::{NewEntry as CreateEntryInput, *};
}
