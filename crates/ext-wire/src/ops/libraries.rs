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
    /// Gives a library another name.
    ///
    /// Errors: `E_NOT_FOUND`; `E_PATH`; `E_CONFLICT` when another one has that name, in whatever case
    /// of letters.
    CoreAction(host_only) Rename = "action:libraries.rename.input.v1", RenameLibraryInput => LibraryInfo;
    /// Checks a library for damage, and moves files that belong to nothing to its folder `quarantine`.
    ///
    /// The whole database is read, and the name of each file; the files themselves are not.
    ///
    /// Errors: `E_NOT_FOUND`; `E_CORRUPT` for a database that is damaged; `E_SCHEMA`; `E_BUSY`; `E_IO`.
    CoreAction(host_only) Check = "action:libraries.check.input.v1", LibraryRef => CheckLibraryOutput;
    /// Deletes a library; it can be brought back.
    ///
    /// Errors: `E_NOT_FOUND`; `E_BUSY` while another program uses it.
    CoreAction(host_only) Delete = "action:libraries.delete.input.v1", LibraryRef => ChangedLibrary;
    /// Lists the deleted libraries.
    ///
    /// Errors: `E_IO`.
    CoreQuery(host_only) ListDeleted = "query:libraries.list_deleted.v1", NoInput => ListLibrariesOutput;
    /// Brings a deleted library back.
    ///
    /// Errors: `E_NOT_FOUND`; `E_CONFLICT` when another one has its id or its name.
    CoreAction(host_only) Restore = "action:libraries.restore.input.v1", RestoreLibraryInput => ChangedLibrary;
    /// Removes a deleted library for good.
    ///
    /// Errors: `E_NOT_FOUND`.
    CoreAction(host_only) Purge = "action:libraries.purge.input.v1", LibraryRef => ChangedLibrary;
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

wire_input! {
    /// Input of [`Rename`].
    pub struct RenameLibraryInput {
        /// The library.
        pub library_id: Uuid,
        /// Its new name; 1 to 100 characters.
        pub name: String,
    }

    /// Input of [`Restore`].
    pub struct RestoreLibraryInput {
        /// The library.
        pub library_id: Uuid,
        /// The name of its folder, of several that were deleted with this id; without it the one that was
        /// deleted last.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub folder: Option<String>,
    }

    /// A library, of which an operation is about nothing else.
    pub struct LibraryRef {
        /// The library.
        pub library_id: Uuid,
    }
}

wire_output! {
    /// A library that was deleted, brought back or removed.
    pub struct ChangedLibrary {
        /// Its id.
        pub library_id: Uuid,
    }

    /// Output of [`Check`].
    pub struct CheckLibraryOutput {
        /// Hashes of contents and sidecars that the library names and that are missing.
        pub missing: Vec<String>,
        /// Number of files that belonged to nothing and lie in `quarantine` now.
        pub quarantined: u64,
    }

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
        /// True if it can be read here but not written; left out otherwise.
        #[serde(default, skip_serializing_if = "is_false")]
        pub read_only: bool,
    }

    /// Output of [`List`].
    pub struct ListLibrariesOutput {
        /// The libraries that can be read, by name.
        pub libraries: Vec<LibraryInfo>,
        /// The libraries that are there and cannot be read; left out when there is none.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub unreadable: Vec<UnreadableLibrary>,
    }

    /// A library that is there and cannot be read.
    pub struct UnreadableLibrary {
        /// Its id.
        pub id: Uuid,
        /// Its last known name; left out when none is known, as of one that only older programs opened.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub name: Option<String>,
        /// Its folder on this machine.
        pub path: String,
        /// Code of the reason, for a program: `E_CORRUPT`, `E_SCHEMA`, `E_BUSY`.
        pub code: String,
        /// The reason, for a person.
        pub error: String,
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's form")]
const fn is_false(value: &bool) -> bool {
    !*value
}
