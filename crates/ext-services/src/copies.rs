//! Copies of libraries in other folders.

use std::sync::{Arc, atomic::AtomicBool};

use ext_wire::{
    ErrorBody,
    ops::{
        copies::{BackUpInput, BackupReport, ExportInput, ExportReport, RestoreInput},
        libraries::LibraryInfo,
        work::WorkProgress,
    },
};

use crate::work::WorkRun;

/// The backups and exports of a host. Each method blocks until it is done.
#[expect(clippy::missing_errors_doc, reason = "said in the operations `copies.*`")]
pub trait LibraryCopies: Send + Sync {
    /// Writes a library into a new folder.
    fn back_up(&self, run: &WorkRun<'_>, input: BackUpInput) -> Result<BackupReport, ErrorBody>;

    /// Brings the library of a backup back.
    fn restore(
        &self,
        stop: Option<Arc<AtomicBool>>,
        progress: &dyn Fn(WorkProgress<'_>),
        input: RestoreInput,
    ) -> Result<LibraryInfo, ErrorBody>;

    /// Writes the entries of a library as files.
    fn export(&self, run: &WorkRun<'_>, input: ExportInput) -> Result<ExportReport, ErrorBody>;
}
