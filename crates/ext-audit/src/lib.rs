//! An append-only audit log: what extensions did and were refused, and what the user decided about
//! them.
//!
//! ```text
//! <folder>/
//!     log.jsonl            the newest records, one JSON object a line
//!     log-<number>.jsonl   older ones, by the number of their first record
//!     lock                 held by the one that writes
//! ```
//!
//! Records are only ever added. Each holds the hash of the one before it, so that a record that was
//! changed, left out or moved shows. Payloads and secrets are not in it: a record has ids, methods,
//! codes and counts only. What repeats is counted ([`Tally`]): one record says how often.
//!
//! ```
//! use ext_audit::{AuditEvent, AuditLog};
//!
//! let folder = tempfile::tempdir()?;
//! let log = AuditLog::open(&folder.path().join("audit"))?;
//! log.append([AuditEvent::Revoked { extension: "notes".into(), grants: 2 }]);
//! log.append([AuditEvent::Removed { extension: "notes".into() }]);
//!
//! let last = log.tail(1, Some("notes"))?;
//! assert_eq!((last[0].seq, last[0].event.extension()), (2, Some("notes")));
//! let found = log.verify()?;
//! assert_eq!((found.records, found.broken), (2, None));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Not in this crate
//!
//! Decisions (`ext-perm`), grants (`ext-grants`), the place of the folder (whoever opens the log).
#![forbid(unsafe_code)]

mod error;
mod log;
mod record;
mod tally;
mod verify;

pub use error::AuditError;
pub use log::{AuditLog, Rotation};
pub use record::{AuditEvent, AuditRecord};
pub use tally::Tally;
pub use verify::Verification;
