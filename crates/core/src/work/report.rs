//! Results of work on a library, as they are gathered.

use std::{
    path::Path,
    time::{Duration, Instant},
};

pub use ext_wire::ops::work::{
    FailedEvent, Failure, Followed, IndexReport, JobReport, PartsReport, PlacedFolder, Skipped,
    Undecided, UnindexedContent, UnusedParts, WorkProgress, WorkReport,
};
use ext_wire::{
    ErrorBody, ErrorCode,
    ops::vdfs::Entry,
    parts::{Part, PartsRecord},
};

use crate::error::CoreError;

/// Lets `work` fill in a report, and measures its time.
pub(crate) fn timed(
    work: impl FnOnce(&mut WorkReport) -> Result<(), CoreError>,
) -> Result<WorkReport, CoreError> {
    let started = Instant::now();
    let mut report = WorkReport::default();
    work(&mut report)?;
    report.duration_ms = millis(started.elapsed());
    Ok(report)
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// Writes a path as text, with the bytes that are not UTF-8 as `\xe9`, so that two paths are never one
/// text.
pub(crate) fn path_text(path: &Path) -> String {
    let bytes = path.as_os_str().as_encoded_bytes();
    let chunks = bytes.utf8_chunks();
    chunks.map(|chunk| format!("{}{}", chunk.valid(), chunk.invalid().escape_ascii())).collect()
}

/// Counts the record of an entry in.
pub(crate) fn count_parts(report: &mut PartsReport, entry: &Entry, record: &PartsRecord) {
    let unread = record.count(Part::is_unread) + record.more;
    let unused = record.count(Part::is_unused);
    *report.outcomes.entry(record.outcome.clone()).or_default() += 1;
    report.unread += unread;
    report.unused += unused;
    if unread + unused > 0 {
        let path = entry.path.clone();
        report.entries.push(UnusedParts { entry_id: entry.id, path, unused, unread });
        report.entries.sort_by_key(|entry| entry.unread == 0);
        report.entries.truncate(PartsReport::MAX_ENTRIES);
    }
}

/// Describes a file that the work failed on.
pub(crate) fn failed_file(path: &Path, code: ErrorCode, error: impl ToString) -> Failure {
    Failure {
        path: path_text(path),
        entry_id: None,
        extension: None,
        code: code.name().to_owned(),
        error: error.to_string(),
    }
}

/// Describes an extension that the work failed on.
pub(crate) fn failed_extension(id: &str, error: ErrorBody) -> Failure {
    Failure {
        path: String::new(),
        entry_id: None,
        extension: Some(id.to_owned()),
        code: error.code.name().to_owned(),
        error: error.error,
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn entries_with_unread_parts_are_named_first() {
        let entry = |path: &str| -> Entry {
            let json = serde_json::json!({"id": Uuid::nil(), "name": path, "path": path,
                "entry_type": "file", "metadata": {}, "created_at": "", "updated_at": ""});
            serde_json::from_value(json).unwrap()
        };
        let part = |read| Part { read, ..Part::new("text/plain", 1) };
        let record = |outcome: &str, read| PartsRecord {
            outcome: outcome.into(),
            parts: vec![part(read)],
            more: 0,
        };
        let mut report = PartsReport::default();
        for number in 0..PartsReport::MAX_ENTRIES {
            count_parts(
                &mut report,
                &entry(&format!("{number}.eml")),
                &record("not_a_receipt", true),
            );
        }
        count_parts(&mut report, &entry("z.eml"), &record("not_read", false));
        assert_eq!((report.unused, report.unread), (PartsReport::MAX_ENTRIES as u64, 1));
        assert_eq!(report.entries.len(), PartsReport::MAX_ENTRIES);
        assert_eq!(report.entries[0].path, "z.eml");
        assert_eq!(report.outcomes["not_a_receipt"], PartsReport::MAX_ENTRIES as u64);
    }

    #[test]
    #[cfg(unix)]
    fn a_name_that_is_not_utf8_is_written_with_its_bytes() {
        let name: &std::ffi::OsStr = std::os::unix::ffi::OsStrExt::from_bytes(b"caf\xe9\n.eml");
        assert_eq!(path_text(Path::new(name)), "caf\\xe9\n.eml");
    }
}
