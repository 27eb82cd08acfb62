//! Operations on installed extensions. Only the user calls these, never an extension.

use super::{direction::wire_output, family::family, no_input::NoInput};

family! {
    "extensions", include_str!("extensions.md");

    /// Lists the installed extensions, by id.
    CoreQuery(host_only) List = "query:extensions.list.v1", NoInput => ListExtensionsOutput;
}

wire_output! {
    /// An installed extension.
    pub struct ExtensionInfo {
        /// Its id.
        pub id: String,
        /// Its name.
        pub name: String,
        /// Its version.
        pub version: String,
        /// Its description.
        pub description: String,
        /// BLAKE3 of its wasm, in hex.
        pub wasm_hash: String,
        /// The methods that it was granted.
        pub methods: Vec<String>,
        /// The libraries it may use: ids, or `*` for all.
        pub libraries: Vec<String>,
        /// The events that it receives.
        pub events: Vec<String>,
        /// The operations it offers.
        pub operations: Vec<String>,
    }

    /// Output of [`List`].
    pub struct ListExtensionsOutput {
        /// The extensions, by id.
        pub extensions: Vec<ExtensionInfo>,
    }
}
