//! Installed extensions. Only the user calls these, never an extension.

use super::{NoInput, family, wire_output};

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
        /// What it is called.
        pub name: String,
        /// Its version.
        pub version: String,
        /// What it does.
        pub description: String,
        /// BLAKE3 of its wasm, in hex.
        pub wasm_hash: String,
        /// What it may do: the methods it was granted.
        pub methods: Vec<String>,
        /// The libraries it may use: ids, or `*` for all.
        pub libraries: Vec<String>,
        /// The events it listens to.
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
