//! Libraries themselves. Only the user calls these, never an extension.

use uuid::Uuid;

use super::{NoInput, wire, wire_type};

wire! {
    /// Makes a library.
    Create = "action:libraries.create.input.v1", CreateLibraryInput => Library;
    /// All libraries, by name.
    List = "query:libraries.list.v1", NoInput => ListLibrariesOutput;
}

wire_type! {
    /// Input of [`Create`].
    pub struct CreateLibraryInput {
        /// What it is called; 1 to 100 characters.
        pub name: String,
    }

    /// A library.
    pub struct Library {
        /// Its id.
        pub id: Uuid,
        /// What it is called.
        pub name: String,
        /// Its folder on this machine.
        pub path: String,
        /// When it was made, RFC 3339, UTC.
        pub created_at: String,
    }

    /// Output of [`List`].
    pub struct ListLibrariesOutput {
        /// All libraries, by name.
        pub libraries: Vec<Library>,
    }
}
