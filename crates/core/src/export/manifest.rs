//! The manifest of an export.

use std::path::{Path, PathBuf};

use ext_wire::ops::{
    copies::{CopiedContent, ExportReport, NotExported},
    libraries::LibraryInfo,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::exporter::Exporter;

/// A description of an export.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Manifest {
    /// The form of the folder: 1.
    format: u32,
    library_id: Uuid,
    library: String,
    /// The part of the library that was asked for, when it is not all.
    #[serde(skip_serializing_if = "Option::is_none")]
    under: Option<String>,
    exported_at: String,
    /// The job that wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) job: Option<Uuid>,
    entries: Vec<ExportedEntry>,
    failures: Vec<NotExported>,
}

/// An entry of an export; paths are below its folder.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct ExportedEntry {
    pub(super) id: Uuid,
    /// Its path in the library, which its file may not have on the disk.
    pub(super) path: String,
    /// Its content; left out for an entry without content, and where it could not be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) file: Option<ExportedFile>,
    /// The file that the content was copied from, because that in the library is damaged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) copied_from: Option<PathBuf>,
    /// The file with the entry itself.
    pub(super) about: PathBuf,
    pub(super) sidecars: Vec<ExportedFile>,
}

/// A file of an export.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct ExportedFile {
    pub(super) path: PathBuf,
    pub(super) size: u64,
    /// BLAKE3 of its bytes, in hex.
    pub(super) hash: String,
}

impl Manifest {
    pub(super) fn new(
        library: LibraryInfo,
        under: Option<String>,
        job: Option<Uuid>,
        done: Exporter<'_>,
    ) -> Self {
        let (entries, failures) = done.finish();
        Self {
            format: 1,
            library_id: library.id,
            library: library.name,
            under,
            exported_at: jiff::Timestamp::now().to_string(),
            job,
            entries,
            failures,
        }
    }

    /// Counts what was written; the manifest has the rest.
    pub(super) fn report(self, to: &Path) -> ExportReport {
        let files = self.entries.iter().filter(|entry| entry.file.is_some()).count();
        let sidecars: usize = self.entries.iter().map(|entry| entry.sidecars.len()).sum();
        ExportReport {
            folder: to.display().to_string(),
            entries: self.entries.len() as u64,
            files: files as u64,
            sidecars: sidecars as u64,
            copied: self.entries.into_iter().filter_map(ExportedEntry::copied).collect(),
            failures: self.failures,
        }
    }
}

impl ExportedEntry {
    fn copied(self) -> Option<CopiedContent> {
        let from = self.copied_from?.display().to_string();
        Some(CopiedContent { path: self.path, from })
    }
}
