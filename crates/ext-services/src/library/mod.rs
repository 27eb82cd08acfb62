//! Libraries: the contract between operations and the stores of entries.
//!
//! A store is a [`LibraryDirectory`] of [`Library`] handles. The abilities of a library are split
//! by role:
//!
//! | role | for |
//! |---|---|
//! | [`Entries`] | entries, their content and metadata |
//! | [`Sidecars`] | files beside entries |
//! | [`Bin`] | what the user deleted |
//! | [`Versions`] | the history of imported files |
//! | [`Search`] | search by words |
//! | [`Contents`] | the texts of contents, for search |
//! | [`Vectors`] | search by meaning |
//! | [`Events`] | the outbox: publishing, subscribing, delivery |
//! | [`Jobs`] | work that runs later |
//!
//! A store implements the roles whose operations its app registers, and hands them out by the
//! methods of [`Library`]. An operation that needs another role answers
//! [`ErrorCode::UnknownMethod`](ext_wire::ErrorCode::UnknownMethod). `ext-library-conformance`
//! checks the promises of the documentation here.
//!
//! The types are those of `ext_wire::ops`: a store answers an operation's input with its output.
//! Each method is one transaction, and a change that it acknowledged survives a crash. It fails
//! with a [`LibraryError`].
//!
//! ```
//! use ext_services::library::{Entries, Library, LibraryError};
//! use ext_wire::ops::libraries::LibraryInfo;
//!
//! /// A library without sidecars, search, events and jobs.
//! struct Notes<E> {
//!     info: LibraryInfo,
//!     entries: E,
//! }
//!
//! impl<E: Entries> Library for Notes<E> {
//!     fn info(&self) -> Result<LibraryInfo, LibraryError> {
//!         Ok(self.info.clone())
//!     }
//!
//!     fn entries(&self) -> Option<&dyn Entries> {
//!         Some(&self.entries)
//!     }
//! }
//! ```

mod bin;
mod contents;
mod entries;
mod error;
mod events;
mod jobs;
mod search;
mod sidecars;
mod vectors;
mod versions;

use std::sync::Arc;

use ext_wire::ops::libraries::{CheckLibraryOutput, LibraryInfo, ListLibrariesOutput};
use uuid::Uuid;

pub use bin::Bin;
pub use contents::{ContentText, Contents, UnreadContent};
pub use entries::{Entries, EntryChanges};
pub use error::LibraryError;
pub use events::{EventFailure, Events, HandlerError, MAX_ATTEMPTS, Subscribed, retry_pause};
pub use jobs::{ClaimedJob, CoreJobLimits, Dispatched, JobEnd, JobSignal, Jobs, NewJob};
pub use search::{Search, TextPart, Visibility};
pub use sidecars::Sidecars;
pub use vectors::{IndexedText, Vectors};
pub use versions::Versions;

/// Result of a library's methods.
pub type Result<T> = std::result::Result<T, LibraryError>;

/// One open library, by the roles that it has. The default is to have none.
///
/// `caller`, in the methods of the roles, is the extension on whose behalf the library works, `None`
/// for the user.
pub trait Library: Send + Sync {
    /// Returns the library's id, name and place.
    ///
    /// # Errors
    /// [`LibraryError`].
    fn info(&self) -> Result<LibraryInfo>;

    /// Returns the role of entries, their content and metadata.
    fn entries(&self) -> Option<&dyn Entries> {
        None
    }

    /// Returns the role of files beside entries. It needs [`Entries`], by whose paths permissions
    /// are checked.
    fn sidecars(&self) -> Option<&dyn Sidecars> {
        None
    }

    /// Returns the role of the bin. It needs [`Entries`].
    fn bin(&self) -> Option<&dyn Bin> {
        None
    }

    /// Returns the role of the history of imported files. It needs [`Entries`].
    fn versions(&self) -> Option<&dyn Versions> {
        None
    }

    /// Returns the role of search by words.
    fn search(&self) -> Option<&dyn Search> {
        None
    }

    /// Returns the role of the texts of contents. It needs [`Search`] and [`Entries`].
    fn contents(&self) -> Option<&dyn Contents> {
        None
    }

    /// Returns the role of search by meaning. It needs [`Search`].
    fn vectors(&self) -> Option<&dyn Vectors> {
        None
    }

    /// Returns the outbox.
    fn events(&self) -> Option<&dyn Events> {
        None
    }

    /// Returns the role of work that runs later.
    fn jobs(&self) -> Option<&dyn Jobs> {
        None
    }
}

/// Directory of the libraries of this host.
pub trait LibraryDirectory: Send + Sync {
    /// Finds a library by id.
    ///
    /// # Errors
    /// `NotFound` when there is none; [`LibraryError`].
    fn library(&self, id: Uuid) -> Result<Arc<dyn Library>>;

    /// Makes a library with a name, which is trimmed and checked.
    ///
    /// # Errors
    /// `Name`; `Conflict` when a library has this name by [`names::is_same_library`]; and
    /// [`LibraryError`].
    ///
    /// [`names::is_same_library`]: ext_wire::names::is_same_library
    fn create(&self, name: &str) -> Result<LibraryInfo>;

    /// Gives a library another name, which is trimmed and checked. A name that differs from the present
    /// one in the case of letters only is another one.
    ///
    /// # Errors
    /// `NotFound` when there is none; `Name`; `Conflict` when another library has this name; and
    /// [`LibraryError`].
    fn rename(&self, id: Uuid, name: &str) -> Result<LibraryInfo>;

    /// Checks a library for damage, as far as the store can.
    ///
    /// # Errors
    /// `NotFound` when there is none; `Corrupt`; and [`LibraryError`].
    fn check(&self, id: Uuid) -> Result<CheckLibraryOutput>;

    /// Deletes a library, so that [`restore`](Self::restore) can bring it back. One that cannot be read
    /// is deleted as well.
    ///
    /// # Errors
    /// `NotFound` when there is none; `Busy` while somebody uses it; `Unsupported` by default.
    fn delete(&self, _id: Uuid) -> Result<()> {
        Err(LibraryError::Unsupported("a bin of libraries"))
    }

    /// Lists the deleted libraries.
    ///
    /// # Errors
    /// `Unsupported` by default; [`LibraryError`].
    fn list_deleted(&self) -> Result<ListLibrariesOutput> {
        Err(LibraryError::Unsupported("a bin of libraries"))
    }

    /// Brings a deleted library back, with its id and all that is in it: of several with this id the one
    /// in the folder of this name, else the one that was deleted last.
    ///
    /// # Errors
    /// `NotFound` when no deleted one has this id; `Conflict` when another library has its id or its
    /// name; `Unsupported` by default.
    fn restore(&self, _id: Uuid, _folder: Option<&str>) -> Result<()> {
        Err(LibraryError::Unsupported("a bin of libraries"))
    }

    /// Removes a deleted library for good.
    ///
    /// # Errors
    /// `NotFound` when no deleted one has this id; `Unsupported` by default.
    fn purge(&self, _id: Uuid) -> Result<()> {
        Err(LibraryError::Unsupported("a bin of libraries"))
    }

    /// Lists all libraries, by name, and those that are there and cannot be read.
    ///
    /// # Errors
    /// [`LibraryError`].
    fn list(&self) -> Result<ListLibrariesOutput>;
}
