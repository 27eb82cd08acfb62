//! The host itself.

use super::{NoInput, wire, wire_type};

wire! {
    /// Which host this is.
    Status = "query:core.status.v1", NoInput => StatusOutput;
}

wire_type! {
    /// Output of [`Status`].
    pub struct StatusOutput {
        /// Version of the host.
        pub version: String,
        /// The ABI that it speaks.
        pub abi_version: u32,
        /// Methods that it serves.
        pub methods: u32,
    }
}
