//! The manifest of an export, and what people are told of it.

use std::path::{Path, PathBuf};

use ext_wire::ops::libraries::LibraryInfo;
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::exporter::Exporter;
use crate::output;

/// A description of an export.
#[derive(Debug, Serialize)]
pub(super) struct Export {
    /// The form of the folder: 1.
    format: u32,
    library_id: Uuid,
    library: String,
    /// The part of the library that was asked for, when it is not all.
    #[serde(skip_serializing_if = "Option::is_none")]
    under: Option<String>,
    exported_at: String,
    entries: Vec<ExportedEntry>,
    pub(super) failures: Vec<NotExported>,
}

/// An entry of an export; paths are below its folder.
#[derive(Debug, Serialize)]
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
#[derive(Debug, Serialize)]
pub(super) struct ExportedFile {
    pub(super) path: PathBuf,
    pub(super) size: u64,
    /// BLAKE3 of its bytes, in hex.
    pub(super) hash: String,
}

/// A content or sidecar that could not be exported.
#[derive(Debug, Serialize)]
pub(super) struct NotExported {
    /// The path of the entry.
    pub(super) path: String,
    /// The sidecar; left out for the content.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) sidecar: Option<String>,
    pub(super) code: &'static str,
    pub(super) reason: String,
}

impl Export {
    pub(super) fn new(library: LibraryInfo, under: Option<String>, done: Exporter<'_>) -> Self {
        let (entries, failures) = done.finish();
        Self {
            format: 1,
            library_id: library.id,
            library: library.name,
            under,
            exported_at: jiff::Timestamp::now().to_string(),
            entries,
            failures,
        }
    }

    /// Counts what was written, for programs; the manifest has the rest.
    pub(super) fn summary(&self, to: &Path) -> Value {
        json!({
            "folder": to,
            "entries": self.entries.len(),
            "files": self.files(),
            "sidecars": self.sidecars(),
            "copied_from": self.copied().map(|(_, from)| from).collect::<Vec<_>>(),
            "failures": self.failures,
        })
    }

    pub(super) fn describe(&self, to: &Path) -> String {
        let (entries, files) = (self.entries.len(), self.files());
        let counts = format!("{entries} entries, {files} files, {} sidecars", self.sidecars());
        let mut lines = vec![format!("{}: {counts}", to.display())];
        let copied = |(entry, from): (&ExportedEntry, &PathBuf)| {
            let path = &entry.path;
            format!("  {path}: damaged in the library, copied from {}", from.display())
        };
        lines.extend(self.copied().map(copied));
        if !self.failures.is_empty() {
            lines.push(format!("{} could not be exported:", self.failures.len()));
        }
        lines.extend(self.failures.iter().map(NotExported::describe));
        output::lines(lines)
    }

    fn files(&self) -> usize {
        self.entries.iter().filter(|entry| entry.file.is_some()).count()
    }

    fn sidecars(&self) -> usize {
        self.entries.iter().map(|entry| entry.sidecars.len()).sum()
    }

    fn copied(&self) -> impl Iterator<Item = (&ExportedEntry, &PathBuf)> {
        self.entries.iter().filter_map(|entry| Some((entry, entry.copied_from.as_ref()?)))
    }
}

impl NotExported {
    fn describe(&self) -> String {
        let Self { path, sidecar, code, reason } = self;
        match sidecar {
            Some(sidecar) => format!("  {path}, sidecar {sidecar}: {reason} [{code}]"),
            None => format!("  {path}: {reason} [{code}]"),
        }
    }
}
