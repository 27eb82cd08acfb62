//! A record of the log, and the events that it can hold.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// An event that the log records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
#[non_exhaustive]
pub enum AuditEvent {
    /// The user agreed to an installation or an update.
    Installed {
        /// The id of the extension.
        extension: String,
        /// The version.
        version: String,
        /// The digest of its wasm.
        wasm: String,
    },
    /// An extension was removed.
    Removed {
        /// The id of the extension.
        extension: String,
    },
    /// The user granted or denied something.
    Granted {
        /// The extension.
        extension: String,
        /// The number of the grant.
        grant: u64,
        /// The text of the rule.
        rule: String,
    },
    /// The user revoked grants.
    Revoked {
        /// The extension.
        extension: String,
        /// The number of them.
        grants: usize,
    },
    /// Calls were refused.
    Refused {
        /// The extension.
        extension: String,
        /// The method.
        method: String,
        /// The library that it was for.
        #[serde(skip_serializing_if = "Option::is_none")]
        library: Option<Uuid>,
        /// The error code that the caller got.
        code: String,
        /// The name of the reason.
        rule: String,
        /// The backend that denied.
        backend: String,
        /// The number of such calls, up to this record.
        count: u64,
    },
    /// More kinds of refusals than are recorded one by one.
    RefusedMore {
        /// The extension.
        extension: String,
        /// The number of calls.
        count: u64,
    },
    /// Calls ran.
    Called {
        /// The extension.
        extension: String,
        /// The method.
        method: String,
        /// The number of calls since the last such record.
        count: u64,
    },
    /// Calls of more methods than are recorded one by one.
    CalledMore {
        /// The extension.
        extension: String,
        /// The number of calls.
        count: u64,
    },
    /// Records could not be written.
    Lost {
        /// The number of them.
        count: u64,
    },
}

/// A record of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditRecord {
    /// Its number, from 1.
    pub seq: u64,
    /// The time at which it was written.
    pub at: Timestamp,
    /// The hash of the record before it; 64 zeros for the first.
    pub prev: String,
    /// The event.
    #[serde(flatten)]
    pub event: AuditEvent,
}

/// The hash that the first record holds.
pub(crate) const NO_HASH: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// Returns the hash of a record that the next one holds: BLAKE3 of its line, in hex.
pub(crate) fn hash(line: &[u8]) -> String {
    blake3::hash(line).to_hex().to_string()
}

impl AuditRecord {
    /// Reads a line of the log; `None` when it is not a whole record.
    pub(crate) fn parse(line: &[u8]) -> Option<Self> {
        serde_json::from_slice(line).ok()
    }
}

/// The longest text in a record, in bytes.
const MAX_TEXT: usize = 8 << 10;

/// Cuts a text that is too long, with a mark.
fn bound(text: &mut String) {
    if text.len() > MAX_TEXT {
        let bytes = text.len();
        text.truncate(text.floor_char_boundary(MAX_TEXT));
        *text += &format!("… ({bytes} bytes)");
    }
}

impl AuditEvent {
    /// Cuts the texts that authors, users and backends choose.
    pub(crate) fn bounded(mut self) -> Self {
        match &mut self {
            Self::Installed { version: text, .. }
            | Self::Granted { rule: text, .. }
            | Self::Called { method: text, .. } => bound(text),
            Self::Refused { method, backend, .. } => [method, backend].into_iter().for_each(bound),
            _ => {}
        }
        self
    }

    /// Returns the extension that it is about.
    #[must_use]
    pub fn extension(&self) -> Option<&str> {
        match self {
            Self::Installed { extension, .. }
            | Self::Removed { extension }
            | Self::Granted { extension, .. }
            | Self::Revoked { extension, .. }
            | Self::Refused { extension, .. }
            | Self::RefusedMore { extension, .. }
            | Self::Called { extension, .. }
            | Self::CalledMore { extension, .. } => Some(extension),
            Self::Lost { .. } => None,
        }
    }
}
