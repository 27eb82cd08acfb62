//! The host's operations: one module per family, one [`Wire`](crate::Wire) type per operation.

pub use ext_wire::ops::*;
