//! Operations on locations: the folders that a library follows.

use uuid::Uuid;

use super::{
    direction::{wire_input, wire_output},
    family::family,
    no_input::NoInput,
};

family! {
    "locations", include_str!("locations.md");

    /// Adds a folder that a library follows.
    ///
    /// Its files become entries as soon as a daemon runs, and those that come later when they are
    /// complete. The entries of files that are deleted later go to the bin, unless `keep_deleted`.
    ///
    /// Errors: `E_NOT_FOUND` when there is no such library; `E_PATH` when the folder is none, or the
    /// place is no path of an entry; `E_BAD_INPUT` for a pattern that cannot be read; `E_CONFLICT` when the library follows it, or a folder above it,
    /// already.
    CoreAction(host_only) Add = "action:locations.add.input.v1", AddLocationInput => Location;
    /// Lists the locations of all libraries, in the order in which they were added.
    ///
    /// Errors: `E_CORRUPT`; `E_IO`.
    CoreQuery(host_only) List = "query:locations.list.v1", NoInput => ListLocationsOutput;
    /// Pauses a location, or follows it again.
    ///
    /// Errors: `E_NOT_FOUND`.
    CoreAction(host_only) SetPaused = "action:locations.set_paused.input.v1", SetPausedInput => Location;
    /// Asks the daemon to look at the whole folder again.
    ///
    /// When so many files are gone at once that it does not take them as deleted, it can be told to.
    ///
    /// Errors: `E_NOT_FOUND`.
    CoreAction(host_only) Rescan = "action:locations.rescan.input.v1", RescanInput => Location;
    /// Stops following a folder. The entries of its files stay.
    ///
    /// Errors: `E_NOT_FOUND`.
    CoreAction(host_only) Remove = "action:locations.remove.input.v1", LocationRef => Location;
}

/// Most patterns of a location.
pub const MAX_IGNORE: usize = 100;
/// Most bytes of a pattern.
pub const MAX_IGNORE_BYTES: usize = 1024;

wire_input! {
    /// Input of [`Add`].
    pub struct AddLocationInput {
        /// The library.
        pub library_id: Uuid,
        /// The folder: an absolute path on this machine.
        pub folder: String,
        /// The place of its entries in the library [default: as an import chooses it].
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub into: Option<String>,
        /// Files and folders that are left out, as patterns of a `.gitignore`; at most 100 of 1,024
        /// bytes.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub ignore: Vec<String>,
        /// True to let entries stay whose files are deleted.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        pub keep_deleted: bool,
    }

    /// Input of [`Rescan`].
    pub struct RescanInput {
        /// The location.
        pub location_id: Uuid,
        /// True to take files that are gone as deleted, however many there are.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        pub accept_deletions: bool,
        /// True to read all files, also those that are as they were by their size, times and inode.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        pub contents: bool,
    }

    /// Input of [`SetPaused`].
    pub struct SetPausedInput {
        /// The location.
        pub location_id: Uuid,
        /// True to pause it, false to follow it again.
        pub paused: bool,
    }

    /// A location, of which an operation is about nothing else.
    pub struct LocationRef {
        /// The location.
        pub location_id: Uuid,
    }
}

wire_output! {
    /// A folder that a library follows.
    pub struct Location {
        /// Its id.
        pub id: Uuid,
        /// The library that follows it.
        pub library_id: Uuid,
        /// The folder: an absolute path on this machine.
        pub folder: String,
        /// The place of its entries, when it was chosen.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub into: Option<String>,
        /// Files and folders that are left out, as patterns of a `.gitignore`.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub ignore: Vec<String>,
        /// True when entries stay whose files are deleted.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        pub keep_deleted: bool,
        /// True while it is not followed.
        pub paused: bool,
        /// Number of times that a look at the whole folder was asked for.
        pub rescans: u64,
        /// True when the next look takes files that are gone as deleted, however many there are.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        pub accept_deletions: bool,
        /// Time at which it was added, RFC 3339, UTC.
        pub added_at: String,
        /// Time of the last look at the whole folder, RFC 3339, UTC.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub looked_at: Option<String>,
    }

    /// Output of [`List`].
    pub struct ListLocationsOutput {
        /// The locations, in the order in which they were added.
        pub locations: Vec<Location>,
    }
}
