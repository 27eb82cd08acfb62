//! The check that every record is linked to the one before it.

use serde::Serialize;

use crate::record::{AuditRecord, NO_HASH, hash};

/// The length from which on a record made older programs lose their place: they read no more than that
/// to find it, and began anew after such a record.
const LOST_AFTER: usize = 64 << 10;

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

/// The place in the log up to which it was checked.
#[derive(Default)]
struct Chain {
    found: Verification,
    /// Records behind which the chain begins anew, since an older program lost its place there.
    restarts: Vec<u64>,
    before: Option<Link>,
    /// The last record of the file before this one.
    before_file: Option<Link>,
    /// The length of the last line.
    length: usize,
}

/// Checks the lines of all files of the log, oldest first; also returns the numbers of the records behind
/// which the chain begins anew.
pub(crate) fn verify(files: &[Vec<Vec<u8>>]) -> (Verification, Vec<u64>) {
    let mut chain = Chain::default();
    for lines in files {
        chain.before_file = chain.before.clone();
        for (index, line) in lines.iter().enumerate() {
            chain.take(index, line, lines.get(index + 1));
            if chain.found.broken.is_some() {
                return (chain.found, chain.restarts);
            }
        }
    }
    (chain.found, chain.restarts)
}

impl Chain {
    fn take(&mut self, index: usize, line: &[u8], next: Option<&Vec<u8>>) {
        let Some(record) = AuditRecord::parse(line) else {
            // A crash leaves a torn record; the records after it do not link to it.
            self.found.torn = true;
            self.length = line.len();
            if next.is_some_and(|next| !self.links(next)) {
                self.found.broken = Some(format!("line {} is not a record", index + 1));
            }
            return;
        };
        match mismatch(&record, self.before.as_ref()) {
            Some(_) if self.begins_anew(&record) => {
                self.restarts.extend(self.before.as_ref().map(|(seq, _)| *seq));
            }
            broken => self.found.broken = broken,
        }
        if self.found.broken.is_none() {
            let first = self.found.records == 0;
            self.found.first = if first { record.seq } else { self.found.first };
            self.found.records += 1;
            self.before = Some((record.seq, hash(line)));
            self.length = line.len();
        }
    }

    fn links(&self, line: &[u8]) -> bool {
        AuditRecord::parse(line).is_some_and(|record| {
            mismatch(&record, self.before.as_ref()).is_none() || self.begins_anew(&record)
        })
    }

    /// Returns true if the record is linked as older programs did behind a record that was too long for
    /// them: to the last one of the file before, or to none.
    fn begins_anew(&self, record: &AuditRecord) -> bool {
        let start = (0, NO_HASH.to_owned());
        let from = self.before_file.as_ref().unwrap_or(&start);
        self.length >= LOST_AFTER && follows(record, from)
    }
}

fn follows(record: &AuditRecord, (seq, hash): &Link) -> bool {
    Some(record.seq) == seq.checked_add(1) && record.prev == *hash
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
