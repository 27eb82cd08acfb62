//! Files of a library that are not what was written: their check, and the entries that they belong to.

use std::ops::ControlFlow;

use ext_services::library::{LibraryError, Result};
use serde::Serialize;

use crate::{
    blobs::BlobState,
    library::SqliteLibrary,
    rows::BlobKind,
    sqlite::{entries, users},
};

/// The damage of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Damage {
    /// It is missing.
    Missing,
    /// Its bytes are not those that were written.
    Changed,
    /// The disk does not give its bytes, or something else is in its place.
    Unreadable,
}

/// A file of a library that is damaged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DamagedFile {
    /// The hash that it should have, which is its name.
    pub hash: String,
    /// The damage.
    pub damage: Damage,
    /// The paths of the entries that it belongs to, with the version or sidecar that it is.
    pub used_by: Vec<String>,
}

/// The result of [`SqliteLibrary::check_files`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct FilesReport {
    /// The number of files that were read.
    pub checked: u64,
    /// The number of all files.
    pub total: u64,
    /// The damaged ones among those that were read.
    pub damaged: Vec<DamagedFile>,
}

impl FilesReport {
    /// Returns whether the check was stopped before its end.
    #[must_use]
    pub const fn is_stopped(&self) -> bool {
        self.checked < self.total
    }
}

impl SqliteLibrary {
    /// Reads all files, and compares each with its hash. The function is told how many were read, and of
    /// how many, and may stop the check. Others may work meanwhile.
    ///
    /// # Errors
    /// `Corrupt` when the database is damaged; `Busy`, `Io`. A damaged file is in the report.
    pub fn check_files(
        &self,
        progress: &mut dyn FnMut(u64, u64) -> ControlFlow<()>,
    ) -> Result<FilesReport> {
        let all = self.store.read(entries::all_references)?;
        let mut report = FilesReport { total: all.len() as u64, ..FilesReport::default() };
        for (kind, hash) in all {
            if progress(report.checked, report.total).is_break() {
                break;
            }
            report.damaged.extend(self.damage_of(kind, hash)?);
            report.checked += 1;
        }
        Ok(report)
    }

    /// Names the entries that a file belongs to, with the version or sidecar that it is.
    ///
    /// # Errors
    /// `Busy`, `Corrupt`, `Io`.
    pub fn users_of(&self, hash: &str) -> Result<Vec<String>> {
        let kinds = [BlobKind::Content, BlobKind::Sidecar];
        let named: Result<Vec<_>> =
            kinds.into_iter().map(|kind| self.store.read(|db| users::of(db, kind, hash))).collect();
        Ok(named?.concat())
    }

    fn damage_of(&self, kind: BlobKind, hash: String) -> Result<Option<DamagedFile>> {
        let damage = match self.blobs.state(kind, &hash).map_err(LibraryError::from)? {
            BlobState::Sound => return Ok(None),
            BlobState::Missing => Damage::Missing,
            BlobState::Changed => Damage::Changed,
            BlobState::Unreadable => Damage::Unreadable,
        };
        let used_by = self.store.read(|db| users::of(db, kind, &hash))?;
        // Without any, it was removed meanwhile.
        Ok((!used_by.is_empty()).then_some(DamagedFile { hash, damage, used_by }))
    }
}
