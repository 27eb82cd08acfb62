//! Operations on libraries themselves. Only the user calls these, never an extension.

use uuid::Uuid;

use super::{
    direction::{wire_input, wire_output},
    family::family,
    no_input::NoInput,
};

family! {
    "libraries", include_str!("libraries.md");

    /// Makes a library.
    ///
    /// Errors: `E_PATH`; `E_CONFLICT` when there is one of that name, in whatever case of letters;
    /// `E_NOSPACE`; `E_IO`.
    CoreAction(host_only) Create = "action:libraries.create.input.v1", CreateLibraryInput => LibraryInfo;
    /// Lists all libraries, by name, and those that cannot be read.
    ///
    /// Errors: `E_IO`.
    CoreQuery(host_only) List = "query:libraries.list.v1", NoInput => ListLibrariesOutput;
}

wire_input! {
    /// Input of [`Create`].
    pub struct CreateLibraryInput {
        /// Its name; 1 to 100 characters.
        pub name: String,
    }
}

wire_output! {
    /// A library.
    pub struct LibraryInfo {
        /// Its id.
        pub id: Uuid,
        /// Its name.
        pub name: String,
        /// Its folder on this machine.
        pub path: String,
        /// When it was made, RFC 3339, UTC.
        pub created_at: String,
    }

    /// Output of [`List`].
    pub struct ListLibrariesOutput {
        /// The libraries that can be read, by name.
        pub libraries: Vec<LibraryInfo>,
        /// The libraries that are there and cannot be read; left out when there is none.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub unreadable: Vec<UnreadableLibrary>,
    }

    /// A library that is there and cannot be read; its name is in what cannot be read.
    pub struct UnreadableLibrary {
        /// Its id.
        pub id: Uuid,
        /// Its folder on this machine.
        pub path: String,
        /// Code of the reason, for a program: `E_CORRUPT`, `E_SCHEMA`, `E_BUSY`.
        pub code: String,
        /// The reason, for a person.
        pub error: String,
    }
}
