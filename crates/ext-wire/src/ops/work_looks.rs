//! Inputs and outputs of the operations `work.*` that look at a library and change nothing in it.

use super::direction::{wire_input, wire_output};
#[cfg(doc)]
use super::work::{CheckLibrary, CountWaiting, ListUnreadable};

wire_input! {
    /// Input of [`CheckLibrary`].
    pub struct CheckLibraryInput {
        /// True to look only whether the files are there, and to read none.
        #[serde(default)]
        pub names_only: bool,
    }

    /// Input of [`ListUnreadable`].
    pub struct ListUnreadableInput {
        /// Most contents, up to [`ListUnreadableInput::MAX_LIMIT`] [default: 100].
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub limit: Option<u32>,
    }
}

impl ListUnreadableInput {
    /// Contents that are listed where the caller does not say.
    pub const DEFAULT_LIMIT: u32 = 100;
    /// Most contents of one answer.
    pub const MAX_LIMIT: u32 = 100_000;
}

wire_output! {
    /// Output of [`CountWaiting`].
    pub struct CountWaitingOutput {
        /// Events that wait.
        pub events: u64,
    }

    /// Output of [`ListUnreadable`].
    pub struct ListUnreadableOutput {
        /// The contents, by path.
        pub contents: Vec<UnreadableContent>,
        /// All of them, those over the limit among them.
        pub total: u64,
    }

    /// A content that could not be read for search.
    pub struct UnreadableContent {
        /// The path of the entry.
        pub path: String,
        /// The media type of the entry.
        #[serde(default)]
        pub media_type: Option<String>,
        /// The reason.
        pub reason: String,
        /// The stable code of the reason, where it has one.
        #[serde(default)]
        pub code: Option<String>,
        /// True when a part of it is searched.
        pub is_searched: bool,
    }

    /// Output of [`CheckLibrary`].
    #[derive(Default)]
    pub struct LibraryCheck {
        /// Files that were read.
        pub checked: u64,
        /// All files that were to be read: none where the input says so.
        #[serde(default)]
        pub total: u64,
        /// True when it was stopped before its end.
        #[serde(default)]
        pub stopped: bool,
        /// Files that are missing, changed or unreadable.
        pub damaged: u64,
        /// The damaged files, at most [`LibraryCheck::MAX_FILES`]; of a job
        /// [`LibraryCheck::MAX_FILES_OF_JOB`].
        pub files: Vec<DamagedFile>,
        /// Files that belonged to nothing, and lie in `quarantine` now.
        pub quarantined: u64,
    }

    /// A file of a library that is damaged.
    pub struct DamagedFile {
        /// Hash that it should have, which is its name.
        pub hash: String,
        /// The damage: `missing`, `changed` or `unreadable`.
        pub damage: String,
        /// Paths of the entries that it belongs to, with the version or sidecar that it is; at most
        /// [`LibraryCheck::MAX_USERS`], of a job [`LibraryCheck::MAX_USERS_OF_JOB`].
        pub used_by: Vec<String>,
        /// Entries that it belongs to beside those.
        #[serde(default, skip_serializing_if = "is_zero")]
        pub used_by_more: u64,
    }
}

impl LibraryCheck {
    /// Most damaged files that are named.
    pub const MAX_FILES: usize = 100_000;
    /// Most damaged files that the result of a job names.
    pub const MAX_FILES_OF_JOB: usize = 50;
    /// Most entries that are named of each of them.
    pub const MAX_USERS: usize = 100;
    /// Most entries that the result of a job names of each of them.
    pub const MAX_USERS_OF_JOB: usize = 3;
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's form")]
const fn is_zero(count: &u64) -> bool {
    *count == 0
}
