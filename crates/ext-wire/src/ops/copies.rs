//! Operations that copy libraries to other folders, and back. Only the user calls these, never an
//! extension.

use uuid::Uuid;

use super::{
    direction::{wire_input, wire_output},
    family::family,
    libraries::LibraryInfo,
    work::DamagedFile,
};

family! {
    "copies", include_str!("copies.md");

    /// Writes a library into a new folder, as it is at one moment.
    ///
    /// With `keep`, the folder holds a series of backups, of which so many are kept. As a job, it begins
    /// anew after a kill, and leaves one backup.
    ///
    /// Errors: `E_BAD_INPUT` for a `keep` of 0 or of more than 1000; `E_PATH` when the folder is not an absolute path; `E_CONFLICT` when there is something
    /// at it; `E_NOSPACE`; `E_STOPPED`; `E_CORRUPT`; `E_IO`. Files that are damaged are in the report.
    LibraryAction(host_only) BackUp = "action:copies.back_up.input.v1", BackUpInput => BackupReport;
    /// Brings the library of a backup back, after checking every file.
    ///
    /// It gets its id and its name again, and nothing is ever overwritten.
    ///
    /// Errors: as [`BackUp`]; `E_BAD_INPUT` when the folder is not a backup; `E_CONFLICT` when there is
    /// a library with this id or this name.
    CoreAction(host_only) Restore = "action:copies.restore.input.v1", RestoreInput => LibraryInfo;
    /// Writes the entries of a library as files, with what is known about them.
    ///
    /// Errors: as [`BackUp`]; `E_NOT_FOUND` when there is no entry at or below `under`. What cannot be
    /// read of single entries is in the report.
    LibraryAction(host_only) Export = "action:copies.export.input.v1", ExportInput => ExportReport;
}

/// Most backups that are kept of a library in a folder.
pub const MAX_KEPT_BACKUPS: u32 = 1000;

impl BackupReport {
    /// Most damaged files that the output of a job names; the folder's `backup.json` has all.
    pub const MAX_NAMED: usize = 100;
}

impl ExportReport {
    /// Most copies and failures that the output of a job names; the folder's `export.json` has all.
    pub const MAX_NAMED: usize = 100;
}

wire_input! {
    /// Input of [`BackUp`].
    pub struct BackUpInput {
        /// The folder, which is not there yet: an absolute path, or a `file:` URL for one that is not
        /// UTF-8.
        pub to: String,
        /// Backups of the library to keep, 1 to 1000. With it, the folder may be there: each backup
        /// gets a folder of its own in it, named after its time, and after one without damage the
        /// oldest are removed. Others than those made with it are left alone.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub keep: Option<u32>,
    }

    /// Input of [`Restore`].
    pub struct RestoreInput {
        /// The folder of the backup, as in [`BackUpInput`].
        pub from: String,
    }

    /// Input of [`Export`].
    pub struct ExportInput {
        /// The folder, which is empty or not there yet, as in [`BackUpInput`].
        pub to: String,
        /// Only entries whose path starts with these segments.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub under: Option<String>,
    }
}

wire_output! {
    /// Output of [`BackUp`].
    pub struct BackupReport {
        /// Its folder.
        pub folder: String,
        /// Older backups that were removed.
        pub removed: u64,
        /// The form of the folder: 1.
        pub format: u32,
        /// Id of the library.
        pub library_id: Uuid,
        /// Its name.
        pub name: String,
        /// The time of the backup, RFC 3339, UTC.
        pub made_at: String,
        /// BLAKE3 of the database, in hex.
        pub database_hash: String,
        /// Files that were copied.
        pub files: u64,
        /// Hashes of files that are missing in the library.
        pub missing: Vec<String>,
        /// Hashes of files that are not what was written, and so not in the backup.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub damaged: Vec<String>,
        /// The files of both lists, with what they belong to.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub lost: Vec<DamagedFile>,
    }

    /// Output of [`Export`].
    pub struct ExportReport {
        /// The folder.
        pub folder: String,
        /// Entries that were written.
        pub entries: u64,
        /// Contents that were written.
        pub files: u64,
        /// Sidecars that were written.
        pub sidecars: u64,
        /// Contents that are damaged in the library, and were copied from the files they came from.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub copied: Vec<CopiedContent>,
        /// Contents and sidecars that could not be read.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub failures: Vec<NotExported>,
    }

    /// A content that was copied from the file that it came from.
    pub struct CopiedContent {
        /// Path of the entry.
        pub path: String,
        /// The file.
        pub from: String,
    }

    /// A content or sidecar that could not be exported.
    pub struct NotExported {
        /// Path of the entry.
        pub path: String,
        /// Name of the sidecar; left out for the content.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub sidecar: Option<String>,
        /// Name of the error code.
        pub code: String,
        /// The reason.
        pub reason: String,
    }
}
