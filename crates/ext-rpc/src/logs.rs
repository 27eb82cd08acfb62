//! The newest records of the log, for whoever follows it.
//!
//! A bounded number of records is kept, whoever reads them: nothing waits in memory for a slow client,
//! which misses the oldest ones.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
};

use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use tokio::sync::watch;

/// Records that are kept.
const KEPT: usize = 1_000;

/// Level of a record, the gravest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogLevel {
    /// Something failed.
    Error,
    /// Something may fail.
    Warn,
    /// Something happened.
    Info,
    /// Detail for whoever looks for a fault.
    Debug,
}

impl LogLevel {
    /// Returns its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warn => "warn",
            Self::Info => "info",
            Self::Debug => "debug",
        }
    }
}

/// Newest records of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogPage {
    /// The records, oldest first.
    pub records: Vec<LogRecord>,
    /// Number of the last record that there is, whether or not it is among them.
    pub last: u64,
}

/// A record of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogRecord {
    /// Its number, which counts up.
    pub id: u64,
    /// Its time, RFC 3339, UTC.
    pub at: String,
    /// Its level.
    pub level: LogLevel,
    /// The extension that it is of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extension: Option<String>,
    /// Its text.
    pub message: String,
    /// Further values by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<String, String>,
}

/// The newest records of a log. Clones are the same log.
#[derive(Debug, Clone)]
pub struct LogTail(Arc<Tail>);

#[derive(Debug)]
struct Tail {
    records: Mutex<VecDeque<Arc<LogRecord>>>,
    /// The number of the last record.
    last: watch::Sender<u64>,
}

impl Default for LogTail {
    fn default() -> Self {
        let (records, last) = (Mutex::default(), watch::Sender::new(0));
        Self(Arc::new(Tail { records, last }))
    }
}

impl LogTail {
    /// Adds a record, which gets the next number; the oldest one goes.
    pub fn push(&self, mut record: LogRecord) {
        let mut records = self.0.records.lock();
        let id = *self.0.last.borrow() + 1;
        record.id = id;
        records.push_back(Arc::new(record));
        if records.len() > KEPT {
            records.pop_front();
        }
        drop(records);
        self.0.last.send_replace(id);
    }

    /// Returns the records behind a number, and the number of the last one.
    pub(crate) fn after(&self, id: u64) -> (Vec<Arc<LogRecord>>, u64) {
        let records = self.0.records.lock();
        let newer: Vec<_> = records.iter().filter(|record| record.id > id).cloned().collect();
        let last = records.back().map_or(0, |record| record.id);
        (newer, last)
    }

    /// Returns the number of the last record, as it changes.
    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.0.last.subscribe()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_records_are_kept() {
        let log = LogTail::default();
        for number in 0..KEPT + 5 {
            log.push(LogRecord {
                id: 0,
                at: String::new(),
                level: LogLevel::Info,
                extension: None,
                message: number.to_string(),
                fields: BTreeMap::new(),
            });
        }
        let (records, last) = log.after(0);
        assert_eq!((records.len(), records[0].id, last), (KEPT, 6, KEPT as u64 + 5));
        assert_eq!(records[0].message, "5");
        assert_eq!(log.after(last).0.len(), 0);
        assert_eq!(*log.changes().borrow(), last);
    }

    #[test]
    fn the_gravest_level_is_the_least() {
        assert!(LogLevel::Error < LogLevel::Warn && LogLevel::Info < LogLevel::Debug);
    }
}
