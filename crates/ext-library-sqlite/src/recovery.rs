//! The recovery of a library after a crash, and the check for damage.

use ext_services::library::{LibraryError, Result};

use crate::{library::SqliteLibrary, rows::BlobKind, session::DeadSession};

/// The damage and the leftovers that [`SqliteLibrary::check`] found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CheckReport {
    /// The number of files that no row names, now in `quarantine/`.
    pub quarantined: u64,
    /// The hashes of files that a row names but that are missing, or are no files: damage from outside.
    pub missing: Vec<String>,
}

impl SqliteLibrary {
    /// Checks for damage: checks the database, moves files that no row names to `quarantine/`, and lists
    /// missing files. Reads the whole database, and the names of all files.
    ///
    /// # Errors
    /// `Corrupt` when the database is damaged; `Busy`, `NoSpace`, `Io`.
    pub fn check(&self) -> Result<CheckReport> {
        self.store.check()?;
        let mut report = CheckReport::default();
        for prefix in 0..=u8::MAX {
            let prefix = format!("{prefix:02x}");
            self.sweep(BlobKind::Content, &prefix, &mut report)?;
            self.sweep(BlobKind::Sidecar, &prefix, &mut report)?;
        }
        Ok(report)
    }

    /// Recovers from processes that did not close the library. Their sessions are removed last, so that
    /// a crash in here is recovered, too. When the database is busy for too long, the time of the caller
    /// is up, or the disk is full, the next process that opens the library does it.
    pub(super) fn recover(&self, dead: Vec<DeadSession>) -> Result<()> {
        if dead.is_empty() {
            return Ok(());
        }
        let report = match self.check() {
            Err(
                LibraryError::Busy
                | LibraryError::InUse(_)
                | LibraryError::Deadline
                | LibraryError::NoSpace,
            ) => return Ok(()),
            report => report?,
        };
        tracing::info!(?report, "the library was not closed, it is recovered");
        for session in dead {
            session.remove()?;
        }
        Ok(())
    }

    /// Sweeps one of 256 parts of the files, so that other processes wait for a short time only.
    fn sweep(&self, kind: BlobKind, prefix: &str, report: &mut CheckReport) -> Result<()> {
        self.store.with_references(kind, prefix, &mut |in_use| {
            report.quarantined += self.blobs.quarantine(kind, prefix, in_use)?;
            for hash in in_use {
                match self.blobs.is_there(kind, hash).map_err(LibraryError::from) {
                    Ok(true) => {}
                    // What is there instead of a file is told when it is read.
                    Ok(false) | Err(LibraryError::Corrupt(_) | LibraryError::Link(_)) => {
                        report.missing.push(hash.clone());
                    }
                    Err(error) => return Err(error),
                }
            }
            Ok(())
        })
    }
}
