//! The audit log: what extensions were refused, what they did, and what the user decided about them.
//!
//! ```text
//! <data folder>/audit/
//!     log.jsonl            the newest records, one JSON object a line
//!     log-<number>.jsonl   older ones, by the number of their first record
//!     lock                 held by the one that writes
//! ```
//!
//! Records are only ever added. Each holds the hash of the one before it, so that a record that was
//! changed, left out or moved shows. Payloads and secrets are not in it: a record has ids, methods,
//! codes and counts only. What repeats is counted: one record says how often.

mod log;
mod record;
mod tally;

pub use log::{AuditLog, Verified};
pub use record::{Entry, Event};
pub(crate) use tally::Tally;
