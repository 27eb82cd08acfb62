//! One record.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Event {
    /// The user agreed to an installation or an update.
    Installed {
        /// Its id.
        extension: String,
        /// Its version.
        version: String,
        /// Digest of its wasm.
        wasm: String,
    },
    /// An extension was removed.
    Removed {
        /// Its id.
        extension: String,
    },
    /// The user granted or denied something.
    Granted {
        /// The extension.
        extension: String,
        /// Number of the grant.
        grant: u64,
        /// What it says.
        rule: String,
    },
    /// The user took grants back.
    Revoked {
        /// The extension.
        extension: String,
        /// How many.
        grants: usize,
    },
    /// Calls were refused.
    Refused {
        /// Whose.
        extension: String,
        /// Which method.
        method: String,
        /// On which library.
        #[serde(skip_serializing_if = "Option::is_none")]
        library: Option<Uuid>,
        /// The code that the caller was told.
        code: String,
        /// The rule that said no.
        rule: String,
        /// The backend that said no.
        backend: String,
        /// How many such calls, up to this record.
        count: u64,
    },
    /// More kinds of refusals than are recorded one by one.
    RefusedMore {
        /// Whose.
        extension: String,
        /// How many calls.
        count: u64,
    },
    /// Calls ran.
    Called {
        /// Whose.
        extension: String,
        /// Which method.
        method: String,
        /// How many, since the last such record.
        count: u64,
    },
    /// Records could not be written.
    Lost {
        /// How many.
        count: u64,
    },
}

/// A record of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its number, from 1.
    pub seq: u64,
    /// When it was written.
    pub at: Timestamp,
    /// Hash of the record before it; 64 zeros for the first.
    pub prev: String,
    /// What happened.
    #[serde(flatten)]
    pub event: Event,
}

/// The hash of a record that the next one holds: BLAKE3 of its line, in hex.
pub(crate) fn hash(line: &str) -> String {
    blake3::hash(line.as_bytes()).to_hex().to_string()
}

impl Event {
    /// The extension that it is about.
    #[must_use]
    pub fn extension(&self) -> Option<&str> {
        match self {
            Self::Installed { extension, .. }
            | Self::Removed { extension }
            | Self::Granted { extension, .. }
            | Self::Revoked { extension, .. }
            | Self::Refused { extension, .. }
            | Self::RefusedMore { extension, .. }
            | Self::Called { extension, .. } => Some(extension),
            Self::Lost { .. } => None,
        }
    }
}
