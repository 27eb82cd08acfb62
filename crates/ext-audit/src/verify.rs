//! The check that every record is linked to the one before it.

use serde::Serialize;

use crate::record::{AuditRecord, NO_HASH, hash};

/// The result of a check of the log.
///
/// No record holds the hash of the last one: keep the hash of the last line elsewhere if a change of it
/// must be detected.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Verification {
    /// The number of whole records, each linked to the one before it.
    pub records: u64,
    /// The number of the first record that is kept; older ones were deleted by rotation.
    pub first: u64,
    /// True when a line is torn, as a crash can leave it. It is not counted.
    pub torn: bool,
    /// The first record that is not linked to the one before it, and the reason.
    pub broken: Option<String>,
}

/// The number and the hash of a record.
type Link = (u64, String);

/// Checks the lines of the log, oldest first.
pub(crate) fn verify(lines: &[Vec<u8>]) -> Verification {
    let mut found = Verification::default();
    let mut before: Option<Link> = None;
    for (index, line) in lines.iter().enumerate() {
        let Some(record) = AuditRecord::parse(line) else {
            // A crash leaves a torn record; the records after it do not link to it.
            found.torn = true;
            if lines.get(index + 1).is_some_and(|next| !links(next, before.as_ref())) {
                found.broken = Some(format!("line {} is not a record", index + 1));
                break;
            }
            continue;
        };
        found.broken = mismatch(&record, before.as_ref());
        if found.broken.is_some() {
            break;
        }
        found.first = if found.records == 0 { record.seq } else { found.first };
        found.records += 1;
        before = Some((record.seq, hash(line)));
    }
    found
}

fn links(line: &[u8], before: Option<&Link>) -> bool {
    AuditRecord::parse(line).is_some_and(|record| mismatch(&record, before).is_none())
}

fn mismatch(record: &AuditRecord, before: Option<&Link>) -> Option<String> {
    match before {
        // The first record that is kept: only when it is the very first its link is known.
        None if record.seq == 1 && record.prev != NO_HASH => {
            Some("record 1 is not the first".to_owned())
        }
        None => None,
        Some((seq, _)) if Some(record.seq) != seq.checked_add(1) => {
            Some(format!("record {} follows record {seq}", record.seq))
        }
        Some((seq, hash)) if record.prev != *hash => {
            Some(format!("record {seq} is not what record {} was linked to", record.seq))
        }
        Some(_) => None,
    }
}
